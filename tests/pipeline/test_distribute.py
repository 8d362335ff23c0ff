"""The hub at work, against subscribers on loopback: requests are confirmed, publications delivered, failures tried again."""

import hashlib
import hmac
import logging

import pytest

from syndicator.publish.websub import Refused
from tests.ingest.web import portal
from tests.support.subscriber import TOPIC, Callback, a_hub
from tests.support.waiting import until


@pytest.fixture
async def site():
    async with portal() as served:
        yield served


@pytest.fixture
async def hub(tmp_path):
    async with a_hub(tmp_path) as made:
        yield made


async def test_a_subscriber_gets_the_bytes_as_published(hub, site):
    callback = Callback(site)
    await hub.subscribe(callback)
    (asked,) = callback.asked
    assert asked == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.challenge": asked["hub.challenge"],
        "hub.lease_seconds": "864000",
    }
    body = await hub.publish()
    await until(lambda: callback.pushes)
    ((headers, pushed),) = callback.pushes
    assert pushed == body
    assert headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert headers["Link"] == f'<https://news.example/hub>; rel="hub", <{TOPIC}>; rel="self"'
    assert "X-Hub-Signature" not in headers
