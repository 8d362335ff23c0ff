"""RSS 2.0 (RSS Advisory Board, 2.0.11) with content:encoded, Dublin Core and Media RSS, through feedgen."""

from html import escape

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from syndicator.publish import addresses
from syndicator.publish.entry import Entry, language_tag
from syndicator.publish.extensions import RssExtension, styled
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
    for entry in document.entries:
        _fill(feed.add_entry(order="append"), entry, site.language)
    return styled(feed.rss_str(pretty=True), site)


def _fill(element: FeedEntry, entry: Entry, feed_language: str) -> None:
    element.guid(entry.id, permalink=False)
    element.title(entry.title)
    element.link(href=entry.link, rel="alternate")
    # A description is HTML to every reader, so the characters of a plain summary are escaped once more.
    if entry.summary:
        element.summary(escape(entry.summary, quote=False))
    if entry.body:
        element.content(entry.body)
    first = next((picture for picture in entry.pictures if picture.type), None)
    if first is not None:
        element.enclosure(first.url, max(first.length, 0), first.type)  # 0 stands for an unknown length
    if entry.origin is not None and entry.origin.feed_url:
        element.source(entry.origin.feed_url, entry.origin.title or entry.origin.feed_url)
    element.syndicator.entry = entry
    element.syndicator.feed_language = feed_language
