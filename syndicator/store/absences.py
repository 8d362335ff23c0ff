"""Which articles' pages were missing when they were looked at, since when, and how that was answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from syndicator.store.instants import from_text, to_text


@dataclass(frozen=True, slots=True)
class Absence:
    """An article's page was missing `since` then; `answer` is the status ("404")."""

    article: int
    since: datetime
    answer: str


def of_source(db: Database, source: str) -> dict[int, Absence]:
    """Those of a source, by the article's number."""
    rows = db.execute("SELECT article, since, answer FROM absences WHERE source = ?", [source])
    return {row[0]: Absence(row[0], from_text(row[1]), row[2]) for row in rows}


def note(db: Database, source: str, absence: Absence) -> None:
    row = [absence.article, source, to_text(absence.since), absence.answer]
    db.execute("INSERT OR REPLACE INTO absences (article, source, since, answer) VALUES (?, ?, ?, ?)", row)


def forget(db: Database, numbers: Iterable[int]) -> None:
    db.conn.executemany("DELETE FROM absences WHERE article = ?", [(n,) for n in numbers])
