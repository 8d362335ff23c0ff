"""Under which categories an article is filed: by the labels its source gave it, and by words in headline and text. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from syndicator.model import Label
from syndicator.text import fold

_WORD = re.compile(r"[^\W_]+")
# The same for ASCII, as which most folded German is left without its dashes and quotation marks: a third of the cost.
_TYPOGRAPHIC = re.compile("[\u2010-\u203a\u00a0-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf]+")
_SEPARATORS = bytes(code if chr(code).isalnum() else 32 for code in range(128)).ljust(256)
_HYPHEN = re.compile(r"(?<=[^\W_])-(?=[^\W_])")
# What stands before the ending that names women and all others: Bürger*innen, :innen, _innen, /innen, /-innen, (innen).
_GENDERED = re.compile(r"[*:_·/(](?=-?(?:innen|(?:in|INNEN|IN)(?![^\W\d_])))(?<=[^\W\d_].)-?")


class FilingRules(Protocol):
    """What of a configured category decides about filing."""

    @property
    def labels(self) -> tuple[str, ...]: ...

    @property
    def keywords(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Words:
    """Rules that are no category of config.toml, such as a term of a query."""

    keywords: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class Filing:
    """The rules of all categories, prepared once so that an article is filed without walking through every keyword.

    A label files an article when it equals one of the category's labels after `fold`. A keyword does when it stands in
    headline or text as a word or sequence of words; `*` at the start or end of a word of it stands for the rest of a word
    there. Words are compared after `fold`, "Bürger*innen" and its like as "Bürgerinnen"; a hyphenated word is met as one
    ("Integrations-Rat" is an "Integrationsrat") and in its parts ("U-Bahn" stands in "U-Bahn-Station").

    Single words are looked up in tables, so their number hardly counts; sequences and `*inside*` are searched one by one.
    """

    def __init__(self, categories: Mapping[str, FilingRules]) -> None:
        self._names = tuple(categories)
        self._labels: dict[str, set[str]] = {}
        self._words: dict[str, set[str]] = {}
        self._starts: dict[str, set[str]] = {}
        self._ends: dict[str, set[str]] = {}
        self._pieces: dict[str, set[str]] = {}
        self._patterns: list[tuple[str, re.Pattern[str], str]] = []
        self._reach = 0  # how many words the longest sequence has beside its first
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
        found = self._by_words(_stretches((_folded(title), _folded(text)), self._reach))
        for label in labels:
            found |= self._labels.get(_folded_label(label.name), set())
        return tuple(name for name in self._names if name in found)

    def _add(self, keyword: str, name: str) -> None:
        for row in terms(keyword):
            self._reach = max(self._reach, len(row) - 1)
            first, last = row[0], row[-1]
            if any(term.open_end for term in row[:-1]) or any(term.open_start for term in row[1:]):
                self._patterns.append((max((term.word for term in row), key=len), _pattern(row), name))
                continue
            phrase = " ".join(term.word for term in row)
            if first is not last or (first.open_start and first.open_end):
                table = self._pieces
                phrase = ("" if first.open_start else " ") + phrase + ("" if last.open_end else " ")
            else:
                table = self._ends if first.open_start else self._starts if first.open_end else self._words
            table.setdefault(phrase, set()).add(name)

    def _by_words(self, stretches: list[list[str]]) -> set[str]:
        words = set().union(*stretches)
        starts = {word[:length] for length in self._start_lengths for word in words}
        ends = {word[-length:] for length in self._end_lengths for word in words}
        hits = [self._words[word] for word in self._words.keys() & words]
        hits += [self._starts[start] for start in self._starts.keys() & starts]
        hits += [self._ends[end] for end in self._ends.keys() & ends]
        if self._pieces or self._patterns:
            line = f" {' | '.join(map(' '.join, stretches))} "  # no phrase reaches across a bar
            hits += [names for piece, names in self._pieces.items() if piece in line]
            hits += [{name} for word, pattern, name in self._patterns if word in line and pattern.search(line)]
        return set().union(*hits)


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a keyword; open where a star stands for the rest of a word."""

    word: str
    open_start: bool
    open_end: bool


def word_list(text: str) -> tuple[list[str], list[str]]:
    """The words of a plain text as they are compared, in order; and its hyphenated words with their hyphens closed."""
    plain, *closed = _stretches((_folded(text),), 0)
    return plain, [word for stretch in closed for word in stretch]


def terms(keyword: str) -> tuple[tuple[Term, ...], ...]:
    """The spellings of a keyword as words in a row, as they are compared: as it stands, and with its hyphens closed."""
    folded = _folded(keyword)
    return tuple(sorted(filter(None, {_terms(folded), _terms(_HYPHEN.sub("", folded))}), key=len, reverse=True))


def _terms(folded: str) -> tuple[Term, ...]:
    """The words of a keyword. Only a star where words begin or end is a wildcard; any other character parts words."""
    found = []
    for part in folded.split():
        words = _words(part)
        for at, word in enumerate(words):
            last = at == len(words) - 1
            found.append(Term(word, at == 0 and part.startswith("*"), last and part.endswith("*")))
    return tuple(found)


def _pattern(row: tuple[Term, ...]) -> re.Pattern[str]:
    """Words in a row as a pattern that never steps back into a word it has left: a text of one endless word costs no more."""
    return re.compile(f" {' '.join(map(_word_pattern, row))} ")


def _word_pattern(term: Term) -> str:
    if term.open_start and term.open_end:
        return f"(?>[^ ]*?{term.word}[^ ]*+)"
    if term.open_start:
        return f"[^ ]*+(?<={term.word})"
    return f"{term.word}[^ ]*+" if term.open_end else term.word


@lru_cache(maxsize=1024)  # a source uses the same few
def _folded_label(name: str) -> str:
    return fold(name)


def _folded(text: str) -> str:
    return fold(_GENDERED.sub("", text)).replace("\u2010", "-")  # into which `fold` makes a non-breaking hyphen, too


def _words(folded: str) -> list[str]:
    """Runs of letters and digits, in order."""
    plain = folded if folded.isascii() else _TYPOGRAPHIC.sub(" ", folded)
    return plain.encode().translate(_SEPARATORS).decode().split() if plain.isascii() else _WORD.findall(plain)


def _stretches(texts: Iterable[str], reach: int) -> list[list[str]]:
    """The words of some folded texts: as they stand, then each hyphenated one with its hyphens closed.

    The latter between its neighbours, `reach` on either side, with which it may make a phrase.
    """
    stretches = []
    for text in texts:
        stretches.append(_words(text))
        at = text.find("-")
        while at >= 0:
            stretches.append(_words(_HYPHEN.sub("", _around(text, at, reach))))
            at = text.find("-", _end_of_word(text, at))
    return stretches


def _around(text: str, at: int, reach: int) -> str:
    """The word at this place of a folded text, in which one space parts words, and so many on either side."""
    start, end = text.rfind(" ", 0, at), _end_of_word(text, at)
    for _ in range(reach):
        start = text.rfind(" ", 0, max(start, 0))
        end = _end_of_word(text, end + 1)
    return text[start + 1 : end]


def _end_of_word(text: str, at: int) -> int:
    end = text.find(" ", at)
    return end if end >= 0 else len(text)
