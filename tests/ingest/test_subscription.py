"""The state machine of a subscription, with a time of its own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.ingest import pace
from syndicator.ingest import subscription as steps
from syndicator.model import Failed
from tests.ingest.web import a_source

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TOPIC = "https://bochum.example/feed"
HUB = "https://hub.example/"
OTHER = "https://other.example/"
DOWN = Failed("unreachable", "The server of hub.example refuses connections.")
NO = Failed("denied", "hub.example denies access.")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def fresh(now=NOW):
    return steps.begun(
        a_source("https://bochum.example/feed"), "https://news.example/", HUB, TOPIC, id_="id", secret="secret", now=now
    )


def asked(one, now=NOW, hub=HUB):
    return steps.asking(one, now, hub, "fresh")


def active(now=NOW, lease="864000"):
    one = steps.verified(asked(fresh(now), now), "subscribe", TOPIC, lease, now, 0.5)
    assert one is not None
    return one


def trusted(now=NOW):
    return steps.pushed(active(now), "digest", now)


# ---------------------------------------------------------------- verification


def test_only_what_was_asked_for_is_verified():
    assert steps.verified(fresh(), "subscribe", TOPIC, "60", NOW, 0.5) is None
    one = asked(fresh())
    assert steps.verified(one, "subscribe", f"{TOPIC}2", "60", NOW, 0.5) is None
    assert steps.verified(one, "unsubscribe", TOPIC, "60", NOW, 0.5) is None
    assert steps.verified(one, "publish", TOPIC, "60", NOW, 0.5) is None
    assert steps.verified(one, "subscribe", TOPIC, "60", NOW + 2 * DAY, 0.5) is None
    assert steps.verified(one, "subscribe", TOPIC, "60", NOW + HOUR, 0.5).phase == "active"


def test_a_hub_that_repeats_its_question_is_told_the_same():
    one = active()
    assert steps.verified(one, "subscribe", TOPIC, "864000", NOW, 0.5) == one


def test_an_end_that_nobody_asked_for_is_not_verified():
    assert steps.verified(active(), "unsubscribe", TOPIC, "", NOW, 0.5) is None
    leaving = asked(steps.left(active(), NOW))
    assert steps.verified(leaving, "subscribe", TOPIC, "60", NOW, 0.5) is None
    ended = steps.verified(leaving, "unsubscribe", TOPIC, "", NOW, 0.5)
    assert ended.phase == "ended"
    assert steps.verified(ended, "unsubscribe", TOPIC, "", NOW, 0.5) == ended
    assert steps.verified(ended, "subscribe", TOPIC, "60", NOW, 0.5) is None


@pytest.mark.parametrize(
    ("said", "granted"),
    [("3600", HOUR), ("0", MINUTE), ("999999999999", timedelta(days=366)), ("", steps.LEASE), ("-5", steps.LEASE)],
)
def test_a_lease_is_what_the_hub_says_within_reason(said, granted):
    assert active(lease=said).until == NOW + granted


def test_a_hub_may_verify_before_it_answers_the_request():
    one = active()
    assert steps.answered(one, None, NOW, 0.5) == one
    assert steps.answered(one, DOWN, NOW, 0.5) == one


# ---------------------------------------------------------------- asking again


def test_a_hub_that_does_not_answer_is_asked_again_later_and_later():
    one, now, waits = fresh(), NOW, []
    for _ in range(12):
        one = steps.answered(asked(one, now), DOWN, now, 0.5)
        waits.append(one.due - now)
        now = one.due
    assert waits[:3] == [MINUTE, 2 * MINUTE, 4 * MINUTE]
    assert waits[-1] == 6 * HOUR
    assert one.problem == DOWN.reason.rstrip(".")


def test_a_hub_that_says_no_is_asked_seldom():
    one = steps.answered(asked(fresh()), NO, NOW, 0.5)
    assert one.due - NOW == DAY
    denied = steps.denied(active(), TOPIC, "Kein\nPlatz. \u200b", NOW, 0.5)
    assert denied.phase == "asking"
    assert denied.problem == "hub.example denies the subscription: KeinPlatz"
    assert denied.due - NOW == DAY
    assert steps.denied(active(), "https://x.example/", "", NOW, 0.5) is None


def test_a_hub_that_asks_for_patience_is_given_it():
    busy = Failed("busy", "Busy.", retry_after=7200.0)
    assert steps.answered(asked(fresh()), busy, NOW, 0.5).due == NOW + 2 * HOUR


def test_a_hub_that_never_verifies_is_told_of_and_asked_again():
    one = steps.answered(asked(fresh()), None, NOW, 0.5)
    assert not one.problem
    assert steps.mode(one, NOW + 9 * MINUTE) is None
    later = NOW + 11 * MINUTE
    assert steps.mode(one, later) == "subscribe"
    assert "never verified" in asked(one, later).problem


def test_of_several_hubs_the_next_is_tried_and_gets_a_secret_of_its_own():
    one = steps.answered(asked(fresh()), DOWN, NOW, 0.5)
    assert steps.pick((HUB, OTHER), one) == OTHER
    other = asked(one, one.due, OTHER)
    assert (other.hub, other.secret) == (OTHER, "fresh")
    assert steps.pick((HUB, OTHER), active()) == HUB
    assert steps.pick((HUB,), one) == HUB


def test_a_clock_that_was_set_back_does_not_put_off_what_is_due():
    one = steps.answered(asked(fresh(NOW + 30 * DAY), NOW + 30 * DAY), DOWN, NOW + 30 * DAY, 0.5)
    assert steps.mode(one, NOW) == "subscribe"


@given(chance=st.floats(0, 1), lease=st.integers(60, 40 * 86400), answers=st.integers(0, 3))
@settings(max_examples=30, deadline=None)
def test_a_lease_is_renewed_before_it_ends_though_the_hub_fails_now_and_then(chance, lease, answers):
    one, now = active(lease=str(lease)), NOW
    assert one.until
    for _ in range(3):
        now = one.due
        assert now < one.until
        for _ in range(answers if lease > 86400 else 0):
            one = steps.answered(asked(one, now), DOWN, now, chance)
            now = one.due
            assert now < one.until
            assert one.phase == "active"
        renewed = steps.verified(asked(one, now), "subscribe", TOPIC, str(lease), now, chance)
        assert renewed is not None
        one = renewed
        assert one.tries == 0


# ---------------------------------------------------------------- the end


def test_a_lease_that_ran_out_is_no_subscription():
    one = trusted()
    assert steps.passed(one, one.until - MINUTE) == one
    over = steps.passed(one, one.until)
    assert (over.phase, over.until) == ("asking", None)
    assert not steps.is_trusted(over, one.until)
    assert "did not renew" in over.problem


def test_what_is_not_wanted_any_more_is_ended_and_then_forgotten():
    leaving, now = steps.left(active(), NOW), NOW
    while leaving.phase != "ended" and now < NOW + DAY:
        leaving = steps.passed(leaving, now)
        assert steps.mode(leaving, now) == "unsubscribe"
        leaving = steps.answered(asked(leaving, now), DOWN, now, 0.5)
        now = leaving.due
    assert leaving.phase == "ended"
    assert steps.passed(leaving, leaving.due - MINUTE) == leaving
    assert steps.passed(leaving, leaving.due) is None
    assert steps.mode(leaving, leaving.due) is None


def test_a_hub_that_was_never_asked_is_not_told_of_the_end():
    assert steps.left(fresh(), NOW).phase == "ended"


# ---------------------------------------------------------------- trust


def test_visits_are_relaxed_step_by_step_once_a_push_came():
    assert steps.safety_net(active(), 10 * MINUTE, NOW) is None
    one, nets = trusted(), []
    for hours in range(1, 6):
        nets.append(steps.safety_net(one, 10 * MINUTE, NOW))
        one = steps.visited(one, NOW + hours * HOUR, NOW + hours * HOUR, found=False)
    assert nets == [20 * MINUTE, 40 * MINUTE, 80 * MINUTE, 160 * MINUTE, 3 * HOUR]
    assert steps.safety_net(one, 6 * HOUR, NOW) == 6 * HOUR


def test_a_visit_that_finds_what_no_push_brought_ends_the_trust_until_a_push_comes():
    one = steps.visited(trusted(), NOW + HOUR, NOW + HOUR, found=True)
    assert steps.safety_net(one, 10 * MINUTE, NOW + HOUR) is None
    later = steps.pushed(one, "d", NOW + 2 * HOUR)
    assert steps.safety_net(later, 10 * MINUTE, NOW + 2 * HOUR) == 20 * MINUTE


def test_a_hub_that_may_have_forgotten_us_is_asked_again_but_not_at_each_visit():
    one = steps.visited(trusted(), NOW + 2 * HOUR, NOW + 2 * HOUR, found=True)
    assert one.due == NOW + 2 * HOUR + steps.GRACE
    again = steps.verified(asked(one, one.due), "subscribe", TOPIC, "864000", one.due, 0.5)
    soon = one.due + 10 * MINUTE
    assert steps.visited(again, soon, soon, found=True).due == again.due > soon + DAY


def test_a_push_that_comes_just_after_a_visit_is_not_late():
    one = trusted()
    for hour in (1, 2):
        one = steps.visited(one, NOW + hour * HOUR, NOW + hour * HOUR, found=False)
    one = steps.visited(one, NOW + 3 * HOUR, NOW + 3 * HOUR, found=True)
    assert steps.pushed(one, "d", NOW + 3 * HOUR + MINUTE).confirmed == 2
    assert steps.pushed(one, "d", NOW + 4 * HOUR).confirmed == 0


def test_what_appeared_before_the_subscription_is_no_fault_of_the_hub():
    one = trusted()
    assert steps.visited(one, NOW - MINUTE, NOW + MINUTE, found=True) == one
    silent = active()
    assert steps.visited(silent, NOW + 10 * MINUTE, NOW + 10 * MINUTE, found=True) == silent
    assert steps.visited(silent, NOW + 2 * HOUR, NOW + 2 * HOUR, found=True).late


def test_a_source_with_a_safety_net_waits_for_it_and_says_why():
    timing = pace.Timing(NOW, 10 * MINUTE, safety_net=2 * HOUR)
    assert pace.next_due(timing, 0.5) == NOW + 2 * HOUR
    assert pace.reason(timing) == "pushed"
    by_cron = replace(timing, interval=None)
    assert pace.next_due(by_cron, 0.5, NOW + HOUR) == NOW + HOUR


# ---------------------------------------------------------------- whatever happens

EVENTS = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from([None, DOWN, NO])),
    st.tuples(st.just("verify"), st.sampled_from(["subscribe", "unsubscribe", "x"]), st.sampled_from([TOPIC, "y"])),
    st.tuples(st.just("deny"), st.sampled_from([TOPIC, "y"])),
    st.tuples(st.just("push")),
    st.tuples(st.just("forge")),
    st.tuples(st.just("visit"), st.booleans()),
    st.tuples(st.just("leave")),
    st.tuples(st.just("wake")),
)


def after(one, event, now, chance):  # noqa: PLR0911
    """The subscription after one event, as the service would bring it about."""
    match event:
        case ("ask", failed):
            if steps.mode(one, now) is None:
                return one
            return steps.answered(asked(one, now), failed, now, chance)
        case ("verify", mode, topic):
            return steps.verified(one, mode, topic, "86400", now, chance) or one
        case ("deny", topic):
            return steps.denied(one, topic, "nein", now, chance) or one
        case ("push",):
            return steps.pushed(one, "d", now) or one
        case ("forge",):
            return steps.forged(one, now)
        case ("visit", found):
            return steps.visited(one, now, now, found=found)
        case ("leave",):
            return steps.left(one, now)
    return steps.woken(one, now, chance)


@given(
    events=st.lists(st.tuples(EVENTS, st.integers(0, 4 * 86400)), max_size=40),
    chance=st.floats(0, 1),
)
@settings(max_examples=80, deadline=None)
def test_whatever_happens_a_subscription_goes_on_and_ends(events, chance):
    one, now, wanted = fresh(), NOW, True
    for event, seconds in events:
        now += timedelta(seconds=seconds)
        passed = steps.passed(one, now)
        if passed is None:
            assert not wanted
            return
        before, one = passed, after(passed, event, now, chance)
        wanted = wanted and event != ("leave",)
        assert one.is_open == wanted  # only we end what we want
        assert (one.phase == "active") == (one.is_open and one.until is not None)
        if one.phase == "active" and before.phase != "active":
            assert event == ("verify", "subscribe", TOPIC)
            assert before.asked
        if steps.is_trusted(one, now):
            assert one.pushed
            assert one.until > now
        if one.tries > before.tries and before.is_open and before.asked:
            assert now - before.asked >= 0.8 * MINUTE  # no hub is hammered at
        if one.phase != "ended":  # it is looked at again within the longest pause there is
            assert steps.next_look(one) <= now + timedelta(days=9)
