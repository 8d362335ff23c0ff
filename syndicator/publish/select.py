"""Which articles a feed holds, and which feeds a change touches. Pure.

`model.Selection` is the value, the store answers it, and both agree on what is said here.
"""

from collections.abc import Iterable, Iterator, Sequence

from syndicator.model import Change, Facets, Feed, Selection


def matches(selection: Selection, facets: Facets) -> bool:
    """Whether a selection may hold an article with these facets; one that is not live matches nothing.

    A query is not looked at, as facets carry no text: the answer for such a selection is "perhaps".
    """
    return (
        facets.live
        and _any(selection.cities, facets.city)
        and (not selection.categories or not set(selection.categories).isdisjoint(facets.categories))
        and _any(selection.districts, facets.district)
        and _any(selection.sources, facets.source)
        and _any(selection.languages, facets.language)
        and _any(selection.kinds, facets.kind)
    )


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


def _any(wanted: tuple[str, ...], value: str) -> bool:
    return not wanted or value in wanted


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
