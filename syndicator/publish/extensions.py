"""What feedgen 1.0.0 leaves out of the frame of a feed, as extensions of it: one class for Atom, one for RSS.

feedgen hands the feed's element to the extension registered for it. It builds Atom elements without a namespace and declares
one on the root, so Atom elements are made without one here, too. Entries are written by `elements.py`.
"""

from collections.abc import Iterable
from html import escape

from lxml.etree import SubElement, _Element, fromstring

from syndicator.config import Site
from syndicator.model import Provenance
from syndicator.publish import addresses
from syndicator.publish.elements import source
from syndicator.publish.formats import Document

_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "dcterms": "http://purl.org/dc/terms/",
}
# Declared where they are used, as most feeds use none of them.
_HISTORY = "http://purl.org/syndication/history/1.0"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_ATOM_TYPE = "application/atom+xml"
_ATOM_LINK = f"{{{_NAMESPACES['atom']}}}link"


class _Extension:
    """An extension of the frame holds the document."""

    prefixes: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.document: Document | None = None

    def extend_ns(self) -> dict[str, str]:
        return {prefix: _NAMESPACES[prefix] for prefix in self.prefixes}


class AtomExtension(_Extension):
    """The history of the feed (RFC 5005), and tombstones (RFC 6721)."""

    prefixes = ("media", "dc", "dcterms")

    def extend_atom(self, element: _Element) -> None:
        if self.document is not None:
            _add_vocabularies(element, "link", self.document)
            _add_history(element, self.document)
            _add_tombstones(element, self.document)


class RssExtension(_Extension):
    """The history of the feed, which is in Atom."""

    prefixes = ("media", "dc", "dcterms", "creativeCommons")

    def extend_rss(self, element: _Element) -> None:
        if self.document is not None:
            # feedgen hands out the root, which holds the channel
            _add_links_of_feed(element[0], self.document)
            _add_vocabularies(element[0], _ATOM_LINK, self.document)


def filled(frame: bytes, site: Site, entries: Iterable[str], end: bytes) -> bytes:
    """The frame with its entries before the `end` of it, and with the stylesheet by which a browser shows it (xml-stylesheet, W3C 2010).

    CSS and not XSLT, which browsers are giving up: Chromium warns of it above the feed.
    """
    head, line_end, rest = frame.partition(b"\n")
    start, end, after = rest.rpartition(end)
    place = escape(addresses.path(f"{site.url}feeds/{addresses.FEED_STYLE}"))
    style = f'<?xml-stylesheet type="text/css" href="{place}"?>\n'.encode()
    return b"".join((head, line_end, style, start, "".join(entries).encode(), end, after))


def _add_links_of_feed(channel: _Element, document: Document) -> None:
    if document.hub:
        SubElement(channel, _ATOM_LINK, {"rel": "hub", "href": document.hub})
    if document.older:
        SubElement(channel, _ATOM_LINK, {"rel": "prev-archive", "type": _ATOM_TYPE, "href": document.older})


def _add_vocabularies(element: _Element, tag: str, document: Document) -> None:
    """By which vocabularies this feed files (RFC 6892): whoever reads it need not guess by words what of them an entry is."""
    for scheme in document.vocabularies:
        SubElement(element, tag, {"rel": "describedby", "href": scheme})


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
        when = {"ref": entry.id, "when": entry.updated_iso}
        tombstone = SubElement(element, f"{{{_TOMBSTONES}}}deleted-entry", when, nsmap={"at": _TOMBSTONES})
        if entry.origin is not None:
            _add_source(tombstone, entry.origin)


def _add_source(element: _Element, origin: Provenance) -> None:
    """RFC 4287, 4.2.11, as `elements.py` has it within an entry."""
    element.append(fromstring("".join(line.strip() for line in source(origin))))
