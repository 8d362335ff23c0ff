"""A feed with its WebSub hub, on loopback: a small one, for the subscriber's side. It tells what it was asked and answered."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from io import BytesIO

import aiohttp
from aiohttp import web

ENTRY = """<entry><id>urn:x:{key}</id><title>{title}</title><updated>{updated}</updated>
<link href="http://{host}/{key}"/><content type="html">&lt;p&gt;{title}: der Text der Meldung.&lt;/p&gt;</content></entry>"""


class HubSite:
    """/feed is an Atom feed that names /hub. `published` maps keys to titles; `push` tells every subscriber of them."""

    def __init__(self) -> None:
        self.url = ""
        self.published: dict[str, str] = {"eins": "Eins"}
        self.version = 0
        self.asked: list[dict[str, str]] = []
        self.polled = 0
        self.verdicts: list[tuple[str, int]] = []
        self.subscribers: dict[str, str] = {}  # callback → secret
        self.callbacks: list[str] = []
        self.status = 202
        self.lease = "864000"
        self.verifies = True
        self.names_hub = True
        self.topic = "/feed"
        self.method = "sha256"
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # ------------------------------------------------------------ the publisher

    def feed(self) -> bytes:
        host = self.url.removeprefix("http://")
        updated = f"2026-11-22T12:{self.version // 60:02}:{self.version % 60:02}Z"
        entries = "".join(
            ENTRY.format(key=key, title=title, updated=updated, host=host) for key, title in self.published.items()
        )
        return (
            f'<feed xmlns="http://www.w3.org/2005/Atom"><id>{self.url}/feed</id><title>F</title>'
            f"<updated>{updated}</updated>{entries}</feed>"
        ).encode()

    @property
    def links(self) -> str:
        hub = f'<{self.url}/hub>; rel="hub", ' if self.names_hub else ""
        return f'{hub}<{self.url}{self.topic}>; rel="self"'

    async def answer_poll(self, _: web.Request) -> web.Response:
        self.polled += 1
        return web.Response(body=self.feed(), content_type="application/atom+xml", headers={"Link": self.links})

    def publish(self, key: str, title: str) -> None:
        self.version += 1
        self.published[key] = title

    # ------------------------------------------------------------ the hub

    async def answer_hub(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if self.status == 202 and self.verifies:
            task = asyncio.create_task(self.verify(form))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return web.Response(status=self.status)

    async def verify(self, form: dict[str, str]) -> None:
        mode, callback = form["hub.mode"], form["hub.callback"]
        query = {
            "hub.mode": mode,
            "hub.topic": form["hub.topic"],
            "hub.challenge": "x?1&2 ü",
            "hub.lease_seconds": self.lease,
        }
        status, text = await self.get(callback, query)
        if mode == "subscribe" and status == 200 and text == "x?1&2 ü":
            self.subscribers[callback] = form["hub.secret"]
            self.callbacks.append(callback)
        elif mode == "unsubscribe" and status == 200:
            self.subscribers.pop(callback, None)
        self.verdicts.append((mode, status))

    async def get(self, callback: str, query: dict[str, str]) -> tuple[int, str]:
        assert self._session
        async with self._session.get(callback, params=query) as answer:
            return answer.status, await answer.text()

    async def post(
        self, callback: str, body: bytes | BytesIO = b"", headers: Mapping[str, str] | None = None, method: str = "POST"
    ) -> int:
        assert self._session
        async with self._session.request(method, callback, data=body, headers=headers) as answer:
            return answer.status

    async def deny(self, reason: str = "Kein Platz.") -> None:
        for callback in list(self.subscribers):
            query = {"hub.mode": "denied", "hub.topic": f"{self.url}{self.topic}", "hub.reason": reason}
            await self.get(callback, query)
            del self.subscribers[callback]

    async def push(self, body: bytes | None = None, **fields: str) -> list[int]:
        """The statuses with which the subscribers answer; `fields` stand in place of the right ones."""
        body = self.feed() if body is None else body
        statuses = []
        for callback, secret in list(self.subscribers.items()):
            signature = hmac.new(secret.encode(), body, getattr(hashlib, self.method)).hexdigest()
            headers = {
                "Content-Type": "application/atom+xml",
                "Link": self.links,
                "X-Hub-Signature": f"{self.method}={signature}",
            } | fields
            assert self._session
            async with self._session.post(callback, data=body, headers=headers) as answer:
                statuses.append(answer.status)
        return statuses


@asynccontextmanager
async def hub_site(port: int = 0) -> AsyncIterator[HubSite]:
    site = HubSite()
    app = web.Application()
    app.router.add_get("/feed", site.answer_poll)
    app.router.add_get("/feed2", site.answer_poll)
    app.router.add_post("/hub", site.answer_hub)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as site._session:
        try:
            yield site
        finally:
            await runner.cleanup()
