"""What feedparser flattens, taken out of the document before feedparser sees it: pictures, tombstones, ids, XHTML.

It lists all `media:credit` of an entry beside its pictures, takes a `media:description` for the summary, keeps the last of
several tombstones, resolves ids against `xml:base`, and walks through XHTML tag by tag at twenty times the cost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from lxml import etree

from syndicator.ingest.clean import plain
from syndicator.ingest.reading.entry import MOST_ENTRIES, is_picture, joined, number
from syndicator.model import Image
from syndicator.text import shorten, squeeze

_MEDIA = "{http://search.yahoo.com/mrss"
_TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
_ATOM = "{http://www.w3.org/2005/Atom}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ANY_ELEMENT = "{*}*"
_LEFT_IN = frozenset({"category", "keywords"})  # feedparser makes labels of these
_MOST_MEDIA = 50  # in one entry; each looks through the entry for what holds for it
_LONGEST = 2_000  # characters of what is said of a picture; what an entry says holds for each of its pictures
_MEDIA_USED = re.compile(rb"<[\w.-]+:(?:content|thumbnail|group|title|description|credit)[\s/>]")

Element = etree._Element  # noqa: SLF001  # lxml names its element type in no other way


@dataclass(frozen=True, slots=True)
class Extra:
    """Of one entry. `id` as written; `text` is what the picture's description says, for entries that say nothing else."""

    id: str = ""
    images: tuple[Image, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Extras:
    """Of one document, entry by entry in its order."""

    entries: tuple[Extra, ...] = ()
    withdrawn: tuple[tuple[str, str], ...] = ()
    items: int = 0


def wanted(body: bytes) -> bool:
    """Whether anything in the document calls for this pass."""
    return (
        b"deleted-entry" in body
        or (b"search.yahoo.com/mrss" in body and bool(_MEDIA_USED.search(body)))
        or b'"xhtml"' in body
        or b"'xhtml'" in body
        or b"xml:base" in body
        or body.count(b"<item") + body.count(b"<entry") + body.count(b":entry") > MOST_ENTRIES
    )


def parse(body: bytes) -> Element | None:
    """The root of a document; None where that is not well-formed: feedparser reads it, with what it flattens."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None


def take_out(root: Element) -> Extras:
    """What is found in a document, which is without it afterwards."""
    withdrawn = tuple(_tombstones(root))
    found = list(root.iter("{*}entry", "{*}item"))
    for surplus in found[MOST_ENTRIES:]:
        _remove(surplus)
    entries = tuple(_extra(entry) for entry in found[:MOST_ENTRIES])
    return Extras(entries, withdrawn, len(found))


def written(root: Element) -> bytes:
    """The document again."""
    return bytes(etree.tostring(root.getroottree(), encoding="utf-8"))


def _tombstones(root: Element) -> list[tuple[str, str]]:
    """Keys and dates of what the feed takes back (RFC 6721, section 3)."""
    found = list(root.iter(_TOMBSTONE))
    for tombstone in found:
        _remove(tombstone)
    return [(ref, tombstone.get("when", "")) for tombstone in found if (ref := tombstone.get("ref", "").strip())]


def _extra(entry: Element) -> Extra:
    for construct in entry.iterchildren(f"{_ATOM}title", f"{_ATOM}summary", f"{_ATOM}content", f"{_ATOM}rights"):
        if construct.get("type", "").lower() == "xhtml":
            _as_html(construct)
    guid = next(entry.iterchildren("{*}id", "{*}guid"), None)
    ident = (guid.text or "").strip() if guid is not None else ""
    media = [child for child in entry.iterchildren(_ANY_ELEMENT) if child.tag.startswith(_MEDIA)]
    if not media:
        return Extra(ident)
    extra = Extra(ident, tuple(_images(entry, media[:_MOST_MEDIA])), _said("description", entry, *media))
    for child in media:
        if _name(child) not in _LEFT_IN:
            _remove(child)
    return extra


def _as_html(construct: Element) -> None:
    """XHTML, inline, becomes the same markup as text: `type="html"` (RFC 4287, 3.1.1)."""
    div = next(construct.iterchildren(), None)
    if div is None or div.tag != f"{_XHTML}div":
        return
    for element in div.iter(f"{_XHTML}*"):
        element.tag = _name(element)
    etree.cleanup_namespaces(div)
    inner = escape(div.text or "") + "".join(
        str(etree.tostring(child, encoding="unicode", method="html")) for child in div
    )
    base = div.get(_BASE)
    if base:
        construct.set(_BASE, joined(construct.get(_BASE, ""), base))
    construct.remove(div)
    construct.set("type", "html")
    construct.text = inner


def _images(entry: Element, media: list[Element]) -> Iterator[Image]:
    """One per `media:content` or `media:group`, as a group holds renditions of one picture; else the thumbnails."""
    found = False
    for child in media:
        group = _name(child) == "group"
        picture = _best(child) if group else child
        if picture is not None and _name(picture) == "content" and _is_picture(picture):
            found = True
            yield _image(picture, child, entry)
    if not found:
        yield from (_image(child, child, entry) for child in media if _name(child) == "thumbnail" and child.get("url"))
        groups = (child for child in media if _name(child) == "group")
        yield from (_image(t, g, entry) for g in groups for t in g.iterchildren(*_each("thumbnail")) if t.get("url"))


def _best(group: Element) -> Element | None:
    """The rendition that the group calls its default, else the widest."""
    pictures = [content for content in group.iterchildren(*_each("content")) if _is_picture(content)]
    return max(pictures, key=lambda p: (p.get("isDefault") == "true", number(p.get("width"))), default=None)


def _is_picture(content: Element) -> bool:
    return is_picture(content.get("url", ""), content.get("medium", "") or content.get("type", ""))


def _image(picture: Element, group: Element, entry: Element) -> Image:
    """What an outer element says holds for the pictures within (Media RSS 1.5.1, "optional elements")."""
    return Image(
        url=picture.get("url", ""),
        alt=_said("title", picture, group),
        caption=_said("description", picture, group, entry),
        credit=_said("credit", picture, group, entry) or _said("copyright", picture, group, entry),
        license=_license(picture, group, entry),
        type=picture.get("type", "").lower(),
        length=number(picture.get("fileSize")),
        width=number(picture.get("width")),
        height=number(picture.get("height")),
    )


def _said(name: str, *scopes: Element) -> str:
    """What the innermost scope that says anything says under this name; several credits are all given."""
    for scope in scopes:
        texts = ("".join(map(str, child.itertext())) for child in scope.iterchildren(*_each(name)))
        lines = [plain(text) if "<" in text or "&" in text else squeeze(text) for text in texts]
        if any(lines):
            return shorten(" / ".join(dict.fromkeys(filter(None, lines))), _LONGEST)
    return ""


def _license(*scopes: Element) -> str:
    found = (child for scope in scopes for child in scope.iterchildren(*_each("license")))
    return next((child.get("href") or squeeze(child.text or "") for child in found), "")


def _each(name: str) -> tuple[str, str]:
    """The name in both spellings of its namespace: 1.1.2 added the slash at the end."""
    return f"{_MEDIA}/}}{name}", f"{_MEDIA}}}{name}"


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _remove(element: Element) -> None:
    """Without the element; the text behind it stays."""
    parent = element.getparent()
    if parent is not None:
        tail = element.tail or ""
        if tail.strip():
            before = element.getprevious()
            if before is None:
                parent.text = (parent.text or "") + tail
            else:
                before.tail = (before.tail or "") + tail
        parent.remove(element)
