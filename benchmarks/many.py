"""Ten thousand sources, all due at the first start: how soon the service answers, its memory, and how long its loop is held up.

The portals are a hundred hosts on loopback that answer with a small feed each, so that all kinds of work go on meanwhile:
visits, parsing, recording, publishing 4,000 feeds, and the taking over of an edited config.toml. Other work of the machine
is not ours: starts are counted in CPU time, and a turn of the loop is as long as it took, or as much as this process worked
in it, whichever is less.
"""

import asyncio
import contextlib
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import ClientSession, web

from benchmarks.idle import _free_port as free_port
from benchmarks.idle import _resident as resident
from benchmarks.result import Result, at_most

SOURCES, CITIES, HOSTS = 10_000, 1_000, 100
WORKS, EDITED = 14.0, 7.0  # seconds that the first run works, and when config.toml is edited
AGAIN = 4.0  # seconds of the second run
TICK = 0.005
HEAD = """[site]
title = "Bench"
url = "http://127.0.0.1/"
publisher = "Bench"
contact = "bench@news.example"
[server]
port = {port}
"""
SOURCE = """[[sources]]
name = "quelle-{n}"
title = "Quelle {n}"
city = "Stadt {city}"
kind = "feed"
url = "http://127.9.0.{host}:{port}/{n}.xml"
rights = "© Stadt {city}"
image_rights = ["Stadt {city}*"]
allow_private = true
delay = "0s"
"""
CATEGORY = '[categories.{name}]\ntitle = "{name}"\nlabels = ["{name}"]\n'
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>F</title><link>http://x.example/</link><description>d</description>
<item><title>Nachricht</title><link>http://127.9.0.1/{path}</link><guid isPermaLink="false">{path}</guid><category>kultur</category>
<pubDate>Mon, 04 Nov 2019 10:00:00 +0100</pubDate><description>Der Rat hat getagt.</description></item></channel></rss>"""


def measure() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder, server() as port:
        configure(Path(folder), port)
        first = run(folder, WORKS, EDITED)
        again = run(folder, AGAIN, 0.0)
    gap = max(first["gap"], again["gap"])
    memory = max(first["memory"], again["memory"])
    return [
        at_most(f"many: first start with {SOURCES} sources (seconds of CPU)", first["start"], 5),
        at_most(f"many: start again with {SOURCES} sources (seconds of CPU)", again["start"], 5),
        at_most(f"many: {SOURCES} sources, memory of all processes (MiB)", memory, 400),
        at_most(f"many: {SOURCES} sources, longest turn of the event loop (ms)", gap * 1000, 100),
    ]


def configure(folder: Path, port: int) -> None:
    blocks = [SOURCE.format(n=n, city=n % CITIES, host=n % HOSTS + 1, port=port) for n in range(SOURCES)]
    categories = [CATEGORY.format(name=name) for name in ("kultur", "verkehr", "umwelt")]
    text = "\n".join([HEAD.format(port=free_port()), *blocks, *categories])
    (folder / "config.toml").write_text(text, encoding="utf-8")


def run(folder: str, seconds: float, edited: float) -> dict[str, float]:
    """One run of the service in a process of its own, as this module's main program tells of it."""
    command = [sys.executable, "-m", "benchmarks.many", folder, str(seconds), str(edited)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=os.environ)
    told: dict[str, float] = json.loads(done.stdout)
    return told


# ---------------------------------------------------------------- the service, watched from within


class Watch:
    """Ticks on the loop that it watches. `gap` in seconds, `memory` in MiB."""

    def __init__(self) -> None:
        self.gap = self.memory = 0.0

    async def tick(self) -> None:
        wall, cpu, looked = time.perf_counter(), time.process_time(), 0.0
        while True:
            await asyncio.sleep(TICK)
            now, used = time.perf_counter(), time.process_time()
            self.gap = max(self.gap, min(now - wall - TICK, used - cpu))
            if now - looked > 1:
                self.memory, looked = max(self.memory, resident(os.getpid())), now
            wall, cpu = time.perf_counter(), time.process_time()


async def serve(folder: Path, seconds: float, edited: float) -> dict[str, float]:
    from syndicator import config
    from syndicator.service import running

    loaded, watch = config.load(folder / "config.toml"), Watch()
    async with running(loaded), ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{loaded.server.port}/healthz") as answer:
            assert answer.status == 200
        start = time.process_time()
        ticking = asyncio.create_task(watch.tick())
        if edited:
            await asyncio.sleep(edited)
            text = loaded.path.read_text(encoding="utf-8")
            loaded.path.write_text(text.replace('Quelle 77"', 'Quelle siebenundsiebzig"'), encoding="utf-8")
        await asyncio.sleep(seconds - edited)
        ticking.cancel()
    return {"start": start, "gap": watch.gap, "memory": watch.memory}


# ---------------------------------------------------------------- the portals


@contextlib.contextmanager
def server() -> Iterator[int]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=answer_feeds, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def answer_feeds(ready: Connection) -> None:
    asyncio.run(_answer_feeds(ready))


async def _answer_feeds(ready: Connection) -> None:
    async def feed(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match"):
            return web.Response(status=304)
        body = FEED.format(path=request.path)
        return web.Response(text=body, content_type="application/rss+xml", headers={"ETag": '"1"'})

    app = web.Application()
    app.router.add_get("/{path}.xml", feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    assert runner.server is not None
    loop = asyncio.get_running_loop()
    probe = await loop.create_server(runner.server, "127.9.0.1", 0)
    port = probe.sockets[0].getsockname()[1]
    await loop.create_server(runner.server, [f"127.9.0.{host}" for host in range(2, HOSTS + 1)], port)
    ready.send(port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(serve(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))))
