"""From a list to its articles, whatever kind of list it is: what is new in it is fetched, read, and put together with it. Pure."""

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from syndicator.config import Source
from syndicator.ingest import soft404
from syndicator.ingest.article import read_article
from syndicator.ingest.identity import canonical
from syndicator.ingest.machine_dates import date_in_address
from syndicator.ingest.markers import marked
from syndicator.ingest.moments import agreed
from syndicator.ingest.overview import GUESSED_KEY, Teaser
from syndicator.ingest.soft404 import Look
from syndicator.ingest.wordings import is_withdrawn
from syndicator.model import Ask, Draft, Failed, FailureKind, Harvest, Known, Label, Parse, Request, Response
from syndicator.text import fold

Asking = Generator[Ask, Any, None]

_DENIED = 5  # articles in a row, after which no more of them are asked for

_SAYS_NOTHING = Teaser("", "")
_GUESS = "first paragraph"  # a summary that the page does not call one


@dataclass
class Basket:
    """What a visit has brought so far. `final`: failures of pages that last until the list says something new of them.

    `looked`: addresses of the pages asked for, `looks` those that could be read. `listed`: headlines of the list.
    `denied`: so was one article after the other.
    """

    final: frozenset[FailureKind] = frozenset()
    drafts: dict[str, Draft] = field(default_factory=dict)
    problems: list[Failed] = field(default_factory=list)
    fingerprints: dict[str, str] = field(default_factory=dict)
    wanted: dict[str, Teaser] = field(default_factory=dict)  # new or changed in the list
    shared: dict[str, Response | Failed] = field(default_factory=dict)  # pages that hold several articles
    looked: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    items: int = 0
    partial: bool = False
    ended: Harvest | None = None
    denied: Failed | None = None

    def harvest(self) -> Harvest:
        if self.denied and not self.drafts:
            return Harvest(failed=self.denied)
        impostors = soft404.impostors(self.looks, self.listed)
        no_articles = {id(look.draft) for look in self.looks if look.asked in impostors}
        for address, failed in impostors.items():
            final = failed.kind in self.final
            self.problems.append(replace(failed, permanent=final or address not in self.wanted))
            if not final:
                self.fingerprints.pop(address, None)
        return Harvest(
            tuple(draft for draft in self.drafts.values() if id(draft) not in no_articles),
            tuple(self.problems),
            fingerprints=self.fingerprints,
            unchanged=self.ended is not None,
            items=self.items,
            partial=self.partial,
            looked=tuple(self.looked),
        )


def read_pages(source: Source, known: Known, basket: Basket) -> Asking:
    """Read the articles that are wanted, then those that are due for another look, unless one after the other is denied.

    Where nothing was given beside that, the source is denied as a whole.
    """
    asks: list[tuple[Request, Teaser | None]] = [(Request(page), teaser) for page, teaser in basket.wanted.items()]
    asks += [(Request(page, conditional=True), None) for page in known.recheck if page not in basket.wanted]
    in_a_row = 0
    for request, teaser in asks:
        read = yield from read_page(source, known, basket, request, teaser)
        in_a_row = in_a_row + 1 if isinstance(read, Failed) and read.kind == "denied" else 0
        if in_a_row == _DENIED:
            basket.denied = basket.problems[-1]
            return


def read_page(
    source: Source, known: Known, basket: Basket, request: Request, teaser: Teaser | None
) -> Generator[Ask, Any, Draft | Failed | None]:
    """Fetch and read one article, None where it did not change. What failed for now keeps no fingerprint, to be tried again."""
    basket.looked.append(request.url)
    stored = known.remembered.get(request.url)
    page, mark, item = request.url.partition("#")  # which of several items on a page
    response: Response | Failed = basket.shared.get(page) or (yield replace(request, url=page))
    if mark:
        basket.shared[page] = response
    if isinstance(response, Response):
        if response.unchanged:
            return None
        result: Draft | Failed = soft404.by_redirect(page, response.url, source.url) or (
            yield Parse(
                read_article,
                (
                    response.body,
                    f"{response.url.partition('#')[0]}{mark}{item}",
                    response.headers.get("content-type", ""),
                    source.article,
                    known.timezone,
                    known.now,
                    teaser.title if teaser else stored.title if stored else "",
                ),
            )
        )
    else:
        result = response
    if isinstance(result, Draft) and stored and (another := soft404.by_memory(request.url, result, stored)):
        result = another
    if isinstance(result, Failed) and teaser and result.kind in {"missing", "gone"} and is_withdrawn(teaser.title):
        result = Draft(key="", address=teaser.address, title=teaser.title, withdrawn=True)
    if isinstance(result, Failed):
        # Another look that fails leaves nothing of the list unread: the article is stored, and its next look is planned.
        final = result.permanent or result.kind in basket.final
        permanent = final or teaser is None
        basket.problems.append(replace(result, address=result.address or request.url, permanent=permanent))
        if not final:
            return result
    else:
        result = unite(result, teaser, request.url, known.timezone)
        said = (teaser.title, teaser.summary, *(label.name for label in teaser.labels)) if teaser else ()
        result = marked(result, ZoneInfo(known.timezone), known.now, listed=said)
        expected = teaser.title if teaser else stored.title if stored else ""
        basket.looks.append(Look(request.url, expected, result))
        basket.drafts.setdefault(result.key or result.address, result)
    if teaser:
        basket.fingerprints[teaser.address] = teaser.fingerprint
    return result


def unite(draft: Draft, teaser: Teaser | None, asked: str, timezone: str) -> Draft:
    """The page's word with the list's beside it, by the rules of docs/reading.md.

    The page wins where it says something, labels are put together. What the list calls the article is its key, as that is
    what the list goes on calling it; and what it calls a summary is one rather than the page's first paragraph.
    """
    listed = teaser or _SAYS_NOTHING
    found = dict(draft.found)
    zone = ZoneInfo(timezone)
    published = agreed(draft.published, found, listed.published, zone) or date_in_address(draft.address, zone)
    if published:
        found["published"] = published.origin
    images = draft.images or ((listed.image,) if listed.image else ())
    if images and not draft.images:
        found["image"] = listed.found.get("image", "list")
    said = {name: getattr(listed, name) for name in ("summary", "body", "updated", "language")}
    weak = {name for name in said if not getattr(draft, name) or (found.get(name) == _GUESS and name in listed.found)}
    gained = {name: value for name, value in said.items() if value and name in weak}
    if listed.key and (not draft.key or listed.found.get("key") != GUESSED_KEY):
        gained["key"] = listed.key
    for name in gained:
        found[name] = listed.found.get(name, "list")
    for label in listed.labels:
        found.setdefault(label.axis, listed.found.get(label.axis, "list"))
    asked = canonical(asked, keep_fragment="#" in draft.address)
    others = dict.fromkeys([*draft.aliases, asked, listed.address, draft.key])
    own = {"", draft.address, gained.get("key", draft.key)}
    return replace(
        draft,
        published=published,
        images=images,
        labels=_all_labels(draft.labels, listed.labels),
        aliases=tuple(alias for alias in others if alias not in own),
        found=found,
        **gained,
    )


def _all_labels(labels: tuple[Label, ...], more: tuple[Label, ...]) -> tuple[Label, ...]:
    """Both, each word once on its axis however it is written."""
    united = {(label.axis, fold(label.name)): label for label in (*more, *labels)}
    ordered = dict.fromkeys((label.axis, fold(label.name)) for label in (*labels, *more))
    return tuple(united[place] for place in ordered)
