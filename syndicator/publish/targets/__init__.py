"""Where published bytes go: one file per kind of target."""

from collections.abc import Iterable
from typing import Protocol

from syndicator.model import File


class Target(Protocol):
    """A place that readers, or a web server, take files from. After each call every file is whole: the old one or the new."""

    def put(self, files: Iterable[File]) -> None: ...

    def remove(self, paths: Iterable[str]) -> None: ...


class Guard(Protocol):
    """What keeps two processes from publishing to one place at the same time."""

    def try_lock(self) -> bool: ...

    def unlock(self) -> None: ...
