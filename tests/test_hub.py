"""The hub as a whole: the service, over HTTP on both sides, and a subscriber of another codebase."""

import asyncio
import json
import logging
from contextlib import asynccontextmanager

import aiohttp
import pytest

from syndicator.config import load
from syndicator.service import running
from syndicator.store import articles, subscribers
from tests.ingest.web import portal
from tests.support.articles import article
from tests.support.configs import free_port
from tests.support.other_codebase import PROJECT, python_with_flask_websub
from tests.support.subscriber import Callback
from tests.support.waiting import until

CONFIG = """
[site]
title = "Nachrichten"
url = "http://127.0.0.1:{port}/"
publisher = "Stadt Dortmund"
contact = "webredaktion@news.example"
[server]
port = {port}
[hub]
allow_private = ["127.0.0.0/8"]
"""


class Running:
    def __init__(self, service, session):
        self.service, self.session = service, session
        self.url = service.config.site.url
        self.topic = f"{self.url}feeds/all.atom"
        self._number = 0

    async def publish(self) -> bytes:
        self._number += 1
        shop = self.service.shop
        await shop.store.write(articles.insert, article(self._number), (), f"d{self._number}", (), shop.now())
        self.service.changed.set()
        path = shop.folder.path / "all.atom"
        title = f"Nachricht {self._number}<".encode()
        await until(lambda: path.exists() and title in path.read_bytes())
        await until(lambda: shop.store.read(subscribers.bytes_of, "all.atom"))  # and is noted as written
        return path.read_bytes()

    async def ask(self, callback: str, mode: str = "subscribe", **more: str) -> tuple[int, str]:
        fields = {"hub.mode": mode, "hub.callback": callback, "hub.topic": self.topic} | more
        async with self.session.post(f"{self.url}hub", data=fields) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def running_hub(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(port=free_port()), encoding="utf-8")
    async with running(load(path)) as service, aiohttp.ClientSession() as session:
        hub = Running(service, session)
        await hub.publish()
        yield hub


async def test_from_post_to_push_and_a_reload_counts_at_once(running_hub, caplog):
    caplog.set_level(logging.INFO)
    async with portal() as site:
        callback = Callback(site, "/push")
        assert (await running_hub.ask(f"{callback.url}?key=kanarienvogel", **{"hub.secret": "kanarienvogel"}))[0] == 202
        await until(lambda: callback.asked)
        body = await running_hub.publish()
        await until(lambda: callback.pushes)
        assert callback.bodies == [body]
        assert site.asked[-1] == "/push?key=kanarienvogel"
        path = running_hub.service.config.path
        path.write_text(path.read_text(encoding="utf-8").replace("[hub]", '[hub]\nurl = "none"'), encoding="utf-8")
        await until(lambda: len(callback.asked) == 2)
        assert callback.asked[1]["hub.mode"] == "denied"
        assert (await running_hub.ask(callback.url))[0] == 404
        async with running_hub.session.get(running_hub.topic) as answer:
            assert "hub" not in answer.headers["Link"]
    assert "kanarienvogel" not in caplog.text


@asynccontextmanager
async def flask_subscriber(feed):
    """What Flask-WebSub tells, one event after the other, and its standard input."""
    command = [
        python_with_flask_websub(),
        PROJECT / "tests/support/flask_subscriber.py",
        str(free_port()),
        feed,
        "geheim",
    ]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=2**20,
    )
    assert process.stdin
    assert process.stdout
    said = process.stdout

    async def heard():
        return json.loads(await asyncio.wait_for(said.readline(), 20))

    try:
        yield heard, process.stdin
    finally:
        process.kill()
        await process.wait()


async def test_flask_websub_finds_subscribes_gets_renews_and_unsubscribes(running_hub):
    async with flask_subscriber(running_hub.topic) as (heard, stdin):
        found = {"topic_url": running_hub.topic, "hub_url": f"{running_hub.url}hub"}
        assert await heard() == {"event": "discovered", **found}
        assert await heard() == {"event": "subscribe", "topic": running_hub.topic}
        for ask, answer in ((b"renew\n", "subscribe"), (b"\n", "unsubscribe")):
            body = await running_hub.publish()
            # It hands on only what is signed with its secret.
            assert await heard() == {"event": "pushed", "topic": running_hub.topic, "body": body.decode()}
            stdin.write(ask)
            assert await heard() == {"event": answer, "topic": running_hub.topic}
        await until(lambda: _nobody(running_hub.service.shop.store))


async def _nobody(store):
    return await store.read(subscribers.listed) == []
