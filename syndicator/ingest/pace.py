"""When to look again. Pure: the time is an argument, and so is chance.

The rules, in the order in which they win:

1. What is gone for good (410) is not asked again.
2. Never earlier than the last poll plus the source's own interval, after a restart neither.
3. Never earlier than the other side asked for: Retry-After of a 429 or 503, the feed's own `ttl`, max-age; but no wish
   beyond a day counts, unless the interval itself is longer.
4. Failures in a row double the wait, beginning with the interval, up to a day; one success ends that.
5. Each wait is spread by ±10 %, so that sources do not meet for ever, within what the rules above leave.
6. A source with a cron rule is due at an instant of that rule, if it lies within these bounds.
7. Where the admin wrote neither interval nor cron rule, hours in which nothing is to be expected are rested, up to an hour
   between two visits.
8. Where a hub brings what is new, visits are a safety net and wait longer (`subscription.safety_net`), but for a cron rule.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from syndicator.model import Failed

LONGEST = timedelta(days=1)
SHORTEST = timedelta(minutes=1)  # stands in for the interval of a source with a cron rule
LONGEST_REST = timedelta(hours=1)
SPREAD = 0.1
BEFORE_EMBARGO = timedelta(minutes=30)
RECHECKS = (timedelta(hours=1), timedelta(hours=6), *map(timedelta, (1, 3, 7, 14, 28)))

Reason = Literal["", "failures", "asked", "quiet hours", "pushed"]
"""Why a source is visited later than its interval says."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How the last visit to a source went, as far as it decides when the next one is.

    `polled`: when that visit began. `interval`: the source's `every`, None with a cron rule. `failures`: visits that
    failed in a row, the last one included. `asked`: seconds for which the other side asks not to be polled again.
    `quiet_until`: nothing is to be expected before, where the source may be rested for that. `safety_net`: how long it may
    wait, as pushes bring what is new.
    """

    polled: datetime
    interval: timedelta | None
    failed: Failed | None = None
    failures: int = 0
    asked: float | None = None
    quiet_until: datetime | None = None
    safety_net: timedelta | None = None


def next_due(timing: Timing, chance: float, cron: datetime | None = None) -> datetime | None:
    """When to poll next, or None for never again; `chance` lies between 0 and 1.

    `cron` is the first instant of the source's cron rule that is not before `earliest(timing)`.
    """
    if timing.failed is not None and timing.failed.kind == "gone":
        return None
    floor = earliest(timing)
    if cron is not None:
        return max(cron, floor)
    wait = max(_back_off(timing), floor - timing.polled, _rest(timing), _pushed(timing))
    spread = wait * (1 - SPREAD + 2 * SPREAD * chance)
    return timing.polled + max(min(spread, max(LONGEST, _interval(timing))), floor - timing.polled)


def earliest(timing: Timing) -> datetime:
    """Before this instant the source must not be polled: rules 2 and 3, and 4 where a cron rule leaves it no interval."""
    wait = max(_interval(timing), min(timedelta(seconds=_asked(timing)), LONGEST))
    return timing.polled + (max(wait, _back_off(timing)) if timing.interval is None else wait)


def reason(timing: Timing) -> Reason:
    """Why the next visit is later than the interval says; "" if it is not."""
    waits: dict[Reason, timedelta] = {
        "": _interval(timing),
        "asked": timedelta(seconds=_asked(timing)),
        "failures": _back_off(timing),
        "quiet hours": _rest(timing),
        "pushed": _pushed(timing),
    }
    return max(waits, key=lambda name: waits[name])  # of several alike the first


def first_due(
    stored: datetime | None, polled: datetime | None, interval: timedelta | None, now: datetime, chance: float
) -> datetime:
    """When to poll a source first after a start, or after its configuration changed.

    `stored` is what `next_due` said, `polled` the last poll, as far as known. What is due already is spread over the
    first two seconds; an instant that only a clock set back can explain is not waited for.
    """
    soon = now + timedelta(seconds=2) * chance
    if polled is not None and polled > now:
        return soon
    bound = now + max(LONGEST, interval or LONGEST)
    due = soon if stored is None or not now < stored <= bound else stored
    return due if polled is None else max(due, polled + (interval or SHORTEST))


def before_embargo(until: datetime, interval: timedelta | None) -> datetime:
    """When to look at an article once more before its embargo ends, as that may have moved: two visits of its source before."""
    return until - max(BEFORE_EMBARGO, 2 * (interval or SHORTEST))


def next_recheck(since: datetime, now: datetime, besides: datetime | None = None) -> datetime | None:
    """When to look again for corrections at an article that came at `since` and is read `now`; None for never.

    That is when it is an hour old, then six hours, a day, three days, one, two and four weeks; what was missed while the
    service was down is not made up for. `besides`: an instant at which it is looked at, too.
    """
    steps = [since + step for step in RECHECKS]
    return next((at for at in (sorted([*steps, besides]) if besides else steps) if at > now), None)


def read_retry_after(value: str, now: datetime) -> float | None:
    """Seconds from a Retry-After header (RFC 9110, 10.2.3), at most a day; None if it is missing or cannot be read."""
    value = value.strip()
    if re.fullmatch(r"[0-9]+", value):
        return min(float(value), LONGEST.total_seconds())
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    seconds = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST.total_seconds())


def read_max_age(headers: Mapping[str, str]) -> float | None:
    """Seconds for which an answer says to be fresh (RFC 9111, 5.2.2.1), less its age; None if it does not say."""
    control = headers.get("cache-control", "").lower()
    age = re.search(r"(?:^|[\s,])max-age=\"?([0-9]{1,9})", control)
    if not age or re.search(r"(?:^|[\s,])no-(?:cache|store)", control):
        return None
    held = headers.get("age", "")
    return max(float(age[1]) - (float(held) if re.fullmatch(r"[0-9]{1,9}", held) else 0.0), 0.0)


def _interval(timing: Timing) -> timedelta:
    return SHORTEST if timing.interval is None else timing.interval


def _asked(timing: Timing) -> float:
    waits = (timing.asked, timing.failed.retry_after if timing.failed else None)
    return min(max((wait for wait in waits if wait is not None), default=0.0), LONGEST.total_seconds())


def _rest(timing: Timing) -> timedelta:
    """Rule 7."""
    quiet = (timing.quiet_until or timing.polled) - timing.polled
    return min(max(quiet, timedelta(0)), LONGEST_REST)


def _pushed(timing: Timing) -> timedelta:
    """Rule 8."""
    return (timing.safety_net or timedelta(0)) if timing.interval is not None else timedelta(0)


def _back_off(timing: Timing) -> timedelta:
    """Rule 4."""
    doublings = min(max(timing.failures - 1, 0), 20)  # a million times any interval is beyond a day
    wait: timedelta = _interval(timing) * 2**doublings
    return max(min(wait, LONGEST), _interval(timing))
