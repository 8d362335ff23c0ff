"""What the files of a feed, and the frame around all feeds, are made of: values in, bytes out. Pure."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from syndicator.config import Config
from syndicator.model import Article, Feed
from syndicator.publish import addresses, formats, index, opml, pages
from syndicator.publish.farewell import last_entry
from syndicator.publish.formats import html
from syndicator.publish.words import LANGUAGES

INDEX = "index.html"
_HTML = "text/html; charset=utf-8"
_CSS = "text/css; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """One rendered file."""

    path: str
    media_type: str
    body: bytes = field(repr=False)

    @cached_property
    def digest(self) -> str:
        return digest(self.body)


def digest(body: bytes) -> str:
    """The SHA-256 in hex by which editions are told apart."""
    return hashlib.sha256(body).hexdigest()


def paths(feed: Feed, config: Config) -> Iterator[str]:
    """Every file of a feed."""
    return (_path(feed, kind) for kind in _chosen(feed.formats or config.publish.formats))


def feed(feed: Feed, entries: tuple[Article, ...], config: Config, began: datetime) -> list[Page]:
    """A feed in every format; `began` is when one without entries was updated."""
    return _pages(document(feed, entries, config, began))


def farewell(feed: Feed, ended: datetime, config: Config) -> list[Page]:
    """A feed that has ended, with the one entry that says so."""
    return _pages(document(feed, (last_entry(feed, ended, config.site),), config, ended))


def document(feed: Feed, entries: tuple[Article, ...], config: Config, began: datetime) -> formats.Document:
    """What every format of a feed is made of, with what the feed has of its own in place of [publish]."""
    return formats.Document(
        feed=feed,
        site=config.site,
        articles=entries,
        updated=max((article.updated for article in entries), default=began),
        publish=formats.publishing(feed, config.publish),
        sources={source.name: source for source in config.sources},
        categories=config.categories,
    )


def frame(feeds: Sequence[Feed], config: Config) -> list[Page]:
    """The lists of all feeds, and what every page for people and every feed needs."""
    everything = formats.offered("all", config.site, config.publish)
    made = [Page(addresses.folder(lang) + INDEX, _HTML, index.render_index(feeds, config, lang)) for lang in LANGUAGES]
    made += [
        Page(_statement(language), _HTML, pages.render_statement(config.site, language, everything))
        for language in LANGUAGES
    ]
    return [
        *made,
        Page(addresses.STYLE, _CSS, pages.stylesheet()),
        Page(addresses.FEED_STYLE, _CSS, pages.feed_stylesheet()),
        Page(addresses.ICON, "image/svg+xml", pages.icon()),
        Page(addresses.OPML, opml.MEDIA_TYPE, opml.render_opml(feeds, config)),
    ]


def _statement(language: str) -> str:
    return f"{addresses.folder(language)}{addresses.STATEMENT}.html"


FRAME = frozenset(
    {
        *(addresses.folder(language) + INDEX for language in LANGUAGES),
        *map(_statement, LANGUAGES),
        addresses.STYLE,
        addresses.FEED_STYLE,
        addresses.ICON,
        addresses.OPML,
    }
)


def _path(feed: Feed, kind: formats.Format) -> str:
    return f"{getattr(kind, 'folder', '')}{feed.name}.{kind.EXTENSION}"


def _pages(whole: formats.Document) -> list[Page]:
    chosen = _chosen(whole.publish.formats)
    bodies = formats.render_all(whole, chosen)
    return [Page(_path(whole.feed, kind), kind.MEDIA_TYPE, body) for kind, body in zip(chosen, bodies, strict=True)]


def _chosen(names: Sequence[str]) -> list[formats.Format]:
    available = formats.available()
    return [*(available[name] for name in names), *html.PAGES]
