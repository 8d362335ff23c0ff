"""What was published: which bytes lie under which path since when."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from syndicator.store.instants import from_text, to_text


@dataclass(frozen=True, slots=True)
class Edition:
    """One published file. `digest` is the SHA-256 of its bytes in hex, `modified` when they were first published."""

    path: str
    digest: str
    modified: datetime
    media_type: str


def all_editions(db: Database) -> dict[str, Edition]:
    """Every published file by its path."""
    rows = db.execute("SELECT path, digest, modified, media_type FROM editions")
    return {row[0]: Edition(row[0], row[1], from_text(row[2]), row[3]) for row in rows}


def save_editions(db: Database, editions: list[Edition]) -> None:
    rows = [(e.path, e.digest, to_text(e.modified), e.media_type) for e in editions]
    db.conn.executemany("INSERT OR REPLACE INTO editions VALUES (?, ?, ?, ?)", rows)


def drop_editions(db: Database, paths: list[str]) -> None:
    db.conn.executemany("DELETE FROM editions WHERE path = ?", [(path,) for path in paths])
