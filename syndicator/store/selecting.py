"""Which articles a selection holds: walks along the index `filings`, or that of words, and each group of twins once."""

import heapq
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice, product
from typing import Any, TypeVar

from sqlite_utils import Database

from syndicator.model import Selection
from syndicator.store.rows import ID_IN_FEEDS, to_json
from syndicator.store.search import SLOTS

Row = tuple[str, int, int | None]
"""When an article was published, its number, and the leader of its group of twins."""

T = TypeVar("T")
_NUMBER = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A selection as conditions on `filings`, beside those on category and city; `words` is what is searched for, in FTS5's language."""

    categories: tuple[str, ...]
    cities: tuple[str, ...]
    where: str
    values: tuple[str, ...]
    words: str | None = None


def newest(db: Database, selection: Selection, words: str | None = None) -> list[tuple[int, Sequence[int]]]:
    """The articles of a selection by their numbers, newest first, each with those of the twins for which it stands.

    `words` is the query of a selection that is not filed, as `search.expression` puts it.

    The walks end here: one left open, as by a row that cannot be read, would outlive its snapshot.
    """
    asked = _asked(selection, words)
    if words is None:
        walks = [_walk(db, asked, *place) for place in product(asked.categories, asked.cities)]
    else:
        walks = [_walk_words(db, asked, words)] if words else []
    try:
        merged = _without_repeats(heapq.merge(*walks, reverse=True))
        return list(islice(_each_once(db, asked, _in_order(db, merged)), selection.limit))
    finally:
        for walk in walks:
            walk.close()


def noticed(db: Database, selection: Selection) -> list[int]:
    """The articles that were taken back or corrected lately and that a selection would hold, newest first: twice its limit at most."""
    asked = _asked(selection, None)
    sql = f"""SELECT sort_at, article FROM notices AS filings
        WHERE category = ? AND city = ?{asked.where} ORDER BY sort_at DESC, article DESC LIMIT ?"""
    found = {
        row
        for place in product(asked.categories, asked.cities)
        for row in db.execute(sql, [*place, *asked.values, 2 * selection.limit])
    }
    return [n for _, n in sorted(found, reverse=True)[: 2 * selection.limit]]


def arrived(db: Database, selection: Selection, after: int, until: int, count: int) -> list[int]:
    """The articles of a selection with numbers above `after` up to `until`, each twin for itself: the first `count` in order."""
    asked = _asked(selection, None)
    sql = f"""SELECT article FROM filings INDEXED BY filings_by_arrival
        WHERE category = ? AND city = ? AND article > ? AND article <= ?{asked.where} ORDER BY article LIMIT ?"""
    found = {
        n
        for place in product(asked.categories, asked.cities)
        for (n,) in db.execute(sql, [*place, after, until, *asked.values, count])
    }
    return sorted(found)[:count]


def _in_order(db: Database, rows: Iterable[Row]) -> Iterator[Row]:
    """What was published at one instant by ids, the highest first, and not by arrival: so all who have it show it alike."""
    for _, together in groupby(rows, key=lambda row: row[0]):
        one_instant = list(together)
        if len(one_instant) > 1:
            ids = _ids(db, [n for _, n, _ in one_instant])
            one_instant.sort(key=lambda row: _counted(ids[row[1]]), reverse=True)
        yield from one_instant


def _ids(db: Database, numbers: Sequence[int]) -> dict[int, str]:
    sql = f"SELECT n, {ID_IN_FEEDS} FROM articles WHERE n IN (SELECT value FROM json_each(?))"
    return dict(db.execute(sql, [to_json(numbers)]).fetchall())


def _counted(iri: str) -> str:
    """As text that sorts the numbers in it as numbers: many a source counts its articles."""
    return _NUMBER.sub(lambda found: found[0].rjust(20, "0"), iri)


def _each_once(db: Database, asked: _Asked, rows: Iterable[Row]) -> Iterator[tuple[int, Sequence[int]]]:
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


def _asked(selection: Selection, words: str | None) -> _Asked:
    if selection.filed:
        return _Asked((selection.filed,), ("",), "", ())
    if selection.query and words is None:
        raise ValueError("a query that is filed for no feed is answered by its words")
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
    return _Asked(selection.categories or ("",), selection.cities or ("",), where, tuple(values), words)


def _walk(db: Database, asked: _Asked, category: str, city: str) -> Generator[Row, None, None]:
    """Step by step, as nobody knows beforehand how many twins are passed over; with each article the leader of its group."""
    sql = f"""SELECT filings.sort_at, filings.article, leader
        FROM filings LEFT JOIN twin_groups ON twin_groups.article = filings.article
        WHERE category = ? AND city = ?{asked.where} ORDER BY filings.sort_at DESC, filings.article DESC"""
    yield from db.execute(sql, [category, city, *asked.values])


def _walk_words(db: Database, asked: _Asked, words: str) -> Generator[Row, None, None]:
    """The newest minute first, and all of one minute in order: that is how places are given (`store/search.py`)."""
    sql = f"""SELECT searchable.sort_at, searchable.article, leader, place
        FROM search CROSS JOIN searchable ON place = search.rowid
        LEFT JOIN twin_groups ON twin_groups.article = searchable.article
        WHERE search MATCH ? AND EXISTS (SELECT 1 FROM filings
            WHERE category IN ({_marks(asked.categories)}) AND filings.city IN ({_marks(asked.cities)})
            AND filings.sort_at = searchable.sort_at AND filings.article = searchable.article{asked.where})
        ORDER BY search.rowid DESC"""
    rows = db.execute(sql, [words, *asked.categories, *asked.cities, *asked.values])
    minutes = groupby(rows, key=lambda row: row[3] // SLOTS)
    yield from chain.from_iterable(
        sorted((row[:3] for row in minute), reverse=True, key=lambda row: row[:2]) for _, minute in minutes
    )


def _twins_within(db: Database, asked: _Asked, leader: int) -> list[int]:
    """The articles of a group that a selection may show, in order of publication."""
    sql = f"""SELECT n FROM twin_groups CROSS JOIN articles ON n = twin_groups.article
        WHERE leader = ? AND EXISTS (SELECT 1 FROM filings
            WHERE category IN ({_marks(asked.categories)}) AND filings.city IN ({_marks(asked.cities)})
            AND filings.sort_at = articles.sort_at AND filings.article = n{asked.where})"""
    values = [leader, *asked.categories, *asked.cities, *asked.values]
    if asked.words:
        sql += """ AND EXISTS (SELECT 1 FROM searchable CROSS JOIN search ON search.rowid = place
            WHERE searchable.article = n AND search MATCH ?)"""
        values.append(asked.words)
    return [row[0] for row in db.execute(f"{sql} ORDER BY sort_at, {ID_IN_FEEDS}", values)]


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _without_repeats(rows: Iterable[T]) -> Iterator[T]:
    last = None
    for row in rows:
        if row != last:
            yield row
        last = row
