"""A correction that comes under a key of its own is the next version of the article that it means."""

from datetime import UTC, datetime, timedelta

import pytest

from syndicator.ingest.revise import held, retracted
from syndicator.model import Draft, Harvest, Selection
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.record import Recorder
from syndicator.store import articles

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

TEXT = "<p>Am Wall werden im Herbst vierzig Linden gepflanzt, wie der Rat am Dienstag beschlossen hat.</p>"
RIGHT = TEXT.replace("vierzig", "vierzehn")


def draft(key, title="Neue Bäume am Wall", body=TEXT, **changes):
    return Draft(key=key, address=f"https://portal.example/{key}", title=title, body=body, **changes)


def record(db, config, *drafts, now=NOON, withdrawn=(), source=0):
    harvest = Harvest(drafts=drafts, withdrawn=withdrawn)
    return Recorder(db, config.sources[source], Rules(config), config.site.host, now).record(harvest)


def live(db):
    return articles.select(db, Selection())


@pytest.mark.parametrize(
    "title",
    ["Korrektur: Neue Bäume am Wall", "KORRIGIERTE FASSUNG – Neue Bäume am Wall", "Neue Bäume am Wall (Berichtigung)"],
)
def test_a_correction_revises_the_article_that_it_means(db, config, title):
    record(db, config, draft("alt"))
    later = NOON + timedelta(days=2)
    tally = record(db, config, draft("neu", title, RIGHT), now=later)
    (article,) = live(db)
    assert (tally.new, tally.changed) == (0, 1)
    assert (article.id, article.revision, article.updated) == ("tag:news.example,2026:dortmund/alt", 2, later)
    assert (article.title, article.body, article.address) == (title, RIGHT, "https://portal.example/neu")


def test_its_new_address_is_an_alias_from_now_on(db, config):
    record(db, config, draft("alt"))
    record(db, config, draft("neu", "Korrektur: Neue Bäume am Wall", RIGHT))
    tally = record(db, config, draft("neu", "Neue Bäume am Wall", RIGHT), now=NOON + timedelta(hours=1))
    assert (tally.new, len(live(db))) == (0, 1)


def test_a_feed_that_goes_on_showing_both_changes_nothing(db, config):
    both = (draft("neu", "Korrektur: Neue Bäume am Wall", RIGHT), draft("alt"))  # newest first, as feeds have it
    record(db, config, *both)
    before = articles.last_change(db)
    for hour in range(5):
        assert not record(db, config, *both, now=NOON + timedelta(hours=hour))
    (article,) = live(db)
    assert (article.body, article.revision, articles.last_change(db)) == (RIGHT, 2, before)


def test_taking_back_the_old_version_leaves_the_correction(db, config):
    record(db, config, draft("alt"))
    record(db, config, draft("neu", "Korrektur: Neue Bäume am Wall", RIGHT))
    record(db, config, draft("alt", "[GELÖSCHT] Neue Bäume am Wall", withdrawn=True))
    record(db, config, withdrawn=["alt"])
    assert len(live(db)) == 1
    record(db, config, withdrawn=["neu"])
    assert live(db) == ()


def test_a_second_correction_revises_it_again(db, config):
    record(db, config, draft("alt"))
    record(db, config, draft("neu", "Korrektur: Neue Bäume am Wall", RIGHT))
    record(db, config, draft("neuer", "2. Korrektur: Neue Bäume am Wall", "<p>Es sind fünfzehn Linden.</p>"))
    (article,) = live(db)
    assert (article.revision, article.address) == (3, "https://portal.example/neuer")
    assert not record(db, config, draft("neu", "Korrektur: Neue Bäume am Wall", RIGHT))


def test_a_headline_that_was_corrected_itself_is_recognised_by_the_text(db, config):
    record(db, config, draft("alt", "Vierzig neue Bäume am alten Wall der Innenstadt"))
    record(db, config, draft("neu", "Korrektur: Vierzehn neue Bäume am alten Wall der Innenstadt", RIGHT))
    assert len(live(db)) == 1


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Korrektur: Neuer Radweg am Fluss", "<p>Der Weg ist vier Kilometer lang.</p>"),
        ("Korrektur: Neue Bäume am Markt", "<p>Am Markt stehen jetzt drei Platanen, die Anwohner gespendet haben.</p>"),
        ("Neue Bäume am Wall", RIGHT),  # it does not say that it is a correction
        ("Korrektur am Haushalt nötig", "<p>Die Kämmerei hat nachgerechnet.</p>"),
    ],
)
def test_what_means_none_of_the_articles_is_one_of_its_own(db, config, title, body):
    record(db, config, draft("alt"))
    tally = record(db, config, draft("neu", title, body))
    assert (tally.new, len(live(db))) == (1, 2)


def test_a_correction_reaches_only_its_own_source(db, config):
    record(db, config, draft("alt"))
    tally = record(db, config, draft("neu", "Korrektur: Neue Bäume am Wall", RIGHT), source=1)
    assert tally.new == 1


def test_a_correction_reaches_back_two_weeks(db, config):
    record(db, config, draft("alt"))
    tally = record(db, config, draft("neu", "Korrektur: Neue Bäume am Wall", RIGHT), now=NOON + timedelta(days=15))
    assert tally.new == 1


def test_the_newest_of_several_articles_of_that_name_is_meant(db, config):
    record(db, config, draft("1", "Rat tagt", "<p>Am Montag.</p>"))
    record(db, config, draft("2", "Rat tagt", "<p>Am Freitag.</p>"))
    record(db, config, draft("3", "Korrektur: Rat tagt", "<p>Am Samstag.</p>"))
    assert {article.body for article in live(db)} == {"<p>Am Montag.</p>", "<p>Am Samstag.</p>"}


def test_the_same_address_that_gains_the_marking_is_an_update(db, config):
    record(db, config, draft("alt"))
    record(db, config, draft("alt", "Korrektur: Neue Bäume am Wall", RIGHT))
    (article,) = live(db)
    assert (article.revision, article.found.get("correction")) == (2, None)


def test_a_correction_of_what_an_admin_took_back_is_an_article_of_its_own(db, config):
    record(db, config, draft("alt"))
    decide(db, lambda article: retracted(article, NOON, "admin", "Falsche Zahlen."))
    record(db, config, draft("neu", "Korrektur: Neue Bäume am Wall", RIGHT))
    (article,) = live(db)
    assert article.key == "neu"


def test_a_correction_of_what_is_held_is_held(db, config):
    record(db, config, draft("alt"))
    decide(db, lambda article: held(article, "admin", "Wird geprüft."))
    record(db, config, draft("neu", "Korrektur: Neue Bäume am Wall", RIGHT))
    assert live(db) == ()
    assert articles.by_number(db, 1).article.body == RIGHT


def test_a_correction_that_is_silent_of_the_embargo_does_not_end_it(db, config):
    end = NOON + timedelta(hours=5)
    record(db, config, draft("alt", embargo=end, found={"embargo": "text 'Sperrfrist'"}))
    for hour in range(3):
        record(db, config, draft("neu", "Korrektur: Neue Bäume am Wall", RIGHT), now=NOON + timedelta(hours=hour))
    assert live(db) == ()
    assert articles.by_number(db, 1).article.embargo_until == end


def test_a_correction_of_what_waits_for_an_event_waits_too(db, config):
    record(db, config, draft("alt", hold="Vor der Rede nicht.", found={"embargo": "text 'Sperrfrist'"}))
    for _ in range(2):
        record(db, config, draft("neu", "Korrektur: Neue Bäume am Wall", RIGHT))
    assert live(db) == ()


def decide(db, change):
    before = articles.by_number(db, 1)
    articles.replace(db, before, change(before.article), before.filed, before.digest, NOON)


def test_a_withdrawal_under_a_key_of_its_own_takes_back_the_article_that_it_means(db, config):
    record(db, config, draft("alt"))
    both = (draft("alt"), draft("weg", "[GELÖSCHT] Neue Bäume am Wall", "", withdrawn=True))
    tally = record(db, config, *both)
    assert (tally.withdrawn, live(db)) == (1, ())
    for _ in range(3):
        assert not record(db, config, *both)
    assert articles.by_number(db, 1).article.status == "retracted"


def test_looking_for_what_is_meant_costs_no_more_when_more_is_stored(db, config):
    def steps():
        count = 0

        def step():
            nonlocal count
            count += 1
            return 0

        db.conn.set_progress_handler(step, 100)
        articles.latest(db, "dortmund", NOON - timedelta(days=14), 60)
        db.conn.set_progress_handler(None, 0)
        return count

    record(db, config, *(draft(f"a{n}", f"Meldung {n}") for n in range(100)))
    few = steps()
    record(db, config, *(draft(f"b{n}", f"Nachricht {n}") for n in range(500)), source=1)
    record(db, config, *(draft(f"c{n}", f"Notiz {n}") for n in range(500)))
    assert steps() <= few * 1.2 + 2
