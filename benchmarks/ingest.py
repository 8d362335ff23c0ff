"""Ingesting 300 feeds of 30 entries, against a plain loop of urllib, feedparser and sqlite-utils; and a second round.

Every feed lives on a loopback address of its own, as every portal does, so that politeness per host is part of it.
"""

import asyncio
import contextlib
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.request import urlopen

import feedparser
from aiohttp import web
from sqlite_utils import Database

from benchmarks.result import Result, at_least
from syndicator import config
from syndicator.config import Config
from syndicator.workshop import Workshop, workshop

FEEDS, ENTRIES, ROUNDS, AT_ONCE = 300, 30, 3, 32
HOSTS = [f"127.7.{number // 200}.{number % 200 + 1}" for number in range(FEEDS)]
PARAGRAPH = (
    "<p>Die Stadt lädt Bürgerinnen und Bürger ein, über die Straße Nr. {n} zu sprechen. "
    'Näheres steht <a href="/rat/{n}.html">in der Vorlage</a>; der Ausschuss berät am 5. November.</p>'
)


def measure() -> list[Result]:
    first, second = [], []
    with server() as port:
        for _ in range(ROUNDS):
            plain = plain_loop(port)
            fresh, again = asyncio.run(ours(port))
            first.append(plain / fresh)
            second.append(fresh / again)
    return [
        at_least(f"ingest: {FEEDS} feeds, plain loop / ours (time)", statistics.median(first), 1.5),
        at_least("ingest: first round / second round (time)", statistics.median(second), 8),
    ]


def plain_loop(port: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        db = Database(Path(folder) / "plain.db")
        began = time.perf_counter()
        for host in HOSTS:
            with urlopen(f"http://{host}:{port}/feed.xml", timeout=10) as answer:
                parsed = feedparser.parse(answer.read())
            rows = [
                {"id": e.id, "title": e.title, "link": e.link, "published": e.published, "body": e.summary}
                for e in parsed.entries
            ]
            db["entries"].upsert_all(rows, pk="id")
        took = time.perf_counter() - began
        assert db["entries"].count == FEEDS * ENTRIES
        db.close()
    return took


async def ours(port: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        loaded = configured(Path(folder), port)
        async with workshop(loaded) as shop:
            fresh = await visit_all(loaded, shop)
            assert await shop.store.read(lambda db: db["articles"].count) == FEEDS * ENTRIES
            again = await visit_all(loaded, shop)
    return fresh, again


async def visit_all(loaded: Config, shop: Workshop) -> float:
    at_once = asyncio.Semaphore(AT_ONCE)

    async def visit(source: config.Source) -> None:
        async with at_once:
            done = await shop.visitor.visit(source)
        assert not done.harvest.failed, done.harvest.failed

    began = time.perf_counter()
    await asyncio.gather(*(visit(source) for source in loaded.sources))
    return time.perf_counter() - began


def configured(folder: Path, port: int) -> Config:
    head = '[site]\ntitle = "Bench"\nurl = "http://127.0.0.1/"\npublisher = "Bench"\ncontact = "bench@news.example"\n'
    blocks = [
        f'[[sources]]\nname = "feed-{n}"\ntitle = "Feed {n}"\ncity = "Stadt {n % 9}"\nkind = "feed"\n'
        f'url = "http://{host}:{port}/feed.xml"\nallow_private = true\ndelay = "0s"\n'
        for n, host in enumerate(HOSTS)
    ]
    categories = '[categories.vielfalt]\ntitle = "Vielfalt"\nlabels = ["Vielfalt"]\nkeywords = ["Integrationsrat"]\n'
    path = folder / "config.toml"
    path.write_text("\n".join([head, *blocks, categories]), encoding="utf-8")
    return config.load(path)


# ---------------------------------------------------------------- the feeds


@contextlib.contextmanager
def server() -> Iterator[int]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def serve(ready: Connection) -> None:
    asyncio.run(_serve(ready))


async def _serve(ready: Connection) -> None:
    bodies = {host: rss(number) for number, host in enumerate(HOSTS)}

    async def feed(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        body = bodies[request.host.partition(":")[0]]
        return web.Response(body=body, content_type="application/rss+xml", headers={"ETag": '"1"'})

    app = web.Application()
    app.router.add_get("/feed.xml", feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    assert runner.server is not None
    loop = asyncio.get_running_loop()
    probe = await loop.create_server(runner.server, HOSTS[0], 0)
    port = probe.sockets[0].getsockname()[1]
    await loop.create_server(runner.server, HOSTS[1:], port)
    ready.send(port)
    await asyncio.Event().wait()


def rss(number: int) -> bytes:
    items = "".join(
        f"<item><title>Nachricht {n} aus Stadt {number}</title><link>http://{HOSTS[number]}/nachricht/{n}</link>"
        f'<guid isPermaLink="false">stadt-{number}-{n}</guid><category>Vielfalt</category>'
        f"<pubDate>Mon, {n % 28 + 1:02d} Nov 2019 10:00:00 +0100</pubDate>"
        f"<description><![CDATA[{PARAGRAPH.format(n=n) * 6}]]></description></item>"
        for n in range(ENTRIES)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>Stadt {number}</title><link>http://{HOSTS[number]}/</link><description>Nachrichten</description>"
        f"<language>de</language>{items}</channel></rss>"
    ).encode()
