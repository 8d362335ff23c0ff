"""Days on which a German town hall publishes little. Pure.

A day counts that is a holiday anywhere in Germany, as a source says nothing of its Land: to take a holiday for a working
day raises a false alarm, the other way round one comes a day later.
"""

from datetime import date, timedelta
from functools import lru_cache

_FIXED = (
    (1, 6),  # Heilige Drei Könige
    (3, 8),  # Frauentag
    (5, 1),
    (8, 15),  # Mariä Himmelfahrt
    (9, 20),  # Weltkindertag
    (10, 3),
    (10, 31),  # Reformationstag
    (11, 1),  # Allerheiligen
)
# Days after Easter Sunday: Rosenmontag, Karfreitag, Ostermontag, Himmelfahrt and the day after, Pfingstmontag, Fronleichnam and the
# day after.
_MOVABLE = (-48, -2, 1, 39, 40, 50, 60, 61)


def is_quiet(day: date) -> bool:
    """Whether this is a holiday, a bridge to a weekend, or one of the days between the years."""
    between_the_years = (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1)
    return between_the_years or day in _holidays(day.year)


@lru_cache(maxsize=16)
def _holidays(year: int) -> frozenset[date]:
    easter = _easter(year)
    repentance = date(year, 11, 22) - timedelta(
        days=(date(year, 11, 22).weekday() - 2) % 7
    )  # the Wednesday before 23 November
    fixed = {date(year, month, day) for month, day in _FIXED}
    return frozenset({*fixed, repentance, *(easter + timedelta(days=days) for days in _MOVABLE)})


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm, Meeus 1991)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
