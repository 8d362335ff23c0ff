"""What the hub makes of requests, answers and time."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.model import Subscription
from syndicator.publish import websub
from syndicator.publish.restraint import UNCONFIRMED, Bucket, Unconfirmed
from syndicator.publish.websub import Refused

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ASKED = {
    "hub.mode": "subscribe",
    "hub.topic": "https://news.example/feeds/all.atom",
    "hub.callback": "https://reader.example/push?id=7",
}


def read(**changes):
    fields = ASKED | {f"hub.{name}": value for name, value in changes.items()}
    return websub.read_request([(name, value) for name, value in fields.items() if value is not None])


def subscription(**changes):
    return Subscription(
        **{"since": NOW, "lease_until": NOW + timedelta(days=1), "secret": "", "delivered": 1} | changes
    )


@pytest.mark.parametrize(
    ("said", "granted"),
    [
        (None, websub.LEASE),
        ("3600", timedelta(hours=1)),
        ("1", websub.LEAST),
        ("000600", timedelta(minutes=10)),
        ("99999999999999999999999", websub.LONGEST),
    ],
)
def test_a_lease_is_granted_as_asked_for_within_limits(said, granted):
    assert read(lease_seconds=said).lease == granted


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": None},
        {"mode": "publish"},
        {"topic": ""},
        {"topic": "https://news.example/" + "x" * 3000},
        {"callback": None},
        {"callback": "ftp://reader.example/"},
        {"callback": "https://"},
        {"callback": "https://user:word@reader.example/"},
        {"callback": "https://reader.example/#part"},
        {"callback": "https://reader.example/\r\nX-More: 1"},
        {"callback": "https://reader.example:0/"},
        {"callback": "https://[::1/"},
        {"callback": "https://xn--a.example/"},
        {"callback": "https://reader.example/" + "x" * 3000},
        {"lease_seconds": "0"},
        {"lease_seconds": "-5"},
        {"lease_seconds": "a day"},
        {"lease_seconds": "1.5"},
        {"lease_seconds": "٣"},
        {"secret": "x" * 200},
        {"secret": "ü" * 100},
    ],
)
def test_a_request_that_is_none_is_refused_in_a_sentence_that_repeats_nothing(wrong):
    with pytest.raises(Refused) as refused:
        read(**wrong)
    assert refused.value.status == 400
    assert refused.value.message.endswith(".")
    assert not any(
        value and len(value) > 1 and value in refused.value.message for value in wrong.values() if value != "x"
    )


def test_what_is_said_twice_is_refused_and_what_is_unknown_ignored():
    with pytest.raises(Refused):
        websub.read_request([*ASKED.items(), ("hub.callback", "https://victim.example/")])
    assert websub.read_request([*ASKED.items(), ("hub.verify", "sync"), ("foo", "1"), ("foo", "2")]) == read()
    with pytest.raises(Refused):
        websub.read_request([("foo", "1")] * 60)


def test_the_longest_secret_is_kept_and_shown_nowhere():
    request = read(secret="ü" * 99)
    assert request.secret == "ü" * 99
    assert "ü" not in repr(request)


@pytest.mark.parametrize(
    ("callback", "host"),
    [
        ("https://Reader.example/", "reader.example"),
        ("https://reader.example.:443/", "reader.example"),
        ("http://10.0.0.1:8443/", "10.0.0.1:8443"),
    ],
)
def test_a_program_is_known_by_host_and_port(callback, host):
    assert read(callback=callback).host == host


@pytest.mark.parametrize(
    ("callback", "start"),
    [
        ("https://reader.example/push", "https://reader.example/push?hub.mode="),
        ("https://reader.example/push?", "https://reader.example/push?hub.mode="),
        ("https://reader.example/push?id=7", "https://reader.example/push?id=7&hub.mode="),
        ("https://reader.example/push?hub.mode=x%20y", "https://reader.example/push?hub.mode=x%20y&hub.mode="),
    ],
)
def test_verification_stands_behind_what_the_callback_has_of_its_own(callback, start):
    asked = websub.verification(read(callback=callback), "a+b")
    assert asked.startswith(start)
    assert asked.endswith("&hub.challenge=a%2Bb&hub.lease_seconds=864000")
    assert "hub.lease_seconds" not in websub.verification(read(callback=callback, mode="unsubscribe"), "a")
    assert websub.denial("t", callback, "Gone.").startswith(start + "denied&hub.topic=t&hub.reason=Gone.")


@pytest.mark.parametrize(
    ("status", "body", "confirms"),
    [
        (200, b"abc", True),
        (202, b"abc", True),
        (200, b"abc\n", False),
        (200, b"", False),
        (302, b"abc", False),
        (404, b"abc", False),
    ],
)
def test_only_success_with_the_very_challenge_confirms(status, body, confirms):
    assert websub.is_confirmed(status, body, "abc") is confirms


@pytest.mark.parametrize("method", ["sha256", "sha384", "sha512"])
def test_a_signature_is_the_hmac_of_the_body(method):
    said = websub.distribution("https://h.example/hub", "https://t.example/", "text/plain", "geheim", b"body", method)
    expected = hmac.new(b"geheim", b"body", getattr(hashlib, method)).hexdigest()
    assert said["X-Hub-Signature"] == f"{method}={expected}"


def test_retries_come_less_and_less_often_until_the_callback_is_given_up():
    known, now, waits = subscription(), NOW, []
    while (after := websub.failed(known, "no", now, 0.5)) is not None:
        waits.append((after.next_try - now).total_seconds())
        known, now = after, after.next_try
        assert len(waits) < 100
    assert waits[:6] == [10, 30, 90, 300, 900, 3600]
    assert set(waits[6:]) == {4 * 3600}
    assert websub.GIVEN_UP <= now - NOW < websub.GIVEN_UP + timedelta(hours=4)


def test_chance_moves_a_retry_by_a_quarter_at_most_and_retry_after_only_later():
    assert websub.retry(0, 0.0) == timedelta(seconds=7.5)
    assert websub.retry(0, 1.0) == timedelta(seconds=12.5)
    asked = websub.failed(subscription(), "busy", NOW, 0.5, retry_after=120.0)
    assert asked.next_try == NOW + timedelta(minutes=2)
    assert websub.failed(subscription(), "busy", NOW, 0.5, retry_after=1.0).next_try == NOW + timedelta(seconds=10)
    assert websub.failed(subscription(), "busy", NOW, 0.5, retry_after=1e6).next_try == NOW + websub.LONGEST_RETRY


def test_a_retry_that_a_clock_set_back_has_put_far_off_is_due():
    known = subscription(failures=1, failing_since=NOW, next_try=NOW + timedelta(hours=1))
    assert not websub.is_due(known, 2, NOW)
    assert websub.is_due(known, 2, NOW - timedelta(hours=12))


def test_a_host_that_confirms_nothing_is_left_in_peace_for_an_hour():
    hosts = Unconfirmed()
    for minute in range(UNCONFIRMED):
        assert hosts.rest("victim.example", NOW) == 0
        hosts.note("victim.example", NOW + timedelta(minutes=minute))
    late = NOW + timedelta(minutes=UNCONFIRMED)
    assert hosts.rest("victim.example", late) == 50 * 60
    assert hosts.rest("other.example", late) == 0
    assert hosts.rest("victim.example", NOW + timedelta(hours=1)) == 0
    for number in range(11_000):
        hosts.note(f"{number}.example", late)
    assert len(hosts._hosts) == 10_000


def test_a_bucket_lets_through_a_burst_and_then_its_rate():
    room = Bucket(5, 2.0)
    assert [room.take(0.0) for _ in range(7)] == [True] * 5 + [False] * 2
    assert [room.take(1.0) for _ in range(4)] == [True, True, False, False]
    assert [room.take(1.0 + n) for n in (0, 100, 100)] == [False, True, True]
