import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.config import Source
from syndicator.ingest.revise import MOST_REVISIONS_A_DAY
from syndicator.model import Draft, Harvest, Label, Moment, Provenance, Selection
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.record import Recorder
from syndicator.store import articles

NOW = datetime(2019, 11, 5, 12, 0, tzinfo=UTC)
DAY = Moment(datetime(2019, 11, 3, 23, 0, tzinfo=UTC), "day", "selector .date")


def draft(key="605731", **changes):
    values = {
        "key": key,
        "address": f"https://portal.example/nachricht.jsp?nid={key}",
        "title": "Städte arbeiten weiter zusammen",
        "body": "<p>Die Verwaltung hat es beschlossen.</p>",
        "published": DAY,
        "labels": (Label("topline", "VIELFALT"),),
    }
    return Draft(**{**values, **changes})


def record(db, config, *drafts, source=None, now=NOW, withdrawn=()):
    chosen: Source = source or config.sources[0]
    harvest = Harvest(drafts=drafts, withdrawn=withdrawn)
    return Recorder(db, chosen, Rules(config), config.site.host, now).record(harvest)


def live(db, **selection):
    return articles.select(db, Selection(**selection))


def test_an_article_gets_a_tag_of_our_host_its_year_and_its_key(db, config):
    tally = record(db, config, draft())
    (stored,) = live(db)
    assert tally.new == 1
    assert stored.id == "tag:news.example,2019:dortmund/605731"
    assert (stored.city, stored.categories) == ("Dortmund", ("vielfalt",))


def test_a_second_look_at_the_same_text_changes_nothing(db, config):
    record(db, config, draft())
    before = articles.changes_after(db, 0)
    tally = record(
        db, config, draft(body="<p>Die   Ver\u00adwaltung hat\u00a0es beschlossen.</p>"), now=NOW + timedelta(hours=1)
    )
    (stored,) = live(db)
    assert stored.revision == 1
    assert stored.updated == DAY.at
    assert not tally.new
    assert len(articles.changes_after(db, 0)) <= len(before) + 1


def test_a_corrected_text_makes_a_revision_and_moves_updated(db, config):
    record(db, config, draft())
    later = NOW + timedelta(hours=1)
    tally = record(db, config, draft(body="<p>Der Rat hat es beschlossen.</p>"), now=later)
    (stored,) = live(db)
    assert (tally.changed, stored.revision, stored.updated) == (1, 2, later)
    assert stored.published == DAY


def test_an_article_keeps_its_id_when_its_address_changes(db, config):
    record(db, config, draft())
    record(db, config, draft(address="https://portal.example/stadtteil/index~1.jsp?nid=605731"))
    (stored,) = live(db)
    assert stored.id == "tag:news.example,2019:dortmund/605731"
    assert "stadtteil" in stored.address


def test_an_article_keeps_its_id_when_its_key_changes_and_its_address_stays(db, config):
    record(db, config, draft("guid-of-monday", address="https://portal.example/a"))
    record(db, config, draft("guid-of-tuesday", address="https://portal.example/a"))
    assert len(live(db)) == 1


def test_the_ids_of_one_source_cannot_overwrite_the_articles_of_another(db, config):
    bochum = config.sources[1]
    record(db, config, draft("urn:uuid:1", original_id="urn:uuid:1", title="Echt"))
    forged = draft("urn:uuid:1", original_id="urn:uuid:1", title="Falsch", address="https://evil.example/")
    tally = record(db, config, forged, source=bochum)
    assert [stored.title for stored in live(db)] == ["Echt"]
    assert tally.refused == 1


def test_the_same_entry_from_two_sources_is_stored_once(db, config):
    one = draft("urn:uuid:1", original_id="urn:uuid:1")
    record(db, config, one)
    tally = record(db, config, one, source=config.sources[1])
    assert (len(live(db)), tally.skipped) == (1, 1)


def test_what_we_published_ourselves_is_dropped_when_it_comes_back(db, config):
    ours = "tag:news.example,2019:dortmund/605731"
    tally = record(
        db, config, draft(ours, original_id=ours), draft("2", provenance=Provenance(id="tag:news.example,2019:x"))
    )
    assert (live(db), tally.skipped) == ((), 2)


def test_an_entry_of_a_feed_keeps_its_original_id(db, config):
    record(db, config, draft("tag:gelsenkirchen.example,2019:7", original_id="tag:gelsenkirchen.example,2019:7"))
    assert live(db)[0].id == "tag:gelsenkirchen.example,2019:7"


def test_no_date_stays_no_date_and_sorts_by_first_sight(db, config):
    record(db, config, draft(published=None))
    (stored,) = live(db)
    assert stored.published is None
    assert stored.sort_at == stored.updated == stored.first_seen == NOW


def test_a_date_in_the_future_does_not_lead_the_feed(db, config):
    future = Moment(datetime(2099, 1, 1, tzinfo=UTC), "day", "feed")
    record(db, config, draft(published=future))
    (stored,) = live(db)
    assert (stored.published, stored.sort_at, stored.updated) == (future, NOW, NOW)


def test_a_live_tickers_moving_date_is_an_update_not_a_new_publication(db, config):
    record(db, config, draft())
    moved = Moment(DAY.at + timedelta(days=30), "day", "selector .date")
    record(db, config, draft(published=moved, body="<p>Neuer Stand.</p>"), now=NOW + timedelta(days=31))
    (stored,) = live(db)
    assert stored.published == DAY
    assert stored.revision == 2


def test_a_withdrawn_article_leaves_the_feeds_and_stays_in_the_store(db, config):
    record(db, config, draft())
    tally = record(db, config, draft(title="[GELÖSCHT]", body="", withdrawn=True))
    assert (tally.withdrawn, live(db)) == (1, ())
    kept = articles.by_number(db, 1).article
    assert (kept.status, kept.title) == ("retracted", "Städte arbeiten weiter zusammen")


def test_a_tombstone_reaches_only_the_articles_of_its_own_source(db, config):
    record(db, config, draft("urn:uuid:1", original_id="urn:uuid:1"))
    assert record(db, config, source=config.sources[1], withdrawn=("urn:uuid:1",)).withdrawn == 0
    assert record(db, config, withdrawn=("urn:uuid:1",)).withdrawn == 1
    assert live(db) == ()


def test_what_was_never_seen_is_not_stored_just_to_be_withdrawn(db, config):
    tally = record(db, config, draft(withdrawn=True))
    assert (tally.new, articles.counts(db)) == (0, {})


def test_the_order_of_the_list_is_the_order_of_the_feed_within_a_day(db, config):
    record(db, config, draft("3", title="Neueste"), draft("2", title="Mittlere"), draft("1", title="Älteste"))
    assert [stored.title for stored in live(db)] == ["Neueste", "Mittlere", "Älteste"]


def test_a_page_that_lost_its_text_does_not_lose_it_here(db, config):
    record(db, config, draft())
    record(db, config, draft(body="", labels=(), published=None))
    (stored,) = live(db)
    assert (stored.body, stored.published, stored.categories) == (draft().body, DAY, ("vielfalt",))


def test_a_flapping_article_is_not_announced_again_and_again(db, config):
    for minute in range(40):
        record(db, config, draft(body=f"<p>{minute}</p>"), now=NOW + timedelta(minutes=minute))
    (stored,) = live(db)
    assert stored.body == "<p>39</p>"
    assert stored.updated < NOW + timedelta(minutes=20)
    assert stored.revision == 1 + MOST_REVISIONS_A_DAY
    assert db.execute("SELECT count(*) FROM revisions").fetchone() == (MOST_REVISIONS_A_DAY,)


def test_one_article_that_cannot_be_stored_does_not_keep_out_the_others(db, config, caplog):
    tally = record(db, config, draft("1", title="Gut"), draft("2", title="\ud800"), draft("3", title="Auch gut"))
    assert (tally.new, tally.lost) == (2, 1)
    assert {stored.title for stored in live(db)} == {"Gut", "Auch gut"}
    assert "could not be stored" in caplog.text


def test_a_full_disk_is_told_as_such(db, config):
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages + 2}")
    db.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        record(db, config, draft("1", body="<p>" + "Lang. " * 20000 + "</p>"), draft("2"))


def test_what_an_article_says_of_its_rights_stands_when_a_later_visit_does_not_find_it(db, config):
    record(db, config, draft(rights="© Fotoagentur", license="CC-BY-4.0"))
    record(db, config, draft(body="<p>Neu.</p>"))
    (stored,) = live(db)
    assert (stored.rights, stored.license, stored.revision) == ("© Fotoagentur", "CC-BY-4.0", 2)


def test_a_feed_that_links_all_its_items_to_one_page_keeps_them_apart(db, config):
    page = "https://portal.example/aktuelles/"
    record(db, config, *(draft("", address=page, title=f"Meldung {n}") for n in range(3)))
    assert len(live(db)) == 3
    record(db, config, *(draft("", address=page, title=f"Meldung {n}") for n in range(3)))
    assert len(live(db)) == 3


def test_a_provenance_whose_date_alone_moves_is_no_change(db, config):
    feed = Provenance(id="urn:feed", title="Feed", updated=NOW)
    record(db, config, draft(provenance=feed))
    tally = record(db, config, draft(provenance=replace(feed, updated=NOW + timedelta(days=1))))
    assert not tally
