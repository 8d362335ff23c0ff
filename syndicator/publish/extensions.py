"""What feedgen 1.0.0 leaves out of its entries, as extensions of it: one class for Atom, one for RSS.

feedgen hands each entry's element to the extension registered for it. It builds Atom elements without a namespace and
declares one on the root, so Atom elements are made without one here, too.
"""

from datetime import datetime
from email.utils import format_datetime
from typing import Any

from lxml.etree import QName, SubElement, _Element

from syndicator.model import Image, Provenance
from syndicator.publish.entry import Entry

ATOM = "http://www.w3.org/2005/Atom"
MEDIA = "http://search.yahoo.com/mrss/"
DC = "http://purl.org/dc/elements/1.1/"
CC = "http://backend.userland.com/creativeCommonsRssModule"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CREATIVE_COMMONS = ("https://creativecommons.org/", "http://creativecommons.org/")


class _Extension:
    """An extension holds the entry it extends; at the feed itself it only declares namespaces."""

    namespaces: dict[str, str] = {}  # noqa: RUF012  # constant per class, as feedgen wants a dict

    def __init__(self) -> None:
        self.entry: Entry | None = None
        self.feed_language = ""

    def extend_ns(self) -> dict[str, str]:
        return self.namespaces


class AtomExtension(_Extension):
    """Links with all their attributes, language, pictures, and the feed an entry comes from in full."""

    namespaces = {"media": MEDIA}  # noqa: RUF012  # see above

    def extend_atom(self, element: _Element) -> None:
        if (entry := self.entry) is None:
            return
        if entry.language and entry.language != self.feed_language:
            element.set(_LANG, entry.language)
        for picture in entry.pictures:
            length = str(picture.length) if picture.length > 0 else ""
            _add(element, "link", rel="enclosure", type=picture.type, length=length, href=picture.url)
        if entry.license:
            _add(element, "link", rel="license", href=entry.license)  # RFC 4946
        if entry.origin is not None:
            _add_source(element, entry.origin)
        for picture in entry.pictures:
            _add_media(element, picture)


class RssExtension(_Extension):
    """Dublin Core for what RSS 2.0 has no element for, `atom:updated`, and pictures.

    `dc:creator` alone names the authors: with `author` beside it, validators complain that one thing is said twice.
    """

    namespaces = {"media": MEDIA, "dc": DC, "cc": CC}  # noqa: RUF012  # see above

    def extend_rss(self, element: _Element) -> None:
        if (entry := self.entry) is None:
            return
        for author in entry.authors:
            _add(element, QName(DC, "creator"), author.name)
        if entry.published is not None:
            # Not by feedgen, which switches the whole process's locale to write a date.
            _add(element, "pubDate", rfc822(entry.published))
        _add(element, QName(ATOM, "updated"), entry.updated.isoformat())
        if entry.language and entry.language != self.feed_language:
            _add(element, QName(DC, "language"), entry.language)
        if entry.rights:
            _add(element, QName(DC, "rights"), entry.rights)
        if entry.license.startswith(_CREATIVE_COMMONS):
            _add(element, QName(CC, "license"), entry.license)
        elif entry.license:
            _add(element, QName(ATOM, "link"), rel="license", href=entry.license)
        for picture in entry.pictures:
            _add_media(element, picture)


def rfc822(instant: datetime) -> str:
    """A date as RSS has it (RFC 822 with a year of four digits), in English whatever the locale."""
    return format_datetime(instant)


def _add_source(element: _Element, origin: Provenance) -> None:
    """RFC 4287, 4.2.11; children that are not known are left out."""
    source = _add(element, "source")
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
        _add(source, "link", rel="self", href=origin.feed_url)
    if origin.url:
        _add(source, "link", rel="alternate", href=origin.url)


def _add_media(element: _Element, picture: Image) -> None:
    """Media RSS, with the alternative text as description: behind the entry's summary, which some readers else overwrite with it."""
    size = {"fileSize": picture.length, "width": picture.width, "height": picture.height}
    numbers = {name: str(number) for name, number in size.items() if number > 0}
    content = _add(element, QName(MEDIA, "content"), url=picture.url, medium="image", type=picture.type, **numbers)
    if picture.caption:
        _add(content, QName(MEDIA, "title"), picture.caption, type="plain")
    if picture.alt:
        _add(content, QName(MEDIA, "description"), picture.alt, type="plain")
    if picture.credit:
        _add(content, QName(MEDIA, "credit"), picture.credit)
    if picture.license:
        _add(content, QName(MEDIA, "copyright"), picture.credit, url=picture.license)


def _add(parent: _Element, tag: str | QName, text: str | None = None, **attributes: Any) -> _Element:
    element = SubElement(parent, tag, {name: value for name, value in attributes.items() if value})
    element.text = text
    return element
