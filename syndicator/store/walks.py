"""How far the walks through archives are, so that each can be gone on with after a crash, at the page where it was."""

import json

from sqlite_utils import Database

from syndicator.model import Walk
from syndicator.store.instants import from_text, to_text

_FIELDS = Walk.__slots__
_COLUMNS = ", ".join(_FIELDS)
_INSTANTS = frozenset({"since", "reached", "not_after"})


def get_walk(db: Database, source: str) -> Walk | None:
    """The walk through this source's archive, ended or not; None where none was ever begun."""
    row = db.execute(f"SELECT {_COLUMNS} FROM walks WHERE source = ?", [source]).fetchone()
    if row is None:
        return None
    values = dict(zip(_FIELDS, row, strict=True))
    instants = {name: from_text(values[name]) if values[name] else None for name in _INSTANTS}
    return Walk(**{**values, **instants, "shown": tuple(json.loads(values["shown"]))})


def unfinished(db: Database) -> set[str]:
    """The sources whose archive is not read to its end, or as far as a person wanted it."""
    return {row[0] for row in db.execute("SELECT source FROM walks WHERE ended IN ('', 'pages')")}


def all_walks(db: Database) -> dict[str, Walk]:
    """The walk through each source's archive that was ever begun, by name."""
    names = [row[0] for row in db.execute("SELECT source FROM walks")]
    return {name: walk for name in names if (walk := get_walk(db, name))}


def save_walk(db: Database, source: str, walk: Walk) -> None:
    """Remember how far it is."""
    values = {name: getattr(walk, name) for name in _FIELDS}
    instants = {name: to_text(values[name]) if values[name] else None for name in _INSTANTS}
    row = {**values, **instants, "shown": json.dumps(walk.shown, ensure_ascii=False)}
    sql = f"INSERT OR REPLACE INTO walks (source, {_COLUMNS}) VALUES (?, {', '.join('?' * len(row))})"
    db.execute(sql, [source, *row.values()])


def forget_walk(db: Database, source: str) -> None:
    """Begin anew the next time."""
    db.execute("DELETE FROM walks WHERE source = ?", [source])
    db.execute("DELETE FROM walked WHERE source = ?", [source])


def was_read(db: Database, source: str, page: str) -> bool:
    """Whether the page at this place was read on this walk."""
    return db.execute("SELECT 1 FROM walked WHERE source = ? AND page = ?", [source, page]).fetchone() is not None


def note_read(db: Database, source: str, page: str) -> None:
    db.execute("INSERT OR IGNORE INTO walked VALUES (?, ?)", [source, page])
