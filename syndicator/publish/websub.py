"""A WebSub hub by its letter (W3C Recommendation, 23 January 2018): requests, leases, retries, signatures. Pure.

What is sent to a callback, and what its answers mean, is decided here; `pipeline/distribute.py` sends it.
"""

import hmac
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from yarl import URL

from syndicator.errors import SyndicatorError
from syndicator.model import Subscription, SubscriptionMode, SubscriptionRequest

LEASE = timedelta(days=10)
"""For whoever asks for none."""
LEAST, LONGEST = timedelta(minutes=5), timedelta(days=30)

GIVEN_UP = timedelta(days=3)
"""A callback that has failed for so long is dead, and its subscription ends."""
_RETRIES = tuple(map(timedelta, (0, 0, 0, 0, 0, 0, 0), (10, 30, 90, 300, 900, 3600, 4 * 3600)))
LONGEST_RETRY = _RETRIES[-1] * 1.25
_JITTER = 0.25

TRIES = 3
"""So often a callback that does not answer is asked whether it wants a subscription."""
HTTP_GONE, HTTP_BUSY, HTTP_FAULT = 410, 429, 500

_SECRET = 200  # bytes, exclusive (5.1)
_ADDRESS = 2048  # characters
_PARAMETERS = 50
_DIGITS = 9  # of a lease; what is longer is longer than the longest
_SUCCESS = range(200, 300)
_REDIRECTS = range(300, 400)

MODES: tuple[SubscriptionMode, ...] = ("subscribe", "unsubscribe")


class Refused(SyndicatorError):  # noqa: N818  # the refusal is what is told
    """Why a request is answered with an error. `status` of HTTP, `retry_after` in seconds, 0 where it would be no use."""

    def __init__(self, sentence: str, status: int = 400, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.status = status
        self.retry_after = retry_after


# ---------------------------------------------------------------- what is asked of us, WebSub 5.1


def read_request(fields: Sequence[tuple[str, str]]) -> SubscriptionRequest:
    """The request in the fields of a form. Raises Refused; parameters that are not known are ignored, as 5.1 has it."""
    if len(fields) > _PARAMETERS:
        raise Refused("There are too many parameters.")
    said: dict[str, str] = {}
    for name, value in fields:
        if name.startswith("hub.") and said.setdefault(name, value) != value:
            raise Refused(f"{name} is said twice.") if name in _KNOWN else Refused("A parameter is said twice.")
    mode = said.get("hub.mode", "")
    if mode not in MODES:
        raise Refused("hub.mode has to be subscribe or unsubscribe.")
    callback, topic, secret = said.get("hub.callback", ""), said.get("hub.topic", ""), said.get("hub.secret", "")
    if not _is_callback(callback):
        raise Refused("hub.callback has to be an http or https address, without user name, password or fragment.")
    if not topic or len(topic) > _ADDRESS:
        raise Refused("hub.topic has to be the address of a feed.")
    if len(secret.encode()) >= _SECRET:
        raise Refused("hub.secret has to be shorter than 200 bytes.")
    return SubscriptionRequest(
        MODES[MODES.index(mode)], topic, callback, host_of(callback), _lease(said.get("hub.lease_seconds", "")), secret
    )


_KNOWN = frozenset({"hub.mode", "hub.topic", "hub.callback", "hub.lease_seconds", "hub.secret"})


def _lease(said: str) -> timedelta:
    """What is granted: as asked for, within our limits."""
    if not said:
        return LEASE
    if not (said.isascii() and said.isdigit()) or not said.strip("0"):
        raise Refused("hub.lease_seconds has to be a positive whole number.")
    digits = said.lstrip("0")
    return LONGEST if len(digits) > _DIGITS else min(max(timedelta(seconds=int(digits)), LEAST), LONGEST)


def _is_callback(address: str) -> bool:
    if len(address) > _ADDRESS or not address.isascii() or not address.isprintable() or " " in address:
        return False
    try:
        url = URL(address)
        known = url.scheme in ("http", "https") and bool(url.host) and url.port not in (None, 0)
    except ValueError:
        return False
    return known and url.raw_user is None and url.raw_password is None and "#" not in address


def host_of(callback: str) -> str:
    """Who is asked one thing at a time: the host, and its port where that is unusual, as another program listens there."""
    url = URL(callback)
    host = (url.raw_host or "").rstrip(".").lower()
    return host if url.is_default_port() else f"{host}:{url.port}"


# ---------------------------------------------------------------- verification of intent and denial (5.2, 5.3)


def verification(request: SubscriptionRequest, challenge: str) -> str:
    """The address at which a callback says whether the request was its own."""
    asked = {"hub.mode": request.mode, "hub.topic": request.topic, "hub.challenge": challenge}
    if request.mode == "subscribe":
        asked["hub.lease_seconds"] = str(int(request.lease.total_seconds()))
    return _with(request.callback, asked)


def denial(topic: str, callback: str, reason: str) -> str:
    """The address at which a callback is told that there is no subscription any more."""
    return _with(callback, {"hub.mode": "denied", "hub.topic": topic, "hub.reason": reason})


def _with(address: str, parameters: dict[str, str]) -> str:
    """Parameters stand behind those of the callback, which stay as they are (5.1)."""
    mark = "" if address.endswith(("?", "&")) else "&" if "?" in address else "?"
    return f"{address}{mark}{urlencode(parameters)}"


def is_confirmed(status: int, body: bytes, challenge: str) -> bool:
    """Whether a callback wants what it was asked about: 2xx and the challenge, nothing else (5.3.1)."""
    return status in _SUCCESS and hmac.compare_digest(body, challenge.encode())


def may_confirm_later(status: int | None) -> bool:
    """Whether a callback that did not confirm is asked again: one that could not say anything. None: no answer at all."""
    return status is None or status == HTTP_BUSY or status >= HTTP_FAULT


def confirmed(
    before: Subscription | None, request: SubscriptionRequest, known: int, now: datetime
) -> Subscription | None:
    """The subscription after the callback has confirmed the request; None where it ended.

    `known` is the version that the topic had when it was asked for: what was published since is due. A renewal keeps what is
    due, and lets it be tried at once.
    """
    if request.mode == "unsubscribe":
        return None
    until = now + request.lease
    if before is None or before.lease_until <= now:
        return Subscription(now, until, request.secret, known)
    return replace(
        before, lease_until=until, secret=request.secret, failures=0, failing_since=None, next_try=None, problem=""
    )


# ---------------------------------------------------------------- content distribution (7, 8)


def is_due(subscription: Subscription, version: int, now: datetime) -> bool:
    """Whether the newest version is to be sent now. Two are never sent one after the other: the newest wins."""
    if subscription.lease_until <= now or subscription.delivered >= version:
        return False
    at = subscription.next_try
    # What lies further off than any retry was put there by a clock that has been set back since.
    return at is None or not now < at <= now + LONGEST_RETRY


def is_delivered(status: int) -> bool:
    """Any 2xx says so (7)."""
    return status in _SUCCESS


def delivered(subscription: Subscription, version: int, now: datetime) -> Subscription:
    return replace(
        subscription,
        delivered=max(version, subscription.delivered),
        delivered_at=now,
        failures=0,
        failing_since=None,
        next_try=None,
        problem="",
    )


def failed(
    subscription: Subscription, problem: str, now: datetime, chance: float, retry_after: float | None = None
) -> Subscription | None:
    """After a delivery that was not taken; None where the callback is given up. `chance` from 0 to 1, `retry_after` in seconds."""
    since = subscription.failing_since or now
    if now - since >= GIVEN_UP:
        return None
    wait = retry(subscription.failures, chance)
    if retry_after is not None:
        wait = min(max(wait, timedelta(seconds=retry_after)), LONGEST_RETRY)
    return replace(
        subscription,
        failures=subscription.failures + 1,
        failing_since=min(since, now),
        next_try=now + wait,
        problem=problem,
    )


def retry(failures: int, chance: float) -> timedelta:
    """How long to wait after so many failures before this one: ten seconds at first, four hours at last, a quarter more or less."""
    return _RETRIES[min(failures, len(_RETRIES) - 1)] * (1 - _JITTER + 2 * _JITTER * chance)


def signature(secret: str, body: bytes, method: str) -> str:
    """The value of X-Hub-Signature (8): sha1 is not offered, as nobody should rely on it any more."""
    return f"{method}={hmac.digest(secret.encode(), body, method).hex()}"


def distribution(hub: str, topic: str, media_type: str, secret: str, body: bytes, method: str) -> dict[str, str]:
    """The header fields that go with a body."""
    fields = {"Content-Type": media_type, "Link": f'<{hub}>; rel="hub", <{topic}>; rel="self"'}
    return {**fields, "X-Hub-Signature": signature(secret, body, method)} if secret else fields


def outcome(status: int) -> str:
    """What an answer that is none of success means, in a sentence for the admin."""
    if status in _REDIRECTS:
        return f"The callback answered with a redirect ({status}), which is none of a subscriber's answers."
    return f"The callback answered with status {status}."
