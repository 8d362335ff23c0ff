"""From an address to the one way to read its news that is proposed. Pure: it asks for pages, and is handed them.

Feeds are tried first, as one request tells everything; then, where no feed is complete, sitemaps and data that a page
names, and the list itself with the pages of its articles. What each gives decides, and the order where they give alike.
"""

from collections.abc import Generator, Sequence
from typing import Any

from syndicator.config.kinds import source_kinds
from syndicator.ingest.discovery import feeds, lists, naming, others
from syndicator.ingest.discovery.finding import Candidate, Finding
from syndicator.ingest.discovery.search import Asking, Search
from syndicator.ingest.discovery.signposts import Named
from syndicator.ingest.discovery.survey import Survey
from syndicator.model import Ask, Failed, Known, Response

_BROWSER = "Look in the browser's developer tools (network) for the address that answers with JSON{api}; or ask the city for a feed."
_API = ', and describe it with kind = "api" and [sources.api]'
_FULLER = "If the portal's pages hold more than this feed, name the page that lists the news instead."
_NAME_LIST = "Name the page that lists the news, and not only its site."
_ADVICE = {
    "unreachable": "Open the address in a browser, and copy it from there.",
    "missing": "Open the portal in a browser, go to the page that lists the news, and copy its address.",
    "gone": "Open the portal in a browser, go to the page that lists the news, and copy its address.",
    "denied": "What asks for a login is not read. Ask the city for a public feed.",
    "busy": "Try again later.",
    "refused": "Ask the city for a feed, or to let this program read the page (robots.txt).",
}


def discover(asked: str, known: Known, *, private: bool = False, kind: str = "") -> Generator[Ask, Any, Finding]:
    """All ways to read the news at an address, judged; `kind` leaves the choice to those of one kind of source."""
    search = Search(asked, known, private)
    answer = yield from search.get(asked)
    if isinstance(answer, Failed):
        return Finding(asked, failed=answer, advice=_ADVICE.get(answer.kind, ""))
    itself = yield from _by_itself(search, answer)
    if itself is not None:
        return _finding(search, [itself], [], kind)
    if b"<" not in answer.body:
        what = answer.headers.get("content-type", "").partition(";")[0] or "empty"
        return Finding(asked, failed=Failed("unreadable", f"{asked} is {what} and no page.", asked), advice=_NAME_LIST)
    page: Survey | Failed = yield from search.survey(asked)
    if isinstance(page, Failed):
        return Finding(asked, failed=page)
    search.section = yield from lists.find_list(search, page)
    search.only_section = search.section is not None and not page.is_home and (page.is_list or page.article is not None)
    candidates = yield from _all(search, page, kind)
    return _finding(search, candidates, list(search.surveys.values()), kind)


def _by_itself(search: Search, answer: Response) -> Asking:
    """The candidate that the address itself is, where it is no page: a feed, a sitemap, JSON."""
    candidate = yield from feeds.try_feed(search, Named(search.asked, how="asked"))
    if isinstance(candidate, Candidate):
        return candidate
    if others.is_sitemap(answer):
        return (yield from others.try_sitemap(search, search.asked))
    return (yield from others.try_json(search, search.asked))


def _all(search: Search, page: Survey, kind: str) -> Asking:
    """Every way to read the news that is worth a try: beside a complete feed none is, unless it is asked for."""
    section = search.section
    first = [survey for survey in (section, page) if survey is not None]
    surveys = list({survey.address: survey for survey in (*first, *search.surveys.values())}.values())
    found: list[Candidate] = []
    if kind in {"", "feed"}:
        found += yield from feeds.try_named(search, surveys)
        if not any(candidate.usable for candidate in found):
            found += yield from feeds.try_usual(search, section or page)
        if any(candidate.usable and candidate.full for candidate in found):
            return found
    listed = (yield from lists.try_list(search, section)) if section and kind in {"", "portal"} else None
    if kind in {"", "api"}:
        found += yield from others.try_data(search, surveys)
    without = not any(candidate.usable for candidate in (*found, *([listed] if listed else [])))
    if kind == "sitemap" or (not kind and (page.is_home or without)):
        found += yield from others.try_sitemaps(search, page.address)
    return [*found, *([listed] if listed else [])]


# ---------------------------------------------------------------- the choice


def _finding(search: Search, candidates: Sequence[Candidate], surveys: Sequence[Survey], kind: str) -> Finding:
    usable = [candidate for candidate in candidates if candidate.usable and candidate.kind == (kind or candidate.kind)]
    ordered = tuple(sorted(candidates, key=lambda one: (one.usable, one.rank), reverse=True))
    identity = naming.united(
        [survey.identity for survey in surveys] + [one.identity for one in ordered if one.kind == "feed" and one.usable]
    )
    if not usable:
        failed, advice = _why_not(search, candidates, surveys, kind)
        return Finding(search.asked, tuple(search.steps), ordered, identity=identity, failed=failed, advice=advice)
    chosen = max(usable, key=lambda candidate: candidate.rank)
    why, advice = (
        _why(chosen, candidates, kind),
        _FULLER if chosen.kind == "feed" and not chosen.full and not surveys else "",
    )
    return Finding(search.asked, tuple(search.steps), ordered, chosen, why, identity, advice=advice)


def _why(chosen: Candidate, candidates: Sequence[Candidate], kind: str) -> str:
    feed = next((one for one in candidates if one.kind == "feed" and one.usable), None)
    if kind:
        return f'it was asked for with --kind "{kind}"'
    if chosen.kind == "feed":
        rest = "and it is complete" if chosen.full else "and nothing fuller was found"
        return f"a feed costs the portal one request, {rest}"
    if feed is not None:
        return "the feed leaves most of the texts out, and this gives them in full"
    if any(one.kind == "feed" for one in candidates):
        return "no feed of this news was found that can be used"
    return "no feed was found"


def _why_not(
    search: Search, candidates: Sequence[Candidate], surveys: Sequence[Survey], kind: str
) -> tuple[Failed, str]:
    if kind and any(candidate.usable for candidate in candidates):
        return Failed("empty", f"Nothing of kind '{kind}' was found at {search.asked}.", search.asked), (
            "Leave --kind out to take what was found."
        )
    page = surveys[0] if surveys else None
    if page and page.login:
        reason = f"{search.asked} asks for a login."
        return Failed("denied", reason, search.asked), _ADVICE["denied"]
    if page and page.hollow:
        reason = f"{search.asked} is put together by JavaScript in the browser: its bytes hold no news."
        return Failed("unreadable", reason, search.asked), _BROWSER.format(api=_API if "api" in source_kinds() else "")
    if candidates:
        reason = f"What was found at {search.asked} cannot be used."
        return Failed("empty", reason, search.asked), _NAME_LIST
    reason = f"At {search.asked} no feed and no list of articles was found."
    advice = "Name the page that lists the news; if this is it, describe it with [sources.list] as the README shows."
    return Failed("empty", reason, search.asked), advice
