"""Under which categories articles stand and which queries they answer, by the rules in config.toml."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from syndicator.config import Config
from syndicator.ingest.classify import Filing
from syndicator.ingest.identity import words
from syndicator.ingest.query import Queries
from syndicator.model import Article, Draft
from syndicator.store import articles, facts
from syndicator.store.database import Store

_AT_ONCE = 200  # articles filed anew in one transaction, so that harvests get their turn between


class Rules:
    """The categories and queries of a configuration, prepared for filing. `fingerprint` tells two sets of rules apart."""

    def __init__(self, config: Config) -> None:
        queries = sorted({block.query for block in config.feeds if block.query})
        self._filing = Filing(config.categories)
        self._queries = Queries(queries)
        categories = config.model_dump_json(include={"categories"})
        self.fingerprint = hashlib.sha256(f"{categories} {queries}".encode()).hexdigest()

    def file(self, article: Article) -> tuple[Article, tuple[str, ...]]:
        """The article with its categories, and everything it is filed under: these, and its queries as "?query"."""
        text = _text(article.summary, article.body)
        categories = self._filing.file_under(article.labels, article.title, text)
        queries = self._queries.answered_by(article.title, text)
        return replace(article, categories=categories), (*categories, *(f"?{query}" for query in queries))

    def categories_of(self, draft: Draft) -> tuple[str, ...]:
        """The categories under which an article made of this draft would stand."""
        return self._filing.file_under(draft.labels, draft.title, _text(draft.summary, draft.body))


def _text(summary: str, body: str) -> str:
    return f"{summary}\n{words(body)}"


async def file_all_anew(store: Store, rules: Rules, now: Callable[[], datetime]) -> int:
    """After the rules have changed, file every stored article by the new ones; returns how many moved.

    Costs one walk through all articles. Interrupted, it starts over the next time.
    """
    if await store.read(facts.get_fact, "rules") == rules.fingerprint:
        return 0
    moved, last = 0, 0
    while batch := await store.read(articles.in_order_of_arrival, last, _AT_ONCE):
        moved += await store.write(_file_batch, batch, rules, now())
        last = batch[-1].n
    await store.write(facts.set_fact, "rules", rules.fingerprint)
    return moved


def _file_batch(db: Database, batch: list[articles.Stored], rules: Rules, now: datetime) -> int:
    moved = 0
    for stale in batch:
        stored = articles.by_number(db, stale.n)  # a harvest may have come between reading and writing
        article, filed = rules.file(stored.article)
        if filed != stored.filed:
            articles.replace(db, stored, article, filed, stored.digest, now)
            moved += 1
    return moved
