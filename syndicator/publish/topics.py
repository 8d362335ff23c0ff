"""What can be subscribed to: the addresses of published feeds, in any of their formats. Pure."""

import re
from dataclasses import dataclass
from functools import cache

from syndicator.config import Config
from syndicator.publish import addresses, formats

_PAGE = "html"
_FEED = re.compile(r"([a-z0-9-]+)\.([a-z]+)")


@dataclass(frozen=True, slots=True)
class Topic:
    """`path` is the file in the published folder whose bytes are delivered, `feed` the name of the feed that it is of."""

    path: str
    feed: str


def find_topic(config: Config, address: str) -> Topic | None:
    """What this address would name here, None where it is none of ours, or this service is no hub.

    Whether the file is there, the store knows. This is the one place that decides what the hub takes as a topic.
    """
    if config.hub.url != "self":
        return None
    start = f"{config.site.url}feeds/"
    path = address.removeprefix(start) if address.startswith(start) else ""
    if addresses.is_archived(path):
        return Topic(path, path.partition("/")[0])
    return Topic(path, path.rpartition(".")[0]) if is_feed(path) else None


def is_feed(path: str) -> bool:
    """Whether a feed for programs may lie under this path in the published folder."""
    named = _FEED.fullmatch(path)
    return named is not None and named[2] in _extensions()


def address_of(config: Config, path: str) -> str:
    """Where a published file is reached, which is what its `rel=self` says."""
    return f"{config.site.url}feeds/{path}"


@cache
def _extensions() -> frozenset[str]:
    return frozenset(kind.EXTENSION for kind in formats.available().values()) - {_PAGE}
