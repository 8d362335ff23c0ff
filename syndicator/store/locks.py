"""Locks among the processes that share a store, such as the service and a command beside it: one file, beside the database.

A name is locked as one byte of that file, at an offset made of the name (POSIX record locks). The system lets go of what
a process holds when it ends, however it ends, so nothing here expires or has to be cleared away. In one process a name
is always free: there, asyncio keeps order.
"""

import errno
import fcntl
import hashlib
import os
import struct
from functools import lru_cache
from pathlib import Path

from syndicator.errors import SyndicatorError

_INSTANTS = 2**16  # places for instants, of eight bytes each; two names may share one
_LOCKS = 2**32  # the offset behind which locks lie; nothing is ever written there


class Locks:
    """The locks beside the store at `path`. Raises SyndicatorError where the file cannot be made."""

    def __init__(self, path: Path) -> None:
        self._held: set[str] = set()
        path = path.with_name(f"{path.name}-locks")
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            hint = "The folder of the database must belong to who runs the service."
            raise SyndicatorError(f"The file {path} cannot be written: {error.strerror or error}.", hint) from error

    def try_lock(self, name: str) -> bool:
        """Whether the name is ours until `unlock`; not while another process has it."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _offset(name))
        except OSError as error:
            if error.errno in {errno.EACCES, errno.EAGAIN}:
                return False
            raise
        self._held.add(name)
        return True

    def unlock(self, name: str) -> None:
        if name in self._held:
            self._held.discard(name)
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _offset(name))

    def is_held_elsewhere(self, name: str) -> bool:
        """Whether another process has locked the name."""
        if name in self._held:
            return False
        if not self.try_lock(name):
            return True
        self.unlock(name)
        return False

    def note(self, name: str, instant: float) -> None:
        """Remember an instant of the clock that all processes share (`time.monotonic`) under a name that is locked."""
        os.pwrite(self._file, struct.pack("<d", instant), _place(name))

    def noted(self, name: str) -> float:
        """What was noted last under this name, or one that shares its place; 0 if nothing was."""
        raw = os.pread(self._file, 8, _place(name))
        return float(struct.unpack("<d", raw)[0]) if len(raw) == 8 else 0.0  # noqa: PLR2004  # a double

    def close(self) -> None:
        """Let go of everything. Closing twice does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


@lru_cache(maxsize=4096)
def _offset(name: str) -> int:
    return _LOCKS + int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big")


def _place(name: str) -> int:
    return _offset(name) % _INSTANTS * 8
