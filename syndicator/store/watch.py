"""What the watchman remembers: what is usual for each source, and incidents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from syndicator.model import Incident, IncidentKind
from syndicator.store.instants import from_text, to_text

_COLUMNS = "source, kind, severity, since, sentence_de, sentence_en, begun, ended, id, thread"


@dataclass(frozen=True, slots=True)
class Held:
    """An article in quarantine, as `status` shows it; `count` is how many of its source there are in all."""

    source: str
    id: str
    title: str
    reason: str
    first_seen: datetime
    count: int


# ---------------------------------------------------------------- what is usual


def get_memory(db: Database, source: str, reading: str) -> str:
    """What was learned of a source that is read like this; "" where nothing was, or by another block of config.toml."""
    row = db.execute("SELECT memory FROM memories WHERE source = ? AND reading = ?", [source, reading]).fetchone()
    return row[0] if row else ""


def save_memory(db: Database, source: str, reading: str, memory: str, *, uneasy: bool) -> None:
    """`uneasy`: something has begun that a visit that brings nothing may confirm or end."""
    db.execute("INSERT OR REPLACE INTO memories VALUES (?, ?, ?, ?)", [source, reading, memory, uneasy])


def is_at_ease(db: Database, source: str) -> bool:
    """Whether nothing is unusual at this source, nor about to become so."""
    sql = """SELECT EXISTS (SELECT 1 FROM memories WHERE source = ? AND uneasy)
        OR EXISTS (SELECT 1 FROM incidents WHERE source = ? AND ended IS NULL)"""
    return not db.execute(sql, [source, source]).fetchone()[0]


# ---------------------------------------------------------------- incidents


def open_incidents(db: Database, source: str) -> list[Incident]:
    """What is not over at this source; "" for what concerns the whole service."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM incidents WHERE source = ? AND ended IS NULL ORDER BY id", [source])
    return [_incident(row) for row in rows]


def all_open_incidents(db: Database) -> list[Incident]:
    return [_incident(row) for row in db.execute(f"SELECT {_COLUMNS} FROM incidents WHERE ended IS NULL ORDER BY id")]


def open_of_kind(db: Database, kind: IncidentKind) -> list[Incident]:
    sql = f"SELECT {_COLUMNS} FROM incidents WHERE kind = ? AND ended IS NULL ORDER BY id"
    return [_incident(row) for row in db.execute(sql, [kind])]


def begin_incident(db: Database, incident: Incident, now: datetime) -> None:
    sql = """INSERT INTO incidents (source, kind, severity, since, begun, sentence_de, sentence_en)
        VALUES (?, ?, ?, ?, ?, ?, ?)"""
    when = [to_text(incident.since), to_text(now)]
    what = [incident.source, incident.kind, incident.severity]
    db.execute(sql, [*what, *when, incident.sentence_de, incident.sentence_en])


def update_incident(db: Database, id: int, incident: Incident) -> None:  # noqa: A002
    """It goes on, but is to be told in other words by now."""
    sql = "UPDATE incidents SET severity = ?, sentence_de = ?, sentence_en = ? WHERE id = ?"
    db.execute(sql, [incident.severity, incident.sentence_de, incident.sentence_en, id])


def end_incident(db: Database, id: int, now: datetime) -> None:  # noqa: A002
    """What nobody was told of need not be called over, either."""
    sql = "UPDATE incidents SET ended = ?, told = CASE told WHEN 0 THEN 2 ELSE told END WHERE id = ?"
    db.execute(sql, [to_text(now), id])


def untold(db: Database) -> list[Incident]:
    """Incidents of which it is still to be told that they began, or that they are over, in their order."""
    sql = f"SELECT {_COLUMNS} FROM incidents WHERE told = 0 OR (told = 1 AND ended IS NOT NULL) ORDER BY id"
    return [_incident(row) for row in db.execute(sql)]


def note_told(db: Database, incidents: Sequence[Incident], thread: str) -> None:
    """These are part of a message from now on; those that have ended are done with."""
    sql = "UPDATE incidents SET told = CASE WHEN ended IS NULL THEN 1 ELSE 2 END, thread = ? WHERE id = ?"
    db.conn.executemany(sql, [(incident.thread or thread, incident.id) for incident in incidents])


def drop_incidents_before(db: Database, then: datetime) -> None:
    """Forget what was over by then."""
    db.execute("DELETE FROM incidents WHERE ended < ? AND told = 2", [to_text(then)])


def _incident(row: Sequence[Any]) -> Incident:
    source, kind, severity, since, german, english, begun, ended, number, thread = row
    return Incident(
        source,
        kind,
        severity,
        from_text(since),
        german,
        english,
        begun=from_text(begun),
        ended=from_text(ended) if ended else None,
        id=number,
        thread=thread,
    )


# ---------------------------------------------------------------- quarantine


def held_by_watchman(db: Database, source: str) -> tuple[int, datetime | None, str]:
    """How many articles of this source are in quarantine, since when the first of them, and the headline of the newest."""
    where = "status = 'held' AND source = ? AND decided = 'watchman'"
    count, first = db.execute(f"SELECT count(*), min(first_seen) FROM articles WHERE {where}", [source]).fetchone()
    if not count:
        return 0, None, ""
    newest = db.execute(f"SELECT title FROM articles WHERE {where} ORDER BY n DESC LIMIT 1", [source]).fetchone()
    return count, from_text(first), newest[0]


def held_numbers(db: Database, source: str) -> list[int]:
    """The numbers of all articles of this source that are in quarantine."""
    sql = "SELECT n FROM articles WHERE status = 'held' AND source = ? AND decided = 'watchman' ORDER BY n"
    return [row[0] for row in db.execute(sql, [source])]


def newest_held(db: Database, each: int) -> list[Held]:
    """The newest articles in quarantine, at most `each` of a source."""
    sql = """SELECT source, id, title, reason, first_seen, total FROM (
        SELECT *, row_number() OVER (PARTITION BY source ORDER BY n DESC) AS place, count(*) OVER (PARTITION BY source) AS total
        FROM articles WHERE status = 'held' AND decided = 'watchman') WHERE place <= ? ORDER BY source, place"""
    rows = db.execute(sql, [each])
    return [Held(row[0], row[1], row[2], row[3], from_text(row[4]), row[5]) for row in rows]
