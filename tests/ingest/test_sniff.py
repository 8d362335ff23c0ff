"""Formats are judged by the bytes, and so are encodings."""

import pytest

from syndicator.ingest.reading.sniff import Json, Xml, sniff
from syndicator.model import Failed

ADDRESS = "https://stadt.example/feed"
FEED = "<rss version='2.0'><channel><title>Grüße</title></channel></rss>"


def kind(body: bytes, content_type: str = "") -> str:
    found = sniff(body, content_type, ADDRESS)
    return f"{found.kind}: {found.reason}" if isinstance(found, Failed) else type(found).__name__


def test_an_xml_document_with_the_root_of_a_feed_is_taken():
    for root in (b"<rss version='2.0'/>", b"<feed>", b"<a:feed/>", b"<rdf:RDF>", b"<RSS>"):
        assert kind(root) == "Xml"


def test_json_is_taken_whatever_the_header_says():
    assert isinstance(sniff(b'\xef\xbb\xbf \n{"version": 1}', "text/html", ADDRESS), Json)


def test_an_empty_answer_is_told_from_an_unreadable_one():
    assert kind(b"") == kind(b"\r\n \0\0") == "empty: The address answers with an empty page, not a feed."


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"%PDF-1.7\n", "a PDF file"),
        (b"\x1f\x8b\x08\x00rest", "compressed data"),
        (b"<!doctype html>\n<p>Hallo", "an HTML page"),
        (b"\n\n<HTML><body></body></HTML>", "an HTML page"),
        (b"<div>Fehler</div>", "an HTML page"),
        (b"<opml version='2.0'><body/></opml>", "a list of feeds (OPML)"),
        (b"500 Internal Server Error", "plain text"),
        (b"<!-- never closed", "plain text"),
    ],
)
def test_what_is_no_feed_is_called_by_its_name(body, what):
    assert kind(body).startswith(f"unreadable: The address answers with {what}, not a feed. ")


def test_json_that_cannot_be_read_is_no_feed():
    for body in (b'{"version": ', b"[" * 200_000, b'{"a": 1' + b"0" * 5000 + b"}"):
        assert kind(body) == "unreadable: The address answers with JSON that is broken off or misspelt."


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (FEED.encode(), "text/xml; charset=iso-8859-1"),
        (FEED.encode("cp1252"), "text/xml; charset=iso-8859-1"),
        (b"<?xml version='1.0' encoding='iso-8859-1'?>" + FEED.encode(), ""),
        (b"<?xml version='1.0' encoding='windows-1252'?>" + FEED.encode("cp1252"), "application/xml"),
        (b"<?xml version='1.0' encoding='no-such-thing'?>" + FEED.encode("cp1252"), ""),
        (FEED.encode("utf-16"), ""),
        (("<?xml version='1.0' encoding='utf-16'?>" + FEED).encode("utf-16-be"), ""),
        (FEED.encode("utf-8-sig"), "text/html"),
    ],
)
def test_umlauts_survive_what_is_declared_about_them(body, content_type):
    found = sniff(body, content_type, ADDRESS)
    assert isinstance(found, Xml)
    assert "Grüße" in found.body.decode()


def test_what_stands_before_and_after_the_feed_goes():
    body = b"<br />Notice: x\n<?xml version='1.0'?><!-- a --><?b c?><rss><channel/></rss>\n<!-- 0.2 s --></body>"
    found = sniff(body, "", ADDRESS)
    assert isinstance(found, Xml)
    assert found.body == b'<?xml version="1.0" encoding="utf-8"?>\n<rss><channel/></rss>'


def test_characters_that_xml_forbids_go_and_others_stay():
    found = sniff(b"<rss>a\x0b\0b &#0; &#x1F; &#xD800; &#99999999999; &#228; &#x1F600; &#10;</rss>", "", ADDRESS)
    assert isinstance(found, Xml)
    assert found.body.endswith(b"<rss>ab     &#228; &#x1F600; &#10;</rss>")


def test_absurd_documents_are_refused_before_any_parser_sees_them():
    attributes = b"<rss " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/>"
    assert kind(attributes) == "unreadable: The feed cannot be read safely: one element has hundreds of attributes."
    assert (
        kind(b"<rss>" + b"<!--" * 1000) == "unreadable: The feed cannot be read safely: it opens comments without end."
    )


def test_any_number_of_false_starts_is_looked_through_once():
    assert kind(b"<?xml?><x>" * 100_000).startswith("unreadable: The address answers with XML of another kind (<x>)")
    assert kind(b"1 < 2 " * 100_000).startswith("unreadable: The address answers with plain text")


def test_long_texts_with_equal_signs_are_not_absurd():
    assert kind(b"<rss><item><description>" + b"a=b " * 20_000 + b"</description></item></rss>") == "Xml"
