"""Adds a block to config.toml on disk: the whole file or nothing, and never one that has a mistake in it."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from syndicator.config import decode, loads
from syndicator.config.edit import with_block
from syndicator.config.models import Config
from syndicator.disk import flush_folder
from syndicator.errors import ConfigurationError, SyndicatorError

_BOM = "\ufeff".encode()
_PRINT = "Print the block with --print, and write it into the file with the mistake mended."


def add_source(path: Path, block: str) -> Config:
    """Put a [[sources]] block behind the last one, see `add_block`."""
    return add_block(path, block, "sources")


def add_block(path: Path, block: str, table: str, instead: str = _PRINT) -> Config:
    """Put a block behind the last one of its list of tables; returns the configuration that the file holds now.

    `instead` says what to do where the block would bring a mistake.
    The text is judged before a byte of it reaches the file, as a running service takes the file over within a second.
    Raises ConfigurationError with the mistakes that the block would bring, SyndicatorError when the file cannot take it.
    """
    path = path.resolve()  # a link stays a link
    before = path.read_bytes()
    mark = _BOM if before.startswith(_BOM) else b""
    text = with_block(decode(before, path), block, table)
    try:
        config = loads(text, path)
    except ConfigurationError as error:
        raise ConfigurationError(error.message, f"Nothing was written. {instead}") from error
    replace(path, before, mark + text.encode())
    return config


def replace(path: Path, before: bytes, after: bytes) -> None:
    """Write a file anew, in one step and with its mode; SyndicatorError when it no longer holds what it held `before`."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
            _like(path, descriptor)
            file.flush()
            os.fsync(descriptor)
        _still(path, before)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def _still(path: Path, before: bytes) -> None:
    if path.read_bytes() != before:
        raise SyndicatorError(
            f"{path.name} was changed by somebody else just now, so nothing was written.", "Run the command again."
        )


def _like(path: Path, descriptor: int) -> None:
    """The mode of a file and, where that is allowed, its owner: root may edit what the service's user reads."""
    status = path.stat()
    with suppress(PermissionError):
        os.fchown(descriptor, status.st_uid, status.st_gid)
    os.fchmod(descriptor, status.st_mode & 0o7777)
