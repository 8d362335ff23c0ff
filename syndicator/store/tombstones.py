"""What a feed took back that nobody had: should an older copy of it come later, as from an archive, it stays away (RFC 6721, 3)."""

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from syndicator.store.instants import from_text, to_text
from syndicator.store.rows import to_json

_MOST = 5_000  # of one source; the oldest are forgotten


def note(db: Database, source: str, key: str, at: datetime) -> None:
    """Remember that this was taken back then, or later if that is known already."""
    sql = """INSERT INTO tombstones VALUES (?, ?, ?)
        ON CONFLICT (source, key) DO UPDATE SET at = max(at, excluded.at)"""
    db.execute(sql, [source, key, to_text(at)])


def since(db: Database, source: str, keys: Iterable[str]) -> dict[str, datetime]:
    """Which of these the feed took back, and when."""
    sql = "SELECT key, at FROM tombstones WHERE source = ? AND key IN (SELECT value FROM json_each(?))"
    return {key: from_text(at) for key, at in db.execute(sql, [source, to_json(list(keys))])}


def trim(db: Database, source: str) -> None:
    """Forget the oldest of too many."""
    sql = """DELETE FROM tombstones WHERE source = :source AND at < (
        SELECT at FROM tombstones WHERE source = :source ORDER BY at DESC LIMIT 1 OFFSET :most)"""
    db.execute(sql, {"source": source, "most": _MOST})
