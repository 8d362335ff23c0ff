import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.cli.subscribers import without_secrets
from syndicator.model import Subscription, SubscriptionRequest
from syndicator.store import subscribers
from syndicator.store.database import Store

NOW = datetime.now(UTC).replace(microsecond=0)
PUSH = "https://reader.example/push/0123456789abcdef?key=kanarienvogel"


def subscription(**changes):
    known = {"since": NOW, "lease_until": NOW + timedelta(days=3), "secret": "kanarienvogel", "delivered": 1}
    return Subscription(**(known | changes))


def fill(db):
    topic = subscribers.add_topic(db, "http://127.0.0.1:8080/feeds/all.atom", "all.atom", "digest")
    subscribers.save(db, topic.n, PUSH, "reader.example", subscription(delivered_at=NOW))
    subscribers.save(db, topic.n, "https://late.example/", "late.example", subscription(delivered=0))
    subscribers.save(db, topic.n, "https://gone.example/", "gone.example", subscription(lease_until=NOW - timedelta(1)))
    failing = subscription(
        delivered=0,
        failures=3,
        failing_since=NOW,
        next_try=NOW + timedelta(hours=1),
        problem="The \x1b[31mserver is away.",
    )
    subscribers.save(db, topic.n, "https://dead.example/push", "dead.example", failing)
    request = SubscriptionRequest(
        "subscribe", topic.topic, "https://new.example/", "new.example", timedelta(days=1), "x"
    )
    subscribers.ask(db, request, "all.atom", "digest", NOW)


@pytest.fixture
def stored(folder):
    with closing(Store(folder / "syndicator.db")) as store:
        asyncio.run(store.write(fill))


@pytest.mark.parametrize("columns", ["60", "120"])
def test_it_shows_who_subscribed_and_how_deliveries_fare(syndicator, stored, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    said = syndicator("subscribers")
    assert said.code == 0
    for shown in (
        "all.atom",
        "reader.example/push/0123…",
        "dead.example/push",
        "server is away.",
        "failing",
        "due",
        "asked",
    ):
        assert shown in said.out
    assert "gone.example" not in said.out
    assert "kanarienvogel" not in said.out
    assert "\x1b[31m" not in said.out
    assert max(map(len, said.out.splitlines())) <= int(columns)


def test_scripts_get_it_as_json(syndicator, stored):
    told = syndicator("subscribers", "--json").json
    assert told["hub"] == "self"
    rows = {row["callback"].partition("/")[0]: row for row in told["subscribers"]}
    assert {name: row["state"] for name, row in rows.items()} == {
        "reader.example": "ok",
        "late.example": "due",
        "dead.example": "failing",
        "new.example": "asked",
    }
    assert (rows["dead.example"]["failures"], rows["reader.example"]["feed"]) == (3, "all.atom")
    assert rows["reader.example"]["last_delivery"] == NOW.isoformat()


def test_nobody_and_another_hub_are_told_in_a_sentence(syndicator, folder):
    with closing(Store(folder / "syndicator.db")) as store:
        asyncio.run(store.write(subscribers.note_pings, ["https://news.example/feeds/all.atom"]))
    assert "Nobody has subscribed yet" in syndicator("subscribers").out
    config = folder / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f'{text}[hub]\nurl = "https://hub.example/"\n', encoding="utf-8")
    said = syndicator("subscribers").out
    assert "https://hub.example/" in said
    assert "still to be told of 1 feed." in said
    config.write_text(f'{text}[hub]\nurl = "none"\n', encoding="utf-8")
    assert "nobody is told" in syndicator("subscribers").out


def test_before_the_first_run_it_says_so(syndicator):
    said = syndicator("subscribers")
    assert (said.code, said.out) == (1, "")
    assert "Nothing is stored yet" in said.err


@pytest.mark.parametrize(
    ("callback", "shown"),
    [
        ("https://a.example/", "a.example/"),
        ("https://a.example:8443/websub/short/x", "a.example:8443/websub/short/x"),
        ("https://a.example/" + "x" * 40 + "/y?z=1", "a.example/xxxx…/y"),
    ],
)
def test_long_parts_of_a_path_may_be_secrets(callback, shown):
    assert without_secrets(callback) == shown
