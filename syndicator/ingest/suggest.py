"""Which category a label that none has may belong to: by likeness to what the categories are called, or by the company it keeps. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Protocol

from syndicator.ingest.classify import Filing, FilingRules
from syndicator.text import fold

_WORD = re.compile(r"[^\W_]+")
# Endings of German words that make no other word of them, the longest first.
_ENDINGS = ("innen", "ern", "en", "er", "es", "em", "e", "n", "s")
_FEWEST = 4  # letters of a word, or of its stem, that can be known in another
_CLOSE = 0.85  # of SequenceMatcher, from which on two words are one with a slip of the pen
_TOGETHER = 0.6  # of a label's articles that are filed under one category, from which on it may belong there
_UNUSUAL = 2.0  # times the category's share among all articles, which that has to be at least
_ENOUGH = 5  # articles of which such a share says anything
_FILLERS = {
    "und", "oder", "der", "die", "das", "des", "dem", "den", "im", "in", "am", "an", "zu", "zum", "zur", "fuer", "von", "mit",
    "aus", "bei", "auf", "ueber", "stadt",
}  # fmt: skip

NOWHERE: Mapping[str, int] = MappingProxyType({})
NO_SHARES: Mapping[str, float] = MappingProxyType({})


class Described(FilingRules, Protocol):
    """What of a configured category tells what it is about."""

    @property
    def title(self) -> str: ...

    @property
    def aliases(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category to which a label may belong, and `because` why, as a sentence."""

    category: str
    because: str


@dataclass(frozen=True, slots=True)
class _Term:
    """What a category is called: `named` says where and how config.toml writes it, `words` and `stems` are its words folded."""

    category: str
    named: str
    words: tuple[str, ...]
    stems: tuple[str, ...]


class Suggester:
    """The categories, prepared once to be asked for one label after the other; `usual` is the share of all articles that each has."""

    def __init__(self, categories: Mapping[str, Described], usual: Mapping[str, float] = NO_SHARES) -> None:
        self._usual = usual
        self._filing = Filing(categories)
        self._terms = tuple(term for name, category in categories.items() for term in _terms(name, category))

    def suggest(self, label: str, articles: int = 0, filed: Mapping[str, int] = NOWHERE) -> Suggestion | None:
        """The category to which the label may belong, None if it is like none of them.

        `articles` have this label, and of these `filed` says how many are filed under which category by other rules.
        """
        return self._by_name(label) or self._by_company(articles, filed)

    def _by_name(self, label: str) -> Suggestion | None:
        words = _words(label)
        if not words:
            return None
        asked = _Term("", "", words, tuple(map(_stem, words)))
        if met := self._filing.file_under((), label, ""):
            return Suggestion(met[0], "one of its keywords stands in it")
        for is_like, sentence in _LIKENESSES:
            like = [term for term in self._terms if is_like(asked, term)]
            if like:
                nearest = max(like, key=lambda term: sum(map(len, term.words)))
                return Suggestion(nearest.category, sentence.format(nearest.named))
        return None

    def _by_company(self, articles: int, filed: Mapping[str, int]) -> Suggestion | None:
        category, count = max(filed.items(), key=lambda item: item[1], default=("", 0))
        least = max(_TOGETHER, _UNUSUAL * self._usual.get(category, 0.0))
        if articles < _ENOUGH or count < least * articles:
            return None
        return Suggestion(category, f"{count} of its {articles} articles are filed there by other rules")


def _terms(name: str, category: Described) -> Iterator[_Term]:
    called = [("title", category.title), *(("label", label) for label in category.labels)]
    called += [("keyword", keyword) for keyword in category.keywords]
    called += [("name", other) for other in (name, *category.aliases)]
    for what, text in called:
        if words := _words(text):
            yield _Term(name, f"its {what} {text}", words, tuple(map(_stem, words)))


def _words(text: str) -> tuple[str, ...]:
    words = tuple(_WORD.findall(fold(text)))
    return tuple(word for word in words if word not in _FILLERS) or words


def _stem(word: str) -> str:
    ending = next((ending for ending in _ENDINGS if word.endswith(ending) and len(word) - len(ending) >= _FEWEST), "")
    return word.removesuffix(ending)


def _holds(asked: _Term, term: _Term) -> bool:
    return len(asked.words) > 1 and set(term.stems) <= set(asked.stems)


def _begins(asked: _Term, term: _Term) -> bool:
    return len(term.words) == 1 and any(
        _is_more(word, term.stems[0]) and word.startswith(term.stems[0]) for word in asked.words
    )


def _ends(asked: _Term, term: _Term) -> bool:
    return len(term.words) == 1 and any(
        _is_more(stem, term.stems[0]) and stem.endswith(term.stems[0]) for stem in asked.stems
    )


def _is_more(word: str, part: str) -> bool:
    return len(word) > len(part) >= _FEWEST


def _is_part(asked: _Term, term: _Term) -> bool:
    return _holds(term, asked) or _begins(term, asked) or _ends(term, asked)


def _is_misspelt(asked: _Term, term: _Term) -> bool:
    one, other = " ".join(asked.words), " ".join(term.words)
    if min(len(one), len(other)) <= _FEWEST or abs(len(one) - len(other)) > len(other) // 4:
        return False
    matcher = SequenceMatcher(None, one, other)
    return matcher.quick_ratio() >= _CLOSE and matcher.ratio() >= _CLOSE


# From the surest to the boldest; the first that fits any term decides.
_LIKENESSES: tuple[tuple[Callable[[_Term, _Term], bool], str], ...] = (
    (lambda asked, term: asked.words == term.words, "it is {}"),
    (lambda asked, term: asked.stems == term.stems, "it is another form of {}"),
    (_holds, "it holds {}"),
    (_begins, "it begins like {}"),
    (_ends, "it ends like {}"),
    (_is_misspelt, "it is spelt much like {}"),
    (_is_part, "it is a part of {}"),
)
