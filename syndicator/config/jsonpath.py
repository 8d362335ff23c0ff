"""Paths into a JSON document, as config.toml writes them: `data.items[0].teaser.link.url`, `tags[*].name`. Pure."""

import json
import re
from functools import lru_cache

Step = str | int | None
"""A key, a place in a list, or None for each element of a list."""

_STEP = re.compile(
    r'\.?(?P<key>[^.\[\]{}"]+)|\[(?P<index>-?\d{1,9})\]|\[(?P<each>\*)\]|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]'
)

IN_BRACES = re.compile(r"\{([^{}]*)\}")
"""Where a path stands within an address."""

_ROOT = re.compile(r"\$(?:\.(?!$)|(?=\[)|$)")


@lru_cache(maxsize=1024)  # asked for each item of each answer
def steps(path: str) -> tuple[Step, ...]:
    """The steps of a path from the outside in; "$" is the document itself. Raises ValueError for what is no path."""
    found: list[Step] = []
    at = len(root[0]) if (root := _ROOT.match(path)) else 0
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None or (not found and path[at] == "."):
            raise ValueError(
                f'expected a path like "teaser.link.url", "items[0].title" or "tags[*].name", not \'{path}\''
            )
        found.append(_meaning(step))
        at = step.end()
    return tuple(found)


def _meaning(step: re.Match[str]) -> Step:
    if step["each"]:
        return None
    if step["index"]:
        return int(step["index"])
    return str(json.loads(step["quoted"])) if step["quoted"] else step["key"].strip()
