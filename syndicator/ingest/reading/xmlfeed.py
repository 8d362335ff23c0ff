"""RSS 0.9x to 2.0, RSS 1.0, Atom 0.3 and 1.0: read with lxml where nothing is unusual in them, else with feedparser."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import feedparser

from syndicator.ingest.reading import extras, wellformed
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
    ttl_of,
)
from syndicator.ingest.reading.sniff import Xml
from syndicator.model import Author, Failed, Image, Label, Provenance

_HAS_BASE = re.compile(rb"[\s:]base\s*=")
_ENTRY = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s/>]")
_ENTRY_END = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>")
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_OLDER = ("prev-archive", "next")  # an archived feed before a paged one (RFC 5005, 3 and 4)
_get: Callable[..., Any] = dict.get  # FeedParserDict.get tries other names, among them `published` for `updated`


def read(document: Xml, address: str) -> Document | Failed:
    """The feed in this document; `address` is where it came from."""
    body = document.body
    root = extras.parse(body)
    extra = extras.take_out(root) if root is not None and extras.wanted(body) else None
    found: Document | Failed | None = wellformed.read(root, address) if root is not None else None
    if found is None:
        left = extras.written(root) if root is not None and extra else _first_entries(body)
        found = by_feedparser(left, document.root, address)
    return found if isinstance(found, Failed) else _completed(found, extra, body)


def by_feedparser(body: bytes, root: str, address: str) -> Document | Failed:
    """What feedparser makes of it; `root` is what the outermost element is called."""
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
        return Failed("unreadable", f"The address answers with XML (<{root}>) that is no feed.", address)
    entries = tuple(_entry(entry, parsed.version) for entry in parsed.entries)
    return Document(_head(parsed.feed, parsed.version, address), entries, len(entries))


def _first_entries(body: bytes) -> bytes:
    """A document that is not well-formed, as far as it is read at all."""
    for index, entry in enumerate(_ENTRY.finditer(body)):
        if index == MOST_ENTRIES:
            return body[: entry.start()]
    return body


def _completed(document: Document, extra: extras.Extras | None, body: bytes) -> Document:
    """With what was taken out before, and without an entry that breaks off; `body` is all that was sent."""
    entries = document.entries
    if extra and len(extra.entries) == len(entries):
        entries = tuple(_with(entry, more) for entry, more in zip(entries, extra.entries, strict=True))
    cut = _breaks_off(body)
    return replace(
        document,
        entries=entries[:-1] if cut else entries,
        items=sum(1 for _ in _ENTRY.finditer(body)) if len(entries) == MOST_ENTRIES else len(entries),
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
        ttl=ttl_of(_get(feed, "ttl"), _get(feed, "sy_updateperiod", ""), _get(feed, "sy_updatefrequency")),
        older=next((href for relation in _OLDER for href in _hrefs(links, relation)), ""),
        archived=any(_hrefs(links, _OLDER[0])),
        vocabularies=tuple(_hrefs(links, "describedby")),
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
        available=_get(entry, "dcterms_available", ""),
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
        scheme, term = _get(tag, "scheme") or "", _get(tag, "term") or ""
        name = _get(tag, "label") or term
        if name and "://" not in name and not _is_mark(tag):
            yield Label("feed", name, scheme.strip(), term.strip())


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
