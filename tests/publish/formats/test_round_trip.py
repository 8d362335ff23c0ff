"""Feeds read back by readers that nobody here wrote: what went in comes out, the same in every format."""

import io
import json
import re

import fastfeedparser
import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from syndicator.publish import formats
from syndicator.publish.bounds import TITLE
from syndicator.publish.entry import line
from syndicator.text import xml_safe
from tests.publish.checks import ATOM, CHECKS, MEDIA, instant
from tests.publish.example import article, document, newsroom

FORMATS = formats.available()
# Anything a Python string can hold, with what breaks markup and encodings more often than by chance.
HARD = [
    "<",
    ">",
    "&",
    "&amp;",
    "]]>",
    "<![CDATA[",
    '"',
    "'",
    "\x00",
    "\r",
    "\n",
    "\u2028",
    "\ufffe",
    "\ud800",
    "é",
    "ß",
    "👩‍👩‍👧",
    "ש",
    "<b>",
    "</p>",
]
# Without U+0080 to U+009F, which feedparser takes for the quotation marks of Windows-1252.
CHARACTERS = st.characters(max_codepoint=0x7F) | st.characters(min_codepoint=0xA0)
TEXT = st.lists(st.sampled_from(HARD) | st.text(CHARACTERS, max_size=20), max_size=6).map("".join)


def read(name, body):
    """Items as (id, title, link, summary, content, published, updated), by feedparser, or by json for JSON Feed."""
    if name == "json":
        return [_json_item(item) for item in json.loads(body)["items"]]
    headers = {"content-type": f"application/{name}+xml", "content-location": "https://news.example/"}
    parsed = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [_xml_item(entry) for entry in parsed.entries]


def _json_item(item):
    dates = [item.get("date_published"), item["date_modified"]]
    return item["id"], item["title"], item["url"], item.get("summary", ""), item.get("content_html", ""), *dates


def _xml_item(entry):
    content = entry.content[0].value if "content" in entry else ""
    return entry.id, entry.title, entry.link, entry.get("summary", ""), content, entry.get("published"), entry.updated


@pytest.mark.parametrize("name", ["atom", "rss", "json"])
def test_everything_comes_back_in_order(name):
    feed = document(*newsroom())
    for entry, (iri, title, link, summary, content, published, updated) in zip(
        feed.entries, read(name, FORMATS[name].render(feed)), strict=True
    ):
        assert (iri, title, link) == (entry.id, entry.title, entry.link)
        assert (published and instant(published)) == entry.published
        assert instant(updated) == entry.updated
        assert content == entry.body
        if name == "rss":  # where a description is HTML
            assert summary == entry.summary.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        else:
            assert summary == entry.summary


@pytest.mark.parametrize("name", ["atom", "rss"])
def test_a_second_reader_agrees(name):
    feed = document(*(each for each in newsroom() if each.published))
    parsed = fastfeedparser.parse(FORMATS[name].render(feed).decode())
    assert [entry.link for entry in parsed.entries] == [entry.link for entry in feed.entries]
    assert [instant(entry.published) for entry in parsed.entries] == [entry.published for entry in feed.entries]


@settings(max_examples=60)
@given(TEXT, TEXT, TEXT, TEXT)
def test_any_text_comes_back(title, summary, words, name):
    # The arrow: feedparser repairs a text of Latin-1 whose bytes would be UTF-8 as well ("ß¡"), and takes it for another.
    body = "<p>→" + words.replace("&", "&amp;").replace("<", "&lt;") + "</p>"
    feed = document(article(title=f"→{title}", summary=f"→{summary}", body=body, rights=name), title=f"F{name}")
    for form, rendered in ((form, FORMATS[form].render(feed)) for form in ("atom", "rss", "json")):
        assert CHECKS[form](rendered) == []
        (item,) = read(form, rendered)
        # feedparser takes a title in RSS that looks like HTML for HTML: that format leaves it open what a title is.
        shown = etree.fromstring(rendered).findtext("channel/item/title") if form == "rss" else item[1]
        assert shown == line(f"→{title}")[:TITLE]
        assert _text(item[4]) == _text(xml_safe(body))
        if form != "rss":
            assert line(item[3]) == line(f"→{summary}")


@settings(max_examples=60)
@given(TEXT, TEXT)
def test_any_text_leaves_the_page_whole(title, summary):
    assert CHECKS["html"](FORMATS["html"].render(document(article(title=title, summary=summary)))) == []


@settings(max_examples=20)
@given(st.permutations(range(6)))
def test_the_order_given_is_the_order_published(order):
    articles = [article(id=f"tag:news.example,2019:musterhausen/{number}") for number in order]
    for name in ("atom", "rss", "json"):
        assert [item[0] for item in read(name, FORMATS[name].render(document(*articles)))] == [
            each.id for each in articles
        ]


def _text(html):
    """HTML as readers compare it: XML turns every kind of line end into one (XML 1.0, 2.11)."""
    return re.sub(r"\s+", " ", html).strip()


def test_attributes_that_feedgen_drops_are_there():
    first = etree.fromstring(FORMATS["atom"].render(document(*newsroom()))).find(f"{ATOM}entry")
    (enclosure,) = [link for link in first.findall(f"{ATOM}link") if link.get("rel") == "enclosure"]
    assert dict(enclosure.attrib) == {
        "rel": "enclosure",
        "type": "image/jpeg",
        "length": "182044",
        "href": "https://www.musterhausen.example/bilder/runde.jpg?w=1200&h=800",
    }
    assert first.findtext(f"{MEDIA}content/{MEDIA}credit") == "Foto: Stadt Musterhausen / Presseamt"


def test_the_origin_of_a_passed_on_entry_stays_readable():
    entry = etree.fromstring(FORMATS["atom"].render(document(newsroom()[2]))).find(f"{ATOM}entry")
    source = entry.find(f"{ATOM}source")
    assert {child.tag.removeprefix(ATOM): child.text for child in source if child.text} == {
        "id": "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
        "title": "Seeblick",
        "rights": "© Seeblick",
        "updated": "2019-07-02T02:00:00+02:00",
    }
    assert {link.get("rel"): link.get("href") for link in source.findall(f"{ATOM}link")} == {
        "self": "https://seeblick.example/feed",
        "alternate": "https://seeblick.example/",
    }
    item = etree.fromstring(FORMATS["rss"].render(document(newsroom()[2]))).find("channel/item")
    assert (item.findtext("source"), item.find("source").get("url")) == ("Seeblick", "https://seeblick.example/feed")
    assert (
        json.loads(FORMATS["json"].render(document(newsroom()[2])))["items"][0]["_syndicator"]["source"]["title"]
        == "Seeblick"
    )


def test_a_picture_of_unknown_type_is_no_enclosure_in_rss_and_one_of_unknown_length_has_none():
    unknown = newsroom()[2].images[0]
    no_type = article(images=(type(unknown)(unknown.url, credit="x", license="CC0-1.0"),))
    item = etree.fromstring(FORMATS["rss"].render(document(no_type))).find("channel/item")
    assert item.find("enclosure") is None
    assert item.find(f"{MEDIA}content").get("url") == unknown.url
    item = etree.fromstring(FORMATS["rss"].render(document(newsroom()[2]))).find("channel/item")
    assert item.find("enclosure").get("length") == "0"
