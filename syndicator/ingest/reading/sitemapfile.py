"""A file of a sitemap, from its bytes to its entries: XML, plain text, either of them packed. Pure.

sitemaps.org 0.9 with Google's extensions for news and images.
"""

import io
import re
from dataclasses import dataclass

from lxml import etree

from syndicator.ingest.body import EncodingError, TooLargeError, inflate
from syndicator.ingest.charset import decode
from syndicator.ingest.identity import canonical
from syndicator.model import Failed, Moment
from syndicator.text import squeeze, xml_safe

LIMIT = 16 * 2**20  # bytes, inflated; 50,000 addresses have about 9 MB

_LONGEST_LINE = 400  # characters of a title or a keyword
_HEAD = 4_000  # bytes in which the root element stands
_ROOTS = frozenset({"urlset", "sitemapindex"})
_GZIP = b"\x1f\x8b"
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_DECLARATION = re.compile(r"\A<\?xml[^>]*\?>")
_BARE_AMPERSAND = re.compile(r"&(?!(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);)")
_WHAT = {
    "html": 'an HTML page; if it lists articles, kind = "portal" reads it',
    "rss": 'a feed, which kind = "feed" reads',
    "rdf": 'a feed, which kind = "feed" reads',
    "feed": 'a feed, which kind = "feed" reads',
}

Element = etree._Element  # noqa: SLF001  # lxml names its element type in no other way


@dataclass(slots=True)
class Entry:
    """A `<url>` or `<sitemap>` as it stands there, and when it was published or changed.

    `news` and `image` are what the extensions say of it, by the name of the element.
    """

    address: str
    lastmod: str = ""
    news: dict[str, str] | None = None
    image: dict[str, str] | None = None
    at: Moment | None = None


@dataclass(slots=True)
class Document:
    entries: list[Entry]
    parts: list[Entry]
    broken: str = ""


def is_sitemap(body: bytes) -> bool:
    """Whether an answer looks like a sitemap: XML with its root, or anything packed."""
    root = _ROOT.search(body[:_HEAD].decode(errors="replace"))
    return body.startswith(_GZIP) or (root is not None and root[1].lower() in _ROOTS)


def read_entries(body: bytes, address: str, content_type: str) -> Document | Failed:
    """What a file of a sitemap holds, as it stands there; `address` is the one that answered."""
    unpacked = _unpacked(body, address)
    if isinstance(unpacked, Failed):
        return unpacked
    text = decode(unpacked, content_type).strip("\ufeff\0 \t\r\n")
    return _read_xml(text, address) if text.startswith("<") else _read_lines(text, address)


def _unpacked(body: bytes, address: str) -> bytes | Failed:
    if not body.startswith(_GZIP):
        return body
    try:
        return inflate(body, "gzip", LIMIT)
    except TooLargeError:
        return Failed("too-large", f"The sitemap is larger than {LIMIT // 2**20} MiB.", address, permanent=True)
    except EncodingError as error:
        return Failed("broken", f"The packed sitemap {error}.", address)


def _read_xml(text: str, address: str) -> Document | Failed:
    root = _ROOT.search(text)
    name = root[1].lower() if root else ""
    if name not in _ROOTS:
        what = _WHAT.get(name, f"XML of another kind (<{name[:40]}>)")
        return Failed("unreadable", f"The address answers with {what}, not a sitemap.", address)
    if "<!ENTITY" in text:
        return Failed("unreadable", "The sitemap declares entities, which no sitemap needs: it is not read.", address)
    document = _parse(_DECLARATION.sub("", text))
    if document.broken:  # hand-made sitemaps write "&" in addresses as it is
        document = _parse(_BARE_AMPERSAND.sub("&amp;", xml_safe(_DECLARATION.sub("", text))))
    if document.broken and not document.entries and not document.parts:
        return Failed("unreadable", f"The sitemap cannot be read: {document.broken}.", address)
    return document


def _parse(text: str) -> Document:
    """Everything up to the end, or to where it is no XML any more."""
    document = Document([], [])
    walk = etree.iterparse(
        io.BytesIO(text.encode(errors="replace")),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        for _, element in walk:
            if entry := _entry(element):
                (document.parts if _name(element) == "sitemap" else document.entries).append(entry)
            _forget(element)
    except etree.XMLSyntaxError as error:
        document.broken = squeeze(error.msg or "")[:200]
    return document


def _entry(element: Element) -> Entry | None:
    entry = Entry("")
    for child in element.iterchildren("{*}*"):
        name = _name(child)
        if "sitemap-news" in child.tag:
            entry.news = _said(child)
        elif "sitemap-image" in child.tag and entry.image is None:
            entry.image = _said(child)
        elif name == "loc" and not entry.address:
            entry.address = canonical(child.text or "")
        elif name == "lastmod":
            entry.lastmod = squeeze(child.text or "")[:40]
    return entry if entry.address else None


def _said(element: Element) -> dict[str, str]:
    return {_name(child): squeeze(child.text or "")[:_LONGEST_LINE] for child in element.iterdescendants("{*}*")}


def _forget(element: Element) -> None:
    """What was read is let go, so that a sitemap of any length takes no more room than what is kept of it."""
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _read_lines(text: str, address: str) -> Document | Failed:
    """A sitemap of plain text: one address on each line."""
    lines = text.split()
    addresses = [found for line in lines if (found := canonical(line))]
    if not lines:
        return Failed("empty", "The address answers with an empty page, not a sitemap.", address)
    if len(addresses) < len(lines):
        return Failed("unreadable", "The address answers with text that is no list of addresses.", address)
    return Document([Entry(found) for found in addresses], [])
