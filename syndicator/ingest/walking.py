"""One page of an archive, whatever kind of list it is: its articles are read as far as they are wanted, in parts of the page. Pure.

A place in an archive is what the kind of source makes it; behind it stands from which article on the page is read:
"https://www.stadt.example/archiv/2024#part=50".
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from syndicator.config import Source
from syndicator.ingest import archive
from syndicator.ingest.harvesting import Basket, read_page
from syndicator.ingest.overview import Teaser
from syndicator.model import Ask, Draft, Failed, Known, Page, Recall, Request, Walk

_MOST_AT_ONCE = 50  # articles that make one harvest: a list may hold all of a year
_IN_VAIN = 3  # articles in a row that cannot be had for now, after which a walk pauses
_PART = "#part="


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as a page of the archive lists it.

    `place`: under what its fingerprint is remembered, "" if under nothing. `draft` stands for it where it has no page of
    its own.
    """

    place: str
    teaser: Teaser
    draft: Draft | None = None

    @property
    def name(self) -> str:
        return self.place or self.teaser.title

    @property
    def date(self) -> datetime | None:
        return self.teaser.published.at if self.teaser.published else None


def place_of(walk: Walk) -> tuple[str, int]:
    """The page to read, "" for the first one, and the number of its article to begin with."""
    place, _, first = walk.at.rpartition(_PART) if _PART in walk.at else (walk.at, "", "")
    return place, int(first or 0)


def read_part(
    source: Source, known: Known, basket: Basket, listed: Sequence[Listed], place: str, following: str
) -> Generator[Ask, Any, Page]:
    """Fill the basket from the page at `place`, or from a part of it; behind it, the archive goes on at `following`."""
    assert known.walk is not None
    walk, (_, first) = known.walk, place_of(known.walk)
    entries, cut = yield from _read(source, known, walk, basket, listed[first:])
    end = first + len(entries)
    if cut:
        return Page(next=walk.at, done=False)
    if end < len(listed):
        return Page(next=f"{place}{_PART}{end}", done=False)
    return replace(
        archive.page_of(walk, entries, following, known.now),
        shown=tuple(one.name for one in listed),
        listed=all(one.date for one in listed[first:]),
    )


def _read(
    source: Source, known: Known, walk: Walk, basket: Basket, listed: Sequence[Listed]
) -> Generator[Ask, Any, tuple[list[archive.Entry], bool]]:
    """Read articles that are wanted and not known as they are, up to a number; and whether the server needs a pause now."""
    fingerprints: Mapping[str, str] = yield Recall(tuple(one.place for one in listed if one.place))
    entries: list[archive.Entry] = []
    not_after = walk.not_after if walk.pages else None
    reads = in_vain = 0
    for one in listed:
        date, read = one.date, None
        if not archive.is_old(walk, date) and (not one.place or fingerprints.get(one.place) != one.teaser.fingerprint):
            if reads == _MOST_AT_ONCE:
                break
            reads += 1
            read = yield from _read_one(source, known, basket, one)
        if isinstance(read, Failed) and read.kind in archive.FOR_NOW:
            in_vain += 1
            if read.kind == "busy" or in_vain == _IN_VAIN:
                return entries, True
        elif isinstance(read, Draft):
            in_vain = 0
            date = read.published.at if read.published else date
            _judge(walk, basket, one, read, date, not_after)
        basket.items += 1
        basket.listed += filter(None, [one.teaser.title])
        entries.append((one.name, date))
        not_after = date or not_after
    return entries, False


def _read_one(source: Source, known: Known, basket: Basket, one: Listed) -> Generator[Ask, Any, Draft | Failed | None]:
    if one.draft is None:
        return (yield from read_page(source, known, basket, Request(one.teaser.address), one.teaser))
    if one.place:
        basket.fingerprints[one.place] = one.teaser.fingerprint
    return basket.drafts.setdefault(_key(one, one.draft), one.draft)


def _judge(
    walk: Walk, basket: Basket, one: Listed, draft: Draft, date: datetime | None, not_after: datetime | None
) -> None:
    """Only after it was read it may turn out that an article is older than wanted, or that nobody tells its date."""
    key = _key(one, draft)
    if archive.is_old(walk, date):
        basket.drafts.pop(key, None)
        basket.fingerprints.pop(one.place, None)
    elif date is None and basket.drafts.get(key) is draft:
        basket.drafts[key] = placed = replace(draft, not_after=not_after)
        basket.looks = [replace(look, draft=placed) if look.draft is draft else look for look in basket.looks]


def _key(one: Listed, draft: Draft) -> str:
    """What tells the drafts of one visit apart, as in `read_page`."""
    return f"{one.name} {one.teaser.fingerprint}" if one.draft else draft.key or draft.address
