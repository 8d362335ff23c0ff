"""The one database file: one thread writes, others read, and nobody waits on the event loop."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from syndicator.errors import SyndicatorError
from syndicator.store.schema import migrations

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

_BUSY = (
    10_000  # milliseconds that one process waits for another's write, such as `syndicator ingest` beside the service
)


class Store:
    """The store at `path`, made and migrated if need be; raises SyndicatorError when it cannot be used.

    Functions of this package take a `Database` as first argument and are run by `read` or `write`; a write is one
    `BEGIN IMMEDIATE` transaction, undone as a whole when the function raises.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="store-reader")
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        try:
            self._writer.submit(self._prepare).result()
        except BaseException:
            self.close()
            raise

    async def write(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.wrap_future(self._writer.submit(self._transact, lambda db: function(db, *args, **kwargs)))

    async def read(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.wrap_future(
            self._readers.submit(self._consistently, lambda db: function(db, *args, **kwargs))
        )

    def post(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> None:
        """Write without waiting; a failure is logged."""
        self._writer.submit(self._transact, lambda db: function(db, *args, **kwargs)).add_done_callback(_log_failure)

    def close(self) -> None:
        """Finish what is queued and close every connection; the last one folds the WAL back into the file."""
        self._readers.shutdown()
        self._writer.shutdown()
        while self._open:
            self._open.pop().close()

    def _transact(self, act: Callable[[Database], T]) -> T:
        db = self._database()
        try:
            db.execute("BEGIN IMMEDIATE")
            result = act(db)
            db.execute("COMMIT")
        except BaseException as error:
            if db.conn.in_transaction:
                db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise _unusable(self.path, error) from error
            raise
        return result

    def _consistently(self, ask: Callable[[Database], T]) -> T:
        db = self._database()
        try:
            db.execute("BEGIN")  # one snapshot for all the queries of one question
            return ask(db)
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error
        finally:
            if db.conn.in_transaction:
                db.execute("ROLLBACK")

    def _prepare(self) -> None:
        try:
            migrations.apply(self._database())
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error

    def _database(self) -> Database:
        """The own connection of this thread: SQLite's belong to the thread that made them."""
        db: Database | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = Database(connect(self.path))
            self._open.append(db.conn)
        return db


def _log_failure(done: "Future[T]") -> None:
    if error := done.exception():
        log.error("%s", error, exc_info=error)


def connect(path: Path) -> sqlite3.Connection:
    """A connection as every part of the store uses it: WAL, and each commit on the disk before it returns."""
    try:
        conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        conn.execute(f"PRAGMA busy_timeout = {_BUSY}")
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = FULL")  # in WAL, NORMAL may lose commits on power loss
        conn.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    return conn


def _unusable(path: Path, error: sqlite3.Error) -> SyndicatorError:
    hint = "Check that the folder exists and can be written, or name another file under [store] path in config.toml."
    if "not a database" in str(error) or "malformed" in str(error):
        hint = "The file is no intact SQLite database. Put it aside and restore a backup, or start with a new file."
    return SyndicatorError(f"The database {path} cannot be used: {error}.", hint)
