"""The one heap in which visits wait, with a real scheduler."""

from datetime import UTC, datetime, timedelta

import pytest

from syndicator.schedule import Schedule
from tests.support.waiting import until


class Visits:
    """Who is visited, in order; `then` plans on."""

    def __init__(self):
        self.seen = []
        self.then = lambda name: None

    async def __call__(self, name):
        self.seen.append(name)
        self.then(name)


@pytest.fixture
def visits():
    return Visits()


@pytest.fixture
async def schedule(visits):
    schedule = Schedule(visits)
    schedule.start()
    yield schedule
    schedule.stop()


def soon(milliseconds=0):
    return datetime.now(UTC) + timedelta(milliseconds=milliseconds)


async def test_visits_begin_in_the_order_in_which_they_are_due(schedule, visits):
    for name, wait in (("c", 60), ("a", 20), ("b", 40)):
        schedule.visit_at(name, soon(wait))
    await until(lambda: len(visits.seen) == 3)
    assert visits.seen == ["a", "b", "c"]
    assert schedule.planned() == {}


async def test_a_crowd_that_is_due_at_once_is_visited_once_each(schedule, visits):
    names = [f"{number:04}" for number in range(1000)]
    now = soon()
    for name in names:
        schedule.visit_at(name, now)
    await until(lambda: len(visits.seen) == 1000)
    assert visits.seen == names


async def test_a_new_instant_takes_the_place_of_the_old_one(schedule, visits):
    later = soon(3_600_000)
    schedule.visit_at("a", soon(30))
    schedule.visit_at("a", later)
    schedule.visit_at("b", later)
    schedule.visit_at("b", soon(60))
    await until(lambda: visits.seen)
    assert visits.seen == ["b"]
    assert schedule.planned() == {"a": later}


async def test_a_forgotten_source_is_not_visited(schedule, visits):
    schedule.visit_at("a", soon(30))
    schedule.visit_at("b", soon(60))
    schedule.forget("a")
    schedule.forget("unknown")
    await until(lambda: visits.seen)
    assert visits.seen == ["b"]


async def test_what_a_visit_plans_is_not_lost_however_soon_it_is(schedule, visits):
    visits.then = lambda name: len(visits.seen) < 50 and schedule.visit_at(name, soon(len(visits.seen) % 3))
    schedule.visit_at("a", soon())
    await until(lambda: len(visits.seen) == 50)


async def test_a_visit_that_cannot_begin_keeps_no_other_from_it(schedule, visits, caplog):
    def stumble(name):
        if name == "a":
            raise ValueError("stumbled")

    visits.then = stumble
    schedule.visit_at("a", soon())
    schedule.visit_at("b", soon(1))
    await until(lambda: "b" in visits.seen)


async def test_instants_that_were_replaced_do_not_pile_up(schedule):
    for number in range(1000):
        schedule.visit_at("a", soon(3_600_000 + number))
    assert len(schedule._heap) < 100
    assert len(schedule.planned()) == 1
