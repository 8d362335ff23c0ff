"""What an address has answered with, judged by the bytes: headers and file names lie."""

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from syndicator.ingest.charset import decode
from syndicator.ingest.reading.entry import joined
from syndicator.model import Failed

_ROOTS = frozenset({b"rss", b"rdf", b"feed", b"channel"})
_PAGE = frozenset({b"html", b"head", b"body", b"title", b"meta", b"link", b"div", b"p", b"script", b"h1", b"center"})
_WHAT = {b"urlset": "a sitemap", b"sitemapindex": "a sitemap", b"opml": "a list of feeds (OPML)", b"svg": "a picture"}
_SIGNATURES = {
    b"%PDF": "a PDF file",
    b"\x1f\x8b": "compressed data",
    b"PK\x03\x04": "a ZIP file",
    b"\x89PNG": "a picture",
}

_NAME = re.compile(rb"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_BEGIN = re.compile(rb"<\?xml|<(?:[A-Za-z_][\w.-]*:)?(?:rss|rdf|feed)[\s>]", re.IGNORECASE)
_DOCTYPE_END = re.compile(rb"[^\[>]*(?:\[[^\]]*\]\s*)?>")
_REFERENCE = re.compile(rb"&#(x[0-9a-f]+|[0-9]+);?", re.IGNORECASE)
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r")
_JUNK = 100_000  # bytes before a feed, such as a warning of PHP
_ALTERNATE = re.compile(
    r"<link\b[^>]{0,500}\btype=[\"']?application/(?:rss\+xml|atom\+xml|feed\+json)[^>]{0,500}>", re.IGNORECASE
)
_HREF = re.compile(r"\bhref=[\"']?([^\"'\s>]+)", re.IGNORECASE)

_VERSION = re.compile(rb"<rss[^>]{0,2000}?\bversion=[\"'](\d\.\d+)", re.IGNORECASE)
_HEAD = 20_000  # bytes in which the root element's attributes stand

_LONGEST_DOCTYPE = 16_000  # bytes; feedparser's search in it is quadratic
_LONGEST_TAG = 20_000  # bytes; only longer ones are looked at
_MOST_ATTRIBUTES = 200
_MOST_OPEN_COMMENTS = 100


@dataclass(frozen=True, slots=True)
class Xml:
    """A document whose root is that of a feed: UTF-8, without what stood before and after the root, but for its entities."""

    body: bytes
    root: str


@dataclass(frozen=True, slots=True)
class Json:
    value: Any


def sniff(body: bytes, content_type: str, address: str) -> Xml | Json | Failed:
    """The document in its normal form, or what it is instead of a feed."""
    if not body.strip(b"\0 \t\r\n"):
        return Failed("empty", "The address answers with an empty page, not a feed.", address)
    for signature, what in _SIGNATURES.items():
        if body.startswith(signature):
            return _no_feed(what, address)
    text = decode(body, content_type).lstrip("\ufeff").encode(errors="replace").strip(b"\0 \t\r\n")
    if text[:1] in {b"{", b"["}:
        return _json(text, address)
    return _xml(text.translate(None, _CONTROLS), address)


def feed_format(body: bytes, content_type: str, address: str) -> str:
    """What a feed is called, as in "RSS 2.0", "Atom 1.0", "JSON Feed"; "" for what is none, whatever it says it is."""
    found = sniff(body, content_type, address)
    if isinstance(found, Json):
        stated = found.value.get("version") if isinstance(found.value, dict) else None
        return "JSON Feed" if isinstance(stated, str) and "jsonfeed.org" in stated else ""
    if isinstance(found, Failed):
        return ""
    if found.root == "feed":
        return "Atom 0.3" if b"purl.org/atom/ns#" in found.body[:_HEAD] else "Atom 1.0"
    stated_version = _VERSION.search(found.body[:_HEAD])
    return f"RSS {stated_version[1].decode()}" if stated_version else "RSS 1.0" if found.root == "rdf" else "RSS"


def _no_feed(what: str, address: str, advice: str = "") -> Failed:
    advice = advice or "Open it in a browser and correct `url` of this source."
    return Failed("unreadable", f"The address answers with {what}, not a feed. {advice}", address)


def _json(text: bytes, address: str) -> Json | Failed:
    try:
        return Json(json.loads(text))
    except (ValueError, RecursionError):
        return Failed("unreadable", "The address answers with JSON that is broken off or misspelt.", address)


def _xml(text: bytes, address: str) -> Xml | Failed:
    start, doctype = _root(text)
    name = _NAME.match(text, start) if start >= 0 else None
    root = name[2].lower() if name else b""
    if not name or root not in _ROOTS:
        what, advice = _instead(text, root, doctype, address)
        return _no_feed(what, address, advice)
    closing = b"</" + (name[1] or b"") + name[2] + b">"
    end = text.rfind(closing)
    text = text[start : end + len(closing) if end > start else None]
    absurd = _absurd(text)
    if absurd:
        return Failed("unreadable", f"The feed cannot be read safely: {absurd}.", address)
    entities = doctype if b"<!ENTITY" in doctype and len(doctype) < _LONGEST_DOCTYPE else b""
    return Xml(b'<?xml version="1.0" encoding="utf-8"?>\n' + entities + _legal(text), root.decode())


def _root(text: bytes) -> tuple[int, bytes]:
    """Where the root element begins, or -1, and the document type declaration before it.

    Other text before it is tolerated: a warning of PHP, a blank line. Where no feed follows, it is the first element.
    """
    first, doctype = _first_element(text, 0)
    name = _NAME.match(text, first) if first >= 0 else None
    if not name or name[2].lower() in _ROOTS | {b"html"}:
        return first, doctype
    behind = _BEGIN.search(text, first, first + _JUNK)
    start, inner = _first_element(text, behind.start()) if behind else (-1, b"")
    name = _NAME.match(text, start) if start >= 0 else None
    return (start, inner) if name and name[2].lower() in _ROOTS else (first, doctype)


def _first_element(text: bytes, at: int) -> tuple[int, bytes]:
    """Where it begins, or -1, and the document type declaration before it."""
    doctype = b""
    while 0 <= (at := text.find(b"<", at)) < _JUNK * 2:
        if text.startswith(b"<?", at):
            at = _after(text, b"?>", at)
        elif text.startswith(b"<!--", at):
            at = _after(text, b"-->", at)
        elif text.startswith(b"<!", at):
            found = _DOCTYPE_END.match(text, at)
            doctype, at = (found[0], found.end()) if found else (b"", len(text))
        elif _NAME.match(text, at):
            return at, doctype
        else:
            at += 1
    return -1, doctype


def _after(text: bytes, mark: bytes, at: int) -> int:
    found = text.find(mark, at)
    return found + len(mark) if found >= 0 else len(text)


def _instead(text: bytes, root: bytes, doctype: bytes, address: str) -> tuple[str, str]:
    """What the document is, and what to do about it."""
    if root in _PAGE or b"html" in doctype[:40].lower():
        found = _ALTERNATE.search(text[:_JUNK].decode(errors="replace"))
        href = _HREF.search(found[0]) if found else None
        if href:
            return "an HTML page", f"The page names this feed: {joined(address, unescape(href[1]))}"
        return "an HTML page", "If the page lists articles, it can be read as a source of kind 'portal'."
    if root:
        advice = "It can be read as a source of kind 'sitemap'." if root in {b"urlset", b"sitemapindex"} else ""
        return _WHAT.get(root, f"XML of another kind (<{root.decode(errors='replace')[:40]}>)"), advice
    return "plain text", ""


def _absurd(text: bytes) -> str:
    """A reason not to hand this to any parser: what takes them minutes. Linear itself.

    A tag of 200,000 attributes and 100,000 unclosed comments took feedparser over 20 s each.
    """
    if text.count(b"<!--") - text.count(b"-->") > _MOST_OPEN_COMMENTS:
        return "it opens comments without end"
    for piece in text.split(b"<"):
        if len(piece) > _LONGEST_TAG and piece[: piece.find(b">")].count(b"=") > _MOST_ATTRIBUTES:
            return "one element has hundreds of attributes"
    return ""


def _legal(text: bytes) -> bytes:
    """Without numeric references to what XML 1.0 (2.2) does not allow: one would cost the whole feed."""
    return _REFERENCE.sub(_kept, text) if b"&#" in text else text


def _kept(reference: re.Match[bytes]) -> bytes:
    digits = reference[1]
    if len(digits) > 8:  # noqa: PLR2004  # beyond any character
        return b""
    code = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)
    legal = code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000  # noqa: PLR2004
    return reference[0] if legal else b""
