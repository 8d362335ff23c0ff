from syndicator.model import Label
from syndicator.store import articles
from syndicator.store.labels import Use, label_uses, live_articles
from tests.support.articles import T0, article


def put(db, number, labels, filed=(), **changes):
    stored = article(number, labels=tuple(Label(*label) for label in labels), categories=filed, **changes)
    articles.insert(db, stored, (*filed, "?a query"), "digest", (), T0)


def test_labels_are_counted_by_source_and_axis_as_they_are_written(db):
    put(db, 1, [("tag", "Sport"), ("topline", "Sport")], ("kultur",))
    put(db, 2, [("tag", "Sport")], ("kultur", "vielfalt"))
    put(db, 3, [("tag", "SPORT")], status="retracted")
    put(db, 4, [("tag", "Sport")], source="bochum")
    put(db, 5, [])
    assert label_uses(db) == {
        ("dortmund", Label("tag", "Sport")): Use(2, {"kultur": 2, "vielfalt": 1}),
        ("dortmund", Label("topline", "Sport")): Use(1, {"kultur": 1}),
        ("dortmund", Label("tag", "SPORT")): Use(1, {}),
        ("bochum", Label("tag", "Sport")): Use(1, {}),
    }


def test_live_articles_are_counted_by_category(db):
    put(db, 1, [], ("kultur",))
    put(db, 2, [], ("kultur", "vielfalt"))
    put(db, 3, [], ("kultur",), status="held")
    assert [live_articles(db, name) for name in ("kultur", "vielfalt", "sport", "")] == [2, 1, 0, 2]
