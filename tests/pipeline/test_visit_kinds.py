"""Visits to a sitemap and to an endpoint as the service makes them: a real server, a real store, real workers."""

import gzip
import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from syndicator.model import Selection
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.visit import Visitor
from syndicator.store import articles
from syndicator.store.database import Store
from tests.ingest.web import Memory, portal
from tests.support.configs import a_config
from tests.support.warm import Warm

CONFIG = """
[site]
title = "Nachrichten"
url = "https://news.example/"
publisher = "Stadt"
contact = "webredaktion@news.example"

[[sources]]
name = "stadt"
city = "Stadt"
allow_private = true
delay = "0s"
robots = false
"""
SITEMAP = """kind = "sitemap"
url = "{url}/sitemap.xml"
"""
API = """kind = "api"
url = "{url}/api/graphql/"

[sources.api]
method = "POST"
data = {{ query = "query ($page: Int)", variables = {{ page = "{{page}}" }} }}
headers = {{ Authorization = "env:SYNDICATOR_TEST_TOKEN" }}
items = "data.search.results"
id = "id"
title = "teaser.headline"
summary = "teaser.text"
date = "teaser.date"
link = "teaser.link.url"
category = "teaser.categories[*]"
labels = {{ 17 = "Verkehr" }}
pages = 5

[categories.verkehr]
title = "Verkehr"
labels = ["Verkehr"]
"""


class City:
    """A server, and who visits it. `asked` are the paths of the last visit."""

    def __init__(self, site, folder, store, workers, client, memory, source):
        self.site, self.store = site, store
        config = a_config(folder, CONFIG + source.format(url=site.url))
        self.source = config.sources[0]
        self.visitor = Visitor(config, store, client, workers, Rules(config), memory.clock)
        self.asked: list[str] = []

    def tells(self, *names, text="Der ganze Text steht auf ihrer eigenen Seite."):
        for name in names:
            page = f"<!doctype html><main><h1>Meldung {name}</h1><p>Vom 02.03.2026</p><p>{text} {name}</p></main>"
            self.site.says(f"/presse/{name}.html", page, content_type="text/html")

    async def visit(self):
        self.site.requests.clear()
        visit = await self.visitor.visit(self.source)
        self.asked = self.site.asked
        return visit

    async def live(self):
        return await self.store.read(articles.select, Selection())


@asynccontextmanager
async def a_city(folder, source):
    memory, workers, store = Memory(), Warm(), Store(folder / "store.db")
    try:
        async with portal() as site, memory.client() as client:
            yield City(site, folder, store, workers, client, memory, source)
    finally:
        await workers.close()
        store.close()


# ---------------------------------------------------------------- a sitemap


def urlset(site, names, day="2026-03-01"):
    urls = (f"<url><loc>{site.url}/presse/{name}.html</loc><lastmod>{day}</lastmod></url>" for name in names)
    return f"<urlset>{''.join(urls)}</urlset>".encode()


async def test_an_index_with_a_packed_part_is_read_once_and_then_only_where_it_changed(tmp_path):
    async with a_city(tmp_path, SITEMAP) as city:

        def index(day):
            parts = f"<sitemap><loc>{city.site.url}/neu.xml.gz</loc><lastmod>{day}</lastmod></sitemap>"
            parts += f"<sitemap><loc>{city.site.url}/alt.xml</loc><lastmod>2025-12-31</lastmod></sitemap>"
            city.site.says("/sitemap.xml", f"<sitemapindex>{parts}</sitemapindex>", headers={"ETag": f'"{day}"'})

        index("2026-03-01")
        city.site.sends("/neu.xml.gz", gzip.compress(urlset(city.site, ["201-neu-in-der-stadt"])))
        city.site.sends("/alt.xml", urlset(city.site, ["101-alt-in-der-stadt"]))
        city.tells("201-neu-in-der-stadt", "101-alt-in-der-stadt")
        first = await city.visit()
        assert (first.tally.new, first.state.items, first.state.problems) == (2, 2, ())
        assert (await city.visit()).harvest.unchanged
        assert city.asked == ["/sitemap.xml"]

        index("2026-03-02")
        city.site.sends("/neu.xml.gz", gzip.compress(urlset(city.site, ["201-neu-in-der-stadt"], "2026-03-02")))
        city.tells("201-neu-in-der-stadt", text="Der Text wurde berichtigt.")
        changed = await city.visit()
        assert (changed.tally.new, changed.tally.changed) == (0, 1)
        assert city.asked == ["/sitemap.xml", "/neu.xml.gz", "/presse/201-neu-in-der-stadt.html"]
        assert [article.revision for article in await city.live() if "201" in article.title] == [2]


async def test_ten_thousand_addresses_are_not_ten_thousand_pages(tmp_path):
    names = [f"{n:06}-meldung-aus-der-stadt" for n in range(10_000)]
    async with a_city(tmp_path, SITEMAP) as city:
        city.site.sends("/sitemap.xml", urlset(city.site, names))
        city.tells(*names[:60])
        first = await city.visit()
        assert (first.tally.new, first.state.items) == (50, 10_000)
        assert len(city.asked) == 1 + 50
        city.site.sends("/sitemap.xml", urlset(city.site, ["x-010001-meldung-von-heute", *names]))
        city.tells("x-010001-meldung-von-heute")
        assert (await city.visit()).tally.new == 1
        assert len(city.asked) == 2


# ---------------------------------------------------------------- an endpoint


@pytest.fixture
def token(monkeypatch):
    monkeypatch.setenv("SYNDICATOR_TEST_TOKEN", "Bearer kanarienvogel-4711")


async def test_a_graphql_endpoint_is_read_page_by_page_and_then_only_where_it_changed(tmp_path, token):
    async with a_city(tmp_path, API) as city:
        pages = {1: [5, 4], 2: [3, 2], 3: []}
        text = {n: f"Anriss der Meldung {n}." for n in range(9)}
        sent = []

        async def answer(request):
            body = await request.json()
            sent.append((body["variables"]["page"], request.headers["Authorization"]))
            results = [
                {
                    "id": n,
                    "teaser": {
                        "headline": f"Meldung {n}",
                        "text": text[n],
                        "date": "02.03.2026",
                        "categories": [17],
                        "link": {"url": f"/presse/{n}.html"},
                    },
                }
                for n in pages[body["variables"]["page"]]
            ]
            return web.Response(text=json.dumps({"data": {"search": {"results": results}}}))

        city.site.pages["/api/graphql/"] = answer
        city.tells(*range(2, 7))
        first = await city.visit()
        assert (first.tally.new, first.state.items, first.state.problems) == (4, 4, ())
        assert sent == [(page, "Bearer kanarienvogel-4711") for page in (1, 2, 3)]
        live = await city.live()
        assert {article.key for article in live} == {"5", "4", "3", "2"}
        assert all(article.categories == ("verkehr",) and "ganze Text" in article.body for article in live)

        assert (await city.visit()).harvest.unchanged  # by the digest of the answer
        assert city.asked == ["/api/graphql/"]

        pages[1] = [6, 5]
        assert (await city.visit()).tally.new == 1
        assert city.asked == ["/api/graphql/", "/api/graphql/", "/presse/6.html"]
        dump = (tmp_path / "store.db").read_bytes() + (tmp_path / "store.db-wal").read_bytes()
        assert b"kanarienvogel" not in dump


async def test_an_endpoint_that_answers_with_an_error_leaves_all_as_it_was(tmp_path, token):
    async with a_city(tmp_path, API) as city:
        item = {"id": 1, "teaser": {"headline": "Meldung 1", "link": {"url": "/presse/1.html"}}}
        city.site.says("/api/graphql/", json.dumps({"data": {"search": {"results": [item]}}}))
        city.tells("1")
        await city.visit()
        said = {"data": None, "errors": [{"message": "token kanarienvogel-4711 has expired"}]}
        city.site.says("/api/graphql/", json.dumps(said))
        failed = await city.visit()
        assert failed.state.failure == "unreadable"
        assert "token *** has expired" in failed.state.reason
        assert len(await city.live()) == 1
