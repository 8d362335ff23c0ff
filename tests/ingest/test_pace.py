from datetime import UTC, datetime, timedelta

import pytest

from syndicator.ingest.pace import (
    LONGEST,
    Timing,
    earliest,
    first_due,
    next_due,
    next_recheck,
    read_max_age,
    read_retry_after,
)
from syndicator.ingest.pace import reason as why
from syndicator.model import Failed

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TEN = timedelta(minutes=10)
DOWN = Failed("unreachable", "The server of www.bochum.example did not answer within 30 seconds.")


def wait(chance=0.5, **timing):
    due = next_due(Timing(**({"polled": NOON, "interval": TEN} | timing)), chance)
    return (due - NOON).total_seconds()


def test_a_source_is_polled_again_after_its_interval():
    assert wait() == 600


def test_chance_never_makes_the_wait_shorter_than_the_interval():
    assert wait(0) == 600
    assert wait(1) == pytest.approx(660)


@pytest.mark.parametrize(
    ("failures", "minutes"), [(1, 10), (2, 20), (3, 40), (4, 80), (8, 1280), (9, 1440), (900, 1440)]
)
def test_failures_in_a_row_double_the_wait_up_to_a_day(failures, minutes):
    assert wait(failed=DOWN, failures=failures) == pytest.approx(minutes * 60)


def test_a_long_wait_is_spread_both_ways():
    assert wait(0, failed=DOWN, failures=3) == pytest.approx(2400 * 0.9)
    assert wait(1, failed=DOWN, failures=3) == pytest.approx(2400 * 1.1)


def test_an_interval_beyond_a_day_stands_whatever_fails():
    assert wait(interval=timedelta(days=7), failed=DOWN, failures=5) == 7 * 86400


@pytest.mark.parametrize("chance", [0, 0.5, 1])
def test_what_the_other_side_asks_for_is_a_lower_bound(chance):
    busy = Failed("busy", "www.bochum.example says that it was asked too often.", retry_after=7200.0)
    assert wait(chance, failed=busy, failures=1) >= 7200
    assert wait(chance, asked=7200.0) >= 7200


def test_a_wish_shorter_than_the_interval_changes_nothing():
    assert wait(asked=30.0) == 600


def test_nobody_is_left_alone_for_longer_than_a_day():
    assert wait(1, asked=1e9) == LONGEST.total_seconds()


def test_what_is_gone_is_not_asked_again():
    gone = Failed("gone", "www.bochum.example says that this page is gone for good.", permanent=True)
    assert next_due(Timing(NOON, TEN, gone, 1), 0.5) is None


def test_other_permanent_failures_are_asked_again():
    refused = Failed("refused", "robots.txt of www.bochum.example does not allow it.", permanent=True)
    assert wait(failed=refused, failures=1) == 600


def test_a_cron_rule_decides_within_the_bounds():
    at = NOON + timedelta(hours=3)
    assert next_due(Timing(NOON, None), 0.5, cron=at) == at
    assert next_due(Timing(NOON, None, asked=4 * 3600.0), 0.5, cron=at) == NOON + timedelta(hours=4)


def test_a_cron_rule_can_be_asked_for_its_first_instant_after_the_bounds():
    assert earliest(Timing(NOON, None)) == NOON + timedelta(minutes=1)
    assert earliest(Timing(NOON, None, DOWN, 6)) == NOON + timedelta(minutes=32)
    assert earliest(Timing(NOON, TEN, DOWN, 6)) == NOON + TEN


def test_after_a_restart_a_source_keeps_its_turn():
    due = NOON + timedelta(minutes=4)
    assert first_due(due, NOON - timedelta(minutes=6), TEN, NOON, 0.5) == due


def test_what_is_overdue_after_a_restart_begins_within_seconds_but_not_all_at_once():
    polled = NOON - timedelta(hours=5)
    dues = {first_due(polled + TEN, polled, TEN, NOON, chance) - NOON for chance in (0, 0.5, 1)}
    assert len(dues) == 3
    assert max(dues) <= timedelta(seconds=2)


def test_a_source_that_was_never_polled_begins_at_once():
    assert first_due(None, None, TEN, NOON, 0) == NOON


def test_a_restart_does_not_shorten_the_interval():
    assert first_due(None, NOON - timedelta(minutes=1), TEN, NOON, 0) == NOON + timedelta(minutes=9)
    assert first_due(NOON, NOON - timedelta(minutes=1), TEN, NOON, 1) == NOON + timedelta(minutes=9)


def test_a_clock_that_was_set_back_keeps_no_source_waiting():
    later = NOON + timedelta(days=400)
    assert first_due(later + TEN, later, TEN, NOON, 0) == NOON
    assert first_due(later, None, TEN, NOON, 0) == NOON


def test_a_young_article_is_looked_at_again_at_growing_intervals_for_a_month():
    now, hours = NOON, []
    while now := next_recheck(NOON, now):
        hours.append((now - NOON) / timedelta(hours=1))
    assert hours == [1, 6, 24, 3 * 24, 7 * 24, 14 * 24, 28 * 24]


def test_missed_looks_are_not_made_up_for():
    assert next_recheck(NOON, NOON + timedelta(days=10)) == NOON + timedelta(days=14)
    assert next_recheck(NOON, NOON + timedelta(days=100)) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 02 Mar 2026 12:05:00 GMT", 300),
        ("Monday, 02-Mar-26 12:05:00 GMT", 300),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0),
        ("Mon, 02 Mar 2026 12:05:00 -0000", 300),
        ("999999999", 86400),
        ("9" * 6000, 86400),
        ("Mon, 02 Mar 2099 12:00:00 GMT", 86400),
        ("", None),
        ("bald", None),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
        ("Mon, 99 Mar 2026 12:05:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value, seconds):
    assert read_retry_after(value, NOON) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": 'Max-Age="60"'}, 60),
        ({"cache-control": "max-age=600", "age": "100"}, 500),
        ({"cache-control": "max-age=600", "age": "alt"}, 600),
        ({"cache-control": "max-age=60", "age": "100"}, 0),
        ({"cache-control": "s-maxage=600"}, None),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"cache-control": "max-age=-1"}, None),
        ({}, None),
    ],
)
def test_freshness_is_read_from_cache_control(headers, seconds):
    assert read_max_age(headers) == seconds


def test_quiet_hours_are_rested_for_up_to_an_hour_and_never_below_the_interval():
    assert wait(quiet_until=NOON + timedelta(minutes=40)) == 2400
    assert wait(quiet_until=NOON + timedelta(hours=9)) == 3600
    assert wait(quiet_until=NOON + timedelta(minutes=3)) == 600
    assert wait(quiet_until=NOON - timedelta(hours=1)) == 600
    assert wait(0, quiet_until=NOON + timedelta(minutes=11)) == 600


@pytest.mark.parametrize(
    ("timing", "reason"),
    [
        ({}, ""),
        ({"failed": DOWN, "failures": 1}, ""),
        ({"failed": DOWN, "failures": 4}, "failures"),
        ({"asked": 5.0}, ""),
        ({"asked": 900.0}, "asked"),
        ({"failed": Failed("busy", "429", retry_after=7200.0), "failures": 2}, "asked"),
        ({"quiet_until": NOON + timedelta(hours=2)}, "quiet hours"),
    ],
)
def test_it_is_told_why_a_source_waits_longer_than_its_interval(timing, reason):
    assert why(Timing(**({"polled": NOON, "interval": TEN} | timing))) == reason
