"""The words of this project: values that travel from a source to the wire, and nothing that acts.

A source yields `Ask`s and is handed answers; it ends with a `Harvest` of `Draft`s. The store makes `Article`s of them,
which carry an id for ever. A `Feed` names a `Selection` of articles; rendered in one format it is an edition.
Every instant is aware and in UTC.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

Precision = Literal["second", "minute", "day", "week", "month"]
Status = Literal["live", "held", "embargoed", "retracted"]
Decider = Literal[
    "",  # nobody: the article is as it came
    "source",
    "watchman",
    "admin",
]
Kind = Literal["news", "press-invitation"]
Severity = Literal["yellow", "red"]
IncidentKind = Literal[
    "failing",  # visits fail, for longer than they usually do
    "denied",  # the source does not want us: 401, 403, a captcha
    "gone",  # 410
    "network",  # of the whole service: hardly any source can be reached
    "silent",  # no article for longer than chance explains
    "list",  # the list holds far fewer articles
    "date",  # articles lack what they usually have …
    "body",
    "picture",
    "category",
    "length",  # … or are of another length
    "page",  # article pages cannot be read
    "slow",
    "held",  # articles are in quarantine
]
FailureKind = Literal[
    "refused",  # the address guard, robots.txt or our own rules said no
    "unreachable",  # no answer: DNS, connection, TLS, time-out
    "denied",  # 401, 403
    "missing",  # 404
    "gone",  # 410
    "soft-404",  # success, but with another page than the article that was asked for
    "busy",  # 429, 503
    "broken",  # any other status, a truncated or mis-encoded body
    "too-large",
    "unreadable",  # the bytes are not what this source reads
    "empty",  # readable, but it holds no article where one is expected
]

WalkEnd = Literal[
    "",  # it goes on
    "end",  # the archive has no further page
    "since",  # nothing younger is to be expected
    "pages",  # as many as were asked for
    "empty",  # a further page holds no article
    "repeat",  # a page shows what the page before showed
    "circle",  # the next page was read already
    "cap",  # more pages than any archive should have
]


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

    `axis` tells which of the source's vocabularies it comes from: "topline", "tag", "district", "feed".
    """

    axis: str
    name: str


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
    found: Mapping[str, str] = field(default_factory=dict)


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
    that readers may have it. `notice_until`: until when feeds tell those that it was taken back.
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
    def is_notice(self) -> bool:
        """Whether feeds carry, in its place, that it was taken back."""
        return self.status == "retracted" and self.notice_until is not None

    @property
    def slug(self) -> str:
        """The name of its own page: the same for ever, and not its number, as gaps would tell that something is held."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:16]


# ---------------------------------------------------------------- what a source asks for, and what it is handed


class Sealed(Protocol):
    """The place of a secret, which is read where it is sent and nowhere else."""

    def read(self) -> str:
        """The secret. Raises SyndicatorError where there is none."""


@dataclass(frozen=True, slots=True)
class Request:
    """Fetch `url`. `conditional`: send the validators of the last complete harvest, and answer `unchanged` when nothing moved.

    `data` is the body of a POST. `headers` go to the origin of `url` alone, and not where it redirects. `limit`: bytes
    of the answer at most; 0 is the client's own limit.
    """

    url: str
    conditional: bool = False
    accept: str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
    method: Literal["GET", "POST"] = "GET"
    data: bytes = b""
    headers: Mapping[str, str | Sealed] = field(default_factory=dict)
    limit: int = 0

    @property
    def page(self) -> str:
        """Under what the answer's validators are kept: a POST with other data has another answer."""
        return self.url if self.method == "GET" else f"{self.url}#POST-{hashlib.sha256(self.data).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells next time whether an address has changed: the server's own words byte for byte, and the body's SHA-256 in hex."""

    etag: str = ""
    last_modified: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back for a `Request`: always a success; what is none is a `Failed`.

    `url` is the address that answered, after redirects. Header names are lower case. `unchanged`: a 304, or the same
    bytes as at the last complete harvest; `body` is empty then. `moved_to` is set when every redirect on the way was permanent.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    unchanged: bool = False
    moved_to: str = ""
    validators: Validators = Validators()
    seconds: float = 0.0  # from the request to the last byte, without the waiting for a turn


@dataclass(frozen=True, slots=True)
class Parse:
    """Run a pure function over foreign bytes: off the event loop, in a worker with limits of time and memory.

    `function` is importable by name; it and its arguments and result can be pickled. Answered by its result or a `Failed`.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Recall:
    """Which of these addresses are known, and with which fingerprint? Answered by a mapping with the known ones only."""

    addresses: tuple[str, ...]


Ask = Request | Parse | Recall


@dataclass(frozen=True, slots=True)
class Failed:
    """An expected failure: of one page, one article, or a whole source.

    `reason` is a sentence for a person. `retry_after` is in seconds, None where the other side did not say.
    `permanent`: asking again as before is pointless.
    """

    kind: FailureKind
    reason: str
    address: str = ""
    permanent: bool = False
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one visit to a source brought.

    `drafts` stand in the source's own order, newest first as a rule. `fingerprints` maps an article's address to that of
    its teaser, so that a later visit sees what changed in the list. `unchanged`: the source said that nothing moved.
    `failed`: the source as a whole could not be read, and nothing else here counts. `problems`: single articles that could
    not be read. `withdrawn`: keys that the source takes back without sending an article (RFC 6721 tombstones).
    `items`: how many the list held. `ttl`: seconds for which the source asks not to be polled again. `partial`: some of what
    is new was left for the next visit. `looked`: addresses of articles whose pages were asked for. `older`: where the source
    says that its older articles are. `page`: what a walk has to know of the page that it asked for.
    """

    drafts: tuple[Draft, ...] = ()
    problems: tuple[Failed, ...] = ()
    withdrawn: tuple[str, ...] = ()
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    unchanged: bool = False
    failed: Failed | None = None
    items: int = 0
    ttl: float | None = None
    partial: bool = False
    looked: tuple[str, ...] = ()
    older: str = ""
    page: "Page | None" = None

    @property
    def complete(self) -> bool:
        """Whether everything the source offered was read, so that its validators may be kept."""
        return self.failed is None and not self.partial and all(problem.permanent for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Page:
    """What a walk through an archive learns from one page of it.

    `next`: the place of the page to read next, "" at the end. `done`: False where this very page has to be gone on with, at
    `next`. `shown`: what stands on the page, by address or key. Of what the page before did not show, `young`, `old` and
    `undated` count what is young enough to be wanted, what is not, and what has no date. `listed`: the list itself tells
    all dates. `reached`: how far back the page goes. `copies`: the page holds articles as they were then, so that those
    known already stay as they are.
    """

    next: str = ""
    done: bool = True
    shown: tuple[str, ...] = ()
    young: int = 0
    old: int = 0
    undated: int = 0
    listed: bool = True
    reached: datetime | None = None
    copies: bool = False


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk through a source's archive, page by page, and how far it is: what is stored, and what the source is told.

    `since`: what is older is left out. `at`: the place of the page to read, "" for the first one; what a place is, the kind
    of source decides. `pages`, `found`, `new`: what was read so far, in list pages and articles. `shown` and `reached`: of
    the page before. `not_after`: when an article without a date appeared at the latest, as it stands further back than
    others. `old_pages`: how many in a row held nothing young enough. `ended`: why it is over, "" while it is not.
    """

    since: datetime | None = None
    at: str = ""
    pages: int = 0
    found: int = 0
    new: int = 0
    shown: tuple[str, ...] = ()
    reached: datetime | None = None
    not_after: datetime | None = None
    old_pages: int = 0
    ended: WalkEnd = ""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is stored of an article, as far as it tells a page that is the article from one that answers in its place."""

    title: str
    text: str  # the words of summary and body


@dataclass(frozen=True, slots=True)
class Known:
    """What a source is told before it starts. `recheck`: addresses of its articles that are due for another look.

    `remembered`: what is stored under these addresses.

    `timezone` is the zone in which the source's dates are meant ("Europe/Berlin"). With `walk`, one page of the archive is
    asked for, and nothing else: its articles, and a `Page` in the harvest. A kind that has no archive leaves that out.
    """

    now: datetime
    timezone: str = "Europe/Berlin"
    recheck: tuple[str, ...] = ()
    remembered: Mapping[str, Remembered] = field(default_factory=dict)
    walk: Walk | None = None


# ---------------------------------------------------------------- what goes out


@dataclass(frozen=True, slots=True)
class Without:
    """What a selection leaves out: an article that has any of these."""

    categories: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles a feed holds: an empty tuple means any. Visibility is not part of it, as it cannot be chosen.

    `filed` is under what the store files each article that meets all of it ("?name"): those are answered without a look at
    anything else. It is empty where categories and cities are all that is asked for, and in what somebody searches for.
    """

    categories: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    query: str = ""
    limit: int = 50
    without: Without = Without()
    filed: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A published list of articles; `name` makes its addresses: a-z, 0-9 and hyphens.

    `content` and `formats` are its own; empty means those of [publish].
    """

    name: str
    title: str
    selection: Selection
    description: str = ""
    content: Literal["", "full", "summary"] = ""
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facets:
    """By what a feed can choose an article; compared before and after a change, they tell which feeds it touches."""

    categories: tuple[str, ...]
    city: str
    district: str
    source: str
    language: str
    kind: Kind
    live: bool
    notice: bool = False  # not live, but feeds tell that it was taken back


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the store's change sequence: an article came (`before` is None), changed, or went out of sight."""

    seq: int
    article: str
    before: Facets | None
    after: Facets


@dataclass(frozen=True, slots=True)
class File:
    """Published bytes under the path that folder and address share ("vielfalt.atom").

    `modified` is when these bytes were first committed. `encodings` maps a content coding ("gzip", "br") to the encoded body.
    """

    path: str
    media_type: str
    modified: datetime
    body: bytes
    encodings: Mapping[str, bytes] = field(default_factory=dict)


# ---------------------------------------------------------------- what a person is told of


@dataclass(frozen=True, slots=True)
class Incident:
    """Something at a source that is not as it usually is, of which a person is told once, and once more when it is over.

    `source` is "" where it concerns the whole service. `since`: since when it has been so. `begun` and `ended`: when that was
    noticed. The sentences are for a person who knows the portal and not this program. `id` is 0 before it is stored;
    `thread` is the Message-ID under which it was told, "" before that.
    """

    source: str
    kind: IncidentKind
    severity: Severity
    since: datetime
    sentence_de: str
    sentence_en: str
    begun: datetime | None = None
    ended: datetime | None = None
    id: int = 0
    thread: str = ""
