"""Every source has a visit ahead or under way: with real servers on loopback, a real store, and faults on the way."""

import asyncio
import sqlite3
from contextlib import asynccontextmanager, closing
from datetime import timedelta

import pytest
from aiohttp import web

from syndicator.config import load
from syndicator.service import running
from syndicator.store import database
from syndicator.store.sources import SourceState, get_state, save_state
from tests.store.test_locks import another
from tests.support.configs import free_port
from tests.support.waiting import until

FEED = """<rss version="2.0"><channel><title>F</title><link>http://x.example/</link><description>d</description>
<item><guid isPermaLink="false">one</guid><title>Eins</title><description>Text der Meldung.</description></item></channel></rss>"""
pytestmark = pytest.mark.usefixtures("warm_workers")
HEAD = """[site]
title = "Nachrichten"
url = "http://127.0.0.1:{port}/"
publisher = "Stadt"
contact = "a@news.example"
[server]
port = {port}
"""
SOURCE = """[[sources]]
name = "{name}"
city = "{name}"
kind = "feed"
url = "{url}"
every = "{every}"
delay = "0s"
robots = false
allow_private = true
"""


class Site:
    """A server that counts what is asked of it and answers as it is told."""

    def __init__(self):
        self.asked = []
        self.slow = {}
        self.status = {}

    async def answer(self, request):
        self.asked.append(request.path)
        if gate := self.slow.get(request.path):
            await gate.wait()
        status = self.status.get(request.path, 200)
        return web.Response(text=FEED if status == 200 else "", status=status, content_type="application/rss+xml")


@asynccontextmanager
async def listening(host="127.0.0.1"):
    site = Site()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, 0).start()
    site.url = f"http://{host}:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        for gate in site.slow.values():
            gate.set()
        await runner.cleanup()


@pytest.fixture
async def site():
    async with listening() as served:
        yield served


@pytest.fixture
def write(tmp_path):
    port = free_port()

    def write(*sources):
        path = tmp_path / "config.toml"
        blocks = [SOURCE.format(name=name, url=url, every=every) for name, url, every in sources]
        path.write_text(HEAD.format(port=port) + "".join(blocks), encoding="utf-8")
        return path

    return write


async def state(service, name):
    return await service.shop.store.read(get_state, name)


async def test_a_source_whose_address_is_corrected_is_visited_at_once(site, write):
    site.status["/gone"] = 410
    async with running(load(write(("a", f"{site.url}/gone", "6h")))) as service:
        await until(lambda: "/gone" in site.asked)
        await until(lambda: not service.visits.under_way)
        assert (await state(service, "a")).stopped
        assert service.visits.schedule.planned() == {}
        write(("a", f"{site.url}/right", "1s"))
        await until(lambda: "/right" in site.asked)


async def test_a_source_that_is_gone_is_not_asked_again_after_a_restart(site, write):
    site.status["/gone"] = 410
    path = write(("a", f"{site.url}/gone", "1s"))
    async with running(load(path)) as service:
        await until(lambda: site.asked)
        await until(lambda: not service.visits.under_way)
    async with running(load(path)) as service:
        assert service.visits.schedule.planned() == {}


async def test_a_source_edited_during_its_visit_is_visited_again_as_it_is_now(site, write):
    site.slow["/old"] = asyncio.Event()
    async with running(load(write(("a", f"{site.url}/old", "1s")))) as service:
        await until(lambda: "/old" in site.asked)
        before = service.config
        write(("a", f"{site.url}/new", "1s"))
        await until(lambda: service.config is not before)
        await asyncio.sleep(1.2)  # the new visit falls due while the old one is under way
        site.slow["/old"].set()
        await until(lambda: "/new" in site.asked)


async def test_a_slow_host_holds_up_no_other(write):
    async with listening("127.0.0.2") as slow, listening("127.0.0.3") as quick:
        names = [f"slow-{n}" for n in range(150)]
        slow.slow = {f"/{name}": asyncio.Event() for name in names}
        sources = [(name, f"{slow.url}/{name}", "1h") for name in names]
        async with running(load(write(*sources, ("quick", f"{quick.url}/quick", "1h")))):
            await until(lambda: quick.asked)
            for gate in slow.slow.values():
                gate.set()


async def test_a_database_locked_for_long_ends_nothing(site, write, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "_BUSY", 200)
    path = write(("a", f"{site.url}/feed", "1s"))
    async with running(load(path)) as service:
        await until(lambda: site.asked)
        monkeypatch.setattr("syndicator.visits._AFTER_A_FAULT", timedelta(seconds=1))
        with closing(sqlite3.connect(tmp_path / "syndicator.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(2.5)
            other.execute("ROLLBACK")
        asked = len(site.asked)
        await until(lambda: len(site.asked) > asked + 1)
        write(("b", f"{site.url}/other", "1s"))
        await until(lambda: "/other" in site.asked)
        assert service.health().store_works


async def test_a_source_whose_archive_another_process_reads_is_left_to_that_process(site, write, tmp_path, monkeypatch):
    monkeypatch.setattr("syndicator.visits._LOOK_AGAIN", timedelta(seconds=0.1))
    path = write(("a", f"{site.url}/a", "1h"), ("b", f"{site.url}/b", "1h"))
    with another(tmp_path / "syndicator.db", "archive of a") as reader:
        async with running(load(path)) as service:
            await until(lambda: "/b" in site.asked)
            await until(lambda: "a" in service.visits._left_alone)
            assert site.asked == ["/b"]
            reader.kill()
            await until(lambda: "/a" in site.asked)


async def test_what_the_reader_of_an_archive_has_visited_is_not_visited_again_at_once(
    site, write, tmp_path, monkeypatch
):
    monkeypatch.setattr("syndicator.visits._LOOK_AGAIN", timedelta(seconds=0.1))
    path = write(("a", f"{site.url}/a", "1h"))
    with another(tmp_path / "syndicator.db", "archive of a") as reader:
        async with running(load(path)) as service:
            await until(lambda: "a" in service.visits._left_alone)
            await service.shop.store.write(save_state, SourceState("a", polled=service.shop.now()))
            reader.kill()
            await until(lambda: "a" not in service.visits._left_alone)
            await until(lambda: service.visits.schedule.planned().get("a"))
            assert service.visits.schedule.planned()["a"] - service.shop.now() > timedelta(minutes=50)
            assert site.asked == []


class Stumbling:
    """A target that fails twice in a way that nobody foresaw."""

    def __init__(self):
        self.left = 2

    def put(self, files):
        if files and self.left:
            self.left -= 1
            raise ValueError("stumbled")

    def remove(self, paths):
        """Nothing to do."""


async def test_a_fault_in_publishing_is_told_and_tried_again(site, write, caplog):
    async with running(load(write(("a", f"{site.url}/feed", "1s")))) as service:
        stumbling = Stumbling()
        service.shop.targets.append(stumbling)
        await until(lambda: not stumbling.left)
        assert "Publishing ended in a fault" in caplog.text
        service.changed.set()
        await until(lambda: service.health().store_works and (service.config.publish.folder / "a.atom").exists())
