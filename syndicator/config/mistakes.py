"""Mistakes in config.toml, as the sentences an admin reads: file, line, key, what was expected. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from types import UnionType
from typing import Any

from syndicator.config.lines import KeyPath, nearest
from syndicator.text import fold, shorten

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_POSITION = re.compile(r" \((?:at line (\d+), column (\d+)|at end of document)\)$")
_LONGEST = 400  # characters of a sentence
_TYPOGRAPHIC = "„“”‚‘’«»"
_PLAIN_WORDS = (
    ("Cannot overwrite", "this key stands in this table a second time"),
    ("Cannot declare", "this table stands here a second time; tables of which there are several have double brackets: [[sources]]"),
    ("Cannot mutate", "this key stands in this table a second time"),
    ("Illegal character '\\n'", "a closing quotation mark is missing on this line"),
    ("Unterminated string", "a closing quotation mark is missing"),
    ("Expected '\"\"\"'", 'the closing """ is missing'),
    ('Expected "\'\'\'"', "the closing ''' is missing"),
    ("Expected \"'\"", "a closing quotation mark is missing"),
    ("Unescaped '\\'", r"a backslash within double quotation marks is written \\; or use single ones: 'a\b'"),
    ("Unclosed array", "a list is not closed: the ] is missing"),
    ("Unclosed inline table", "a table is not closed: the } is missing"),
    ("Expected newline", "there is more on this line than one key and its value"),
    ("Expected '='", 'a key needs = and a value behind it, like key = "value"'),
    ("Expected ']", "the closing ] of a table's name is missing"),
    ("Invalid initial character for a key", "a key is made of a-z, 0-9, - and _; any other needs quotation marks"),
    ("Invalid value", 'expected "text" in quotation marks, a number, true or false, or a ["list"]'),
    ("Invalid statement", "expected a [table], a key = value, or a # comment"),
)  # fmt: skip
_SORTS: tuple[tuple[type | UnionType, str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    (int | float, "a number"),
    (list | tuple, "a list"),
    (dict, "a table"),
    (date | time, "a date or time"),
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with the value or table at `path`."""

    path: KeyPath
    text: str


def report(mistakes: Iterable[Mistake], lines: Mapping[KeyPath, int], file: str) -> str:
    """One line for each mistake, in the order of the file."""
    placed = {(nearest(lines, mistake.path), mistake) for mistake in mistakes}
    ordered = sorted(placed, key=lambda entry: (entry[0], _sortable(entry[1].path), entry[1].text))
    return "\n".join(f"{file}:{line}: {written(mistake.path)}: {_one_line(mistake.text)}" for line, mistake in ordered)


def written(path: KeyPath) -> str:
    """A path as one says it: `sources[0].list.item`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if _BARE.fullmatch(part) else '"' + _printable(part) + '"')
    return text


def near(text: str, known: Iterable[str], closeness: float = 0.6) -> str:
    """The end of a sentence: `, did you mean 'every'?`, or nothing when nothing is near."""
    match = closest(text, known, closeness)
    return f", did you mean '{match}'?" if match else ""


def closest(text: str, known: Iterable[str], closeness: float = 0.6) -> str:
    """The known word nearest to a text, case and spelling of umlauts aside; empty when none is near."""
    folded = {fold(word): word for word in known}
    matches = get_close_matches(fold(text), folded, n=1, cutoff=closeness)
    return folded[matches[0]] if matches else ""


def one_of(words: Sequence[str]) -> str:
    quoted = [f'"{word}"' for word in words]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)


def kind_of(value: Any) -> str:
    """What sort of value stands there, in an admin's words and without the value, which may be a secret."""
    for kind, words in _SORTS:
        if isinstance(value, kind):
            return words
    return "this"


def syntax(error: Exception, text: str, file: str) -> str:
    """The one line for text that is no TOML: with line and column, as nothing else can be said about it."""
    if isinstance(error, RecursionError):
        return f"{file}:1:1: not valid TOML: lists or tables are nested too deeply"
    message = str(error)
    position = _POSITION.search(message)
    line, column = _line_and_column(position, text)
    message = _POSITION.sub("", message)
    words = _in_plain_words(message, text, line, column, at_end=position is not None and position[1] is None)
    return f"{file}:{line}:{column}: not valid TOML: {words}"


def _line_and_column(position: re.Match[str] | None, text: str) -> tuple[int, int]:
    if position is None:  # a number of thousands of digits, which only int() refuses
        return 1, 1
    if position[1]:
        return int(position[1]), int(position[2])
    last = text.removesuffix("\n").rsplit("\n", 1)[-1]
    return text.removesuffix("\n").count("\n") + 1, len(last) + 1


def _in_plain_words(message: str, text: str, line: int, column: int, *, at_end: bool) -> str:
    rows = text.splitlines()
    there = rows[line - 1][column - 1 : column] if line <= len(rows) else ""
    if there and there in _TYPOGRAPHIC:
        return f'{there} is a typographic quotation mark; write the straight one: "'
    if there.isalpha() and not there.isascii() and "key" in message:
        return f"'{there}' makes this a key that needs quotation marks: only a-z, 0-9, - and _ do without"
    if at_end and message == "Invalid value":
        return "the file ends where a value is expected, or the ] of a list"
    for beginning, words in _PLAIN_WORDS:
        if message.startswith(beginning):
            return words
    return message


def _one_line(text: str) -> str:
    """A sentence may quote a value, and that may hold line breaks, or pages."""
    return shorten(_printable(text), _LONGEST)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _sortable(path: KeyPath) -> tuple[tuple[int, int, str], ...]:
    return tuple((0, part, "") if isinstance(part, int) else (1, 0, part) for part in path)
