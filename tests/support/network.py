"""Cities that read each other's feeds: in one process, each with its own store, folder and address on loopback."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web

from syndicator.model import Article, Draft, Harvest, Moment, Selection
from syndicator.pipeline.decide import Action, decide
from syndicator.pipeline.embargoes import let_out
from syndicator.pipeline.filing import Rules, settle
from syndicator.pipeline.publish import Publisher
from syndicator.pipeline.record import Recorder, Tally
from syndicator.pipeline.visit import Visit, Visitor
from syndicator.publish.targets.folder import Folder
from syndicator.store import articles, sources, watch
from syndicator.store.database import Store
from tests.ingest.web import Clock, Memory, Portal, portal
from tests.support.city import InPlace
from tests.support.configs import a_config

_CONFIG = """
[site]
title = "Nachrichten aus {city}"
url = "{url}/"
publisher = "Stadt {city}"
contact = "webredaktion@{name}.example"

[publish]
entries = {entries}

[[sources]]
name = "{name}"
title = "Stadt {city}"
city = "{city}"
url = "https://www.{name}.example/"
rights = "© Stadt {city}"
license = "CC-BY-4.0"
"""
_PARTNER = """
[[sources]]
name = "{name}"
title = "Stadt {city}"
city = "{city}"
kind = "feed"
url = "{url}"
rights = "© Stadt {city}"
allow_private = true
delay = "0s"
robots = false
{more}
"""


class Town:
    """A city. `partners`: by name, whose feed is read, and from where."""

    def __init__(self, name: str, site: Portal, folder: Path, memory: Memory, client, entries: int) -> None:
        self.name, self.city, self.url, self.clock = name, name.capitalize(), site.url, memory.clock
        self.site, self._path, self._client, self._entries = site, folder, client, entries
        self.store, self.folder = Store(folder / "store.db"), Folder(folder / "feeds")
        self.partners: dict[str, str] = {}
        self._publisher: Publisher | None = None
        self.reads()

    def reads(self, partners: Mapping[str, str] | None = None, more: str = "") -> None:
        self.partners |= partners or {}
        text = _CONFIG.format(city=self.city, name=self.name, url=self.url, entries=self._entries)
        for name, url in self.partners.items():
            text += _PARTNER.format(name=name, city=name.capitalize(), url=url, more=more)
        text = text.replace("[publish]", f'[store]\npath = "{self._path}/store.db"\n\n[publish]')
        self.config = a_config(self._path, text)
        self.visitor = Visitor(self.config, self.store, self._client, InPlace(), Rules(self.config), self.clock)
        old = self._publisher
        self._publisher = (
            old.under(self.config)
            if old
            else Publisher(self.config, self.store, [self.folder], self.clock, {}, self.folder)
        )

    @property
    def source(self):
        return self.config.sources[0]

    def partner(self, name: str):
        return next(source for source in self.config.sources if source.name == name)

    # ------------------------------------------------------------ what its own portal and its admin do

    async def brings(self, *drafts: Draft, source=None) -> Tally:
        def write(db):
            recorder = Recorder(db, source or self.source, self.visitor.rules, self.config.site.host, self.clock())
            tally = recorder.record(Harvest(drafts=drafts, items=len(drafts)))
            settle(db, self.visitor.rules, recorder.touched, self.clock())
            return tally

        return await self.store.write(write)

    async def decides(self, action: Action, title: str) -> None:
        (stored,) = [one for one in await self.stored() if one.article.title == title]
        await self.store.write(lambda db: decide(db, articles.by_number(db, stored.n), action, "", self.clock()))

    # ------------------------------------------------------------ what it reads and publishes

    async def visits(self, name: str) -> Visit:
        return await self.visitor.visit(self.partner(name))

    async def publishes(self) -> tuple[str, ...]:
        await let_out(self.store, self.clock)
        return (await self._publisher.publish()).written

    async def turn(self) -> tuple[str, ...]:
        """Visit all partners and publish; the paths that were written."""
        for name in self.partners:
            await self.visits(name)
        return await self.publishes()

    def feed(self, name: str = "all.atom") -> str:
        return f"{self.url}/feeds/{name}"

    def bytes(self) -> dict[str, bytes]:
        """Everything that is published."""
        paths = [path for path in self._path.joinpath("feeds").rglob("*") if path.is_file()]
        return {str(path.relative_to(self._path)): path.read_bytes() for path in paths}

    # ------------------------------------------------------------ what it holds

    async def stored(self):
        return await self.store.read(articles.in_order_of_arrival, 0, 1000)

    async def live(self) -> tuple[Article, ...]:
        return await self.store.read(articles.select, Selection(limit=500))

    async def titles(self) -> list[str]:
        return [article.title for article in await self.live()]

    async def article(self, title: str) -> Article:
        (found,) = [one.article for one in await self.stored() if one.article.title == title]
        return found

    async def changes(self) -> int:
        return await self.store.read(articles.last_change)

    async def problems(self, name: str) -> tuple[str, ...]:
        return (await self.store.read(sources.get_state, name)).problems

    async def incidents(self, name: str):
        return await self.store.read(watch.open_incidents, name)

    async def answer(self, request: web.Request) -> web.Response:
        body = self.folder.read(request.path.removeprefix("/feeds/"))
        kind = {"rss": "application/rss+xml", "json": "application/feed+json"}.get(request.path.rpartition(".")[2])
        return (
            web.Response(body=body, content_type=kind or "application/atom+xml") if body else web.Response(status=404)
        )

    def close(self) -> None:
        self.folder.close()
        self.store.close()


class Network:
    """Towns by name, and the clock that all go by."""

    def __init__(self, towns: dict[str, Town], clock: Clock) -> None:
        self.towns, self.clock = towns, clock

    def __getitem__(self, name: str) -> Town:
        return self.towns[name]

    async def round(self, *names: str, minutes: float = 10) -> dict[str, tuple[str, ...]]:
        """Each town's turn, one after another; what they published."""
        written = {}
        for name in names or self.towns:
            self.clock.forward(minutes=minutes)
            written[name] = await self.towns[name].turn()
        return written


@asynccontextmanager
async def a_network(folder: Path, *names: str, entries: int = 50) -> AsyncIterator[Network]:
    """Towns at addresses of their own, as ids and ownership go by hosts: 127.0.0.2, 127.0.0.3 …"""
    memory, towns = Memory(), {}
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(memory.client())
        for number, name in enumerate(names, start=2):
            site = await stack.enter_async_context(portal(f"127.0.0.{number}"))
            place = folder / name
            place.mkdir()
            towns[name] = town = Town(name, site, place, memory, client, entries)
            stack.callback(town.close)
            site.otherwise = town.answer
        yield Network(towns, memory.clock)


def a_draft(number: int, at: datetime, **changes) -> Draft:
    """An article of a portal, whose text has nothing in common with another's."""
    values = {
        "key": str(number),
        "address": f"https://www.stadt.example/meldung/{number}",
        "title": f"Meldung {number}",
        "body": f"<p>{' '.join(hashlib.sha256(f'{number} {n}'.encode()).hexdigest()[:8] for n in range(40))}</p>",
        "published": Moment(at - timedelta(hours=number), "minute", "list"),
    }
    return Draft(**{**values, **changes})
