import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.ingest.classify import Filing, Words
from syndicator.ingest.reasons import Reason, reasons
from syndicator.model import Label

KEYWORDS = tomllib.loads((Path(__file__).parent / "keywords.toml").read_text("utf-8"))["rule"]
CATEGORIES = {
    "vielfalt": Words(("*integration*", "runder Tisch", "Bürger*innen"), ("Vielfalt", "Integration")),
    "verkehr": Words(("Straße*",), ("Verkehr",)),
    "sport": Words((), ("Sport",)),
}
TEXT = (
    "Am Mittwoch hat die Stadt mitgeteilt, dass ein (runder Tisch) die Arbeitsmarkt-Integrationen begleitet. "
    "Alle Bürger:innen sind eingeladen, auch die der Strassen dahinter. Noch einmal: Integration."
)


def test_a_label_is_told_with_its_axis_and_with_the_rule_as_it_is_written():
    labels = [Label("topline", "VIELFALT"), Label("tag", "Vielfalt"), Label("district", "Eving")]
    assert reasons(CATEGORIES, labels, "", "") == (
        Reason("vielfalt", "label", "Vielfalt", "VIELFALT", axis="topline"),
        Reason("vielfalt", "label", "Vielfalt", "Vielfalt", axis="tag"),
    )


def test_a_keyword_is_told_with_the_word_that_matches_and_what_stands_around_it():
    in_headline, *in_text = reasons(CATEGORIES, [], "Integrationsrat: neue Bürger*innen?", TEXT)[:3]
    assert in_headline == Reason("vielfalt", "headline", "*integration*", "Integrationsrat", after="neue Bürger*innen?")
    assert [(reason.rule, reason.word) for reason in (*in_text,)] == [
        ("Bürger*innen", "Bürger*innen"),
        ("*integration*", "Arbeitsmarkt-Integrationen"),
    ]
    assert in_text[-1].before == "… mitgeteilt, dass ein (runder Tisch) die"
    assert in_text[-1].after == "begleitet. Alle Bürger:innen sind eingeladen, auch …"


def test_all_that_files_is_told_in_the_order_of_the_configuration():
    told = reasons(CATEGORIES, [Label("tag", "Sport"), Label("tag", "Verkehr")], "", TEXT)
    assert [(reason.category, reason.place, reason.word) for reason in told] == [
        ("vielfalt", "text", "Arbeitsmarkt-Integrationen"),
        ("vielfalt", "text", "runder Tisch"),
        ("vielfalt", "text", "Bürger:innen"),
        ("verkehr", "label", "Verkehr"),
        ("verkehr", "text", "Strassen"),
        ("sport", "label", "Sport"),
    ]


def test_where_nothing_files_there_is_no_reason():
    assert reasons(CATEGORIES, [Label("tag", "Kultur")], "Ein Titel", "Ein Text") == ()


@pytest.mark.parametrize(
    ("keyword", "text"), [(rule["keyword"], text) for rule in KEYWORDS for text in rule["stands_in"]]
)
def test_the_word_told_files_by_itself(keyword, text):
    rules = {"x": Words((keyword,))}
    (reason,) = reasons(rules, [], "", f"Davor {text} danach")
    assert Filing(rules).file_under([], "", reason.word) == ("x",)
    assert len(reason.word.split()) <= max(len(keyword.split()), keyword.count("-") + 1)


WORDS = st.lists(st.sampled_from(["rat", "rats", "stadt-rat", "(rat)", "baum", "ä", "\x1c", "…"]))


@given(WORDS, st.lists(st.sampled_from(["rat", "*rat", "rat*", "rat baum", "r* b*", "stadtrat", "*"])), WORDS)
def test_there_is_a_reason_for_each_category_and_for_no_other(title, keywords, text):
    rules = {str(n): Words((keyword,)) for n, keyword in enumerate(keywords)}
    told = reasons(rules, [], " ".join(title), " ".join(text))
    assert tuple(dict.fromkeys(reason.category for reason in told)) == Filing(rules).file_under(
        [], " ".join(title), " ".join(text)
    )
