"""What is counted of those who read feeds: numbers, never who they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

DAYS = 7  # that a report looks back
# Why a partner got nothing: a wrong token under its name, a feed that is not its own, too many requests, no such file, or our fault.
Refusal = Literal["token", "forbidden", "limited", "missing", "broken"]


@dataclass(slots=True)
class Count:
    """Answers with one file. Bytes: `sent` on the wire, `saved` by answering 304, `compressed` by encoding what was sent."""

    answers: int = 0
    unchanged: int = 0
    sent: int = 0
    saved: int = 0
    compressed: int = 0

    def add(self, other: "Count") -> None:
        self.answers += other.answers
        self.unchanged += other.unchanged
        self.sent += other.sent
        self.saved += other.saved
        self.compressed += other.compressed


@dataclass(slots=True)
class PartnerCount:
    """What one partner did with one feed ("" where no feed is meant). `articles`: hashes of all that stood in answers."""

    count: Count = field(default_factory=Count)
    pulled: datetime | None = None
    articles: dict[bytes, None] = field(default_factory=dict)
    refused: int = 0
    refused_at: datetime | None = None
    refusal: Refusal | None = None

    def add(self, later: "PartnerCount") -> None:
        self.count.add(later.count)
        self.pulled = later.pulled or self.pulled
        self.articles |= later.articles
        self.refused += later.refused
        self.refused_at = later.refused_at or self.refused_at
        self.refusal = later.refusal or self.refusal


@dataclass(frozen=True, slots=True)
class Counted:
    """What came together since the last time. Files by their path in the folder, pages of an archive as one: "vielfalt/archive".

    `pollers`: about how many different readers asked for the feed of each file today. `readers`: how many people a service says that it
    fetches for, by file, its name, and a hash of what it calls the feed. `partners`: by partner and feed.
    """

    day: date
    files: Mapping[str, Count] = field(default_factory=dict)
    pollers: Mapping[str, int] = field(default_factory=dict)
    readers: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    partners: Mapping[tuple[str, str], PartnerCount] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.files or self.partners)


@dataclass(slots=True)
class FeedUse:
    """One feed within the last days, all its formats together.

    `subscribers`: the sum of what services say, `services` the parts. `pollers`: about how many different readers asked for it
    on the day when most did; a service counts as one there. `pushes`: delivered ones, since there are any.
    """

    feed: str
    subscribers: int = 0
    services: dict[str, int] = field(default_factory=dict)
    pollers: int = 0
    pushes: int = 0
    count: Count = field(default_factory=Count)


@dataclass(frozen=True, slots=True)
class PartnerUse:
    """One partner and one feed of its ("" where no feed is meant), since it was first seen.

    `push` is "subscribed", "failing", or empty where it has not subscribed, or nobody knows whether it has.
    """

    partner: str
    feed: str
    pulled: datetime | None = None
    taken: int = 0
    count: Count = field(default_factory=Count)
    refused: int = 0
    refused_at: datetime | None = None
    refusal: str = ""
    push: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """All that there is to tell. `total` holds the sums of `feeds`."""

    feeds: tuple[FeedUse, ...] = ()
    partners: tuple[PartnerUse, ...] = ()
    total: FeedUse = field(default_factory=lambda: FeedUse(""))
