"""RSS 2.0 (RSS Advisory Board, 2.0.11) with content:encoded, Dublin Core and Media RSS, in a frame by feedgen."""

from feedgen.feed import FeedGenerator

from syndicator.publish import addresses
from syndicator.publish.elements import rss_item
from syndicator.publish.entry import language_tag
from syndicator.publish.extensions import RssExtension, filled
from syndicator.publish.formats import Document

EXTENSION = "rss"
MEDIA_TYPE = "application/rss+xml; charset=utf-8"
TITLE = "RSS"
TTL = 15  # minutes; a subscriber that asks more often finds little new


def render(document: Document) -> bytes:
    """The feed as UTF-8 XML."""
    site = document.site
    feed = FeedGenerator()
    feed.register_extension("syndicator", RssExtension, RssExtension, atom=False, rss=True)
    feed.title(document.title)
    feed.description(document.description)
    feed.updated(document.changed)
    feed.language(language_tag(site.language))
    feed.link(href=addresses.file(site, document.feed.name, EXTENSION), rel="self", type=MEDIA_TYPE.partition(";")[0])
    feed.link(href=document.page, rel="alternate")
    feed.generator("syndicator")
    feed.ttl(TTL)
    if document.publisher.email:
        feed.managingEditor(f"{document.publisher.email} ({document.publisher.name})")
    if document.rights:
        feed.copyright(document.rights)
    feed.syndicator.document = document
    entries = (rss_item(entry, site.language) for entry in document.entries)
    return filled(feed.rss_str(pretty=True), site, entries, b"  </channel>")
