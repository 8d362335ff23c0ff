"""What a feed says, before anything is made of it: the readers of XML and JSON both end here.

Dates are kept as written, addresses as written or resolved against `xml:base`; nothing is cleaned yet.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urljoin

from syndicator.model import Author, Image, Label, Provenance

MOST_ENTRIES = 1000
"""A feed that holds more is read as far as this: what it puts first is newest by custom."""


_SECONDS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)(?:$|[?#])", re.IGNORECASE)


class Text(NamedTuple):
    """A text with its kind; relative addresses in its markup are meant against `base`."""

    value: str = ""
    markup: bool = False
    base: str = ""


NOTHING = Text()

STATUS = "#status"
"""How the vocabulary ends by whose word WITHDRAWN a feed of this service marks the notice of an article that was taken back."""
WITHDRAWN = frozenset({"withdrawn", "Zurückgezogen"})
"""That word as Atom has it, and as RSS has it, where a category is nothing but its label."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, as it stands. `links` are addresses of the article itself, the preferred one first."""

    id: str = ""
    links: tuple[str, ...] = ()
    title: Text = NOTHING
    summary: Text = NOTHING
    content: Text = NOTHING
    published: str = ""
    updated: str = ""
    labels: tuple[Label, ...] = ()
    images: tuple[Image, ...] = ()
    authors: tuple[Author, ...] = ()
    language: str = ""
    rights: Text = NOTHING
    license: str = ""
    provenance: Provenance | None = None
    source_updated: str = ""
    draft: bool = False  # it is marked as not to be shown yet (RFC 5023, 13.1.1)
    publisher: str = ""
    withdrawn: bool = False  # it only tells that the article was taken back, as a feed of this service marks it
    city: str = ""
    available: str = ""  # as written


@dataclass(frozen=True, slots=True)
class Head:
    """What the feed says of itself. `ttl` in seconds; as written: `updated`, `older` (where it goes on), `hubs` and `topic`.

    `vocabularies`: identifiers of those by which it files what it publishes.
    """

    id: str = ""
    title: Text = NOTHING
    url: str = ""
    feed_url: str = ""
    hubs: tuple[str, ...] = ()
    topic: str = ""
    rights: Text = NOTHING
    license: str = ""
    language: str = ""
    updated: str = ""
    authors: tuple[Author, ...] = ()
    ttl: float | None = None
    older: str = ""
    archived: bool = False  # what is older stands in an archive (RFC 5005, 4)
    vocabularies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A feed that was read. `withdrawn` maps the keys of tombstones to their dates as written (RFC 6721).

    `items` is how many entries it holds, of which `entries` may be the first ones. `cut` tells that it breaks off within one.
    """

    head: Head
    entries: tuple[Entry, ...]
    items: int
    withdrawn: tuple[tuple[str, str], ...] = ()
    cut: bool = False


def joined(base: str, address: str) -> str:
    """The absolute address; empty for what Python cannot take apart ("http://[")."""
    if not address:
        return base
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""


def is_picture(url: str, kind: str) -> bool:
    """Whether a link leads to a picture, by its media type or, where none is stated, by its ending."""
    return bool(url) and (kind.lower().startswith("image") or (not kind and bool(_PICTURE.search(url))))


def number(value: Any) -> int:
    """A size, as text or as a number; 0 where it is none that could be true."""
    text = str(value).strip() if isinstance(value, str | int) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004  # digits


def ttl_of(minutes: Any, period: Any, frequency: Any) -> float | None:
    """Seconds: `ttl` is in minutes (RSS 2.0), the syndication module of RSS 1.0 counts updates in a period."""
    seconds = _SECONDS.get(str(period).strip().lower(), 0)
    return max(number(minutes) * 60.0, seconds / max(number(frequency), 1)) or None
