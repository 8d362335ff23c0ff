"""Whatever stands at a key: a configuration, or sentences with their lines; never another error, and never a secret."""

import copy
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from syndicator.config import load
from syndicator.errors import ConfigurationError

CONTRACT = tomllib.loads((Path(__file__).parent / "valid" / "contract.toml").read_text(encoding="utf-8"))
WORDS = """
x . / // ../.. @ @x a@b@c * /(/ /[/ a[ env: env:A http:// http://[ http://ex℀mple/ smtp://[ Europe 10m 1.2.3.4/33 ä \U0001f600
"""
TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "\0", "file:\0", "http://a b/", "*/5 * * * *", "9" * 40 + "d", "a" * 300, *WORDS.split()]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
VALUES = st.recursive(
    TEXTS | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


def places(value, path=()):
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            yield from places(child, (*path, key))


def written(value) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return quoted(value) if isinstance(value, str) else json.dumps(value, default=str).strip('"')


def quoted(text: str) -> str:
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text) + '"'


PLACES = list(places(CONTRACT))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=3))
@example([(("site", "timezone"), "Europe")])
@example([(("sources", 0, "article", "id"), "/" + "(" * 200 + "a" + ")" * 200 + "/")])
def test_any_value_anywhere_gives_a_configuration_or_sentences(tmp_path, changes):
    tables = copy.deepcopy(CONTRACT)
    for path, value in changes:
        *outer, last = path
        table = tables
        for part in outer:
            table = table[part] if isinstance(table, dict | list) and has(table, part) else {}
        if (isinstance(table, dict) and isinstance(last, str)) or (isinstance(table, list) and has(table, last)):
            table[last] = value
    path = tmp_path / "config.toml"
    path.write_text("\n".join(f"{quoted(key)} = {written(value)}" for key, value in tables.items()), encoding="utf-8")
    try:
        load(path)
    except ConfigurationError as error:
        lines = error.message.split("\n")
        assert all(line.startswith(f"{path}:") for line in lines)
        assert not any("pydantic" in line or "not this" in line for line in lines)


def has(table, part) -> bool:
    return part in table if isinstance(table, dict) else isinstance(part, int) and part < len(table)


def test_sentences_stand_on_one_line_each_whatever_is_quoted_in_them(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('[site]\ntimezone = "a\\n\\u2028b"\n"x\\ny" = 1\n', encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert all(line.startswith(f"{path}:") for line in caught.value.message.splitlines())
