"""What ends a command before its time, and the exit code that tells so: 1 failed, 2 wrong usage or configuration."""

import errno
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from syndicator.errors import ConfigurationError, SyndicatorError

log = logging.getLogger(__name__)

# What a machine does to any program; every other OSError is a fault of ours and shows where it happened.
_EXPECTED = {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
}


class WrongUsage(click.ClickException):
    """A command cannot be carried out as it was given."""

    exit_code = 2


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """Expected failures end the program with a sentence on stderr and their exit code, never with a traceback."""
    try:
        yield
    except ConfigurationError as error:
        _leave(
            str(error), error.exit_code
        )  # its lines begin with file and line number, as editors and terminals know them
    except SyndicatorError as error:
        log.debug("%s", error, exc_info=True)
        _leave(f"Error: {error}", error.exit_code)
    except OSError as error:
        if error.errno not in _EXPECTED:
            raise
        where = f": {error.filename}" if error.filename else ""
        _leave(f"Error: {os.strerror(error.errno)}{where}.", 1)


def _leave(sentence: str, code: int) -> None:
    click.echo(sentence, err=True)
    sys.exit(code)
