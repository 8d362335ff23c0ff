"""The last entry of a feed that has ended. Pure."""

from datetime import datetime, timedelta
from html import escape

from syndicator.config import Site
from syndicator.model import Article, Feed, Moment
from syndicator.publish.entry import at_edge
from syndicator.publish.words import date

SHOWN = timedelta(days=90)
"""For so long a feed that has ended says so, before its address answers 410: readers that poll once a month have met it twice."""


def last_entry(feed: Feed, ended: datetime, site: Site) -> Article:
    """Says that the feed has ended, and where the others are."""
    day = date(at_edge(ended, site.zone))
    text = f"Der Feed „{feed.title}“ wird seit dem {day} nicht mehr fortgeführt. Alle Feeds dieses Angebots:"
    return Article(
        id=f"tag:{site.host},{ended.year}:feeds.ended/{feed.name}",  # no source has a name with a point
        source="",
        key=feed.name,
        address=site.url,
        title=f"Dieser Feed ist eingestellt: {feed.title}",
        summary=f"{text} {site.url}",
        body=f'<p>{escape(text)} <a href="{escape(site.url)}">{escape(site.title)}</a></p>',
        published=Moment(ended, "minute", "configuration"),
        updated=ended,
        first_seen=ended,
        sort_at=ended,
        status="live",
        city="",
        district="",
        categories=(),
        labels=(),
        images=(),
        authors=(),
        language="de",
        kind="news",
        rights="",
        license="",
        original_id="",
        provenance=None,
        revision=1,
        found={},
    )
