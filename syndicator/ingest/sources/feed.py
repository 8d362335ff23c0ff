"""A source that is a feed already: RSS, Atom or JSON Feed, whichever its bytes turn out to be."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from syndicator.config import Source
from syndicator.ingest.pace import read_max_age
from syndicator.ingest.reading.feed import read_feed
from syndicator.model import Ask, Failed, Harvest, Known, Parse, Request, Response

LOOKS_AGAIN = False  # the feed itself tells what changed

ACCEPT = (
    "application/atom+xml,application/rss+xml,application/feed+json,"
    "application/rdf+xml;q=0.9,application/xml;q=0.8,text/xml;q=0.8,application/json;q=0.7,*/*;q=0.1"
)


def collect(source: Source, known: Known) -> Generator[Ask, Any, Harvest]:
    """One request and one parse; what did not change is neither sent nor parsed again."""
    response: Response | Failed = yield Request(source.url, conditional=True, accept=ACCEPT)
    if isinstance(response, Failed):
        return Harvest(failed=response)
    fresh = read_max_age(response.headers) or None
    if response.unchanged:
        return Harvest(unchanged=True, ttl=fresh)
    content_type = response.headers.get("content-type", "")
    harvest: Harvest | Failed = yield Parse(
        read_feed, (response.body, response.url, content_type, known.timezone, known.now)
    )
    if isinstance(harvest, Failed):
        return Harvest(failed=harvest)
    return replace(harvest, ttl=max(harvest.ttl or 0.0, fresh or 0.0) or None)
