"""Which articles a feed holds, why not others, and which feeds a change touches. Pure.

`model.Selection` is the value, the store answers it, and both agree on what is said here.
"""

from collections.abc import Iterable, Iterator, Sequence

from syndicator.model import Change, Facets, Feed, Selection

_NAMED = 3  # values that a sentence names one by one


def matches(selection: Selection, facets: Facets) -> bool:
    """Whether a selection may hold an article with these facets; one that is not live matches nothing.

    A query is not looked at, as facets carry no text: the answer for such a selection is "perhaps".
    """
    return facets.live and next(_unmet(selection, facets), None) is None


def why_not(selection: Selection, facets: Facets) -> str:
    """Why a selection does not hold an article with these facets, as the rest of a sentence; "" where it may hold it.

    `facets.categories` is all that the article is filed under, with the queries that it answers as "?query".
    """
    unmet = [_in_words(*condition) for condition in _unmet(selection, facets)]
    if selection.query and f"?{selection.query}" not in facets.categories:
        unmet.append(f"headline and text do not answer its query {selection.query}")
    return "; ".join(unmet) if facets.live or unmet else "the article is not live"


def touched(feeds: Sequence[Feed], changes: Iterable[Change]) -> tuple[Feed, ...]:
    """The feeds that held an article before a change or hold it after, in the order given.

    Feeds wait under their cities or categories, and leave once touched, so that the cost follows the distinct facets among
    the changes and not their number times that of the feeds.
    """
    waiting = _Waiting(feeds)
    for facets in _distinct(changes):
        if len(waiting.found) == len(feeds):
            break
        waiting.meet(facets)
    return tuple(feed for feed in feeds if feed.name in waiting.found)


def _unmet(selection: Selection, facets: Facets) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """The conditions that an article does not meet: what each is about, what is wanted, and what there is."""
    if selection.cities and facets.city not in selection.cities:
        yield "city", selection.cities, (facets.city,)
    if selection.categories and set(selection.categories).isdisjoint(facets.categories):
        yield "category", selection.categories, facets.categories
    if selection.districts and facets.district not in selection.districts:
        yield "district", selection.districts, (facets.district,)
    if selection.sources and facets.source not in selection.sources:
        yield "source", selection.sources, (facets.source,)
    if selection.languages and facets.language not in selection.languages:
        yield "language", selection.languages, (facets.language,)
    if selection.kinds and facets.kind not in selection.kinds:
        yield "kind", selection.kinds, (facets.kind,)


def _in_words(what: str, wanted: tuple[str, ...], there: tuple[str, ...]) -> str:
    """`its city is Bochum, not Dortmund or Essen`."""
    said = " or ".join(wanted) if len(wanted) <= _NAMED else f"one of the {len(wanted)} that the feed takes"
    names = [name for name in there if name and not name.startswith("?")]
    if not names:
        return f"it has no {what}, and the feed takes {said}"
    return f"its {what} is {names[0]}, not {said}" if len(names) == 1 else f"none of {', '.join(names)} is {said}"


def _distinct(changes: Iterable[Change]) -> Iterator[Facets]:
    seen: set[Facets] = set()
    for change in changes:
        for facets in (change.before, change.after):
            if facets is not None and facets.live and facets not in seen:
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
                self.found.update(feed.name for feed in here if matches(feed.selection, facets))
                self._places[place] = [feed for feed in here if feed.name not in self.found]


def _places(selection: Selection) -> list[tuple[str, str]]:
    if selection.cities:
        return [("city", city) for city in selection.cities]
    return [("category", name) for name in selection.categories] or [("", "")]
