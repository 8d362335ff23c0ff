"""Atom 1.0 (RFC 4287), in a frame by feedgen."""

from feedgen.feed import FeedGenerator

from syndicator.model import Author
from syndicator.publish import addresses
from syndicator.publish.elements import atom_entry
from syndicator.publish.entry import language_tag
from syndicator.publish.extensions import AtomExtension, filled
from syndicator.publish.formats import Document

EXTENSION = "atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
TITLE = "Atom"


def render(document: Document) -> bytes:
    """The feed as UTF-8 XML."""
    site = document.site
    feed = FeedGenerator()
    feed.register_extension("syndicator", AtomExtension, AtomExtension, atom=True, rss=False)
    feed.id(document.page)
    feed.title(document.title)
    feed.subtitle(document.description)
    feed.updated(document.changed)
    feed.language(language_tag(site.language))
    feed.author(_person(document.publisher))
    name, page = document.feed.name, document.history.page
    own = addresses.archive(site, name, page) if page else addresses.file(site, name, EXTENSION)
    feed.link(href=own, rel="self", type=MEDIA_TYPE.partition(";")[0])
    if document.hub:
        feed.link(href=document.hub, rel="hub")
    feed.link(href=document.page, rel="alternate", type="text/html")
    feed.generator("syndicator")
    if document.rights:
        feed.rights(document.rights)
    feed.syndicator.document = document
    entries = (atom_entry(entry, site.language) for entry in document.entries)
    return filled(feed.atom_str(pretty=True), site, entries, b"</feed>")


def _person(author: Author) -> dict[str, str]:
    fields = {"name": author.name, "uri": author.url, "email": author.email}
    return {name: value for name, value in fields.items() if value}
