import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.cli.output import count, pad, printable, width, wrap


@pytest.mark.parametrize(
    ("text", "columns"), [("Köln", 4), ("Ko\u0308ln", 4), ("北京", 4), ("Grün\u00adfläche", 10), ("", 0)]
)
def test_width_counts_columns_not_characters(text, columns):
    assert width(text) == columns
    assert width(pad(text, 12)) == 12


@given(st.text(max_size=200), st.integers(5, 60))
def test_wrapping_loses_no_word_and_only_a_long_word_is_too_long(text, columns):
    lines = wrap(text, columns)
    assert " ".join(lines).split() == printable(text).split()
    assert all(width(line) <= columns or len(line.split()) == 1 for line in lines)


def test_an_address_is_never_broken():
    address = "http://127.0.0.1:8090/dortmund/nachrichtenportal/nachricht.jsp?nid=605731"
    assert wrap(f"see {address} there", 30) == ["see", address, "there"]


def test_a_soft_hyphen_leaves_no_trace():
    assert printable("Städte\u00adkooperation") == "Städtekooperation"


@given(st.text())
def test_what_is_printable_is_one_line_without_control_characters(text):
    assert printable(text).isprintable()


@pytest.mark.parametrize(
    ("number", "thing", "words"), [(1, "source", "1 source"), (0, "feed", "0 feeds"), (3, "category", "3 categories")]
)
def test_numbers_agree_with_their_nouns(number, thing, words):
    assert count(number, thing) == words
