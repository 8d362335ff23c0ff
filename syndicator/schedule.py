"""When things happen: the only file that knows APScheduler.

Each source has one job for its next visit, at an instant that is remembered in the store, not here: a restart goes on
where it was. The scheduler works in UTC; cron expressions are meant in the site's time zone.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

# APScheduler tells of every job that it adds and runs; what a source did is told by the service.
logging.getLogger("apscheduler").setLevel(logging.WARNING)


class Schedule:
    """Calls `visit(name)` when a source is due, and what else is asked for at regular intervals."""

    def __init__(self, visit: Callable[[str], Awaitable[None]]) -> None:
        self._visit = visit
        # Without misfire_grace_time=None a stall of over a second would silently drop a run; coalesce makes one of many.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    def visit_at(self, name: str, at: datetime) -> None:
        """Visit this source at that instant, instead of any that was planned."""
        self._scheduler.add_job(self._visit, DateTrigger(at), args=[name], id=_job(name), replace_existing=True)

    def forget(self, name: str) -> None:
        """Do not visit this source any more."""
        if self._scheduler.get_job(_job(name)):
            self._scheduler.remove_job(_job(name))

    def planned(self) -> dict[str, datetime]:
        """The sources that have a visit ahead, and when it is."""
        jobs = (job for job in self._scheduler.get_jobs() if job.id.startswith(_job("")))
        return {job.args[0]: job.next_run_time for job in jobs}

    def every(self, interval: timedelta, act: Callable[[], Awaitable[None]]) -> None:
        """Do this again and again; a second call for the same act replaces the first."""
        trigger = IntervalTrigger(seconds=max(1, int(interval.total_seconds())))
        self._scheduler.add_job(act, trigger, id=f"every {act.__name__}", replace_existing=True)


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


def _job(name: str) -> str:
    return f"visit {name}"
