"""Which articles a selection holds: walks along the index `filings`, and each group of twins once."""

import heapq
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any, TypeVar

from sqlite_utils import Database

from syndicator.model import Selection

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A selection as conditions on `filings`, beside those on category and city."""

    categories: tuple[str, ...]
    cities: tuple[str, ...]
    where: str
    values: tuple[str, ...]


def newest(db: Database, selection: Selection) -> list[tuple[int, Sequence[int]]]:
    """The articles of a selection by their numbers, newest first, each with those of the twins for which it stands.

    The walks end here: one left open, as by a row that cannot be read, would outlive its snapshot.
    """
    asked = _asked(selection)
    walks = [_walk(db, asked, *place) for place in product(asked.categories, asked.cities)]
    try:
        merged = _without_repeats(heapq.merge(*walks, reverse=True))
        return list(islice(_each_once(db, asked, merged), selection.limit))
    finally:
        for walk in walks:
            walk.close()


def _each_once(
    db: Database, asked: _Asked, rows: Iterable[tuple[str, int, int | None]]
) -> Iterator[tuple[int, Sequence[int]]]:
    """Numbers of articles, without those whose twin stands for them."""
    groups: dict[int, list[int]] = {}
    for _, n, leader in rows:
        if leader is None:
            yield n, ()
            continue
        if leader not in groups:
            groups[leader] = _twins_within(db, asked, leader)
        first, *others = groups[leader]
        if n == first:
            yield n, others


def _asked(selection: Selection) -> _Asked:
    if selection.filed:
        return _Asked((selection.filed,), ("",), "", ())
    where, values = "", list[str]()
    for column, chosen in (
        ("district", selection.districts),
        ("source", selection.sources),
        ("language", selection.languages),
        ("kind", selection.kinds),
    ):
        if chosen:
            where += f" AND filings.{column} IN ({_marks(chosen)})"
            values.extend(chosen)
    return _Asked(selection.categories or ("",), selection.cities or ("",), where, tuple(values))


def _walk(db: Database, asked: _Asked, category: str, city: str) -> Generator[tuple[str, int, int | None], None, None]:
    """Step by step, as nobody knows beforehand how many twins are passed over; with each article the leader of its group."""
    sql = f"""SELECT filings.sort_at, filings.article, leader
        FROM filings LEFT JOIN twin_groups ON twin_groups.article = filings.article
        WHERE category = ? AND city = ?{asked.where} ORDER BY filings.sort_at DESC, filings.article DESC"""
    yield from db.execute(sql, [category, city, *asked.values])


def _twins_within(db: Database, asked: _Asked, leader: int) -> list[int]:
    """The articles of a group that a selection may show, in order of publication."""
    sql = f"""SELECT n FROM twin_groups CROSS JOIN articles ON n = twin_groups.article
        WHERE leader = ? AND EXISTS (SELECT 1 FROM filings
            WHERE category IN ({_marks(asked.categories)}) AND filings.city IN ({_marks(asked.cities)})
            AND filings.sort_at = articles.sort_at AND filings.article = n{asked.where})
        ORDER BY sort_at, id"""
    return [row[0] for row in db.execute(sql, [leader, *asked.categories, *asked.cities, *asked.values])]


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _without_repeats(rows: Iterable[T]) -> Iterator[T]:
    last = None
    for row in rows:
        if row != last:
            yield row
        last = row
