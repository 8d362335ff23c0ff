from dataclasses import replace
from datetime import timedelta

import pytest

from syndicator.ingest import revise
from syndicator.model import Image, Label
from syndicator.pipeline.explain import explain
from syndicator.pipeline.filing import Rules
from syndicator.store import articles, facts
from tests.support.articles import T0, article
from tests.support.configs import BASE, a_config

OWN_FEEDS = """
[[feeds]]
name = "interkommunal"
title = "Interkommunal"
categories = ["verkehr"]

[[feeds]]
name = "kooperation"
title = "Kooperation"
query = "Städtekooperation"
entries = 3
"""
INTEGRATION = (Label("tag", "Integration"),)


@pytest.fixture
def config(tmp_path):
    return a_config(tmp_path, BASE + OWN_FEEDS)


@pytest.fixture
def put(db, config):
    """Stores an article as a visit does: filed by the rules of the configuration."""

    def put(number, **changes):
        filed, under = Rules(config).file(article(number, **changes))
        return articles.by_number(db, articles.insert(db, filed, under, "digest", (f"key:{number}",), T0))

    return put


def standings(told):
    return {standing.feed.name: standing.position or standing.reason for standing in told.feeds}


def test_an_article_stands_in_the_feeds_of_its_city_and_categories_and_is_missed_in_those_of_the_admin(db, config, put):
    stored = put(1, labels=INTEGRATION)
    put(2)
    assert standings(explain(db, config, stored)) == {
        "all": 2,
        "vielfalt": 1,
        "dortmund": 2,
        "dortmund-vielfalt": 1,
        "interkommunal": "its category is vielfalt, not verkehr",
        "kooperation": "headline and text do not answer its query Städtekooperation",
    }


def test_the_positions_told_are_those_of_the_selection_that_is_published(db, config, put):
    stored = [put(number, title="Die Städtekooperation", labels=INTEGRATION) for number in range(1, 6)]
    for one in stored:
        for standing in explain(db, config, one).feeds:
            there = [each.id for each in articles.select(db, standing.feed.selection)]
            assert standing.count == len(there)
            assert standing.position == (there.index(one.article.id) + 1 if one.article.id in there else None)


def test_a_full_feed_is_told_as_such(db, config, put):
    stored = [put(number, title="Die Städtekooperation") for number in range(1, 5)]
    assert standings(explain(db, config, stored[0]))["kooperation"] == "3 newer articles fill it"
    assert standings(explain(db, config, stored[1]))["kooperation"] == 3


def test_a_feed_that_is_asked_for_is_told_though_nobody_expects_it(db, config, put):
    stored = put(1, labels=INTEGRATION)
    told = standings(explain(db, config, stored, ["bochum-verkehr"]))
    assert told["bochum-verkehr"] == "its city is Dortmund, not Bochum; its category is vielfalt, not verkehr"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            lambda one: replace(one, status="embargoed", decided="source", embargo_until=T0 + timedelta(days=1)),
            "it is embargoed by its source until 2019-11-05 10:00",
        ),
        (
            lambda one: revise.held(one, "watchman", "its text is an error page"),
            "it is held back by the watchman: its text is an error page",
        ),
        (lambda one: revise.held(one, "admin", ""), "it is held back by an admin"),
        (
            lambda one: revise.retracted(one, T0),
            "it was taken back by its source; feeds tell so until 2019-12-04 10:00",
        ),
        (
            lambda one: revise.retracted(one, T0, "admin", "wrong figures"),
            "it was taken back by an admin: wrong figures; feeds tell so until 2019-12-04 10:00",
        ),
        (lambda one: replace(one, status="retracted"), "it was taken back"),
    ],
)
def test_what_is_not_live_stands_nowhere_and_the_feeds_it_would_stand_in_say_why(db, config, put, change, why):
    before = put(1, labels=INTEGRATION)
    articles.replace(db, before, change(before.article), before.filed, before.digest, T0)
    told = explain(db, config, articles.by_number(db, before.n))
    assert told.hidden == why
    assert standings(told) == dict.fromkeys(
        ["all", "vielfalt", "dortmund", "dortmund-vielfalt", "interkommunal", "kooperation"], why
    )


def test_the_rules_that_file_it_are_told_with_the_words_they_met(db, config, put):
    stored = put(1, labels=INTEGRATION, body="<p>Der <b>Integrations-Rat</b> tagt.</p>")
    told = explain(db, config, stored)
    assert [(reason.category, reason.rule, reason.word) for reason in told.reasons] == [
        ("vielfalt", "Integration", "Integration"),
        ("vielfalt", "Integrationsrat", "Integrations-Rat"),
    ]
    assert told.reasons[1].after == "tagt."


def test_an_edit_that_the_service_has_not_taken_over_is_told_apart_from_what_the_feeds_go_by(db, config, put, tmp_path):
    stored = put(1, labels=INTEGRATION)
    edited = a_config(tmp_path, BASE.replace('"Integration"]', '"Umwelt"]').replace('["Verkehr"]', '["Integration"]'))
    told = explain(db, edited, stored)
    assert (stored.filed, told.filed_now) == (("vielfalt",), ("verkehr",))
    assert [reason.category for reason in told.reasons] == ["verkehr"]
    assert standings(told)["vielfalt"] == 1
    assert standings(told)["verkehr"] == "its category is vielfalt, not verkehr"


def test_a_picture_that_stays_behind_is_told_with_its_reason(db, config, put):
    stored = put(1, images=(Image("https://portal.example/bild.jpg", credit="Adobe Stock"),))
    (picture,) = explain(db, config, stored).pictures
    assert picture.objection.startswith("source 'dortmund' has no image_rights")


def test_former_texts_and_aliases_are_told(db, config, put):
    before = put(1)
    articles.add_aliases(db, before.n, "dortmund", ["url:portal.example/1"])
    after = replace(before.article, title="Neu", revision=2)
    articles.replace(db, before, after, before.filed, "other", T0)
    told = explain(db, config, articles.by_number(db, before.n))
    assert [(past.number, past.title, past.until) for past in told.past] == [(1, "Nachricht 1", T0)]
    assert told.aliases == ("key:1", "url:portal.example/1")


def test_changes_that_are_not_published_and_feeds_that_could_not_be_rendered_are_told(db, config, put):
    stored = put(1)
    facts.set_fact(db, "failed", '["all"]')
    told = explain(db, config, stored)
    assert told.unpublished
    assert [standing.feed.name for standing in told.feeds if standing.stale] == ["all"]
    facts.set_fact(db, "published", str(articles.last_change(db)))
    assert not explain(db, config, stored).unpublished


def test_an_article_of_a_source_and_city_that_are_no_more_is_explained(db, config, put):
    stored = put(1, source="herne", city="Herne")
    assert standings(explain(db, config, stored))["herne"] == 1
