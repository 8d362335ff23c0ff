"""Twins: articles that are one press release. By what they are found, which are paired, and whom a feed shows once.

Nothing here decides what a twin is; `pipeline/twins.py` does, and lets nothing out: see `articles.select`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from syndicator.store.instants import from_text
from syndicator.store.rows import ID_IN_FEEDS, to_json

Mark = tuple[int, int, int]
"""A value that leads to an article, the day of its publication, and its number."""

_MOST_OF_A_MARK = 24  # articles read for one mark: what more share is a passage of all releases, and no mark of any
_MOST_CANDIDATES = 12
_OF_A_MARK = f"SELECT * FROM (SELECT article FROM marks WHERE mark = ? AND day BETWEEN ? AND ? LIMIT {_MOST_OF_A_MARK})"


@dataclass(frozen=True, slots=True)
class Sketched:
    """The sketch of an article. `day` is that of its publication, `seen` of its arrival, both counted from 1970."""

    article: int
    day: int
    seen: int
    sketch: bytes


@dataclass(frozen=True, slots=True)
class Peer:
    """What of an article decides whose twin it is, all of it the same in whatever store; `sketch` is empty where none is kept any more.

    `id` is the one in feeds, `feed` the id or address of the feed that brought it first, where it came from one.
    """

    article: int
    id: str
    feed: str
    city: str
    sort_at: datetime
    live: bool
    sketch: bytes


# ---------------------------------------------------------------- what waits to be looked at


def put_off(db: Database, numbers: Iterable[int]) -> None:
    """Remember articles whose twins are to be found."""
    db.conn.executemany("INSERT OR IGNORE INTO twins_waiting VALUES (?)", [(n,) for n in numbers])


def put_off_before(db: Database, count: int) -> list[int]:
    """The first of those remembered."""
    return [row[0] for row in db.execute("SELECT article FROM twins_waiting ORDER BY article LIMIT ?", [count])]


def take_up(db: Database, numbers: Sequence[int]) -> None:
    """The first of those remembered are seen to."""
    db.execute("DELETE FROM twins_waiting WHERE article <= ?", [numbers[-1]])


# ---------------------------------------------------------------- sketches


def sketches_of(db: Database, numbers: Iterable[int]) -> list[Sketched]:
    """The sketches that are kept of these articles."""
    sql = "SELECT article, day, seen, sketch FROM sketches WHERE article IN (SELECT value FROM json_each(?))"
    return [Sketched(*row) for row in db.execute(sql, [to_json(list(numbers))])]


def oldest_sketches(db: Database, seen_before: int, count: int) -> list[Sketched]:
    """At most `count` sketches of articles that arrived before that day. Articles are numbered as they arrive."""
    first = db.execute("SELECT seen FROM sketches ORDER BY article LIMIT 1").fetchone()
    if first is None or first[0] >= seen_before:
        return []
    rows = db.execute("SELECT article, day, seen, sketch FROM sketches ORDER BY article LIMIT ?", [count])
    return [row for row in (Sketched(*row) for row in rows) if row.seen < seen_before]


def keep_sketches(db: Database, rows: Collection[Sketched]) -> None:
    db.conn.executemany(
        "INSERT INTO sketches VALUES (?, ?, ?, ?)", [(r.article, r.day, r.seen, r.sketch) for r in rows]
    )


def drop_sketches(db: Database, rows: Iterable[Sketched]) -> None:
    db.conn.executemany("DELETE FROM sketches WHERE article = ?", [(row.article,) for row in rows])


def keep_marks(db: Database, marks: Iterable[Mark]) -> None:
    db.conn.executemany("INSERT INTO marks VALUES (?, ?, ?)", sorted(marks))


def drop_marks(db: Database, marks: Iterable[Mark]) -> None:
    db.conn.executemany("DELETE FROM marks WHERE mark = ? AND day = ? AND article = ?", marks)


def candidates(db: Database, row: Sketched, marks: Sequence[int], days: int) -> list[int]:
    """Articles that share marks with this one and were published within so many days of it, most marks first."""
    sql = f"""SELECT article FROM ({" UNION ALL ".join([_OF_A_MARK] * len(marks))}) WHERE article <> ?
        GROUP BY article ORDER BY count(*) DESC, article LIMIT {_MOST_CANDIDATES}"""
    values = [value for mark in marks for value in (mark, row.day - days, row.day + days)]
    return [found[0] for found in db.execute(sql, [*values, row.article])] if marks else []


def peers(db: Database, numbers: Iterable[int]) -> dict[int, Peer]:
    """These articles by number, of whatever status: what may not be seen is not seen in a selection."""
    sql = f"""SELECT n, {ID_IN_FEEDS}, coalesce(
        nullif(json_extract(provenance, '$.id'), ''), json_extract(provenance, '$.feed_url'), ''), city, sort_at,
        status = 'live', coalesce(sketch, x'') FROM articles LEFT JOIN sketches ON article = n
        WHERE n IN (SELECT value FROM json_each(?))"""
    rows = db.execute(sql, [to_json(list(numbers))])
    return {n: Peer(n, id_, feed, city, from_text(at), bool(live), text) for n, id_, feed, city, at, live, text in rows}


# ---------------------------------------------------------------- pairs and groups


def twins_of(db: Database, n: int) -> list[int]:
    return [row[0] for row in db.execute("SELECT twin FROM twins WHERE article = ? ORDER BY twin", [n])]


def pair(db: Database, pairs: Iterable[tuple[int, int]]) -> None:
    both = [way for one, other in pairs for way in ((one, other), (other, one))]
    db.conn.executemany("INSERT OR IGNORE INTO twins VALUES (?, ?)", both)


def unpair(db: Database, n: int) -> list[int]:
    """Take an article's pairs apart, and return whom it was paired with."""
    others = twins_of(db, n)
    ways = [way for other in others for way in ((n, other), (other, n))]
    db.conn.executemany("DELETE FROM twins WHERE article = ? AND twin = ?", ways)
    return others


def leaders(db: Database, numbers: Iterable[int]) -> dict[int, int]:
    """Whose group each of these articles is in; those in none are left out."""
    sql = "SELECT article, leader FROM twin_groups WHERE article IN (SELECT value FROM json_each(?))"
    return dict(db.execute(sql, [to_json(list(numbers))]).fetchall())


def lead(db: Database, numbers: Iterable[int], leader: Mapping[int, int]) -> None:
    """These articles are in the groups of these leaders from now on, or in none."""
    db.conn.executemany("DELETE FROM twin_groups WHERE article = ?", [(n,) for n in numbers if n not in leader])
    db.conn.executemany("INSERT OR REPLACE INTO twin_groups VALUES (?, ?)", leader.items())
