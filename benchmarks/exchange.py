"""From one instance to another: how long until what stands in a partner's store is served, with ten instances that idle."""

import asyncio
import os
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import aiohttp

from benchmarks.result import Result, at_most
from tests.soak.cities import Piece
from tests.soak.instances import Instance
from tests.soak.play import Network, Size

INSTANCES = 10
ARTICLES = 60
SETTLED = 180  # seconds at most until pushes are subscribed to
PATIENCE = 60  # seconds for one article
_LOOK = 0.01  # seconds between two looks
# Partners are polled so seldom that only pushes can be in time. Each reads one other, so that eight idle meanwhile.
_PAIRS = Size(INSTANCES, 0, 1, "30s", "1s", SETTLED, by_city=True, partners=1)
# Each reads all others: an article sets nine to work at once, on whatever processors there are.
_ALL = replace(_PAIRS, partners=0)


def measure() -> list[Result]:
    last = _percentile(_PAIRS, ARTICLES, "one reads")
    _percentile(_ALL, ARTICLES // 3, "all nine read")
    return [at_most("exchange: from a partner's store to being served, 99th percentile (seconds)", last, 1)]


def _percentile(size: Size, articles: int, named: str) -> float:
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # ten services that wait for one disk measure that
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        seconds = sorted(asyncio.run(_exchange(Path(folder), size, articles)))
    last = seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))]
    print(f"  {named}: median {seconds[len(seconds) // 2]:.2f} s, 99th percentile {last:.2f} s")
    return last


async def _exchange(folder: Path, size: Size, articles: int) -> list[float]:
    """Seconds for each article: all come up in the first city, and are looked for at those who read it in turn."""
    network = Network(folder, size, seed=1)
    first, *others = network.instances
    readers = others[-size.partners :]
    seconds = []
    async with network.opened(), aiohttp.ClientSession() as session:
        async with asyncio.timeout(SETTLED):
            while first.ask("SELECT count(*) FROM subscriptions")[0][0] < len(readers):
                await asyncio.sleep(1)
        await asyncio.sleep(5)  # what came of the start
        for _, reader in zip(range(articles), cycle(readers), strict=False):
            seconds.append(await _one(session, first, first.city.publish(), reader))
            await asyncio.sleep(1)
    return seconds


async def _one(session: aiohttp.ClientSession, first: Instance, piece: Piece, reader: Instance) -> float:
    with closing(sqlite3.connect(f"file:{first.folder / 'syndicator.db'}?mode=ro", uri=True, timeout=10)) as db:
        while not db.execute("SELECT 1 FROM articles WHERE ? IN (id, original_id)", [piece.id]).fetchone():
            await asyncio.sleep(_LOOK)
    began = time.perf_counter()
    while (seconds := time.perf_counter() - began) < PATIENCE:
        async with session.get(f"http://{reader.host}:{reader.port}/feeds/all.atom") as answer:
            if piece.id.encode() in await answer.read():
                break
        await asyncio.sleep(_LOOK)
    return seconds
