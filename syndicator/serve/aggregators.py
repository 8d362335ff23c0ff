"""How many people read a feed by a service that fetches it once for all of them, as its User-Agent says. Pure.

There is no standard: services say "12 subscribers", "1 readers", "users 2" somewhere among their product, address and
feed-id (examples: tests/serve/agents.toml). The number belongs to the address that was asked for, and to the feed-id where
one is named, as a service may know one address under several.
"""

import hashlib
import re
from dataclasses import dataclass

_LONGEST = 1024  # characters that are looked at
_MOST = 10_000_000  # readers; a service that claims more is not believed
_NUMBER = re.compile(
    r"(?<![\w.])(\d{1,9})[ +_](?:subscriber|reader)(?:s|\(s\))?(?![\w.])|\b(?:subscribers|readers|users)[ +_](\d{1,9})(?![\w.])",
    re.IGNORECASE,
)
_FEED_ID = re.compile(r"\bfeed-?id[=:] ?([\w-]{1,80})", re.IGNORECASE)
_HIDDEN = re.compile(
    r"\(compatible;? ([^)]*)", re.IGNORECASE
)  # behind which crawlers that call themselves Mozilla say who they are
_PRODUCT = re.compile(r"[A-Za-z][A-Za-z0-9.-]*(?: (?:Reader|Feed Fetcher|FeedFetcher|Wrangler|Studios|Fetcher))?")
_DOMAIN = re.compile(r"\b((?:[a-z][a-z0-9-]*\.)+[a-z]{2,})\b", re.IGNORECASE)
_NOT_A_NAME = {"mozilla", "compatible", "like", "http", "https", "www", "x11", "windows", "macintosh", "linux"}
_MOST_DIGITS = 2  # in a name: what has more may be an address in disguise


@dataclass(frozen=True, slots=True)
class Aggregator:
    """`name` as it is shown, lower case; `feed_id` is a hash of what it calls the feed, "" where it says nothing of that."""

    name: str
    feed_id: str
    readers: int


def read_agent(user_agent: str) -> Aggregator | None:
    """What a User-Agent says of those whom it fetches for; None where it says nothing."""
    text = user_agent[:_LONGEST]
    number = _NUMBER.search(text)
    if number is None or (readers := int(number[1] or number[2])) > _MOST:
        return None
    name = _name(text)
    if not name:
        return None
    feed_id = _FEED_ID.search(text)
    return Aggregator(name, _short_hash(feed_id[1]) if feed_id else "", readers)


def _name(text: str) -> str:
    hidden = _HIDDEN.search(text) if text.lower().startswith("mozilla") else None
    candidates = re.split(r"[;,]", hidden[1]) if hidden else [text]
    for candidate in candidates:
        product = _PRODUCT.match(candidate.strip())
        if product and product[0].lower().partition(".")[0] not in _NOT_A_NAME and _is_sayable(product[0]):
            return product[0].lower().strip(".-")
    domain = _DOMAIN.search(text)
    return domain[1].lower() if domain and _is_sayable(domain[1]) else ""


def _is_sayable(name: str) -> bool:
    return len(name) <= 40 and sum(map(str.isdigit, name)) <= _MOST_DIGITS  # noqa: PLR2004  # characters


def _short_hash(text: str) -> str:
    """Nothing that a client says is kept in its own words: an id may be anything."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
