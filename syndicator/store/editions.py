"""What was published: which bytes lie under which path since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from syndicator.store.facts import get_fact, set_fact
from syndicator.store.instants import from_text, to_text


@dataclass(frozen=True, slots=True)
class Edition:
    """One published file. `digest` is the SHA-256 of its bytes in hex, `modified` when they were first published.

    The digest is empty while the file is being written, and stays so when that fails: any bytes may lie there.
    """

    path: str
    digest: str
    modified: datetime
    media_type: str


def all_editions(db: Database) -> dict[str, Edition]:
    """Every published file by its path."""
    rows = db.execute("SELECT path, digest, modified, media_type FROM editions")
    return {row[0]: Edition(row[0], row[1], from_text(row[2]), row[3]) for row in rows}


def save_editions(db: Database, editions: Iterable[Edition]) -> None:
    rows = [(e.path, e.digest, to_text(e.modified), e.media_type) for e in editions]
    db.conn.executemany("INSERT OR REPLACE INTO editions VALUES (?, ?, ?, ?)", rows)
    move(db)


def drop_editions(db: Database, paths: Iterable[str]) -> None:
    if rows := [(path,) for path in paths]:
        db.conn.executemany("DELETE FROM editions WHERE path = ?", rows)
        move(db)


def generation(db: Database) -> int:
    """A number that moves whenever a published file does, an archived page too, whichever process moved it."""
    return int(get_fact(db, "generation") or 0)


def move(db: Database) -> None:
    """Some published file is another now."""
    set_fact(db, "generation", str(generation(db) + 1))
