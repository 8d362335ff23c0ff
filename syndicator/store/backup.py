"""A copy of the database, made while others work on it, and known to be whole before it bears its name."""

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from syndicator.disk import flush_folder
from syndicator.errors import SyndicatorError
from syndicator.store.glance import look


def back_up(path: Path, to: Path) -> int:
    """Copy the database at `path` as it stands at this moment to the file `to`, and give the articles in it.

    SQLite's own backup in one snapshot (https://www.sqlite.org/backup.html): who writes meanwhile does not wait. The copy is
    one file, for its owner alone, as it holds the secrets of subscriptions. Raises SyndicatorError where there is nothing to
    copy, where `to` is taken or cannot be written, and where either file is not sound.
    """
    if to.exists():
        raise SyndicatorError(
            f"{to} is there already.", "Name another file, or move that one away: it is not overwritten."
        )
    try:
        with tempfile.TemporaryDirectory(dir=to.absolute().parent, prefix=f".{to.name}.") as folder:
            draft = Path(folder) / to.name
            count = look(path, lambda db: _copy(db, draft))
            with draft.open("rb") as copied:
                os.fsync(copied.fileno())
            draft.chmod(0o600)
            os.link(draft, to)  # unlike a move, it never replaces a file that has come meanwhile
        flush_folder(to.absolute().parent)
    except OSError as error:
        raise SyndicatorError(
            f"{to} cannot be written: {error.strerror or error}.", "Name a file in a folder that exists and has room."
        ) from error
    return count


def _copy(db: Database, draft: Path) -> int:
    with closing(sqlite3.connect(draft, isolation_level=None)) as copied:
        db.conn.backup(copied)
        copied.execute("PRAGMA journal_mode = DELETE")  # else two more files belong to it
        (verdict,) = copied.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"malformed: {verdict}")
        (count,) = copied.execute("SELECT count(*) FROM articles").fetchone()
    return int(count)
