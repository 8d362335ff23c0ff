"""What does not look like news is held back, and a known article keeps its last good text."""

from datetime import UTC, datetime, timedelta

import pytest

from syndicator.model import Draft, Harvest, Moment, Selection
from syndicator.pipeline.decide import release_held
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.record import Recorder
from syndicator.store import articles
from syndicator.store import watch as store
from tests.support.configs import BASE, a_config

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TEXT = "Der Rat hat den Plan beschlossen, und die Verwaltung beginnt im Mai mit dem Bau. "


@pytest.fixture
def config(tmp_path):
    return a_config(tmp_path, BASE.replace('kind = "feed"', 'kind = "portal"'))


def draft(number=1, **changes):
    values = {
        "key": str(number),
        "address": f"https://portal.example/{number}",
        "title": f"Der Platz wird neu gestaltet, Teil {number}",
        "body": f"<p>{TEXT * 4}{number}</p>",
        "published": Moment(NOW - timedelta(days=20), "day", "list"),
    }
    return Draft(**{**values, **changes})


def record(db, config, *drafts, now=NOW):
    recorder = Recorder(db, config.sources[0], Rules(config), config.site.host, now)
    return recorder.record(Harvest(drafts=drafts)), recorder


def live(db):
    return [article.title for article in articles.select(db, Selection())]


ERROR = {"title": "Fehler 500", "body": "<p>Interner Serverfehler</p>"}


def test_an_error_page_is_stored_but_goes_nowhere(db, config):
    tally, recorder = record(db, config, draft(1), draft(2, **ERROR))
    assert (tally.new, tally.held, recorder.admitted) == (1, 1, [draft(1)])
    assert live(db) == [draft(1).title]
    held = articles.by_number(db, 1).article
    assert (held.status, held.decided) == ("held", "watchman")
    assert held.reason == "It is headed like an error page: “Fehler 500”."


def test_it_is_let_out_by_itself_when_a_later_look_finds_a_good_text(db, config):
    record(db, config, draft(1, **ERROR))
    assert articles.by_number(db, 1).recheck_at == NOW + timedelta(hours=1)  # however old the article says to be
    later = NOW + timedelta(hours=1)
    tally, _ = record(db, config, draft(1), now=later)
    assert (tally.changed, live(db)) == (1, [draft(1).title])
    article = articles.by_number(db, 1).article
    assert (article.decided, article.reason, article.body) == ("", "", draft(1).body)


def test_the_same_text_alone_lets_nothing_out(db, config):
    alike = [draft(n, title="Aktuelle Pressemeldungen") for n in range(4)]
    tally, _ = record(db, config, *alike)
    assert (tally.held, live(db)) == (4, [])
    record(db, config, alike[0])  # now it comes alone, and nothing shows that all are headed like this
    assert live(db) == []


def test_a_known_article_keeps_its_last_good_text(db, config):
    record(db, config, draft(1), draft(2))
    tally, recorder = record(db, config, draft(1, **ERROR), draft(2), now=NOW + timedelta(hours=1))
    assert not tally
    assert recorder.kept == [draft(1, **ERROR)]
    assert sorted(live(db)) == [draft(1).title, draft(2).title]
    tally, recorder = record(db, config, draft(1, body="<p>Berichtigt.</p>"), now=NOW + timedelta(hours=2))
    assert (tally.changed, recorder.kept) == (1, [])


def test_a_feed_that_shows_one_text_for_all_overwrites_none(db, config):
    record(db, config, *map(draft, range(6)))
    banner = {"body": f"<p>{'Diese Website verwendet Cookies. ' * 6}</p>"}
    tally, recorder = record(db, config, *(draft(n, **banner) for n in range(8)), now=NOW + timedelta(hours=1))
    assert (tally.new, tally.held, tally.changed, len(recorder.kept)) == (0, 2, 0, 6)
    assert {article.body for article in articles.select(db, Selection())} == {draft(n).body for n in range(6)}


def test_what_an_admin_let_out_is_not_held_again(db, config):
    record(db, config, draft(1, **ERROR), draft(2, **ERROR))
    assert release_held(db, "dortmund", "", NOW) == 2
    assert live(db) == ["Fehler 500", "Fehler 500"]
    assert release_held(db, "dortmund", "", NOW) == 0
    worse = {"title": "Fehler 503", "body": "<p>Dienst nicht verfügbar</p>"}
    record(db, config, draft(1, **worse), now=NOW + timedelta(hours=1))
    assert sorted(live(db)) == ["Fehler 500", "Fehler 503"]


def test_what_is_let_out_by_itself_still_waits_for_an_embargo_that_its_text_states(db, config):
    record(db, config, draft(1, **ERROR))
    end = NOW + timedelta(days=1)
    wish = {"embargo": end, "found": {"embargo": "text 'Sperrfrist'"}}
    record(db, config, draft(1, **wish), now=NOW + timedelta(hours=1))
    article = articles.by_number(db, 1).article
    assert (article.status, article.embargo_until) == ("embargoed", end)


def test_what_the_source_takes_back_is_taken_back_from_quarantine_too(db, config):
    record(db, config, draft(1, **ERROR))
    record(db, config, draft(1, title="[GELÖSCHT]", withdrawn=True), now=NOW + timedelta(hours=1))
    assert articles.by_number(db, 1).article.status == "retracted"
    assert store.held_by_watchman(db, "dortmund") == (0, None, "")


def test_what_an_admin_holds_is_not_counted_as_doubtful(db, config):
    record(db, config, draft(1), draft(2, **ERROR))
    db.execute("UPDATE articles SET status = 'held', decided = 'admin' WHERE n = 2")
    assert store.held_by_watchman(db, "dortmund") == (1, NOW, "Fehler 500")
    assert [held.id for held in store.newest_held(db, 3)] == [articles.by_number(db, 1).article.id]


def test_status_sees_the_newest_of_each_source_and_how_many_there_are(db, config):
    record(db, config, *(draft(n, **ERROR) for n in range(5)))
    held = store.newest_held(db, 2)
    assert [(one.source, one.count) for one in held] == [("dortmund", 5), ("dortmund", 5)]
    assert held[0].id > held[1].id or held[0].id != held[1].id
