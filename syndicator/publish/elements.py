"""Entries as they stand in XML feeds, written as text: a third of what lxml and feedgen take for them, byte for byte the same.

feedgen writes the frame, and declares there the prefixes that are used here (`extensions.py`).
"""

import re
from functools import lru_cache
from html import escape

from syndicator.model import Author, Image, Provenance
from syndicator.publish.entry import Entry, Term, written_once

_CREATIVE_COMMONS = ("https://creativecommons.org/", "http://creativecommons.org/")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_IN_TEXT = re.compile("[&<>\r]")
_IN_ATTRIBUTE = re.compile('[&<>"\t\n\r]')
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


@written_once
def atom_entry(entry: Entry, feed_language: str) -> str:
    """An `atom:entry` (RFC 4287, 4.1.2), two spaces deep, that ends with a line end."""
    lines = [
        f"<entry{_language(entry, feed_language)}>",
        f"  <id>{text(entry.id)}</id>",
        f"  <title>{text(entry.title)}</title>",
        f"  <updated>{entry.updated_iso}</updated>",
    ]
    if entry.body:
        lines.append(f'  <content type="html">{_body(entry.body)}</content>')
    # `rel` is the default, but not every reader knows the default (RFC 4287, 4.2.7.2).
    lines.append(f'  <link href="{value(entry.link)}" rel="alternate"/>')
    if entry.summary:
        lines.append(f'  <summary type="text">{text(entry.summary)}</summary>')
    if entry.published_iso:
        lines.append(f"  <published>{entry.published_iso}</published>")
    if entry.rights:
        lines.append(f"  <rights>{text(entry.rights)}</rights>")
    for author in entry.authors:
        lines += _person(author)
    lines += map(_atom_category, entry.terms)
    lines += map(_enclosure, entry.pictures)
    lines += _links(entry, "link")
    if entry.origin is not None:
        lines += source(entry.origin)
    if entry.publisher:
        lines.append(f"  <dc:publisher>{text(entry.publisher)}</dc:publisher>")
    lines.append(f"  <dcterms:available>{entry.available}</dcterms:available>")
    for picture in entry.pictures:
        lines += _media(picture)
    lines.append("</entry>")
    return _indented(lines, "  ")


@written_once
def rss_item(entry: Entry, feed_language: str) -> str:
    """An RSS `item`, four spaces deep: Dublin Core for what RSS 2.0 has no element for, `atom:updated`, `atom:link` to twins.

    `dc:creator` alone names the authors: with `author` beside it, validators complain that one thing is said twice.
    """
    lines = ["<item>", f"  <title>{text(entry.title)}</title>", f"  <link>{text(entry.link)}</link>"]
    # A description is HTML to every reader, so the characters of a plain summary are escaped once more.
    if entry.summary:
        lines.append(f"  <description>{text(escape(entry.summary, quote=False))}</description>")
    if entry.body:
        tag = "content:encoded" if entry.summary else "description"
        lines.append(f"  <{tag}>{_body(entry.body)}</{tag}>")
    lines.append(f'  <guid isPermaLink="false">{text(entry.id)}</guid>')
    lines += _first_enclosure(entry)
    origin = entry.origin
    if origin is not None and origin.feed_url:
        lines.append(f'  <source url="{value(origin.feed_url)}">{text(origin.title or origin.feed_url)}</source>')
    lines += [f"  <dc:creator>{text(author.name)}</dc:creator>" for author in entry.authors]
    if entry.publisher:
        lines.append(f"  <dc:publisher>{text(entry.publisher)}</dc:publisher>")
    lines += map(_rss_category, entry.terms)
    if entry.published is not None:
        lines.append(f"  <pubDate>{_rfc822(entry)}</pubDate>")
    lines.append(f"  <atom:updated>{entry.updated_iso}</atom:updated>")
    lines.append(f"  <dcterms:available>{entry.available}</dcterms:available>")
    if entry.language and entry.language != feed_language:
        lines.append(f"  <dc:language>{entry.language}</dc:language>")
    if entry.rights:
        lines.append(f"  <dc:rights>{text(entry.rights)}</dc:rights>")
    lines += _links(entry, "atom:link")
    if entry.license.startswith(_CREATIVE_COMMONS):
        lines.append(f"  <creativeCommons:license>{text(entry.license)}</creativeCommons:license>")
    for picture in entry.pictures:
        lines += _media(picture)
    lines.append("</item>")
    return _indented(lines, "    ")


def text(words: str) -> str:
    """Words as the text of an element."""
    return escape(words, quote=False).replace("\r", "&#13;") if _IN_TEXT.search(words) else words


_body = lru_cache(64)(text)  # the next format's turn comes a feed later


def value(words: str) -> str:
    """Words as the value of an attribute, between double quotes."""
    return words.translate(_ATTRIBUTE) if _IN_ATTRIBUTE.search(words) else words


def _rfc822(entry: Entry) -> str:
    """The publication as RSS has it (RFC 822 with a year of four digits), in English whatever the locale."""
    assert entry.published is not None
    iso = entry.published_iso
    day, month = _DAYS[entry.published.weekday()], _MONTHS[entry.published.month - 1]
    return f"{day}, {iso[8:10]} {month} {iso[:4]} {iso[11:19]} {iso[-6:-3]}{iso[-2:]}"


def _indented(lines: list[str], indent: str) -> str:
    return indent + f"\n{indent}".join(lines) + "\n"


def _language(entry: Entry, feed_language: str) -> str:
    return f' xml:lang="{entry.language}"' if entry.language and entry.language != feed_language else ""


def _person(author: Author) -> list[str]:
    fields = (("name", author.name), ("email", author.email), ("uri", author.url))
    return ["  <author>", *(f"    <{tag}>{text(said)}</{tag}>" for tag, said in fields if said), "  </author>"]


@lru_cache(4096)  # terms come back in entry after entry
def _atom_category(term: Term) -> str:
    return f'  <category term="{value(term.name)}" scheme="{value(term.scheme)}" label="{value(term.label)}"/>'


@lru_cache(4096)
def _rss_category(term: Term) -> str:
    """RSS has one word for both: for people where it is our own, for programs where others look it up."""
    word = term.name if term.shared else term.label
    return f'  <category domain="{value(term.scheme)}">{text(word)}</category>'


def _enclosure(picture: Image) -> str:
    kind = f' type="{value(picture.type)}"' if picture.type else ""
    length = f' length="{picture.length}"' if picture.length > 0 else ""
    return f'  <link rel="enclosure"{kind}{length} href="{value(picture.url)}"/>'


def _first_enclosure(entry: Entry) -> list[str]:
    """RSS has one, with a type; a length of 0 stands for one that is not known."""
    first = next((picture for picture in entry.pictures if picture.type), None)
    if first is None:
        return []
    size = max(first.length, 0)
    return [f'  <enclosure url="{value(first.url)}" length="{size}" type="{value(first.type)}"/>']


def _links(entry: Entry, tag: str) -> list[str]:
    """The licence (RFC 4946), and twins: not as rel=alternate, of which there may be one of a kind (RFC 4287, 4.1.2)."""
    lines = [f'  <{tag} rel="license" href="{value(entry.license)}"/>'] if entry.license else []
    return lines + [
        f'  <{tag} rel="related" href="{value(twin.link)}" title="{value(twin.publisher or twin.title)}"/>'
        for twin in entry.alternates
        if twin.link
    ]


def source(origin: Provenance) -> list[str]:
    """RFC 4287, 4.2.11; children that are not known are left out."""
    fields = (
        ("id", origin.id or origin.feed_url or origin.url),
        ("title", origin.title),
        ("rights", origin.rights),
        ("updated", origin.updated.isoformat() if origin.updated else ""),
    )
    links = (("self", origin.feed_url), ("alternate", origin.url))
    inner = [f"    <{tag}>{text(said)}</{tag}>" for tag, said in fields if said]
    inner += [f'    <link rel="{rel}" href="{value(address)}"/>' for rel, address in links if address]
    return ["  <source>", *inner, "  </source>"] if inner else ["  <source/>"]


def _media(picture: Image) -> list[str]:
    """Media RSS, with the alternative text as description: behind the entry's summary, which some readers else overwrite with it."""
    kind = f' type="{value(picture.type)}"' if picture.type else ""
    sizes = (("fileSize", picture.length), ("width", picture.width), ("height", picture.height))
    numbers = "".join(f' {name}="{number}"' for name, number in sizes if number > 0)
    start = f'  <media:content url="{value(picture.url)}" medium="image"{kind}{numbers}'
    inner = []
    if picture.caption:
        inner.append(f'    <media:title type="plain">{text(picture.caption)}</media:title>')
    if picture.alt:
        inner.append(f'    <media:description type="plain">{text(picture.alt)}</media:description>')
    if picture.credit:
        inner.append(f"    <media:credit>{text(picture.credit)}</media:credit>")
    if picture.license:
        end = f">{text(picture.credit)}</media:copyright>" if picture.credit else "/>"
        inner.append(f'    <media:copyright url="{value(picture.license)}"{end}')
    return [f"{start}>", *inner, "  </media:content>"] if inner else [f"{start}/>"]
