"""The query of a [[feeds]] block: words that an article must hold. Pure.

`Städtekooperation OR Integration*` · `"runder Tisch" Vielfalt` (both) · `Integration -Sport`. Words match as keywords of
categories do: folded, whole, with `*` for the rest of a word.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from syndicator.ingest.classify import Filing, Words

_TERM = re.compile(r'(?P<no>-|NOT\s+)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Alternative:
    """Terms that have to stand in a text, and terms that must not, as they were written."""

    wanted: frozenset[str]
    unwanted: frozenset[str]


class Queries:
    """The queries of all feeds, prepared once and asked of each article together."""

    def __init__(self, queries: Iterable[str]) -> None:
        self._queries: Mapping[str, tuple[Alternative, ...]] = MappingProxyType({q: parse(q) for q in queries})
        terms = {
            term
            for alternatives in self._queries.values()
            for alternative in alternatives
            for term in alternative.wanted | alternative.unwanted
        }
        self._filing = Filing({term: Words((term,)) for term in sorted(terms)})

    def answered_by(self, title: str, text: str) -> tuple[str, ...]:
        """The queries to which an article with this headline and plain text is an answer."""
        if not self._queries:
            return ()
        held = frozenset(self._filing.file_under((), title, text))
        return tuple(
            query for query, alternatives in self._queries.items() if any(_fits(a, held) for a in alternatives)
        )


def _fits(alternative: Alternative, held: frozenset[str]) -> bool:
    return alternative.wanted <= held and not alternative.unwanted & held


def parse(query: str) -> tuple[Alternative, ...]:
    """What a query asks for: one of these."""
    parsed = []
    for part in re.split(r"\s+OR\s+", query.strip()):
        wanted: set[str] = set()
        unwanted: set[str] = set()
        for term in _TERM.finditer(part):
            text = term["phrase"] or term["word"] or ""
            if text and text != "AND":
                (unwanted if term["no"] else wanted).add(text)
        if wanted or unwanted:
            parsed.append(Alternative(frozenset(wanted), frozenset(unwanted)))
    return tuple(parsed)
