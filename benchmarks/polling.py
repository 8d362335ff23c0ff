"""The bytes that a subscriber costs who polls a feed of 50 entries hourly for a day with five new articles.

It asks for what it lacks (RFC 3229); against one that neither knows that nor conditions nor encodings: every byte that goes over the wire in either direction, by the service's
own handlers on loopback. The five come in five different hours; the first poll finds what was there the day before.
"""

import asyncio
import functools
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import rendering
from benchmarks.result import Result, at_most
from syndicator.model import File
from syndicator.pipeline import render
from syndicator.publish import encodings
from syndicator.serve import app
from syndicator.serve.shelf import Shelf

HOURS, NEW = 24, 5
BAR = 1 / 20
_PLAIN = "User-Agent: reader/1.0"
_CAREFUL = f"{_PLAIN}\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nA-IM: feed"


def measure() -> list[Result]:
    name = f"polling hourly for a day with {NEW} new articles: bytes of a careful subscriber / of a plain one, {{}}"
    return [at_most(name.format(kind), asyncio.run(_ratio(kind)), BAR) for kind in ("atom", "rss", "json")]


@dataclass
class _Subscriber:
    """Asks as it does, and counts what that costs."""

    fields: str
    remembers: bool
    tag: str = ""
    cost: int = 0
    statuses: list[int] = field(default_factory=list)

    async def poll(self, port: int, path: str) -> None:
        condition = f"If-None-Match: {self.tag}\r\n" if self.tag and self.remembers else ""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{self.fields}\r\n{condition}Connection: close\r\n\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request.encode())
        answer = await reader.read()
        writer.close()
        self.cost += len(request) + len(answer)
        head = answer.partition(b"\r\n\r\n")[0].decode()
        self.statuses.append(int(head.split()[1]))
        self.tag = next((line.partition(": ")[2] for line in head.split("\r\n") if line.startswith("ETag: ")), self.tag)


async def _ratio(kind: str) -> float:
    shelf = Shelf(Path(tempfile.gettempdir()))
    runner = await app.start(app.build(shelf, site=lambda: rendering.SITE), "127.0.0.1", 0)
    port, path = runner.addresses[0][1], f"/feeds/{rendering.FEED.name}.{kind}"
    plain, careful = _Subscriber(_PLAIN, remembers=False), _Subscriber(_CAREFUL, remembers=True)
    for hour, file in enumerate(_day(kind)):
        shelf.put([file])
        for subscriber in (plain, careful):
            await subscriber.poll(port, path)
            if hour == 0:  # of the day before
                subscriber.cost = 0
    await runner.cleanup()
    assert sorted(careful.statuses) == [200] + NEW * [226] + (HOURS - NEW) * [304], careful.statuses
    return careful.cost / plain.cost


@functools.cache
def _articles() -> list:
    return [rendering.article(0, number) for number in range(rendering.ENTRIES + NEW)]


def _day(kind: str) -> Iterator[File]:
    """The feed as it was the day before, and then as it is in each hour."""
    busy = set(random.Random(5).sample(range(1, HOURS + 1), NEW))
    first = NEW
    for hour in range(HOURS + 1):
        first -= hour in busy
        chosen = tuple(_articles()[first : first + rendering.ENTRIES])
        pages = render.feed(rendering.FEED, chosen, rendering.CONFIG, rendering.T0).pages
        page = next(page for page in pages if page.path.endswith(f".{kind}"))
        yield File(page.path, page.media_type, rendering.T0, page.body, encodings.encode(page.body))
