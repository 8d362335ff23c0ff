"""From one instance to the others: how long until what stands in a partner's store is served, with ten instances that idle."""

import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from itertools import cycle
from pathlib import Path

import aiohttp

from benchmarks.result import Result, at_most
from tests.soak.cities import Piece
from tests.soak.instances import Instance
from tests.soak.play import Network, Size

INSTANCES = 10
ARTICLES = 60
SETTLED = 180  # seconds at most until all have what was there at the start
PATIENCE = 60  # seconds for one article
_LOOK = 0.01  # seconds between two looks
# Partners are polled so seldom that only pushes can be in time.
_IDLE = Size(INSTANCES, 0, 1, "30s", "1s", SETTLED)


def measure() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        seconds = sorted(asyncio.run(_exchange(Path(folder))))
    print(f"  median {seconds[len(seconds) // 2]:.2f} s, slowest {seconds[-1]:.2f} s")
    last = seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))]
    return [at_most("exchange: from a partner's store to being served, 99th percentile (seconds)", last, 1)]


async def _exchange(folder: Path) -> list[float]:
    """Seconds for each article: all come up in the first city, and are looked for at the others in turn."""
    network = Network(folder, _IDLE, seed=1)
    first, *others = network.instances
    seconds = []
    async with network.opened(), aiohttp.ClientSession() as session:
        async with asyncio.timeout(SETTLED):
            while await asyncio.to_thread(network.apart):
                await asyncio.sleep(1)
        for _, other in zip(range(ARTICLES), cycle(others), strict=False):
            seconds.append(await _one(session, first, first.city.publish(), other))
            await asyncio.sleep(1)
    return seconds


async def _one(session: aiohttp.ClientSession, first: Instance, piece: Piece, other: Instance) -> float:
    with closing(sqlite3.connect(f"file:{first.folder / 'syndicator.db'}?mode=ro", uri=True, timeout=10)) as db:
        while not db.execute("SELECT 1 FROM articles WHERE ? IN (id, original_id)", [piece.id]).fetchone():
            await asyncio.sleep(_LOOK)
    began = time.perf_counter()
    while (seconds := time.perf_counter() - began) < PATIENCE:
        async with session.get(f"http://{other.host}:{other.port}/feeds/all.atom") as answer:
            if piece.id.encode() in await answer.read():
                break
        await asyncio.sleep(_LOOK)
    return seconds
