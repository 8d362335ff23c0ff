"""A subscription at a hub, from the first request to the end of the last lease (WebSub, 5). Pure: the time is an argument.

    asking ──verified──▶ active ──lease over, denied──▶ asking
       └───────left───────┴──▶ leaving ──verified, or no use──▶ ended ──a week──▶ forgotten

A request is noted before it is sent, so that a hub that verifies at once is known, and a crash in between is a request
that came to nothing. What comes to nothing is repeated with longer and longer pauses; a hub that says no is asked seldom.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from syndicator.config import Source
from syndicator.model import Failed, HubSubscription
from syndicator.text import squeeze

LEASE = timedelta(days=10)
"""What hubs are asked for: WebSub (8.2) recommends it."""

SAFETY_NET = timedelta(hours=3)
"""The longest time between two visits to a source whose pushes are trusted."""

GRACE = timedelta(minutes=5)
"""How much later than a visit a push may bring the same, before its hub is known to be late."""

_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=366)  # leases; a hub may say what it likes
_ANSWERS = timedelta(days=1)  # after a request, for as long as it is the last one, the hub may verify it
_UNVERIFIED = timedelta(minutes=10)  # until a request that was taken counts as one that came to nothing
_RETRY, _MOST_RETRY = timedelta(minutes=1), timedelta(hours=6)
_SELDOM, _MOST_SELDOM = timedelta(days=1), timedelta(days=7)
_RENEWED = (0.6, 0.85)  # of the lease: somewhere between, so that what began together does not end together
_SPREAD = 0.2
_ASKED_AFRESH = timedelta(hours=1)  # at most so often, where a hub seems to have forgotten us
_FAREWELLS = 4  # requests to end a subscription, before the end of its lease has to do
_KEPT = timedelta(days=7)  # an ended one, so that whoever goes on pushing is told so
_REFUSALS = frozenset({"refused", "denied", "missing", "gone"})
_DIGITS = re.compile(r"[0-9]{1,12}")

Mode = Literal["subscribe", "unsubscribe"]

# ---------------------------------------------------------------- asking the hub


def begun(source: Source, site: str, hub: str, topic: str, *, id_: str, secret: str, now: datetime) -> HubSubscription:
    """A subscription that is wanted, before anybody was asked for it."""
    return HubSubscription(
        id=id_,
        source=source.name,
        hub=hub,
        topic=topic,
        secret=secret,
        home=source.url,
        private=source.allow_private,
        site=site,
        phase="asking",
        begun=now,
        due=now,
    )


def mode(subscription: HubSubscription, now: datetime) -> Mode | None:
    """What the hub is to be asked for now; None for nothing yet."""
    backwards = subscription.asked is not None and subscription.asked > now  # the clock was set back
    if subscription.phase == "ended" or (subscription.due > now and not backwards):
        return None
    return "unsubscribe" if subscription.phase == "leaving" else "subscribe"


def asking(subscription: HubSubscription, now: datetime, hub: str, secret: str) -> HubSubscription:
    """About to ask `hub`, which may be another one than before if that came to nothing; it gets a secret of its own then."""
    unheard = subscription.tries and not subscription.problem
    problem = f"{host(subscription.hub)} took the request, but never verified it" if unheard else subscription.problem
    moved = hub != subscription.hub
    return replace(
        subscription,
        hub=hub,
        secret=secret if moved else subscription.secret,
        asked=now,
        tries=subscription.tries + 1,
        due=now + _UNVERIFIED,
        problem=problem,
        refused=subscription.refused and not moved,
    )


def answered(subscription: HubSubscription, failed: Failed | None, now: datetime, chance: float) -> HubSubscription:
    """What the hub said to a request: None where it was taken. It may have verified it before it answered."""
    if subscription.phase == "ended" or _is_verified(subscription):
        return subscription
    if subscription.phase == "leaving" and failed and subscription.tries >= _FAREWELLS:
        return _ended(subscription, now)
    if failed is None:
        due = now + max(_UNVERIFIED, _pause(subscription, 0.0))
        return replace(subscription, problem="", refused=False, due=due)
    told = replace(subscription, problem=failed.reason.rstrip("."), refused=_is_refusal(failed))
    pause = max(_pause(told, chance), timedelta(seconds=failed.retry_after or 0))
    return replace(told, due=now + pause)


def verified(
    subscription: HubSubscription, wanted: str, topic: str, lease: str, now: datetime, chance: float
) -> HubSubscription | None:
    """The subscription after a hub asked whether we want `wanted` (5.3); None where we do not, or did not ask for it."""
    if topic != subscription.topic or subscription.asked is None:
        return None
    if wanted == "unsubscribe" and not subscription.is_open:
        return subscription if subscription.phase == "ended" else _ended(subscription, now)
    if wanted != "subscribe" or not subscription.is_open or not now - subscription.asked <= _ANSWERS:
        return None
    granted = _lease(lease)
    low, high = _RENEWED
    return replace(
        subscription,
        phase="active",
        verified=now,
        until=now + granted,
        due=now + granted * (low + (high - low) * chance),
        tries=0,
        refused=False,
        problem="",
    )


def denied(
    subscription: HubSubscription, topic: str, reason: str, now: datetime, chance: float
) -> HubSubscription | None:
    """The subscription after the hub denied or ended it (5.2), which it may do at any time; None where it is not meant."""
    if topic != subscription.topic or subscription.phase == "ended":
        return None
    if subscription.phase == "leaving":
        return _ended(subscription, now)
    said = squeeze("".join(filter(str.isprintable, reason[:200]))).rstrip(".")
    problem = f"{host(subscription.hub)} denies the subscription" + (f": {said}" if said else "")
    told = replace(lost(subscription, now), problem=problem, refused=True, tries=max(subscription.tries, 1))
    return replace(told, due=now + _pause(told, chance))


# ---------------------------------------------------------------- time


def next_look(subscription: HubSubscription) -> datetime:
    """When something is to be done about it, or changes by itself."""
    if subscription.phase == "active" and subscription.until:
        return min(subscription.due, subscription.until)
    return subscription.due


def passed(subscription: HubSubscription, now: datetime) -> HubSubscription | None:
    """The subscription as time has left it: the same while there is nothing to note, None once it may be forgotten."""
    if subscription.phase == "ended":
        return subscription if subscription.due > now else None
    over = subscription.until is not None and subscription.until <= now
    if subscription.phase == "active" and over:
        problem = subscription.problem or f"{host(subscription.hub)} did not renew the subscription in time"
        return replace(lost(subscription, now), problem=problem)
    if subscription.phase == "leaving" and subscription.due <= now and (over or subscription.tries >= _FAREWELLS):
        return _ended(subscription, now)
    return subscription


def woken(subscription: HubSubscription, now: datetime, chance: float) -> HubSubscription:
    """After a start: what became due meanwhile is not all done at once."""
    soon = now + timedelta(seconds=5) * chance
    return replace(subscription, due=max(subscription.due, soon)) if subscription.phase != "ended" else subscription


def left(subscription: HubSubscription, now: datetime) -> HubSubscription:
    """It is not wanted any more. A hub that was never asked need not be told."""
    if not subscription.is_open:
        return subscription
    if subscription.asked is None:
        return _ended(subscription, now)
    return replace(subscription, phase="leaving", due=now, tries=0, refused=False, problem="")


def lost(subscription: HubSubscription, now: datetime) -> HubSubscription:
    """No longer active, though it is wanted: what is pushed from now on may be missed."""
    late = subscription.late or (now if subscription.pushed else None)
    return replace(subscription, phase="asking", until=None, late=late, confirmed=0)


# ---------------------------------------------------------------- pushes, and whether they can be relied on


def pushed(subscription: HubSubscription, digest: str, now: datetime) -> HubSubscription | None:
    """A signed push was read; None where it is not wanted any more."""
    if not subscription.is_open:
        return None
    punctual = subscription.late is None or now - subscription.late <= GRACE
    return replace(
        subscription,
        pushed=now,
        pushes=subscription.pushes + 1,
        late=None,
        confirmed=subscription.confirmed if punctual else 0,
        digest=digest,
    )


def forged(subscription: HubSubscription, now: datetime) -> HubSubscription:
    """Something was pushed without the right signature, and not looked at."""
    return replace(subscription, forged=subscription.forged + 1, forged_at=now)


def visited(subscription: HubSubscription, began: datetime, now: datetime, *, found: bool) -> HubSubscription:
    """A visit to the source went well; `found`: it brought something that no push had brought before."""
    if subscription.phase != "active" or subscription.verified is None or began < subscription.verified:
        return subscription
    if found and subscription.pushed is None and now - subscription.verified < _ASKED_AFRESH:
        return subscription  # it may have been published before the hub knew us
    if found:  # the hub may be slow, or have lost or dropped the subscription: asking again makes up for that
        forgotten = subscription.asked is None or now - subscription.asked >= _ASKED_AFRESH
        due = min(subscription.due, now + GRACE) if forgotten else subscription.due
        return replace(subscription, late=subscription.late or now, due=due)
    return (
        replace(subscription, confirmed=subscription.confirmed + 1) if is_trusted(subscription, now) else subscription
    )


def is_trusted(subscription: HubSubscription, now: datetime) -> bool:
    """Whether pushes bring all there is: they did so, and nothing speaks against it since."""
    valid = subscription.phase == "active" and subscription.until is not None and now < subscription.until
    return valid and subscription.pushed is not None and subscription.late is None


def safety_net(subscription: HubSubscription, interval: timedelta, now: datetime) -> timedelta | None:
    """How long the next visit may wait, twice as long after each that found nothing; None where it may not wait."""
    if not is_trusted(subscription, now):
        return None
    doublings = min(subscription.confirmed + 1, 20)
    wait: timedelta = interval * 2**doublings
    return max(interval, min(wait, SAFETY_NET))


# ---------------------------------------------------------------- small things


def pick(hubs: Sequence[str], subscription: HubSubscription) -> str:
    """The hub to ask: the one that answers, else one after the other of those that the feed names."""
    if not hubs or subscription.phase != "asking" or subscription.hub not in hubs or not subscription.tries:
        return subscription.hub
    return hubs[(hubs.index(subscription.hub) + 1) % len(hubs)]


def host(address: str) -> str:
    """How a person is told which hub is meant, also by what never was an address."""
    return address.partition("://")[2].partition("/")[0].rpartition("@")[2]


def _is_verified(subscription: HubSubscription) -> bool:
    return bool(subscription.verified and subscription.asked and subscription.verified >= subscription.asked)


def _is_refusal(failed: Failed) -> bool:
    return failed.retry_after is None and (failed.permanent or failed.kind in _REFUSALS)


def _pause(subscription: HubSubscription, chance: float) -> timedelta:
    """Behind so many tries; spread, as `chance` lies between 0 and 1."""
    first, most = (_SELDOM, _MOST_SELDOM) if subscription.refused else (_RETRY, _MOST_RETRY)
    doublings = min(max(subscription.tries - 1, 0), 20)
    pause: timedelta = min(first * 2**doublings, most)
    return pause * (1 - _SPREAD + 2 * _SPREAD * chance)


def _lease(seconds: str) -> timedelta:
    """What the hub grants; one that does not say is held to what it was asked for."""
    granted = timedelta(seconds=int(seconds)) if _DIGITS.fullmatch(seconds) else LEASE
    return min(max(granted, _SHORTEST), _LONGEST)


def _ended(subscription: HubSubscription, now: datetime) -> HubSubscription:
    return replace(subscription, phase="ended", due=now + _KEPT, until=None)
