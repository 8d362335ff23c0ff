"""A folder that any web server can serve: each file with `.gz`, `.br` and `.zst` beside it, replaced whole or not at all.

A file is written to a temporary folder on the same file system, flushed to the disk, and moved over its old self. The
encoded siblings go first and the file itself last: whoever finds the new bytes under the file's own name knows that the
siblings are as new. A crash in between leaves the old file, which the next start finds to differ and writes again.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath

from syndicator.disk import flush_folder
from syndicator.errors import SyndicatorError
from syndicator.model import File
from syndicator.publish.encodings import SUFFIXES, decode, encode


class Folder:
    """The published folder at `path`. Several processes may share it; each keeps the temporary folder alive for itself.

    Raises SyndicatorError where the folder cannot be made, written or read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._turn = -1
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._temporary = _make_temporary(self.path)
            self._lock = _sweep(self._temporary)
        except OSError as error:
            raise _cannot("written", self.path, error) from error

    def put(self, files: Iterable[File]) -> None:
        """Replace each file and its encoded siblings.

        They bear the time `File.modified`, so that a web server answers with the same Last-Modified as we do.
        """
        try:
            folders = {self._put(file) for file in files}
            for folder in folders:
                flush_folder(folder)
        except OSError as error:
            raise _cannot("written", self.path, error) from error

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files with their siblings; what is not there is no mistake."""
        folders = set()
        try:
            for path in paths:
                target = self._place(path)
                for suffix in (*SUFFIXES.values(), ""):
                    target.with_name(target.name + suffix).unlink(missing_ok=True)
                folders.add(target.parent)
            for folder in folders:
                flush_folder(folder)
        except OSError as error:
            raise _cannot("written", self.path, error) from error

    def read(self, path: str) -> bytes | None:
        """The bytes under a path, None where there are none."""
        try:
            return self._place(path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _cannot("read", self.path, error) from error

    def names(self, path: str) -> frozenset[str]:
        """What lies in a folder within this one; nothing where there is none."""
        try:
            return frozenset(os.listdir(self._place(path)))  # noqa: PTH208  # names alone, of very many
        except (FileNotFoundError, NotADirectoryError):
            return frozenset()
        except OSError as error:
            raise _cannot("read", self.path, error) from error

    def holds(self, path: str, digest: str) -> bool:
        """Whether bytes with this SHA-256 (hex) lie there, and siblings in all codings that `encode` makes, with the same text."""
        body = self.read(path)
        if body is None or hashlib.sha256(body).hexdigest() != digest:
            return False
        found = {coding: self.read(path + suffix) for coding, suffix in SUFFIXES.items()}
        siblings = {coding: content for coding, content in found.items() if content is not None}
        sound = all(decode(content, coding) == body for coding, content in siblings.items())
        return sound and (len(siblings) == len(SUFFIXES) or siblings.keys() >= encode(body).keys())

    def try_lock(self) -> bool:
        """Whether the folder is ours to publish to until `unlock`; not while another process, or another Folder, has it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise _cannot("written", self.path, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if isinstance(error, BlockingIOError):
                return False
            raise _cannot("written", self.path, error) from error
        self._turn = descriptor
        return True

    def unlock(self) -> None:
        if self._turn >= 0:
            os.close(self._turn)
            self._turn = -1

    def close(self) -> None:
        """Let the temporary folder go. Closing twice does nothing."""
        self.unlock()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _put(self, file: File) -> Path:
        target = self._place(file.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        for coding, suffix in SUFFIXES.items():
            sibling = target.with_name(target.name + suffix)
            if coding in file.encodings:
                self._replace(sibling, file.encodings[coding], file)
            else:
                sibling.unlink(missing_ok=True)
        self._replace(target, file.body, file)
        return target.parent

    def _replace(self, target: Path, body: bytes, file: File) -> None:
        descriptor, name = tempfile.mkstemp(dir=self._temporary)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(body)
                stream.flush()
                os.fchmod(descriptor, 0o644)  # mkstemp lets nobody else read, and a web server is somebody else
                os.utime(descriptor, (file.modified.timestamp(),) * 2)
                os.fsync(descriptor)
            os.replace(name, target)  # noqa: PTH105  # the name of a temporary file is text
        except BaseException:
            with suppress(OSError):
                os.unlink(name)  # noqa: PTH108  # see above
            raise

    def _place(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts:
            raise ValueError(f"{path!r} is no path within the published folder")
        return self.path.joinpath(*parts)


def _make_temporary(path: Path) -> Path:
    """A folder beside the published one; inside it where the outside is closed to us or another file system, as for a mounted volume."""
    for folder in (path.parent / f".{path.name}.tmp", path / ".tmp"):
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
            if folder.stat().st_dev == path.stat().st_dev and os.access(folder, os.W_OK | os.X_OK):
                return folder
            folder.rmdir()
    raise PermissionError(13, "Permission denied", str(path))


def _sweep(temporary: Path) -> int:
    """Remove what a killed run left, unless another process lives in there. Returns the lock that says so of us."""
    lock = os.open(temporary, os.O_RDONLY | os.O_DIRECTORY)
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for leftover in temporary.iterdir():
            leftover.unlink(missing_ok=True)
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def _cannot(done: str, path: Path, error: OSError) -> SyndicatorError:
    return SyndicatorError(
        f"The folder {path} cannot be {done}: {error.strerror or error}.",
        "Give the user who runs syndicator access to it, make room on its disk, or name another folder under [publish] in config.toml.",
    )
