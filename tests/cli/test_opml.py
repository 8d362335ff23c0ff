import tomllib

import pytest
from lxml import etree

from tests.publish.checks import check_opml

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head><title>Meine Feeds</title></head>
  <body>
    <outline text="Städte" title="Städte">
      <outline text="Essen">
        <outline type="rss" text="Rathaus aktuell" xmlUrl="https://www.essen.example/rathaus.rss" htmlUrl="https://www.essen.example/"/>
        <outline type="rss" text="Stadtwald" xmlUrl="https://www.essen.example/wald.atom"/>
      </outline>
      <outline text="dortmund"><outline text="Ticker" xmlUrl="https://ticker.example/feed"/></outline>
    </outline>
    <outline type="rss" text="Stadt Herne: Presse" xmlUrl="https://www.herne.example/presse.rss"/>
  </body>
</opml>
"""


@pytest.fixture
def opml(folder):
    def write(text, name="feeds.opml"):
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    return write


@pytest.fixture
def sources(folder):
    return lambda: tomllib.loads((folder / "config.toml").read_text(encoding="utf-8"))["sources"]


def test_each_feed_becomes_a_source_of_the_city_that_its_folder_is_called_like(syndicator, opml, sources):
    said = syndicator("import", opml(LIST))
    assert (said.code, said.err) == (0, "")
    assert "4 sources written to config.toml" in said.out
    added = [(one["name"], one["title"], one["city"], one["kind"], one["url"]) for one in sources()[2:]]
    assert added == [
        ("essen", "Rathaus aktuell", "Essen", "feed", "https://www.essen.example/rathaus.rss"),
        ("essen-stadtwald", "Stadtwald", "Essen", "feed", "https://www.essen.example/wald.atom"),
        ("dortmund-ticker", "Ticker", "Dortmund", "feed", "https://ticker.example/feed"),
        ("herne", "Stadt Herne: Presse", "Herne", "feed", "https://www.herne.example/presse.rss"),
    ]
    assert syndicator("check").code == 0


def test_a_second_time_nothing_is_left_to_add(syndicator, opml, sources):
    name = opml(LIST)
    syndicator("import", name)
    before = sources()
    said = syndicator("import", name, "--json")
    assert said.json["sources"] == []
    assert [one["reason"] for one in said.json["skipped"]] == [
        f"already source '{name}'" for name in ("essen", "essen-stadtwald", "dortmund-ticker", "herne")
    ]
    assert sources() == before


def test_what_would_be_written_is_shown_and_nothing_is_written(syndicator, opml, folder):
    before = (folder / "config.toml").read_bytes()
    said = syndicator("import", opml(LIST), "--print")
    assert len(tomllib.loads(said.out)["sources"]) == 4
    assert "Nothing was written" in said.err
    assert (folder / "config.toml").read_bytes() == before


def test_one_city_can_be_named_for_all(syndicator, opml, sources):
    syndicator("import", opml(LIST), "--city", "Herne")
    assert {one["city"] for one in sources()[2:]} == {"Herne"}


def test_feeds_whose_city_nothing_tells_stop_the_import(syndicator, opml, folder):
    before = (folder / "config.toml").read_bytes()
    lost = LIST.replace("Stadt Herne: Presse", "Neues").replace("www.herne.example", "192.0.2.1")
    said = syndicator("import", opml(lost))
    assert said.code == 1
    assert "which city these feeds are of: Neues" in said.err
    assert "--city" in said.err
    assert (folder / "config.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no XML"),
        ("Dies ist ein Brief.", "no XML"),
        ("<rss version='2.0'><channel/></rss>", "root element is <rss>"),
        ("<opml version='2.0'><body><outline text='leer'/></body></opml>", "names no feed"),
        ("<opml version='2.0'/>", "names no feed"),
        (b"\xff\xfe\x00", "no XML"),
        ("<opml><body>" + "<outline text='x'>" * 5_000, "no XML"),
        ("<!DOCTYPE o [<!ENTITY a 'b'>]><opml><body><outline text='&a;' xmlUrl='javascript:1'/></body></opml>", ""),
    ],
)
def test_a_file_that_is_none_is_told_in_a_sentence(syndicator, opml, folder, text, sentence):
    before = (folder / "config.toml").read_bytes()
    said = syndicator("import", opml(text))
    assert said.code == (1 if sentence else 0)
    assert sentence in said.err
    assert (folder / "config.toml").read_bytes() == before


def test_a_file_that_is_not_there_is_told(syndicator):
    said = syndicator("import", "fehlt.opml")
    assert said.code in (1, 2)
    assert "fehlt.opml" in said.err


def test_the_list_of_feeds_is_printed_before_anything_is_stored(syndicator):
    said = syndicator("export", "--opml")
    assert said.code == 0
    assert check_opml(said.out.encode()) == []
    addresses = [outline.get("xmlUrl") for outline in etree.fromstring(said.out.encode()).iter("outline")]
    assert "http://127.0.0.1:8080/feeds/dortmund-vielfalt.atom" in addresses


def test_what_is_to_be_exported_has_to_be_said(syndicator):
    assert syndicator("export").code == 2


def test_our_own_feeds_are_not_imported(syndicator, opml):
    said = syndicator("import", opml(syndicator("export", "--opml").out), "--json")
    assert said.json["sources"] == []
    assert {one["reason"] for one in said.json["skipped"]} == {"a feed of this service itself"}
