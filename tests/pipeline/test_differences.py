from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.pipeline.differences import body_differences, differences, target_differences


def marked(pieces):
    """As `git diff --word-diff` writes it."""
    shapes = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}", "skipped": "…"}
    return " ".join(shapes[piece.kind].format(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Feier im Rathaus", "Feier im Rathaus", ""),
        ("Feier im  Rathaus", " Feier\nim Rathaus", ""),
        ("Feier im Rathaus", "Feier im Stadthaus", "Feier im [-Rathaus-] {+Stadthaus+}"),
        ("Feier", "", "[-Feier-]"),
        ("", "Feier", "{+Feier+}"),
        ("a b c", "a c", "a [-b-] c"),
        ("am Montag um neun Uhr", "am Dienstag um zehn Uhr", "am [-Montag um neun-] {+Dienstag um zehn+} Uhr"),
        ("1 2 3 4 5 6 7 8 9 x", "1 2 3 4 5 6 7 8 9 y", "… 4 5 6 7 8 9 [-x-] {+y+}"),
        ("x 1 2 3 4 5 6 7 8 9", "1 2 3 4 5 6 7 8 9", "[-x-] 1 2 3 4 5 6 …"),
    ],
)
def test_what_changed_is_marked_with_a_few_words_around_it(before, after, shown):
    assert marked(differences(before, after)) == shown


def test_between_two_changes_only_what_is_beside_them_is_shown():
    between = " ".join(map(str, range(40)))
    shown = marked(differences(f"a {between} b", f"c {between} d"))
    assert shown == "[-a-] {+c+} 0 1 2 3 4 5 … 34 35 36 37 38 39 [-b-] {+d+}"


def test_paragraphs_that_stay_are_found_though_others_move_in_between():
    before = "<h2>Wann</h2><p>Um <strong>neun</strong> Uhr.</p><p>Der Eintritt ist frei &amp; ohne Anmeldung.</p>"
    after = "<h2>Wann</h2><p>Um zehn Uhr.</p><p>Neu: mit Musik.</p><p>Der Eintritt ist frei &amp; ohne Anmeldung.</p>"
    assert marked(body_differences(before, after)) == (
        "Wann Um [-neun-] {+zehn+} Uhr. {+Neu: mit Musik.+} Der Eintritt ist frei & ohne Anmeldung."
    )
    assert body_differences(before, before.replace("strong>", "em>")) == ()


def test_moved_links_are_told_apart_from_the_text():
    before, after = (
        '<p><a href="https://x.example/1?a&amp;b">Mehr</a></p>',
        '<p><a href="https://x.example/2">Mehr</a></p>',
    )
    assert body_differences(before, after) == ()
    assert marked(target_differences(before, after)) == "[-https://x.example/1?a&b-] {+https://x.example/2+}"


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=40)


@given(WORDS, WORDS)
def test_what_is_shown_as_gone_and_come_is_all_that_changed(before, after):
    pieces = differences(" ".join(before), " ".join(after))
    if "skipped" not in {piece.kind for piece in pieces}:
        old = " ".join(piece.text for piece in pieces if piece.kind != "added")
        new = " ".join(piece.text for piece in pieces if piece.kind != "removed")
        assert not pieces or (old.split(), new.split()) == (before, after)
    assert bool(pieces) == (before != after)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


def test_a_text_that_is_all_new_is_no_trouble():
    before, after = (" ".join(f"{word}{n}" for n in range(60_000)) for word in "ab")
    assert [piece.kind for piece in differences(before, after)] == ["removed", "added"]
    assert len(body_differences(f"<p>{before}</p>", f"<p>{'</p><p>'.join(after.split())}</p>")) == 2
