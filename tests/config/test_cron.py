import warnings

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import assume, given
from hypothesis import strategies as st

from syndicator.config.cron import MONTHS, WEEKDAYS, mistake_in

GOOD = [
    "* * * * *",
    "*/10 6-22 * * mon-fri",
    "0,15,30-40/2 0 1 jan-mar,12 SUN",
    "5/10 */2 28-31 2,3 *",
    "59 23 31 12 sat,sun",
]
WRONG = {
    "* * * *": 'expected five fields (minute hour day month weekday) like "*/10 6-22 * * mon-fri", not 4',
    "@daily": 'expected five fields (minute hour day month weekday) like "*/10 6-22 * * mon-fri", not 1',
    "60 * * * *": "minute '60': expected numbers from 0 to 59",
    "* 24 * * *": "hour '24': expected numbers from 0 to 23",
    "* * 0 * *": "day '0': expected numbers from 1 to 31",
    "* * * 1-13 *": "month '1-13': expected numbers from 1 to 12",
    "*/0 * * * *": "minute '*/0': the step '/0' does not fit: expected 1 to 59",
    "10-20/30 * * * *": "minute '10-20/30': the step '/30' does not fit: expected 1 to 10",
    "20-10 * * * *": "minute '20-10': the first value of a range must not come after the last",
    "* * * * fri-mon": "weekday 'fri-mon': the first value of a range must not come after the last",
    "* * * * mo-fr": "weekday 'mo-fr': expected names among mon, tue, wed, thu, fri, sat, sun",
    "* * * okt *": "month 'okt': expected names among jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec",
    "* * * * 0": "weekday '0': expected weekdays by name (mon, tue, wed, thu, fri, sat, sun): numbers mean other days to other programs",
    "* noon * * *": "hour 'noon': expected numbers from 0 or *, not a name",
    "* 8, * * *": "hour '': expected *, */n, a number from 0 to 23 or a range like 0-23",
    "* * * * mon-fri/2": "weekday 'mon-fri/2': expected * or weekdays like mon, mon-fri or mon,wed",
    "0 0 30 feb *": "there is no day '30' in month 'feb'",
    "0 0 31 4,jun *": "there is no day '31' in month '4,jun'",
    "٣ * * * *": "minute '٣': expected *, */n, a number from 0 to 59 or a range like 0-59",
}  # fmt: skip


def accepted_by_apscheduler(expression: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            CronTrigger.from_crontab(expression, timezone="UTC")
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("expression", GOOD)
def test_a_good_expression_has_no_mistake(expression):
    assert mistake_in(expression) is None
    assert accepted_by_apscheduler(expression)


@pytest.mark.parametrize("expression", WRONG)
def test_a_wrong_expression_is_explained(expression):
    assert mistake_in(expression) == WRONG[expression]


def parts(low: int, high: int, names: tuple[str, ...]):
    number = st.integers(low - 1, high + 2).map(str)
    word = st.sampled_from((*names, "xyz")) if names else number
    step = st.integers(0, high + 2).map(str)
    return st.one_of(
        st.just("*"),
        number,
        word,
        st.tuples(number, number).map("-".join),
        st.tuples(word, word).map("-".join),
        st.tuples(st.just("*") | number | st.tuples(number, number).map("-".join), step).map("/".join),
    )


def fields(low: int, high: int, names: tuple[str, ...] = ()):
    return st.lists(parts(low, high, names), min_size=1, max_size=3).map(",".join)


@given(
    st.tuples(fields(0, 59), fields(0, 23), fields(1, 31), fields(1, 12, MONTHS), fields(0, 6, WEEKDAYS)).map(" ".join)
)
def test_whatever_has_no_mistake_is_accepted_by_apscheduler(expression):
    if mistake_in(expression) is None:
        assert accepted_by_apscheduler(expression)


@given(st.tuples(fields(0, 59), fields(0, 23)).map(" ".join))
def test_whatever_apscheduler_accepts_of_minutes_and_hours_has_no_mistake(times):
    assume("-0/" not in times)  # it takes the end 0 of a range for none, and any step for a good one
    assert (mistake_in(f"{times} * * *") is None) == accepted_by_apscheduler(f"{times} * * *")
