"""When a source that says nothing is told to be silent, and when it is left alone."""

import random
from datetime import date, timedelta

import pytest

from syndicator.watch.holidays import is_quiet
from syndicator.watch.silence import RED, YELLOW, Calendar, arrived, chance

MONDAY = date(2026, 1, 5)


def learned(weeks, *, on=range(5), each=3, start=MONDAY):
    """A source that publishes on these days of the week, and the first Monday behind them."""
    calendar = arrived(Calendar(), start - timedelta(days=1), 30)
    for number in range(weeks * 7):
        day = start + timedelta(days=number)
        if day.weekday() in on and not is_quiet(day):
            calendar = arrived(calendar, day, each)
    return calendar, start + timedelta(days=weeks * 7)


def silent_until(calendar, below=YELLOW, most=400):
    """The first day on whose beginning the silence is told, and how many working days were silent by then."""
    last = date.fromordinal(calendar.last)
    for number in range(1, most):
        day = last + timedelta(days=number)
        if chance(calendar, day) < below:
            between = [last + timedelta(days=n) for n in range(1, number)]
            return day, sum(one.weekday() < 5 and not is_quiet(one) for one in between)
    return None, most


def test_a_source_that_publishes_each_working_day_is_silent_after_three():
    calendar, _ = learned(20)
    _, working_days = silent_until(calendar)
    assert working_days == 3
    _, until_red = silent_until(calendar, below=RED)
    assert until_red == 6
    assert calendar.a_day == pytest.approx(3)


def test_a_weekend_is_no_silence():
    calendar, monday = learned(20)
    assert chance(calendar, monday) > 0.1


def test_little_experience_makes_cautious():
    assert silent_until(learned(1)[0])[0] is None
    assert silent_until(learned(3)[0])[1] > silent_until(learned(8)[0])[1] >= silent_until(learned(20)[0])[1]


def test_who_publishes_on_tuesdays_is_silent_after_some_tuesdays():
    calendar, _ = learned(30, on=(1,), each=1)
    _, working_days = silent_until(calendar)
    assert 15 <= working_days <= 25


def test_who_publishes_once_a_month_is_left_alone_for_months():
    calendar = arrived(Calendar(), MONDAY, 10)
    for month in range(2, 13):
        calendar = arrived(calendar, date(2026, month, 3), 1)
    assert chance(calendar, date(2027, 3, 1)) > YELLOW


def test_easter_and_the_days_between_the_years_are_no_silence():
    easter, _ = learned(12, start=date(2026, 1, 7))
    easter = arrived(easter, date(2026, 4, 2), 3)  # Maundy Thursday
    assert chance(easter, date(2026, 4, 7)) > YELLOW
    christmas, _ = learned(16, start=date(2026, 8, 31))
    christmas = arrived(christmas, date(2026, 12, 23), 3)
    assert chance(christmas, date(2027, 1, 4)) > YELLOW


def test_a_silence_that_was_there_before_is_usual():
    calendar, monday = learned(20)
    summer = arrived(calendar, monday + timedelta(days=21), 3)  # three weeks of nothing
    for number in range(22, 60):
        day = monday + timedelta(days=number)
        summer = arrived(summer, day, 3) if day.weekday() < 5 else summer
    assert silent_until(summer)[1] > 10


def test_what_the_first_visit_finds_is_not_taken_for_one_days_work():
    calendar = arrived(arrived(Calendar(), MONDAY, 200), MONDAY + timedelta(days=1), 2)
    assert sum(day.articles for day in calendar.week) == 0


@pytest.mark.parametrize(
    ("on_working_days", "at_weekends"), [(0.98, 0.2), (0.8, 0.05), (0.5, 0.0), (0.2, 0.02), (0.05, 0)]
)
def test_a_source_that_does_not_change_is_hardly_ever_called_silent(on_working_days, at_weekends):
    wrong = 0
    for seed in range(12):
        dice = random.Random(seed)
        calendar, told = arrived(Calendar(), MONDAY, 20), False
        for number in range(1, 2 * 365):
            day = MONDAY + timedelta(days=number)
            silent = chance(calendar, day) < YELLOW
            wrong += silent and not told
            told = silent
            busy = on_working_days if day.weekday() < 5 and not is_quiet(day) else at_weekends
            if dice.random() < busy:
                calendar, told = arrived(calendar, day, 1 + int(dice.expovariate(0.7))), False
    assert wrong <= 1  # in 24 years


def test_holidays_of_german_towns_are_known():
    days = [
        date(2026, 4, 3),
        date(2026, 5, 14),
        date(2026, 6, 4),
        date(2026, 10, 3),
        date(2025, 11, 19),
        date(2026, 12, 24),
    ]
    assert all(map(is_quiet, days))
    assert not any(map(is_quiet, [date(2026, 4, 2), date(2026, 7, 14), date(2026, 11, 24)]))
