"""`partners`, `partner add`, and what `check` says of tokens."""

import stat
import tomllib

import pytest

from syndicator.config import load
from syndicator.serve.keys import read_keys

REMARK = "\n# Ganz am Ende steht eine Bemerkung.\n"


@pytest.fixture
def path(folder):
    path = folder / "config.toml"
    path.write_text(path.read_text(encoding="utf-8") + REMARK, encoding="utf-8")
    return path


def test_a_partner_is_added_with_a_token_that_opens_its_feeds(syndicator, path):
    before = path.read_text(encoding="utf-8")
    said = syndicator("partner", "add", "bochum", "--feeds", "vielfalt, dortmund-*")
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert tomllib.loads(after)["partners"] == [
        {"name": "bochum", "token": "file:tokens/bochum", "feeds": ["vielfalt", "dortmund-*"]}
    ]
    kept = path.parent / "tokens" / "bochum"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    token = kept.read_text(encoding="ascii").strip()
    assert token not in after
    partner = read_keys(load(path)).partner(token)
    assert partner is not None
    assert partner.name == "bochum"
    for line in (
        "http://127.0.0.1:8080/partners/bochum/feeds/vielfalt.atom",
        f"user bochum, password {token}",
        f"Authorization: Bearer {token}",
        f"http://127.0.0.1:8080/p/{token}/feeds/vielfalt.atom",
    ):
        assert line in said.out
    assert syndicator("check").code == 0


def test_what_is_printed_for_the_other_side_is_a_block_that_it_can_use(syndicator, path, tmp_path):
    said = syndicator("partner", "add", "bochum", "--json").json
    other = tmp_path / "other.toml"
    site = '[site]\ntitle = "B"\nurl = "https://b.example/"\npublisher = "B"\ncontact = "b@b.example"\n'
    other.write_text(site + said["source_block"], encoding="utf-8")
    (source,) = load(other).sources
    assert (source.kind, source.url) == ("feed", "http://127.0.0.1:8080/partners/bochum/feeds/all.atom")
    assert source.token.written.startswith("env:TOKEN_")
    assert said["token"] not in said["source_block"]
    assert said["kept_in"] == "file:tokens/bochum"


def test_the_block_names_the_city_that_publishes_and_the_partners_own_block_where_it_lives(syndicator, path):
    text = path.read_text(encoding="utf-8")
    before, _, after = text.partition('publisher = "')
    path.write_text(f'{before}publisher = "Stadt Dortmund{after[after.index(chr(34)) :]}', encoding="utf-8")
    said = syndicator("partner", "add", "bochum", "--url", "https://news.bochum.example/")
    for line in ('name = "dortmund"', 'title = "Stadt Dortmund"', 'city = "Dortmund"', 'token = "env:TOKEN_DORTMUND"'):
        assert f"    {line}\n" in said.out
    assert "now, for all feeds." in said.out
    assert "Nobody else can reach" in said.out
    (block,) = tomllib.loads(path.read_text(encoding="utf-8"))["partners"]
    assert block["url"] == "https://news.bochum.example/"


def test_the_token_of_a_source_that_is_not_there_is_a_remark(syndicator, path):
    block = '[[sources]]\nname = "herne"\ncity = "Herne"\nkind = "feed"\nurl = "https://h.example/f"\ntoken = "env:NOT_THERE"\n'
    path.write_text(path.read_text(encoding="utf-8") + block, encoding="utf-8")
    checked = syndicator("check")
    assert checked.code == 0
    assert "].token: the environment variable NOT_THERE is not set" in checked.err


def test_a_token_for_a_variable_is_printed_and_written_nowhere(syndicator, path):
    said = syndicator("partner", "add", "bochum", "--env", "BOCHUM_TOKEN")
    line = next(line.strip() for line in said.out.splitlines() if line.strip().startswith("BOCHUM_TOKEN="))
    token = line.partition("=")[2]
    assert not (path.parent / "tokens").exists()
    assert all(token not in file.read_text(encoding="utf-8") for file in path.parent.iterdir() if file.is_file())
    assert 'token = "env:BOCHUM_TOKEN"' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Stadt Bochum"], "as 'stadt-bochum' is"),
        (["bochum", "--feeds", "vielfallt"], "did you mean 'vielfalt'?"),
        (["bochum", "--url", "bochum"], "expected an address"),
        (["bochum", "--env", "1A"], "no name of an environment variable"),
        (["../bochum"], "made of a-z"),
    ],
)
def test_a_partner_that_cannot_be_leaves_everything_as_it_was(syndicator, path, words, said):
    before = path.read_bytes()
    ended = syndicator("partner", "add", *words)
    assert ended.code == 2
    assert said in ended.err
    assert path.read_bytes() == before
    assert not list((path.parent / "tokens").glob("*"))


def test_a_name_is_given_once_and_no_token_is_written_over(syndicator, path):
    (path.parent / "tokens").mkdir()
    kept = path.parent / "tokens" / "essen"
    kept.write_text("mein eigenes", encoding="utf-8")
    assert syndicator("partner", "add", "bochum").code == 0
    assert syndicator("partner", "add", "bochum").code == 2
    refused = syndicator("partner", "add", "essen")
    assert (refused.code, kept.read_text(encoding="utf-8")) == (1, "mein eigenes")
    assert len(tomllib.loads(path.read_text(encoding="utf-8"))["partners"]) == 1


def test_partners_are_told_before_anything_is_stored_and_a_bad_token_is_named(syndicator, path, monkeypatch):
    assert "names no partners" in syndicator("partners").out
    monkeypatch.setenv("SHORT", "kanarienvogel")
    text = '[[partners]]\nname = "kurz"\ntoken = "env:SHORT"\n[[partners]]\nname = "fehlt"\ntoken = "env:MISSING"\n'
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    said = syndicator("partners")
    assert said.code == 1
    assert "kurz: the token is too short" in said.out
    assert "MISSING is not set" in " ".join(said.out.split())
    told = syndicator("partners", "--json").json["partners"]
    assert [(one["name"], one["allowed"], one["feeds"]) for one in told] == [("kurz", ["*"], []), ("fehlt", ["*"], [])]
    checked = syndicator("check")
    line = (
        text[: text.index("env:SHORT")].count("\n")
        + path.read_text(encoding="utf-8").removesuffix(text).count("\n")
        + 1
    )
    assert checked.code == 2
    assert f"config.toml:{line}: partners[0].token: the token is too short" in checked.err
    as_json = syndicator("check", "--json")
    assert (as_json.code, as_json.json["valid"], as_json.json["mistakes"][0]["line"]) == (2, False, line)
    assert "kanarienvogel" not in checked.err + said.out + as_json.out
    (remark,) = as_json.json["remarks"]
    assert "MISSING" in remark["text"]
