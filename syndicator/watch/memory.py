"""What was learned of a source, and its form in the store. Pure.

These values are named tuples, and instants in them numbers, so that they are JSON as they are: they are read and written
at each visit that brings something. Add fields at the end, with a default.
"""

import json
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from syndicator.watch.share import Share
from syndicator.watch.silence import Calendar, Weekday

_MEMORY = 200.0  # of a scale, in observations


class Scale(NamedTuple):
    """A usual size as a geometric mean; `run_total` and `run_seen` are of what was unusual."""

    total: float = 0.0  # of logarithms
    seen: float = 0.0
    run_total: float = 0.0
    run_seen: int = 0

    @property
    def usual(self) -> float:
        return math.exp(self.total / self.seen) if self.seen else 0.0

    @property
    def run(self) -> float:
        return math.exp(self.run_total / self.run_seen) if self.run_seen else 0.0

    def learned(self, sizes: Sequence[float]) -> "Scale":
        total, seen = self.total + _logs(sizes), self.seen + len(sizes)
        fading = _MEMORY / seen if seen > _MEMORY else 1.0
        return self._replace(total=total * fading, seen=seen * fading)

    def noted(self, sizes: Sequence[float]) -> "Scale":
        return self._replace(run_total=self.run_total + _logs(sizes), run_seen=self.run_seen + len(sizes))

    def settled(self) -> "Scale":
        return self._replace(run_total=0.0, run_seen=0)


class Lists(NamedTuple):
    """`sizes`: how many articles the last lists held. `short`: what a list held that was far shorter, `looks` times since `since`."""

    sizes: tuple[int, ...] = ()
    short: int = 0
    looks: int = 0
    since: float = 0.0


class Memory(NamedTuple):
    """Everything known of how a source usually is.

    `shares`: of articles with a date, body, picture, category and the usual length, of pages that can be read, of visits that
    are not slow, each under its kind of incident. `lengths` in characters of text, `seconds` of the time that the list takes.
    `bodies`: checksums of the texts of the newest articles. `unread`: checksums of the addresses that could not be read since
    `page` left the usual, so that each counts once. `outages`: how many seconds the last failures lasted. `kept`: articles
    whose last good text was kept at the last look, as the new one is doubtful. `begun`: something was read already.
    """

    shares: Mapping[str, Share] = MappingProxyType({})
    lengths: Scale = Scale()
    seconds: Scale = Scale()
    lists: Lists = Lists()
    calendar: Calendar = Calendar()
    bodies: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()
    outages: tuple[int, ...] = ()
    kept: int = 0
    begun: bool = False

    @property
    def uneasy(self) -> bool:
        """Whether a visit that brings nothing may have something to say: on a list that shrank, on time that grew."""
        slow = self.shares.get("slow")
        return bool(self.lists.looks or (slow and slow.since))


def dump(memory: Memory) -> str:
    return json.dumps(memory._replace(shares=dict(memory.shares)), separators=(",", ":"))


def load(text: str) -> Memory:
    """What `dump` wrote, as this or an earlier version."""
    shares, lengths, seconds, lists, calendar, bodies, unread, outages, *rest = json.loads(text)
    sizes, *size = lists
    week, *days = calendar
    return Memory(
        {name: Share(*share) for name, share in shares.items()},
        Scale(*lengths),
        Scale(*seconds),
        Lists(tuple(sizes), *size),
        Calendar(tuple(Weekday(*day) for day in week), *days),
        tuple(bodies),
        tuple(unread),
        tuple(outages),
        *rest,
    )


def _logs(sizes: Sequence[float]) -> float:
    return sum(math.log(max(size, 1e-3)) for size in sizes)
