"""10,000 subscribers of one feed on loopback, 5 % slow and 5 % dead: how soon the healthy have it, and what it costs the rest.

The subscribers live in a process of their own, each at an address of the loopback network. Meanwhile readers, in another process,
ask for the feed one time after the other, and a source is visited again and again. Their pace is compared with that before, by the
clock on the wall, as it is theirs: whatever the push takes from them counts, be it the event loop or a core. What else runs on
the machine counts on both sides.
"""

import asyncio
import contextlib
import functools
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import ClassVar

from sqlite_utils import Database

from benchmarks.idle import _free_port as free_port
from benchmarks.idle import _resident as resident
from benchmarks.result import Result, at_least, at_most

SUBSCRIBERS, ODD = 10_000, 20  # one of so many is slow, and one is dead
READERS = 4
QUIET = 5.0  # seconds in which the pace of readers and visits is measured before
SHARE, WITHIN, MEMORY = 0.95, 20.0, 300
ENTRIES = 50
CONFIG = """[site]
title = "Bench"
url = "http://127.0.0.1:{port}/"
publisher = "Bench"
contact = "bench@news.example"
[server]
port = {port}
[hub]
allow_private = ["127.0.0.0/8"]
[categories.kultur]
title = "Kultur"
labels = ["Kultur"]
"""
SOURCE = """[[sources]]
name = "{name}"
title = "Stadt"
city = "Stadt"
kind = "feed"
url = "http://127.0.0.1:{portal}/{name}.xml"
allow_private = true
robots = false
delay = "0s"
every = "1d"
"""
ITEM = """<item><title>Nachricht {n}</title><link>http://127.0.0.1/{n}</link><guid isPermaLink="false">{n}</guid>
<category>Kultur</category><pubDate>Mon, 04 Nov 2019 10:00:00 +0100</pubDate><description>{text}</description></item>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>F</title><link>http://x.example/</link><description>d</description>
{}</channel></rss>"""


def measure() -> list[Result]:
    with (
        tempfile.TemporaryDirectory() as folder,
        process(_subscribers) as portal,
        process(_subscribers) as subscribers,
        process(_readers) as readers,
    ):
        command = [sys.executable, "-m", "benchmarks.pushing", folder, *map(str, (portal, subscribers, readers))]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=os.environ)
    told: dict[str, float] = json.loads(done.stdout)
    who = f"pushing to {SUBSCRIBERS}, 5 % slow, 5 % dead"
    return [
        at_most(f"{who}: seconds until 95 % of the healthy have it", told["seconds"], WITHIN),
        at_most(f"{who}: memory of all processes (MiB)", told["memory"], MEMORY),
        at_least(f"{who}: serving meanwhile / before", told["serving"], 0.5),
        at_least(f"{who}: polling meanwhile / before", told["polling"], 0.5),
    ]


# ---------------------------------------------------------------- the service


async def serve(folder: Path, portal: int, subscribers: int, readers: int) -> dict[str, float]:
    from syndicator import config
    from syndicator.service import running

    port, path = free_port(), folder / "config.toml"
    blocks = [CONFIG.format(port=port), *(SOURCE.format(name=name, portal=portal) for name in ("news", "same"))]
    path.write_text("\n".join(blocks), encoding="utf-8")
    async with running(config.load(path)) as service:
        while await service.shop.store.read(stored) < 2 * ENTRIES or service.visits.under_way:
            await asyncio.sleep(0.05)
        await service.shop.publisher.publish()  # what both sources brought, before anybody is due it
        await service.shop.store.write(subscribe, f"http://127.0.0.1:{port}/feeds/kultur.atom", subscribers)
        visits = Counted(lambda: service.shop.visitor.visit(service.config.sources[1]))
        polling = asyncio.create_task(visits.go_on())
        reading = Reading(readers, port)
        await reading.answers()
        await asyncio.sleep(QUIET)  # the first harvest is taken into the index of words
        before = await pace(visits, reading, asyncio.sleep(QUIET))
        assert await ask(subscribers, "/have") == "0"
        began, memory = time.perf_counter(), Peak()
        seen = asyncio.create_task(memory.watch())
        await service.visits.visit("news")
        meanwhile = await pace(visits, reading, pushed(subscribers))
        took = time.perf_counter() - began
        await reading.end()
        polling.cancel()
        seen.cancel()
    ratios = [busy / quiet for busy, quiet in zip(meanwhile, before, strict=True)]
    return {"seconds": took, "memory": memory.most, "serving": ratios[0], "polling": ratios[1]}


def stored(db: Database) -> int:
    (count,) = db.execute("SELECT count(*) FROM articles").fetchone()
    return int(count)


def subscribe(db: Database, topic: str, living: int) -> None:
    from syndicator.model import Subscription
    from syndicator.store import subscribers

    now, nowhere, chance = datetime.now(UTC), free_port(), random.Random(7)
    added = subscribers.add_topic(db, topic, "kultur.atom", subscribers.bytes_of(db, "kultur.atom") or "")
    known = Subscription(now, now + timedelta(days=1), "geheim" * 5, added.version)
    numbers = list(range(SUBSCRIBERS))
    chance.shuffle(numbers)
    for number in numbers:
        host = address(number)
        callback = f"http://{host}:{nowhere if number % ODD == 1 else living}/{number}"
        subscribers.save(db, added.n, callback, host, known)


def address(number: int) -> str:
    return f"127.{10 + number // 2**16}.{number // 256 % 256}.{number % 256}"


class Peak:
    most = 0.0

    async def watch(self) -> None:
        while True:
            self.most = max(self.most, await asyncio.to_thread(resident, os.getpid()))
            await asyncio.sleep(1)


class Counted:
    def __init__(self, act: Callable[[], Awaitable[object]]) -> None:
        self.act, self.count = act, 0

    async def go_on(self) -> None:
        while True:
            await self.act()
            self.count += 1


async def pace(visits: Counted, reading: "Reading", until: Awaitable[object]) -> tuple[float, float]:
    """Answers and visits per second until then."""
    answers, visited, began = await reading.answers(), visits.count, time.perf_counter()
    await until
    seconds = time.perf_counter() - began
    return (await reading.answers() - answers) / seconds, (visits.count - visited) / seconds


async def pushed(subscribers: int) -> None:
    healthy = sum(number % ODD > 1 for number in range(SUBSCRIBERS))
    end = time.monotonic() + 3 * WITHIN
    while int(await ask(subscribers, "/have")) < SHARE * healthy and time.monotonic() < end:
        await asyncio.sleep(0.2)


async def ask(port: int, path: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer.decode().partition("\r\n\r\n")[2]


# ---------------------------------------------------------------- the subscribers, and the portal


class Subscribed(asyncio.Protocol):
    """The callback of each address, or the portal: one request on each connection, answered when it is whole."""

    have: ClassVar[set[str]] = set()
    versions = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.head, self.left = transport, b"", -1

    def data_received(self, data: bytes) -> None:
        if self.left < 0:
            self.head += data
            head, end, body = self.head.partition(b"\r\n\r\n")
            if not end:
                return
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            self.left, data = int(length or 0), body
            self.head = head
        self.left -= len(data)
        if self.left <= 0:
            self.answer()

    def answer(self) -> None:
        method, path, _ = self.head.decode().split(" ", 2)
        if method == "GET":
            self.say(str(len(self.have)) if path == "/have" else self.feed(path))
        elif int(path[1:]) % ODD:  # the slow ones say nothing until the service has had enough
            self.have.add(path)
            self.say("")

    def feed(self, path: str) -> str:
        """What is new at each visit, or never."""
        Subscribed.versions += path == "/news.xml"
        return feed(path[1:5], ENTRIES + (Subscribed.versions if path == "/news.xml" else 0))

    def say(self, text: str) -> None:
        body = text.encode()
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n%b"
            % (len(body), body)
        )
        self.transport.close()


@functools.cache
def feed(name: str, count: int) -> str:
    chance = random.Random(1)
    words = " ".join(f"wort{chance.randrange(5000)}" for _ in range(150))
    return FEED.format("".join(ITEM.format(n=f"{name}-{n}", text=f"{n} {words}") for n in range(count)))


async def _subscribers(ready: Connection) -> None:
    server = await asyncio.get_running_loop().create_server(Subscribed, "0.0.0.0", 0, backlog=4096)
    ready.send(server.sockets[0].getsockname()[1])
    await asyncio.Event().wait()


# ---------------------------------------------------------------- the readers


class Reader(asyncio.Protocol):
    """Asks again as soon as it has the whole answer, whose length is another once the feed has changed."""

    answers = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.received = transport, b""
        self.ask()

    def ask(self) -> None:
        self.transport.write(b"GET /feeds/kultur.atom HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n")

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        if end and len(body) >= int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0]):
            Reader.answers += 1
            self.received = b""
            self.ask()


class Control(asyncio.Protocol):
    """Told to `GET /PORT` of a service, it has readers begin there, and says how many answers all have had; `/0` ends them."""

    transports: ClassVar[list[asyncio.BaseTransport]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        port = int(data.split(b" ", 2)[1][1:])
        if port and not self.transports:
            self.transports.append(self.transport)
            self.beginning = asyncio.create_task(self.begin(port))
        elif not port:
            for transport in self.transports:
                transport.abort()
        self.transport.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%d" % Reader.answers)
        self.transport.close()

    async def begin(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        self.transports[:] = [(await loop.create_connection(Reader, "127.0.0.1", port))[0] for _ in range(READERS)]


class Reading:
    """The readers of the service at `port`, as seen from its process."""

    def __init__(self, control: int, port: int) -> None:
        self.control, self.port = control, port

    async def answers(self) -> int:
        return int(await ask(self.control, f"/{self.port}"))

    async def end(self) -> None:
        await ask(self.control, "/0")


async def _readers(ready: Connection) -> None:
    server = await asyncio.get_running_loop().create_server(Control, "127.0.0.1", 0)
    ready.send(server.sockets[0].getsockname()[1])
    await asyncio.Event().wait()


@contextlib.contextmanager
def process(act: Callable[..., Awaitable[None]], *args: int) -> Iterator[int]:
    """The port of a server in a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    running = context.Process(target=run, args=(act, there, *args), daemon=True)
    running.start()
    try:
        yield here.recv()
    finally:
        running.kill()
        running.join()


def run(act: Callable[..., Awaitable[None]], ready: Connection, *args: int) -> None:
    asyncio.run(act(ready, *args))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(serve(Path(sys.argv[1]), *map(int, sys.argv[2:])))))
