"""What a source asks for, what it is handed, and what a visit to it comes to."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from syndicator.model.articles import Draft

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
    not be read. `withdrawn`: keys that the source takes back without sending an article (RFC 6721 tombstones), and `buried` when it
    did so, where it says that.
    `items`: how many the list held. `ttl`: seconds for which the source asks not to be polled again. `partial`: some of what
    is new was left for the next visit. `looked`: addresses of articles whose pages were asked for. `older`: where the source
    says that its older articles are, and `archived` whether that is an archive (RFC 5005, 4). `page`: what a walk has to know of the page that it asked for.
    """

    drafts: tuple[Draft, ...] = ()
    problems: tuple[Failed, ...] = ()
    withdrawn: tuple[str, ...] = ()
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    unchanged: bool = False
    hubs: tuple[str, ...] = ()  # where it can be subscribed to, and under which address (WebSub, 4)
    topic: str = ""
    failed: Failed | None = None
    items: int = 0
    ttl: float | None = None
    partial: bool = False
    looked: tuple[str, ...] = ()
    older: str = ""
    page: "Page | None" = None
    archived: bool = False
    buried: Mapping[str, datetime] = field(default_factory=dict)

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
