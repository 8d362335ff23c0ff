"""What a path of config.toml leads to in a JSON document, and where it leaves it. Pure."""

from collections.abc import Sequence
from typing import Any

from syndicator.config import jsonpath
from syndicator.config.jsonpath import Step
from syndicator.text import shorten, squeeze, xml_safe

_SHOWN = 12  # keys in a message


def values(value: Any, steps: Sequence[Step]) -> list[Any]:
    """What stands at the end of a path: one value, or with "[*]" one for each element.

    None stands where it leads nowhere, so that what is said of one element is never taken for another's.
    """
    for n, step in enumerate(steps):
        if step is None:
            elements = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
            return [found for element in elements for found in values(element, steps[n + 1 :])]
        value = _at(value, step)
    return [value]


def texts(value: Any, rule: str | None) -> list[str]:
    """What stands at a path, or an address with what stands at the paths in its braces; "" where there is nothing."""
    if not rule:
        return []
    if "{" not in rule:
        return [_text(found) for found in values(value, jsonpath.steps(rule))]
    parts = {path: one(value, path) for path in jsonpath.IN_BRACES.findall(rule)}
    return [jsonpath.IN_BRACES.sub(lambda found: parts[found[1]], rule) if all(parts.values()) else ""]


def one(value: Any, rule: str | None) -> str:
    """The first text that stands there; "" if there is none."""
    return next(filter(None, texts(value, rule)), "")


def explain(name: str, rule: str, value: Any, root: str) -> str:
    """Where a path leaves a value, and what is there instead.

    "items = 'data.search': 'data' has no 'search'; it has: errors." `name` is the key of config.toml, `root` what the value is called.
    """
    where = ""
    for step in jsonpath.steps(next(iter(jsonpath.IN_BRACES.findall(rule)), rule)):
        if problem := _obstacle(value, step):
            break
        if step is None:
            value = next(iter(value if isinstance(value, list) else value.values()), None)
            where += "[*]"
        else:
            value = _at(value, step)
            where += f"[{step}]" if isinstance(step, int) else f".{step}" if where else step
    else:
        problem = f"is {_kind(value)}"
    place = f"'{where}'" if where else root
    return f"{name} = '{rule}': {place} {problem}."


def _obstacle(value: Any, step: Step) -> str:
    """Why there is no such step from here; "" if there is."""
    if isinstance(value, dict):
        return "" if step is None or str(step) in value else f"has no '{step}'; it has: {_keys(value)}"
    if not isinstance(value, list):
        return f"is {_kind(value)}"
    if isinstance(step, str):
        return "is a list, of which [0] is the first element and [*] each"
    if isinstance(step, int) and not -len(value) <= step < len(value):
        return f"has {len(value)} elements and no [{step}]"
    return ""


def _keys(value: dict[str, Any]) -> str:
    keys = [shorten(squeeze(key), 40) for key in list(value)[:_SHOWN]]
    return ", ".join(keys + ["…"] * (len(value) > _SHOWN)) or "nothing"


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return f"an object that has: {_keys(value)}"
    words = {bool: "true or false", str: "text", int: "a number", float: "a number", list: "a list"}
    return words.get(type(value), "null")


def _at(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(str(step))
    if isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
        return value[step]
    return None


def _text(value: Any) -> str:
    """A text or a number as text; what is anything else is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return xml_safe(str(value)).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
