"""Well-formed RSS 2.0 and Atom 1.0 of the usual vocabulary, read in one pass of lxml: as feedparser reads them, in a tenth of its time.

Whatever is not listed here is left to feedparser, as is all that its rules for the careless are for: an element that is said
twice, markup that nobody escaped, an unknown type of text. Where the two differ, and why: docs/decisions.md.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from feedparser.api import StrictFeedParser

from syndicator.ingest.reading.entry import (
    MOST_ENTRIES,
    NOTHING,
    STATUS,
    Document,
    Entry,
    Head,
    Text,
    is_picture,
    number,
    ttl_of,
)
from syndicator.ingest.reading.extras import Element
from syndicator.model import Author, Image, Label

_ATOM = "{http://www.w3.org/2005/Atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_SY = "{http://purl.org/rss/1.0/modules/syndication/}"
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# What an element is called here. Those of "" are passed over, in all their number; of the others not listed in _SEVERAL one is usual.
_ITEM = {
    "title": "title", "link": "link", "description": "summary", _ENCODED: "content", "guid": "id", "pubDate": "published",
    f"{_DC}date": "updated", "category": "label", f"{_DC}subject": "label", "author": "author", f"{_DC}creator": "author",
    "enclosure": "enclosure", "comments": "", "{http://purl.org/rss/1.0/modules/slash/}comments": "",
    "{http://wellformedweb.org/CommentAPI/}commentRss": "",
}  # fmt: skip
_CHANNEL = {
    "title": "title", "link": "link", "copyright": "rights", "language": "language", "pubDate": "published",
    "lastBuildDate": "updated", "ttl": "ttl", f"{_SY}updatePeriod": "period", f"{_SY}updateFrequency": "frequency",
    f"{_ATOM}link": "atom link", "item": "entry", "image": "image", "description": "", "managingEditor": "", "webMaster": "",
    "generator": "", "docs": "", "category": "", "cloud": "", f"{_SY}updateBase": "",
}  # fmt: skip
_FEED = (
    {f"{_ATOM}{name}": name for name in ("id", "title", "updated", "published", "rights", "link", "entry")}
    | {f"{_ATOM}{name}": "" for name in ("subtitle", "generator", "icon", "logo", "category")}
    | {f"{_ATOM}author": "person"}
)
_ENTRY = {
    f"{_ATOM}{name}": name for name in ("id", "title", "summary", "content", "updated", "published", "rights", "link")
} | {f"{_ATOM}category": "label", f"{_ATOM}author": "person"}
_SEVERAL = frozenset({"label", "author", "person", "enclosure", "entry", "image", "atom link"})
_PARENTS = frozenset({"entry", "image", "person"})  # these have children, which are looked at on their own
_IMAGE = frozenset({"title", "link", "url", "width", "height", "description"})
_PERSON = {f"{_ATOM}name": "name", f"{_ATOM}uri": "uri", f"{_ATOM}email": "email"}
_LINKED = frozenset({"href", "rel", "type", "title", "hreflang", "length"})
_TYPES = {"": False, "text": False, "plain": False, "text/plain": False, "html": True, "text/html": True}

_NAMESPACES = frozenset(uri.lower() for uri in StrictFeedParser.namespaces)
"""Those of which feedparser knows more words than are listed here; "" among them."""

_SLASHES = re.compile(r"\A([A-Za-z][A-Za-z0-9+-.]*://)/+")
_SEMICOLON = re.compile(r"&([A-Za-z0-9_]+);")
_CP1252 = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}

_WINDOWS = re.compile("[\x80-\x9f]")


class _UnusualError(Exception):
    """A feed for feedparser to read."""


@dataclass(slots=True)
class _Said:
    """What an element says, by our names for it: texts as they stand, and what may come several times."""

    once: dict[str, Element] = field(default_factory=dict)
    several: list[tuple[str, Element]] = field(default_factory=list)

    def each(self, *names: str) -> Iterator[Element]:
        return (element for name, element in self.several if name in names)

    def text(self, name: str) -> str:
        """Of an element without attributes."""
        element = self.once.get(name)
        return "" if element is None else _plainly(element)


def read(root: Element, address: str) -> Document | None:
    """The feed below this element; None where feedparser has to be asked. `address` is where it came from."""
    reads = {"rss": _rss, f"{_ATOM}feed": _atom}.get(root.tag)
    if reads is None or root.getroottree().docinfo.internalDTD is not None:
        return None
    try:
        return reads(root, address)
    except _UnusualError:
        return None


def _rss(root: Element, address: str) -> Document:
    channel = root[0] if len(root) == 1 else None
    if channel is None or channel.tag != "channel" or channel.attrib or root.keys() not in ([], ["version"]):
        raise _UnusualError
    said = _said(channel, _CHANNEL, _SEVERAL)
    for image in said.each("image"):
        if not _IMAGE.issuperset(child.tag for child in image) or any(map(len, image)):
            raise _UnusualError
    links = [_link(element) for element in said.each("atom link")]
    if _alternates(links):
        raise _UnusualError
    head = Head(
        title=_guessed(said.text("title")),
        url=_unfolded(_SLASHES.sub(r"\1", said.text("link"))),
        feed_url=_href(links, "self") or address,
        hubs=tuple(_hrefs(links, "hub")),
        topic=_href(links, "self"),
        rights=_guessed(said.text("rights")),
        license=_href(links, "license"),
        language=said.text("language"),
        updated=said.text("updated") or said.text("published"),
        ttl=ttl_of(said.text("ttl"), said.text("period"), said.text("frequency")),
        older=_href(links, "prev-archive") or _href(links, "next"),
        archived=bool(_href(links, "prev-archive")),
        vocabularies=tuple(_hrefs(links, "describedby")),
    )
    return _document(head, [_item(item) for item in said.each("entry")])


def _item(item: Element) -> Entry:
    if item.attrib:
        raise _UnusualError
    said = _said(item, _ITEM, _SEVERAL)
    ident, links = _guid(said)
    content, summary = Text(said.text("content"), markup=True), Text(said.text("summary"), markup=True)
    published, updated = said.text("published"), said.text("updated")
    return Entry(
        id=ident,
        links=links,
        title=_guessed(said.text("title")),
        summary=summary if summary.value and summary.value != content.value else NOTHING,
        content=content if content.value else NOTHING,
        published=published or updated,
        updated=updated if published else "",
        labels=tuple(_categories(said.each("label"))),
        images=tuple(_pictures(_enclosure(element) for element in said.each("enclosure"))),
        authors=tuple(_names(said.each("author"))),
    )


def _guid(said: _Said) -> tuple[str, tuple[str, ...]]:
    """An item's id and its addresses: that of its link, or else its id, unless that says it is none."""
    ident, is_link = "", True
    if (guid := said.once.get("id")) is not None:
        if guid.keys() not in ([], ["isPermaLink"]):
            raise _UnusualError
        is_link = guid.get("isPermaLink", "true") == "true"
        ident = _value(guid)
        ident = _mended(_SLASHES.sub(r"\1", ident) if is_link else ident)
    if "link" not in said.once:
        return ident, (ident,) if ident and is_link else ()
    link = _unfolded(_SLASHES.sub(r"\1", said.text("link")).replace("&amp;", "&"))
    return ident, (link,) if link else ()


def _categories(elements: Iterable[Element]) -> Iterator[Label]:
    """Labels, those without a domain once each."""
    seen = set()
    for element in elements:
        name, domain = _value(element), element.get("domain")
        if element.keys() not in ([], ["domain"]) or (domain is not None and not (domain and name)):
            raise _UnusualError
        if domain and domain.endswith(STATUS):  # a notice of this service, not an article
            raise _UnusualError
        name = _mended(name)
        if name and (domain or name not in seen) and "://" not in name:
            yield Label("feed", name, (domain or "").strip(), name.strip())
        if not domain:
            seen.add(name)


def _names(elements: Iterable[Element]) -> Iterator[Author]:
    for element in elements:
        name = _plainly(element)
        if "@" in name:  # an address, a name in brackets, or whatever people write here
            raise _UnusualError
        if name:
            yield Author(name)


def _enclosure(element: Element) -> Mapping[str, str]:
    if not {"url", "type", "length"}.issuperset(element.keys()):
        raise _UnusualError
    kind, length = element.get("type", "").lower(), element.get("length", "")
    return {"rel": "enclosure", "href": element.get("url", ""), "type": kind, "length": length}


# ---------------------------------------------------------------- Atom


def _atom(root: Element, address: str) -> Document:
    if root.keys() not in ([], [_LANG]):
        raise _UnusualError
    language = root.get(_LANG, "").replace("_", "-")
    said = _said(root, _FEED, _SEVERAL | {"link"})
    links = [_link(element) for element in said.each("link")]
    ident = _id(said)
    head = Head(
        id=ident,
        title=_typed(said, "title"),
        url=next(iter(_alternates(links)), ident),
        feed_url=_href(links, "self") or address,
        hubs=tuple(_hrefs(links, "hub")),
        topic=_href(links, "self"),
        rights=_typed(said, "rights"),
        license=_href(links, "license"),
        language=language,
        updated=said.text("updated") or said.text("published"),
        authors=tuple(_persons(said.each("person"))),
        older=_href(links, "prev-archive") or _href(links, "next"),
        archived=bool(_href(links, "prev-archive")),
        vocabularies=tuple(_hrefs(links, "describedby")),
    )
    return _document(head, [_entry(entry, language) for entry in said.each("entry")])


def _entry(entry: Element, language: str) -> Entry:
    if entry.attrib:
        raise _UnusualError
    said = _said(entry, _ENTRY, _SEVERAL | {"link"})
    links = [_link(element) for element in said.each("link")]
    ident = _id(said)
    content, summary = _typed(said, "content"), _typed(said, "summary")
    return Entry(
        id=ident,
        links=tuple(dict.fromkeys(_alternates(links))) or ((ident,) if ident else ()),
        title=_typed(said, "title"),
        summary=NOTHING if summary.value == content.value else summary,
        content=content,
        published=said.text("published"),
        updated=said.text("updated"),
        labels=tuple(_terms(said.each("label"))),
        images=tuple(_pictures(links)),
        authors=tuple(_persons(said.each("person"))),
        language=language if said.once.keys() & {"title", "content", "summary"} else "",
        rights=_typed(said, "rights"),
        license=_href(links, "license"),
    )


def _id(said: _Said) -> str:
    return _mended(_SLASHES.sub(r"\1", said.text("id")))


def _typed(said: _Said, name: str) -> Text:
    """A text construct (RFC 4287, 3.1); what is no text is for feedparser."""
    element = said.once.get(name)
    if element is None:
        return NOTHING
    kind = element.get("type", "").lower()
    if kind not in _TYPES or element.keys() not in ([], ["type"]):
        raise _UnusualError
    value = _mended(_value(element))
    return Text(value, _TYPES[kind]) if value else NOTHING


def _terms(elements: Iterable[Element]) -> Iterator[Label]:
    seen = set()
    for element in elements:
        term, scheme, label = element.get("term"), element.get("scheme"), element.get("label")
        if _value(element) or not {"term", "scheme", "label"}.issuperset(element.keys()):
            raise _UnusualError
        if scheme and scheme.endswith(STATUS):  # a notice of this service, not an article
            raise _UnusualError
        name = label or term or ""
        if name and "://" not in name and (term, scheme, label) not in seen:
            seen.add((term, scheme, label))
            yield Label("feed", name, (scheme or "").strip(), (term or "").strip())


def _persons(elements: Iterable[Element]) -> Iterator[Author]:
    for element in elements:
        if element.attrib or (element.text or "").strip():
            raise _UnusualError
        said = {}
        for child in element:
            name = _PERSON.get(child.tag)
            if name is None or name in said or len(child) or child.attrib or (child.tail or "").strip():
                raise _UnusualError
            said[name] = (child.text or "").strip()
        name, email = said.get("name", ""), said.get("email", "")
        if name or email:
            yield Author(name or email, _mended(_SLASHES.sub(r"\1", said.get("uri", ""))), email)


# ---------------------------------------------------------------- links


def _link(element: Element) -> Mapping[str, str]:
    """A link of Atom as it is meant: an alternate and HTML, where it does not say otherwise."""
    href, relation = element.get("href"), element.get("rel", "alternate").lower()
    if not href or not _LINKED.issuperset(element.keys()):
        raise _UnusualError
    kind = element.get("type", "application/atom+xml" if relation == "self" else "text/html").lower()
    href = _SLASHES.sub(r"\1", href)
    return {"rel": relation, "href": href, "type": kind, "length": element.get("length", "")}


def _alternates(links: Collection[Mapping[str, str]]) -> list[str]:
    """Addresses of the page itself: as HTML first, then as anything else."""
    alternates = [link for link in links if link["rel"] == "alternate"]
    html = ("text/html", "application/xhtml+xml")
    return [link["href"] for link in sorted(alternates, key=lambda link: link["type"] not in html)]


def _hrefs(links: Iterable[Mapping[str, str]], relation: str) -> Iterator[str]:
    return (link["href"] for link in links if link["rel"] == relation)


def _href(links: Iterable[Mapping[str, str]], relation: str) -> str:
    return next(_hrefs(links, relation), "")


def _pictures(links: Iterable[Mapping[str, str]]) -> Iterator[Image]:
    for link in links:
        if link["rel"] == "enclosure" and is_picture(link["href"], link["type"]):
            yield Image(link["href"], type=link["type"], length=number(link["length"]))


# ---------------------------------------------------------------- elements and their texts


def _said(parent: Element, names: Mapping[str, str], several: Collection[str]) -> _Said:
    """The children of an element by our names for them; those of namespaces that say nothing to us are passed over."""
    said = _Said()
    for child in parent:
        name = names.get(child.tag)
        if name is None and child.tag[:1] == "{" and child.tag[1:].partition("}")[0].lower() not in _NAMESPACES:
            name = ""
        if name is None or (len(child) and name not in _PARENTS):
            raise _UnusualError
        if name in several:
            said.several.append((name, child))
        elif name:
            if name in said.once:
                raise _UnusualError
            said.once[name] = child
    return said


def _document(head: Head, entries: list[Entry]) -> Document:
    if len(entries) > MOST_ENTRIES:
        raise _UnusualError
    return Document(head, tuple(entries), len(entries))


def _value(element: Element) -> str:
    return (element.text or "").strip()


def _plainly(element: Element) -> str:
    if element.attrib:
        raise _UnusualError
    return _mended((element.text or "").strip())


def _guessed(value: str) -> Text:
    """RSS does not say whether a line is text or HTML."""
    if not value:
        return NOTHING
    return Text(value, ("</" in value or "&" in value) and bool(_looks_like_html(value)))


_looks_like_html: Any = StrictFeedParser.looks_like_html


def _mended(text: str) -> str:
    """UTF-8 that was taken for Latin-1 and encoded once more, put right; characters that only Windows has."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return text.translate(_CP1252) if _WINDOWS.search(text) else text


def _unfolded(address: str) -> str:
    """`&b;` of an address is what a careless parser makes of `&b`."""
    return _SEMICOLON.sub(r"&\1", address)
