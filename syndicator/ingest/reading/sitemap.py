"""A sitemap, from its bytes to the addresses of articles in it: XML, plain text or gzip. Pure; runs in a worker.

sitemaps.org 0.9 with Google's extensions for news and images. It lists all pages of a site: articles are those that the
configuration names, else the entries for news, else the addresses that look like news.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lxml import etree

from syndicator.config import SitemapRules
from syndicator.ingest.article import same_site
from syndicator.ingest.body import EncodingError, TooLargeError, inflate
from syndicator.ingest.charset import decode
from syndicator.ingest.identity import canonical, fingerprint
from syndicator.ingest.links import absolute
from syndicator.ingest.machine_dates import date_in_address, read_machine_date
from syndicator.ingest.newslike import looks_like_news
from syndicator.ingest.overview import Teaser
from syndicator.model import Failed, Image, Label, Moment
from syndicator.text import squeeze, xml_safe

LIMIT = 16 * 2**20  # bytes, inflated; 50,000 addresses have about 9 MB
MOST = 50_000  # addresses in one file (sitemaps.org, "Sitemap file limits")

_MOST_TEASERS = 2_000  # of which more is told than the address
_MOST_KEYWORDS = 25
_LONGEST_LINE = 400  # characters of a title or a keyword
_HEAD = 4_000  # bytes in which the root element stands
_ROOTS = frozenset({"urlset", "sitemapindex"})
_GZIP = b"\x1f\x8b"
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_DECLARATION = re.compile(r"\A<\?xml[^>]*\?>")
_BARE_AMPERSAND = re.compile(r"&(?!(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=-|_|$)")
_WHAT = {
    "html": 'an HTML page; if it lists articles, kind = "portal" reads it',
    "rss": 'a feed, which kind = "feed" reads',
    "rdf": 'a feed, which kind = "feed" reads',
    "feed": 'a feed, which kind = "feed" reads',
}
# One moment for all of them is when the sitemap was made, and says nothing of the pages.
_AT_ONCE, _MANY = timedelta(minutes=1), 5

Element = etree._Element  # noqa: SLF001  # lxml names its element type in no other way


class Found(NamedTuple):
    """The address of an article. `version` moves when its entry does; `at`: seconds since 1970, 0 where no date is known."""

    address: str
    version: str
    at: float


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap says. `found` stands newest first, and so do the `parts` of an index: address and `lastmod`.

    `teasers` tell more of the newest where there is more to tell. `total` addresses were read, of which `items` are articles'.
    """

    found: tuple[Found, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    teasers: dict[str, Teaser] = field(default_factory=dict)
    items: int = 0
    total: int = 0
    problems: tuple[Failed, ...] = ()


@dataclass(slots=True)
class _Entry:
    """A `<url>` or `<sitemap>` as it stands there, and when it was published or changed.

    `news` and `image` are what the extensions say of it, by the name of the element.
    """

    address: str
    lastmod: str = ""
    news: dict[str, str] | None = None
    image: dict[str, str] | None = None
    at: Moment | None = None


@dataclass(slots=True)
class _Document:
    entries: list[_Entry]
    parts: list[_Entry]
    broken: str = ""


def is_sitemap(body: bytes) -> bool:
    """Whether an answer looks like a sitemap: XML with its root, or anything packed."""
    root = _ROOT.search(body[:_HEAD].decode(errors="replace"))
    return body.startswith(_GZIP) or (root is not None and root[1].lower() in _ROOTS)


def read_sitemap(body: bytes, address: str, content_type: str, rules: SitemapRules, timezone: str) -> Sitemap | Failed:
    """The articles' addresses, or the parts of an index; `address` is the one that answered."""
    unpacked = _unpacked(body, address)
    if isinstance(unpacked, Failed):
        return unpacked
    text = decode(unpacked, content_type).strip("\ufeff\0 \t\r\n")
    document = _read_xml(text, address) if text.startswith("<") else _read_lines(text, address)
    if isinstance(document, Failed):
        return document
    zone = ZoneInfo(timezone)
    parts = [part for part in document.parts if same_site(part.address, address)]
    for part in parts:
        part.at = read_machine_date(part.lastmod, zone, origin="")
    entries = _articles([entry for entry in document.entries[:MOST] if same_site(entry.address, address)], rules)
    _date(entries, zone)
    dated = [entry for entry in entries if not _is_before(entry, rules, zone)]
    dated.sort(key=_newest_first)
    parts.sort(key=_newest_first)
    return Sitemap(
        found=tuple(Found(e.address, _version(e), e.at.at.timestamp() if e.at else 0.0) for e in dated),
        parts=tuple((part.address, part.lastmod) for part in parts),
        teasers={entry.address: _teaser(entry, zone, address) for entry in dated[:_MOST_TEASERS] if _says_more(entry)},
        items=len(entries),
        total=len(document.entries),
        problems=tuple(_problems(document, address)),
    )


def _problems(document: _Document, address: str) -> Iterator[Failed]:
    if len(document.entries) > MOST:
        reason = f"The sitemap holds {len(document.entries)} addresses; the first {MOST} were read."
        yield Failed("too-large", reason, address, permanent=True)
    if document.broken:
        yield Failed("broken", f"The sitemap breaks off or is misspelt: {document.broken}.", address)


# ---------------------------------------------------------------- from bytes to entries


def _unpacked(body: bytes, address: str) -> bytes | Failed:
    if not body.startswith(_GZIP):
        return body
    try:
        return inflate(body, "gzip", LIMIT)
    except TooLargeError:
        return Failed("too-large", f"The sitemap is larger than {LIMIT // 2**20} MiB.", address, permanent=True)
    except EncodingError as error:
        return Failed("broken", f"The packed sitemap {error}.", address)


def _read_xml(text: str, address: str) -> _Document | Failed:
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


def _parse(text: str) -> _Document:
    """Everything up to the end, or to where it is no XML any more."""
    document = _Document([], [])
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


def _entry(element: Element) -> _Entry | None:
    entry = _Entry("")
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


def _read_lines(text: str, address: str) -> _Document | Failed:
    """A sitemap of plain text: one address on each line."""
    lines = text.split()
    addresses = [found for line in lines if (found := canonical(line))]
    if not lines:
        return Failed("empty", "The address answers with an empty page, not a sitemap.", address)
    if len(addresses) < len(lines):
        return Failed("unreadable", "The address answers with text that is no list of addresses.", address)
    return _Document([_Entry(found) for found in addresses], [])


# ---------------------------------------------------------------- which entries are articles, and how new they are


def _articles(entries: list[_Entry], rules: SitemapRules) -> list[_Entry]:
    """Each address once, by the rule on top of this file."""
    once = {entry.address: entry for entry in entries}
    candidates = list(once.values())
    if rules.exclude:
        candidates = [entry for entry in candidates if not re.search(rules.exclude[1:-1], entry.address)]
    if rules.include:
        return [entry for entry in candidates if re.search(rules.include[1:-1], entry.address)]
    if any(entry.news is not None for entry in candidates):
        return [entry for entry in candidates if entry.news is not None]
    return [entry for entry in candidates if looks_like_news(entry.address)]


def _date(entries: list[_Entry], zone: ZoneInfo) -> None:
    """Put down when each was published or, for want of that, changed. A `lastmod` that tells nothing is dropped."""
    changed = [read_machine_date(entry.lastmod, zone, origin="") for entry in entries]
    exact = [moment.at for moment in changed if moment and moment.precision != "day"]
    made = len(exact) >= _MANY and max(exact) - min(exact) < _AT_ONCE
    for entry, moment in zip(entries, changed, strict=True):
        if made:
            entry.lastmod = ""
        told = read_machine_date((entry.news or {}).get("publication_date", ""), zone, origin="news sitemap")
        entry.at = told or (None if made else moment) or date_in_address(entry.address, zone)


def _is_before(entry: _Entry, rules: SitemapRules, zone: ZoneInfo) -> bool:
    return rules.since is not None and entry.at is not None and entry.at.at.astimezone(zone).date() < rules.since


def _newest_first(entry: _Entry) -> float:
    """Entries without a date stand last, in their own order."""
    return -entry.at.at.timestamp() if entry.at else 0.0


def _version(entry: _Entry) -> str:
    """What moves with an entry; never empty, as a page of which nothing is known has an empty one in the store."""
    title = (entry.news or {}).get("title", "")
    return fingerprint(title, entry.lastmod) if title else entry.lastmod or "undated"


# ---------------------------------------------------------------- what is told of an article beside its address


def _says_more(entry: _Entry) -> bool:
    return bool(entry.news or entry.image)


def _teaser(entry: _Entry, zone: ZoneInfo, address: str) -> Teaser:
    news, image = entry.news or {}, entry.image or {}
    keywords = dict.fromkeys(squeeze(word) for word in news.get("keywords", "").split(","))
    language = _LANGUAGE.match(news.get("language", ""))
    picture = absolute(image.get("loc"), address)
    return Teaser(
        address=entry.address,
        title=news.get("title", ""),
        published=read_machine_date(news.get("publication_date", ""), zone, origin="news sitemap"),
        labels=tuple(Label("tag", word) for word in list(keywords)[:_MOST_KEYWORDS] if word),
        image=Image(picture, caption=image.get("caption", ""), license=absolute(image.get("license"), address))
        if picture
        else None,
        language=language[0].lower() if language else "",
        version=_version(entry),
        found={"tag": "news sitemap", "language": "news sitemap", "image": "image sitemap"},
    )
