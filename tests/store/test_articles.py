from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.model import Author, Image, Label, Moment, Provenance, Selection, Without
from syndicator.store import articles
from tests.support.articles import T0, article


def put(db, stored, filed=(), aliases=()):
    return articles.insert(db, replace(stored, categories=tuple(filed)), filed, "digest", aliases, T0)


def ids(found):
    return [one.key for one in found]


def test_an_article_comes_back_as_it_was_stored(db):
    full = article(
        published=Moment(T0, "day", "json-ld"),
        labels=(Label("topline", "Vielfalt"), Label("district", "Hörde")),
        images=(Image("https://x.example/a.jpg", alt="Rathaus", credit="Stadt Dortmund", width=3),),
        authors=(Author("Pressestelle", email="presse@x.example"),),
        provenance=Provenance(id="urn:feed", title="Feed", updated=T0),
        categories=("vielfalt",),
        found={"title": "selector h1", "body": "json-ld articleBody"},
        was_out=True,
    )
    n = put(db, full, ["vielfalt"])
    assert articles.by_number(db, n).article == full


def test_an_article_without_a_date_has_none_when_it_comes_back(db):
    n = put(db, article(published=None))
    assert articles.by_number(db, n).article.published is None


def test_a_city_is_named_as_long_as_it_has_a_live_article(db):
    n = put(db, article(1))
    put(db, article(2, city="Bochum"))
    put(db, article(3, city="Ahlen"))
    put(db, article(4, city="Ahlen"))
    put(db, article(5, city=""))
    assert articles.cities(db) == ("Ahlen", "Bochum", "Dortmund")
    stored = articles.by_number(db, n)
    articles.replace(db, stored, replace(stored.article, city="Dorsten"), (), "digest", T0)
    assert articles.cities(db) == ("Ahlen", "Bochum", "Dorsten")


def test_without_articles_there_is_no_city(db):
    assert articles.cities(db) == ()


def test_two_sources_may_use_one_key_for_two_articles(db):
    one = put(db, article(1), aliases=["key:7"])
    two = put(db, article(2, source="bochum", id="tag:other"), aliases=["key:7"])
    assert articles.known_aliases(db, "dortmund", ["key:7"]) == {"key:7": one}
    assert articles.known_aliases(db, "bochum", ["key:7"]) == {"key:7": two}


def test_an_alias_stays_with_the_article_that_had_it_first(db):
    one, two = put(db, article(1), aliases=["url:a"]), put(db, article(2))
    articles.add_aliases(db, two, "dortmund", ["url:a", "url:b"])
    assert articles.known_aliases(db, "dortmund", ["url:a", "url:b"]) == {"url:a": one, "url:b": two}


def test_the_newest_come_first_and_no_more_than_asked_for(db):
    for number in (2, 5, 1, 4, 3):
        put(db, article(number))
    assert ids(articles.select(db, Selection(limit=3))) == ["5", "4", "3"]


def test_of_two_articles_of_one_instant_the_one_that_came_later_is_first(db):
    put(db, article(1, sort_at=T0))
    put(db, article(2, sort_at=T0))
    assert ids(articles.select(db, Selection())) == ["2", "1"]


def test_categories_and_cities_narrow_a_selection(db):
    put(db, article(1), ["vielfalt"])
    put(db, article(2), ["verkehr"])
    put(db, article(3, city="Bochum"), ["vielfalt", "verkehr"])
    put(db, article(4, city="Bochum"))
    assert ids(articles.select(db, Selection(categories=("vielfalt",)))) == ["3", "1"]
    assert ids(articles.select(db, Selection(cities=("Bochum",)))) == ["4", "3"]
    assert ids(articles.select(db, Selection(categories=("vielfalt", "verkehr")))) == ["3", "2", "1"]
    assert ids(articles.select(db, Selection(categories=("verkehr",), cities=("Dortmund", "Bochum")))) == ["3", "2"]


def test_an_own_feed_is_answered_by_what_was_filed_for_it(db):
    put(db, article(1), ["vielfalt", "?own"])
    n = put(db, article(2), ["?own"])
    put(db, article(3), ["vielfalt"])
    own = Selection(("vielfalt",), query="Integration", filed="?own")
    assert ids(articles.select(db, own)) == ["2", "1"]
    assert articles.select(db, own)[0].categories == ()
    before = articles.by_number(db, n)
    articles.replace(db, before, replace(before.article, status="held"), before.filed, "digest", T0)
    assert ids(articles.select(db, own)) == ["1"]
    assert db.execute("SELECT count(*) FROM filings WHERE category = '?own'").fetchone()[0] == 1


@pytest.mark.parametrize("status", ["held", "embargoed", "retracted"])
def test_only_live_articles_go_out(db, status):
    put(db, article(1, status=status), ["vielfalt"])
    n = put(db, article(2), ["vielfalt"])
    before = articles.by_number(db, n)
    hidden = replace(before.article, status=status)
    articles.replace(db, before, hidden, before.filed, "digest", T0)
    assert articles.select(db, Selection()) == ()
    assert articles.select(db, Selection(categories=("vielfalt",), cities=("Dortmund",))) == ()


def test_a_moved_article_stands_only_where_it_moved_to(db):
    n = put(db, article(1), ["vielfalt"])
    before = articles.by_number(db, n)
    after = replace(before.article, city="Bochum", sort_at=T0 + timedelta(days=9), categories=("verkehr",))
    articles.replace(db, before, after, ["verkehr"], "digest", T0)
    assert articles.select(db, Selection(categories=("vielfalt",))) == ()
    assert articles.select(db, Selection(cities=("Dortmund",))) == ()
    assert articles.select(db, Selection(categories=("verkehr",), cities=("Bochum",))) == (after,)


def test_a_new_text_leaves_the_old_one_as_a_revision(db):
    n = put(db, article(1))
    before = articles.by_number(db, n)
    articles.replace(db, before, replace(before.article, body="<p>Neu</p>", revision=2), (), "other", T0)
    kept = db.execute("SELECT revision, body FROM revisions").fetchall()
    assert kept == [(1, before.article.body)]
    assert articles.revisions_since(db, n, T0 - timedelta(days=1)) == 1
    assert articles.revisions_since(db, n, T0 + timedelta(days=1)) == 0


def test_each_step_is_a_change_that_tells_what_was_before(db):
    n = put(db, article(1), ["vielfalt"])
    before = articles.by_number(db, n)
    articles.replace(db, before, replace(before.article, status="retracted"), before.filed, "digest", T0)
    came, went = articles.changes_after(db, 0)
    assert (came.before, came.after.live, came.after.categories) == (None, True, ("vielfalt",))
    assert went.before == came.after
    assert not went.after.live
    assert articles.changes_after(db, came.seq) == (went,)


def test_the_articles_due_for_another_look_are_found_by_their_hour(db):
    for number, hour in ((1, 5), (2, 3), (3, 9)):
        articles.set_recheck(db, put(db, article(number)), datetime(2019, 11, 5, hour, tzinfo=UTC))
    due = articles.due_for_recheck(db, "dortmund", datetime(2019, 11, 5, 6, tzinfo=UTC), 10)
    assert [stored.article.key for stored in due] == ["2", "1"]


def test_a_feed_that_leaves_nearly_everything_out_walks_past_nothing(db):
    """What an own feed leaves out has no row under its name: a walk costs what is shown, not what is left out."""
    own = Selection(without=Without(sources=("dortmund",)), filed="?own")
    db.execute("BEGIN")
    for number in range(2000):
        put(db, article(number), ["vielfalt"])
    for number in range(3):
        put(db, article(-number, source="bochum", id=f"tag:{number}"), ["?own"])
    steps = 0

    def tick():
        nonlocal steps
        steps += 1

    db.conn.set_progress_handler(tick, 10)
    assert len(articles.select(db, own)) == 3
    db.conn.set_progress_handler(None, 0)
    assert steps < 100


def test_a_selection_reads_no_more_rows_when_more_articles_are_stored(db):
    def steps():
        count = 0

        def tick():
            nonlocal count
            count += 1

        db.conn.set_progress_handler(tick, 10)
        articles.select(db, Selection(categories=("vielfalt",), cities=("Dortmund",), limit=20))
        db.conn.set_progress_handler(None, 0)
        return count

    db.execute("BEGIN")
    for number in range(100):
        put(db, article(number), ["vielfalt"])
    few = steps()
    for number in range(100, 2000):
        put(db, article(number), ["vielfalt"])
    assert steps() <= few * 1.2
