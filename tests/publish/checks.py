"""The rules of Atom, RSS and JSON Feed as far as a feed can break them; each check returns what is wrong, with the rule.

Sources: RFC 4287, RSS 2.0.11 (RSS Advisory Board), jsonfeed.org/version/1.1, Media RSS 1.5.1; the W3C validator's own in w3c.py.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from tests.publish.w3c import atom_warnings, html_warnings, rss_warnings

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
DC = "{http://purl.org/dc/elements/1.1/}"
CC = "{http://backend.userland.com/creativeCommonsRssModule}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_RFC822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def check_atom(body: bytes) -> list[str]:
    root = _parse(body)
    if root.tag != f"{ATOM}feed":
        return [f"the root is {root.tag} (RFC 4287, 4.1.1)"]
    return [*_atom(root), *atom_warnings(root)]


def check_rss(body: bytes) -> list[str]:
    root = _parse(body)
    if root.tag != "rss" or root.get("version") != "2.0" or [child.tag for child in root] != ["channel"]:
        return ["no rss version 2.0 with one channel"]
    return [*_rss(root[0]), *rss_warnings(root[0])]


def check_json(body: bytes) -> list[str]:
    return list(_json(json.loads(body.decode("utf-8"), object_pairs_hook=_once)))


def check_opml(body: bytes) -> list[str]:
    root = etree.fromstring(body)
    if root.tag != "opml" or root.get("version") != "2.0" or [child.tag for child in root] != ["head", "body"]:
        return ["no opml version 2.0 with head and body"]
    return list(_opml(root))


def check_html(body: bytes) -> list[str]:
    page = _Page()
    page.feed(body.decode("utf-8"))
    page.close()
    return list(page.wrong())


def _parse(body: bytes) -> Any:
    assert body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<?xml-stylesheet type=\"text/css\" href=\"/")
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


# ---------------------------------------------------------------- Atom


def _atom(feed: Any) -> Iterator[str]:
    yield from _counts(
        feed, one=("id", "title", "updated"), most_one=("subtitle", "rights", "generator", "icon", "logo")
    )
    yield from _atom_common(feed)
    if [link for link in _links(feed, "self") if _absolute(link.get("href"))] == []:
        yield "a feed should link itself (4.1.1)"
    entries = feed.findall(f"{ATOM}entry")
    if feed.find(f"{ATOM}author") is None and any(entry.find(f"{ATOM}author") is None for entry in entries):
        yield "neither the feed nor each entry has an author (4.1.1)"
    yield from (f"id {iri} twice (4.1.1)" for iri in _twice(entry.findtext(f"{ATOM}id") for entry in entries))
    order = [child.tag for child in feed]
    if entries and any(tag != f"{ATOM}entry" for tag in order[order.index(f"{ATOM}entry") :]):
        yield "metadata behind an entry: readers that stream miss it"
    for entry in entries:
        yield from _atom_entry(entry)


def _atom_entry(entry: Any) -> Iterator[str]:
    yield from _counts(
        entry, one=("id", "title", "updated"), most_one=("published", "content", "summary", "rights", "source")
    )
    yield from _atom_common(entry)
    if entry.find(f"{ATOM}content") is None and not _links(entry, "alternate"):
        yield "an entry without content needs an alternate link (4.1.2)"
    for source in entry.findall(f"{ATOM}source"):
        yield from _counts(source, one=(), most_one=("id", "title", "updated", "rights"))
        yield from _atom_common(source)
    for media in entry.findall(f"{MEDIA}content"):
        yield from _media(media)


def _atom_common(element: Any) -> Iterator[str]:
    for name in ("updated", "published"):
        for date in element.findall(f"{ATOM}{name}"):
            if not _RFC3339.fullmatch(date.text or ""):
                yield f"{name} {date.text!r} is no RFC 3339 date (3.3)"
    for iri in element.findall(f"{ATOM}id"):
        if not _IRI.fullmatch(iri.text or ""):
            yield f"id {iri.text!r} is no IRI (4.2.6)"
    yield from _atom_words(element)
    yield from _atom_links(element)


def _atom_words(element: Any) -> Iterator[str]:
    for name in ("title", "subtitle", "summary", "rights", "content"):
        for text in element.findall(f"{ATOM}{name}"):
            if text.get("type", "text") not in {"text", "html"} or len(text):
                yield f"{name} holds elements or is of type {text.get('type')} (3.1)"
    if not (element.findtext(f"{ATOM}title") or "x").strip():
        yield "an empty title"
    if element.get(LANG) is not None and not _LANGUAGE.fullmatch(element.get(LANG)):
        yield f"xml:lang {element.get(LANG)!r} (2)"
    for category in element.findall(f"{ATOM}category"):
        if (
            not category.get("term")
            or not _absolute(category.get("scheme", "https://x/"))
            or category.get("label") == ""
        ):
            yield f"category {dict(category.attrib)} (4.2.2)"
    for person in element.findall(f"{ATOM}author"):
        yield from _counts(person, one=("name",), most_one=("uri", "email"))
        if (
            not _MAIL.fullmatch(person.findtext(f"{ATOM}email") or "a@b")
            or not (person.findtext(f"{ATOM}name") or "").strip()
        ):
            yield f"author {etree.tostring(person)!r} (3.2)"


def _atom_links(element: Any) -> Iterator[str]:
    links = element.findall(f"{ATOM}link")
    for link in links:
        if not _absolute(link.get("href")) or "" in link.attrib.values():
            yield f"link {dict(link.attrib)} (4.2.7)"
        if not _MEDIA_TYPE.fullmatch(link.get("type", "a/b")) or not link.get("length", "0").isdigit():
            yield f"link type or length {dict(link.attrib)} (4.2.7)"
        if len(link) or (link.text or "").strip():
            yield "a link with content"
    kinds = [(link.get("type"), link.get("hreflang")) for link in links if link.get("rel", "alternate") == "alternate"]
    yield from (f"two alternate links of kind {kind} (4.1.1, 4.1.2)" for kind in _twice(kinds))


def _links(element: Any, rel: str) -> list[Any]:
    return [link for link in element.findall(f"{ATOM}link") if link.get("rel", "alternate") == rel]


# ---------------------------------------------------------------- RSS


def _rss(channel: Any) -> Iterator[str]:
    single = (
        "language",
        "copyright",
        "managingEditor",
        "webMaster",
        "pubDate",
        "lastBuildDate",
        "generator",
        "docs",
        "ttl",
        "image",
    )
    yield from _counts(channel, one=("title", "link", "description"), most_one=single, namespace="")
    yield from _rss_common(channel)
    if [link.get("rel") for link in channel.findall(f"{ATOM}link")].count("self") != 1:
        yield "a channel should have one atom:link rel=self"
    if not _LANGUAGE.fullmatch(channel.findtext("language") or "de") or int(channel.findtext("ttl") or 1) < 1:
        yield "language or ttl"
    editor = channel.findtext("managingEditor")
    if editor and not re.fullmatch(r"[^@\s]+@[^@\s]+ \(.+\)", editor):
        yield f"managingEditor {editor!r} is no address with a name"
    items = channel.findall("item")
    yield from (f"guid {guid} twice" for guid in _twice(item.findtext("guid") for item in items))
    order = [child.tag for child in channel]
    if items and any(tag != "item" for tag in order[order.index("item") :]):
        yield "metadata behind an item"
    for item in items:
        yield from _item(item)


def _item(item: Any) -> Iterator[str]:
    single = ("description", "author", "comments", "enclosure", "pubDate", "source")
    yield from _counts(item, one=("title", "link", "guid"), most_one=single, namespace="")
    yield from _counts(item, one=(), most_one=("updated",))
    yield from (
        f"{tag} twice"
        for tag in (CONTENT, f"{DC}publisher", f"{DC}rights", f"{DC}language", f"{CC}license")
        if len(item.findall(tag)) > 1
    )
    yield from _rss_common(item)
    order = [child.tag for child in item]
    if CONTENT in order and ("description" not in order or order.index("description") > order.index(CONTENT)):
        yield "content:encoded needs a description before it"
    if item.find("author") is not None and item.find(f"{DC}creator") is not None:
        yield "author and dc:creator say one thing twice"
    if item.find("guid").get("isPermaLink") not in {"true", "false"} or not (item.findtext("guid") or "").strip():
        yield "guid"
    for enclosure in item.findall("enclosure"):
        if (
            sorted(enclosure.attrib) != ["length", "type", "url"]
            or not enclosure.get("length", "").isdigit()
            or not _MEDIA_TYPE.fullmatch(enclosure.get("type"))
            or not _web(enclosure.get("url"))
        ):
            yield f"enclosure {dict(enclosure.attrib)}"
    for source in item.findall("source"):
        if not _web(source.get("url")) or not (source.text or "").strip():
            yield "a source needs an address and a title"
    for media in item.findall(f"{MEDIA}content"):
        yield from _media(media)


def _rss_common(element: Any) -> Iterator[str]:
    for name in ("pubDate", "lastBuildDate"):
        for date in element.findall(name):
            text = date.text or ""
            if not _RFC822.fullmatch(text) or format_datetime(parsedate_to_datetime(text)) != text:
                yield f"{name} {text!r} is no RFC 822 date"
    for date in element.findall(f"{ATOM}updated"):
        if not _RFC3339.fullmatch(date.text or ""):
            yield f"atom:updated {date.text!r}"
    if not _web(element.findtext("link")) or not (element.findtext("title") or "").strip():
        yield "an empty title or a link that is none"
    yield from _rss_extras(element)


def _rss_extras(element: Any) -> Iterator[str]:
    for category in element.findall("category"):
        if not (category.text or "").strip() or not _absolute(category.get("domain", "https://x/")):
            yield f"category {category.text!r}"
    for link in element.findall(f"{ATOM}link"):
        if not _absolute(link.get("href")) or not link.get("rel"):
            yield f"atom:link {dict(link.attrib)}"
    yield from (
        f"{tag.tag} is empty" for tag in element if tag.tag.startswith((DC, CC)) and not (tag.text or "").strip()
    )


def _media(media: Any) -> Iterator[str]:
    attributes = {"url", "medium", "type", "fileSize", "width", "height"}
    if not _web(media.get("url")) or media.get("medium") != "image" or set(media.attrib) - attributes:
        yield f"media:content {dict(media.attrib)}"
    if any(not media.get(name, "1").isdigit() for name in ("fileSize", "width", "height")) or not _MEDIA_TYPE.fullmatch(
        media.get("type", "a/b")
    ):
        yield f"media:content {dict(media.attrib)}"
    yield from (f"{tag} twice" for tag in _twice(child.tag for child in media))


# ---------------------------------------------------------------- JSON Feed

_FEED_KEYS = {
    "version",
    "title",
    "home_page_url",
    "feed_url",
    "description",
    "user_comment",
    "next_url",
    "icon",
    "favicon",
}
_FEED_KEYS |= {"authors", "language", "expired", "hubs", "items"}
_ITEM_KEYS = {"id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image"}
_ITEM_KEYS |= {"date_published", "date_modified", "authors", "tags", "language", "attachments"}
_ATTACHMENT_KEYS = {"url", "mime_type", "title", "size_in_bytes", "duration_in_seconds"}


def _json(feed: dict[str, Any]) -> Iterator[str]:
    if feed.get("version") != "https://jsonfeed.org/version/1.1" or not isinstance(feed.get("title"), str):
        yield "version or title"
    yield from _keys(feed, _FEED_KEYS)
    yield from (f"{key} is no address" for key in ("home_page_url", "feed_url") if not _web(feed.get(key)))
    yield from _authors(feed)
    if not _LANGUAGE.fullmatch(feed.get("language", "de")) or not isinstance(feed.get("items"), list):
        yield "language or items"
    yield from (f"id {key} twice" for key in _twice(item["id"] for item in feed["items"]))
    for item in feed["items"]:
        yield from _json_item(item)


def _json_item(item: dict[str, Any]) -> Iterator[str]:
    yield from _keys(item, _ITEM_KEYS)
    if not isinstance(item.get("id"), str) or not item["id"]:
        yield "an item without id"
    if not {"content_html", "content_text"} & set(item):
        yield f"{item['id']} has no content"
    texts = ("url", "title", "summary", "content_html", "content_text", "image", "language")
    yield from (
        f"{key} is no text" for key in texts if not isinstance(item.get(key, "x"), str) or not item.get(key, "x")
    )
    for key in ("date_published", "date_modified"):
        if not _RFC3339.fullmatch(item.get(key, "2000-01-01T00:00:00Z")):
            yield f"{key} {item[key]!r}"
    if not all(isinstance(tag, str) and tag for tag in item.get("tags", [])) or _twice(item.get("tags", [])):
        yield "tags are texts, each once"
    yield from (f"{key} {item[key]!r} is no address" for key in ("url", "image") if key in item and not _web(item[key]))
    yield from html_warnings(item.get("content_html", ""))
    if not _LANGUAGE.fullmatch(item.get("language", "de")) or [
        key for key, value in item.items() if value in (None, "", [], {})
    ]:
        yield "a language that is none, or a key that says nothing"
    yield from _authors(item)
    for attachment in item.get("attachments", []):
        yield from _keys(attachment, _ATTACHMENT_KEYS)
        sized = isinstance(attachment.get("size_in_bytes", 1), int) and attachment.get("size_in_bytes", 1) > 0
        if not sized or not _web(attachment.get("url")) or not _MEDIA_TYPE.fullmatch(attachment.get("mime_type", "")):
            yield f"attachment {attachment}"


def _authors(holder: dict[str, Any]) -> Iterator[str]:
    if "author" in holder:
        yield "author is a word of version 1.0"
    for author in holder.get("authors", []):
        if not author or set(author) - {"name", "url", "avatar"}:
            yield f"author {author}"


def _keys(given: dict[str, Any], known: set[str]) -> Iterator[str]:
    yield from (f"{key} is no word of JSON Feed" for key in given if key not in known and not key.startswith("_"))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({key for key, _ in pairs}) == len(pairs), "a key twice"
    return dict(pairs)


# ---------------------------------------------------------------- OPML 2.0 (opml.org/spec2.opml)

_OUTLINE = {"text", "title", "type", "xmlUrl", "htmlUrl", "language", "description", "version"}


def _opml(root: Any) -> Iterator[str]:
    if not root.findall("body/outline"):
        yield "a body without outlines"
    for tag in root.find("head"):
        if tag.tag not in {"title", "ownerName", "ownerEmail", "ownerId"} or not (tag.text or "").strip():
            yield f"head has {tag.tag}"
    feeds = [outline for outline in root.iter("outline") if outline.get("type")]
    yield from (f"{address} twice" for address in _twice(feed.get("xmlUrl") for feed in feeds))
    for outline in root.iter("outline"):
        if not (outline.get("text") or "").strip() or set(outline.attrib) - _OUTLINE or "" in outline.attrib.values():
            yield f"outline {dict(outline.attrib)}"
        if outline.get("type") is None and (set(outline.attrib) - {"text", "title"} or not len(outline)):
            yield f"a folder with the attributes of a feed, or with nothing in it: {dict(outline.attrib)}"
    for feed in feeds:
        if feed.get("type") != "rss" or not _web(feed.get("xmlUrl")) or not _web(feed.get("htmlUrl")) or len(feed):
            yield f"feed {dict(feed.attrib)}"
        if not feed.get("title") or not _LANGUAGE.fullmatch(feed.get("language", "de")):
            yield f"title or language of {dict(feed.attrib)}"


# ---------------------------------------------------------------- HTML

_VOID = {"meta", "link", "img", "wbr", "br", "hr", "input"}
_LOADS = {
    ("img", "src"),
    ("img", "srcset"),
    ("script", "src"),
    ("iframe", "src"),
    ("source", "srcset"),
    ("link", "href"),
}


class _Page(HTMLParser):
    """What a page must not do: leave tags open, run or hold code or styles, name an id twice, link to nowhere, skip a heading."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.headings: list[int] = []
        self.found: list[str] = []
        self.loads: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.seen.add(tag)
        if tag not in _VOID:
            self.open.append(tag)
        data = tag == "script" and ("type", "application/ld+json") in attrs  # which nothing runs
        if (tag in {"script", "style", "iframe", "object"} and not data) or any(
            name == "style" or name.startswith("on") for name in values
        ):
            self.found.append(f"{tag} runs or styles in place")
        if tag == "html" and values.get("lang") not in {"de", "en"}:
            self.found.append("the page does not say its language (WCAG 3.1.1)")
        if tag == "img" and "alt" not in values:
            self.found.append("an image without alt (WCAG 1.1.1)")
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.ids += [values["id"] or ""] if "id" in values else []
        self.targets += [value for name in ("aria-labelledby", "for") if (value := values.get(name))]
        if (href := values.get("href")) and tag == "a" and href.startswith("#"):
            self.targets.append(href[1:])
        if values.get("rel") != "alternate":
            self.loads += [value for name, value in attrs if (tag, name) in _LOADS and value]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.found.append(f"</{tag}> closes nothing")

    def wrong(self) -> Iterator[str]:
        yield from self.found
        yield from (f"<{tag}> stays open" for tag in self.open)
        yield from (f"id {name} twice" for name in _twice(self.ids))
        yield from (f"#{name} leads nowhere" for name in self.targets if name not in self.ids)
        yield from (f"no <{tag}>" for tag in ("title", "main", "header", "footer", "h1") if tag not in self.seen)
        if self.headings[:1] != [1] or any(
            later - earlier > 1 for earlier, later in zip(self.headings, self.headings[1:], strict=False)
        ):
            yield f"headings {self.headings} (WCAG 1.3.1)"


def loaded(body: bytes) -> list[str]:
    """The addresses that a browser fetches by itself when it shows the page."""
    page = _Page()
    page.feed(body.decode("utf-8"))
    return page.loads


# ---------------------------------------------------------------- shared


def _counts(element: Any, *, one: Iterable[str], most_one: Iterable[str], namespace: str = ATOM) -> Iterator[str]:
    for name in one:
        if (count := len(element.findall(f"{namespace}{name}"))) != 1:
            yield f"{count} × {name} in {element.tag}"
    for name in most_one:
        if (count := len(element.findall(f"{namespace}{name}"))) > 1:
            yield f"{count} × {name} in {element.tag}"


def _twice(values: Iterable[Any]) -> list[Any]:
    return [value for value, count in Counter(values).items() if count > 1]


def _absolute(address: str | None) -> bool:
    return bool(address) and bool(_IRI.fullmatch(address or ""))


def _web(address: str | None) -> bool:
    return _absolute(address) and urlsplit(address or "").scheme in {"http", "https"}


def instant(text: str) -> datetime:
    """A date of any of the formats."""
    return datetime.fromisoformat(text) if _RFC3339.fullmatch(text) else parsedate_to_datetime(text)


CHECKS = {"atom": check_atom, "rss": check_rss, "json": check_json, "html": check_html, "opml": check_opml}
