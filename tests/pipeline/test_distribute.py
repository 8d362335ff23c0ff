"""The hub at work, against subscribers on loopback: requests are confirmed, publications delivered, failures tried again."""

import asyncio
import hashlib
import hmac
import logging
from collections import Counter
from urllib.parse import parse_qsl

import pytest
from aiohttp import web

from syndicator.pipeline import distribute, subscribing
from syndicator.pipeline.publish import Publisher
from syndicator.publish import websub
from syndicator.publish.restraint import UNCONFIRMED
from syndicator.publish.websub import Refused
from syndicator.store import subscribers
from tests.ingest.web import portal
from tests.support.configs import BASE, a_config
from tests.support.subscriber import CONFIG, TOPIC, Callback, a_hub
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
    await hub.idle()
    assert await hub.shop.store.read(subscribers.pushes) == {"vielfalt.atom": 1}


async def test_other_networks_count_at_once(hub, site):
    callback, other = Callback(site), Callback(site, "/other")
    await hub.subscribe(callback)
    await hub.subscribe(other)
    hub.config = a_config(hub.config.path.parent, CONFIG.replace("127.0.0.0/8", "10.0.0.0/8"))
    await hub.distributor.adopt()
    await hub.publish()
    await hub.idle()
    assert callback.pushes == other.pushes == []
    assert {one.subscription.problem.partition(" of ")[0] for one in await hub.listed()} == {"The server"}


async def test_what_was_asked_with_a_secret_is_signed(tmp_path, site):
    text = CONFIG.replace("[hub]\n", '[hub]\nsignature = "sha512"\n')
    async with a_hub(tmp_path, text) as hub:
        callback = Callback(site)
        await hub.subscribe(callback, secret="geheim & lang")
        body = await hub.publish()
        await until(lambda: callback.pushes)
    ((headers, pushed),) = callback.pushes
    assert pushed == body
    assert headers["X-Hub-Signature"] == "sha512=" + hmac.new(b"geheim & lang", body, hashlib.sha512).hexdigest()


async def test_what_was_published_between_request_and_confirmation_is_delivered(hub, site):
    callback = Callback(site)
    asked = site.pages["/callback"]
    bodies = []

    async def publish_first(request):
        if request.method == "GET":
            bodies.append(await hub.publish())
        return await asked(request)

    site.pages["/callback"] = publish_first
    await hub.subscribe(callback)
    await until(lambda: callback.pushes)
    assert callback.bodies == bodies


@pytest.mark.parametrize(("status", "times"), [(404, 1), (302, 1), (503, 3)])
async def test_a_request_that_the_callback_does_not_confirm_changes_nothing(hub, site, status, times):
    callback = Callback(site)
    await hub.subscribe(callback)
    (before,) = await hub.listed()
    site.says("/elsewhere", "")
    site.says("/callback", status=status, headers={"Location": f"{site.url}/elsewhere"})
    site.requests.clear()
    await hub.ask(callback, "unsubscribe")
    for count in range(1, times + 1):
        await until(lambda count=count: len(site.asked) == count)
        await hub.idle()
        hub.clock.forward(seconds=21)
        hub.distributor.changed.set()
    await hub.idle()
    assert [path.partition("?")[0] for path in site.asked] == ["/callback"] * times
    assert await hub.listed() == [before]
    assert await hub.shop.store.read(subscribers.asked) == []


async def test_an_echo_of_more_than_the_challenge_is_no_confirmation(hub, site):
    async def answer(request):
        return web.Response(text=request.query["hub.challenge"] + "x" * 10_000_000)

    site.pages["/callback"] = answer
    await hub.ask(f"{site.url}/callback")
    await until(lambda: site.asked)
    await hub.idle()
    assert await hub.listed() == []


async def test_unsubscribed_is_unsubscribed(hub, site):
    callback, other = Callback(site), Callback(site, "/other")
    await hub.subscribe(callback)
    await hub.subscribe(other)
    await hub.ask(callback, "unsubscribe")
    await until(lambda: len(callback.asked) == 2)
    await hub.idle()
    assert "hub.lease_seconds" not in callback.asked[1]
    await hub.publish()
    await until(lambda: other.pushes)
    assert callback.pushes == []


@pytest.fixture
async def busy(hub, site):
    """The host of all callbacks is kept busy by a verification, until this is set."""
    other, asked, over = Callback(site, "/busy"), asyncio.Event(), asyncio.Event()
    answer = site.pages["/busy"]

    async def hang(request):
        asked.set()
        await over.wait()
        return await answer(request)

    site.pages["/busy"] = hang

    async def begin():
        await hub.ask(other)
        await asked.wait()
        return over

    return begin


async def test_what_waits_for_its_turn_is_not_sent_to_who_unsubscribed_before(hub, site, busy):
    callback, other = Callback(site), Callback(site, "/other")
    await hub.subscribe(callback)
    await hub.subscribe(other)
    over = await busy()
    await hub.ask(callback, "unsubscribe")
    await until(lambda: len(hub.distributor._queue) == 1)
    await hub.publish()
    await until(lambda: len(hub.distributor._queue) == 3)
    over.set()
    await until(lambda: other.pushes)
    await hub.idle()
    assert (callback.pushes, len(await hub.listed())) == ([], 2)


async def test_what_waits_for_its_turn_is_not_sent_behind_the_end_of_the_lease(hub, site, busy):
    callback = Callback(site)
    await hub.subscribe(callback, lease_seconds="3600")
    over = await busy()
    await hub.publish()
    await until(lambda: len(hub.distributor._queue) == 1)
    hub.clock.forward(hours=2)
    over.set()
    await hub.idle()
    assert callback.pushes == []


async def test_a_renewal_extends_the_lease_and_an_end_ends_it(hub, site):
    callback = Callback(site)
    await hub.subscribe(callback, lease_seconds="3600")
    hub.clock.forward(minutes=50)
    await hub.subscribe(callback, lease_seconds="3600", secret="neu")
    hub.clock.forward(minutes=50)
    await hub.publish()
    await until(lambda: callback.pushes)
    assert "X-Hub-Signature" in callback.pushes[0][0]
    await hub.idle()
    hub.clock.forward(minutes=11)
    await hub.publish()
    await until(lambda: _none(hub))
    await hub.idle()
    assert len(callback.pushes) == 1


async def test_the_newest_bytes_win_and_two_are_never_under_way_to_one_host(hub, site):
    callback, other = Callback(site), Callback(site, "/other")
    await hub.subscribe(callback)
    await hub.subscribe(other)
    callback.holds = asyncio.Event()
    await hub.publish()
    await until(lambda: site._now == 1)
    bodies = [await hub.publish() for _ in range(3)]
    callback.holds.set()
    await until(lambda: callback.bodies[-1:] == other.bodies[-1:] == bodies[-1:])
    await hub.idle()
    assert (len(callback.pushes), len(other.pushes)) == (2, 1)
    assert site.most_at_once == 1


async def test_the_same_bytes_are_not_pushed_twice(hub, site):
    callback = Callback(site)
    await hub.subscribe(callback)
    await hub.publish("verkehr")  # in other feeds than this
    (hub.config.publish.folder / "vielfalt.atom").unlink()
    again = Publisher(hub.config, hub.shop.store, [hub.shop.folder], hub.clock)
    again.settled = hub.distributor.changed.set
    await again.publish()
    await hub.idle()
    assert callback.pushes == []
    assert hub.body()


async def test_a_delivery_that_fails_is_tried_again_with_what_is_newest_then(hub, site, caplog):
    caplog.set_level(logging.INFO)
    callback = Callback(site)
    callback.status = 500
    await hub.subscribe(callback)
    await hub.publish()
    await until(lambda: site.asked.count("/callback") == 1)
    await hub.idle()
    (failing,) = await hub.listed()
    assert (failing.subscription.failures, failing.subscription.problem) == (
        1,
        "The callback answered with status 500.",
    )
    newest = await hub.publish()
    await hub.idle()
    assert site.asked.count("/callback") == 1  # it is not hammered with what is new
    callback.status = 204
    hub.clock.forward(seconds=13)
    hub.distributor.changed.set()
    await until(lambda: callback.pushes)
    await hub.idle()
    assert callback.bodies == [newest]
    (well,) = await hub.listed()
    assert (well.subscription.failures, well.subscription.next_try) == (0, None)
    said = [record.getMessage() for record in caplog.records if "hub: " in record.getMessage()]
    assert len(said) == 2  # that it subscribed, and that it failed


async def test_410_ends_a_subscription(hub, site):
    callback = Callback(site)
    await hub.subscribe(callback)
    callback.status = 410
    await hub.publish()
    await until(lambda: _none(hub))


async def test_a_dead_callback_is_given_up_after_days(hub, site):
    callback = Callback(site)
    callback.status = 500
    await hub.subscribe(callback, lease_seconds=str(30 * 86400))
    await hub.publish()
    tries = 0
    while await hub.listed():
        tries += 1
        assert tries < 40
        await until(lambda tries=tries: site.asked.count("/callback") == tries)
        await hub.idle()
        hub.clock.forward(hours=5)
        hub.distributor.changed.set()
        await hub.idle()
    assert tries > 10


async def test_a_redirect_of_a_delivery_is_a_failure_and_not_followed(hub, site):
    callback = Callback(site)
    await hub.subscribe(callback)
    site.redirects("/callback", f"{site.url}/elsewhere", 308)
    site.says("/elsewhere", "")
    await hub.publish()
    await until(lambda: "/callback" in site.asked)
    await hub.idle()
    (known,) = await hub.listed()
    assert known.subscription.failures == 1
    assert "redirect" in known.subscription.problem
    assert "/elsewhere" not in site.asked


async def test_a_feed_that_ends_is_delivered_once_more_and_then_denied(hub, site):
    callback = Callback(site)
    await hub.subscribe(callback)
    without = CONFIG.replace("[categories.vielfalt]", "[categories.anderes]").replace('aliases = ["diversity"]', "")
    hub.config = a_config(hub.config.path.parent, without)
    await hub.shop.adopt(hub.config)
    await hub.shop.publisher.publish()
    hub.distributor.look_for_endings()
    await until(lambda: len(callback.asked) == 2)
    assert "eingestellt" in callback.bodies[-1].decode()
    assert callback.asked[1] == {"hub.mode": "denied", "hub.topic": TOPIC, "hub.reason": "This feed has ended."}
    await until(lambda: _none(hub))
    with pytest.raises(Refused) as refused:
        await hub.ask(callback)
    assert refused.value.status == 410


async def test_a_hub_that_is_turned_off_says_so(hub, site):
    callback = Callback(site)
    await hub.subscribe(callback)
    hub.config = a_config(hub.config.path.parent, CONFIG.replace("[hub]\n", '[hub]\nurl = "none"\n'))
    await hub.distributor.adopt()
    await until(lambda: _none(hub))
    assert callback.asked[1]["hub.mode"] == "denied"
    with pytest.raises(Refused):
        await hub.ask(callback)


async def test_a_topic_that_is_not_ours_is_refused_at_once_and_nobody_is_asked(hub, site):
    for path in (
        "none.atom",
        "vielfalt",
        "vielfalt.html",
        "style.css",
        "../config.toml",
        "vielfalt/archive/7.atom",
        "",
    ):
        for home in ("https://news.example/feeds/", "https://other.example/feeds/", "https://news.example/", "x"):
            with pytest.raises(Refused) as refused:
                await hub.ask(f"{site.url}/callback", topic=f"{home}{path}")
            assert refused.value.status == 404
    await hub.idle()
    assert site.asked == []


async def test_every_format_is_a_topic_with_its_type(hub, site):
    callbacks = {ending: Callback(site, f"/{ending}") for ending in ("atom", "rss", "json")}
    for ending, callback in callbacks.items():
        await hub.subscribe(callback, topic=f"https://news.example/feeds/dortmund-vielfalt.{ending}")
    await hub.publish()
    await until(lambda: all(callback.pushes for callback in callbacks.values()))
    for ending, callback in callbacks.items():
        ((headers, body),) = callback.pushes
        assert body == hub.body(f"dortmund-vielfalt.{ending}")
        assert ending in headers["Content-Type"].replace("feed+json", "json")


async def test_a_callback_at_a_private_address_is_told_from_none_by_nothing(tmp_path, site, caplog):
    caplog.set_level(logging.INFO)
    async with a_hub(tmp_path, BASE) as hub:  # without allow_private
        await hub.ask(f"{site.url}/callback?key=kanarienvogel", secret="kanarienvogel")
        await hub.ask("http://127.0.0.1:1/callback")
        await hub.ask("http://nowhere.invalid/callback")
        for _ in range(websub.TRIES):
            await hub.idle()
            hub.clock.forward(seconds=21)
            hub.distributor.changed.set()
        await until(lambda: len(_refusals(caplog)) == 3)
    assert site.asked == []
    assert all("cannot be reached. (Callbacks are asked" in reason for reason in _refusals(caplog))
    assert "kanarienvogel" not in caplog.text


async def test_a_host_that_confirms_nothing_is_asked_no_more(hub, site):
    for number in range(UNCONFIRMED):
        await hub.ask(f"{site.url}/victim?n={number}")
        await until(lambda number=number: len(site.asked) == number + 1)
        await hub.idle()
    with pytest.raises(Refused) as refused:
        await hub.ask(f"{site.url}/victim?n=x")
    assert (refused.value.status, refused.value.retry_after) == (429, 3601)
    hub.clock.forward(hours=1)
    await hub.ask(f"{site.url}/victim?n=x")


async def test_nor_is_it_asked_what_had_been_taken_by_then(hub, site, busy):
    over = await busy()
    for number in range(3 * UNCONFIRMED):
        await hub.ask(f"{site.url}/victim?n={number}")
    over.set()
    await hub.idle()
    assert sum(path.startswith("/victim") for path in site.asked) == UNCONFIRMED
    assert await hub.shop.store.read(subscribers.asked) == []


async def test_a_flood_of_requests_is_bounded(hub, site, monkeypatch):
    monkeypatch.setattr(subscribing, "WAITING_OF_HOST", 3)
    monkeypatch.setattr(subscribing, "WAITING", 5)
    hold = asyncio.Event()

    async def wait(_):
        await hold.wait()
        return web.Response()

    site.pages["/callback"] = wait
    statuses = Counter()
    for number in range(10):
        try:
            await hub.ask(f"{site.url}/callback?{number}")
        except Refused as refused:
            statuses[refused.status, refused.retry_after] += 1
    other = site.url.replace("127.0.0.1", "127.0.0.2")
    for number in range(3):
        try:
            await hub.ask(f"{other}/callback?{number}")
        except Refused as refused:
            statuses[refused.status, refused.retry_after] += 1
    await hub.ask(f"{site.url}/callback?0", "unsubscribe")  # in place of its first request
    hold.set()
    assert statuses == {(429, 60): 7, (503, 60): 1}
    assert site.most_at_once <= 2


async def test_one_may_not_have_all_subscriptions(hub, site, monkeypatch):
    monkeypatch.setattr(subscribing, "MOST_OF_HOST", 1)
    callback, other = Callback(site), Callback(site, "/other")
    await hub.subscribe(callback)
    await hub.subscribe(callback, lease_seconds="7200")  # the same once more
    with pytest.raises(Refused) as refused:
        await hub.ask(other)
    assert refused.value.status == 429


async def test_who_answers_never_makes_room_for_who_does(hub, monkeypatch):
    """With two places, and three callbacks that hang, all others are served; the hanging ones are asked once more behind them."""
    monkeypatch.setattr(distribute, "_PLACES", 2)
    monkeypatch.setattr(distribute, "_PATIENCE", 0.05)
    async with portal("0.0.0.0") as site:
        port = site.url.rpartition(":")[2]
        hosts = [f"127.0.77.{n}" for n in range(1, 9)]
        callbacks = []
        for n, host in enumerate(hosts):
            callback = Callback(site, f"/{n}")
            callback.url = f"http://{host}:{port}/{n}"
            await hub.subscribe(callback)
            callbacks.append(callback)
        for callback in callbacks[:3]:
            callback.holds = asyncio.Event()
        await hub.publish()
        await until(lambda: all(callback.pushes for callback in callbacks[3:]))
        assert not any(callback.pushes for callback in callbacks[:3])
        for callback in callbacks[:3]:
            callback.holds.set()
        await until(lambda: all(callback.pushes for callback in callbacks))
        await hub.idle()
        assert all(one.subscription.failures == 0 for one in await hub.listed())


async def test_another_hub_is_told_what_is_new(tmp_path, site):
    told = []

    async def hub_elsewhere(request):
        told.append(parse_qsl((await request.read()).decode()))
        return web.Response(status=204 if len(told) > 1 else 503)

    site.pages["/hub"] = hub_elsewhere
    async with a_hub(tmp_path, CONFIG.replace("[hub]\n", f'[hub]\nurl = "{site.url}/hub"\n')) as hub:
        await until(lambda: len(told) == 1)
        hub.distributor.changed.set()  # as after the pause
        await until(lambda: len(told) == 2)
        await hub.idle()
        assert await hub.shop.store.read(subscribers.pings, 10) == []
        assert told[0] == told[1]
        assert told[1][0] == ("hub.mode", "publish")
        names = {value for _, value in told[1][1:]}
        assert {f"https://news.example/feeds/vielfalt.{ending}" for ending in ("atom", "rss", "json")} <= names
        assert not any(name.endswith((".html", ".css", ".opml")) for name in names)
        await hub.publish("verkehr")
        await until(lambda: len(told) == 3)
        changed = {value for _, value in told[2][1:]}
        assert "https://news.example/feeds/verkehr.atom" in changed
        assert "https://news.example/feeds/vielfalt.atom" not in changed
        assert f'<link href="{site.url}/hub" rel="hub"' in hub.body().decode()


async def _none(hub):
    return await hub.listed() == []


def _refusals(caplog):
    return [record.getMessage() for record in caplog.records if "did not confirm" in record.getMessage()]
