"""Where published files are reached. Pure; the contract of paths and addresses stands in the design.

Feeds name addresses in full, from `site.url`; pages link by path, so that they work behind whatever name they are reached by.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urlsplit, urlunsplit

import idna

from syndicator.config import Config, Site

STYLE = "style.css"
FEED_STYLE = "feed.css"
OPML = "feeds.opml"
STATEMENT = "barrierefreiheit"
ICON = "icon.svg"
ARCHIVE = "archive"
BESIDE: Mapping[str, str] = {"opml": OPML, STATEMENT: f"{STATEMENT}.html"}  # addresses beside /feeds, and their files

# What RFC 3986 keeps out of a URI behind its host, and a % that escapes nothing.
_NOT_URI = re.compile(r"[^A-Za-z0-9;/?:@&=+$.,_!~*'()%#-]|%(?![0-9A-Fa-f]{2})")
_PLAIN = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:/[A-Za-z0-9;/?:@&=+$.,_!~*'()#-]*)?")  # goes out as it is
_HOST = re.compile(r"[\w.:@%!$&'()*+,;=~\[\]-]+")
_LINE_ENDS = re.compile(r"[\t\r\n]")  # browsers drop them, and so does urlsplit
_LONGEST = 4096  # characters; what is longer no browser opens
_ARCHIVED = re.compile(r"[a-z0-9-]+/archive/[1-9][0-9]{0,9}\.atom")


def page(site: Site, feed: str, language: str = "de") -> str:
    """The address of a feed's page for people. It has no ending and outlives formats, so the German one is also the feed's id.

    The feed of a search has a name with its question: `search?q=Rathaus`.
    """
    if "?" in feed and language == "de":
        return f"{site.url}{feed}"
    return f"{site.url}feeds/{folder(language)}{feed}"


def index(site: Site, language: str = "de") -> str:
    """The address of the page that lists the feeds."""
    return site.url if language == "de" else f"{site.url}feeds/{folder(language)}"


def folder(language: str) -> str:
    """What stands before the names of pages in this language."""
    return "" if language == "de" else f"{language}/"


def file(site: Site, feed: str, extension: str) -> str:
    """The address of a feed in one format."""
    name, mark, question = feed.partition("?")
    return f"{site.url}feeds/{name}.{extension}{mark}{question}"


def hub(config: Config) -> str:
    """The WebSub hub that feeds name, "" for none."""
    if config.hub.url == "none":
        return ""
    if config.hub.url == "self":
        return f"{config.site.url}hub"
    return quote(config.hub.url, safe="%/:?#[]@!$&'()*+,;=~")


def archive(site: Site, feed: str, page: int) -> str:
    """The address of an archived page of a feed (RFC 5005, 4)."""
    return f"{site.url}feeds/{archive_path(feed, page)}"


def archive_path(feed: str, page: int) -> str:
    """The path of an archived page in the published folder."""
    return f"{feed}/{ARCHIVE}/{page}.atom"


def is_archived(path: str) -> bool:
    """Whether an archived page may lie under this path."""
    return bool(_ARCHIVED.fullmatch(path))


def article(site: Site, slug: str, language: str = "de") -> str:
    """The address of an article's own page."""
    return f"{site.url}articles/{folder(language)}{slug}"


def search(site: Site, language: str = "de") -> str:
    """The address of the page on which people search."""
    return page(site, "search?", language)[:-1]


def scheme(home: str, axis: str) -> str:
    """The IRI that names a vocabulary of categories ("category", "city", "district", "topline" …).

    `home` is `site.url`, and the index page the place it leads to, where categories and cities are listed.
    """
    return f"{home}#{axis}"


@lru_cache(1024)
def identifier(iri: str) -> str:
    """A foreign IRI as a URI, which identifies the same."""
    return web(iri) or _NOT_URI.sub(lambda found: quote(found[0], safe="", errors="replace"), iri)


@lru_cache(4096)
def web(address: str) -> str:
    """A foreign http(s) address as a URI; "" for anything else.

    RSS and validators know no other letters than those of ASCII: the host goes out as DNS has it (RFC 5891), the rest
    percent-encoded (RFC 3987, 3.1).
    """
    if _PLAIN.fullmatch(address) and len(address) <= _LONGEST:
        return address
    address = _LINE_ENDS.sub("", address.strip())
    if not address.lower().startswith(("https://", "http://")) or len(address) > _LONGEST:
        return ""
    try:
        parts = urlsplit(address)
        known = bool(parts.hostname) and parts.port != 0  # a port that is none raises, as an unclosed bracket does
        host = parts.netloc if parts.netloc.isascii() else _ascii(parts.netloc)
    except ValueError:
        return ""
    start = address.index("://") + 3
    rest = address[start + len(parts.netloc) :]
    escaped = _NOT_URI.sub(lambda found: quote(found[0], safe="", errors="replace"), rest)
    return f"{address[:start]}{host}{escaped}" if known and _HOST.fullmatch(parts.netloc) else ""


def _ascii(netloc: str) -> str:
    """User, host and port with the host in the letters of DNS; ValueError where it has no such form."""
    before, at, place = netloc.rpartition("@")
    host, colon, port = place.partition(":")
    return f"{quote(before, safe='%:')}{at}{idna.encode(host, uts46=True).decode()}{colon}{port}"


def path(address: str) -> str:
    """An address of ours as a page links to it: from the root of its host."""
    parts = urlsplit(address)
    return urlunsplit(("", "", parts.path, parts.query, parts.fragment))
