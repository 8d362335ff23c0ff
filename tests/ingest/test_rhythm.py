"""When a source publishes, learned visit by visit: cities with habits, and what a clock does to them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from syndicator.ingest.rhythm import Rhythm, from_text, heard, quiet_until, to_text

BERLIN = ZoneInfo("Europe/Berlin")
TEN = timedelta(minutes=10)
START = datetime(2026, 3, 2, tzinfo=BERLIN).astimezone(UTC)  # a Monday


def watch(days, publishes, rhythm=None, start=START, step=TEN):
    """The rhythm after so many days of visits; `publishes` says of a local time whether something came out just then."""
    rhythm = rhythm or Rhythm()
    for number in range(int(timedelta(days=days) / step)):
        now = start + number * step
        rhythm = heard(rhythm, now, BERLIN, now - step, news=publishes(now.astimezone(BERLIN)))
    return rhythm


def office(local):
    """A press office: every workday at half past nine and at two."""
    return local.weekday() < 5 and (local.hour, local.minute) in {(9, 30), (14, 0)}


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def is_quiet(rhythm, text):
    return quiet_until(rhythm, at(text), BERLIN) is not None


def test_nights_and_weekends_of_an_office_are_quiet():
    rhythm = watch(21, office)
    quiet = {hour for hour in range(24) if is_quiet(rhythm, f"2026-03-24T{hour:02}:10")}
    assert quiet == set(range(24)) - {8, 9, 10, 13, 14, 15}
    assert all(is_quiet(rhythm, f"2026-03-28T{hour:02}:10") for hour in range(24))


def test_a_workday_tells_of_all_workdays():
    rhythm = watch(21, lambda local: local.weekday() == 1 and (local.hour, local.minute) == (10, 0))
    assert not is_quiet(rhythm, "2026-03-26T10:30")
    assert is_quiet(rhythm, "2026-03-28T10:30")


def test_quiet_ends_an_hour_before_something_used_to_come():
    rhythm = watch(21, office)
    assert quiet_until(rhythm, at("2026-03-24T07:40"), BERLIN) == at("2026-03-24T08:00")


def test_a_new_source_is_watched_for_two_weeks_first():
    assert not is_quiet(watch(13, office), "2026-03-15T03:00")
    assert is_quiet(watch(14, office), "2026-03-16T03:00")


def test_days_without_visits_teach_nothing():
    rhythm = watch(13, office)
    assert not is_quiet(rhythm, "2026-03-25T03:00")
    assert watch(1, office, rhythm, at("2026-04-11T00:00")).days == 1


def test_what_was_found_after_a_gap_may_have_come_at_any_hour_of_it():
    now = at("2026-03-30T03:00")
    learned = watch(21, office)
    assert heard(learned, now, BERLIN, now - timedelta(hours=9), news=True).hours == learned.hours
    assert heard(learned, now, BERLIN, None, news=True).hours == learned.hours
    assert heard(learned, now, BERLIN, now - timedelta(hours=1), news=True).hours != learned.hours


def test_a_clock_that_was_set_back_teaches_nothing():
    now = at("2026-03-30T03:00")
    learned = watch(21, office)
    assert heard(learned, now, BERLIN, now + timedelta(hours=1), news=True).hours == learned.hours


def test_one_storm_warning_at_night_is_remembered_for_eight_weeks():
    rhythm = watch(21, office)
    now = at("2026-03-24T03:00")
    rhythm = heard(rhythm, now, BERLIN, now - TEN, news=True)
    assert not is_quiet(rhythm, "2026-05-12T03:00")
    assert is_quiet(rhythm, "2026-05-19T03:00")


def test_a_new_habit_is_learned_and_the_old_one_forgotten():
    rhythm = watch(21, office)
    rhythm = watch(63, lambda local: (local.hour, local.minute) == (20, 0), rhythm, START + timedelta(days=21))
    assert not is_quiet(rhythm, "2026-05-26T20:00")
    assert is_quiet(rhythm, "2026-05-26T09:30")


def test_the_hours_are_those_of_the_city_in_summer_and_winter():
    rhythm = watch(21, lambda local: (local.hour, local.minute) == (9, 0), start=at("2026-03-02T00:00"))
    assert is_quiet(rhythm, "2026-03-27T11:00")
    assert is_quiet(rhythm, "2026-04-01T11:00")  # nine o'clock is an hour earlier in UTC since the 29th
    assert not is_quiet(rhythm, "2026-04-01T08:00")


def test_a_visit_at_which_nothing_is_to_be_learned_changes_nothing():
    rhythm = watch(14, office)
    now = at("2026-03-15T23:55")
    assert heard(rhythm, now, BERLIN, now - TEN, news=False) is rhythm


@pytest.mark.parametrize("rhythm", [Rhythm(), watch(15, office)])
def test_what_was_learned_survives_as_text(rhythm):
    assert from_text(to_text(rhythm)) == rhythm
    assert from_text("") == Rhythm()
