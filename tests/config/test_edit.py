"""A block is added to config.toml, and not a byte of what an admin wrote is another afterwards."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator import config
from syndicator.config.edit import source_block, with_source
from syndicator.config.write import add_source, replace
from syndicator.errors import ConfigurationError, SyndicatorError
from tests.support.configs import BASE

SHIPPED = Path(__file__).parents[2] / "config.toml"
BLOCK = source_block(
    {"name": "herne", "city": "Herne", "url": "https://herne.example/aktuell", "list": {"item": 'a[rel="x"]'}},
    "Von `syndicator add` gefunden.",
)
HEADS = '[[sources]]\nname = "a"\n'


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(BASE, encoding="utf-8")
    return path


def between(before: str, after: str, newline: str = "\n") -> None:
    """The block stands between two parts of a text, with a blank line around it, and they are as they were."""
    changed = with_source(before + after, BLOCK)
    assert changed.startswith(before)
    assert changed.endswith(after)
    added = changed[len(before) : len(changed) - len(after)]
    assert added.strip("\r\n") == BLOCK.strip("\n").replace("\n", newline)


def test_a_block_has_its_keys_in_order_and_its_tables_behind_them():
    block = source_block(
        {
            "name": "essen",
            "list": {"item": "li.a", "pages": 2},
            "url": "https://essen.example/",
            "allow_private": True,
            "article": {"remove": [".share", ".more"], "id": r"/artikel/(\d+)-/", "title": ""},
            "api": {"items": "data", "headers": {"X-Key": "a"}},
        },
        "Zwei Wörter.",
    )
    assert block == (
        "# Zwei Wörter.\n[[sources]]\n"
        'name = "essen"\nurl = "https://essen.example/"\nallow_private = true\n'
        '\n[sources.list]\nitem = "li.a"\npages = 2\n'
        "\n[sources.article]\n"
        """remove = [".share", ".more"]\nid = '/artikel/(\\d+)-/'\ntitle = ""\n"""
        '\n[sources.api]\nitems = "data"\n'
        '\n[sources.api.headers]\nX-Key = "a"\n'
    )


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_comes_back_as_it_was_written(text):
    assert tomllib.loads(source_block({"title": text, "remove": [text]})) == {
        "sources": [{"title": text, "remove": [text]}]
    }


def test_what_would_command_a_terminal_or_turn_the_text_around_is_written_as_its_number():
    assert source_block({"title": "a\x1b[2J\x9b\u202eb\U000e0001"}) == (
        '[[sources]]\ntitle = "a\\u001b[2J\\u009b\\u202eb\\U000e0001"\n'
    )


def test_the_block_stands_behind_the_last_one_and_before_the_remarks_on_what_follows():
    text = SHIPPED.read_text(encoding="utf-8")
    at = text.index('image_rights = ["Stadt Gelsenkirchen*"]\n') + len('image_rights = ["Stadt Gelsenkirchen*"]\n')
    between(text[:at], text[at:])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HEADS + "[sources.list]\nremove = [\n  '.b',  # [x]\n]  # end\n", "\n\n# Topics\n[categories.x]\n"),
        (HEADS + 'rights = """\n[[sources]]\n"""\n', "\n[categories.x]\n"),
        (HEADS + '# every = "10m"\n# delay = "2s"\n', "\n# Topics\n[categories.x]\n"),  # keys that it does without
        (HEADS, "# Topics\n[categories.x]\n"),  # what heads the next table belongs to that
        (HEADS + '# every = "10m"\n', ""),
        (HEADS + "[categories.x]\n[sources.list]\nitem = 'li'\n", "\n[hub]\n"),  # a part of it that stands further down
        (HEADS + "[ sources . list ]\nitem = 'li'\n", "\n[[feeds]]\nsources = []\n"),
        ("[categories.x]\n", ""),  # no source at all
    ],
)
def test_the_block_stands_behind_everything_that_belongs_to_the_last_one(before, after):
    between(before, after)
    between(before.replace("\n", "\r\n"), after.replace("\n", "\r\n"), "\r\n")


def test_a_text_without_a_last_line_end_gets_one():
    assert with_source(HEADS.strip(), BLOCK) == f"{HEADS}\n{BLOCK}"


def test_an_empty_text_becomes_the_block():
    assert with_source("", BLOCK) == BLOCK


def test_two_blocks_are_added_one_after_the_other():
    second = BLOCK.replace("herne", "hagen")
    assert with_source(with_source(HEADS, BLOCK), second) == f"{HEADS}\n{BLOCK}\n{second}"


@pytest.mark.parametrize("text", ["sources = []\n", 'sources = [{ name = "a" }]\n[site]\n'])
def test_sources_that_are_written_as_a_value_are_not_touched(text):
    with pytest.raises(SyndicatorError, match=r"not written as \[\[sources\]\] blocks"):
        with_source(text, BLOCK)


# ---------------------------------------------------------------- the file


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_the_file_is_the_old_one_with_the_block_in_it(path, mark, newline):
    before = mark + BASE.encode().replace(b"\n", newline)
    path.write_bytes(before)
    path.chmod(0o640)
    added = add_source(path, BLOCK)
    after = path.read_bytes()
    block = BLOCK.encode().replace(b"\n", newline)
    assert after.count(block) == 1
    assert after.replace(block + newline, b"") == before
    assert path.stat().st_mode & 0o777 == 0o640
    assert [source.name for source in added.sources] == ["dortmund", "bochum", "herne"]
    assert added == config.load(path)
    assert [file.name for file in path.parent.iterdir()] == ["config.toml"]


def test_a_link_to_the_file_stays_a_link(path, tmp_path):
    link = tmp_path / "linked.toml"
    link.symlink_to(path.name)
    add_source(link, BLOCK)
    assert link.is_symlink()
    assert [source.name for source in config.load(path).sources][-1] == "herne"


@pytest.mark.parametrize(
    ("block", "mistake"),
    [
        (BLOCK.replace('"herne"', '"bochum"'), r"sources\[2\]\.name: 'bochum' is already the name of sources\[1\]"),
        (BLOCK.replace('"Herne"', '"Vielfalt"'), "'vielfalt' is taken as the name of a feed"),
        (BLOCK.replace("https", "ftp"), r"sources\[2\]\.url: expected an address"),
    ],
)
def test_a_block_that_would_be_a_mistake_never_reaches_the_file(path, block, mistake):
    with pytest.raises(ConfigurationError, match=mistake) as raised:
        add_source(path, block)
    assert "Nothing was written" in raised.value.hint
    assert path.read_text(encoding="utf-8") == BASE


def test_an_edit_by_somebody_else_meanwhile_is_kept(path):
    before = path.read_bytes()
    path.write_bytes(before + b"# mine\n")
    with pytest.raises(SyndicatorError, match="was changed by somebody else"):
        replace(path, before, b"ours")
    assert path.read_bytes() == before + b"# mine\n"
    assert [file.name for file in path.parent.iterdir()] == ["config.toml"]
