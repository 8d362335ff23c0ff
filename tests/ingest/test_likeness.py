"""Each pair of `likeness.toml` is a test."""

import tomllib
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.ingest.likeness import are_twins, marks, sketch

CORPUS = tomllib.loads(Path(__file__).with_name("likeness.toml").read_text(encoding="utf-8"))


def edited(text, edit):
    """Headline and paragraphs of a text after an edit."""
    title, paragraphs = text["title"], [part for part in text["body"].strip().split("\n\n") if part]
    paragraphs = [paragraphs[n] for n in edit.get("keep", range(len(paragraphs)))]
    for before, after in edit.get("replace", ()):
        paragraphs = [paragraph.replace(before, after) for paragraph in paragraphs]
    paragraphs[:1] = [edit["lead"]] if "lead" in edit else paragraphs[:1]
    paragraphs = [*filter(None, [edit.get("prepend")]), *paragraphs, *filter(None, [edit.get("append")])]
    return edit.get("title", title), "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def two(pair):
    """The sketches of a pair. Where both sides have a text of their own, the edit is the first one's."""
    texts, edit = CORPUS["texts"], pair.get("edit", {})
    sides = [(pair["one"], edit), (pair["other"], {})] if "other" in pair else [(pair["one"], {}), (pair["one"], edit)]
    titles_and_bodies = [edited(texts[name], change) for name, change in sides]
    return [sketch(title, "", body) for title, body in titles_and_bodies]


@pytest.mark.parametrize("pair", CORPUS["pair"], ids=lambda pair: pair["why"])
def test_the_pair_is_judged_as_it_says(pair):
    one, other = two(pair)
    kin, apart = pair.get("kin", ""), timedelta(days=pair.get("days", 0))
    assert are_twins(one, other, kin, apart) == are_twins(other, one, kin, -apart) == pair["twins"]


@pytest.mark.parametrize("pair", [pair for pair in CORPUS["pair"] if pair["twins"]], ids=lambda pair: pair["why"])
def test_twins_share_a_mark_by_which_they_are_found(pair):
    one, other = two(pair)
    assert set(marks(one)) & set(marks(other))


def test_a_sketch_is_the_same_on_every_machine():
    text = CORPUS["texts"]["netzwerk"]
    title, body = edited(text, {})
    assert sha256(sketch(title, "", body)).hexdigest()[:16] == "cb97d76f8a37c23c"


def test_what_is_too_short_to_be_told_from_others_has_no_sketch_and_no_mark():
    assert sketch("Stadtrat tagt", "", "") == b""
    assert marks(b"") == ()
    assert not are_twins(b"", b"", "", timedelta())


def test_the_summary_stands_in_for_a_body():
    text = "Nach der Reparatur der Lüftung öffnet das Hallenbad am Südpark wieder seine Türen."
    assert marks(sketch("Hallenbad", text, "")) == marks(sketch("Hallenbad", "", f"<p>{text}</p>")) != ()


@pytest.mark.parametrize(
    "text",
    [
        "Міські бібліотеки регіону разом відкривають тижні дитячої книги у неділю о п’ятнадцятій годині вхід вільний для всіх",
        "تفتتح مكتبات المدينة في المنطقة معا أسابيع كتاب الطفل يوم الأحد في الساعة الثالثة والدخول مجاني للجميع بلا استثناء",
    ],
)
def test_texts_in_other_scripts_have_twins(text):
    other = sketch("", "", f"<p>{text[::-1]}</p>")
    assert are_twins(sketch("", "", text), sketch("", "", f"<p>{text}</p>"), "", timedelta())
    assert not are_twins(sketch("", "", text), other, "", timedelta())


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(["", "city", "source"]))
def test_any_two_texts_are_judged_alike_from_both_sides_and_each_is_its_own_twin(one, other, kin):
    first, second = sketch(one, "", other), sketch(other, "", one)
    assert are_twins(first, second, kin, timedelta()) == are_twins(second, first, kin, timedelta())
    assert are_twins(first, first, kin, timedelta()) == bool(first)
