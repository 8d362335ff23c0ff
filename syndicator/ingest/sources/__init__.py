"""One file per kind of source. A file added here is a kind that config.toml can name.

Each has `collect(source, known)`: a generator that asks for pages, is handed them, and returns a `Harvest`.
"""

from collections.abc import Generator
from importlib import import_module
from typing import Any, cast

from syndicator.config import Source
from syndicator.model import Ask, Harvest, Known


def collect(source: Source, known: Known) -> Generator[Ask, Any, Harvest]:
    """The generator for this source, by its kind."""
    module = import_module(f"{__name__}.{source.kind}")
    return cast("Generator[Ask, Any, Harvest]", module.collect(source, known))
