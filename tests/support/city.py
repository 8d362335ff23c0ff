"""A city's portal on loopback, and who visits it as the service does: with a real store and real workers."""

from contextlib import asynccontextmanager

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
title = "Nachrichten der Stadt Dortmund"
url = "https://news.example/"
publisher = "Stadt Dortmund"
contact = "webredaktion@news.example"

[[sources]]
name = "dortmund"
city = "Dortmund"
url = "{url}/news/"
allow_private = true
delay = "0s"
robots = false
list = {{ item = "article" }}

[categories.vielfalt]
title = "Vielfalt"
"""


class City:
    """A portal, and who visits it."""

    def __init__(self, site, folder, store, workers, client, memory):
        self.site, self.folder, self.store, self.workers, self.client, self.memory = (
            site, folder, store, workers, client, memory,
        )  # fmt: skip
        self.clock = memory.clock
        self.edit()

    def edit(self, *changes):
        text = CONFIG.format(url=self.site.url)
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        self.config = a_config(self.folder, text)
        self.visitor = Visitor(self.config, self.store, self.client, self.workers, Rules(self.config), self.clock)

    @property
    def source(self):
        return self.config.sources[0]

    def lists(self, *names, text="Ein Vorspann im Teaser, der lang genug ist."):
        teasers = "".join(
            f'<article><h3><a href="/news/{name}.html">Meldung {name}</a></h3><p>{text}</p></article>' for name in names
        )
        self.site.says("/news/", f"<!doctype html><main>{teasers}</main>", content_type="text/html")

    def tells(self, *names, text="Der ganze Text steht auf ihrer eigenen Seite."):
        for name in names:
            body = f"<!doctype html><main><h1>Meldung {name}</h1><p>Vom 02.03.2026</p><p>{text} {name}</p></main>"
            self.site.says(f"/news/{name}.html", body, content_type="text/html")

    async def visit(self):
        """The visit, and which articles it asked for."""
        self.site.requests.clear()
        visit = await self.visitor.visit(self.source)
        return visit, {path.removeprefix("/news/").removesuffix(".html") for path in self.site.asked} - {""}

    async def live(self):
        return await self.store.read(articles.select, Selection())


class InPlace:
    """Parses where it is asked: for tests that are about what comes after, as a worker needs a second to begin."""

    async def run(self, ask):
        return ask.function(*ask.args)

    async def close(self): ...


@asynccontextmanager
async def a_city(folder, workers=None):
    """With real workers, unless told otherwise."""
    memory, workers, store = Memory(), workers or Warm(), Store(folder / "store.db")
    try:
        async with portal() as site, memory.client() as client:
            yield City(site, folder, store, workers, client, memory)
    finally:
        await workers.close()
        store.close()
