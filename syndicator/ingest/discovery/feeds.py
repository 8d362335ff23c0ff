"""Feeds as ways to read the news: those that a page names, and those that may be where feeds usually are. Pure."""

import re
from collections.abc import Iterable

from syndicator.ingest.article import same_site
from syndicator.ingest.discovery import judge, naming, places
from syndicator.ingest.discovery.finding import Candidate
from syndicator.ingest.discovery.search import Asking, Search
from syndicator.ingest.discovery.signposts import Named
from syndicator.ingest.discovery.survey import Survey
from syndicator.ingest.identity import canonical
from syndicator.ingest.reading.sniff import feed_format
from syndicator.ingest.sources.feed import ACCEPT
from syndicator.model import Draft, Failed, Harvest, Parse
from syndicator.text import fold

_MOST_NAMED = 6
_COMPARED = 2  # entries whose pages are read
_ENTRIES = 100
_LEAST_PAGE = 200  # characters of a page's text to compare with
_TELLING = 600  # characters of an entry that seem to be all, where nothing can be compared
_NEWS = re.compile(r"presse|aktuell|nachricht|meldung|news(?!letter)")


def try_named(search: Search, surveys: Iterable[Survey]) -> Asking:
    """The feeds that pages name, those that are called like news first; an end is made at the first that is complete."""
    named: dict[str, Named] = {}
    for survey in surveys:
        for feed in survey.feeds:
            named.setdefault(canonical(feed.address), feed)
    found: list[Candidate] = []
    for feed in sorted(named.values(), key=_likelihood)[:_MOST_NAMED]:
        candidates = yield from _try_one(search, feed)
        found += candidates
        if any(candidate.usable and candidate.full for candidate in candidates):
            break
    return found


def try_usual(search: Search, survey: Survey) -> Asking:
    """Feeds that no page names, where feeds usually are."""
    guesses = 0
    for place in places.usual_feeds(survey.address, survey.maker):
        if any(canonical(place) == canonical(seen) for seen in search.pages):
            continue
        guesses += 1
        candidate = yield from try_feed(search, Named(place, how="guess"))
        if isinstance(candidate, Candidate) and candidate.usable:
            search.steps.append(f"No page names its feed; it was found at a usual place, {place}.")
            return [candidate]
    if guesses:
        search.steps.append(f"At {guesses} places where feeds usually are there is none.")
    return []


def try_feed(search: Search, named: Named) -> Asking:
    """The candidate that an address is if its bytes are a feed; else why not."""
    answer = yield from search.get(named.address, ACCEPT)
    if isinstance(answer, Failed):
        return answer
    body, _, content_type = search.seen(answer)
    called: str | Failed = yield Parse(feed_format, (body, content_type, answer.url))
    if not called or isinstance(called, Failed):
        return Failed("unreadable", "what answers there is no feed", answer.url)
    url = answer.moved_to or named.address
    harvest: Harvest = yield from search.sample({"kind": "feed", "url": url}, _ENTRIES)
    if harvest.failed:
        return Candidate("feed", url, f"Feed ({called}); {harvest.failed.reason}")
    return (yield from _judged(search, named, called, url, harvest))


def _try_one(search: Search, named: Named) -> Asking:
    """A feed, or those that a page names which is linked as one: "RSS" often leads to a page that explains feeds."""
    candidate: Candidate | Failed = yield from try_feed(search, named)
    if isinstance(candidate, Candidate):
        return [candidate]
    if named.how == "link":
        return [Candidate("feed", named.address, f"Named as a feed, but {candidate.reason.rstrip('.')}")]
    survey = (yield from search.survey(named.address)) if candidate.kind == "unreadable" else candidate
    found: list[Candidate] = []
    for feed in sorted(survey.feeds, key=_likelihood)[:_COMPARED] if isinstance(survey, Survey) else ():
        inner = yield from try_feed(search, feed)
        if isinstance(inner, Candidate):
            found.append(inner)
            if inner.usable and inner.full:
                break
    return found


def _likelihood(named: Named) -> tuple[bool, bool]:
    """News before anything, and what is declared before what is linked."""
    called = fold(f"{named.title} {named.address}")
    other = judge.called_otherwise((called,), "") if not _NEWS.search(called) else ""
    return bool(other), not _NEWS.search(called)


def _judged(search: Search, named: Named, called: str, url: str, harvest: Harvest) -> Asking:
    drafts = harvest.drafts
    source = drafts[0].provenance if drafts else None
    measured = judge.measure(drafts)
    announced = ["announced as RSS"] if called.startswith("Atom") and "rss" in named.type else []
    against = _against(search, drafts, (named.title, url, source.title if source else ""))
    full = None if against or not drafts else (yield from _is_full(search, drafts))
    texts = judge.texts_of(measured, full=full)
    inside = [texts, judge.day_of(measured.newest, search.zone)] if drafts else []
    parts = [f"Feed ({called})", *announced, _entries(harvest.items), *inside]
    verdict = ", ".join(parts) + (f"; {against}" if against else "")
    complete = full is True or (full is None and measured.text >= _TELLING)
    return Candidate(
        kind="feed",
        url=url,
        verdict=verdict,
        usable=not against or named.how == "asked",  # who names a feed wants it
        full=complete,
        rank=(complete, measured.is_dated, 4, named.how == "link", len(drafts)),
        harvest=harvest,
        identity=naming.of_feed(
            source.title if source else named.title,
            source.rights if source else "",
            drafts[0].license if drafts else "",
            url,
        ),
    )


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


def _against(search: Search, drafts: tuple[Draft, ...], called: tuple[str, ...]) -> str:
    """What speaks against a feed, as the end of a sentence."""
    if not drafts:
        return "it is empty"
    other = judge.holds_instead(drafts, called, search.asked, search.known.now)
    if other:
        return f"it holds {other}, not news"
    section = search.section
    teasers = section.overview.teasers if section and section.overview else ()
    newest = max((teaser.published.at for teaser in teasers if teaser.published), default=None)
    last = judge.measure(drafts).newest
    if judge.is_stale(last, search.known.now) and (newest is None or last is None or newest > last):
        return "nobody has fed it since"
    if section and search.only_section and not judge.is_of_section(drafts, teasers):
        return f"it holds other news than the list at {section.address}"
    return ""


def _is_full(search: Search, drafts: tuple[Draft, ...]) -> Asking:
    """Whether entries are as long as the pages they lead to; None where there is no page to compare with."""
    pairs = []
    for entry in drafts[:_COMPARED]:
        if not entry.address or not same_site(entry.address, search.asked):
            continue
        page = yield from search.article(entry.address)
        if isinstance(page, Draft) and judge.length(page) >= _LEAST_PAGE:
            pairs.append((entry, page))
    return judge.has_full_texts(pairs) if pairs else None
