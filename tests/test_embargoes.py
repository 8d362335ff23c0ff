"""The running service lets out what is embargoed when its time has come, and not before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from syndicator import config as configuration
from syndicator.pipeline.embargoes import let_out
from syndicator.service import running
from syndicator.store import articles
from syndicator.workshop import workshop
from tests.support.articles import article
from tests.support.configs import free_port
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("warm_workers")
CONFIG = """[site]
title = "Nachrichten"
url = "http://127.0.0.1:{port}/"
publisher = "Stadt"
contact = "a@news.example"
[server]
port = {port}
[publish]
every = "1h"
"""


def configured(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(port=free_port()), encoding="utf-8")
    return configuration.load(path)


def embargoed(at, number=1):
    return replace(article(number), status="embargoed", decided="source", embargo_until=at)


async def put(shop, at, number=1):
    await shop.store.write(articles.insert, embargoed(at, number), (), f"d{number}", (), shop.now())


def shown(config):
    """The feed of everything as it lies in the folder; "" before the first round."""
    path = config.publish.folder / "all.atom"
    return path.read_text(encoding="utf-8") if path.exists() else ""


async def test_the_service_lets_out_an_article_that_someone_stored_when_its_time_has_come(tmp_path):
    config = configured(tmp_path)
    async with running(config) as service:
        await until(lambda: shown(config))
        end = service.shop.now() + timedelta(seconds=1.5)
        await put(service.shop, end)

        def out():
            is_out = "Nachricht 1" in shown(config)
            assert not is_out or service.shop.now() >= end
            return is_out

        await until(out)
        (stored,) = await service.shop.store.read(articles.in_order_of_arrival, 0, 5)
        assert (stored.article.status, stored.article.sort_at) == ("live", end)


async def test_what_became_due_while_the_service_was_down_is_out_at_the_start(tmp_path):
    config = configured(tmp_path)
    async with workshop(config) as shop:
        await put(shop, shop.now() + timedelta(seconds=0.2))
    async with running(config):
        await until(lambda: "Nachricht 1" in shown(config))


async def test_a_command_that_publishes_lets_out_first_what_is_due(tmp_path):
    config = configured(tmp_path)
    async with workshop(config) as shop:
        await put(shop, shop.now() - timedelta(seconds=1), 1)
        await put(shop, shop.now() + timedelta(hours=1), 2)
    async with workshop(config) as shop:
        await shop.publisher.publish()
    assert ("Nachricht 1" in shown(config), "Nachricht 2" in shown(config)) == (True, False)


async def test_many_embargoes_that_end_together_all_end(tmp_path):
    config = configured(tmp_path)
    async with workshop(config) as shop:
        end = shop.now()
        await shop.store.write(
            lambda db: [articles.insert(db, embargoed(end, number), (), f"d{number}", (), end) for number in range(450)]
        )
        await put(shop, end + timedelta(hours=1), 1000)
        count, following = await let_out(shop.store, shop.now)
    assert (count, following) == (450, end + timedelta(hours=1))
