"""On which line of a TOML text each key and each array element stands (TOML 1.0). Pure.

`tomllib` tells no positions. This scanner is asked only when there is something to report, and only about text that
`tomllib` has accepted: it finds its way and judges nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACES = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\r\n]+")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


def locate(text: str) -> Mapping[KeyPath, int]:
    """The line, counted from 1, of every key, table header and array element: `{("sources", 0, "every"): 14, …}`.

    A table that no header opens stands where its first key does; a list of tables where its first one does.
    """
    return _Scanner(text).scan()


def end_of(text: str, table: str) -> int | None:
    """The offset behind the last header or key that belongs to a table or list of tables, wherever its parts stand.

    None where no header opens it, as where it is missing or written as a value: `sources = [{…}]`.
    """
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.ends.get(table) if (table,) in scanner.tables else None


def nearest(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """The line of a path, or of the innermost table around it that the text has; 1 where it has none."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scanner:
    """Walks once over the text; `at` is where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(newline.end() for newline in re.finditer("\n", text))]
        self.lines: dict[KeyPath, int] = {}
        self.tables: dict[KeyPath, int] = {}  # how many [[blocks]] of a list were opened
        self.ends: dict[str | int, int] = {}  # of the last part of what is named so at the top

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self.skip() < len(self.text):
            if self.text.startswith("[[", self.at):
                table = self.header(2)
            elif self.text[self.at] == "[":
                table = self.header(1)
            else:
                self.pair(table)
            if table:
                self.ends[table[0]] = self.at
        return self.lines

    def skip(self, pattern: re.Pattern[str] = _BLANK) -> int:
        if match := pattern.match(self.text, self.at):
            self.at = match.end()
        return self.at

    def line(self) -> int:
        return bisect_right(self.starts, self.at)

    def header(self, brackets: int) -> KeyPath:
        line = self.line()
        self.at += brackets
        *outer, last = self.key()
        self.skip(_SPACES)
        self.at += brackets
        path: KeyPath = ()
        for part in outer:
            path = self.opened((*path, part), line)
        path = (*path, last)
        if brackets == 2:  # noqa: PLR2004  # [[ ]]
            self.lines.setdefault(path, line)
            self.tables[path] = self.tables.get(path, 0) + 1
            path = (*path, self.tables[path] - 1)
        self.lines[path] = line
        return path

    def opened(self, path: KeyPath, line: int) -> KeyPath:
        """The table that a path means within a header: of a list of tables, the last one."""
        self.lines.setdefault(path, line)
        return (*path, self.tables[path] - 1) if path in self.tables else path

    def pair(self, table: KeyPath) -> None:
        line = self.line()
        path = table
        for part in self.key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self.skip(_SPACES)
        self.at += 1  # the equals sign
        self.value(path)

    def key(self) -> tuple[str, ...]:
        return tuple(self.key_parts())

    def key_parts(self) -> Iterator[str]:
        while True:
            self.skip(_SPACES)
            start = self.at
            if self.text[start] in "\"'":
                self.skip(_STRING)
                yield _unquoted(self.text[start : self.at])
            else:
                self.skip(_BARE_KEY)
                yield self.text[start : self.at]
            self.skip(_SPACES)
            if not self.text.startswith(".", self.at):
                return
            self.at += 1

    def value(self, path: KeyPath) -> None:
        self.skip()
        first = self.text[self.at : self.at + 1]
        if first == "[":
            self.array(path)
        elif first == "{":
            self.inline_table(path)
        else:
            self.skip(_STRING if first in "\"'" else _BARE_VALUE)

    def array(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        while self.text[self.skip()] != "]":
            element = (*path, index)
            self.lines[element] = self.line()
            self.value(element)
            index += 1
            self.comma()
        self.at += 1

    def inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while self.text[self.skip()] != "}":
            self.pair(path)
            self.comma()
        self.at += 1

    def comma(self) -> None:
        if self.text[self.skip()] == ",":
            self.at += 1


def _unquoted(key: str) -> str:
    if key[0] == "'":
        return key[1:-1]
    return _ESCAPE.sub(_character, key[1:-1])


def _character(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2] or escape[3]
    return chr(int(digits, 16)) if digits else _SHORT.get(escape[4], escape[4])
