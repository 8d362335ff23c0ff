"""A day that brings ten times as much as usual is told; what has gathered for another reason is not."""

import random

import pytest

from tests.watch.looks import Watched


def usual(days=40, each=2):
    """A source that brings so many articles on each day of the week."""
    watched = Watched()
    for _ in range(days):
        watched.later(days=1).brings(*({} for _ in range(each)))
    return watched.later(days=1)


def test_a_flood_is_told_in_one_sentence_and_over_with_the_day():
    watched = usual()
    watched.brings(*({} for _ in range(11))).later(hours=2)
    assert watched.kinds == {}
    watched.brings(*({} for _ in range(9)))
    (sign,) = watched.signs()
    assert (sign.kind, sign.severity) == ("many", "yellow")
    assert sign.sentence_en == "On Sun 12 Apr, 20 articles came; usually about 2, when there are any."
    assert sign.sentence_de == "Am So 12.4. sind 20 Nachrichten gekommen; sonst sind es etwa 2, wenn welche kommen."
    assert watched.brings(*({} for _ in range(40))).signs()[0].since == sign.since
    assert watched.later(days=1).kinds == {}


def test_a_few_are_no_flood_however_little_is_usual():
    watched = usual(each=1)
    assert watched.brings(*({} for _ in range(19))).kinds == {}
    assert watched.brings({}).kinds == {"many": "yellow"}


@pytest.mark.parametrize("days", [0, 5])
def test_of_a_source_that_is_new_nothing_is_told(days):
    assert usual(days).brings(*({} for _ in range(300))).kinds == {}


def test_what_gathered_while_a_source_was_out_of_reach_is_no_flood():
    watched = usual(each=4)
    assert watched.later(days=9).brings(*({} for _ in range(60))).kinds == {}
    assert watched.later(minutes=10).brings(*({} for _ in range(40))).kinds == {}
    assert watched.brings(*({} for _ in range(400))).kinds == {"many": "yellow"}


def test_old_articles_that_are_filled_in_are_no_flood():
    assert usual().brings(*({} for _ in range(100)), fresh=False).kinds == {}


def test_a_portal_that_grows_is_usual_after_some_days():
    watched = usual()
    told = ["many" in watched.brings(*({} for _ in range(40))).kinds]
    for _ in range(12):
        watched.later(days=1)
        told.append("many" in watched.brings(*({} for _ in range(40))).kinds)
    assert told[0]
    assert not any(told[6:])


def test_a_source_that_publishes_in_bunches_is_not_told():
    chance, watched, told = random.Random(3), Watched(), 0
    for _ in range(365):
        watched.later(days=1)
        if watched.now.weekday() < 5 and chance.random() < 0.8:
            watched.brings(*({} for _ in range(1 + int(chance.expovariate(0.4)))))
            told += "many" in watched.kinds
    assert told == 0
