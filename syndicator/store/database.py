"""The one database file: one thread writes, others read, and nobody waits on the event loop."""

import asyncio
import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from syndicator.errors import SyndicatorError
from syndicator.store.schema import migrations

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

_TOGETHER = 32  # writes in one transaction
# KiB of pages that the writer keeps: in SQLite's own 2 MiB, harvests that are written together do not fit, and what is pushed
# out is read again. 300 feeds of 30 entries cost a tenth less so.
_WRITTEN_AT_ONCE = 16_384
_BUSY = (
    10_000  # milliseconds that one process waits for another's write, such as `syndicator ingest` beside the service
)


class Store:
    """The store at `path`, made and migrated if need be; raises SyndicatorError when it cannot be used.

    Functions of this package take a `Database` as first argument and are run by `read` or `write`; a write is one
    `BEGIN IMMEDIATE` transaction, undone as a whole when the function raises. Writes that wait for the writer together are
    committed together, each behind a savepoint of its own: what costs is to wait for the disk, not to write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="store-reader")
        self._local = threading.local()
        self._waiting: deque[tuple[Callable[[Database], Any], Future[Any]]] = deque()
        self._open: list[sqlite3.Connection] = []
        try:
            self._writer.submit(self._prepare).result()
        except BaseException:
            self.close()
            raise

    async def write(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.wrap_future(self._enqueue(lambda db: function(db, *args, **kwargs)))

    async def read(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.wrap_future(
            self._readers.submit(self._consistently, lambda db: function(db, *args, **kwargs))
        )

    def post(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> None:
        """Write without waiting; a failure is logged."""
        self._enqueue(lambda db: function(db, *args, **kwargs)).add_done_callback(_log_failure)

    def close(self) -> None:
        """Finish what is queued and close every connection; the last one folds the WAL back into the file."""
        self._readers.shutdown()
        self._writer.shutdown()
        while self._open:
            self._open.pop().close()

    def _enqueue(self, act: Callable[[Database], T]) -> "Future[T]":
        future: Future[T] = Future()
        self._waiting.append((act, future))
        self._writer.submit(self._write_waiting)
        return future

    def _write_waiting(self) -> None:
        """All that waits, up to a limit, in one transaction; nothing where an earlier turn has taken it along."""
        count = min(len(self._waiting), _TOGETHER)
        writes = [self._waiting.popleft() for _ in range(count)]
        writes = [(act, future) for act, future in writes if future.set_running_or_notify_cancel()]
        if not writes:
            return
        outcomes: list[tuple[Any] | BaseException] = []
        try:
            self._transact(lambda db: outcomes.extend(_attempt(db, act) for act, _ in writes))
        except BaseException as error:  # noqa: BLE001  # told to those who wait; who has failed before keeps the cause
            outcomes = [outcome if isinstance(outcome, Exception) else error for outcome in outcomes]
            outcomes += [error] * (len(writes) - len(outcomes))
        for (_, future), outcome in zip(writes, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                future.set_exception(_told(self.path, outcome))
            else:
                future.set_result(outcome[0])

    def _transact(self, act: Callable[[Database], T]) -> T:
        db = self._database()
        try:
            db.execute("BEGIN IMMEDIATE")
            result = act(db)
            db.execute("COMMIT")
        except BaseException:
            self._roll_back(db)
            raise
        return result

    def _roll_back(self, db: Database) -> None:
        """Undo the open transaction; never raises, as something else has gone wrong already."""
        try:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")
        except sqlite3.Error:  # a new connection begins without the torn transaction, and closing this one undoes it
            log.warning("A transaction could not be undone; the database is opened anew.", exc_info=True)
            self._local.db = None
            self._open.remove(db.conn)
            db.conn.close()

    def _consistently(self, ask: Callable[[Database], T]) -> T:
        db = self._database()
        try:
            db.execute("BEGIN")  # one snapshot for all the queries of one question
            return ask(db)
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error
        finally:
            self._roll_back(db)

    def _prepare(self) -> None:
        try:
            self._database().execute(f"PRAGMA cache_size = -{_WRITTEN_AT_ONCE}")
            if migrations.pending(self._database()):
                self._transact(migrations.apply)  # which looks once more, as no other process can have it half done now
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error

    def _database(self) -> Database:
        """The own connection of this thread: SQLite's belong to the thread that made them."""
        db: Database | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = Database(connect(self.path))
            self._open.append(db.conn)
        return db


def _attempt(db: Database, act: Callable[[Database], T]) -> tuple[T] | Exception:
    """What one of several writes in a transaction came to; raises when SQLite has undone them all, as on a full disk."""
    db.execute("SAVEPOINT write")
    try:
        return (act(db),)
    except Exception as error:
        if not db.conn.in_transaction:
            raise
        db.execute("ROLLBACK TO write")
        return error
    finally:
        if db.conn.in_transaction:
            db.execute("RELEASE write")


def _told(path: Path, error: BaseException) -> BaseException:
    """The error with a sentence for a person, where it is SQLite's."""
    if not isinstance(error, sqlite3.Error):
        return error
    told = _unusable(path, error)
    told.__cause__ = error
    return told


def _log_failure(done: "Future[T]") -> None:
    if error := done.exception():
        log.error("%s", error, exc_info=error)


def connect(path: Path) -> sqlite3.Connection:
    """A connection as every part of the store uses it: WAL, and each commit on the disk before it returns."""
    try:
        conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    try:
        conn.execute(f"PRAGMA busy_timeout = {_BUSY}")
        _use_wal(conn)
        conn.execute("PRAGMA synchronous = FULL")  # in WAL, NORMAL may lose commits on power loss
        conn.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error as error:
        conn.close()
        raise _unusable(path, error) from error
    return conn


def _use_wal(conn: sqlite3.Connection) -> None:
    """SQLite does not wait here when two processes make a new database together: so this does."""
    end = time.monotonic() + _BUSY / 1000
    while True:
        try:
            conn.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for what Python's module has raised itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _unusable(path: Path, error: sqlite3.Error) -> SyndicatorError:
    match _code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            what = f"is held by another program for over {_BUSY // 1000} s"
            hint = "See what else has it open, such as a backup or a shell of sqlite3, and end that."
        case sqlite3.SQLITE_FULL:
            what, hint = "cannot grow: the disk is full", "Make room on the disk; nothing that was stored is lost."
        case sqlite3.SQLITE_READONLY:
            what = "cannot be written"
            hint = "The file, its folder and the files -wal and -shm beside it must belong to who runs the service."
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            what = f"cannot be used: {error}"
            hint = "The file is no intact SQLite database. Put it aside and restore a backup, or start with a new file."
        case _:
            what = f"cannot be used: {error}"
            hint = "Check that the folder exists and can be written, or name another file under [store] path in config.toml."
    return SyndicatorError(f"The database {path} {what}.", hint)
