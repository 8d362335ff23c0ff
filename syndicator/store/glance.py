"""One look at a store on which another process may be working: nothing is made, migrated or written."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from syndicator.errors import SyndicatorError

T = TypeVar("T")


def glance(path: Path, ask: Callable[[Database], T]) -> T | None:
    """What `ask` reads in one snapshot; None where there is no database yet.

    Raises SyndicatorError when the file cannot be read, or was made by another version of this program.
    """
    if not path.exists() or (path.is_file() and not path.stat().st_size):  # SQLite makes the file before its first page
        return None
    try:
        conn = sqlite3.connect(_uri(path), uri=True, isolation_level=None, timeout=10)
        try:
            conn.execute("BEGIN")
            return ask(Database(conn))
        finally:
            conn.close()
    except sqlite3.Error as error:
        raise _unreadable(path, error) from error


def look(path: Path, ask: Callable[[Database], T]) -> T:
    """Like `glance`, for a question that makes no sense without a database: raises SyndicatorError where there is none."""

    def answer(db: Database) -> tuple[T]:
        return (ask(db),)

    found = glance(path, answer)
    if found is None:
        raise SyndicatorError(f"Nothing is stored yet: there is no {path}.", "`syndicator run` begins.")
    return found[0]


def _uri(path: Path) -> str:
    """Without a WAL nobody has it open, and SQLite need not make one (which it would leave behind)."""
    in_use = path.with_name(f"{path.name}-wal").exists()
    return f"{path.absolute().as_uri()}?mode=ro{'' if in_use else '&immutable=1'}"


def _unreadable(path: Path, error: sqlite3.Error) -> SyndicatorError:
    hint = "Check that the user who asks may read it, or see [store] path in config.toml."
    if "no such" in str(error):
        hint = "Another version of syndicator made it, or another program. `syndicator run` brings it up to date."
    elif "not a database" in str(error) or "malformed" in str(error):
        hint = "The file is no intact SQLite database. Put it aside and restore a backup, or start with a new file."
    return SyndicatorError(f"The database {path} cannot be read: {error}.", hint)
