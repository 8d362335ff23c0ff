"""Whether a source has been silent for longer than chance explains. Pure.

Each day of the site's time zone either brings an article or does not; how many is told, but not tested, as articles come in
bunches. Of n learned days of a kind, a with an article, the chance that the next m bring none is

    (q+1)/(n+2) · (q+2)/(n+3) · … · (q+m)/(n+m+1)     with q = n - a

which is Laplace's rule of succession: little experience makes cautious by itself. A kind of day is looked at in two ways: all
working days together, and each day of the week by itself, which knows a source that publishes on Tuesdays. The smaller
chance counts, doubled as there were two tries. Below `YELLOW` it is told, so of ten thousand silences that are chance one is: a
source that publishes on 250 days a year is called silent wrongly once in forty years. A source that
publishes on each working day is called silent after three of them, one that publishes once a month hardly ever.

A silence must also have a quarter more working days than any before it (which fades), as town halls have summers. Holidays
are not learned from, and count as Sundays where they are silent.
"""

import math
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from syndicator.watch.holidays import is_quiet

YELLOW = 1e-4
RED = 1e-7
ENOUGH = 10  # days learned before anything is judged
ENOUGH_ACTIVE = 6  # of them with an article

_MEMORY = 0.95  # of a day of the week's numbers, when the next such day comes: about twenty weeks
_FADING = 0.99  # of the longest silence, at each end of one
_LONGER = 1.25
_MOST_A_DAY = 10.0  # times the usual number of articles are learned; a flood is no custom yet
_SATURDAY, _SUNDAY = 5, 6
_MOST_DAYS = 400  # silent days that are looked at


class Weekday(NamedTuple):
    """Learned days of this kind, those with an article, and how many articles these had."""

    days: float = 0.0
    active: float = 0.0
    articles: float = 0.0


class Calendar(NamedTuple):
    """`week` from Monday on. `last`: the last day with an article, which had `arrivals`; `first`: nothing was learned yet.

    `last` is an ordinal of the calendar (`date.toordinal`), 0 where there is none. `longest` is the longest silence so far in
    working days. `gathered`: over how many days the arrivals of the last day came together, as when the source was out of reach.
    """

    week: tuple[Weekday, ...] = (Weekday(),) * 7
    last: int = 0
    arrivals: int = 0
    first: bool = True
    longest: float = 0.0
    gathered: int = 1

    @property
    def a_day(self) -> float:
        """Articles on a working day."""
        return _ratio(self.week[:_SATURDAY])

    @property
    def at_once(self) -> float:
        """Articles on a day that has some."""
        active = sum(day.active for day in self.week)
        return sum(day.articles for day in self.week) / active if active else 0.0

    @property
    def a_week(self) -> float:
        return sum(_ratio((day,)) for day in self.week)


def arrived(calendar: Calendar, today: date, count: int, days: int = 1) -> Calendar:
    """The calendar after `count` articles have come, in so many days since the visit before.

    What the first visit finds has gathered for long, and is not learned from.
    """
    number = today.toordinal()
    if not calendar.last:
        return calendar._replace(last=number)
    if not count or number < calendar.last:
        return calendar
    if number == calendar.last:
        return calendar._replace(arrivals=calendar.arrivals + count, gathered=max(calendar.gathered, days))
    week = list(calendar.week)
    last = date.fromordinal(calendar.last)
    if not calendar.first:
        most = _MOST_A_DAY * calendar.at_once if is_learned(calendar) else math.inf
        _learn(week, last, min(calendar.arrivals, most))
    silent = _between(last, today)
    for day in silent:
        _learn(week, day, 0)
    longest = max(float(sum(_kinds(silent)[:_SATURDAY])), calendar.longest * _FADING)
    return Calendar(tuple(week), number, count, first=False, longest=longest, gathered=days)


def is_learned(calendar: Calendar) -> bool:
    """Whether enough days are known to judge by."""
    learned, active = sum(day.days for day in calendar.week), sum(day.active for day in calendar.week)
    return bool(calendar.last) and learned >= ENOUGH and active >= ENOUGH_ACTIVE


def chance(calendar: Calendar, until: date) -> float:
    """How probable it is that no day after the last article and before `until` brought one; 1 where nothing can be said."""
    if not is_learned(calendar):
        return 1.0
    days = _kinds(_between(date.fromordinal(calendar.last), until))
    working = sum(days[:_SATURDAY])
    if working <= calendar.longest * _LONGER:
        return 1.0
    weekend = sum(map(_log_chance_of, calendar.week[_SATURDAY:], days[_SATURDAY:]))
    together = _log_chance(calendar.week[:_SATURDAY], working) + weekend
    singly = sum(map(_log_chance_of, calendar.week, days))
    return min(1.0, 2 * math.exp(min(together, singly)))


def _between(last: date, until: date) -> list[date]:
    """The days after the one and before the other, the latest of them if there are very many."""
    count = min((until - last).days - 1, _MOST_DAYS)
    return [until - timedelta(days=days) for days in range(count, 0, -1)]


def _kinds(days: Iterable[date]) -> list[int]:
    """How many of these days count as Monday, as Tuesday, and so on."""
    counts = [0] * 7
    for day in days:
        counts[_SUNDAY if is_quiet(day) else day.weekday()] += 1
    return counts


def _learn(week: list[Weekday], day: date, count: float) -> None:
    if is_quiet(day):
        return
    old = week[day.weekday()]
    week[day.weekday()] = Weekday(
        old.days * _MEMORY + 1, old.active * _MEMORY + (count > 0), old.articles * _MEMORY + count
    )


def _log_chance_of(day: Weekday, silent: int) -> float:
    return _log_chance((day,), silent)


def _log_chance(days: tuple[Weekday, ...], silent: int) -> float:
    """The formula above, as a quotient of gamma functions: the numbers that fade are no whole ones."""
    n, quiet = sum(day.days for day in days), sum(day.days - day.active for day in days)
    rising = math.lgamma(quiet + 1 + silent) - math.lgamma(quiet + 1)
    return rising - math.lgamma(n + 2 + silent) + math.lgamma(n + 2)


def _ratio(days: tuple[Weekday, ...]) -> float:
    n = sum(day.days for day in days)
    return sum(day.articles for day in days) / n if n else 0.0
