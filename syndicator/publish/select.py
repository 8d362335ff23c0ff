"""Which articles a feed holds, why not others, and which feeds a change touches. Pure.

`model.Selection` is the value, the store answers it, and both agree on what is said here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from syndicator.model import Change, Facets, Feed, Selection

_NAMED = 3  # values that a sentence names one by one
_CONDITIONS = (  # what an article has, and what a selection says of it
    ("city", "cities"),
    ("category", "categories"),
    ("district", "districts"),
    ("source", "sources"),
    ("language", "languages"),
    ("kind", "kinds"),
)


@dataclass(frozen=True, slots=True)
class _Unmet:
    """A condition that an article does not meet: what it is about, what the feed takes (or leaves out), what there is."""

    what: str
    said: tuple[str, ...]
    there: tuple[str, ...]
    without: bool


def meets(selection: Selection, facets: Facets) -> bool:
    """Whether an article with these facets meets all conditions of a selection but its query, as facets carry no text."""
    return next(_unmet(selection, facets), None) is None


def matches(selection: Selection, facets: Facets) -> bool:
    """Whether a selection may hold an article with these facets; one that is not live matches nothing.

    Where the selection is filed, the filing says so; of another with a query, the answer is "perhaps".
    """
    if not facets.live:
        return False
    return selection.filed in facets.categories if selection.filed else meets(selection, facets)


def why_not(selection: Selection, facets: Facets, *, answers: bool = True) -> str:
    """Why a selection does not hold an article with these facets, as the rest of a sentence; "" where it may hold it.

    `answers`: whether its text answers the selection's query.
    """
    unmet = [_in_words(condition) for condition in _unmet(selection, facets)]
    if selection.query and not answers:
        unmet.append(f"headline and text do not answer its query {selection.query}")
    return "; ".join(unmet) if facets.live or unmet else "the article is not live"


def touched(feeds: Sequence[Feed], changes: Iterable[Change]) -> tuple[Feed, ...]:
    """The feeds that held an article, or the notice that it was taken back, before a change or hold it after, in the order given.

    Feeds wait under their cities or categories, and leave once touched, so that the cost follows the distinct facets among
    the changes and not their number times that of the feeds.
    """
    waiting = _Waiting(feeds)
    for facets in _distinct(changes):
        if len(waiting.found) == len(feeds):
            break
        waiting.meet(facets)
    return tuple(feed for feed in feeds if feed.name in waiting.found)


def _unmet(selection: Selection, facets: Facets) -> Iterator[_Unmet]:
    for what, key in _CONDITIONS:
        wanted, unwanted = getattr(selection, key), getattr(selection.without, key)
        if not wanted and not unwanted:
            continue
        there = facets.categories if what == "category" else (getattr(facets, what),)
        if wanted and not any(value in wanted for value in there):
            yield _Unmet(what, wanted, there, without=False)
        if unwanted and any(value in unwanted for value in there):
            yield _Unmet(what, unwanted, tuple(value for value in there if value in unwanted), without=True)


def _in_words(unmet: _Unmet) -> str:
    """`its city is Bochum, not Dortmund or Essen`."""
    names = [name for name in unmet.there if name and not name.startswith("?")]
    if unmet.without:
        return f"its {unmet.what} is {' and '.join(names)}, which the feed leaves out"
    said = " or ".join(unmet.said) if len(unmet.said) <= _NAMED else f"one of the {len(unmet.said)} that the feed takes"
    if not names:
        return f"it has no {unmet.what}, and the feed takes {said}"
    return f"its {unmet.what} is {names[0]}, not {said}" if len(names) == 1 else f"none of {', '.join(names)} is {said}"


def _distinct(changes: Iterable[Change]) -> Iterator[Facets]:
    seen: set[Facets] = set()
    for change in changes:
        for facets in (change.before, change.after):
            if facets is not None and (facets.live or facets.notice) and facets not in seen:
                seen.add(facets)
                yield facets


class _Waiting:
    """Feeds not yet touched, filed where a matching article will look for them; `found` holds the names of the others."""

    def __init__(self, feeds: Iterable[Feed]) -> None:
        self.found: set[str] = set()
        self._places: dict[tuple[str, str], list[Feed]] = {}
        for feed in feeds:
            for place in _places(feed.selection):
                self._places.setdefault(place, []).append(feed)

    def meet(self, facets: Facets) -> None:
        looks = [("", ""), ("city", facets.city), *(("category", name) for name in facets.categories)]
        for place in looks:
            if here := self._places.get(place):
                self.found.update(feed.name for feed in here if next(_unmet(feed.selection, facets), None) is None)
                self._places[place] = [feed for feed in here if feed.name not in self.found]


def _places(selection: Selection) -> list[tuple[str, str]]:
    if selection.filed:
        return [("category", selection.filed)]
    if selection.cities:
        return [("city", city) for city in selection.cities]
    return [("category", name) for name in selection.categories] or [("", "")]
