"""What feedgen 1.0.0 leaves out of its entries, as extensions of it: one class for Atom, one for RSS.

feedgen hands each entry's element to the extension registered for it. It builds Atom elements without a namespace and
declares one on the root, so Atom elements are made without one here, too. Authors and categories it could write itself, at
three times the cost.
"""

from datetime import datetime
from email.utils import format_datetime
from html import escape

from lxml.etree import SubElement, _Element

from syndicator.config import Site
from syndicator.model import Author, Image, Provenance
from syndicator.publish import addresses
from syndicator.publish.entry import Entry
from syndicator.publish.formats import Document

_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
}
_ATOM, _MEDIA, _DC, _CC = (f"{{{namespace}}}" for namespace in _NAMESPACES.values())
# Declared where they are used, as most feeds use none of them.
_HISTORY = "http://purl.org/syndication/history/1.0"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_ATOM_TYPE = "application/atom+xml"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CREATIVE_COMMONS = ("https://creativecommons.org/", "http://creativecommons.org/")


class _Extension:
    """An extension holds the entry it extends, or at the feed itself the document."""

    prefixes: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.entry: Entry | None = None
        self.document: Document | None = None
        self.feed_language = ""

    def extend_ns(self) -> dict[str, str]:
        return {prefix: _NAMESPACES[prefix] for prefix in self.prefixes}


class AtomExtension(_Extension):
    """Links with all their attributes, language, pictures, and the feed an entry comes from in full."""

    prefixes = ("media", "dc")

    def extend_atom(self, element: _Element) -> None:
        if self.document is not None:
            _add_history(element, self.document)
            _add_tombstones(element, self.document)
        if self.entry is not None:
            self._extend(element, self.entry)

    def _extend(self, element: _Element, entry: Entry) -> None:
        if entry.language and entry.language != self.feed_language:
            element.set(_LANG, entry.language)
        for author in entry.authors:
            _add_person(element, author)
        for term in entry.terms:
            SubElement(element, "category", {"term": term.name, "scheme": term.scheme, "label": term.label})
        self._add_links(element, entry)
        if entry.origin is not None:
            _add_source(element, entry.origin)
        if entry.publisher:
            _add(element, f"{_DC}publisher", entry.publisher)
        for picture in entry.pictures:
            _add_media(element, picture)

    def _add_links(self, element: _Element, entry: Entry) -> None:
        for link in element.iterchildren("link"):
            # It is the default, but feedgen loses it, and not every reader knows the default (RFC 4287, 4.2.7.2).
            link.set("rel", "alternate")
        for picture in entry.pictures:
            kind = {"type": picture.type} if picture.type else {}
            length = {"length": str(picture.length)} if picture.length > 0 else {}
            SubElement(element, "link", {"rel": "enclosure", **kind, **length, "href": picture.url})
        if entry.license:
            SubElement(element, "link", {"rel": "license", "href": entry.license})  # RFC 4946
        _add_twins(element, "link", entry)


class RssExtension(_Extension):
    """Dublin Core for what RSS 2.0 has no element for, `atom:updated`, `atom:link` to twins, and pictures.

    `dc:creator` alone names the authors: with `author` beside it, validators complain that one thing is said twice.
    """

    prefixes = ("media", "dc", "creativeCommons")

    def extend_rss(self, element: _Element) -> None:
        if self.document is not None:
            _add_links_of_feed(element[0], self.document)  # feedgen hands out the root, which holds the channel
        if self.entry is not None:
            self._extend(element, self.entry)

    def _extend(self, element: _Element, entry: Entry) -> None:
        for author in entry.authors:
            _add(element, f"{_DC}creator", author.name)
        if entry.publisher:
            _add(element, f"{_DC}publisher", entry.publisher)
        for term in entry.terms:
            _add(element, "category", term.label).set("domain", term.scheme)
        if entry.published is not None:
            # Not by feedgen, which switches the whole process's locale to write a date.
            _add(element, "pubDate", rfc822(entry.published))
        _add(element, f"{_ATOM}updated", entry.updated.isoformat())
        if entry.language and entry.language != self.feed_language:
            _add(element, f"{_DC}language", entry.language)
        self._add_rights(element, entry)
        _add_twins(element, f"{_ATOM}link", entry)
        for picture in entry.pictures:
            _add_media(element, picture)

    def _add_rights(self, element: _Element, entry: Entry) -> None:
        if entry.rights:
            _add(element, f"{_DC}rights", entry.rights)
        if entry.license:
            SubElement(element, f"{_ATOM}link", {"rel": "license", "href": entry.license})
        if entry.license.startswith(_CREATIVE_COMMONS):
            _add(element, f"{_CC}license", entry.license)


def styled(feed: bytes, site: Site) -> bytes:
    """An XML feed that names the stylesheet by which a browser shows it (xml-stylesheet, W3C 2010).

    CSS and not XSLT, which browsers are giving up: Chromium warns of it above the feed.
    """
    head, line_end, rest = feed.partition(b"\n")
    place = escape(addresses.path(f"{site.url}feeds/{addresses.FEED_STYLE}"))
    return b"".join((head, line_end, f'<?xml-stylesheet type="text/css" href="{place}"?>\n'.encode(), rest))


def _add_links_of_feed(channel: _Element, document: Document) -> None:
    if document.hub:
        SubElement(channel, f"{_ATOM}link", {"rel": "hub", "href": document.hub})
    if document.older:
        SubElement(channel, f"{_ATOM}link", {"rel": "prev-archive", "type": _ATOM_TYPE, "href": document.older})


def _add_history(element: _Element, document: Document) -> None:
    """RFC 5005, 4. No `next-archive`: a page would change when the next one is closed."""
    if document.history.page:
        SubElement(element, f"{{{_HISTORY}}}archive", nsmap={"fh": _HISTORY})
        current = addresses.file(document.site, document.feed.name, "atom")
        SubElement(element, "link", {"rel": "current", "type": _ATOM_TYPE, "href": current})
    if document.older:
        SubElement(element, "link", {"rel": "prev-archive", "type": _ATOM_TYPE, "href": document.older})


def _add_tombstones(element: _Element, document: Document) -> None:
    """RFC 6721: for whoever knows them. `when` is that of the entry which tells the others, so that both are gone with it."""
    for entry in document.notices:
        when = {"ref": entry.id, "when": entry.updated.isoformat()}
        tombstone = SubElement(element, f"{{{_TOMBSTONES}}}deleted-entry", when, nsmap={"at": _TOMBSTONES})
        if entry.origin is not None:
            _add_source(tombstone, entry.origin)


def rfc822(instant: datetime) -> str:
    """A date as RSS has it (RFC 822 with a year of four digits), in English whatever the locale."""
    return format_datetime(instant)


def _add_person(element: _Element, author: Author) -> None:
    person = SubElement(element, "author")
    for tag, text in (("name", author.name), ("email", author.email), ("uri", author.url)):
        if text:
            _add(person, tag, text)


def _add_source(element: _Element, origin: Provenance) -> None:
    """RFC 4287, 4.2.11; children that are not known are left out."""
    source = SubElement(element, "source")
    for tag, text in (
        ("id", origin.id or origin.feed_url or origin.url),
        ("title", origin.title),
        ("rights", origin.rights),
    ):
        if text:
            _add(source, tag, text)
    if origin.updated is not None:
        _add(source, "updated", origin.updated.isoformat())
    if origin.feed_url:
        SubElement(source, "link", {"rel": "self", "href": origin.feed_url})
    if origin.url:
        SubElement(source, "link", {"rel": "alternate", "href": origin.url})


def _add_twins(element: _Element, tag: str, entry: Entry) -> None:
    """Not as rel=alternate: there may be one of a kind, and it is the article's own page (RFC 4287, 4.1.2)."""
    for twin in entry.alternates:
        if twin.link:
            SubElement(element, tag, {"rel": "related", "href": twin.link, "title": twin.publisher or twin.title})


def _add_media(element: _Element, picture: Image) -> None:
    """Media RSS, with the alternative text as description: behind the entry's summary, which some readers else overwrite with it."""
    size = {"fileSize": picture.length, "width": picture.width, "height": picture.height}
    numbers = {name: str(number) for name, number in size.items() if number > 0}
    kind = {"type": picture.type} if picture.type else {}
    content = SubElement(element, f"{_MEDIA}content", {"url": picture.url, "medium": "image", **kind, **numbers})
    if picture.caption:
        _add(content, f"{_MEDIA}title", picture.caption).set("type", "plain")
    if picture.alt:
        _add(content, f"{_MEDIA}description", picture.alt).set("type", "plain")
    if picture.credit:
        _add(content, f"{_MEDIA}credit", picture.credit)
    if picture.license:
        _add(content, f"{_MEDIA}copyright", picture.credit).set("url", picture.license)


def _add(parent: _Element, tag: str, text: str) -> _Element:
    element = SubElement(parent, tag)
    element.text = text
    return element
