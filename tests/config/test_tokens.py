import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.config.tokens import mistakes_in_tokens, weakness
from tests.support.configs import BASE, a_config

TWO = '[[partners]]\nname = "bochum"\ntoken = "env:A"\n[[partners]]\nname = "essen"\ntoken = "file:essen"\n'


@settings(max_examples=40)
@given(st.binary(min_size=16, max_size=64).filter(lambda made: len(set(made)) > 12))
def test_what_is_made_of_sixteen_random_bytes_or_more_is_good(made):
    import base64

    for token in (made.hex(), made.hex().upper(), base64.urlsafe_b64encode(made).decode().rstrip("=")):
        if len(set(token)) >= 8:  # what is not random need not be
            assert weakness(token) == ""


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("geheim", "has 28 bits at most, and 128 are needed"),
        ("0123456789" * 3, "too short"),
        ("0123456789abcdef" * 2, ""),
        ("abcdefghijklm" * 2, "too short"),
        ("a" * 64, "repeats few characters"),
        ("ä" * 40, "more than letters, digits"),
        ("mit Leerzeichen und allem was dazugehört", "more than letters"),
        ("x/y+z=" * 10, "more than letters"),
        ("0123456789abcdef" * 40, "longer than 512"),
    ],
)
def test_what_is_wrong_with_a_token_is_said_without_showing_it(token, said):
    told = weakness(token)
    assert said in told if said else told == ""
    assert token not in told


def test_each_token_is_looked_at_where_it_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("A", secrets.token_hex(8))
    config = a_config(tmp_path, BASE + TWO)
    short, missing = mistakes_in_tokens(config)
    assert (short[0], short[2]) == (("partners", 0, "token"), True)
    assert "64 bits" in short[1]
    assert (missing[0], missing[2]) == (("partners", 1, "token"), False)
    monkeypatch.setenv("A", token := secrets.token_hex(16))
    (tmp_path / "essen").write_text(f"{token}\n", encoding="ascii")
    (same,) = mistakes_in_tokens(config)
    assert "the token of partners[0] as well" in same[1]
    (tmp_path / "essen").write_text(secrets.token_hex(16), encoding="ascii")
    assert list(mistakes_in_tokens(config)) == []
