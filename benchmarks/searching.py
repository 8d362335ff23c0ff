"""The first 50 results of a search among 1,000,000 articles, against looking one of them up by its id."""

import asyncio
import resource
import statistics
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from benchmarks import stored
from benchmarks.publishing import MANY
from benchmarks.result import Result, at_most
from syndicator.model import Selection
from syndicator.pipeline import search
from syndicator.store import articles
from syndicator.store.database import Store

# A word that stands in many articles, one within others, several, one that a few have, and one with a beginning.
QUERIES = ("stadt", "haus", "markt sportfest", "kinder -haus", "eigenwort4711", "buch*")
ROUNDS = 40
_LOOK_UP = "one article by its id"


def measure() -> list[Result]:
    slowest, grown = asyncio.run(_ratio())
    return [
        at_most("search among 1,000,000 articles: first 50, slowest of 6 queries / look-up by id (time)", slowest, 50),
        at_most("search among 1,000,000 articles: memory that 240 searches add (MB)", grown, 16),
    ]


async def _ratio() -> tuple[float, float]:
    store = Store(stored.store_of(MANY))
    while await store.write(search.take_in_some):  # what other benchmarks have added
        pass
    numbers = iter(range(1, MANY, MANY // 500))
    acts: dict[str, Callable[[], Awaitable[Any]]] = {query: partial(_search, store, query) for query in QUERIES}
    acts[_LOOK_UP] = lambda: store.read(_by_id, f"tag:news.example,2019:x/{next(numbers)}")
    took: dict[str, list[float]] = {name: [] for name in acts}
    try:
        for turn in range(ROUNDS + 1):
            if turn == 1:
                before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            for name, act in acts.items():  # by turns, as the machine may have other things to do
                began = time.perf_counter()
                await act()
                took[name].append(time.perf_counter() - began)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    finally:
        store.close()
    medians = {name: statistics.median(times[1:]) for name, times in took.items()}
    return max(medians[query] for query in QUERIES) / medians[_LOOK_UP], grown / 1024


async def _search(store: Store, query: str) -> None:
    selection = Selection(query=query, limit=50)
    found, _ = await store.read(search.find, selection, search.alternatives(query))
    assert len(found) >= 20, query


def _by_id(db: Any, id_: str) -> Any:
    (n,) = articles.numbers(db, id_, ())
    return articles.by_number(db, n)
