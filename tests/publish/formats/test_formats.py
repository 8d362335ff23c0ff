"""What holds for every format alike."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from lxml import etree

from syndicator.model import Feed, Moment, Selection
from syndicator.publish import formats
from tests.publish.checks import CHECKS
from tests.publish.example import article, document, newsroom
from tests.publish.golden import FOLDER, rendered

FORMATS = sorted(formats.available())


def test_the_folder_is_the_list_of_formats():
    assert FORMATS == ["atom", "html", "json", "rss"]
    assert [form.EXTENSION for form in formats.available().values()] == ["atom", "html", "json", "rss"]


def test_the_published_bytes_are_the_golden_ones():
    """A change that is meant: `python -m tests.publish.golden`."""
    now = dict(rendered())
    assert sorted(now) == sorted(path.name for path in FOLDER.iterdir())
    for name, body in now.items():
        assert body.decode() == (FOLDER / name).read_text(encoding="utf-8"), name


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_the_golden_files_break_no_rule(path):
    assert CHECKS[path.suffix.removeprefix(".")](path.read_bytes()) == []


def test_another_machine_renders_the_same_bytes():
    program = "import hashlib; from tests.publish.golden import rendered; print(hashlib.sha256(b''.join(b for _, b in rendered())).hexdigest())"
    elsewhere = {**os.environ, "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    run = subprocess.run([sys.executable, "-c", program], env=elsewhere, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == hashlib.sha256(b"".join(body for _, body in rendered())).hexdigest()


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_feed_is_valid(name):
    assert CHECKS[name](formats.available()[name].render(document())) == []


@pytest.mark.parametrize("name", FORMATS)
def test_feeds_of_summaries_are_valid(name):
    publish = document().publish.model_copy(update={"content": "summary"})
    body = formats.available()[name].render(document(*newsroom(), publish=publish))
    assert CHECKS[name](body) == []
    assert "Wie es weitergeht" not in body.decode()


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_that_may_not_go_out_is_named_nowhere(name):
    form = formats.available()[name]
    assert b"gekauft.jpg" not in form.render(document(*newsroom()))
    everything = document().publish.model_copy(update={"images": "all"})
    assert b"gekauft.jpg" in form.render(document(*newsroom(), publish=everything))
    nothing = document().publish.model_copy(update={"images": "none"})
    assert b".jpg" not in form.render(document(*newsroom(), publish=nothing))


@pytest.mark.parametrize("name", FORMATS)
def test_an_allowed_picture_goes_out_with_its_credit(name):
    assert "Stadt Musterhausen / Presseamt" in formats.available()[name].render(document(newsroom()[0])).decode()


@pytest.mark.parametrize("name", FORMATS)
def test_one_article_that_cannot_be_rendered_does_not_stop_a_feed(name, caplog):
    broken = article(id="tag:news.example,2019:musterhausen/broken", published=Moment("yesterday", "day", "x"))  # type: ignore[arg-type]
    body = formats.available()[name].render(document(broken, article()))
    assert CHECKS[name](body) == []
    assert "Die Städte setzen" in body.decode()
    assert "left out" in caplog.text


@pytest.mark.parametrize("name", FORMATS)
def test_names_from_the_configuration_cannot_break_a_feed(name):
    feed = Feed("x", 'A & B <i> "C"\x07 ]]>', Selection(), description="1 < 2 \x00 ]]>")
    site = document().site.model_copy(
        update={"title": "T <&> \x01", "publisher": "P <&> \x01", "contact": "https://x.example/?a&b"}
    )
    assert CHECKS[name](formats.available()[name].render(document(*newsroom(), feed=feed, site=site))) == []


@pytest.mark.parametrize("name", FORMATS)
def test_links_come_from_the_sites_address_with_its_path(name):
    site = document().site.model_copy(update={"url": "https://www.stadt.example/nachrichten/"})
    body = formats.available()[name].render(document(*newsroom(), site=site)).decode()
    assert "https://www.stadt.example/nachrichten/feeds/vielfalt" in body
    assert "news.example/feeds" not in body


def test_extensions_of_rss_have_the_prefixes_that_they_are_known_by():
    # "cc" stands for another module (http://web.resource.org/cc/); validators warn of it.
    assert etree.fromstring(formats.available()["rss"].render(document())).nsmap == {
        "atom": "http://www.w3.org/2005/Atom",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "media": "http://search.yahoo.com/mrss/",
    }


def test_an_atom_entry_names_the_relation_of_each_link():
    feed = etree.fromstring(formats.available()["atom"].render(document(*newsroom())))
    entries = feed.findall("{*}entry")
    assert entries
    for entry in entries:
        relations = [link.get("rel") for link in entry.findall("{*}link")]
        assert relations.count("alternate") == 1
        assert None not in relations


@pytest.mark.parametrize("name", FORMATS)
def test_dates_at_the_ends_of_time_go_out(name):
    early = replace(article(), published=Moment(article().first_seen.replace(year=1000), "day", "x"))
    late = article(
        id="tag:a,2019:b",
        published=Moment(article().first_seen.replace(year=9999, month=12, day=31, hour=23), "second", "x"),
    )
    assert CHECKS[name](formats.available()[name].render(document(early, late))) == []


@pytest.mark.parametrize("name", ["atom", "rss", "json"])
def test_a_feed_names_its_hub_if_there_is_one(name):
    form = formats.available()[name]
    history = formats.History(older=3)  # whose link stands beside it
    body = form.render(replace(document(article()), hub="https://news.example/hub?a&b", history=history))
    assert CHECKS[name](body) == []
    if name == "json":
        assert json.loads(body)["hubs"] == [{"type": "WebSub", "url": "https://news.example/hub?a&b"}]
    else:
        links = etree.fromstring(body).iter("{http://www.w3.org/2005/Atom}link")
        assert [link.get("href") for link in links if link.get("rel") == "hub"] == ["https://news.example/hub?a&b"]
    assert b"hub" not in form.render(document())
