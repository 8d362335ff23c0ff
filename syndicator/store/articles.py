"""Articles: found again by their keys, written together with their change, selected for feeds."""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any, Literal

from sqlite_utils import Database

from syndicator.model import REPUBLISHED, Alternate, Article, Change, Holder, Selection
from syndicator.store import twins
from syndicator.store.instants import from_text, to_text
from syndicator.store.rows import (
    COLUMNS,
    ID_IN_FEEDS,
    facets,
    facets_from_json,
    facets_to_json,
    from_row,
    provenance_from_json,
    to_json,
    to_row,
)
from syndicator.store.selecting import arrived, newest, noticed

_MOST_ALIASES = 100
_WRITTEN = [*COLUMNS.split(", "), "digest", "recheck_at", "slug"]
_INSERT = f"INSERT INTO articles ({', '.join(_WRITTEN)}) VALUES ({', '.join('?' * len(_WRITTEN))})"
_CITIES = """
    WITH RECURSIVE found (city) AS (
        SELECT min(city) FROM filings WHERE category = '' AND city > ''
        UNION ALL
        SELECT (SELECT min(city) FROM filings WHERE category = '' AND city > found.city) FROM found WHERE city IS NOT NULL)
    SELECT city FROM found WHERE city IS NOT NULL"""
# Aliases are kept by source: one step along their key for each source that has any.
_ANYWHERE = """
    WITH RECURSIVE found (source) AS (
        SELECT min(source) FROM aliases
        UNION ALL
        SELECT (SELECT min(source) FROM aliases WHERE source > found.source) FROM found WHERE source IS NOT NULL)
    SELECT n FROM articles WHERE id = ?
    UNION
    SELECT aliases.article FROM found CROSS JOIN aliases
        WHERE aliases.source = found.source AND aliases.alias IN (SELECT value FROM json_each(?))
    UNION
    SELECT n FROM articles WHERE n = ?
    ORDER BY 1"""
_ANY_NUMBER = 2**63 - 1
_UPDATE = f"UPDATE articles SET {', '.join(f'{column} = ?' for column in _WRITTEN)} WHERE n = ?"


@dataclass(frozen=True, slots=True)
class Stored:
    """An article and what only the store knows of it.

    `n` is its number in order of arrival, `filed` its categories and those of [[feeds]] ("?name") that hold it, `digest` that of its text,
    `recheck_at` when another look at it is due.
    """

    n: int
    article: Article
    filed: tuple[str, ...]
    digest: str
    recheck_at: datetime | None


# ---------------------------------------------------------------- what is known


def known_aliases(db: Database, source: str, aliases: Iterable[str]) -> dict[str, int]:
    """Which of these aliases belong to an article of this source: alias → the article's number."""
    sql = "SELECT alias, article FROM aliases WHERE source = ? AND alias IN (SELECT value FROM json_each(?))"
    return dict(db.execute(sql, [source, to_json(list(aliases))]).fetchall())


def by_number(db: Database, n: int) -> Stored:
    return _stored(db.execute(f"SELECT n, digest, recheck_at, {COLUMNS} FROM articles WHERE n = ?", [n]).fetchone())


def numbers(db: Database, id: str, aliases: Iterable[str], n: int | None = None) -> list[int]:  # noqa: A002
    """The articles, of whatever source, that have this id, one of these aliases or this number, in order of arrival."""
    values = [id, to_json(list(aliases)), n]
    return [row[0] for row in db.execute(_ANYWHERE, values)]


def titles(db: Database, count: int) -> Iterator[tuple[int, str, str]]:
    """Number, source and headline of the articles that came last."""
    yield from db.execute("SELECT n, source, title FROM articles ORDER BY n DESC LIMIT ?", [count])


def holder(db: Database, id: str) -> Holder | None:  # noqa: A002
    """Who has the article of this id; None if no article has it."""
    sql = "SELECT n, source, address, digest, status, found, provenance FROM articles WHERE id = ?"
    row = db.execute(sql, [id]).fetchone()
    if row is None:
        return None
    n, source, address, digest, status, found, provenance = row
    return Holder(
        n, source, address, digest, status, REPUBLISHED in json.loads(found), provenance_from_json(provenance)
    )


def is_taken(db: Database, id: str) -> bool:  # noqa: A002
    """Whether an article has this id."""
    return db.execute("SELECT 1 FROM articles WHERE id = ?", [id]).fetchone() is not None


def latest(db: Database, source: str, since: datetime, count: int) -> list[Stored]:
    """The `count` articles that this source brought last, as far as since then, the newest first."""
    sql = f"""SELECT n, digest, recheck_at, {COLUMNS} FROM articles
        WHERE n IN (SELECT n FROM articles WHERE source = ? ORDER BY n DESC LIMIT ?) AND first_seen >= ? ORDER BY n DESC"""
    return [_stored(row) for row in db.execute(sql, [source, count, to_text(since)])]


def newest_texts(db: Database, source: str, count: int) -> list[tuple[int, str, str, datetime]]:
    """Number, digest, headline and `sort_at` of the `count` articles that this source brought last, the newest first."""
    sql = """SELECT n, digest, title, sort_at FROM articles
        WHERE n IN (SELECT n FROM articles WHERE source = ? ORDER BY n DESC LIMIT ?) ORDER BY n DESC"""
    return [(row[0], row[1], row[2], from_text(row[3])) for row in db.execute(sql, [source, count])]


def in_order_of_arrival(db: Database, after: int, count: int) -> list[Stored]:
    """The `count` articles that came next after number `after`: a walk through all of them in small steps."""
    sql = f"SELECT n, digest, recheck_at, {COLUMNS} FROM articles WHERE n > ? ORDER BY n LIMIT ?"
    return [_stored(row) for row in db.execute(sql, [after, count])]


def due_for_recheck(db: Database, source: str, now: datetime, count: int) -> list[Stored]:
    """The articles of this source whose time for another look has come, the longest waiting first."""
    sql = f"""SELECT n, digest, recheck_at, {COLUMNS} FROM articles
        WHERE source = ? AND recheck_at <= ? AND address <> '' ORDER BY recheck_at LIMIT ?"""
    return [_stored(row) for row in db.execute(sql, [source, to_text(now), count])]


def neighbours(db: Database, source: str, n: int, count: int) -> list[Stored]:
    """The articles with a page that this source brought just before and just after number `n`, `count` of each; the nearest first."""
    sql = f"""SELECT n, digest, recheck_at, {COLUMNS} FROM articles
        WHERE n IN (SELECT n FROM articles WHERE source = :source AND n < :n ORDER BY n DESC LIMIT :count)
           OR n IN (SELECT n FROM articles WHERE source = :source AND n > :n ORDER BY n LIMIT :count)
        ORDER BY abs(n - :n)"""
    found = (_stored(row) for row in db.execute(sql, {"source": source, "n": n, "count": count}))
    return [stored for stored in found if stored.article.address and stored.article.status != "retracted"]


def due_at(db: Database, source: str, address: str, now: datetime) -> list[tuple[int, datetime, datetime | None]]:
    """The articles of this source at this address whose time for another look has come: number, age, end of an embargo.

    Their age counts from `sort_at`, that of an article in quarantine from its first sight, as it may soon have a good text.
    """
    sql = """SELECT n, CASE decided WHEN 'watchman' THEN first_seen ELSE sort_at END, status, embargo_until
        FROM articles WHERE source = ? AND recheck_at <= ? AND address = ?"""
    rows = db.execute(sql, [source, to_text(now), address])
    return [(n, from_text(at), from_text(end) if status == "embargoed" else None) for n, at, status, end in rows]


def embargoes_over(db: Database, now: datetime, count: int) -> list[int]:
    """Articles whose embargo has ended by now, the earliest first."""
    sql = "SELECT n FROM articles WHERE status = 'embargoed' AND embargo_until <= ? ORDER BY embargo_until, n LIMIT ?"
    return [row[0] for row in db.execute(sql, [to_text(now), count])]


def next_embargo(db: Database) -> datetime | None:
    """When the next embargo ends, be it over already; None where there is none. One step along an index."""
    at = db.execute("SELECT min(embargo_until) FROM articles WHERE status = 'embargoed'").fetchone()[0]
    return from_text(at) if at else None


def notices_over(db: Database, now: datetime, count: int) -> list[int]:
    """Articles that feeds need no longer tell to be taken back, the earliest first."""
    sql = "SELECT n FROM articles WHERE notice_until <= ? ORDER BY notice_until, n LIMIT ?"
    return [row[0] for row in db.execute(sql, [to_text(now), count])]


def next_end(db: Database) -> datetime | None:
    """When the next embargo or notice ends, be it over already; None where there is none. Two steps along indices."""
    row = db.execute("SELECT min(notice_until) FROM articles WHERE notice_until IS NOT NULL").fetchone()
    return min(filter(None, (next_embargo(db), from_text(row[0]) if row[0] else None)), default=None)


def last_of_second(db: Database, city: str, at: datetime) -> datetime | None:
    """Where the last live article of a city stands that stands in the same second as this instant, at or behind it."""
    end = at.replace(microsecond=0) + timedelta(seconds=1)
    sql = "SELECT max(sort_at) FROM filings WHERE category = '' AND city = ? AND sort_at >= ? AND sort_at < ?"
    last = db.execute(sql, [city, to_text(at), to_text(end)]).fetchone()[0]
    return from_text(last) if last else None


def set_recheck(db: Database, n: int, at: datetime | None) -> None:
    db.execute("UPDATE articles SET recheck_at = ? WHERE n = ?", [to_text(at) if at else None, n])


def revisions_since(db: Database, n: int, since: datetime) -> int:
    """How many times the text of this article was replaced since then."""
    sql = "SELECT count(*) FROM revisions WHERE article = ? AND until >= ?"
    return int(db.execute(sql, [n, to_text(since)]).fetchone()[0])


def cities(db: Database) -> tuple[str, ...]:
    """Every city that has a live article, in alphabetical order. Costs one step along an index for each."""
    return tuple(row[0] for row in db.execute(_CITIES))


def counts(db: Database) -> dict[str, int]:
    """How many articles each source has."""
    return dict(db.execute("SELECT source, count(*) FROM articles GROUP BY source").fetchall())


def oldest(db: Database, source: str) -> datetime | None:
    """Where the last article of this source stands in the order of feeds. Costs a walk through all articles."""
    at = db.execute("SELECT min(sort_at) FROM articles WHERE source = ?", [source]).fetchone()[0]
    return from_text(at) if at else None


# ---------------------------------------------------------------- writing


def insert(
    db: Database,
    article: Article,
    filed: Sequence[str],
    digest: str,
    aliases: Iterable[str],
    now: datetime,
    recheck_at: datetime | None = None,
) -> int:
    """Store a new article with its aliases, filings and change, and return its number."""
    row = [*to_row(article, filed), digest, to_text(recheck_at) if recheck_at else None, article.slug]
    n = int(db.execute(_INSERT, row).lastrowid or 0)
    _add_aliases(db, n, article.source, aliases)
    _file(db, n, article, filed)
    _record(db, None, (article, filed), now)
    return n


def replace(db: Database, before: Stored, after: Article, filed: Sequence[str], digest: str, now: datetime) -> None:
    """Store the new state of an article; when its revision has moved, the old text is kept as a revision."""
    old = before.article
    if after.revision != old.revision:
        row = [before.n, old.revision, to_text(now), old.title, old.summary, old.body]
        db.execute("INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?)", row)
    recheck_at = to_text(before.recheck_at) if before.recheck_at else None
    db.execute(_UPDATE, [*to_row(after, filed), digest, recheck_at, after.slug, before.n])
    if (old.status == "live") != (after.status == "live"):  # groups are of what is seen
        twins.put_off(db, [before.n])
    _unfile(db, before)
    _file(db, before.n, after, filed)
    _record(db, (old, before.filed), (after, filed), now)


def touch(db: Database, n: int, now: datetime) -> None:
    """Note a change of what stands beside an article in feeds, so that these are rendered again."""
    stored = by_number(db, n)
    state = (stored.article, stored.filed)
    _record(db, state, state, now)


def add_aliases(db: Database, n: int, source: str, aliases: Iterable[str]) -> None:
    """Remember further keys of an article; one that already belongs to another article stays with it.

    One that has had so many keys gets no more: its source makes new ones at each look, and none of them comes again.
    """
    if (values := list(aliases)) and _count_aliases(db, n) < _MOST_ALIASES:
        _add_aliases(db, n, source, values)


def move_aliases(db: Database, n: int, source: str, aliases: Iterable[str]) -> None:
    """From now on, an article is known as another source's, by these aliases and no others."""
    db.execute("DELETE FROM aliases WHERE article = ?", [n])
    _add_aliases(db, n, source, aliases)


def _add_aliases(db: Database, n: int, source: str, aliases: Iterable[str]) -> None:
    db.conn.executemany("INSERT OR IGNORE INTO aliases VALUES (?, ?, ?)", [(source, alias, n) for alias in aliases])


def _count_aliases(db: Database, n: int) -> int:
    return int(db.execute("SELECT count(*) FROM aliases WHERE article = ?", [n]).fetchone()[0])


def _file(db: Database, n: int, article: Article, filed: Sequence[str]) -> None:
    tables = _tables(article)
    if not tables:
        return
    rest = (to_text(article.sort_at), n, article.district, article.source, article.language, article.kind)
    rows = [(*place, *rest) for place in _places(article, filed)]
    for table in tables:
        db.conn.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _unfile(db: Database, stored: Stored) -> None:
    where = (to_text(stored.article.sort_at), stored.n)
    for table in _tables(stored.article):
        sql = f"DELETE FROM {table} WHERE category = ? AND city = ? AND sort_at = ? AND article = ?"
        db.conn.executemany(sql, [(*place, *where) for place in _places(stored.article, stored.filed)])


def _tables(article: Article) -> tuple[Literal["filings", "notices"], ...]:
    """Where it stands for selections to find it: the one place that says what goes out."""
    if article.status == "live":
        return ("filings", "notices") if article.notice_until else ("filings",)
    return ("notices",) if article.is_notice else ()


def _places(article: Article, filed: Sequence[str]) -> set[tuple[str, str]]:
    """Once for each pair of a category, or any, and its city, or any; once for each feed of [[feeds]] that it is filed for."""
    categories = ["", *(name for name in filed if not name.startswith("?"))]
    return {*product(categories, {"", article.city}), *((name, "") for name in filed if name.startswith("?"))}


def _record(
    db: Database, before: tuple[Article, Sequence[str]] | None, after: tuple[Article, Sequence[str]], now: datetime
) -> None:
    was = facets_to_json(facets(*before)) if before else None
    sql = "INSERT INTO changes (at, article, before, after) VALUES (?, ?, ?, ?)"
    db.execute(sql, [to_text(now), after[0].id, was, facets_to_json(facets(*after))])


# ---------------------------------------------------------------- what goes out


def select(db: Database, selection: Selection, words: str | None = None) -> tuple[Article, ...]:
    """The newest live articles of a selection, newest first: the one way in which articles leave the store.

    `words` is the query of a selection that is not filed, as `search.expression` puts it.

    Of twins that it holds, it shows the one that was published first, with the others as its alternates. Costs `limit` steps
    along an index for each pair of a category and a city asked for, and one for each twin, however many articles are stored.
    """
    return _shown(db, newest(db, selection, words))


def _shown(db: Database, found: Sequence[tuple[int, Sequence[int]]]) -> tuple[Article, ...]:
    sql = f"SELECT n, {COLUMNS} FROM articles WHERE n IN (SELECT value FROM json_each(?))"
    rows = {row[0]: row[1:] for row in db.execute(sql, [to_json([n for n, _ in found])])}
    return tuple(_with_alternates(db, from_row(rows[n]), others) for n, others in found)


def select_for_feed(db: Database, selection: Selection) -> tuple[Article, ...]:
    """What a feed carries: `select`, and between those in their places older articles that changed lately.

    Those that were taken back are without their text. Of all these as many as of the others at most, however old: who has them learns of it.
    """
    found = newest(db, selection)
    live, there = _shown(db, found), {n for first, others in found for n in (first, *others)}
    further = [n for n in noticed(db, selection) if n not in there][: selection.limit]
    told = [one if one.status == "live" else _without_text(one) for one in (_by_number(db, n) for n in further)]
    return tuple(sorted((*live, *told), key=lambda article: article.sort_at, reverse=True)) if told else live


def select_arrived(db: Database, selection: Selection, after: int, until: int, count: int) -> list[tuple[int, Article]]:
    """The live articles of a selection, twins and all, with numbers above `after` up to `until`: the first `count` in order of arrival."""
    return [(n, _by_number(db, n)) for n in arrived(db, selection, after, until, count)]


def arrivals(db: Database, selection: Selection, after: int, count: int) -> list[tuple[int, str]]:
    """Number and id in feeds of the live articles of a selection, twins and all, that came next after number `after`."""
    sql = f"SELECT {ID_IN_FEEDS} FROM articles WHERE n = ?"
    numbers = arrived(db, selection, after, _ANY_NUMBER, count)
    return [(n, db.execute(sql, [n]).fetchone()[0]) for n in numbers]


def lengths(db: Database, numbers: Iterable[int]) -> list[int]:
    """How many characters the texts of these articles have."""
    sql = "SELECT length(title) + length(summary) + length(body) FROM articles WHERE n = ?"
    return [db.execute(sql, [n]).fetchone()[0] for n in numbers]


def with_page(db: Database, slug: str) -> Article | None:
    """The article that has its own page under this name: a live one, or one that was taken back after it was out, without its text.

    None for anything else: nobody can tell what is held from what never was.
    """
    sql = """SELECT n, status FROM articles WHERE slug = :slug AND (status = 'retracted' AND was_out OR EXISTS (
        SELECT 1 FROM filings WHERE category = '' AND city = '' AND sort_at = articles.sort_at AND article = n))"""
    row = db.execute(sql, {"slug": slug}).fetchone()
    if row is None:
        return None
    article = _by_number(db, row[0])
    return article if row[1] == "live" else _without_text(article)


def _by_number(db: Database, n: int) -> Article:
    return from_row(db.execute(f"SELECT {COLUMNS} FROM articles WHERE n = ?", [n]).fetchone())


def _without_text(article: Article) -> Article:
    """What was taken back, as far as it may still be told."""
    found = {REPUBLISHED: article.found[REPUBLISHED]} if article.is_republished else {}
    return dataclasses.replace(
        article, summary="", body="", district="", labels=(), images=(), authors=(), found=found, reason=""
    )


def _with_alternates(db: Database, article: Article, others: Sequence[int]) -> Article:
    if not others:
        return article
    sql = f"SELECT {ID_IN_FEEDS}, address, title, source, city FROM articles WHERE n = ?"
    return dataclasses.replace(
        article, alternates=tuple(Alternate(*db.execute(sql, [other]).fetchone()) for other in others)
    )


def changes_after(db: Database, seq: int) -> tuple[Change, ...]:
    """What happened after change number `seq`, in order."""
    rows = db.execute("SELECT seq, article, before, after FROM changes WHERE seq > ? ORDER BY seq", [seq])
    return tuple(
        Change(row[0], row[1], facets_from_json(row[2]) if row[2] else None, facets_from_json(row[3])) for row in rows
    )


def has_changed(db: Database, id: str, seq: int) -> bool:  # noqa: A002
    """Whether something happened to the article of this id after change number `seq`."""
    sql = "SELECT EXISTS (SELECT 1 FROM changes WHERE seq > ? AND article = ?)"
    return bool(db.execute(sql, [seq, id]).fetchone()[0])


def last_change(db: Database) -> int:
    """The number of the last change, 0 where nothing ever happened."""
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0])


def drop_changes_before(db: Database, seq: int) -> None:
    """Forget changes that are published and too old to be asked for."""
    db.execute("DELETE FROM changes WHERE seq < ?", [seq])


def _stored(row: Sequence[Any]) -> Stored:
    number, digest, recheck_at, *columns = row
    filed = tuple(json.loads(columns[_FILED]))
    return Stored(number, from_row(columns), filed, digest, from_text(recheck_at) if recheck_at else None)


_FILED = COLUMNS.split(", ").index("filed")
