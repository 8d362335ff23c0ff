"""Where in a JSON document the news stands, told by the names of its keys and the look of its values. Pure."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from syndicator.ingest.dates import read_date, read_machine_date
from syndicator.ingest.links import absolute
from syndicator.text import fold

_LEAST_ITEMS = 2
_DEEPEST = 5
_MOST_KEYS = 200  # of one item
_LEAST_TITLE = 8  # characters
# The last key of a path, the likeliest name first.
_NAMES = {
    "title": ("headline", "title", "titel", "ueberschrift", "heading", "name"),
    "link": ("link", "url", "permalink", "href", "weburl", "detailurl", "canonicalurl"),
    "date": (
        "date",
        "datum",
        "published",
        "publishedat",
        "publicationdate",
        "datepublished",
        "pubdate",
        "startdate",
        "created",
        "createdat",
    ),
    "id": ("id", "uuid", "nid", "guid", "uid"),
    "summary": ("summary", "teaser", "teasertext", "excerpt", "description", "abstract", "intro", "vorspann", "text"),
    "body": ("content", "body", "html", "bodytext", "fulltext"),
}
_INNER = frozenset({"rendered", "value", "plain", "html", "url", "href"})  # of a value that is a small table


def work_out_api(body: bytes, address: str, timezone: str, now: datetime) -> Mapping[str, str] | None:
    """`items` and the paths in them, as [sources.api] has them; None where the bytes hold no list of articles."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    best: dict[str, str] = {}
    for path, items in _lists(document, "", 0):
        found = {name: place for name in _NAMES if (place := _place(name, items, address, timezone, now))}
        if {"title", "link"} <= found.keys() and len(found) > len(best):
            best = {"items": path or "$", **found}
    return best or None


def _lists(value: Any, path: str, depth: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The lists of tables in a document, with their paths."""
    if isinstance(value, list):
        tables = [entry for entry in value if isinstance(entry, dict)]
        if len(tables) >= _LEAST_ITEMS and len(tables) == len(value):
            yield path, tables
    elif isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in list(value.items())[:_MOST_KEYS]:
            if _is_key(key):
                yield from _lists(inner, f"{path}.{key}" if path else key, depth + 1)


def _place(name: str, items: list[dict[str, Any]], address: str, timezone: str, now: datetime) -> str:
    """The path at which most items hold a value that looks like this field."""
    leaves = [dict(_leaves(item, "", 0)) for item in items[:10]]
    for path in _by_likelihood(name, leaves[0]):
        values = [leaf[path] for leaf in leaves if path in leaf]
        fitting = sum(_fits(name, value, address, timezone, now) for value in values)
        if fitting * 5 >= len(leaves) * 4:
            return path
    return ""


def _by_likelihood(name: str, leaves: Mapping[str, Any]) -> list[str]:
    """The paths whose key is called like the field, the best name first; of equals the one less deep."""
    ranks: dict[str, tuple[int, int]] = {}
    for path in leaves:
        keys = [fold(key).replace("_", "").replace("-", "") for key in path.split(".")]
        called = keys[-2] if len(keys) > 1 and keys[-1] in _INNER and keys[-1] not in _NAMES[name] else keys[-1]
        if len(keys) > 1 and keys[-1] in _INNER and keys[-2] in _NAMES[name]:
            called = keys[-2]
        if called in _NAMES[name]:
            ranks[path] = _NAMES[name].index(called), len(keys)
    return sorted(ranks, key=lambda path: ranks[path])


def _leaves(value: Mapping[str, Any], path: str, depth: int) -> Iterator[tuple[str, Any]]:
    for key, inner in list(value.items())[:_MOST_KEYS]:
        if not _is_key(key):
            continue
        place = f"{path}.{key}" if path else key
        if isinstance(inner, dict) and depth < _DEEPEST:
            yield from _leaves(inner, place, depth + 1)
        elif isinstance(inner, str | int) and not isinstance(inner, bool):
            yield place, inner


def _is_key(key: str) -> bool:
    """Whether a key can stand in a path without quotation marks."""
    return bool(key) and not any(character in key for character in '.[]{}"$ ')


def _fits(name: str, value: Any, address: str, timezone: str, now: datetime) -> bool:
    if name == "id":
        return str(value).strip() != ""
    if not isinstance(value, str) or not value.strip():
        return False
    if name == "title":
        return len(value.strip()) >= _LEAST_TITLE and "://" not in value
    if name == "link":
        return value.startswith(("/", "http")) and bool(absolute(value, address))
    if name == "date":
        zone = ZoneInfo(timezone)
        return bool(read_machine_date(value, zone, origin="") or read_date(value, zone, reference=now, origin=""))
    return " " in value.strip()
