import pytest

from syndicator.ingest.suggest import Suggestion
from syndicator.model import Label
from syndicator.pipeline.categories import Filled, Labelled, additions, survey
from syndicator.store import articles
from tests.support.articles import T0, article


@pytest.fixture
def put(db):
    numbers = iter(range(1, 1000))

    def put(*labels, source="dortmund", filed=(), times=1):
        for number in (next(numbers) for _ in range(times)):
            stored = article(number, source=source, labels=labels, categories=filed)
            articles.insert(db, stored, filed, "digest", (), T0)

    return put


def test_labels_are_told_by_source_the_most_frequent_first_with_what_they_lead_to(db, config, put):
    put(Label("tag", "Sport"), Label("district", "Eving"))
    put(Label("topline", "VIELFALT"), Label("tag", "Integrationspolitik"), times=2)
    put(Label("tag", "Verkehr"), source="herne")
    overview = survey(db, config)
    assert list(overview.sources) == ["dortmund", "bochum", "herne"]
    assert overview.sources["dortmund"] == (
        Labelled(
            Label("tag", "Integrationspolitik"), 2, (), Suggestion("vielfalt", "it begins like its label Integration")
        ),
        Labelled(Label("topline", "VIELFALT"), 2, ("vielfalt",), None),
        Labelled(Label("district", "Eving"), 1, (), None),
        Labelled(Label("tag", "Sport"), 1, (), None),
    )
    assert overview.sources["bochum"] == ()
    assert [row.categories for row in overview.sources["herne"]] == [("verkehr",)]
    assert [row.label.name for row in overview.sources["dortmund"] if row.unmapped] == ["Integrationspolitik", "Sport"]


def test_the_company_that_a_label_keeps_is_that_of_all_sources(db, config, put):
    put(Label("tag", "Sprachcafé"), filed=("vielfalt",), times=3)
    put(Label("feed", "SPRACHCAFE"), source="bochum", filed=("vielfalt",), times=2)
    put(times=20)
    overview = survey(db, config)
    because = "5 of its 5 articles are filed there by other rules"
    assert [row.suggestion for row in overview.sources["bochum"]] == [Suggestion("vielfalt", because)]
    assert [row.suggestion for row in overview.sources["dortmund"]] == [Suggestion("vielfalt", because)]


def test_categories_without_articles_and_labels_that_nobody_uses_are_told(db, config, put):
    put(Label("tag", "integration"), filed=("vielfalt",))
    assert survey(db, config).categories == (Filled("vielfalt", 1, ("Vielfalt",)), Filled("verkehr", 0, ("Verkehr",)))


def test_suggested_labels_stand_behind_those_a_category_has_each_once(config):
    rows = [
        Labelled(Label("tag", name), 1, (), Suggestion(category, "") if category else None)
        for name, category in [
            ("Radverkehr", "verkehr"),
            ("RADVERKEHR", "verkehr"),
            ("Sport", ""),
            ("verkehr", "verkehr"),
        ]
    ]
    assert additions(rows, config.categories) == {"verkehr": ("Verkehr", "Radverkehr")}


def test_an_empty_store_tells_of_no_label(db, config):
    assert set(survey(db, config).sources.values()) == {()}
