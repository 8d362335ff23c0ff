"""The gate: no change may make articles be read worse than `quality.toml` says. See `quality.py` for how to raise it."""

from collections import Counter

from tests.ingest.quality import Scores, f1, fallen, grams, measure, pinned


def test_no_score_of_a_fixture_has_fallen():
    sentences = list(fallen(measure(), pinned()))
    assert not sentences, "\n".join([*sentences, "After a change that is meant: python -m tests.ingest.quality"])


def test_a_score_that_falls_is_told_with_its_fixture():
    now = {"pages/a": Scores(1, 1, 0.5, 1), "pages/b": Scores(1, 1, 1, 1), "pages/new": Scores(1, 0, 1, 1)}
    before = {"pages/a": {"headline": 1.0, "body": 0.9}, "pages/c": {"body": 1.0}}
    assert list(fallen(now, before)) == [
        "pages/a: body fell from 0.900 to 0.500",
        "pages/new: day fell from 1.000 to 0.000",
        "pages/c is no fixture any more",
    ]


def test_a_body_with_more_or_less_than_it_should_have_scores_less():
    text = ["Der Brunnen steht vor dem Rathaus.", "Er sprudelt seit heute."]
    whole = grams(text)
    assert f1(whole, whole) == 1
    assert 0.5 < f1(grams(text[:1]), whole) < 1
    assert 0.5 < f1(grams([*text, "Seite drucken"]), whole) < 1
    assert f1(Counter(), whole) == 0
