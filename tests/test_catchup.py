"""A new partner catches up: the service walks through the archive of a feed by itself, while it follows what is new."""

import asyncio
import tomllib
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from aiohttp import web

from syndicator.catchup import CatchUp
from syndicator.model import Selection
from syndicator.pipeline import catchup
from syndicator.store import articles, walks, watch
from syndicator.visits import Visits
from syndicator.workshop import workshop
from tests.ingest.web import Clock, portal
from tests.support.city import InPlace
from tests.support.configs import a_config
from tests.support.network import a_draft, a_network
from tests.support.waiting import until

ARCHIVES = Path(__file__).parent / "ingest/archives"
CONFIG = """
[site]
title = "Nachrichten"
url = "https://news.example/"
publisher = "Stadt"
contact = "webredaktion@news.example"

[[sources]]
name = "partner"
city = "Kleinstadt"
kind = "feed"
url = "{url}"
allow_private = true
delay = "0s"
robots = false
history = "{history}"
"""


class Moving(Clock):
    """A clock that goes on while one looks at it, as real ones do."""

    def __call__(self):
        self.forward(microseconds=1)
        return self.now


CLOCK = Moving()


class Reader:
    """Who reads one partner's feed, as the service does."""

    def __init__(self, shop, config):
        self.shop, self.config, self.changed = shop, config, asyncio.Event()
        self.visits = Visits(config, shop, self.changed)

    @property
    def catch_up(self) -> CatchUp:
        return self.visits.catch_up

    async def follows(self):
        """One visit, and what is read in the background behind it."""
        await self.visits._visit(self.config.sources[0])
        await self.rests()

    async def rests(self):
        await asyncio.gather(*self.catch_up.under_way.values())

    async def titles(self):
        return [one.title for one in await self.shop.store.read(articles.select, Selection(limit=500))]

    async def walk(self):
        return await self.shop.store.read(walks.get_walk, "partner")


@asynccontextmanager
async def a_reader(folder, url, history="all"):
    config = a_config(folder, CONFIG.format(url=url, history=history))
    async with workshop(config, CLOCK) as shop:
        shop.visitor = replace(shop.visitor, workers=InPlace())
        reader = Reader(shop, config)
        try:
            yield reader
        finally:
            await reader.catch_up.drain()


@pytest.fixture
async def living(tmp_path):
    """A city of this service with fifteen articles, four of which its feed shows."""
    async with a_network(tmp_path, "arn", entries=4) as network:
        for first in (15, 11, 7, 3):
            await network["arn"].brings(*(a_draft(n, network.clock()) for n in range(max(first - 3, 1), first + 1)))
            await network["arn"].publishes()
        CLOCK.now = network.clock()
        yield network["arn"]


class Copy:
    """What that city has published, at an address of its own."""

    published: ClassVar[dict[str, bytes]] = {}

    def __init__(self, site):
        self.site, self.url = site, site.url

    def feed(self, name="all.atom"):
        return f"{self.url}/feeds/{name}"

    def body(self, path):
        return self.published[path].replace(b"http://of-its-own", self.url.encode())

    async def answer(self, request):
        kind = "application/feed+json" if request.path.endswith("json") else "application/xml"
        return web.Response(body=self.body(request.path.removeprefix("/")), content_type=kind)

    def says_again(self):
        """The same, in other bytes."""
        body = self.body("feeds/all.atom") + b"\n"
        self.site.sends("/feeds/all.atom", body, content_type="application/atom+xml")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Its files, made once."""

    async def publish():
        async with asynccontextmanager(living.__wrapped__)(tmp_path_factory.mktemp("arn")) as town:
            return {path: body.replace(town.url.encode(), b"http://of-its-own") for path, body in town.bytes().items()}

    Copy.published = asyncio.run(publish())


@pytest.fixture
async def arn(published):
    CLOCK.now = Clock()()
    async with portal() as site:
        site.otherwise = (copy := Copy(site)).answer
        yield copy


ALL = [f"Meldung {number}" for number in range(1, 16)]


@pytest.mark.parametrize("kind", ["atom", "rss", "json"])
async def test_a_new_partner_has_everything_after_the_first_visit_in_the_order_of_its_dates(tmp_path, arn, kind):
    async with a_reader(tmp_path, arn.feed(f"all.{kind}")) as reader:
        await reader.follows()
        assert await reader.titles() == ALL
        assert reader.changed.is_set()
        walk = await reader.walk()
        assert (walk.ended, walk.new) == ("end", 11)
        assert await reader.shop.store.read(watch.open_incidents, "partner") == []
        arn.site.requests.clear()
        await reader.follows()
        assert len(arn.site.asked) == 1


async def test_what_came_while_nobody_looked_is_read_and_nothing_twice(tmp_path, living):
    arn = living
    async with a_reader(tmp_path, arn.feed()) as reader:
        await reader.follows()
        for first in (16, 20, 24):
            drafts = (a_draft(number, CLOCK(), published=None) for number in range(first, first + 4))
            await arn.brings(*drafts)
            await arn.publishes()
        arn.site.requests.clear()
        await reader.follows()
        assert sorted(await reader.titles()) == sorted([*ALL, *(f"Meldung {number}" for number in range(16, 28))])
        assert (await reader.walk()).ended == "circle"
        assert len(arn.site.asked) == len(set(arn.site.asked))


async def test_a_walk_that_was_cut_off_is_gone_on_with_where_it_was(tmp_path, arn):
    reached, served = asyncio.Event(), []

    async def stuck(request):
        if "/archive/" in request.path:
            served.append(request.path)
            if len(served) == 2:
                reached.set()
                await asyncio.sleep(60)
        return await arn.answer(request)

    arn.site.otherwise = stuck
    async with a_reader(tmp_path, arn.feed()) as reader:
        await reader.visits._visit(reader.config.sources[0])
        await asyncio.wait_for(reached.wait(), 20)
        assert len(await reader.titles()) > 4
    arn.site.otherwise = arn.answer
    arn.site.requests.clear()
    async with a_reader(tmp_path, arn.feed()) as reader:
        await reader.catch_up.resume()
        await reader.rests()
        assert await reader.titles() == ALL
        assert arn.site.asked[0] == served[1]


async def test_the_admin_says_how_far_back(tmp_path, arn):
    async with a_reader(tmp_path, arn.feed(), history="none") as reader:
        await reader.follows()
        assert await reader.titles() == ALL[:4]
    async with a_reader(tmp_path, arn.feed(), history="2026-03-02") as reader:
        await reader.follows()
        assert await reader.titles() == ALL[:9]
    async with a_reader(tmp_path, arn.feed(), history="all") as reader:
        await reader.follows()
        assert await reader.titles() == ALL


async def test_an_archive_without_an_end_is_left_at_a_bound(tmp_path, arn, monkeypatch):
    monkeypatch.setattr(catchup, "MOST_ARTICLES", 5)
    async with a_reader(tmp_path, arn.feed()) as reader:
        await reader.follows()
        assert (await reader.walk()).ended == "cap"
        assert len(await reader.titles()) < len(ALL)


async def test_a_page_that_cannot_be_read_is_left_for_an_hour(tmp_path, arn):
    async def denied(request):
        return web.Response(status=403) if "/archive/" in request.path else await arn.answer(request)

    arn.site.otherwise = denied
    async with a_reader(tmp_path, arn.feed()) as reader:
        await reader.follows()
        await reader.follows()
        assert sum("/archive/" in path for path in arn.site.asked) == 1
        arn.site.otherwise = arn.answer
        CLOCK.forward(hours=2)
        arn.says_again()
        await reader.follows()
        assert await reader.titles() == ALL


@pytest.mark.parametrize("folder", sorted(ARCHIVES.iterdir()), ids=lambda folder: folder.name)
async def test_an_archive_of_another_make_is_read_as_its_fixture_says(tmp_path, folder):
    expected = tomllib.loads((folder / "expected.toml").read_text())
    async with portal() as site:
        for document in folder.glob("*.atom"):
            place = "" if document.name == "feed.atom" else "archiv/"
            site.says(f"/{place}{document.name}", document.read_text(), content_type="application/atom+xml")
        CLOCK.now = Clock()()
        async with a_reader(tmp_path, f"{site.url}/feed.atom") as reader:
            await reader.follows()
            assert site.asked == ["/feed.atom", *(f"/{path}" for path in expected["read"])]
            assert await reader.titles() == expected["titles"]
            stored = {
                one.article.title: one.article
                for one in await reader.shop.store.read(articles.in_order_of_arrival, 0, 99)
            }
            assert stored.keys().isdisjoint(expected["never"])
            assert all(words in stored[title].body for title, words in expected["bodies"].items())
            await until(lambda: not reader.catch_up.under_way)
