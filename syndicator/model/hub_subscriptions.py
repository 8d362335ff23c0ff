"""Our subscriptions at the hubs of others (WebSub): what a feed is followed by, beside being polled."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Phase = Literal["asking", "active", "leaving", "ended"]


@dataclass(frozen=True, slots=True)
class HubSubscription:
    """One subscription as it is stored. Nothing of it is ever told but source, hub, topic and times.

    `id` is the last part of the address that the hub calls, and with `secret` (of the signatures) known to it and us
    alone. `home` and `private` are the source's address and `allow_private`, by which the client judges a hub, also when
    the source is gone. `site`: our address as the hub was told it. `due`: when the hub is to be asked next. `tries`: requests in a row that came to nothing, the one
    under way included; `refused`: the hub, or our own guard, said no. `problem`: what went wrong last, in a sentence.
    `pushed`: the last push that was signed and read, `late`: since when a visit knows of something that no push had brought.
    `confirmed`: visits since then that found nothing but what pushes had brought. `digest`: of the last push.
    """

    id: str = field(repr=False)
    source: str
    hub: str
    topic: str
    secret: str = field(repr=False)
    home: str
    private: bool
    site: str
    phase: Phase
    begun: datetime
    due: datetime
    asked: datetime | None = None
    verified: datetime | None = None
    until: datetime | None = None
    tries: int = 0
    refused: bool = False
    problem: str = ""
    pushed: datetime | None = None
    pushes: int = 0
    late: datetime | None = None
    confirmed: int = 0
    forged: int = 0
    forged_at: datetime | None = None
    digest: str = ""

    @property
    def is_open(self) -> bool:
        """Whether we want it, and take what is pushed."""
        return self.phase in ("asking", "active")


@dataclass(frozen=True, slots=True)
class Announced:
    """Where a feed says that it can be subscribed to: its hubs, the preferred one first, and its topic."""

    hubs: tuple[str, ...]
    topic: str
