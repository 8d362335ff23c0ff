"""What an admin decides about one article, as it is typed."""

import pytest
from sqlite_utils import Database

from syndicator.model import Selection
from syndicator.pipeline.embargoes import lift_embargoes
from syndicator.store import articles
from syndicator.store.database import connect
from syndicator.store.schema import migrations
from tests.support.articles import T0, article


@pytest.fixture
def db(folder):
    database = Database(connect(folder / "syndicator.db"))
    migrations.apply(database)
    yield database
    database.conn.close()


def put(db, number, source="dortmund", **changes):
    stored = article(number, source=source, id=f"tag:news.example,2019:{source}/{number}", **changes)
    aliases = [f"key:{number}", f"url:dortmund.example/nachricht.jsp?nid={number}"]
    return articles.insert(db, stored, (), "digest", aliases, T0)


def state(db, n):
    stored = articles.by_number(db, n).article
    return stored.status, stored.decided, stored.reason


def test_an_article_is_taken_back_by_its_address(syndicator, db):
    n = put(db, 605731)
    said = syndicator("retract", "https://www.dortmund.example/nachricht.jsp?nid=605731", "--reason", "Falsche Zahlen.")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "Retracted: #1 “Nachricht 605731” (dortmund)",
        "`syndicator publish` brings the feeds up to date; a running service does so by itself.",
    ]
    assert state(db, n) == ("retracted", "admin", "Falsche Zahlen.")
    assert articles.select(db, Selection()) == ()
    assert not articles.changes_after(db, 1)[0].after.live


def test_it_is_held_and_released(syndicator, db):
    n = put(db, 605731)
    assert syndicator("hold", "605731", "--reason", "Wird geprüft.").out.startswith("Held: #1 ")
    assert state(db, n) == ("held", "admin", "Wird geprüft.")
    assert syndicator("release", "605731").out.startswith("Released: #1 ")
    assert state(db, n) == ("live", "admin", "")
    assert len(articles.select(db, Selection())) == 1


def test_a_retracted_article_that_is_released_is_newer_than_the_notice_of_that(syndicator, db):
    n = put(db, 1)
    syndicator("retract", "#1", "--reason", "Versehen.")
    gone = articles.by_number(db, n).article.updated
    syndicator("release", "#1")
    assert articles.by_number(db, n).article.updated > gone > T0


def test_what_is_so_already_is_told_and_changes_nothing(syndicator, db):
    put(db, 1)
    assert syndicator("release", "#1").out == "Nothing to do, it is live already: #1 “Nachricht 1” (dortmund)\n"
    assert articles.last_change(db) == 1


def test_what_is_taken_back_cannot_be_held(syndicator, db):
    n = put(db, 1, status="retracted", decided="source")
    said = syndicator("hold", "#1", "--reason", "Sicher ist sicher.")
    assert said.code == 0
    assert "It is in no feed, as it was taken back." in said.out
    assert state(db, n)[0] == "retracted"


def test_an_embargo_outlives_a_release_unless_told_otherwise(syndicator, db):
    from datetime import UTC, datetime, timedelta

    end = datetime.now(UTC) + timedelta(hours=3)
    n = put(db, 1, status="held", decided="watchman", embargo_until=end)
    said = syndicator("release", "#1")
    assert f"embargoed until {end:%Y-%m-%d %H:%M} UTC" in said.out
    assert state(db, n) == ("embargoed", "admin", "")
    assert syndicator("release", "#1").out.startswith("Nothing to do, it is embargoed already")
    assert syndicator("release", "#1", "--despite-embargo").out.startswith("Released: #1 ")
    assert state(db, n) == ("live", "admin", "")
    assert lift_embargoes(db, end) == 0


@pytest.mark.parametrize("command", ["retract", "hold", "release"])
def test_what_names_no_article_is_one_sentence(syndicator, db, command):
    put(db, 1)
    said = syndicator(command, "https://portal.example/nichts", "--reason", "Egal.")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("Error: No article is known as 'https://portal.example/nichts'.")


def test_what_names_several_lists_them_and_changes_none(syndicator, db):
    put(db, 4711)
    put(db, 4711, source="bochum")
    said = syndicator("retract", "4711", "--reason", "Egal.")
    assert (said.code, said.out) == (1, "")
    assert [line[:12] for line in said.err.splitlines()[1:]] == ["  #1  dortmu", "  #2  bochum"]
    assert len(articles.select(db, Selection())) == 2
    assert syndicator("retract", "#2", "--reason", "Doppelt.").code == 0


def test_json_says_what_became_of_it(syndicator, db):
    put(db, 1)
    assert syndicator("hold", "#1", "--reason", "Wird geprüft.", "--json").json == {
        "changed": True,
        "number": 1,
        "id": "tag:news.example,2019:dortmund/1",
        "source": "dortmund",
        "title": "Nachricht 1",
        "address": "https://www.dortmund.example/nachricht.jsp?nid=1",
        "status": "held",
        "decided": "admin",
        "reason": "Wird geprüft.",
        "embargo_until": None,
    }


@pytest.mark.parametrize("command", ["retract", "hold"])
def test_a_reason_is_asked_for(syndicator, db, command):
    put(db, 1)
    said = syndicator(command, "#1")
    assert said.code == 2
    assert "--reason" in said.err


def test_without_a_store_there_is_no_article(syndicator, folder):
    said = syndicator("retract", "#1", "--reason", "Egal.")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("Error: ")
    assert not (folder / "syndicator.db").exists()


def test_a_headline_cannot_command_the_terminal(syndicator, db):
    put(db, 1, title="Rot \x1b[31m")
    assert "\x1b" not in syndicator("retract", "#1", "--reason", "Egal.").out
