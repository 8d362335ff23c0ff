"""What `status` tells of subscriptions: whether a source is pushed, by whom, and if not, why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlite_utils import Database

from syndicator.config import Config, Source
from syndicator.ingest import subscription as steps
from syndicator.ingest.hubs import objection
from syndicator.model import Announced, HubSubscription
from syndicator.store import hub_subscriptions

State = Literal[
    "trusted",  # pushes bring what is new, and visits are a safety net
    "subscribed",  # they have yet to prove that
    "late",  # they did not bring everything
    "asking",  # the hub has not agreed yet, or no longer does
    "impossible",
    "off",  # push = false
]

_FORGED = timedelta(days=1)  # for so long it is told that something was pushed by somebody else


@dataclass(frozen=True, slots=True)
class Followed:
    """By source: the hubs that its feed names, and the subscription that is wanted there."""

    announced: Mapping[str, Announced] = field(default_factory=dict)
    current: Mapping[str, HubSubscription] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pushing:
    """How a source is pushed; what `--json` prints of it. `forged`: pushes that were not signed as they should be."""

    state: State
    hub: str
    topic: str
    since: datetime | None
    until: datetime | None
    asked_next: datetime | None
    pushes: int
    last: datetime | None
    forged: int
    sentence: str
    warning: str


def followed(db: Database) -> Followed:
    """What the store says."""
    current = {one.source: one for one in hub_subscriptions.all_subscriptions(db) if one.is_open}
    return Followed(hub_subscriptions.announced(db), current)


def pushing(config: Config, source: Source, followed: Followed, now: datetime) -> Pushing | None:
    """None for a source that names no hub."""
    said, current = followed.announced.get(source.name), followed.current.get(source.name)
    if said is None or not source.enabled:
        return None
    if current and source.push:
        return _subscribed(current, source, now)
    hub = steps.host(said.hubs[0])
    if not source.push:
        return _not("off", said, f"{hub} would push this feed, but push = false")
    why = objection(config.site.url, said.hubs[0], source.url, private=source.allow_private)
    if why:
        return _not("impossible", said, f"{hub} would push this feed, but {why}")
    return _not("asking", said, f"{hub} pushes this feed, and is asked to as soon as the service runs")


def _not(state: State, said: Announced, sentence: str) -> Pushing:
    return Pushing(state, said.hubs[0], said.topic, None, None, None, 0, None, 0, f"{sentence}.", "")


def _subscribed(one: HubSubscription, source: Source, now: datetime) -> Pushing:
    state: State = (
        "asking"
        if one.phase == "asking"
        else "trusted"
        if steps.is_trusted(one, now)
        else "late"
        if one.late
        else "subscribed"
    )
    return Pushing(
        state=state,
        hub=one.hub,
        topic=one.topic,
        since=one.verified,
        until=one.until,
        asked_next=one.due,
        pushes=one.pushes,
        last=one.pushed,
        forged=one.forged,
        sentence=_sentence(one, state, source, now),
        warning=_warning(one, now),
    )


def _sentence(one: HubSubscription, state: State, source: Source, now: datetime) -> str:
    hub = steps.host(one.hub)
    last = f"the last push came {_moment(one.pushed, now)}" if one.pushed else "nothing was pushed yet"
    until = f"subscribed at {hub} until {_moment(one.until, now)}"
    if state == "asking":
        why = one.problem or (
            f"{hub} was asked {_moment(one.asked, now)} and has yet to verify it"
            if one.asked
            else f"{hub} is asked now"
        )
        return f"{why}. Visited as usual; asked again {_moment(one.due, now)}."
    if state == "late":
        return (
            f"{until}, but a visit {_moment(one.late, now)} found what no push had brought; {last}. Visited as usual."
        )
    if state == "subscribed":
        return f"{until}; nothing was pushed yet. Visited as usual."
    net = steps.safety_net(one, source.every, now) if source.every else None
    visits = f"visited every {_length(net)} to be safe" if net else "visited as its cron rule says"
    renewal = f" The renewal failed: {one.problem}." if one.problem else ""
    return f"{until}; {last}, {visits}.{renewal}"


def _warning(one: HubSubscription, now: datetime) -> str:
    if one.forged_at is None or now - one.forged_at > _FORGED:
        return ""
    pushes = "1 push was" if one.forged == 1 else f"{one.forged} pushes were"
    return f"{pushes} not signed as by {steps.host(one.hub)}, or about another feed, and ignored; the last {_moment(one.forged_at, now)}."


def _moment(instant: datetime | None, now: datetime) -> str:
    if instant is None:
        return "never"
    seconds = (instant - now).total_seconds()
    length = _length(timedelta(seconds=abs(seconds)))
    return f"{length} ago" if seconds <= 0 else f"in {length}"


def _length(length: timedelta) -> str:
    seconds = length.total_seconds()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
