"""A source that renews all its keys at once duplicates nothing and retracts nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.model import Draft, Harvest, Moment, Selection
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.record import Recorder
from syndicator.store import articles

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def draft(number, **changes):
    values = {
        "key": f"guid-{number}",
        "address": f"https://portal.example/alt/{number}.html",
        "title": f"Bekanntmachung Nummer {number} der Stadt",
        "body": f"<p>Der Rat hat zu Nummer {number} beschlossen.</p>",
        "published": Moment(NOW - timedelta(days=number), "day", "feed published"),
        "original_id": f"urn:uuid:{number}",
    }
    return Draft(**{**values, **changes})


def renewed(number, **changes):
    """The same article under another key and at another address."""
    other = {
        "key": f"neu-{number}",
        "address": f"https://neu.example/{number}",
        "original_id": f"urn:uuid:neu-{number}",
    }
    return draft(number, **{**other, **changes})


def record(db, config, *drafts, hours=0, source=0):
    now = NOW + timedelta(hours=hours)
    return Recorder(db, config.sources[source], Rules(config), config.site.host, now).record(Harvest(drafts=drafts))


def ids(db):
    return {article.id for article in articles.select(db, Selection(limit=100))}


OLD = {f"urn:uuid:{number}" for number in range(10)}


def test_renewed_keys_duplicate_nothing(db, config, caplog):
    record(db, config, *map(draft, range(10)))
    assert ids(db) == OLD
    with caplog.at_level("INFO"):
        tally = record(db, config, draft(99), *map(renewed, range(9)), hours=1)
    assert (tally.new, ids(db)) == (1, {*OLD, "urn:uuid:99"})
    assert "9 of 10 articles have new keys" in caplog.text


def test_the_new_keys_are_known_from_then_on(db, config):
    record(db, config, *map(draft, range(10)))
    record(db, config, *map(renewed, range(10)), hours=1)
    tally = record(db, config, renewed(3, body="<p>Berichtigt.</p>"), hours=2)
    assert (tally.new, tally.changed, ids(db)) == (0, 1, OLD)


def test_a_relaunch_with_other_markup_and_links_is_known_by_headline_and_day(db, config):
    record(db, config, *map(draft, range(10)))
    changed = [
        renewed(
            n,
            summary="Neu verfasst.",
            body=f'<p>Der Rat hat zu Nummer {n} <a href="https://neu.example/x">beschlossen</a>.</p>',
        )
        for n in range(10)
    ]
    tally = record(db, config, *changed, hours=1)
    assert (tally.new, tally.changed, ids(db)) == (0, 10, OLD)


def test_a_headline_on_another_day_is_another_article(db, config):
    record(db, config, *map(draft, range(5)))
    later = [
        renewed(n, body=f"<p>Neu {n}</p>", published=Moment(NOW + timedelta(days=30 + n), "day", "x")) for n in range(5)
    ]
    assert record(db, config, *later, hours=1).new == 5


def test_a_notice_that_comes_again_with_the_same_text_is_news_among_others(db, config):
    record(db, config, *map(draft, range(10)))
    again = renewed(0, published=Moment(NOW, "day", "feed published"))
    assert record(db, config, again, *map(draft, range(1, 10)), hours=1).new == 1


def test_a_busy_day_is_no_renewal(db, config):
    record(db, config, *map(draft, range(3)))
    assert record(db, config, *(draft(n) for n in range(50, 60)), hours=1).new == 10


def test_articles_of_another_source_are_never_taken(db, config):
    record(db, config, *map(draft, range(10)))
    other = [renewed(n, original_id="") for n in range(10)]
    assert record(db, config, *other, source=1, hours=1).new == 10


def test_each_article_is_found_once(db, config):
    same = {"title": "Stellenausschreibung der Verwaltung", "body": "<p>Wir suchen Verstärkung.</p>", "published": None}
    record(db, config, draft(9), *(draft(n, **same) for n in range(4)))
    tally = record(db, config, renewed(9), *(renewed(n, **same) for n in range(6)), hours=1)
    assert (tally.new, len(ids(db))) == (2, 7)


def test_items_that_all_lead_to_one_page_are_known_by_their_texts(db, config):
    page = {"address": "https://portal.example/aktuelles/", "original_id": ""}
    record(db, config, *(draft(n, **page) for n in range(6)))
    tally = record(db, config, *(replace(draft(n, **page), key=f"heute-{n}") for n in range(6)), hours=1)
    assert (tally.new, len(ids(db))) == (0, 6)


def test_a_list_that_shrinks_retracts_nothing(db, config):
    record(db, config, *map(draft, range(10)))
    tally = record(db, config, draft(0), hours=1)
    assert (tally.withdrawn, ids(db)) == (0, OLD)


@pytest.mark.parametrize("page", [{}, {"address": "https://portal.example/aktuelles/"}])
def test_keys_that_are_renewed_at_each_look_do_not_fill_the_store(db, config, page):
    record(db, config, *(draft(n, original_id="", **page) for n in range(6)))
    for hours in range(1, 150):
        drafts = [draft(n, key=f"{hours}-{n}", original_id="", **page) for n in range(6)]
        assert record(db, config, *drafts, hours=hours).new == 0
    assert len(ids(db)) == 6
    assert db.execute("SELECT count(*) FROM aliases").fetchone()[0] < 700
