"""Publishing one new article with 1,000,000 stored articles and 200 feeds, against the same with 10,000."""

import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlite_utils import Database

from benchmarks import stored
from benchmarks.result import Result, at_most
from syndicator import config
from syndicator.config import planned_feeds
from syndicator.pipeline import plan
from syndicator.pipeline.publish import Publisher
from syndicator.publish.targets.folder import Folder
from syndicator.store import archive, articles, facts
from syndicator.store.database import Store

FEW, MANY, ROUNDS = 10_000, 1_000_000, 11


def measure() -> list[Result]:
    name = "publishing one article to 4 of 200 feeds: 1,000,000 stored / 10,000 stored (time to the disk)"
    return [at_most(name, asyncio.run(_ratio()), 1.3)]


async def _ratio() -> float:
    async with _bench(FEW) as few, _bench(MANY) as many:
        for bench in (few, many):
            await bench.publisher.publish()
        took: dict[int, list[float]] = {FEW: [], MANY: []}
        for turn in range(ROUNDS + 1):
            for bench in (few, many) if turn % 2 else (many, few):
                took[bench.size].append(await bench.one_more(turn))
    return statistics.median(took[MANY][1:]) / statistics.median(took[FEW][1:])


@dataclass
class _Bench:
    size: int
    store: Store
    publisher: Publisher

    async def one_more(self, turn: int) -> float:
        """Seconds from the commit of an article to the last byte on the disk."""
        number = self.size - self.size % 171 + 171 + turn * 171  # always of the same city and category
        await self.store.write(_insert, number)
        began = time.perf_counter()
        done = await self.publisher.publish()
        took = time.perf_counter() - began
        touched = {path.removeprefix("en/").partition(".")[0] for path in done.written}
        assert touched == {"all", "thema-0", "stadt-0", "stadt-0-thema-0"}, done
        return took


@contextlib.asynccontextmanager
async def _bench(size: int) -> AsyncIterator[_Bench]:
    folder = stored.folder() / f"of {size}"
    folder.mkdir()
    path = folder / "config.toml"
    path.write_text(stored.CONFIG, encoding="utf-8")
    loaded = config.load(path)
    assert len(planned_feeds(loaded)) == 200
    store = Store(stored.store_of(size))
    await store.write(_archive, [feed.name for feed in planned_feeds(loaded)], plan.looks(loaded))
    yield _Bench(size, store, Publisher(loaded, store, [Folder(loaded.publish.folder)], lambda: datetime.now(UTC)))
    store.close()


def _archive(db: Database, feeds: list[str], looks: str) -> None:
    """What is stored counts as archived: to render 40,000 pages takes a quarter of an hour, and is done once."""
    (last,) = db.execute("SELECT max(n) FROM articles").fetchone()
    for name in feeds:
        archive.close(db, name, [last])
    archive.finish(db, [(page, "digest") for page in archive.due(db, len(feeds))])
    facts.set_fact(db, "looks", looks)
    facts.set_fact(db, "published", str(articles.last_change(db)))


def _insert(db: Database, number: int) -> None:
    one = stored.article(number)
    articles.insert(db, one, one.categories, "digest", [f"key:{number}"], stored.T0)
