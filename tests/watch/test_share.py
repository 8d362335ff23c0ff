"""How soon a change is told, and how often chance is taken for one."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.watch.share import ACCEPTED, Share, accepted, observe

NONE = (0, 0)


def after(*outcomes, share=None):
    share = share or Share()
    for number, had in enumerate(outcomes):
        share = observe(share, [had], NONE, 1000.0 + number)
    return share


def articles_until_alarm(share, most=500):
    for number in range(1, most):
        share = observe(share, [False], NONE, 5000.0 + number)
        if share.alarm:
            return number
    return None


@pytest.mark.parametrize(
    ("learned", "needed"),
    [
        ([True] * 3, None),  # nothing is known yet: what comes is learned
        ([True] * 20, 7),
        ([True] * 60, 5),
        ([True] * 2000, 5),
        ([True, True, False] * 30, 15),
        ([True, False] * 50, 30),
        ([True, False, False, False, False] * 40, None),  # too rare to be missed
    ],
)
def test_a_broken_selector_is_told_after_so_many_articles(learned, needed):
    found = articles_until_alarm(after(*learned))
    assert (found is None) == (needed is None)
    assert needed is None or found <= needed


@pytest.mark.parametrize("usual", [0.3, 0.5, 0.8, 0.95, 0.99, 1.0])
def test_a_source_that_does_not_change_raises_no_alarm_in_years(usual):
    chance = random.Random(int(usual * 100))
    alarms, share = 0, Share()
    for number in range(20_000):  # at 40 articles a month, forty years
        before = share.alarm
        share = observe(share, [chance.random() < usual], NONE, float(number))
        alarms += share.alarm and not before
    assert alarms <= 1


@pytest.mark.parametrize("usual", [0.5, 0.9, 1.0])
def test_a_feed_whose_articles_stand_in_it_for_weeks_raises_none_either(usual):
    chance = random.Random(7)
    alarms, share, feed = 0, Share(), [chance.random() < usual for _ in range(20)]
    share = observe(share, feed, (sum(feed), 20), 0.0)
    for number in range(10_000):  # visits, every fifth with something new
        new = [chance.random() < usual] if number % 5 == 0 else []
        feed = (feed + new)[-20:]
        before = share.alarm
        share = observe(share, new, (sum(feed), 20), float(number))
        alarms += share.alarm and not before
    assert alarms == 0


def test_three_articles_that_stay_in_a_small_feed_do_not_count_again_and_again():
    share = after(*[True, False] * 30)
    for number in range(1000):
        share = observe(share, [], (0, 3), 5000.0 + number)
    assert not share.alarm


def test_a_whole_list_that_lost_it_is_told_at_once():
    share = observe(after(*[True] * 20), [], (0, 20), 5000.0)
    assert (share.alarm, share.run_had, share.run_seen, share.since) == (True, 0, 20, 5000.0)


def test_what_is_told_says_since_when_and_how_many():
    share = after(*[True] * 100)
    for number in range(12):
        share = observe(share, [False], NONE, 7000.0 + number)
    assert (share.since, share.run_had, share.run_seen) == (7000.0, 0, 12)
    assert share.usual == 1.0


def test_a_share_that_falls_to_a_third_is_told_too():
    chance = random.Random(3)
    share = after(*[True] * 100)
    for number in range(60):
        share = observe(share, [chance.random() < 0.33], NONE, 7000.0 + number)
    assert share.alarm


def test_an_alarm_ends_with_a_few_good_articles_and_the_bad_time_is_not_learned_from():
    share = after(*[True] * 100, *[False] * 50)
    assert share.alarm
    share = after(*[True] * 4, share=share)
    assert (share.alarm, share.usual, share.run_seen) == (False, 1.0, 0)


def test_an_alarm_ends_at_once_when_the_whole_list_is_good_again():
    share = observe(after(*[True] * 20), [], (0, 20), 5000.0)
    assert not observe(share, [], (20, 20), 6000.0).alarm


def test_a_few_odd_articles_are_chance_and_learned_from():
    share = after(*[True] * 100, False, False, *[True] * 5)
    assert (share.alarm, share.since) == (False, 0.0)
    assert 0.97 < share.usual < 0.99


def test_what_lasts_for_four_weeks_is_taken_for_usual():
    share = after(*[True] * 100, *[False] * 20)
    assert accepted(share, share.since + ACCEPTED) is share
    later = accepted(share, share.since + ACCEPTED + 1)
    assert (later.alarm, later.usual) == (False, 0.0)


@given(
    st.lists(st.tuples(st.lists(st.booleans(), max_size=5), st.integers(0, 20), st.integers(0, 20)), max_size=60),
)
def test_numbers_stay_within_their_bounds_whatever_comes(visits):
    share = Share()
    for number, (outcomes, had, lacked) in enumerate(visits):
        share = observe(share, outcomes, (had, had + lacked), 1.0 + number)
        assert 0 <= share.had <= share.seen <= 200
        assert 0 <= share.score <= 12
        assert 0 <= share.run_had <= share.run_seen
        assert bool(share.since) == bool(share.run_seen) or share.alarm
