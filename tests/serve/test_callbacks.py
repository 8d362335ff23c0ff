"""What comes to the address that a hub was given, and what is none of it: answered by the book, bounded, and ignored."""

import asyncio
import gzip
from dataclasses import replace
from io import BytesIO

import pytest
from yarl import URL

from syndicator.ingest import subscription as steps
from syndicator.serve import app
from syndicator.serve.callbacks import Callbacks
from syndicator.serve.shelf import Shelf
from syndicator.store import hub_subscriptions as store
from syndicator.subscriber import Subscriber
from syndicator.visits import Visits
from syndicator.workshop import workshop
from tests.support.configs import BASE, a_config
from tests.support.hub import hub_site

TOPIC = "https://bochum.example/topic"
ID = "QmVpc3BpZWw"


class Desk:
    """Answers hubs with a real store behind it, and no more of the service than that. There is one subscription."""

    def __init__(self, subscriber, shop, hub, url):
        self.subscriber = subscriber
        self.shop = shop
        self.hub = hub
        self.url = f"{url}/websub/{ID}"

    async def one(self):
        (one,) = await self.shop.store.read(store.all_subscriptions)
        return one

    async def is_put(self, **fields):
        """Put the subscription into this state."""
        await self.shop.store.write(store.save, replace(await self.one(), **fields))
        await self.subscriber.begin()


@pytest.fixture
async def desk(tmp_path):
    config = a_config(tmp_path, BASE.replace("https://news.example/", "https://nachrichten.dortmund.de/"))
    async with hub_site() as hub, workshop(config, publishing=False, filed=False) as shop:
        now = shop.now()
        one = steps.begun(
            config.sources[1], config.site.url, "https://bochum.example/hub", TOPIC, id_=ID, secret="geheim", now=now
        )
        one = steps.verified(steps.asking(one, now, one.hub, ""), "subscribe", TOPIC, "864000", now, 0.5)
        await shop.store.write(store.announce, "bochum", [one.hub], TOPIC)
        await shop.store.write(store.save, one)
        visits = Visits(config, shop, asyncio.Event())
        subscriber = Subscriber(config, shop, visits)
        built = app.build(Shelf(tmp_path), site=lambda: config.site, callbacks=Callbacks(subscriber).handle)
        runner = await app.start(built, "127.0.0.1", 0, idle=1.0)
        try:
            made = Desk(subscriber, shop, hub, f"http://127.0.0.1:{runner.addresses[0][1]}")
            assert await hub.post(made.url) == 503  # nobody knows yet whose address this is
            await subscriber.begin()
            yield made
        finally:
            await runner.cleanup()


ASKED = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "a&b <c>"}


async def test_what_we_asked_for_is_confirmed_by_the_very_words(desk):
    assert await desk.hub.get(desk.url, ASKED) == (200, "a&b <c>")


@pytest.mark.parametrize(
    "other",
    [
        {"hub.topic": f"{TOPIC}2"},
        {"hub.mode": "unsubscribe"},
        {"hub.mode": "publish"},
        {"hub.challenge": ""},
        {"hub.challenge": "a" * 3000},
    ],
    ids=lambda other: next(iter(other)),
)
async def test_what_we_did_not_ask_for_is_not_found(desk, other):
    before = await desk.one()
    status, text = await desk.hub.get(desk.url, ASKED | other)
    assert status == 404
    assert "a" * 20 not in text
    assert await desk.one() == before


async def test_whoever_asks_in_our_name_is_told_of_once_an_hour(desk, caplog):
    for _ in range(3):
        await desk.hub.get(desk.url, ASKED | {"hub.mode": "unsubscribe"})
    assert caplog.text.count("bochum: somebody asks in its name for what was not asked for, and is denied") == 1


async def test_an_address_that_nobody_was_given_is_not_found(desk):
    assert (await desk.hub.get(f"{desk.url}x", ASKED))[0] == 404
    assert await desk.hub.post(f"{desk.url}x") == 404
    assert await desk.hub.post(desk.url, method="PUT") == 405
    assert await desk.hub.post(desk.url.replace("/websub/", "/pfad/websub/")) == 202  # below a path of site.url


async def test_what_is_not_signed_is_taken_ignored_and_told_of_once_an_hour(desk, caplog):
    for fields in ({}, {"X-Hub-Signature": "sha256=" + "0" * 64}, {"X-Hub-Signature": "x"}):
        assert await desk.hub.post(desk.url, b"<feed/>", fields) == 202
    assert (await desk.one()).forged == 3
    assert caplog.text.count("is ignored") == 1


async def test_a_push_about_another_feed_is_ignored(desk):
    desk.hub.subscribers[desk.url] = "geheim"
    assert await desk.hub.push(Link='<https://x.example/>; rel="self"') == [202]
    assert (await desk.one()).forged == 1


async def test_whoever_pushes_what_has_ended_is_told_so(desk):
    await desk.is_put(phase="ended")
    assert await desk.hub.post(desk.url) == 410
    assert (await desk.hub.get(desk.url, ASKED))[0] == 404


async def test_too_much_is_not_read_and_not_inflated(desk, caplog):
    assert await desk.hub.post(desk.url, BytesIO(bytes(3_000_000))) == 413
    bomb = gzip.compress(bytes(5_000_000))
    assert await desk.hub.post(desk.url, bomb, {"Content-Encoding": "gzip"}) == 413
    assert await desk.hub.post(desk.url, b"x", {"Content-Encoding": "br"}) == 415
    assert await desk.hub.post(desk.url, b"x", {"Content-Encoding": "gzip"}) == 415
    assert caplog.text.count("bochum: what was pushed has more than 2 MiB, and is not read; told once an hour.") == 1


async def test_a_body_that_breaks_off_is_no_fault_of_ours(desk, caplog):
    url = URL(desk.url)
    for sent in (b"Content-Length: 100\r\n\r\n<feed", b"Transfer-Encoding: chunked\r\n\r\n5\r\n<feed\r\nzz\r\n"):
        _, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(f"POST {url.path} HTTP/1.1\r\nHost: x\r\n".encode() + sent)
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.close()
        await writer.wait_closed()
    await asyncio.sleep(0.1)
    assert await desk.hub.post(desk.url, b"<feed/>") == 202
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_hub_that_denies_is_believed_only_about_its_topic(desk):
    denied = {"hub.mode": "denied", "hub.topic": "https://x.example/", "hub.reason": "Nein."}
    assert (await desk.hub.get(desk.url, denied))[0] == 200
    assert (await desk.one()).phase == "active"
    assert (await desk.hub.get(desk.url, denied | {"hub.topic": TOPIC}))[0] == 200
    assert (await desk.one()).phase == "asking"
