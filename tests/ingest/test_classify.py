import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.ingest.classify import Filing
from syndicator.model import Label


@dataclass(frozen=True)
class Rules:
    labels: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


def rules(labels: Iterable[str] = (), keywords: Iterable[str] = ()) -> Rules:
    return Rules(tuple(labels), tuple(keywords))


TABLE = tomllib.loads((Path(__file__).parent / "filing.toml").read_text("utf-8"))
FILING = Filing({name: rules(**category) for name, category in TABLE["categories"].items()})


def named(case):
    return " · ".join(value for key, value in case.items() if key != "files") or "nothing"


@pytest.mark.parametrize("case", TABLE["case"], ids=named)
def test_an_article_is_filed(case):
    labels = [Label("topline", case["label"])] if "label" in case else []
    assert FILING.file_under(labels, case.get("title", ""), case.get("text", "")) == tuple(case["files"])


def test_labels_of_every_axis_count():
    labels = [Label("district", "Innenstadt-Nord"), Label("tag", "Klima"), Label("feed", "vielfalt")]
    assert FILING.file_under(labels, "", "") == ("vielfalt", "umwelt")


def test_one_word_may_file_under_several_categories():
    filing = Filing({"b": rules(["Sport"], ["Turnier"]), "a": rules(["Sport"], ["Turnier"])})
    assert filing.file_under([Label("tag", "Sport")], "", "") == ("b", "a")
    assert filing.file_under([], "Turnier", "") == ("b", "a")


def test_without_categories_nothing_is_filed():
    assert Filing({}).file_under([Label("tag", "Vielfalt")], "Vielfalt", "Vielfalt") == ()


WORDS = st.sampled_from(["rat", "rats", "stadtrat", "baum", "bäume", "a", "ü-bahn", "…", "*", "-"])


@given(st.lists(WORDS), st.lists(WORDS, max_size=3).map(" ".join))
def test_a_keyword_files_the_text_that_holds_it(words, keyword):
    text = " ".join([*words, keyword.strip("* "), *words])
    found = Filing({"x": rules(keywords=[keyword])}).file_under([], "", text)
    assert found == (("x",) if any(c.isalnum() for c in keyword) else ())


@given(st.text(), st.text(), st.text())
def test_no_text_and_no_rule_raises(label, keyword, text):
    filing = Filing({"x": rules([label], [keyword])})
    assert filing.file_under([Label("tag", text)], text, keyword) in {(), ("x",)}
