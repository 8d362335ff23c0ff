"""The fields of an article for people: name, the rule that found it, and value, beside each other or in one column."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from zoneinfo import ZoneInfo

from syndicator.cli.output import pad, width, wrap
from syndicator.model import Moment

Field = tuple[str, str, str]  # name, value, the rule that found it

_NAME = 12  # columns
_RULE = 28
_NARROW = 72


def in_columns(fields: Sequence[Field], wide: int) -> Iterator[str]:
    """Name, rule and value beside each other; at a narrow terminal the value stands below.

    The value is last, so that a long address stays in one piece.
    """
    if wide < _NARROW:
        for name, value, rule in fields:
            for n, line in enumerate(wrap(rule if value else "", wide - _NAME)):
                yield f"{pad(name if n == 0 else '', _NAME)}{line}".rstrip()
            yield from (f"  {line}" for line in wrap(value or "-", wide - 2))
        return
    middle = min(max(width(rule) for _, _, rule in fields), _RULE)
    for name, value, rule in fields:
        lefts, rights = wrap(rule if value else "", middle), wrap(value or "-", wide - _NAME - middle - 2)
        for n, (left, right) in enumerate(zip_longest(lefts, rights, fillvalue="")):
            yield f"{pad(name if n == 0 else '', _NAME)}{pad(left, middle)}  {right}".rstrip()


def moment(stated: Moment | None, zone: ZoneInfo) -> str:
    """An instant in the site's time zone, and how exact it is; "" where none is known."""
    if stated is None:
        return ""
    local = stated.at.astimezone(zone)
    shape = "%Y-%m-%d %H:%M" if stated.precision in {"minute", "second"} else "%Y-%m-%d"
    return f"{local:{shape}} (to the {stated.precision})"
