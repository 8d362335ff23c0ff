import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.config.lines import locate, nearest

HERE = Path(__file__).parent


def paths_of(value, path=()):
    """Every key and array element of a parsed TOML text: what the scanner must find, told by another parser."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from paths_of(child, (*path, key))


def test_tables_keys_and_elements_have_their_lines():
    text = """\
# a remark
[site]
title = "x"  # [no.table]

[[sources]]
name = "a"
[sources.list]
item = "li"

[[sources]]
[sources.article]
remove = [
  ".a",  # first

  ".b", '.c',
]
inline = { x = 1, "y z".w = [2] }
dotted.'key'."\\u00e4" = 1
"""
    assert locate(text) == {
        ("site",): 2,
        ("site", "title"): 3,
        ("sources",): 5,
        ("sources", 0): 5,
        ("sources", 0, "name"): 6,
        ("sources", 0, "list"): 7,
        ("sources", 0, "list", "item"): 8,
        ("sources", 1): 10,
        ("sources", 1, "article"): 11,
        ("sources", 1, "article", "remove"): 12,
        ("sources", 1, "article", "remove", 0): 13,
        ("sources", 1, "article", "remove", 1): 15,
        ("sources", 1, "article", "remove", 2): 15,
        ("sources", 1, "article", "inline"): 17,
        ("sources", 1, "article", "inline", "x"): 17,
        ("sources", 1, "article", "inline", "y z"): 17,
        ("sources", 1, "article", "inline", "y z", "w"): 17,
        ("sources", 1, "article", "inline", "y z", "w", 0): 17,
        ("sources", 1, "article", "dotted"): 18,
        ("sources", 1, "article", "dotted", "key"): 18,
        ("sources", 1, "article", "dotted", "key", "ä"): 18,
    }


@pytest.mark.parametrize(
    "value",
    [
        '"# no remark"',
        r'"a \" quote ]"',
        r"'back\'",
        '""',
        "''",
        '""""""',
        "''''''",
        '"""a "" b"""',
        '""""quoted""""',
        '"""""two""""" ',
        "'''''two'''''",
        '"""\n]\n[table]\nkey = 1\n"""',
        r'"""a \""" b"""',
        '"""a \\\n   b"""',
        "'''\n\"\"\"\n'''",
        "1979-05-27 07:32:00",
        "[ ]",
        "[[], [[1]], ]",
        "[ # ]\n]",
        "[\n{a = 1}, {b = ']'}]",
        "{ }",
        "{a.b = 1, a.c = [1,\n2]}",
        "+1_000",
        "-inf",
        "1e5",
        "true",
    ],
)
def test_what_follows_any_kind_of_value_is_found_on_its_line(value):
    text = f"[t]\nbefore = {value}\nafter = [{value}]\nlast = 1\n"
    lines = locate(text)
    assert set(lines) == set(paths_of(tomllib.loads(text)))
    assert lines["t", "after"] == 3 + value.count("\n")
    assert lines["t", "last"] == 4 + 2 * value.count("\n")


@pytest.mark.parametrize("path", sorted(HERE.glob("*/*.toml")), ids=lambda path: path.stem)
def test_the_scanner_finds_what_the_parser_finds(path):
    text = path.read_text(encoding="utf-8-sig")
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assert path.parent.name == "syntax"
    else:
        assert set(locate(text)) == set(paths_of(parsed))


def test_a_table_that_is_opened_late_stands_at_its_own_header():
    assert locate("[a.b]\n[a]\nx = 1\n")["a",] == 2


def test_lists_of_tables_within_lists_of_tables_count_anew():
    lines = locate("[[a]]\n[[a.b]]\n[[a.b]]\n[[a]]\n[[a.b]]\n[a.b.c]\nx = 1")
    assert lines["a", 0, "b", 1] == 3
    assert lines["a", 1, "b", 0] == 5
    assert lines["a", 1, "b", 0, "c", "x"] == 7


def test_what_is_missing_is_nearest_to_the_table_around_it():
    lines = locate("\n[site]\n")
    assert nearest(lines, ("site", "title")) == 2
    assert nearest(lines, ("server", "port")) == 1


# ---------------------------------------------------------------- any TOML: written with its lines, then found again

SCALARS = st.sampled_from(
    ["1", "-0.5", "true", '"x"', "'x'", '"# ] } ="', r'"\"\\"', "07:32:00", "1979-05-27 07:32:00", "'''a'b'''"]
)
LONG = st.sampled_from(['"""\n[x]\n"""', "'''\na = 1\n\n'''", '"""\\\n  "a" ""\n"""'])
GAPS = st.sampled_from(["", " ", "\n", "\n\n  ", " # ]},\n", "\n# '\"\n"])
STYLES = st.sampled_from(["{}", '"{}"', "'{}'", '"\\u006b{}"'])


class Writer:
    """Writes TOML and notes on which line each path begins."""

    def __init__(self, draw):
        self.draw, self.text, self.lines, self.count = draw, "", {}, 0

    @property
    def line(self):
        return self.text.count("\n") + 1

    def note(self, path, *, again=False):
        if again or path not in self.lines:
            self.lines[path] = self.line

    def key(self, path):
        """One key, or several with dots, never used before."""
        for index in range(self.draw(st.integers(1, 3))):
            style, self.count = self.draw(STYLES), self.count + 1
            name = f"k{self.count}"
            path = (*path, "k" + name if "u006b" in style else name)
            self.note(path)
            self.text += (self.draw(st.sampled_from([".", " . "])) if index else "") + style.format(name)
        return path

    def pair(self, path, depth):
        path = self.key(path)
        self.text += self.draw(st.sampled_from(["=", " = "]))
        self.value(path, depth)

    def value(self, path, depth):
        sort = self.draw(st.sampled_from(["scalar", "long", "array", "inline"] if depth else ["scalar"]))
        if sort == "scalar":
            self.text += self.draw(SCALARS)
        elif sort == "long":
            self.text += self.draw(LONG)
        elif sort == "array":
            self.array(path, depth - 1)
        else:
            self.inline(path, depth - 1)

    def array(self, path, depth):
        self.text += "["
        for index in range(self.draw(st.integers(0, 3))):
            self.text += ("," if index else "") + self.draw(GAPS)
            self.note((*path, index))
            self.value((*path, index), depth)
            self.text += self.draw(GAPS)
        self.text += self.draw(GAPS) + "]"

    def inline(self, path, depth):
        self.text += "{ "
        for index in range(self.draw(st.integers(0, 3))):
            self.text += ", " if index else ""
            self.pair(path, depth)
        self.text += " }"

    def body(self, path):
        for _ in range(self.draw(st.integers(0, 3))):
            self.pair(path, 3)
            self.text += self.draw(st.sampled_from(["\n", " # [a]\n", "\n\n"]))

    def block(self, kind, index):
        self.note((kind,))
        self.note((kind, index), again=True)
        self.text += f"[[{kind}]]\n"
        self.body((kind, index))
        if self.draw(st.booleans()):
            self.note((kind, index, "list"))
            self.text += f"[ {kind} . list ] # x\n"
            self.body((kind, index, "list"))


@st.composite
def documents(draw):
    writer = Writer(draw)
    writer.body(())
    for kind in ("sources", "feeds"):
        for index in range(draw(st.integers(0, 3))):
            writer.block(kind, index)
    return writer.text, writer.lines


@given(documents())
def test_every_path_of_any_text_is_found_on_its_line(document):
    text, lines = document
    assert set(lines) == set(paths_of(tomllib.loads(text)))
    assert locate(text) == lines
