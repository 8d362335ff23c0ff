"""How all commands print: for people at any width, or JSON for scripts; foreign text never reaches the terminal raw."""

import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from syndicator.text import count as count  # noqa: PLC0414  # commands find here all that they print with
from syndicator.text import squeeze

_WIDE = 100  # columns where nobody knows: in a pipe, in a file


def columns() -> int:
    """The width of the terminal in columns, 100 in a pipe; the variable COLUMNS wins."""
    return max(shutil.get_terminal_size((_WIDE, 24)).columns, 30)


def print_json(value: Any) -> None:
    """One JSON document; instants in ISO 8601, in UTC. Pure ASCII where the output knows no more."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    click.echo(json.dumps(value, ensure_ascii=not unicode, indent=2, default=_plain))


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{value!r} has no place in JSON")


def printable(text: str) -> str:
    """One line without control characters: what comes from foreign pages must not command the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in squeeze(text))


def width(text: str) -> int:
    """The columns that a text takes on a terminal (Unicode Standard Annex #11)."""
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Me", "Mn"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def pad(text: str, columns: int) -> str:
    return text + " " * max(0, columns - width(text))


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most so many columns, broken between words; a longer word, such as an address, stays whole to be copied."""
    lines = [""]
    for word in printable(text).split():
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and width(longer) > columns:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def indented(text: str, columns: int, indent: int) -> Iterator[str]:
    """A text in lines of at most `columns`, each behind so many spaces."""
    for line in wrap(text, max(columns - indent, 20)):
        yield f"{'':<{indent}}{line}"


def short(path: Path) -> str:
    """A path as one would type it here."""
    return os.path.relpath(path) if path.absolute().is_relative_to(Path.cwd()) else str(path)


def ago(instant: datetime | None, now: datetime) -> str:
    return f"{span((now - instant).total_seconds())} ago" if instant else "never"


def span(seconds: float) -> str:
    """A length of time in its largest unit: "3 h"."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{max(0, seconds):.0f} s"


def bytes_of(number: float) -> str:
    """Bytes in the largest unit that leaves at least one: "1.2 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:  # noqa: PLR2004  # kB, not KiB
            return f"{number:.0f} B" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"
