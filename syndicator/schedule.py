"""When things happen: the only file that knows APScheduler.

Each source has one next visit, at an instant that is remembered in the store, not here: a restart goes on where it was.
The visits wait in one heap, and one job wakes for the first of them, as ten thousand jobs would take the scheduler half a
second at a time. The scheduler works in UTC; cron expressions are meant in the site's time zone.
"""

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

_BEGUN_AT_ONCE = 50  # visits, between two turns of the event loop

# APScheduler tells of every job that it adds and runs; what a source did is told by the service.
logging.getLogger("apscheduler").setLevel(logging.WARNING)


class Schedule:
    """Calls `visit(name)` when a source is due, and what else is asked for at regular intervals."""

    def __init__(self, visit: Callable[[str], Awaitable[None]]) -> None:
        self._visit = visit
        self._due: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []  # what `_due` does not say any more is passed over
        self._wakes: datetime | None = None
        # Without misfire_grace_time=None a stall of over a second would silently drop a run; coalesce makes one of many.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    def visit_at(self, name: str, at: datetime) -> None:
        """Visit this source at that instant, instead of any that was planned."""
        self._due[name] = at
        heapq.heappush(self._heap, (at, name))
        if len(self._heap) > 2 * len(self._due) + _BEGUN_AT_ONCE:
            self._heap = [(at, name) for name, at in self._due.items()]
            heapq.heapify(self._heap)
        self._wake_for_first()

    def forget(self, name: str) -> None:
        """Do not visit this source any more."""
        self._due.pop(name, None)

    def planned(self) -> dict[str, datetime]:
        """The sources that have a visit ahead, and when it is."""
        return dict(self._due)

    def every(self, interval: timedelta, act: Callable[[], Awaitable[None]]) -> None:
        """Do this again and again; a second call for the same act replaces the first."""
        trigger = IntervalTrigger(seconds=max(1, int(interval.total_seconds())))
        self._scheduler.add_job(act, trigger, id=f"every {act.__name__}", replace_existing=True)

    def _wake_for_first(self) -> None:
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        if self._heap and (self._wakes is None or self._heap[0][0] < self._wakes):
            self._wakes = self._heap[0][0]
            # One that is just ending is no reason to drop the next.
            self._scheduler.add_job(
                self._wake, DateTrigger(self._wakes), id="visits", replace_existing=True, max_instances=2
            )

    async def _wake(self) -> None:
        now, self._wakes = datetime.now(UTC), datetime.min.replace(tzinfo=UTC)  # awake: nobody need wake us
        try:
            await self._begin_due(now)
        finally:
            self._wakes = None
            self._wake_for_first()

    async def _begin_due(self, now: datetime) -> None:
        begun = 0
        while self._heap and self._heap[0][0] <= now:
            at, name = heapq.heappop(self._heap)
            if self._due.get(name) == at:
                del self._due[name]
                await self._visit(name)
                begun += 1
                if begun % _BEGUN_AT_ONCE == 0:
                    await asyncio.sleep(0)


def next_in_cron(expression: str, zone: ZoneInfo, after: datetime) -> datetime:
    """The first instant after `after` that a cron expression names. A local time that occurs twice counts once."""
    trigger = CronTrigger.from_crontab(expression, timezone=zone)
    following = trigger.get_next_fire_time(None, after + timedelta(seconds=1))
    if following is None:  # such as 30 February: never; looked at again in a year
        return after + timedelta(days=365)
    if following.fold:  # the hour that clocks repeat in autumn: it had its turn
        return next_in_cron(expression, zone, following.astimezone(UTC))
    at: datetime = following.astimezone(UTC)
    return at
