"""The whole way with a running service: a portal breaks, a person is told, and told again when it works."""

from datetime import timedelta

import pytest

from syndicator.config import load
from syndicator.pipeline.visit import reading_of
from syndicator.service import running
from syndicator.store import facts, watch
from syndicator.watchman import LOOK, ROUND, send_alerts
from tests.ingest.web import portal
from tests.support.configs import free_port
from tests.support.smtp import mail_server
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("warm_workers")
CONFIG = """
[site]
title = "Nachrichten"
url = "http://127.0.0.1:{port}/"
publisher = "Stadt"
contact = "dienst@news.example"
[server]
port = {port}
[alerts]
email = "presse@stadt.example"
smtp = "{smtp}"
[[sources]]
name = "essen"
title = "Stadt Essen"
city = "Essen"
kind = "feed"
url = "{url}/feed.xml"
every = "1s"
delay = "0s"
robots = false
allow_private = true
"""


def feed(numbers, *, dated=True):
    date = "<pubDate>Mon, 02 Mar 2026 07:00:00 GMT</pubDate>" if dated else ""
    items = "".join(
        f'<item><guid isPermaLink="false">{n}</guid><title>Meldung {n} der Stadt</title>{date}'
        f"<description>Der Rat hat zu Nummer {n} beschlossen.</description></item>"
        for n in numbers
    )
    return f'<rss version="2.0"><channel><title>F</title><link>http://x.example/</link><description>d</description>{items}</channel></rss>'


@pytest.fixture
async def place(tmp_path):
    async with portal() as site, mail_server() as sink:
        path = tmp_path / "config.toml"
        path.write_text(CONFIG.format(port=free_port(), smtp=sink.url, url=site.url), encoding="utf-8")
        site.says("/feed.xml", feed(range(20)), content_type="application/rss+xml")
        yield path, site, sink


async def test_a_portal_that_breaks_is_told_by_mail_and_its_repair_as_well(place):
    path, site, sink = place
    async with running(load(path)) as service:
        store, config = service.shop.store, service.config
        await until(lambda: store.read(watch.get_memory, "essen", _reading(config)))
        site.says("/feed.xml", feed(range(1, 21), dated=False), content_type="application/rss+xml")
        await until(lambda: store.read(watch.open_incidents, "essen"))
        await send_alerts(service.shop, config, gather=timedelta(0))
        site.says("/feed.xml", feed(range(2, 22)), content_type="application/rss+xml")
        await until(lambda: _none_open(store))
        await send_alerts(service.shop, config, gather=timedelta(0))
        begin, over = sink.mails
        assert begin["Subject"] == "ROT: Stadt Essen – Datum fehlt [Nachrichten]"
        assert over["Subject"] == "Vorbei: Stadt Essen – Datum fehlt [Nachrichten]"
        assert over["In-Reply-To"] == begin["Message-ID"]
        await store.write(facts.set_fact, "alerted", "")
        await service.look_around()
        await service.send_alerts()


async def test_the_service_looks_around_and_sends_by_itself(place):
    path, *_ = place
    async with running(load(path)) as service:
        jobs = {
            job.id: job.trigger.interval
            for job in service.visits.schedule._scheduler.get_jobs()
            if job.id[:5] == "every"
        }
        assert jobs["every look_around"] == LOOK
        assert jobs["every send_alerts"] == ROUND


async def test_a_store_that_cannot_be_used_stops_no_round(place, caplog):
    path, *_ = place
    async with running(load(path)) as service:
        await service.shop.store.write(lambda db: db.execute("DROP TABLE incidents") and None)
        await service.look_around()
        await service.send_alerts()
    assert "could not be judged" in caplog.text
    assert "will be tried again" in caplog.text


def _reading(config):
    return reading_of(config.sources[0])


async def _none_open(store):
    return not await store.read(watch.open_incidents, "essen")
