"""Real servers on loopback for the tests of ingest/: one that answers with handlers, one that sends raw bytes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiohttp import web

from syndicator.config import Source
from syndicator.ingest.client import Client, HostState

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def a_source(url: str, **settings) -> Source:
    """A source at `url`, on loopback and without a pause unless told otherwise."""
    settings = {"allow_private": True, "delay": "0s", "robots": False} | settings
    return Source(name="bochum", title="Stadt Bochum", city="Bochum", url=url, **settings)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class Memory:
    """What outlives a restart: the clock, and what clients were told to remember."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.hosts: dict[str, HostState] = {}

    @asynccontextmanager
    async def client(self, **settings) -> AsyncIterator[Client]:
        client = Client(
            "syndicator/1.0 (+https://news.example/)",
            recall=self.hosts.get,
            remember=self.hosts.__setitem__,
            now=self.clock,
            **settings,
        )
        try:
            yield client
        finally:
            await client.close()


class Portal:
    """A server whose handlers are set by path; others are `otherwise`, or 404. `asked` lists the paths in order of arrival."""

    def __init__(self) -> None:
        self.pages: dict[str, Handler] = {}
        self.otherwise: Handler | None = None
        self.requests: list[web.Request] = []
        self.most_at_once = 0
        self._now = 0
        self.url = ""

    @property
    def asked(self) -> list[str]:
        return [request.raw_path for request in self.requests]

    def says(self, path: str, text: str = "", **response) -> None:
        """Answer `path` with this text, and whatever else `web.Response` takes."""

        async def answer(_: web.Request) -> web.Response:
            return web.Response(text=text, **response)

        self.pages[path] = answer

    def sends(self, path: str, body: bytes, **response) -> None:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(body=body, **response)

        self.pages[path] = answer

    def redirects(self, path: str, target: str, status: int = 302) -> None:
        self.says(path, status=status, headers={"Location": target})

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            await asyncio.sleep(0.002)  # so that requests that are allowed to overlap do
            page = self.pages.get(request.path, self.otherwise)
            return await page(request) if page else web.Response(status=404)
        finally:
            self._now -= 1


@asynccontextmanager
async def portal(host: str = "127.0.0.1", port: int = 0, **site) -> AsyncIterator[Portal]:
    served = Portal()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", served.answer)
    runner = web.AppRunner(app, auto_decompress=False, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port, **site).start()
    port = port or runner.addresses[0][1]
    served.url = f"{'https' if 'ssl_context' in site else 'http'}://{host}:{port}"
    try:
        yield served
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_server(*chunks: bytes, pause: float = 0.0, hang: bool = False) -> AsyncIterator[str]:
    """A server that answers whatever it is sent with these bytes, and closes the connection unless it is to `hang`."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await _send(writer, chunks, pause)
            if hang:
                await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has had enough
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


async def _send(writer: asyncio.StreamWriter, chunks: Iterable[bytes], pause: float) -> None:
    for chunk in chunks:
        writer.write(chunk)
        await writer.drain()
        await asyncio.sleep(pause)
