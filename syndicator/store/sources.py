"""What is remembered of sources, their pages and hosts: how the last visit went, and what need not be fetched again."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from syndicator.model import Failed, Validators
from syndicator.store.instants import from_text, to_text


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source fared.

    `block` and `reading` are fingerprints of its block in config.toml, of all of it and of what reading depends on, by
    which `next_due` and the remembered pages came about. `failures` counts the failed visits in a row; `stopped`: it is gone for good (410) and not asked again.
    `rhythm`: at which hours it publishes, as `ingest.rhythm` writes it. `waits`: why `next_due` is later than the interval
    says ("failures", "asked", "quiet hours"), or who visits it meanwhile ("its archive is read"); "" as usual.
    """

    name: str
    block: str = ""
    reading: str = ""
    polled: datetime | None = None
    succeeded: datetime | None = None
    next_due: datetime | None = None
    stopped: bool = False
    failures: int = 0
    failing_since: datetime | None = None
    failure: str | None = None
    reason: str | None = None
    items: int = 0
    problems: tuple[str, ...] = ()
    moved_to: str = ""
    rhythm: str = ""
    waits: str = ""


_FIELDS = SourceState.__slots__
_COLUMNS = ", ".join(_FIELDS)
_INSTANTS = frozenset({"polled", "succeeded", "next_due", "failing_since"})


def get_state(db: Database, name: str) -> SourceState:
    """What is known of a source: everything empty where nothing is."""
    row = db.execute(f"SELECT {_COLUMNS} FROM sources WHERE name = ?", [name]).fetchone()
    return _state(row) if row else SourceState(name)


def all_states(db: Database) -> dict[str, SourceState]:
    return {row[0]: _state(row) for row in db.execute(f"SELECT {_COLUMNS} FROM sources")}


def failing(db: Database) -> list[SourceState]:
    """The sources whose last visit failed."""
    return [_state(row) for row in db.execute(f"SELECT {_COLUMNS} FROM sources WHERE failures > 0")]


def visited_since(db: Database, then: datetime) -> set[str]:
    """The names of the sources that were asked since then."""
    return {row[0] for row in db.execute("SELECT name FROM sources WHERE polled >= ?", [to_text(then)])}


def save_state(db: Database, state: SourceState) -> None:
    row = [_to_column(name, getattr(state, name)) for name in _FIELDS]
    db.execute(f"INSERT OR REPLACE INTO sources ({_COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)


def describe(failed: Failed) -> str:
    """A failure as one line: where, if what happened does not say it already, and what."""
    known = not failed.address or failed.address in failed.reason
    return failed.reason if known else f"{failed.address}: {failed.reason}"


def _state(row: Sequence[Any]) -> SourceState:
    return SourceState(**{name: _from_column(name, value) for name, value in zip(_FIELDS, row, strict=True)})


def _to_column(name: str, value: Any) -> Any:
    if name in _INSTANTS:
        return to_text(value) if value else None
    return json.dumps(value, ensure_ascii=False) if name == "problems" else value


def _from_column(name: str, value: Any) -> Any:
    if name in _INSTANTS:
        return from_text(value) if value else None
    if name == "problems":
        return tuple(json.loads(value))
    return bool(value) if name == "stopped" else value


# ---------------------------------------------------------------- pages


def get_validators(db: Database, source: str, address: str) -> Validators | None:
    sql = "SELECT etag, last_modified, digest FROM pages WHERE source = ? AND address = ?"
    row = db.execute(sql, [source, address]).fetchone()
    return Validators(*row) if row else None


def save_validators(db: Database, source: str, pages: Mapping[str, Validators]) -> None:
    sql = """INSERT INTO pages (source, address, etag, last_modified, digest) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (source, address) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified, digest = excluded.digest"""
    db.conn.executemany(sql, [(source, url, v.etag, v.last_modified, v.digest) for url, v in pages.items()])


def get_fingerprints(db: Database, source: str, addresses: Iterable[str]) -> dict[str, str]:
    """The fingerprints of those addresses that were read before; "" is one, too."""
    sql = "SELECT fingerprint FROM pages WHERE source = ? AND address = ?"
    rows = ((address, db.execute(sql, [source, address]).fetchone()) for address in addresses)
    return {address: row[0] for address, row in rows if row}


def save_fingerprints(db: Database, source: str, fingerprints: Mapping[str, str]) -> None:
    sql = """INSERT INTO pages (source, address, fingerprint) VALUES (?, ?, ?)
        ON CONFLICT (source, address) DO UPDATE SET fingerprint = excluded.fingerprint"""
    db.conn.executemany(sql, [(source, address, fingerprint) for address, fingerprint in fingerprints.items()])


def forget_page(db: Database, source: str, address: str) -> None:
    """Read this page anew when the list shows it again."""
    db.execute("DELETE FROM pages WHERE source = ? AND address = ?", [source, address])


def forget_pages(db: Database, source: str) -> None:
    """Read everything of this source anew at the next visit, as after its block in config.toml was edited."""
    db.execute("DELETE FROM pages WHERE source = ?", [source])


# ---------------------------------------------------------------- hosts


def all_hosts(db: Database) -> dict[str, tuple[str | None, datetime | None, datetime | None]]:
    """What each host told: its robots.txt, when that was read, and until when it wants to be left alone (Retry-After)."""
    rows = db.execute("SELECT origin, robots, robots_at, not_before FROM hosts")
    return {
        row[0]: (row[1], from_text(row[2]) if row[2] else None, from_text(row[3]) if row[3] else None) for row in rows
    }


def save_host(
    db: Database, origin: str, robots: str | None, robots_at: datetime | None, not_before: datetime | None
) -> None:
    row = [origin, robots, to_text(robots_at) if robots_at else None, to_text(not_before) if not_before else None]
    db.execute("INSERT OR REPLACE INTO hosts VALUES (?, ?, ?, ?)", row)
