"""A real server on loopback, and a client that sees every byte of its answers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from syndicator.config import Site
from syndicator.model import File
from syndicator.publish.encodings import SUFFIXES, encode
from syndicator.serve import app
from syndicator.serve.health import Health
from syndicator.serve.shelf import Shelf
from syndicator.serve.usage import Usage

MODIFIED = datetime(2024, 11, 4, 9, 30, 15, 123456, tzinfo=UTC)
LAST_MODIFIED = "Mon, 04 Nov 2024 09:30:15 GMT"
ATOM = "application/atom+xml; charset=utf-8"
HTML = "text/html; charset=utf-8"


def file(path: str, text: str = "<feed/>", media_type: str = ATOM, modified: datetime = MODIFIED) -> File:
    body = (text * 40).encode()
    return File(path, media_type, modified, body, encode(body))


def write(folder: Path, published: File) -> None:
    (folder / published.path).write_bytes(published.body)
    for coding, body in published.encodings.items():
        (folder / (published.path + SUFFIXES[coding])).write_bytes(body)


def site(url: str = "https://news.example/") -> Site:
    return Site(title="Nachrichten", url=url, publisher="Stadt Beispiel", contact="web@news.example")


@dataclass(frozen=True)
class Answer:
    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes

    def __getitem__(self, name: str) -> str:
        values = [value for key, value in self.fields if key.lower() == name.lower()]
        assert len(values) == 1, f"{name}: {values}"
        return values[0]

    def __contains__(self, name: str) -> bool:
        return any(key.lower() == name.lower() for key, _ in self.fields)


class Server:
    """`ask` sends one request on a connection of its own and reads until the server ends it."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port

    async def ask(self, path: str, method: str = "GET", **fields: str) -> Answer:
        fields = {"Host": "x", "Connection": "close", **fields}
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        return await self.send("\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]))

    async def send(self, request: str) -> Answer:
        return parse(await self.raw(request.encode()))

    async def raw(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(request)
            return await reader.read()
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


def parse(received: bytes) -> Answer:
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    fields = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    return Answer(int(status.split(" ")[1]), fields, body)


@contextlib.asynccontextmanager
async def serving(
    shelf: Shelf,
    *,
    url: str = "https://news.example/",
    health: Health | None = None,
    aliases: Mapping[str, str] | None = None,
    idle: float = 30.0,
    search: app.Handler | None = None,
    ended: Collection[str] = (),
    usage: Usage | None = None,
) -> AsyncIterator[Server]:
    built = app.build(
        shelf,
        site=lambda: site(url),
        health=lambda: health or Health(),
        aliases=lambda: aliases or {},
        ended=lambda: ended,
        search=search,
        usage=usage,
    )
    runner = await app.start(built, "127.0.0.1", 0, idle=idle)
    try:
        yield Server(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()
