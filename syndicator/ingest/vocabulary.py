"""Terms that lead to a category exactly: those of a vocabulary that several share, and those that config.toml maps for a source. Pure.

Words are compared, terms are looked up: what a partner calls "integration" in a vocabulary is the category that names that
term, whatever its label says. Who files by a vocabulary decides what of it an article is: neither labels nor keywords of
ours add to that, or each would publish another set of articles under the same term.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from syndicator.ingest.reading.vocabulary import of_instance
from syndicator.model import Label
from syndicator.text import fold, slug

NOWHERE: tuple[str, ...] = ()


class SharedTerm(Protocol):
    """What of a configured category says which term of which vocabulary it is."""

    @property
    def scheme(self) -> str: ...

    @property
    def term(self) -> str: ...

    @property
    def aliases(self) -> tuple[str, ...]: ...


class Vocabulary:
    """The terms of all categories, and the table of each source: term, label or "scheme term" → names of categories."""

    def __init__(
        self, categories: Mapping[str, SharedTerm], tables: Mapping[str, Mapping[str, tuple[str, ...]]]
    ) -> None:
        self._shared = {(one.scheme, one.term): (name,) for name, one in categories.items() if one.term}
        self._of_scheme: dict[str, set[str]] = {}
        for name, one in categories.items():
            if one.scheme:
                self._of_scheme.setdefault(one.scheme, set()).add(name)
        self._names = {alias: (name,) for name, one in categories.items() for alias in one.aliases}
        self._names |= {name: (name,) for name in categories}
        self._tables = {
            source: {_key(key): names for key, names in table.items()} for source, table in tables.items() if table
        }

    def leads_to(self, source: str, label: Label) -> tuple[str, ...] | None:
        """The categories to which this label of a source leads exactly; None where it is a word like any other.

        No category at all: config.toml says that it belongs nowhere.
        """
        if table := self._tables.get(source):
            for key in (f"{label.scheme} {fold(label.term)}", fold(label.term), fold(label.name)):
                if key in table:
                    return table[key]
        if not label.scheme:
            return None
        shared = self._shared.get((label.scheme, label.term))
        return shared or (self._names.get(slug(label.term)) if of_instance(label.scheme) else None)

    def split(self, source: str, labels: Iterable[Label]) -> tuple[set[str], list[Label]]:
        """The categories to which labels lead exactly, and the labels that are words."""
        exact: set[str] = set()
        words = []
        for label in labels:
            if (names := self.leads_to(source, label)) is None:
                words.append(label)
            else:
                exact.update(names)
        return exact, words

    def not_ours(self, vocabularies: str) -> set[str]:
        """The categories of which those decide who file by these vocabularies, whose identifiers are parted by spaces."""
        return set().union(*(self._of_scheme.get(scheme, set()) for scheme in vocabularies.split()))


def _key(written: str) -> str:
    """Two kinds of keys: "https://… term", of one vocabulary alone, and a term or label, wherever it comes from."""
    scheme, _, term = written.partition(" ")
    return f"{scheme} {fold(term)}" if term and ":" in scheme.rstrip(":") else fold(written)
