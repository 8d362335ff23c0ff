"""Publishing one new article with 100,000 stored articles, against the same with 1,000."""

import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from benchmarks.result import Result, at_most
from syndicator import config
from syndicator.model import Article, Moment
from syndicator.pipeline.publish import Publisher
from syndicator.publish.targets.folder import Folder
from syndicator.store import articles
from syndicator.store.database import Store

FEW, MANY, ROUNDS = 1_000, 100_000, 15
T0 = datetime(2019, 1, 1, tzinfo=UTC)
CITIES, CATEGORIES = ("Dortmund", "Bochum", "Herne"), ("vielfalt", "verkehr")
BODY = "<p>Die Verwaltung hat beschlossen, die Zusammenarbeit der Städte an der Ruhr fortzusetzen.</p>" * 20
CONFIG = """
[site]
title = "Bench"
url = "http://127.0.0.1/"
publisher = "Bench"
contact = "bench@news.example"
[categories.vielfalt]
title = "Vielfalt"
[categories.verkehr]
title = "Verkehr"
"""


def measure() -> list[Result]:
    return [at_most("publishing one article: 100,000 stored / 1,000 stored (time)", asyncio.run(_ratio()), 1.3)]


async def _ratio() -> float:
    async with _stored(FEW) as few, _stored(MANY) as many:
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
        await self.store.write(_insert, range(self.size + turn, self.size + turn + 1))
        began = time.perf_counter()
        done = await self.publisher.publish()
        took = time.perf_counter() - began
        assert len(done.written) >= 4 * 3, done  # four feeds in three formats
        return took


@contextlib.asynccontextmanager
async def _stored(size: int) -> AsyncIterator[_Bench]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_text(CONFIG, encoding="utf-8")
        loaded = config.load(path)
        store = Store(loaded.store.path)
        await store.write(_insert, range(size))
        yield _Bench(size, store, Publisher(loaded, store, [Folder(loaded.publish.folder)], lambda: datetime.now(UTC)))
        store.close()


def _insert(db: Database, numbers: range) -> None:
    for number in numbers:
        one = _article(number)
        articles.insert(db, one, one.categories, "digest", [f"key:{number}"], T0)


def _article(number: int) -> Article:
    at = T0 + timedelta(minutes=number)
    return Article(
        id=f"tag:news.example,2019:x/{number}",
        source="x",
        key=str(number),
        address=f"https://portal.example/{number}",
        title=f"Nachricht {number}",
        summary="Kurz gesagt.",
        body=BODY,
        published=Moment(at, "minute", "feed"),
        updated=at,
        first_seen=at,
        sort_at=at,
        status="live",
        city=CITIES[number % len(CITIES)],
        district="",
        categories=(CATEGORIES[number % len(CATEGORIES)],),
        labels=(),
        images=(),
        authors=(),
        language="de",
        kind="news",
        rights="",
        license="",
        original_id="",
        provenance=None,
        revision=1,
        found={},
    )
