"""What a person is told of a source that changes, and that nothing is told of one that does not."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from syndicator.model import Harvest
from syndicator.watch.learn import repeated
from syndicator.watch.memory import Memory, dump, load
from tests.watch.looks import BEGIN, ZONE, Watched, draft, unread

UNDATED = {"published": None}


def test_vanished_dates_are_told_with_since_when_and_how_many():
    watched = Watched(first=60).later(hours=5)
    for _ in range(12):
        watched.brings(UNDATED).later(minutes=10)
    (sign,) = watched.signs()
    assert (sign.kind, sign.severity, sign.since) == ("date", "red", BEGIN + timedelta(hours=5))
    assert sign.sentence_en == "Since Mon 2 Mar, 14:00, no article of 12 has a date; until then 100 % had."
    assert (
        sign.sentence_de == "Seit Mo 2.3., 14:00 Uhr hat keine von 12 Nachrichten ein Datum; bis dahin hatten es 100 %."
    )


@pytest.mark.parametrize(
    ("change", "kind", "severity"),
    [
        (UNDATED, "date", "red"),
        ({"body": ""}, "body", "red"),
        ({"images": ()}, "picture", "yellow"),
        ({"labels": ()}, "category", "yellow"),
        ({"body": "<p>Mehr lesen Sie hier.</p>"}, "length", "red"),
        ({"body": f"<p>{'Die ganze Navigation steht mit im Text. ' * 1500}</p>"}, "length", "red"),
    ],
)
def test_what_articles_usually_have_is_missed_after_a_few(change, kind, severity):
    watched = Watched()
    for _ in range(6):
        assert watched.later(hours=3).brings(change).kinds == {}
    assert watched.later(hours=3).brings(change).kinds == {kind: severity}
    for _ in range(4):
        watched.later(hours=3).brings({})
    assert watched.kinds == {}


def test_a_feed_that_loses_all_dates_is_told_at_the_first_look():
    watched = Watched()
    watched.list = [replace(one, published=None) for one in watched.list]
    assert watched.later(hours=1).brings(UNDATED, as_feed=True).kinds == {"date": "red"}
    watched.list = [draft(number) for number in range(20)]
    assert watched.later(hours=1).brings(as_feed=True).kinds == {}


def test_pages_looked_at_again_lack_what_their_list_says_and_that_is_no_sign():
    watched = Watched().later(days=1)
    again = [replace(draft(number), published=None, images=(), labels=()) for number in range(20)]
    watched.sees(Harvest(tuple(again), unchanged=True), again={one.address for one in again})
    assert watched.kinds == {}


def test_a_source_that_never_had_pictures_is_not_reproached_with_it():
    watched = Watched(first=0)
    for _ in range(100):
        watched.later(hours=5).brings({"images": ()})
    assert "picture" not in watched.kinds


def test_a_list_that_shrinks_is_told_at_the_second_look():
    watched = Watched()
    for _ in range(3):
        watched.later(hours=1).brings({}, items=20)
    assert watched.later(hours=1).brings(items=2).kinds == {}
    watched.later(minutes=10).sees(Harvest(unchanged=True))
    (sign,) = watched.signs()
    assert (sign.kind, sign.severity, sign.since) == ("list", "yellow", BEGIN + timedelta(hours=4))
    assert "the list shows 2 articles; usually 20" in sign.sentence_en
    assert "zeigt die Übersicht 2 Nachrichten; sonst sind es 20" in sign.sentence_de
    assert watched.later(hours=1).brings(items=19).kinds == {}


def test_a_slip_of_the_server_is_no_short_list():
    watched = Watched()
    for number in range(12):
        watched.later(hours=1).brings({}, items=3 if number == 6 else 20)
        assert watched.kinds == {}


def test_a_list_read_over_several_pages_is_not_longer_than_usual_but_one_page_is_no_loss():
    watched = Watched(first=0)
    watched.brings(*({} for _ in range(100)), items=200)  # the first visit reads ten pages, the others one or two
    for number in range(20):
        watched.later(hours=3).brings({}, items=20 * (1 + number % 2))
        assert watched.kinds == {}


def test_a_slow_portal_is_told_after_an_hour():
    watched = Watched()
    for _ in range(20):
        watched.later(minutes=10).brings({}, seconds=0.8)
    for number in range(7):
        watched.later(minutes=10).sees(Harvest(unchanged=True), seconds=25)
        assert watched.kinds == ({} if number < 6 else {"slow": "yellow"})
    assert watched.signs()[0].sentence_en == "Since Mon 2 Mar, 12:30, fetching takes about 25 s; usually 0.8 s."
    assert "dauert der Abruf etwa 25 s; sonst 0,8 s." in watched.signs()[0].sentence_de
    for _ in range(4):
        watched.later(minutes=10).sees(Harvest(unchanged=True), seconds=0.7)
    assert watched.kinds == {}


def test_pages_that_cannot_be_read_are_told_but_each_counts_once():
    watched = Watched()
    for _ in range(200):
        watched.later(minutes=10).brings(problems=(unread(1), unread(2)))
    assert watched.kinds == {}
    for number in range(3, 9):
        watched.later(minutes=10).brings(problems=tuple(map(unread, range(1, number + 1))))
    assert watched.kinds == {"page": "red"}
    assert watched.later(minutes=10).brings(*({} for _ in range(8))).kinds == {}


def test_what_is_gone_for_good_is_not_unreadable():
    watched = Watched()
    gone = tuple(replace(unread(number), kind="missing", permanent=True) for number in range(20))
    assert watched.later(days=1).brings(problems=gone).kinds == {}


def test_articles_in_quarantine_and_kept_texts_are_a_sign():
    watched = Watched().later(days=1).brings(kept=3)
    (sign,) = watched.signs(held=2, held_since=BEGIN, newest="Access denied")
    assert sign.sentence_en == (
        "Since Mon 2 Mar, 09:00, 2 articles are held back, as they do not look like news (the newest: “Access denied”) "
        "and 3 articles keep their last good text."
    )
    assert sign.sentence_de == (
        "Seit Mo 2.3., 09:00 Uhr werden 2 Nachrichten zurückgehalten, weil sie nicht nach Nachrichten aussehen "
        "(zuletzt „Access denied“) und behalten 3 Nachrichten den letzten guten Text."
    )
    assert watched.later(hours=1).brings({}).kinds == {}


def test_silence_is_told_with_the_last_day_and_what_is_usual():
    watched = Watched()
    for _ in range(130):
        watched.later(days=1)
        if watched.now.weekday() < 5:
            watched.brings({}, {}, {})
    friday = watched.now
    assert friday.weekday() == 4
    watched.later(days=4)
    assert watched.kinds == {}
    watched.later(days=2)
    (sign,) = watched.signs()
    assert (sign.kind, sign.severity) == ("silent", "yellow")
    assert sign.sentence_en == "No article since Fri 10 Jul; usually about 3 a day on weekdays."
    assert sign.sentence_de == "Seit Fr 10.7. ist keine Nachricht erschienen; sonst sind es etwa 3 an einem Werktag."
    assert watched.brings({}).kinds == {}


def test_a_source_that_was_not_visited_is_not_called_silent():
    watched = Watched()
    for _ in range(60):
        watched.later(days=1).brings({}, {})
    last = watched.now
    assert watched.later(days=30).signs(succeeded=last) == []


def test_old_articles_that_are_filled_in_are_no_sign_of_life():
    watched = Watched()
    for _ in range(60):
        watched.later(days=1).brings({}, {})
    watched.later(days=20).brings(*({} for _ in range(50)), fresh=False)
    assert watched.kinds == {"silent": "red"}


def test_the_text_of_three_articles_is_remembered_as_repeated():
    same = {"body": f"<p>{'Diese Website verwendet Cookies. ' * 8}</p>"}
    watched = Watched().brings(same)
    assert repeated(watched.memory) == set()
    assert len(repeated(watched.brings(same).memory)) == 1


@pytest.mark.parametrize("seed", range(6))
def test_a_source_that_does_not_change_raises_hardly_an_alarm_in_a_year(seed):
    dice = random.Random(seed)
    has = {"images": dice.uniform(0.2, 1), "labels": dice.uniform(0.5, 1), "published": dice.uniform(0.9, 1)}
    busy, begun, known = dice.uniform(0.2, 3), 0, {}
    watched = Watched(first=0)
    watched.brings(*(_article(dice, has) for _ in range(20)), items=20)
    for _ in range(365):
        for _ in range(4):
            watched.later(hours=6)
            new = sum(dice.random() < busy / 8 for _ in range(2)) if watched.now.weekday() < 5 else dice.random() < 0.02
            articles = [_article(dice, has) for _ in range(int(new))]
            if articles:
                watched.brings(*articles, as_feed=bool(seed % 2), items=20, seconds=dice.lognormvariate(0, 0.5))
            else:
                watched.sees(Harvest(unchanged=True), seconds=dice.lognormvariate(0, 0.5))
            kinds = watched.kinds
            begun += len(kinds.keys() - known.keys())
            known = kinds
    assert begun <= 1
    assert len(dump(watched.memory)) < 3000


def _article(dice, has):
    length = int(dice.lognormvariate(3.2, 0.5)) + 1
    lacks = {"images": (), "labels": (), "published": None}
    return {"body": f"<p>{'Ein Satz der Meldung steht hier. ' * length}</p>"} | {
        name: lacks[name] for name, share in has.items() if dice.random() > share
    }


def test_what_was_learned_survives_the_store():
    watched = Watched().later(days=1)
    for number in range(9):
        watched.later(days=1).brings(UNDATED, problems=(unread(number),), items=2 + number)
    assert load(dump(watched.memory)) == watched.memory
    assert load(dump(Memory())) == Memory()


def test_what_an_earlier_version_learned_can_be_read():
    shorter = dump(Watched().memory).rsplit(",", 1)[0] + "]"
    assert load(shorter).shares == Watched().memory.shares


def test_the_zone_of_the_site_says_when_a_day_begins():
    watched = Watched(first=0)
    watched.now = BEGIN.replace(hour=23, minute=30)  # half past midnight in Berlin
    watched.brings({})
    assert watched.memory.calendar.last == watched.now.astimezone(ZONE).date().toordinal()
    assert watched.memory.calendar.last == watched.now.date().toordinal() + 1
