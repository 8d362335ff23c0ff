"""What pydantic found, in the words of someone who edits config.toml."""

import re
import types
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from syndicator.config.lines import KeyPath
from syndicator.config.mistakes import Mistake, closest, kind_of, near
from syndicator.config.models import Tables

Table = type[BaseModel]


def mistakes_in(error: ValidationError) -> Iterator[Mistake]:
    for detail in error.errors(include_url=False):
        if detail["type"] != "default_factory_not_called":  # follows from a mistake that is reported by itself
            yield Mistake(detail["loc"], _sentence(detail))


def _sentence(detail: ErrorDetails) -> str:
    path, kind, value = detail["loc"], detail["type"], detail["input"]
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind == "literal_error":
        return _choice(detail["ctx"]["expected"], value)
    if sentence := _ABOUT_PATHS.get(kind):
        return sentence(path, value)
    return f"expected {_EXPECTED.get(kind, detail['msg'])}, not {kind_of(value)}"


# ---------------------------------------------------------------- sentences


def _missing(path: KeyPath, _: Any) -> str:
    field = _field(path)
    if field and (inner := _inner(field.annotation)):
        required = ", ".join(_example(name, child) for name, child in inner.model_fields.items() if child.is_required())
        return f"missing table; for example [{path[-1]}] with {required}"
    return f"missing; for example {_example(str(path[-1]), field)}"


def _unknown(path: KeyPath, _: Any) -> str:
    """Near words first, then the table where such a key belongs, then further words: `pages` is a key, not a bad `images`."""
    key, table = str(path[-1]), _table_at(path[:-1])
    known = list(table.model_fields) if table else []
    homes = _homes().get(key, ())
    if closest(key, known, 0.8) or not homes:
        return f"unknown key{near(key, known, 0.7) or '; keys here: ' + ', '.join(known)}"
    return f"unknown key here; '{key}' belongs into {' or '.join(homes)}"


def _choice(expected: str, value: Any) -> str:
    words = re.findall(r"'([^']*)'", expected)
    meant = near(value, words) if isinstance(value, str) else ""
    given = f"'{value}'" if isinstance(value, str) else kind_of(value)
    return f"expected {expected.replace(chr(39), chr(34))}, not {given}{meant}"


def _list(path: KeyPath, value: Any) -> str:
    field = _field(path)
    if field and _inner(field.annotation):
        return f"expected [[{path[-1]}]] with double brackets, as there may be several, not {kind_of(value)}"
    example = _toml(field.examples[0]) if field and field.examples else '["…"]'
    return f"expected a list like {example}, not {kind_of(value)}"


def _table(path: KeyPath, value: Any) -> str:
    names = [str(part) for part in path if isinstance(part, str)]
    several = bool(path) and isinstance(path[-1], int)
    header = f"[[{'.'.join(names)}]]" if several else f"[{'.'.join(names)}]"
    hint = " with single brackets, as there is only one" if isinstance(value, list | tuple) and not several else ""
    return f"expected a table {header}{hint}, not {kind_of(value)}"


_EXPECTED = {
    "string_type": "text in quotation marks",
    "string_unicode": "text without broken characters",
    "int_type": "a whole number without quotation marks",
    "bool_type": "true or false, without quotation marks",
}
_ABOUT_PATHS: Mapping[str, Callable[[KeyPath, Any], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "tuple_type": _list,
    "model_type": _table,
    "dict_type": _table,
    "mapping_type": _table,
}


def _example(key: str, field: FieldInfo | None) -> str:
    return f"{key} = {_toml(field.examples[0])}" if field and field.examples else key


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else f'"{value}"'


# ---------------------------------------------------------------- which table and key a path means


def _table_at(path: KeyPath) -> Table | None:
    table: Table | None = Tables
    for part in path:
        if table is None:
            return None
        if part in table.model_fields:
            table = _inner(table.model_fields[str(part)].annotation)
        # else: the number of a block or the name of a category, which leads to the table found already
    return table


def _field(path: KeyPath) -> FieldInfo | None:
    table = _table_at(path[:-1])
    return table.model_fields.get(str(path[-1])) if table else None


def _inner(annotation: Any) -> Table | None:
    """The table within `Site`, `tuple[Source, ...]` or `Mapping[str, Category]`."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, BaseModel) else None
    return next((table for part in get_args(annotation) if (table := _inner(part))), None)


@cache
def _homes() -> Mapping[str, tuple[str, ...]]:
    """For each key, the headers of the tables that have it."""
    homes: dict[str, tuple[str, ...]] = {}
    for header, table in _headers("", Tables):
        for key in table.model_fields:
            homes[key] = (*homes.get(key, ()), header)
    return homes


def _headers(prefix: str, table: Table) -> Iterator[tuple[str, Table]]:
    for key, field in table.model_fields.items():
        inner = _inner(field.annotation)
        if inner is None:
            continue
        name = f"{prefix}{key}"
        text = str(field.annotation)
        if "tuple" in text:
            yield f"[[{name}]]", inner
        else:
            yield (f"[{name}.…]" if "Mapping" in text else f"[{name}]"), inner
        yield from _headers(f"{name}.", inner)
