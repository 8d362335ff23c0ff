"""Who subscribed to what we publish, by WebSub."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

SubscriptionMode = Literal["subscribe", "unsubscribe"]


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """What somebody asks of our hub; nothing comes of it until the callback has confirmed that it was its own wish.

    `host` is that of the callback. The secret signs deliveries, "" for none.
    """

    mode: SubscriptionMode
    topic: str
    callback: str
    host: str
    lease: timedelta
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a callback is due. Versions of a topic count up; `delivered` is the one that it has, or had when it subscribed.

    `next_try` is None unless deliveries fail; `failing_since`: since the first failure after the last delivery.
    """

    since: datetime
    lease_until: datetime
    secret: str = field(repr=False)
    delivered: int
    delivered_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    next_try: datetime | None = None
    problem: str = ""
