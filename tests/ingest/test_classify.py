import tomllib
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.ingest.classify import Filing, Words
from syndicator.model import Label
from syndicator.text import fold


def rules(labels: Iterable[str] = (), keywords: Iterable[str] = ()) -> Words:
    return Words(tuple(keywords), tuple(labels))


def stands_in(keyword: str, text: str) -> bool:
    filing = Filing({"x": rules(keywords=[keyword])})
    in_text, in_title = filing.file_under((), "", text), filing.file_under((), text, "")
    assert in_text == in_title
    return bool(in_text)


HERE = Path(__file__).parent
TABLE = tomllib.loads((HERE / "filing.toml").read_text("utf-8"))
KEYWORDS = tomllib.loads((HERE / "keywords.toml").read_text("utf-8"))["rule"]
FILING = Filing({name: rules(**category) for name, category in TABLE["categories"].items()})


def named(case):
    return " · ".join(value for key, value in case.items() if key != "files") or "nothing"


@pytest.mark.parametrize("case", TABLE["case"], ids=named)
def test_an_article_is_filed(case):
    labels = [Label("topline", case["label"])] if "label" in case else []
    assert FILING.file_under(labels, case.get("title", ""), case.get("text", "")) == tuple(case["files"])


@pytest.mark.parametrize(
    ("keyword", "text", "expected"),
    [
        (rule["keyword"], text, name == "stands_in")
        for rule in KEYWORDS
        for name in ("stands_in", "not_in")
        for text in rule[name]
    ],
)
def test_a_keyword_stands_in_a_text(keyword, text, expected):
    assert stands_in(keyword, text) == expected
    assert stands_in(keyword, f"Davor steht\u00a0etwas: {text} – danach (noch) mehr.") == expected


def test_labels_of_every_axis_count():
    labels = [Label("district", "Innenstadt-Nord"), Label("tag", "Klima"), Label("feed", "vielfalt")]
    assert FILING.file_under(labels, "", "") == ("vielfalt", "umwelt")


def test_one_word_may_file_under_several_categories():
    filing = Filing({"b": rules(["Sport"], ["Turnier"]), "a": rules(["Sport"], ["Turnier"])})
    assert filing.file_under([Label("tag", "Sport")], "", "") == ("b", "a")
    assert filing.file_under([], "Turnier", "") == ("b", "a")


def test_without_categories_nothing_is_filed():
    assert Filing({}).file_under([Label("tag", "Vielfalt")], "Vielfalt", "Vielfalt") == ()


LETTERS = st.text("abeinrtuäöüßÄẞé", max_size=4)
NAMES = st.text("abeinrtuäöüß", min_size=1, max_size=4)


@given(LETTERS, NAMES, LETTERS)
def test_within_one_word_a_star_is_all_that_lets_a_keyword_match(before, name, after):
    word, folded = before + name + after, fold(name)
    assert stands_in(name, word) == (fold(word) == folded)
    assert stands_in(f"{name}*", word) == fold(word).startswith(folded)
    assert stands_in(f"*{name}", word) == fold(word).endswith(folded)
    assert stands_in(f"*{name}*", word) == (folded in fold(word))


def fits(term: str, word: str) -> bool:
    bare, word = fold(term.strip("*")), fold(word)
    match term.startswith("*"), term.endswith("*"):
        case True, True:
            return bare in word
        case True, False:
            return word.endswith(bare)
        case False, True:
            return word.startswith(bare)
    return bare == word


TERMS = st.builds(
    "{}{}{}".format, st.sampled_from(["", "*"]), st.text("abä", min_size=1, max_size=2), st.sampled_from(["", "*"])
)


@given(st.lists(TERMS, min_size=1, max_size=3), st.lists(st.text("abä", min_size=1, max_size=3), max_size=6))
def test_a_phrase_is_words_in_a_row_that_fit_one_by_one(terms, words):
    rows = zip(*(words[at:] for at in range(len(terms))), strict=False)
    expected = any(all(map(fits, terms, row)) for row in rows)
    assert stands_in(" ".join(terms), " ".join(words)) == expected


@given(st.lists(NAMES, min_size=2, max_size=4), st.lists(NAMES, max_size=2), st.sampled_from("-\u2010\u2011"))
def test_hyphens_within_a_word_do_not_count(parts, around, hyphen):
    hyphenated, closed = hyphen.join(parts), "".join(parts)
    for one, other in product((hyphenated, closed), repeat=2):
        assert stands_in(one, " ".join([*around, other, *around]))
        assert stands_in(" ".join([one, *around]), " ".join([*around, other, *around]))


@given(st.lists(TERMS, min_size=1, max_size=2).map(" ".join), st.text("abä -\n", max_size=12), st.data())
def test_case_spelling_and_invisible_characters_do_not_count(keyword, text, data):
    at = data.draw(st.integers(0, len(text)))
    spellings = {text.upper(), text.replace("ä", "ae"), text.replace("ä", "a\u0308"), f"{text[:at]}\u00ad{text[at:]}"}
    assert {stands_in(keyword, spelling) for spelling in spellings} == {stands_in(keyword, text)}


@given(st.lists(TERMS, max_size=4), st.text("abä *-:in", max_size=20))
def test_many_keywords_file_as_each_of_them_alone(keywords, text):
    filing = Filing({str(n): rules(keywords=[keyword]) for n, keyword in enumerate(keywords)})
    alone = tuple(str(n) for n, keyword in enumerate(keywords) if stands_in(keyword, text))
    assert filing.file_under((), "", text) == alone


@pytest.mark.parametrize("keyword", ["*ab* *ab* *ab*", "ab* *ab", "*ab *ab", "*ab* c", "*ab*", "a-b* c"])
@pytest.mark.parametrize("text", ["ab" * 200_000, "ab " * 200_000, "ab-" * 100_000, "ab:in" * 100_000])
def test_endless_words_are_no_trouble(keyword, text):
    assert not stands_in(f"{keyword} x", text)


WORDS = st.sampled_from(["rat", "rats", "stadtrat", "baum", "bäume", "a", "ü-bahn", "…", "*", "-"])


@given(st.lists(WORDS), st.lists(WORDS, max_size=3).map(" ".join))
def test_a_keyword_files_the_text_that_holds_it(words, keyword):
    text = " ".join([*words, keyword.strip("* "), *words])
    assert stands_in(keyword, text) == any(c.isalnum() for c in keyword)


@given(st.text(), st.text(), st.text())
def test_no_text_and_no_rule_raises(label, keyword, text):
    filing = Filing({"x": rules([label], [keyword])})
    assert filing.file_under([Label("tag", text)], text, keyword) in {(), ("x",)}
