"""Fixtures: `mistakes/*.toml` state each expected sentence behind `#!` on its line, `syntax/*.toml` on their first line."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from syndicator.config import Config, fingerprint, load
from syndicator.errors import ConfigurationError

HERE = Path(__file__).parent
SITE = '[site]\ntitle = "N"\nurl = "http://n.example/"\npublisher = "N"\ncontact = "n@n.example"\n'
SOURCE = '[[sources]]\nname = "eins"\ncity = "Eins"\nkind = "feed"\nurl = "https://eins.example/feed"\n'


def files(folder: str):
    return pytest.mark.parametrize("path", sorted((HERE / folder).glob("*.toml")), ids=lambda path: path.stem)


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str = "") -> Config:
    return load(written(folder, SITE + text))


def matches(expected: str, said: str) -> bool:
    """A sentence that ends with … may go on in any way: where it lists kinds, and a file adds a kind."""
    return said == expected or (expected.endswith("…") and said.startswith(expected.removesuffix("…")))


def mistakes(path: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    return caught.value.message.splitlines()


@files("mistakes")
def test_every_mistake_is_reported_with_its_line(path):
    expected = {
        f"{path}:{number}: {sentence.strip()}"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for sentence in line.split("#!")[1:]
    }
    reported = mistakes(path)
    assert len(reported) == len(expected)
    assert {next((line for line in expected if matches(line, said)), said) for said in reported} == expected


@files("syntax")
def test_what_is_no_toml_is_reported_with_line_and_column(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert mistakes(path) == [f"{path}:{first.removeprefix('# ')}"]


@files("valid")
def test_a_valid_file_has_no_mistakes(path):
    assert load(path).path == path


def test_no_report_shows_a_secret():
    report = "\n".join(mistakes(HERE / "mistakes" / "secrets.toml") + mistakes(HERE / "mistakes" / "sources.toml"))
    assert "kanarienvogel" not in report
    assert "geheim" not in report


def test_mistakes_come_in_the_order_of_the_file():
    lines = [int(re.search(r":(\d+): ", line)[1]) for line in mistakes(HERE / "mistakes" / "sources.toml")]
    assert lines == sorted(lines)


def test_the_file_is_named_as_it_was_asked_for(tmp_path, monkeypatch):
    written(tmp_path, "[site]\n")
    monkeypatch.chdir(tmp_path)
    assert mistakes(Path("config.toml"))[0].startswith("config.toml:1: site.")


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    assert mistakes(tmp_path / "none.toml") == [f"{tmp_path}/none.toml: there is no such file"]


def test_a_folder_cannot_be_read(tmp_path):
    assert mistakes(tmp_path) == [f"{tmp_path}: cannot be read (Is a directory)"]


def test_text_in_another_encoding_is_reported_with_its_line(tmp_path):
    path = tmp_path / "config.toml"
    path.write_bytes('[site]\ntitle = "Köln"\n'.encode("cp1252"))
    assert mistakes(path) == [f"{path}:2: is not UTF-8 text"]


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "{b = " * 100_000, "a = " + "1" * 5000])
def test_text_that_overtaxes_the_parser_is_a_mistake(tmp_path, text):
    (line,) = mistakes(written(tmp_path, text))
    assert "not valid TOML" in line


def test_an_empty_file_lacks_the_site(tmp_path):
    (line,) = mistakes(written(tmp_path, ""))
    assert ":1: site: missing table; for example [site] with title =" in line


def test_what_is_left_out_has_the_defaults_of_the_contract(tmp_path):
    config = loaded(tmp_path, SOURCE + '[categories.umwelt]\ntitle = "U"\n[[partners]]\nname = "p"\ntoken = "env:P"\n')
    source = config.sources[0]
    assert (config.site.language, config.site.timezone) == ("de", "Europe/Berlin")
    assert (config.server.host, config.server.port) == ("127.0.0.1", 8080)
    assert (config.store.path, config.publish.folder) == (tmp_path / "syndicator.db", tmp_path / "feeds")
    assert (config.publish.formats, config.publish.entries) == (("atom", "rss", "json"), 50)
    assert (config.publish.content, config.publish.images, config.publish.every) == (
        "full",
        "licensed",
        timedelta(minutes=1),
    )
    assert (source.every, source.cron, source.delay) == (timedelta(minutes=10), None, timedelta(seconds=1))
    assert (source.title, source.rights, source.license, source.image_rights) == ("Eins", "", "unknown", ())
    assert (source.allow_private, source.robots, source.enabled) == (False, True, True)
    assert set(source.list.model_dump().values()) == {"", 1}
    assert set(source.article.model_dump().values()) == {"", ()}
    assert config.categories["umwelt"].name == "umwelt"
    assert config.partners[0].feeds == ("*",)
    assert (config.admin.token, config.hub.url, config.hub.allow_private) == (None, "self", ())
    assert (config.demo.enabled, config.demo.host, config.demo.port) == (False, "127.0.0.1", 8090)


def test_a_source_with_a_cron_has_no_interval(tmp_path):
    assert loaded(tmp_path, SOURCE + 'cron = "0  6 * * MON"\n').sources[0].every is None


def test_relative_paths_are_resolved_against_the_folder_of_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    config = loaded(
        tmp_path, '[store]\npath = "data/n.db"\n[publish]\nfolder = "/srv/feeds"\n[admin]\ntoken = "file:token"\n'
    )
    assert config.store.path == tmp_path / "data" / "n.db"
    assert config.publish.folder == Path("/srv/feeds")
    (tmp_path / "token").write_text("x\n")
    assert config.admin.token.read() == "x"


def test_the_address_of_the_site_ends_with_a_slash_and_names_the_host(tmp_path):
    site = load(written(tmp_path, SITE.replace("http://n.example/", "https://Städte.example:8443/news"))).site
    assert site.url == "https://xn--stdte-hra.example:8443/news/"
    assert site.host == "xn--stdte-hra.example"
    assert site.zone.key == "Europe/Berlin"


def test_a_text_over_several_lines_becomes_one(tmp_path):
    assert loaded(tmp_path, SOURCE + 'rights = """\n©  Stadt\n"""\n').sources[0].rights == "© Stadt"


def test_nothing_in_a_configuration_can_be_changed(tmp_path):
    config = loaded(tmp_path, SOURCE)
    with pytest.raises(ValueError, match="frozen"):
        config.sources[0].enabled = False


def test_a_source_equals_itself_however_its_block_is_written(tmp_path):
    before = loaded(tmp_path, SOURCE + 'every = "60s"\n[sources.list]\nitem = "li"\n').sources[0]
    after = loaded(tmp_path, "# moved\n" + SOURCE + 'list.item = "li"\ndelay = "1s"\nevery = "1m"\n').sources[0]
    assert before == after
    assert fingerprint(before) == fingerprint(after)


@pytest.mark.parametrize("line", ['rights = "©"', "enabled = false", 'list.item = "li"', 'article.remove = ["p"]'])
def test_a_source_differs_when_its_block_does(tmp_path, line):
    before, after = loaded(tmp_path, SOURCE).sources[0], loaded(tmp_path, SOURCE + line).sources[0]
    assert before != after
    assert fingerprint(before) != fingerprint(after)


def test_the_fingerprint_of_a_block_stays_the_same_between_releases(tmp_path):
    assert fingerprint(loaded(tmp_path, SOURCE).sources[0])[:16] == "2c399a0fff574fac"
