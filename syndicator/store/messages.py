"""The outbox: messages that are put together and not sent yet. They outlive a restart, and none is put together twice."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from syndicator.store.instants import from_text, to_text


@dataclass(frozen=True, slots=True)
class Message:
    """One message for one way of sending ("email", "webhook"); `letter` is JSON, `problem` why the last try failed."""

    n: int
    way: str
    made: datetime
    letter: str
    tries: int
    next_try: datetime
    problem: str


_COLUMNS = "n, way, made, letter, tries, next_try, problem"


def add_message(db: Database, way: str, letter: str, now: datetime) -> None:
    sql = "INSERT INTO messages (way, made, letter, next_try) VALUES (?, ?, ?, ?)"
    db.execute(sql, [way, to_text(now), letter, to_text(now)])


def waiting(db: Database) -> list[Message]:
    """Every message that is not sent yet, in order."""
    return [
        Message(row[0], row[1], from_text(row[2]), row[3], row[4], from_text(row[5]), row[6])
        for row in db.execute(f"SELECT {_COLUMNS} FROM messages ORDER BY n")
    ]


def put_off(db: Database, n: int, problem: str, next_try: datetime) -> None:
    sql = "UPDATE messages SET tries = tries + 1, problem = ?, next_try = ? WHERE n = ?"
    db.execute(sql, [problem, to_text(next_try), n])


def drop_message(db: Database, n: int) -> None:
    """It was sent, or given up."""
    db.execute("DELETE FROM messages WHERE n = ?", [n])
