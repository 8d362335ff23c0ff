import pytest

from syndicator.text import balanced, fold, shorten, slug, squeeze, xml_safe


def test_words_are_the_same_in_any_spelling():
    assert fold("Grün\u00adflächen") == fold("GRUENFLAECHEN") == fold("gru\u0308nfla\u0308chen")
    assert fold("Straße") == fold("STRASSE")
    assert fold("می\u200cخواهم") == fold("میخواهم")


def test_invisible_characters_go_and_joiners_stay():
    assert squeeze(" Rat\u00adhaus\u200b \u00a0\n offen ") == "Rathaus offen"
    assert squeeze("👩\u200d👩\u200d👧 می\u200cخواهم") == "👩\u200d👩\u200d👧 می\u200cخواهم"


def test_what_xml_cannot_carry_is_dropped():
    assert xml_safe("a\x00b\x0bc\ud800d\ufffee\tf\n") == "abcde\tf\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mülheim an der Ruhr", "muelheim-an-der-ruhr"),
        ("Integration.Interkommunal", "integration-interkommunal"),
        ("…", ""),
    ],
)
def test_a_name_for_addresses(text, name):
    assert slug(text) == name


def test_a_text_is_shortened_at_the_end_of_a_word():
    assert shorten("Der Rat tagt heute", 12) == "Der Rat…"
    assert shorten("Der Rat", 12) == "Der Rat"
    assert len(shorten("x" * 50, 12)) == 12


def test_a_change_of_direction_ends_with_the_text():
    assert balanced("a\u202eb") == "a\u202eb\u202c"
    assert balanced("\u2067a\u202db") == "\u2067a\u202db\u202c\u2069"
    assert balanced("\u2067a\u2069\u202ab\u202c") == "\u2067a\u2069\u202ab\u202c"
    assert balanced("\u202ca\u2069") == "\u202ca\u2069"
