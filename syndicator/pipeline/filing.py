"""What config.toml says of articles: their categories, the queries they answer, and their source's city and rights."""

import hashlib
import inspect
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache

from sqlite_utils import Database

from syndicator import text
from syndicator.config import Config, own_feeds
from syndicator.ingest import classify, query, revise, vocabulary
from syndicator.ingest.classify import Filing
from syndicator.ingest.identity import words
from syndicator.ingest.ownership import Feeds
from syndicator.ingest.query import Queries
from syndicator.ingest.reading.vocabulary import VOCABULARIES
from syndicator.ingest.reasons import Reason, reasons
from syndicator.ingest.vocabulary import Vocabulary
from syndicator.model import Article, Draft, Facets, Label, Selection
from syndicator.publish import select
from syndicator.store import articles, facts
from syndicator.store.articles import Stored
from syndicator.store.database import Store
from syndicator.store.rows import facets

_AT_ONCE = 200  # articles filed anew in one transaction, so that harvests get their turn between

# What is remembered: the rules in force, those by which all articles are filed ("" while that is under way), and the
# numbers of articles that were filed by others since.
_IN_FORCE, _FILED_BY, _LEFTOVERS = "rules", "filed", "misfiled"


class Rules:
    """What a configuration says of articles, prepared for filing. `fingerprint` tells two sets of rules apart."""

    def __init__(self, config: Config) -> None:
        self._own = tuple(feed.selection for feed in own_feeds(config) if feed.selection.filed)
        self._met = lru_cache(maxsize=256)(self._meet)  # the articles of a source differ little in what feeds look at
        queries = sorted({selection.query for selection in self._own if selection.query})
        self.feeds = Feeds(config.sources)
        self._categories = config.categories
        self._filing = Filing(config.categories)
        self._vocabulary = Vocabulary(config.categories, {source.name: source.terms for source in config.sources})
        self._cities = {text.slug(source.city): source.city for source in reversed(config.sources)}
        self._queries = Queries(queries)
        self._sources = {source.name: source for source in config.sources}
        categories = config.model_dump_json(include={"categories"})
        blocks = sorted(
            (source.name, source.city, source.rights, source.license, *([source.terms] if source.terms else ()))
            for source in config.sources
        )
        own = [replace(selection, limit=0) for selection in self._own]
        self.fingerprint = hashlib.sha256(f"{_method()} {categories} {own} {blocks}".encode()).hexdigest()

    def file(self, article: Article, *, filed: bool = False) -> tuple[Article, tuple[str, ...]]:
        """The article with its categories and what its source's block says, which it keeps when that block is no more.

        With it, everything it is filed under: its categories, and those of [[feeds]] as "?name" that ask for more than categories
        and cities. `filed`: its categories are those of these rules already, as `categories_of` tells them.
        """
        if source := self._sources.get(article.source):
            article = revise.by_block(article, source)
        if (
            "city" in article.found
            and (city := self._cities.get(text.slug(article.city), article.city)) != article.city
        ):
            article = replace(article, city=city)  # as this config.toml spells it
        plain = _text(article.summary, article.body)
        if not filed:
            categories = self._file_under(article.source, article.labels, article.title, plain, article.found)
            article = replace(article, categories=categories)
        categories = article.categories
        if not self._own:
            return article, categories
        answered = self._queries.answered_by(article.title, plain)
        own = (s.filed for s in self._met(facets(article, categories)) if not s.query or s.query in answered)
        return article, (*categories, *own)

    def answered(self, article: Article) -> tuple[str, ...]:
        """The queries of [[feeds]] to which an article is an answer."""
        return self._queries.answered_by(article.title, _text(article.summary, article.body))

    def reasons(self, article: Article) -> tuple[Reason, ...]:
        """Which of the rules file this article, and by what words of it."""
        _, words_alone = self._vocabulary.split(article.source, article.labels)
        plain = _text(article.summary, article.body)
        by_words = reasons(self._categories, words_alone, article.title, plain)
        filed = self._file_under(article.source, article.labels, article.title, plain, article.found)
        return (*self._by_terms(article), *(reason for reason in by_words if reason.category in filed))

    def categories_of(self, draft: Draft, source: str) -> tuple[str, ...]:
        """The categories under which an article made of this draft of a source would stand."""
        plain = _text(draft.summary, draft.body)
        return self._file_under(source, draft.labels, draft.title, plain, draft.found)

    def _file_under(
        self, source: str, labels: tuple[Label, ...], title: str, plain: str, found: Mapping[str, str]
    ) -> tuple[str, ...]:
        exact, words_alone = self._vocabulary.split(source, labels)
        filed = self._filing.file_under(words_alone, title, plain)
        theirs = self._vocabulary.not_ours(found[VOCABULARIES]) if VOCABULARIES in found else ()
        if not exact and not theirs:
            return filed
        return tuple(name for name in self._categories if name in exact or (name in filed and name not in theirs))

    def _by_terms(self, article: Article) -> Iterator[Reason]:
        for label in article.labels:
            for name in self._vocabulary.leads_to(article.source, label) or ():
                yield Reason(
                    name, "label", f"{label.scheme} {label.term}".strip() or label.name, label.name, label.axis
                )

    def _meet(self, facets: Facets) -> tuple[Selection, ...]:
        return tuple(selection for selection in self._own if select.meets(selection, facets))


def _text(summary: str, body: str) -> str:
    return f"{summary} {words(body)}"


@cache
def _method() -> str:
    """A fingerprint of the code that files: what an update of this program would file elsewhere is filed anew."""
    return hashlib.sha256(
        "".join(map(inspect.getsource, (classify, query, vocabulary, text, select))).encode()
    ).hexdigest()


async def file_all_anew(store: Store, rules: Rules, now: Callable[[], datetime]) -> int:
    """After the rules have changed, file every stored article by the new ones; returns how many moved.

    Costs one walk through all articles. Interrupted, it starts over the next time.
    """
    if await store.write(_adopt, rules):
        return await store.write(_file_leftovers, rules, now())
    moved = last = 0
    while last >= 0:
        count, last = await store.write(_file_batch, last, rules, now())
        moved += count
    return moved


def settle(db: Database, rules: Rules, touched: Collection[int], now: datetime) -> None:
    """Called by whoever has filed articles, in the same transaction: `touched` are their numbers.

    A visit may end after the rules have changed under it, and behind the walk of `file_all_anew`. What it has filed is
    noted then, and filed anew by the next who knows the rules in force.
    """
    if facts.get_fact(db, _IN_FORCE) in {"", rules.fingerprint}:
        _file_leftovers(db, rules, now)
    elif touched:
        _note_leftovers(db, {*_leftovers(db), *touched})


def _adopt(db: Database, rules: Rules) -> bool:
    """From now on these are the rules in force. Whether everything is filed by them already, but for the leftovers."""
    facts.set_fact(db, _IN_FORCE, rules.fingerprint)
    if facts.get_fact(db, _FILED_BY) == rules.fingerprint:
        return True
    facts.set_fact(db, _FILED_BY, "")  # by these and those: going back to the old rules is a walk, too
    _note_leftovers(db, ())
    return False


def _file_batch(db: Database, after: int, rules: Rules, now: datetime) -> tuple[int, int]:
    """How many articles moved, and the number to go on after; -1 when all are done."""
    batch = articles.in_order_of_arrival(db, after, _AT_ONCE)
    moved = sum(_file_anew(db, stored, rules, now) for stored in batch)
    if len(batch) == _AT_ONCE:
        return moved, batch[-1].n
    facts.set_fact(db, _FILED_BY, rules.fingerprint)
    return moved, -1


def _file_leftovers(db: Database, rules: Rules, now: datetime) -> int:
    left = _leftovers(db)
    if not left:
        return 0
    _note_leftovers(db, ())
    return sum(_file_anew(db, articles.by_number(db, n), rules, now) for n in left)


def _file_anew(db: Database, stored: Stored, rules: Rules, now: datetime) -> bool:
    article, filed = rules.file(stored.article)
    moves = (article, filed) != (stored.article, stored.filed)
    if moves:
        articles.replace(db, stored, article, filed, stored.digest, now)
    return moves


def _leftovers(db: Database) -> list[int]:
    numbers: list[int] = json.loads(facts.get_fact(db, _LEFTOVERS) or "[]")
    return numbers


def _note_leftovers(db: Database, numbers: Collection[int]) -> None:
    facts.set_fact(db, _LEFTOVERS, json.dumps(sorted(numbers)))
