"""What an article is: as a source gives it, and as it is kept."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Precision = Literal["second", "minute", "day", "week", "month"]
Status = Literal["live", "held", "embargoed", "retracted"]
Decider = Literal[
    "",  # nobody: the article is as it came
    "source",
    "watchman",
    "admin",
]
Kind = Literal["news", "press-invitation"]


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as a source states it, with how exact it is and which rule found it.

    `origin` is one of the words that `Draft.found` uses ("json-ld", "list", "selector .date" …) or "first-seen".
    An instant of precision "day" is that day's midnight in the source's time zone.
    """

    at: datetime
    precision: Precision
    origin: str


@dataclass(frozen=True, slots=True)
class Label:
    """A word under which a source files an article, as the source writes it.

    `axis` tells which of the source's vocabularies it comes from: "topline", "tag", "district", "feed". A feed may say more:
    `scheme` identifies the vocabulary, and `term` is the word's name in it (RFC 4287, 4.2.2).
    """

    axis: str
    name: str
    scheme: str = ""
    term: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of an article; an empty string means that the source does not say."""

    url: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    license: str = ""  # SPDX id or address
    type: str = ""  # media type
    length: int = 0  # bytes
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    url: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The feed that an entry was first published in (RFC 4287, 4.2.11 atom:source)."""

    id: str = ""
    title: str = ""
    url: str = ""  # the page for people
    feed_url: str = ""
    rights: str = ""
    updated: datetime | None = None
    publisher: str = ""  # who published the entry there (dc:publisher)


REPUBLISHED = "republished"
"""Under this name `found` keeps that an entry names the feed that it comes from (atom:source), and stands in another one."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One article as a source was understood, before it has an identity here.

    `key` is what the source itself calls it (a nid, a guid, a UUID); empty where it calls it nothing, and then `address`
    stands for it. `aliases` are all other keys and addresses under which it was met. `body` is sanitised HTML with
    absolute addresses, everything else plain text. `found` maps a field's name to the rule that filled it.
    `withdrawn` is the source's own word that the article is taken back, `embargo` until when it asks not to publish it, `hold`
    in a sentence why it asks that without an instant that could be kept.
    `not_after`: where no date is stated, an instant after which the article cannot have appeared, as its place in an
    archive tells; it orders the article, and is never shown as its date.
    `city`: the one that a feed of several cities names. `available`: where the feed that brought it first has it in its order,
    as whoever passes it on has to have it there, too.
    """

    key: str
    address: str
    title: str
    summary: str = ""
    body: str = ""
    published: Moment | None = None
    updated: Moment | None = None
    labels: tuple[Label, ...] = ()
    images: tuple[Image, ...] = ()
    authors: tuple[Author, ...] = ()
    language: str = ""
    kind: Kind = "news"
    rights: str = ""
    license: str = ""
    aliases: tuple[str, ...] = ()
    original_id: str = ""  # an absolute IRI that a feed gave it, kept when it is passed on
    provenance: Provenance | None = None
    withdrawn: bool = False
    embargo: datetime | None = None
    hold: str = ""
    not_after: datetime | None = None
    city: str = ""
    available: datetime | None = None
    found: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_republished(self) -> bool:
        """Whether it says that it was first published in another feed than the one that it was read in."""
        return REPUBLISHED in self.found


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has brought an article: its source, and as what. `status` is the article's. `n` is the article's number, `digest` that of its text."""

    n: int
    source: str
    address: str
    digest: str
    status: Status
    republished: bool
    provenance: Provenance | None


@dataclass(frozen=True, slots=True)
class Alternate:
    """Where the same press release stands as well: the twin of an article that a feed shows in its place."""

    id: str
    address: str
    title: str
    source: str
    city: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it is stored, selected, rendered and sent.

    `updated` moves when the text changes, not when bytes do. `sort_at` orders feeds: the publication, or the first sight
    where none is stated or it lies in the future. `decided` says whose word its status is, and `reason` why in a sentence: what
    an admin has decided, only an admin changes. `embargo_until` is kept when the embargo is over. `alternates` are its twins
    that the selection would hold without it; outside of a selection there are none. `was_out`: it was live at some time, so
    that readers may have it. `notice_until`: until when feeds carry it out of turn, to tell those that it was
    taken back, or what it says now.
    """

    id: str
    source: str
    key: str
    address: str
    title: str
    summary: str
    body: str
    published: Moment | None
    updated: datetime
    first_seen: datetime
    sort_at: datetime
    status: Status
    city: str
    district: str
    categories: tuple[str, ...]
    labels: tuple[Label, ...]
    images: tuple[Image, ...]
    authors: tuple[Author, ...]
    language: str
    kind: Kind
    rights: str
    license: str
    original_id: str
    provenance: Provenance | None
    revision: int  # 1 for the text first seen
    found: Mapping[str, str]
    embargo_until: datetime | None = None
    decided: Decider = ""
    reason: str = ""
    alternates: tuple[Alternate, ...] = ()
    was_out: bool = False
    notice_until: datetime | None = None

    @property
    def is_republished(self) -> bool:
        """Whether the feed that brought it is not the one in which it was first published."""
        return REPUBLISHED in self.found

    @property
    def is_notice(self) -> bool:
        """Whether feeds carry, in its place, that it was taken back."""
        return self.status == "retracted" and self.notice_until is not None

    @property
    def slug(self) -> str:
        """The name of its own page: the same for ever, and not its number, as gaps would tell that something is held."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:16]
