"""A subscriber of WebSub on loopback, and a hub that publishes articles to it: with a real store, folder and client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from syndicator.pipeline.distribute import Distributor
from syndicator.publish import websub
from syndicator.store import articles, subscribers
from syndicator.workshop import workshop
from tests.ingest.web import Clock, Portal
from tests.support.articles import article
from tests.support.configs import BASE, a_config
from tests.support.waiting import until

CONFIG = f"""{BASE}
[hub]
allow_private = ["127.0.0.0/8"]
"""
TOPIC = "https://news.example/feeds/vielfalt.atom"


class Callback:
    """One callback at a path of a server: what it was asked and sent, and how it answers."""

    def __init__(self, site: Portal, path: str = "/callback") -> None:
        self.url = f"{site.url}{path}"
        self.asked: list[dict[str, str]] = []
        self.pushes: list[tuple[dict[str, str], bytes]] = []
        self.agrees = True
        self.status = 200
        self.holds: asyncio.Event | None = None
        site.pages[path] = self._answer

    @property
    def bodies(self) -> list[bytes]:
        return [body for _, body in self.pushes]

    async def _answer(self, request: web.Request) -> web.Response:
        if request.method == "GET":
            self.asked.append(dict(request.query))
            return web.Response(
                text=request.query.get("hub.challenge", "") if self.agrees else "", status=200 if self.agrees else 404
            )
        body = await request.read()
        if self.holds:
            await self.holds.wait()
        if self.status < 300:
            self.pushes.append((dict(request.headers), body))
        return web.Response(status=self.status)


class HubAtWork:
    """A hub whose clock stands still until it is moved."""

    def __init__(self, shop, clock, config) -> None:
        self.shop, self.clock, self.config = shop, clock, config
        self.distributor = Distributor(shop.store, shop.client, shop.folder, lambda: self.config, clock)
        self._number = 0

    async def ask(self, callback: Callback | str, mode: str = "subscribe", topic: str = TOPIC, **more: str) -> None:
        url = callback if isinstance(callback, str) else callback.url
        fields = {"hub.mode": mode, "hub.topic": topic, "hub.callback": url}
        fields |= {f"hub.{name}": value for name, value in more.items()}
        await self.distributor.accept(websub.read_request(list(fields.items())))

    async def subscribe(self, callback: Callback, **more: str) -> None:
        before = await self.listed()
        await self.ask(callback, **more)
        await until(lambda: self._differs(before))

    async def _differs(self, before) -> bool:
        return await self.listed() != before

    async def listed(self) -> list[subscribers.Listed]:
        return await self.shop.store.read(subscribers.listed)

    async def publish(self, *categories: str, path: str = "vielfalt.atom") -> bytes:
        """One article more; what lies under the path of a feed then."""
        self._number += 1
        number = self._number
        await self.shop.store.write(
            articles.insert, article(number), categories or ("vielfalt",), f"d{number}", (), self.clock()
        )
        await self.shop.publisher.publish()
        return self.body(path)

    def body(self, path: str = "vielfalt.atom") -> bytes:
        return (self.config.publish.folder / path).read_bytes()

    async def idle(self) -> None:
        """Until nothing is under way and everything is noted."""
        await until(lambda: not self.distributor.changed.is_set() and not self.distributor._taken)


@asynccontextmanager
async def a_hub(folder: Path, text: str = CONFIG, *, again: bool = False) -> AsyncIterator[HubAtWork]:
    """`again`: there is one article already, and what may be left to publish of a run before."""
    clock = Clock()
    config = a_config(folder, text)
    async with workshop(config, clock) as shop:
        hub = HubAtWork(shop, clock, config)
        shop.publisher.settled = hub.distributor.changed.set
        if again:
            await shop.publisher.publish()
        else:
            await hub.publish(path="all.atom")
        task = asyncio.create_task(hub.distributor.keep_up())
        try:
            yield hub
        finally:
            task.cancel()
            await asyncio.wait([task])
