"""Under which categories an article is filed: by the labels its source gave it, and by words in headline and text. Pure."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Protocol

from syndicator.model import Label
from syndicator.text import fold

_WORD = re.compile(r"[^\W_]+")
# The same for ASCII, as which most folded German is left without its dashes and quotation marks: a third of the cost.
_TYPOGRAPHIC = re.compile("[\u2010-\u203a\u00a0-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf]+")
_SEPARATORS = {code: " " for code in range(128) if not chr(code).isalnum()}


class FilingRules(Protocol):
    """What of a configured category decides about filing."""

    @property
    def labels(self) -> tuple[str, ...]: ...

    @property
    def keywords(self) -> tuple[str, ...]: ...


class Filing:
    """The rules of all categories, prepared once so that an article is filed without walking through every keyword.

    A label files an article when it equals one of the category's labels after `fold`. A keyword does when it stands in
    headline or text as a word or sequence of words; `*` at its start or end stands for the rest of a word there.
    Single words are looked up in tables, so their number hardly counts; sequences and `*inside*` are searched one by one.
    """

    def __init__(self, categories: Mapping[str, FilingRules]) -> None:
        self._names = tuple(categories)
        self._labels: dict[str, set[str]] = {}
        self._words: dict[str, set[str]] = {}
        self._starts: dict[str, set[str]] = {}
        self._ends: dict[str, set[str]] = {}
        self._pieces: dict[str, set[str]] = {}
        for name, rules in categories.items():
            for label in rules.labels:
                if folded := fold(label):
                    self._labels.setdefault(folded, set()).add(name)
            for keyword in rules.keywords:
                self._add(keyword, name)
        self._start_lengths = {len(start) for start in self._starts}
        self._end_lengths = {len(end) for end in self._ends}

    def file_under(self, labels: Iterable[Label], title: str, text: str) -> tuple[str, ...]:
        """The names of the categories that take the article, in the order of the configuration; `text` is plain text."""
        found = self._by_words(_words(fold(title)), _words(fold(text)))
        for label in labels:
            found |= self._labels.get(_folded_label(label.name), set())
        return tuple(name for name in self._names if name in found)

    def _add(self, keyword: str, name: str) -> None:
        folded = fold(keyword)
        phrase = " ".join(_words(folded))
        if not phrase:
            return
        open_start, open_end = folded.startswith("*"), folded.endswith("*")
        if " " in phrase or (open_start and open_end):
            table = self._pieces
            phrase = ("" if open_start else " ") + phrase + ("" if open_end else " ")
        elif open_start:
            table = self._ends
        elif open_end:
            table = self._starts
        else:
            table = self._words
        table.setdefault(phrase, set()).add(name)

    def _by_words(self, title: list[str], text: list[str]) -> set[str]:
        words = {*title, *text}
        starts = {word[:length] for length in self._start_lengths for word in words}
        ends = {word[-length:] for length in self._end_lengths for word in words}
        hits = [self._words[word] for word in self._words.keys() & words]
        hits += [self._starts[start] for start in self._starts.keys() & starts]
        hits += [self._ends[end] for end in self._ends.keys() & ends]
        if self._pieces:
            line = f" {' '.join(title)} | {' '.join(text)} "  # no phrase reaches across the bar
            hits += [names for piece, names in self._pieces.items() if piece in line]
        return set().union(*hits)


@lru_cache(maxsize=1024)  # a source uses the same few
def _folded_label(name: str) -> str:
    return fold(name)


def _words(folded: str) -> list[str]:
    """Runs of letters and digits, in order: "Bürger*innen" and "Bürger:innen" read alike."""
    plain = folded if folded.isascii() else _TYPOGRAPHIC.sub(" ", folded)
    return plain.translate(_SEPARATORS).split() if plain.isascii() else _WORD.findall(plain)
