"""Which kinds of source and which formats there are: one file each, told from its name without importing it."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
ALWAYS_PUBLISHED = "html"  # the page of each feed for people; no choice of the configuration


@cache
def source_kinds() -> tuple[str, ...]:
    """What `kind` of a source may be."""
    return _modules(_PACKAGE / "ingest" / "sources")


@cache
def format_names() -> tuple[str, ...]:
    """What `formats` may list."""
    return tuple(name for name in _modules(_PACKAGE / "publish" / "formats") if name != ALWAYS_PUBLISHED)


def _modules(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in folder.glob("*.py") if not file.stem.startswith("_")))
