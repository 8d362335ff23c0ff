"""The closed pages of feeds: which articles each holds is a range of their numbers, and nothing else is kept of it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from syndicator.store import editions
from syndicator.store.rows import to_json

_DUE, _FAILED, _EMPTY = 1, 2, 3
# A page that can be linked: its bytes lie there, or are going to before those of any newer page.
_LINKED = f"(digest <> '' OR due = {_DUE}) AND due <> {_EMPTY}"


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """A page of the articles with numbers above `after` up to `until`.

    `older` is the page before it, None for the oldest. `digest` is that of the bytes that were published, "" where nobody knows.
    """

    feed: str
    page: int
    after: int
    until: int
    older: int | None
    digest: str


def newest(db: Database, feed: str) -> int | None:
    """The page that the current document links: the newest that readers find."""
    sql = f"SELECT page FROM archive_pages WHERE feed = ? AND digest <> '' AND due <> {_EMPTY} ORDER BY last_n DESC LIMIT 1"
    row = db.execute(sql, [feed]).fetchone()
    return row[0] if row else None


def end(db: Database, feed: str) -> int:
    """The number of the last article that a page of this feed may hold; 0 where it has none."""
    return int(db.execute("SELECT coalesce(max(last_n), 0) FROM archive_pages WHERE feed = ?", [feed]).fetchone()[0])


def numbers_of(db: Database, ids: Collection[str]) -> dict[str, int]:
    """The numbers of the articles with these ids, as far as some page may hold them."""
    sql = """SELECT id, n FROM articles WHERE id IN (SELECT value FROM json_each(?))
        AND n <= (SELECT max((SELECT max(last_n) FROM archive_pages AS p WHERE p.feed = a.feed)) FROM archives AS a)"""
    return dict(db.execute(sql, [to_json(list(ids))]).fetchall()) if ids else {}


def behind(db: Database) -> frozenset[str]:
    """The feeds of which the current document is to be rendered once more for its archive: those with due pages when these are done."""
    sql = f"""SELECT feed FROM archives AS a WHERE behind > 0 AND NOT EXISTS (
        SELECT 1 FROM archive_pages AS p WHERE p.feed = a.feed AND due = {_DUE} AND due > 0)"""
    return frozenset(row[0] for row in db.execute(sql))


def is_settled(db: Database) -> bool:
    """Whether no page is due, and no current document behind."""
    sql = f"""SELECT EXISTS (SELECT 1 FROM archive_pages WHERE due = {_DUE} AND due > 0)
        OR EXISTS (SELECT 1 FROM archives WHERE behind > 0)"""
    return not db.execute(sql).fetchone()[0]


def due(db: Database, count: int) -> list[ClosedPage]:
    """The pages to be rendered, of each feed the oldest first, so that none links one that is not there yet."""
    sql = f"""SELECT feed, page, digest, last_n,
            (SELECT coalesce(max(last_n), 0) FROM archive_pages AS b WHERE b.feed = a.feed AND b.last_n < a.last_n),
            (SELECT page FROM archive_pages AS b WHERE b.feed = a.feed AND b.last_n < a.last_n AND {_LINKED}
                ORDER BY last_n DESC LIMIT 1)
        FROM archive_pages AS a WHERE due = {_DUE} AND due > 0 ORDER BY feed, last_n LIMIT ?"""
    rows = db.execute(sql, [count])
    return [ClosedPage(feed, page, after, until, older, digest) for feed, page, digest, until, after, older in rows]


def failed(db: Database) -> list[tuple[str, int]]:
    """Feed and number of the pages that could not be rendered."""
    sql = f"SELECT feed, page FROM archive_pages WHERE due = {_FAILED} AND due > 0 ORDER BY feed, page"
    return db.execute(sql).fetchall()


# ---------------------------------------------------------------- what is to be done


def close(db: Database, feed: str, ends: Iterable[int]) -> None:
    """Add pages that end with these numbers, each under a number of its own that was never used; they are due."""
    db.execute("INSERT OR IGNORE INTO archives (feed) VALUES (?)", [feed])
    for last_n in ends:
        page = db.execute("SELECT next_page FROM archives WHERE feed = ?", [feed]).fetchone()[0]
        db.execute("UPDATE archives SET next_page = next_page + 1 WHERE feed = ?", [feed])
        db.execute("INSERT INTO archive_pages (feed, last_n, page) VALUES (?, ?, ?)", [feed, last_n, page])


def hand_on(db: Database, old: str, new: str) -> None:
    """The pages of a feed are also those of another, under the same numbers, if that has none; they are due."""
    if old in (known := _archived(db)) and new not in known:
        db.execute("INSERT INTO archives SELECT ?, next_page, 1 FROM archives WHERE feed = ?", [new, old])
        sql = "INSERT INTO archive_pages (feed, last_n, page) SELECT ?, last_n, page FROM archive_pages WHERE feed = ?"
        db.execute(sql, [new, old])


def split(db: Database, page: ClosedPage, last_n: int) -> None:
    """Cut a page in two: its articles up to number `last_n` become a page of their own, which is the one before it."""
    close(db, page.feed, [last_n])


def set_behind(db: Database, feed: str, *, is_behind: bool) -> None:
    if is_behind:
        db.execute("INSERT OR IGNORE INTO archives (feed) VALUES (?)", [feed])
    db.execute("UPDATE archives SET behind = ? WHERE feed = ? AND behind <> ?", [is_behind, feed, is_behind])


def mark(db: Database, feed: str, numbers: Iterable[int]) -> None:
    """The pages of this feed that may hold these articles are due."""
    sql = f"""UPDATE archive_pages SET due = {_DUE} WHERE feed = :feed
        AND last_n = (SELECT min(last_n) FROM archive_pages WHERE feed = :feed AND last_n >= :n)"""
    db.conn.executemany(sql, [{"feed": feed, "n": n} for n in sorted(numbers)])


def mark_all(db: Database) -> None:
    """Every page is due, as after an edit of the configuration."""
    db.execute(f"UPDATE archive_pages SET due = {_DUE} WHERE due <> {_EMPTY}")


def mark_failed(db: Database) -> None:
    """Pages that could not be rendered are tried again."""
    db.execute(f"UPDATE archive_pages SET due = {_DUE} WHERE due = {_FAILED} AND due > 0")


def mark_missing(db: Database, pages: Iterable[tuple[str, int]]) -> None:
    """The bytes of these pages, by feed and number, do not lie where they should."""
    sql = f"UPDATE archive_pages SET due = {_DUE}, digest = '' WHERE feed = ? AND page = ?"
    db.conn.executemany(sql, pages)


# ---------------------------------------------------------------- what was done


def begin(db: Database, pages: Iterable[ClosedPage]) -> None:
    """Until `finish`, nobody knows what lies under these pages; they stay due."""
    rows = [(page.feed, page.until) for page in pages]
    db.conn.executemany("UPDATE archive_pages SET digest = '' WHERE feed = ? AND last_n = ?", rows)


def finish(db: Database, pages: Iterable[tuple[ClosedPage, str]]) -> None:
    """These pages are published with these digests. Where one was not there before, what is newer is to link it."""
    for page, digest in pages:
        sql = "UPDATE archive_pages SET digest = ?, due = 0 WHERE feed = ? AND last_n = ?"
        db.execute(sql, [digest, page.feed, page.until])
        if digest != page.digest:
            editions.move(db)
        if not page.digest:
            _link_anew(db, page)


def fail(db: Database, page: ClosedPage) -> None:
    """The page cannot be rendered: it stays as it is. One that nobody finds is not linked."""
    db.execute(f"UPDATE archive_pages SET due = {_FAILED} WHERE feed = ? AND last_n = ?", [page.feed, page.until])
    if not page.digest:
        _link_anew(db, page)


def empty(db: Database, page: ClosedPage) -> None:
    """The page holds nothing any more: it is linked no longer, and then removed."""
    sql = f"UPDATE archive_pages SET due = {_EMPTY}, digest = '' WHERE feed = ? AND last_n = ?"
    db.execute(sql, [page.feed, page.until])
    _link_anew(db, page)


def _link_anew(db: Database, page: ClosedPage) -> None:
    """The page that comes after this one is due, or the current document is behind, where there is none."""
    sql = f"""UPDATE archive_pages SET due = {_DUE} WHERE feed = :feed AND last_n =
        (SELECT min(last_n) FROM archive_pages WHERE feed = :feed AND last_n > :until AND due <> {_EMPTY})"""
    if not db.execute(sql, {"feed": page.feed, "until": page.until}).rowcount:
        set_behind(db, page.feed, is_behind=True)


# ---------------------------------------------------------------- what goes


def useless(db: Database, feeds: Collection[str], count: int) -> list[tuple[str, int]]:
    """Feed and number of pages that are empty and linked no longer, or of other feeds than these."""
    sql = f"""SELECT feed, page FROM archive_pages WHERE due = {_EMPTY} AND due > 0
        UNION ALL
        SELECT feed, page FROM archive_pages WHERE feed IN (SELECT value FROM json_each(?)) LIMIT ?"""
    others = [feed for feed in _archived(db) if feed not in feeds]
    return db.execute(sql, [to_json(others), count]).fetchall()


def drop(db: Database, pages: Iterable[tuple[str, int]]) -> None:
    db.conn.executemany("DELETE FROM archive_pages WHERE feed = ? AND page = ?", pages)
    editions.move(db)


def written(db: Database) -> Sequence[tuple[str, int]]:
    """Feed and number of every page that was published."""
    return db.execute("SELECT feed, page FROM archive_pages WHERE digest <> ''").fetchall()


def digests(db: Database) -> list[tuple[str, int, str]]:
    """Feed, number, and digest of every page that is not empty; the digest is "" while nobody knows what lies there."""
    return db.execute(f"SELECT feed, page, digest FROM archive_pages WHERE due <> {_EMPTY}").fetchall()


def _archived(db: Database) -> list[str]:
    return [row[0] for row in db.execute("SELECT feed FROM archives")]
