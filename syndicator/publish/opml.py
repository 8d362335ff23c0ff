"""All feeds as one OPML 2.0 file, by subject and city, as readers import them. Pure; without dates, which nobody reads."""

from collections.abc import Iterator, Sequence

from lxml import etree
from lxml.etree import SubElement, _Element

from syndicator.config import Config
from syndicator.model import Feed
from syndicator.publish import addresses, formats
from syndicator.publish.entry import language_tag, line, mail_address
from syndicator.publish.index import is_city
from syndicator.publish.words import WORDS

MEDIA_TYPE = "text/x-opml; charset=utf-8"
_VERSIONS = {"rss": "RSS2"}  # OPML has a word for the version of RSS only


def render_opml(feeds: Sequence[Feed], config: Config) -> bytes:
    """Each feed once: that of everything, those of the subjects, of each city with its subjects, and one's own."""
    root = etree.Element("opml", version="2.0")
    _add_head(SubElement(root, "head"), config)
    body = SubElement(root, "body")
    for title, group in _groups(feeds, config):
        holder = SubElement(body, "outline", text=title, title=title) if title else body
        for feed, within in group:
            if within:
                city = SubElement(holder, "outline", text=line(feed.title), title=line(feed.title))
                for each in (feed, *within):
                    _add_feed(city, each, config)
            else:
                _add_feed(holder, feed, config)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made


def _add_head(head: _Element, config: Config) -> None:
    """Without `docs`, which OPML 2.0 knows and the W3C validator does not."""
    site = config.site
    owner = {"ownerName": line(site.publisher), "ownerEmail": mail_address(site.contact), "ownerId": site.url}
    for tag, text in {"title": line(site.title), **owner}.items():
        if text:
            SubElement(head, tag).text = text


def _groups(feeds: Sequence[Feed], config: Config) -> Iterator[tuple[str, list[tuple[Feed, list[Feed]]]]]:
    """Title of a group, "" for none, and its feeds, each with those that stand under it."""
    words = WORDS["de"]
    rest = {feed.name: feed for feed in feeds}
    if everything := rest.pop("all", None):
        yield "", [(everything, [])]
    subjects = [rest.pop(name) for name in config.categories if name in rest]
    if subjects:
        yield words.by_category, [(feed, []) for feed in subjects]
    cities = [rest.pop(feed.name) for feed in feeds if is_city(feed) and feed.name in rest]
    names = [feed.name for feed in subjects]
    within = {city.name: [feed for name in names if (feed := rest.pop(f"{city.name}-{name}", None))] for city in cities}
    if cities:
        yield words.by_city, [(city, within[city.name]) for city in cities]
    if rest:
        yield words.own, [(feed, []) for feed in rest.values()]


def _add_feed(holder: _Element, feed: Feed, config: Config) -> None:
    name = next(
        (name for name in feed.formats or config.publish.formats if name != "json"), "json"
    )  # which fewer readers know
    title = line(feed.title) or feed.name
    said = {
        "type": "rss",  # which stands for a feed of any format (OPML 2.0, subscription lists)
        "text": title,
        "title": title,
        "description": line(feed.description),
        "xmlUrl": addresses.file(config.site, feed.name, formats.available()[name].EXTENSION),
        "htmlUrl": addresses.page(config.site, feed.name),
        "language": language_tag(config.site.language),
        "version": _VERSIONS.get(name, ""),
    }
    SubElement(holder, "outline", {attribute: text for attribute, text in said.items() if text})
