"""A source that is a feed already: RSS, Atom or JSON Feed, whichever its bytes turn out to be."""

import re
from collections.abc import Generator
from dataclasses import replace
from typing import Any

from syndicator.config import Source
from syndicator.ingest.reading.feed import read_feed
from syndicator.model import Ask, Failed, Harvest, Known, Parse, Request, Response

_ACCEPT = (
    "application/atom+xml,application/rss+xml,application/feed+json,"
    "application/rdf+xml;q=0.9,application/xml;q=0.8,text/xml;q=0.8,application/json;q=0.7,*/*;q=0.1"
)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})\b", re.IGNORECASE)


def collect(source: Source, known: Known) -> Generator[Ask, Any, Harvest]:
    """One request and one parse; what did not change is neither sent nor parsed again."""
    response: Response | Failed = yield Request(source.url, conditional=True, accept=_ACCEPT)
    if isinstance(response, Failed):
        return Harvest(failed=response)
    fresh = _max_age(response)
    if response.unchanged:
        return Harvest(unchanged=True, ttl=fresh)
    content_type = response.headers.get("content-type", "")
    harvest: Harvest | Failed = yield Parse(
        read_feed, (response.body, response.url, content_type, known.timezone, known.now)
    )
    if isinstance(harvest, Failed):
        return Harvest(failed=harvest)
    return replace(harvest, ttl=max(harvest.ttl or 0.0, fresh or 0.0) or None)


def _max_age(response: Response) -> float | None:
    """Seconds for which the answer stays fresh (RFC 9111, 5.2.2.1)."""
    found = _MAX_AGE.search(response.headers.get("cache-control", ""))
    return float(found[1]) if found and int(found[1]) else None
