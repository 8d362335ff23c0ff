"""A source that is a feed already: RSS, Atom or JSON Feed, whichever its bytes turn out to be."""

from collections.abc import Generator
from dataclasses import replace
from datetime import datetime
from typing import Any

from syndicator.config import Source
from syndicator.ingest import archive
from syndicator.ingest.article import same_site
from syndicator.ingest.asking import same_origin
from syndicator.ingest.hubs import hubs_of
from syndicator.ingest.pace import read_max_age
from syndicator.ingest.reading.feed import read_feed
from syndicator.model import Ask, Draft, Failed, Harvest, Known, Parse, Request, Response, Walk

LOOKS_AGAIN = False  # the feed itself tells what changed

ACCEPT = (
    "application/atom+xml,application/rss+xml,application/feed+json,"
    "application/rdf+xml;q=0.9,application/xml;q=0.8,text/xml;q=0.8,application/json;q=0.7,*/*;q=0.1"
)


def collect(source: Source, known: Known) -> Generator[Ask, Any, Harvest]:
    """One request and one parse; what did not change is neither sent nor parsed again."""
    if known.walk:
        return (yield from _walk(source, known, known.walk))
    response: Response | Failed = yield Request(source.url, conditional=True, accept=ACCEPT, headers=source.credentials)
    if isinstance(response, Failed):
        return Harvest(failed=response)
    fresh = read_max_age(response.headers) or None
    if response.unchanged:
        return Harvest(unchanged=True, ttl=fresh)
    harvest = yield from _parse(response, known)
    if harvest.failed:
        return harvest
    hubs, topic = hubs_of(response, harvest.hubs, harvest.topic)
    return replace(harvest, ttl=max(harvest.ttl or 0.0, fresh or 0.0) or None, hubs=hubs, topic=topic)


def pushed(known: Known, response: Response) -> Generator[Ask, Any, Harvest]:
    """What a hub has brought: the feed, or what is new of it. `response` holds it as an answer to a poll would."""
    return (yield from _parse(response, known))


def _walk(source: Source, known: Known, walk: Walk) -> Generator[Ask, Any, Harvest]:
    """One document of an archived or paged feed (RFC 5005), which may have been written when its articles came."""
    address = walk.at or source.url
    headers = source.credentials if same_origin(address, source.url) else {}
    response: Response | Failed = yield Request(address, accept=ACCEPT, headers=headers)
    if isinstance(response, Failed):
        return Harvest(failed=response)
    harvest = yield from _parse(response, known)
    dates = [(draft.key or draft.address, _date(draft)) for draft in harvest.drafts]
    following = harvest.older if same_site(harvest.older, source.url) else ""
    # Documents of an archive may show what others show; only a feed in pages that shows the same again has no more.
    before = replace(walk, shown=()) if harvest.archived else walk
    page = replace(archive.page_of(before, dates, following, known.now), copies=bool(walk.at))
    drafts = tuple(draft for draft in harvest.drafts if not archive.is_old(walk, _date(draft)))
    withdrawn = harvest.withdrawn
    if walk.at:  # an old document: by its instant alone a tombstone tells what it is about
        withdrawn = tuple(key for key in harvest.withdrawn if key in harvest.buried)
    return replace(harvest, drafts=drafts, withdrawn=withdrawn, page=page)


def _parse(response: Response, known: Known) -> Generator[Ask, Any, Harvest]:
    content_type = response.headers.get("content-type", "")
    harvest: Harvest | Failed = yield Parse(
        read_feed, (response.body, response.url, content_type, known.timezone, known.now)
    )
    return Harvest(failed=harvest) if isinstance(harvest, Failed) else harvest


def _date(draft: Draft) -> datetime | None:
    moment = draft.published or draft.updated
    return moment.at if moment else None
