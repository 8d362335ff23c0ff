"""One file per kind of source. A file added here is a kind that config.toml can name.

Each has `collect(source, known)`: a generator that asks for pages, is handed them, and returns a `Harvest`. With
`known.walk`, it reads one page of the source's archive instead (see walking.py); a kind that has none need not look there.
"""

from collections.abc import Generator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, cast

from syndicator.config import Source
from syndicator.model import Ask, Harvest, Known, Response


def collect(source: Source, known: Known) -> Generator[Ask, Any, Harvest]:
    """The generator for this source, by its kind."""
    return cast("Generator[Ask, Any, Harvest]", _module(source.kind).collect(source, known))


def pushed(source: Source, known: Known, response: Response) -> Generator[Ask, Any, Harvest]:
    """The generator for what a hub has brought of this source; a kind that can be subscribed to has one."""
    return cast("Generator[Ask, Any, Harvest]", _module(source.kind).pushed(known, response))


def can_be_pushed(source: Source) -> bool:
    """Whether sources of its kind can be subscribed to."""
    return hasattr(_module(source.kind), "pushed")


def looks_again(source: Source) -> bool:
    """Whether sources of its kind look again at the pages of articles. A kind that does not says LOOKS_AGAIN = False."""
    return bool(getattr(_module(source.kind), "LOOKS_AGAIN", True))


@cache
def _module(kind: str) -> ModuleType:
    return import_module(f"{__name__}.{kind}")
