"""What is remembered of sources, their pages and hosts: how the last visit went, and what need not be fetched again."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from syndicator.model import Failed, Validators
from syndicator.store.instants import from_text, to_text


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source fared. `failures` counts the failed visits in a row; `stopped`: it is gone for good (410) and not asked again."""

    name: str
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


_COLUMNS = "name, reading, polled, succeeded, next_due, stopped, failures, failing_since, failure, reason, items, problems, moved_to"


def get_state(db: Database, name: str) -> SourceState:
    """What is known of a source: everything empty where nothing is."""
    row = db.execute(f"SELECT {_COLUMNS} FROM sources WHERE name = ?", [name]).fetchone()
    return _state(row) if row else SourceState(name)


def all_states(db: Database) -> dict[str, SourceState]:
    return {row[0]: _state(row) for row in db.execute(f"SELECT {_COLUMNS} FROM sources")}


def save_state(db: Database, state: SourceState) -> None:
    def text(instant: datetime | None) -> str | None:
        return to_text(instant) if instant else None

    row = [
        state.name,
        state.reading,
        text(state.polled),
        text(state.succeeded),
        text(state.next_due),
        int(state.stopped),
        state.failures,
        text(state.failing_since),
        state.failure,
        state.reason,
        state.items,
        json.dumps(state.problems, ensure_ascii=False),
        state.moved_to,
    ]
    db.execute(f"INSERT OR REPLACE INTO sources ({_COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)


def describe(failed: Failed) -> str:
    """A failure as one line: where, if what happened does not say it already, and what."""
    known = not failed.address or failed.address in failed.reason
    return failed.reason if known else f"{failed.address}: {failed.reason}"


def _state(row: tuple[object, ...]) -> SourceState:
    (
        name,
        reading,
        polled,
        succeeded,
        next_due,
        stopped,
        failures,
        failing_since,
        failure,
        reason,
        items,
        problems,
        moved,
    ) = row

    def instant(value: object) -> datetime | None:
        return from_text(str(value)) if value else None

    return SourceState(
        name=str(name),
        reading=str(reading),
        polled=instant(polled),
        succeeded=instant(succeeded),
        next_due=instant(next_due),
        stopped=bool(stopped),
        failures=int(str(failures)),
        failing_since=instant(failing_since),
        failure=None if failure is None else str(failure),
        reason=None if reason is None else str(reason),
        items=int(str(items)),
        problems=tuple(json.loads(str(problems))),
        moved_to=str(moved),
    )


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
