"""Deliveries by a process of their own: the same rules, and nothing is lost when it dies."""

import asyncio
import hashlib
import hmac
import os
import signal

import pytest

from syndicator.ingest.callbacks import Answer
from syndicator.model import Failed
from syndicator.pipeline import distribute
from syndicator.pipeline.couriers import Courier, CourierLostError
from syndicator.pipeline.deliveries import Push
from tests.ingest.web import Clock, portal
from tests.support.subscriber import Callback, a_hub
from tests.support.waiting import until


@pytest.fixture
async def site():
    async with portal() as served:
        yield served


@pytest.fixture
async def courier():
    made = Courier("syndicator/test", idle=30)
    made.want()
    await until(lambda: made.is_ready)
    yield made
    await made.close()


def a_push(url, networks=("127.0.0.0/8",)):
    return Push(
        url, networks, Clock()(), "https://h.example/hub", "https://h.example/t", "text/x", "geheim", "sha256", True
    )


async def test_it_sends_by_the_same_rules_and_what_is_lost_with_it_is_told(courier, site):
    callback, held = Callback(site), Callback(site, "/held")
    body = b"<feed/>" * 50_000
    sent = await asyncio.gather(
        courier.send(a_push(callback.url), "d1", body),
        courier.send(a_push(callback.url), "d1", body),
        courier.send(a_push(callback.url, ()), "d1", body),  # at a private address that is not allowed
        courier.send(a_push("http://127.0.0.1:1/"), "d2", b"x" * 40_000_000),  # more than it keeps
        courier.send(a_push(callback.url), "d1", body),
    )
    assert [type(answer) for answer in sent] == [Answer, Answer, Failed, Failed, Answer]
    assert all(failed.reason.endswith(" cannot be reached.") for failed in sent[2:4])
    assert site.asked == ["/callback"] * 3
    assert callback.bodies == [body] * 3
    headers = callback.pushes[0][0]
    assert headers["X-Hub-Signature"] == "sha256=" + hmac.new(b"geheim", body, hashlib.sha256).hexdigest()
    assert headers["User-Agent"] == "syndicator/test"

    held.holds = asyncio.Event()
    put_off, lost = (asyncio.create_task(courier.send(a_push(held.url), "d1", body)) for _ in range(2))
    await until(lambda: site._now == 2)
    put_off.cancel()
    await until(put_off.cancelled)
    os.kill(courier._process.pid, signal.SIGKILL)
    with pytest.raises(CourierLostError):
        await lost
    held.holds.set()
    courier.want()
    await asyncio.sleep(0)
    assert not courier.is_ready  # not again so soon


async def test_it_ends_when_it_has_nothing_to_do_and_is_there_again_when_it_is_wanted(site):
    callback = Callback(site)
    courier = Courier("syndicator/test", idle=0.01)
    pids = set()
    for count in (1, 2):
        courier.want()
        await until(lambda: courier._process)
        pids.add(courier._process.pid)
        await until(courier._running.done)
        assert len(pids) == count
    assert not courier.is_ready
    assert callback.pushes == []
    await courier.close()


async def test_many_are_served_by_it_and_when_it_dies_everybody_is_served_all_the_same(tmp_path, site, monkeypatch):
    monkeypatch.setattr(distribute, "_MANY", 0)
    async with a_hub(tmp_path) as hub:
        callbacks = [Callback(site), Callback(site, "/other")]
        for callback in callbacks:
            await hub.subscribe(callback, secret="geheim")
        courier = hub.distributor._courier
        await hub.publish()
        await hub.idle()
        await until(lambda: courier.is_ready)
        callbacks[0].holds = asyncio.Event()
        newest = await hub.publish()
        await until(lambda: site._now == 1)
        assert courier._waiting
        os.kill(courier._process.pid, signal.SIGKILL)
        callbacks[0].holds.set()
        await until(lambda: all(callback.bodies[-1] == newest for callback in callbacks))
        await hub.idle()
        assert {one.subscription.failures for one in await hub.listed()} == {0}
