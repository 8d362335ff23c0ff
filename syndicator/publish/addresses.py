"""Where published files are reached. Pure; the contract of paths and addresses stands in the design.

Feeds name addresses in full, from `site.url`; pages link by path, so that they work behind whatever name they are reached by.
"""

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from syndicator.config import Config, Site

STYLE = "style.css"
ICON = "icon.svg"

# What RFC 3987 keeps out of an IRI: white space and controls, directions of writing, delimiters, and a % that escapes nothing.
_NOT_IRI = re.compile(
    r"[\s\x00-\x20\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})"
)


def page(site: Site, feed: str) -> str:
    """The address of a feed's page for people. It has no ending and outlives formats, so it is also the feed's id."""
    return f"{site.url}feeds/{feed}"


def file(site: Site, feed: str, extension: str) -> str:
    """The address of a feed in one format."""
    return f"{page(site, feed)}.{extension}"


def hub(config: Config) -> str:
    """The WebSub hub that feeds name, "" for none. A hub of our own is named here as soon as it answers."""
    if config.hub.url in ("self", "none"):
        return ""
    return quote(config.hub.url, safe="%/:?#[]@!$&'()*+,;=~")


def scheme(home: str, axis: str) -> str:
    """The IRI that names a vocabulary of categories ("category", "city", "district", "topline" …).

    `home` is `site.url`, and the index page the place it leads to, where categories and cities are listed.
    """
    return f"{home}#{axis}"


@lru_cache(4096)
def web(address: str) -> str:
    """A foreign http(s) address as an IRI, with what none may hold percent-encoded (RFC 3987, 2.2); "" for anything else."""
    address = address.strip()
    if not address.lower().startswith(("https://", "http://")):
        return ""
    try:
        parts = urlsplit(address)
        known = bool(parts.hostname) and parts.port != 0  # a port that is none raises, as an unclosed bracket does
    except ValueError:
        return ""
    escaped = _NOT_IRI.sub(lambda found: quote(found[0], safe=""), address)
    return escaped if known and not _NOT_IRI.search(parts.netloc) else ""


def path(address: str) -> str:
    """An address of ours as a page links to it: from the root of its host."""
    parts = urlsplit(address)
    return parts.path + (f"#{parts.fragment}" if parts.fragment else "")
