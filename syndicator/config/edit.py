"""One more block, such as [[sources]], in the text of config.toml. Pure: what an admin wrote stays as it is, byte for byte.

The block is put into the text at one place, so nothing else can change. (A library that writes the parsed file anew
takes the remarks that head the following section for the end of this one, and puts the block behind them.)
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from syndicator.config.lines import end_of
from syndicator.errors import SyndicatorError

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_REMARKS = re.compile(r"(?:[ \t]*#[^\n]*(?:\n|\Z))+")
_HEADER = re.compile(r"[ \t]*\[")


def source_block(values: Mapping[str, Any], remark: str = "") -> str:
    """A [[sources]] block with its sub-tables, keys in the order given; `remark` is one line above it."""
    head = f"# {remark}\n" if remark else ""
    return f"{head}[[sources]]\n{_keys(values)}{''.join(_tables('sources', values))}"


def partner_block(values: Mapping[str, Any]) -> str:
    """A [[partners]] block, keys in the order given."""
    return f"[[partners]]\n{_keys(values)}"


def with_source(text: str, block: str) -> str:
    """The text with this block behind its last [[sources]] block, see `with_block`."""
    return with_block(text, block, "sources")


def with_block(text: str, block: str, table: str) -> str:
    """The text with this block behind the last one of its list of tables, at its end where it has none; line ends as in the text.

    Raises SyndicatorError where a block cannot stand beside what is there.
    """
    at = _place(text, table)
    before, after = text[:at], text[at:]
    newline = "\r\n" if "\r\n" in (before or after) else "\n"
    lines = block.strip("\n").split("\n")
    joint = newline if before and not before.endswith("\n") else ""
    blank = newline if before.strip() else ""
    follows = newline if after and not after.lstrip(" \t").startswith(("\n", "\r\n")) else ""
    changed = f"{before}{joint}{blank}{newline.join(lines)}{newline}{follows}{after}"
    _compare(text, changed, block, table)
    return changed


def _place(text: str, table: str) -> int:
    """Behind the last block's last line, and behind remarks right below it, which are keys it does without.

    Remarks right above a header belong to what that header opens.
    """
    end = end_of(text, table)
    if end is None:
        return len(text)
    at = text.find("\n", end) + 1 or len(text)
    remarks = _REMARKS.match(text, at)
    return remarks.end() if remarks and not _HEADER.match(text, remarks.end()) else at


def _compare(text: str, changed: str, block: str, table: str) -> None:
    """Whether the changed text says what the old one did, and the block; the proof that no value was cut in two."""
    before, added = tomllib.loads(text), tomllib.loads(block)[table]
    try:
        wanted = {**before, table: [*before.get(table, []), *added]}
        fits = tomllib.loads(changed) == wanted
    except (ValueError, TypeError):
        fits = False
    if not fits:
        raise SyndicatorError(
            f"The block cannot be added to config.toml: its {table} are not written as [[{table}]] blocks.",
            "Print the block with --print, and write it into the file in the form that the others have.",
        )


def _tables(outer: str, values: Mapping[str, Any]) -> Iterator[str]:
    for name, table in values.items():
        if isinstance(table, Mapping) and table:
            path = f"{outer}.{_key(name)}"
            yield f"\n[{path}]\n{_keys(table)}"
            yield from _tables(path, table)


def _keys(values: Mapping[str, Any]) -> str:
    return "".join(f"{_key(name)} = {_value(v)}\n" for name, v in values.items() if not isinstance(v, Mapping))


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _text(value)
    return f"[{', '.join(map(_value, value))}]"


def _text(text: str) -> str:
    """A TOML string: 'literal' where that spares an admin backslashes, else "basic", whose escapes are those of JSON."""
    if ('"' in text or "\\" in text) and "'" not in text and text.isprintable():
        return f"'{text}'"
    return "".join(map(_seen, json.dumps(text, ensure_ascii=False)))


def _seen(character: str) -> str:
    """A character as a reader of the file can see it: marks that turn the direction, or command a terminal, as their number."""
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004  # the most that four digits hold
