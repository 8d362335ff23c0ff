"""A folder published by the real publisher, the service that answers from it, and a web server started beside it."""

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndicator.config import Config
from syndicator.serve import app
from syndicator.serve.about import about
from syndicator.serve.keys import read_keys
from syndicator.serve.shelf import Shelf
from syndicator.store import articles
from syndicator.workshop import workshop
from tests.serve.serving import Server
from tests.support.articles import article
from tests.support.configs import BASE, a_config, free_port
from tests.support.waiting import until

WHEN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CONFIG = (
    BASE
    + """
[hub]
url = "https://hub.example/"
[server]
port = {port}
[[feeds]]
name = "leicht"
title = "Leichte Sprache"
languages = ["de-simple"]
[[partners]]
name = "bochum"
token = "env:DEPLOYED_PARTNER"
"""
)


def program(name: str) -> str:
    """Where a web server is; a test is left out without it, but not in CI, where make installs it."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        assert not os.environ.get("CI"), f"{name} is missing; `make test` installs it as root"
        pytest.skip(f"{name} is not installed")
    return found


def configured(folder: Path, root: str = "/") -> Config:
    text = CONFIG.format(port=free_port()).replace("https://news.example/", f"https://news.example{root}")
    return a_config(folder, text)


@asynccontextmanager
async def published(config: Config) -> AsyncIterator[Server]:
    """The service at the configured port, with a folder in which every kind of file lies."""
    async with workshop(config, lambda: WHEN) as shop:
        for number in range(1, 30):
            await shop.store.write(articles.insert, article(number), ("vielfalt",), f"d{number}", (), WHEN)
        shelf = Shelf(config.publish.folder, about=about(config))
        shop.targets.append(shelf)
        await shop.publisher.publish()
        keys = read_keys(config)
        built = app.build(
            shelf, site=lambda: config.site, aliases=lambda: {"diversity": "vielfalt"}, keys=lambda: keys, admin=_page
        )
        runner = await app.start(built, "127.0.0.1", config.server.port)
        try:
            yield Server("127.0.0.1", config.server.port)
        finally:
            await runner.cleanup()


async def _page(language: str) -> bytes:
    return language.encode()


@asynccontextmanager
async def beside(command: Sequence[str], port: int, log: Path) -> AsyncIterator[Server]:
    """A web server that was told to listen at this port of loopback."""
    with log.open("wb") as said:
        process = await asyncio.create_subprocess_exec(*command, stdout=said, stderr=said, start_new_session=True)
    try:
        await until(lambda: _answers(port) or process.returncode is not None)
        assert process.returncode is None, log.read_text(encoding="utf-8")
        yield Server("127.0.0.1", port)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
