"""RSS 0.9x to 2.0, RSS 1.0, Atom 0.3 and 1.0: read with feedparser, and before it with lxml where feedparser falls short."""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import feedparser

from syndicator.ingest.reading import extras
from syndicator.ingest.reading.entry import (
    MOST_ENTRIES,
    NOTHING,
    STATUS,
    WITHDRAWN,
    Document,
    Entry,
    Head,
    Text,
    is_picture,
    number,
)
from syndicator.ingest.reading.sniff import Xml
from syndicator.model import Author, Failed, Image, Label, Provenance

_HAS_BASE = re.compile(rb"[\s:]base\s*=")
_ENTRY = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s/>]")
_ENTRY_END = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>")
# Where a text in CDATA can be kept back: what stands before and behind it tells that nothing else is in the element.
_OPENING = re.compile(rb"<(description|content:encoded|content|summary)(?: type=[\"'](?:html|text)[\"'])?>\s*\Z")
_LONG_TEXT = 200  # bytes
_CDATA = b"<![CDATA["
_BLOCK_END = re.compile(rb"</(?:p|div|li|a|strong|em|h[1-6])>")
_TOKEN = re.compile("<p>\ue000([0-9]+)\ue000</p>")
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_SECONDS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
_OLDER = ("prev-archive", "next")  # an archived feed before a paged one (RFC 5005, 3 and 4)
_get: Callable[..., Any] = dict.get  # FeedParserDict.get tries other names, among them `published` for `updated`


def read(document: Xml, address: str) -> Document | Failed:
    """The feed in this document; `address` is where it came from."""
    extra = extras.take_out(document.body) if extras.wanted(document.body) else None
    body = extra.body if extra else _first_entries(document.body)
    body, kept = _keep_back(body)
    headers = {"content-type": "application/xml; charset=utf-8"}
    if _HAS_BASE.search(body):
        headers["content-location"] = (
            address  # without it, every address stays as it is written, at four fifths of the time
        )
    try:
        parsed = feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (
        ValueError,
        LookupError,
        ArithmeticError,
        TypeError,
        AttributeError,
        AssertionError,
        RecursionError,
    ) as error:
        return Failed("unreadable", f"The feed is too broken to be read ({type(error).__name__}).", address)
    if not parsed.version and not parsed.entries:
        return Failed("unreadable", f"The address answers with XML (<{document.root}>) that is no feed.", address)
    return _document(parsed, extra, document.body, address, kept)


def _keep_back(body: bytes) -> tuple[bytes, Sequence[str]]:
    """The document with a short token for each long text in CDATA, and the texts.

    feedparser walks through a text several times and copies it: over a quarter of its time for a feed of full texts.
    """
    kept: dict[str, int] = {}
    parts: list[bytes] = []
    done = 0
    position = body.find(_CDATA)
    while position >= 0 and (end := body.find(b"]]>", position)) >= 0:
        start = position + len(_CDATA)
        if end - start >= _LONG_TEXT and _stands_alone(body, position, end) and _BLOCK_END.search(body, start, end):
            text = body[start:end].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
            parts += (body[done:start], f"<p>\ue000{kept.setdefault(text, len(kept))}\ue000</p>".encode())
            done = end
        position = body.find(_CDATA, end)
    return b"".join((*parts, body[done:])), tuple(kept)


def _stands_alone(body: bytes, start: int, end: int) -> bool:
    """Whether the CDATA section between `start` and `end` is all that a text element holds."""
    opening = _OPENING.search(body[max(0, start - 60) : start])
    return opening is not None and body[end + 3 : end + 60].lstrip().startswith(b"</" + opening[1] + b">")


def _put_back(text: Text, kept: Sequence[str]) -> Text:
    token = _TOKEN.fullmatch(text.value.strip()) if kept else None
    return text._replace(value=kept[int(token[1])]) if token and int(token[1]) < len(kept) else text


def _first_entries(body: bytes) -> bytes:
    """A document that is not well-formed, as far as it is read at all."""
    for index, entry in enumerate(_ENTRY.finditer(body)):
        if index == MOST_ENTRIES:
            return body[: entry.start()]
    return body


def _document(parsed: Any, extra: extras.Extras | None, body: bytes, address: str, kept: Sequence[str]) -> Document:
    entries = [_entry(entry, parsed.version) for entry in parsed.entries]
    if kept:
        entries = [replace(e, summary=_put_back(e.summary, kept), content=_put_back(e.content, kept)) for e in entries]
    if extra and len(extra.entries) == len(entries):
        entries = [_with(entry, more) for entry, more in zip(entries, extra.entries, strict=True)]
    full = len(entries) == MOST_ENTRIES
    cut = _breaks_off(body)
    return Document(
        head=_head(parsed.feed, parsed.version, address),
        entries=tuple(entries[:-1] if cut else entries),
        items=sum(1 for _ in _ENTRY.finditer(body)) if full else len(entries),
        withdrawn=extra.withdrawn if extra else (),
        cut=cut,
    )


def _breaks_off(body: bytes) -> bool:
    """Whether the last entry has no end: a connection broke, or the server ran out of time."""
    tail = body[body.rfind(b"</item>") + 1 or body.rfind(b"</entry>") + 1 :]
    return bool(_ENTRY.search(tail)) and not _ENTRY_END.search(tail) and b"/>" not in tail


def _with(entry: Entry, extra: extras.Extra) -> Entry:
    summary = entry.summary if entry.summary.value or entry.content.value else Text(extra.text)
    images = (*extra.images, *entry.images)
    return replace(entry, id=extra.id or entry.id, summary=summary, images=images)


def _head(feed: dict[str, Any], version: str, address: str) -> Head:
    links = _get(feed, "links", ())
    return Head(
        id=_get(feed, "id", ""),
        title=_text(feed, "title"),
        url=next(_alternates(feed), ""),
        feed_url=next((href for href in _hrefs(links, "self")), "") or address,
        hubs=tuple(_hrefs(links, "hub")),
        topic=next(_hrefs(links, "self"), ""),
        rights=_text(feed, "rights"),
        license=next(_hrefs(links, "license"), ""),
        language=_get(feed, "language", ""),
        updated=_get(feed, "updated", "") or _get(feed, "published", ""),
        authors=tuple(_authors(feed)) if version.startswith("atom") else (),  # the others name an editor here
        ttl=_ttl(feed),
        older=next((href for relation in _OLDER for href in _hrefs(links, relation)), ""),
        archived=any(_hrefs(links, _OLDER[0])),
    )


def _entry(entry: dict[str, Any], version: str) -> Entry:
    published, updated = _dates(entry, version)
    content = _content(entry)
    summary = _text(entry, "summary")
    links = _get(entry, "links", ())
    return Entry(
        id=_get(entry, "id", ""),
        links=tuple(dict.fromkeys(filter(None, (_get(entry, "feedburner_origlink", ""), *_alternates(entry))))),
        title=_text(entry, "title"),
        summary=NOTHING if summary.value == content.value else summary,
        content=content,
        published=published,
        updated=updated,
        labels=tuple(_labels(entry)),
        images=tuple(_images(entry)),
        authors=tuple(_authors(entry)),
        language=_language(entry),
        rights=_text(entry, "rights"),
        license=next(_hrefs(links, "license"), ""),
        provenance=_source(entry),
        source_updated=_get(_get(entry, "source") or {}, "updated", ""),
        draft=_get(entry, "app_draft", "").strip().lower() == "yes",
        publisher=_get(entry, "publisher", ""),
        withdrawn=any(_is_mark(tag) for tag in _get(entry, "tags", ())),
    )


def _dates(entry: dict[str, Any], version: str) -> tuple[str, str]:
    """Publication and update as written. RSS 1.0 and `dc:date` have but one date, and feedparser calls it the update."""
    published = _get(entry, "published", "") or _get(entry, "created", "")
    updated = _get(entry, "updated", "")
    if not published and not version.startswith("atom"):
        return updated, ""
    return published, updated


def _text(element: dict[str, Any], name: str) -> Text:
    value = _get(element, name)
    if not value or not isinstance(value, str):
        return NOTHING
    detail = _get(element, f"{name}_detail")
    if detail is None:
        return Text(value, markup=True)
    return Text(value, _get(detail, "type") in _HTML, _get(detail, "base") or "")


def _content(entry: dict[str, Any]) -> Text:
    """Of several contents the first with markup, else the first that is text at all."""
    contents = [c for c in _get(entry, "content", ()) if _get(c, "value")]
    best = next((c for c in contents if _get(c, "type") in _HTML), None)
    best = best or next((c for c in contents if _get(c, "type", "").startswith("text/")), None)
    return Text(best["value"], _get(best, "type") in _HTML, _get(best, "base") or "") if best else NOTHING


def _alternates(element: dict[str, Any]) -> Iterator[str]:
    """Addresses of the page itself: as HTML first, then as anything else, then what stands for a link."""
    links = [link for link in _get(element, "links", ()) if _get(link, "rel") == "alternate" and _get(link, "href")]
    yield from (_get(link, "href") for link in links if _get(link, "type") in _HTML)
    yield from (_get(link, "href") for link in links if _get(link, "type") not in _HTML)
    if not links and (link := _get(element, "link")):
        yield link


def _hrefs(links: Any, relation: str) -> Iterator[str]:
    return (_get(link, "href") for link in links if _get(link, "rel") == relation and _get(link, "href"))


def _labels(entry: dict[str, Any]) -> Iterator[Label]:
    for tag in _get(entry, "tags", ()):
        name = _get(tag, "label") or _get(tag, "term") or ""
        if name and "://" not in name and not _is_mark(tag):
            yield Label("feed", name)


def _is_mark(tag: dict[str, Any]) -> bool:
    return (_get(tag, "scheme") or "").endswith(STATUS) and _get(tag, "term") in WITHDRAWN


def _authors(element: dict[str, Any]) -> Iterator[Author]:
    for author in _get(element, "authors", ()):
        name, email = _get(author, "name") or "", _get(author, "email") or ""
        if name or email:
            yield Author(name or email, _get(author, "href") or "", email)


def _images(entry: dict[str, Any]) -> Iterator[Image]:
    for link in _get(entry, "links", ()):
        if _get(link, "rel") == "enclosure" and is_picture(_get(link, "href", ""), _get(link, "type", "")):
            yield Image(_get(link, "href"), type=_get(link, "type", ""), length=number(_get(link, "length")))
    for content in _get(entry, "media_content", ()):  # only where no second pass was possible
        if is_picture(_get(content, "url", ""), _get(content, "type", "")):
            width, height = number(_get(content, "width")), number(_get(content, "height"))
            yield Image(_get(content, "url"), type=_get(content, "type", ""), width=width, height=height)
    image = _get(entry, "image")
    if isinstance(image, dict) and (href := _get(image, "href")):
        yield Image(href)


def _language(entry: dict[str, Any]) -> str:
    """`xml:lang` shows only beside the texts within its scope."""
    details = (_get(entry, "title_detail"), *_get(entry, "content", ()), _get(entry, "summary_detail"))
    stated = (_get(detail, "language") for detail in details if detail)
    return _get(entry, "language") or next(filter(None, stated), "")


def _source(entry: dict[str, Any]) -> Provenance | None:
    """The feed that the entry comes from: `atom:source`, or the `source` of RSS with its address."""
    source = _get(entry, "source")
    if not isinstance(source, dict) or not source:
        return None
    links = _get(source, "links", ())
    return Provenance(
        id=_get(source, "id", ""),
        title=_get(source, "title", ""),
        url=next(_alternates(source), ""),
        feed_url=next(_hrefs(links, "self"), "") or _get(source, "href", ""),
        rights=_get(source, "rights", ""),
    )


def _ttl(feed: dict[str, Any]) -> float | None:
    """Seconds: `ttl` is in minutes (RSS 2.0), the syndication module of RSS 1.0 counts updates in a period."""
    minutes = number(_get(feed, "ttl"))
    period = _SECONDS.get(str(_get(feed, "sy_updateperiod", "")).strip().lower(), 0)
    return max(minutes * 60.0, period / max(number(_get(feed, "sy_updatefrequency")), 1)) or None
