"""What the W3C feed validator says of a feed beside the RFCs: its errors and warnings, as far as a feed of ours can earn them.

Taken from the rules in its source (github.com/w3c/feedvalidator: validators.py, entry.py, item.py, channel.py, media.py), whose
names for them stand in brackets. Not here: what depends on the clock (ImplausibleDate) or on the address (SelfDoesntMatchLocation).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
CC = "{http://backend.userland.com/creativeCommonsRssModule}"
MEDIA = "{http://search.yahoo.com/mrss/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"

_URI = re.compile(r"[a-zA-Z][0-9a-zA-Z+.-]*:(//)?(\[[0-9A-Fa-f:.]+\])?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+")
_TAG = re.compile(
    r"tag:([a-z0-9._-]+@)?[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[0-9a-zA-Z;/?:@&=+$._!~*'()%,-]*(#[0-9a-zA-Z;/?:@&=+$._!~*'()%,-]*)?"
)
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_HTTP = re.compile(r"https?://([0-9]{1,3}(\.[0-9]{1,3}){3}|([A-Za-z0-9-]+\.)+[A-Za-z0-9][A-Za-z0-9-]*)(:\d+)?(/|$)")
_KNOWN = {
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
}
_ATTRIBUTES = {"href", "src", "alt", "width", "height", "title", "datetime", "start", "colspan", "rowspan", "scope"}


def atom_warnings(feed: Any) -> Iterator[str]:
    entries = feed.findall(f"{ATOM}entry")
    yield from (
        f"two entries updated at {date} (DuplicateUpdated)"
        for date, count in Counter(entry.findtext(f"{ATOM}updated") for entry in entries).items()
        if count > 1
    )
    for entry in entries:
        yield from _atom_entry(entry)
    for element in feed.iter(f"{ATOM}link", f"{ATOM}uri"):
        yield from _uri(element.get("href") or element.text or "", element.tag)


def _atom_entry(entry: Any) -> Iterator[str]:
    if not (entry.findtext(f"{ATOM}content") or entry.findtext(f"{ATOM}summary")):
        yield "an entry without words (MissingTextualContent)"
    yield from _id(entry.findtext(f"{ATOM}id") or "")
    for source in entry.findall(f"{ATOM}source"):
        missing = [name for name in ("id", "title", "updated") if not source.findtext(f"{ATOM}{name}")]
        yield from (f"a source without {name} (MissingSourceElement)" for name in missing)
        if not [link for link in source.findall(f"{ATOM}link") if link.get("rel") == "self"]:
            yield "a source without a link to itself (MissingSelf)"
    for content in entry.findall(f"{ATOM}content"):
        yield from html_warnings(content.text or "")
    yield from _media(entry)


def rss_warnings(channel: Any) -> Iterator[str]:
    yield from _said_twice(
        channel, {f"{DC}rights": "copyright", f"{DC}language": "language", f"{DC}creator": "managingEditor"}
    )
    if channel.find("lastBuildDate") is None or channel.find("language") is None:
        yield "no lastBuildDate or no language"
    if channel.findtext("docs") != "http://www.rssboard.org/rss-specification":
        yield "docs lead elsewhere"
    yield from _uri(channel.findtext("link") or "", "link")
    for item in channel.findall("item"):
        yield from _item(item)


def _item(item: Any) -> Iterator[str]:
    core = {f"{DC}subject": "category", f"{DC}date": "pubDate", f"{DC}source": "source", f"{ATOM}published": "pubDate"}
    yield from _said_twice(item, {**core, f"{ATOM}id": "guid", f"{DC}creator": "author"})
    if not (item.findtext("description") or "").strip():
        yield "an item without words"
    guid = item.findtext("guid") or ""
    if guid.isdigit() and len(guid) < 9:
        yield f"guid {guid} is hardly unique (NotSufficientlyUnique)"
    yield from _id(guid)
    yield from _uri(item.findtext("link") or "", "link")
    yield from (_ for link in item.findall(f"{ATOM}link") for _ in _uri(link.get("href"), "atom:link"))
    yield from (_ for each in item.findall(f"{CC}license") for _ in _uri(each.text or "", "license"))
    yield from (_ for source in item.findall("source") for _ in _uri(source.get("url"), "source"))
    yield from (
        f"enclosure {enclosure.get('url')} (InvalidURLAttribute)"
        for enclosure in item.findall("enclosure")
        if not _HTTP.match(enclosure.get("url")) or not _URI.fullmatch(enclosure.get("url"))
    )
    yield from (
        f"category {category.text} of no domain" for category in item.findall("category") if not category.get("domain")
    )
    yield from html_warnings(item.findtext("description") or "")
    yield from html_warnings(item.findtext(CONTENT) or "")
    yield from _media(item)


def _media(holder: Any) -> Iterator[str]:
    for content in holder.findall(f"{MEDIA}content"):
        yield from _uri(content.get("url"), "media:content")
        if content.get("fileSize") == "0" or content.get("width") == "0" or content.get("height") == "0":
            yield "a size of nothing (InvalidPositiveInteger)"
        yield from (
            f"{child.tag} of type {child.get('type')} (InvalidMediaTextType)"
            for child in content
            if child.get("type", "plain") not in {"plain", "html"}
        )
        yield from (
            _ for each in content.findall(f"{MEDIA}copyright") for _ in _uri(each.get("url"), "media:copyright")
        )


def html_warnings(html: str) -> Iterator[str]:
    """Of HTML within a feed: addresses that lead nowhere, and what readers take out for fear of it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    yield from reader.wrong
    yield from (f"<{tag}> stays open in the content" for tag in reader.open)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _KNOWN:
            self.wrong.append(f"<{tag}> in the content (SecurityRisk)")
        if tag not in {"br", "hr", "img"}:
            self.open.append(tag)
        for name, value in attrs:
            if name not in _ATTRIBUTES:
                self.wrong.append(f"{name} in the content (SecurityRiskAttr)")
            if name in {"href", "src"} and not re.match(r"(https?|mailto|tel):", value or ""):
                self.wrong.append(f"{name} {value} (ContainsRelRef)")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing (NotHtml)")


def _said_twice(element: Any, pairs: dict[str, str]) -> Iterator[str]:
    yield from (
        f"{ours} beside {core} (DuplicateSemantics)"
        for ours, core in pairs.items()
        if element.find(ours) is not None and element.find(core) is not None
    )


def _uri(address: str | None, where: str) -> Iterable[str]:
    return () if _URI.fullmatch(address or "") else (f"{where} {address!r} (InvalidFullLink, UriNotIri)",)


def _id(text: str) -> Iterable[str]:
    form = {"tag": _TAG, "urn": _UUID if text.lower().startswith("urn:uuid:") else None}.get(
        text.partition(":")[0].lower()
    )
    return () if form is None or form.fullmatch(text) else (f"id {text} (InvalidTAG, InvalidUUID)",)
