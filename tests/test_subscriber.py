"""The subscriber's side of WebSub: a whole service, and a small hub on loopback."""

import asyncio
import gzip
import hmac
import json
import logging
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from syndicator.cli import program
from syndicator.config import load
from syndicator.service import running
from syndicator.store import hub_subscriptions, sources
from tests.support.configs import free_port
from tests.support.hub import hub_site
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("warm_workers")

CONFIG = """[site]
title = "Nachrichten"
url = "http://127.0.0.1:{port}/"
publisher = "Stadt"
contact = "a@news.example"
[server]
port = {port}
[[sources]]
name = "bochum"
city = "Bochum"
kind = "feed"
url = "{url}/feed"
every = "{every}"
delay = "0s"
robots = false
allow_private = true
{more}
"""


class Town:
    """A configuration for the feed of a hub site, and what its service stores."""

    def __init__(self, folder, hub):
        self.path = folder / "config.toml"
        self.hub = hub
        self.port = free_port()
        self.write()

    def write(self, every="1h", more=""):
        self.path.write_text(CONFIG.format(port=self.port, url=self.hub.url, every=every, more=more), "utf-8")

    @asynccontextmanager
    async def at_work(self):
        async with running(load(self.path)) as service:
            yield service

    async def subscribed(self):
        return await until(lambda: self.hub.subscribers)


@pytest.fixture
async def hub():
    async with hub_site() as site:
        yield site


@pytest.fixture
def town(tmp_path, hub):
    return Town(tmp_path, hub)


async def stored(service):
    return await service.shop.store.read(
        lambda db: [row[0] for row in db.execute("SELECT title FROM articles ORDER BY n")]
    )


async def subscriptions(service):
    return await service.shop.store.read(hub_subscriptions.all_subscriptions)


async def the_one(service):
    (one,) = await subscriptions(service)
    return one


async def alter(service, **fields):
    """Put the subscription into another state, as time would have done, and let the service see it."""
    one = replace(await the_one(service), **fields)
    await service.shop.store.write(hub_subscriptions.save, one)
    await service.subscriber.begin()


def due(service):
    """When the source is visited next."""
    return service.visits.schedule.planned()["bochum"]


async def visit(service):
    await service.visits.visit("bochum")
    return await service.shop.store.read(sources.get_state, "bochum")


async def test_what_is_pushed_is_stored_and_published_without_a_visit(town, hub):
    async with town.at_work() as service:
        await town.subscribed()
        (asked,) = hub.asked
        assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", f"{hub.url}/feed")
        assert asked["hub.callback"].startswith(f"http://127.0.0.1:{town.port}/websub/")
        assert len(asked["hub.secret"]) < 200
        assert asked["hub.lease_seconds"] == "864000"
        await until(lambda: service.shop.workers.is_kept)  # which the first push need not wait for
        polled = hub.polled
        hub.publish("zwei", "Zwei")
        assert await hub.push() == [200]
        assert await stored(service) == ["Eins", "Zwei"]
        feed = town.path.parent / "feeds" / "all.atom"
        await until(lambda: b"Zwei" in feed.read_bytes())
        assert hub.polled == polled


async def test_a_push_may_be_compressed_and_either_form_of_it_signed(town, hub):
    async with town.at_work() as service:
        ((callback, secret),) = (await town.subscribed()).items()
        for number in (1, 2):
            hub.publish(f"k{number}", f"Titel {number}")
            wire = gzip.compress(hub.feed())
            digest = hmac.new(secret.encode(), (wire, hub.feed())[number - 1], "sha512").hexdigest()
            fields = {"Content-Encoding": "gzip", "X-Hub-Signature": f"sha512={digest}"}
            assert await hub.post(callback, wire, fields) == 200
        assert await stored(service) == ["Eins", "Titel 1", "Titel 2"]


async def test_a_subscription_outlives_a_restart_and_what_was_missed_is_fetched(town, hub):
    town.write(every="1m")
    async with town.at_work() as service:
        await town.subscribed()
        hub.publish("zwei", "Zwei")
        await hub.push()
        state = await visit(service)
        assert state.waits == "pushed"
        before = await the_one(service)
        assert due(service) - state.polled > timedelta(seconds=100)
    hub.publish("drei", "Drei")
    async with town.at_work() as service:
        after = await the_one(service)
        assert (after.id, after.secret, after.until) == (before.id, before.secret, before.until)
        assert due(service) - state.polled <= timedelta(seconds=62)  # nobody listened meanwhile
        hub.publish("vier", "Vier")
        assert await hub.push() == [200]
        assert sorted(await stored(service)) == ["Drei", "Eins", "Vier", "Zwei"]
        assert len(hub.asked) == 1


async def test_a_visit_that_finds_what_no_push_brought_brings_back_the_usual_pace(town, hub):
    town.write(every="1m")
    async with town.at_work() as service:
        await town.subscribed()
        hub.publish("zwei", "Zwei")
        await hub.push()
        assert (await visit(service)).waits == "pushed"
        hub.publish("drei", "Drei")
        state = await visit(service)
        assert state.waits == ""
        assert due(service) - state.polled <= timedelta(seconds=67)
        hub.publish("vier", "Vier")
        await hub.push()
        assert (await visit(service)).waits == "pushed"


async def test_a_lease_that_runs_out_brings_back_the_usual_pace(town, hub):
    town.write(every="1m")
    async with town.at_work() as service:
        await town.subscribed()
        await hub.push()
        state = await visit(service)
        hub.status = 503
        await alter(service, until=service.shop.now() + timedelta(seconds=0.2), due=service.shop.now())
        await until(lambda: due(service) - state.polled <= timedelta(seconds=62))
        one = await the_one(service)
        assert (one.phase, one.problem != "") == ("asking", True)


async def test_a_lease_is_renewed_with_the_same_address_and_secret(town, hub):
    async with town.at_work() as service:
        await town.subscribed()
        await alter(service, due=service.shop.now())
        await until(lambda: len(hub.callbacks) == 2)
        assert hub.asked[0] == hub.asked[1]
        assert hub.callbacks[0] == hub.callbacks[1]


async def test_a_hub_that_denies_is_told_of_and_not_asked_at_once(town, hub, caplog):
    town.write(every="1m")
    async with town.at_work() as service:
        await town.subscribed()
        await hub.push()
        state = await visit(service)
        await hub.deny("Kein Platz mehr.")
        one = await the_one(service)
        assert one.phase == "asking"
        assert one.problem.endswith("denies the subscription: Kein Platz mehr")
        assert one.due - service.shop.now() > timedelta(hours=12)
        assert due(service) - state.polled <= timedelta(seconds=62)
        assert "Kein Platz mehr" in caplog.text


async def test_a_hub_that_fails_is_asked_later_and_the_feed_is_read_as_usual(town, hub):
    hub.status = 500
    async with town.at_work() as service:
        await until(lambda: hub.asked)
        one = await until(lambda: failed(service))
        assert one.due > service.shop.now() + timedelta(seconds=40)
        assert await stored(service) == ["Eins"]


async def failed(service):
    return next((one for one in await subscriptions(service) if one.problem), None)


# ---------------------------------------------------------------- what changes


async def test_push_false_ends_a_subscription_and_true_begins_another(town, hub):
    async with town.at_work() as service:
        (callback,) = await town.subscribed()
        town.write(more="push = false")
        await until(lambda: not hub.subscribers)
        assert [form["hub.mode"] for form in hub.asked] == ["subscribe", "unsubscribe"]
        assert await hub.post(callback) == 410
        town.write()
        (another,) = await town.subscribed()
        assert another != callback
        assert [one.phase for one in await subscriptions(service)] == ["ended", "active"]


async def test_a_source_that_is_removed_is_unsubscribed(town, hub):
    async with town.at_work():
        await town.subscribed()
        text = town.path.read_text()
        town.path.write_text(text[: text.index("[[sources]]")])
        await until(lambda: not hub.subscribers)


async def test_a_feed_that_calls_itself_otherwise_is_subscribed_anew(town, hub):
    async with town.at_work() as service:
        await town.subscribed()
        hub.topic = "/feed2"
        hub.publish("zwei", "Zwei")
        await visit(service)
        await until(lambda: hub.asked[-1]["hub.topic"].endswith("/feed2") and len(hub.subscribers) == 1)
        assert sorted(form["hub.mode"] for form in hub.asked) == ["subscribe", "subscribe", "unsubscribe"]
        hub.publish("drei", "Drei")
        assert await hub.push() == [200]


async def test_a_feed_that_names_no_hub_any_more_is_unsubscribed(town, hub):
    async with town.at_work() as service:
        await town.subscribed()
        hub.names_hub = False
        hub.publish("zwei", "Zwei")
        await visit(service)
        await until(lambda: not hub.subscribers)
        assert (await visit(service)).waits == ""


async def test_where_no_hub_could_reach_us_none_is_asked(town, hub):
    town.path.write_text(town.path.read_text().replace(f"http://127.0.0.1:{town.port}/", "https://news.example/"))
    async with town.at_work() as service:
        await until(lambda: stored(service))
        await until(lambda: not service.visits.under_way)
        assert await subscriptions(service) == []
        assert hub.asked == []


# ---------------------------------------------------------------- bad input and abuse


async def test_a_push_that_is_repeated_is_answered_and_not_read_again(town, hub):
    async with town.at_work() as service:
        await town.subscribed()
        hub.publish("eins", "Eins, neu")
        assert await hub.push() == [200]
        assert await hub.push() == [200]
        assert await stored(service) == ["Eins, neu"]
        assert (await the_one(service)).pushes == 1


async def test_a_burst_is_bounded_and_stored_in_order(town, hub):
    async with town.at_work() as service:
        await town.subscribed()
        gate = service.visits.turn("bochum")
        pushes = []
        async with gate:  # as while a visit is under way
            for number in range(6):
                hub.publish("eins", f"Eins, Fassung {number}")
                pushes.append(asyncio.create_task(hub.push()))
                await asyncio.sleep(0.05)
            refused = await asyncio.gather(*pushes[4:])
        assert refused == [[503], [503]]
        assert {status for statuses in await asyncio.gather(*pushes[:4]) for status in statuses} <= {200, 202}
        await until(lambda: pushed_so_far(service, 4))
        assert await stored(service) == ["Eins, Fassung 3"]


async def pushed_so_far(service, number):
    return (await the_one(service)).pushes == number


async def test_a_push_that_cannot_be_read_is_told_of(town, hub, caplog):
    async with town.at_work() as service:
        await town.subscribed()
        assert await hub.push(b"<html><body>Wartung</body></html>") == [200]
        assert "an HTML page, not a feed" in caplog.text
        assert (await the_one(service)).pushes == 0  # it is no reason to visit less often
        assert await stored(service) == ["Eins"]


async def test_nothing_tells_what_only_the_hub_and_we_know(town, hub, caplog):
    caplog.set_level(logging.DEBUG)
    async with town.at_work() as service:
        ((callback, secret),) = (await town.subscribed()).items()
        await hub.push()
        await hub.push(**{"X-Hub-Signature": "sha256=0"})
        await hub.get(callback, {"hub.mode": "denied", "hub.topic": "x", "hub.reason": "y"})
        known = callback.rpartition("/")[2]
        assert "/websub/…" in caplog.text
        assert known not in caplog.text
        assert secret not in caplog.text
        assert not {secret, known} & set(repr(await the_one(service)).split("'"))
        shown = CliRunner().invoke(program, ["status", "--json", "--config", str(town.path)]).output
        assert known not in shown
        assert secret not in shown
        push = json.loads(shown)["sources"][0]["push"]
        assert (push["state"], push["pushes"], push["forged"]) == ("trusted", 1, 1)


async def test_status_says_how_a_source_is_pushed(town, hub):
    async with town.at_work() as service:
        await town.subscribed()
        assert "nothing was pushed yet. Visited as usual." in told(town)
        await hub.push()
        assert "the last push came" in told(town)
        await alter(service, late=service.shop.now())
        assert "found what no push had brought" in told(town)
        await hub.deny("Kein Platz.")
        assert "denies the subscription: Kein Platz. Visited as usual; asked again in" in told(town)
    town.write(more="push = false")
    assert "push = false" in told(town)


def told(town):
    return " ".join(CliRunner().invoke(program, ["status", "--config", str(town.path)]).output.split())


async def test_a_feed_that_goes_on_changing_its_hub_makes_us_ask_no_end_of_others(town, hub):
    async with town.at_work() as service:
        await town.subscribed()
        for number in range(12):
            hub.topic = f"/feed{number}"
            hub.publish("zwei", f"Fassung {number}")
            await visit(service)
        assert len(await subscriptions(service)) == 8


async def test_when_our_own_address_changes_hubs_are_told_the_new_one(town, hub):
    async with town.at_work():
        await town.subscribed()
        text = town.path.read_text()
        town.path.write_text(
            text.replace(f'url = "http://127.0.0.1:{town.port}/"', f'url = "http://localhost:{town.port}/neu/"')
        )
        await until(
            lambda: any("/neu/websub/" in callback for callback in hub.subscribers) and len(hub.subscribers) == 1
        )
        assert await hub.push() == [200]
