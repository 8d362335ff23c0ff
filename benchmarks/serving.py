"""Requests per second of our handlers against a bare aiohttp handler that returns the same prepared bytes.

Each server has a process of its own, the client another. Both servers stay up, and short rounds take turns, so that
whatever else the machine does meets both; the value is the median of the rounds' ratios.
"""

import asyncio
import contextlib
import gzip
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import brotli
from aiohttp import web

from benchmarks.result import Result, at_least
from syndicator.config import Site
from syndicator.model import File
from syndicator.serve import app
from syndicator.serve.shelf import Shelf
from syndicator.serve.usage import Usage

BAR = 0.85
ROUNDS = 15
SECONDS = 0.4
CONNECTIONS = 16
PATH = "/feeds/vielfalt.atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"


def measure() -> list[Result]:
    with server(bare) as reference, server(ours) as candidate:
        tag = asyncio.run(etag(candidate))
        return [
            at_least(f"serving: {name}, ours / bare aiohttp handler", ratio(reference, candidate, fields, status), BAR)
            for name, fields, status in (
                ("200 gzip", "", 200),
                ("304", f"If-None-Match: {tag}\r\n", 304),
            )
        ]


def ratio(reference: int, candidate: int, fields: str, status: int) -> float:
    request = f"GET {PATH} HTTP/1.1\r\nHost: news.example\r\nAccept-Encoding: gzip\r\n{fields}\r\n".encode()
    ratios = []
    for turn in range(ROUNDS + 1):
        order = (reference, candidate) if turn % 2 else (candidate, reference)
        rates = {port: asyncio.run(rate(port, request, status)) for port in order}
        ratios.append(rates[candidate] / rates[reference])
    return statistics.median(ratios[1:])  # the first warms up


# ---------------------------------------------------------------- the two servers


def published() -> File:
    """A feed of 50 entries, about as long and as compressible as a real one."""
    words = [f"{syllable}{number}" for syllable in ("stadt", "rat", "haus", "fest", "weg") for number in range(400)]
    chance = random.Random(2024)
    entry = "<entry><title>{}</title><content type='html'>{}</content></entry>\n"
    text = "".join(
        entry.format(" ".join(chance.choices(words, k=8)), " ".join(chance.choices(words, k=60))) for _ in range(50)
    )
    body = text.encode()
    encodings = {"gzip": gzip.compress(body, mtime=0), "br": brotli.compress(body, quality=5)}
    return File("vielfalt.atom", MEDIA_TYPE, datetime(2024, 11, 4, tzinfo=UTC), body, encodings)


async def bare() -> web.AppRunner:
    """Knows neither files nor conditions: whoever sends If-None-Match gets a 304."""
    body = published().encodings["gzip"]
    headers = {"Content-Type": MEDIA_TYPE, "Content-Encoding": "gzip", "ETag": '"x"', "Vary": "Accept-Encoding"}

    async def handler(request: web.Request) -> web.Response:
        if "If-None-Match" in request.headers:
            return web.Response(status=304, headers={"ETag": '"x"', "Vary": "Accept-Encoding"})
        return web.Response(body=body, headers=headers)

    application = web.Application()
    application.router.add_get(PATH, handler)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


async def ours() -> web.AppRunner:
    shelf = Shelf(Path(tempfile.gettempdir()))
    shelf.put([published()])
    site = Site(title="Nachrichten", url="https://news.example/", publisher="Stadt", contact="web@news.example")
    usage = Usage(lambda: datetime.now(UTC))
    return await app.start(app.build(shelf, site=lambda: site, usage=usage), "127.0.0.1", 0)


@contextlib.contextmanager
def server(start: Callable[[], object]) -> Iterator[int]:
    """The port of a server in a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=run, args=(start, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.kill()
        process.join()


def run(start: Callable[[], object], parent: Connection) -> None:
    async def forever() -> None:
        runner = await start()
        parent.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(forever())


# ---------------------------------------------------------------- the client


class Client(asyncio.Protocol):
    """Asks again as soon as it has the whole answer, whose length it knows from its first one."""

    def __init__(self, request: bytes, status: int) -> None:
        self.request = request
        self.start = f"HTTP/1.1 {status} ".encode()
        self.answers = 0
        self.length = 0
        self.received = 0
        self.first = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if not self.length:
            self.first += data
            head, end, _ = self.first.partition(b"\r\n\r\n")
            if not end:
                return
            assert head.startswith(self.start), head
            self.length = len(head) + 4 + content_length(head)
            data = self.first
        self.received += len(data)
        if self.received >= self.length:
            assert self.received == self.length
            self.received = 0
            self.answers += 1
            self.transport.write(self.request)


def content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def rate(port: int, request: bytes, status: int) -> float:
    """Answers per second over CONNECTIONS connections that stay open."""
    loop = asyncio.get_running_loop()
    pairs = [
        await loop.create_connection(lambda: Client(request, status), "127.0.0.1", port) for _ in range(CONNECTIONS)
    ]
    clients = [client for _, client in pairs]
    before, began = sum(client.answers for client in clients), time.perf_counter()
    await asyncio.sleep(SECONDS)
    answers, seconds = sum(client.answers for client in clients) - before, time.perf_counter() - began
    for transport, _ in pairs:
        transport.abort()
    return answers / seconds


async def etag(port: int) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"HEAD {PATH} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n".encode())
    head = (await reader.read()).decode()
    writer.close()
    return next(line.partition(": ")[2] for line in head.split("\r\n") if line.startswith("ETag: "))
