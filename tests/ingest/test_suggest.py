import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.config import Category
from syndicator.ingest.suggest import Suggester, Suggestion

TABLE = tomllib.loads((Path(__file__).parent / "suggestions.toml").read_text("utf-8"))
CATEGORIES = {
    name: Category.model_validate({"name": name, **table}, strict=False) for name, table in TABLE["categories"].items()
}
SUGGESTER = Suggester(CATEGORIES)


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["label"] or "nothing")
def test_a_category_is_suggested(case):
    expected = Suggestion(case["category"], case["because"]) if "category" in case else None
    assert SUGGESTER.suggest(case["label"], case.get("articles", 0), case.get("filed", {})) == expected


@given(st.text(max_size=30), st.dictionaries(st.sampled_from(["vielfalt", "verkehr"]), st.integers(0, 9)))
def test_no_label_raises_and_only_categories_are_suggested(label, filed):
    suggested = SUGGESTER.suggest(label, 9, filed)
    assert suggested is None or suggested.category in CATEGORIES


def test_the_company_of_a_category_that_most_articles_have_says_nothing():
    assert Suggester(CATEGORIES, {"vielfalt": 0.2}).suggest("Sprachcafé", 10, {"vielfalt": 9}) is not None
    assert Suggester(CATEGORIES, {"vielfalt": 0.8}).suggest("Sprachcafé", 10, {"vielfalt": 9}) is None


def test_without_categories_nothing_is_suggested():
    assert Suggester({}).suggest("Sport") is None
