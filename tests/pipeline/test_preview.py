"""Looks at sitemaps and endpoints: a real server on loopback, real workers, nothing stored."""

import gzip
import json

import pytest
from aiohttp import web

from syndicator.pipeline.preview import Previewer
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
name = "teile"
city = "Essen"
kind = "sitemap"
url = "{url}/sitemap_index.xml"
allow_private = true
delay = "0s"
robots = false

[[sources]]
name = "graphql"
city = "Duisburg"
kind = "api"
url = "{url}/api/graphql/"
allow_private = true
delay = "0s"
robots = false

[sources.api]
method = "POST"
data = {{ query = "query", variables = {{ page = "{{page}}" }} }}
items = "data.search.results"
title = "teaser.headline"
link = "teaser.link.url"
pages = 9
"""


class Site:
    def __init__(self, server, folder, client, workers, clock):
        self.server = server
        self.config = a_config(folder, CONFIG.format(url=server.url))
        self.previewer = Previewer(self.config, client, workers, clock, 3)
        names = [f"{n}-meldung-aus-der-stadt" for n in range(101, 121)]
        for name in names:
            text = (
                f"<!doctype html><main><h1>{name}</h1><p>Der Text der Meldung steht auf ihrer eigenen Seite.</p></main>"
            )
            server.says(f"/presse/{name}", text, content_type="text/html")
        for part in "abcd":
            urls = "".join(f"<url><loc>{server.url}/presse/{name}</loc></url>" for name in names)
            server.sends(f"/{part}.xml.gz", gzip.compress(f"<urlset>{urls}</urlset>".encode()))
        parts = "".join(f"<sitemap><loc>{server.url}/{part}.xml.gz</loc></sitemap>" for part in "abcd")
        server.says("/sitemap_index.xml", f"<sitemapindex>{parts}</sitemapindex>", content_type="application/xml")
        server.pages["/api/graphql/"] = self.answer
        self.items = [{"teaser": {"headline": name, "link": {"url": f"/presse/{name}"}}} for name in names]

    async def answer(self, request):
        assert (await request.json())["query"] == "query"
        return web.Response(text=json.dumps({"data": {"search": {"results": self.items}}}))


@pytest.fixture
async def site(tmp_path):
    memory, workers = Memory(), Warm()
    async with portal() as server, memory.client() as client:
        yield Site(server, tmp_path, client, workers, memory.clock)
    await workers.close()


async def test_a_sitemap_shows_as_many_articles_as_are_asked_for(site):
    harvest = await site.previewer.source(site.config.sources[0])
    assert [draft.title for draft in harvest.drafts] == [f"{n}-meldung-aus-der-stadt" for n in (101, 102, 103)]
    assert (harvest.problems, len(site.server.requests)) == ((), 1 + 3 + 3)


async def test_an_endpoint_shows_as_many_articles_as_are_asked_for(site):
    harvest = await site.previewer.source(site.config.sources[1])
    assert [draft.title for draft in harvest.drafts] == [f"{n}-meldung-aus-der-stadt" for n in (101, 102, 103)]
    assert (harvest.items, harvest.problems, len(site.server.requests)) == (20, (), 1 + 3)


@pytest.mark.parametrize(
    ("path", "read_as", "rules"),
    [("/sitemap_index.xml", "source", "teile"), ("/api/graphql/", "source", "graphql"), ("/a.xml.gz", "sitemap", "")],
)
async def test_an_address_is_read_as_what_it_is(site, path, read_as, rules):
    look = await site.previewer.address(f"{site.server.url}{path}")
    assert (look.read_as, look.rules, len(look.harvest.drafts)) == (read_as, rules, 3)
