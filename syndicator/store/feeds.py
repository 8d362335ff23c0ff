"""Which feeds there are and were: one that ends says so for a while, and its name is remembered for ever."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from syndicator.store.instants import from_text, to_text


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed that was published under this name. `ended` is when it was no longer in the configuration."""

    name: str
    title: str
    ended: datetime | None = None


def listed(db: Database) -> Mapping[str, Listed]:
    """Every feed that was ever published, but those that were renamed, by name."""
    rows = db.execute("SELECT name, title, ended FROM feeds")
    return {name: Listed(name, title, from_text(ended) if ended else None) for name, title, ended in rows}


def list_feeds(db: Database, feeds: Iterable[Listed], renamed: Iterable[str]) -> None:
    """Note these as they are now, and forget those that live on under other names."""
    rows = [(feed.name, feed.title, to_text(feed.ended) if feed.ended else None) for feed in feeds]
    db.conn.executemany("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?)", rows)
    db.conn.executemany("DELETE FROM feeds WHERE name = ?", [(name,) for name in renamed])
