from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndicator.demo import timeline
from syndicator.demo.story import BERLIN, CITIES, load

OUTLINES = load().outlines
DAY = 360  # slots
SLOTS = st.integers(min_value=0, max_value=20 * 366 * DAY)
INSTANTS = st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=20 * 365)).map(
    lambda age: timeline.FIRST + age
)


def begin(slot: int) -> datetime:
    return timeline.FIRST + timedelta(seconds=slot * timeline.SLOT)


def at(slot: int, seconds: int):
    return timeline.edition(slot, begin(slot) + timedelta(seconds=seconds), OUTLINES)


@given(SLOTS)
@example(371880)  # the hour that clocks repeat, in which no two zones have an equal instant (PEP 495)
def test_a_story_appears_at_the_start_of_its_slot_and_not_before(slot):
    assert at(slot, -1) is None
    assert at(slot, 0).published.timestamp() == begin(slot).timestamp()


@given(SLOTS)
def test_each_story_is_corrected_and_then_updated_or_withdrawn(slot):
    first, corrected, closed = at(slot, 79), at(slot, 80), at(slot, 160)
    assert "Korrektur:" in corrected.text
    assert "Korrektur:" not in first.text
    assert corrected.title != first.title
    assert closed.withdrawn != ("Update (" in closed.text)
    assert first.updated.timestamp() < corrected.updated.timestamp() < closed.updated.timestamp()


@given(SLOTS, st.integers(min_value=160, max_value=10**9))
def test_what_is_withdrawn_stays_withdrawn_and_what_is_not_never_will_be(slot, later):
    assert at(slot, later).withdrawn == timeline.is_withdrawn(slot)


@given(SLOTS)
def test_one_story_in_three_is_withdrawn_and_each_city_has_its_share(slot):
    withdrawn = [s for s in range(slot, slot + 9) if timeline.is_withdrawn(s)]
    assert {CITIES[s % 3] for s in withdrawn} == set(CITIES)
    assert len(withdrawn) == 3


@given(INSTANTS)
@example(datetime(2020, 10, 25, 1, tzinfo=UTC))  # the hour that clocks repeat
def test_what_is_listed_is_new_first_and_has_ids_of_its_own(now):
    stories = timeline.live(now, OUTLINES)
    assert len(stories) <= timeline.LISTED
    assert len({story.id for story in stories}) == len(stories)
    assert stories == sorted(stories, key=lambda story: story.published.timestamp(), reverse=True)
    assert all(story.published.timestamp() <= story.updated.timestamp() <= now.timestamp() for story in stories)


@given(INSTANTS)
def test_the_same_instant_gives_the_same_stories_in_any_zone(now):
    assert timeline.live(now, OUTLINES) == timeline.live(now.astimezone(BERLIN), OUTLINES)


@given(SLOTS)
def test_no_two_stories_of_three_days_are_alike(slot):
    stories = [at(s, 0) for s in range(slot, slot + 3 * DAY, 7)]
    assert len({story.text for story in stories}) == len(stories)
    assert len({(story.city, story.name, story.published.date()) for story in stories}) == len(stories)


@pytest.mark.parametrize("day", ["2026-10-25", "2026-03-29", "2027-01-01"])
def test_the_numbers_are_unique_within_a_day_even_where_it_has_25_hours(day):
    midnight = timeline.current(datetime.fromisoformat(day).replace(tzinfo=BERLIN))
    for slot in range(midnight, midnight + 375):
        story = at(slot, 0)
        if story.published.date().isoformat() == day:
            number = slot % timeline.NUMBERS + 1
            assert timeline.find_numbered(story.city, story.published.date(), number, begin(slot), OUTLINES) == story


@given(INSTANTS.filter(lambda now: now > timeline.FIRST + timedelta(hours=1)))
def test_something_happens_within_any_90_seconds(now):
    assert timeline.live(now, OUTLINES) != timeline.live(now + timedelta(seconds=90), OUTLINES)


@given(SLOTS, st.integers(min_value=0, max_value=10**8))
def test_a_story_keeps_its_number_and_first_name_whatever_becomes_of_it(slot, later):
    assert (at(slot, later).id, at(slot, later).name) == (at(slot, 0).id, at(slot, 0).name)
    story = at(slot, later)
    assert timeline.find(story.city, story.id, begin(slot) + timedelta(seconds=later), OUTLINES) == story


def test_nothing_is_live_before_the_first_slot():
    assert timeline.live(timeline.FIRST - timedelta(seconds=1), OUTLINES) == []
