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
ARCHIVED = "atom"  # the format of archived pages
_HTML = "text/html; charset=utf-8"
_CSS = "text/css; charset=utf-8"


CURRENT = formats.History()


@dataclass(frozen=True)
class Page:
    """One rendered file."""

    path: str
    media_type: str
    body: bytes = field(repr=False)

    @cached_property
    def digest(self) -> str:
        return digest(self.body)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of a feed: its files, and the ids of the articles that are in it, and of those they stand for.

    `left_out`: ids of articles that cannot be rendered. `beyond`: of those that the feed has no room for, as it would be too large.
    """

    pages: tuple[Page, ...]
    shown: frozenset[str]
    left_out: tuple[str, ...]
    beyond: tuple[str, ...]


def digest(body: bytes) -> str:
    """The SHA-256 in hex by which editions are told apart."""
    return hashlib.sha256(body).hexdigest()


def paths(feed: Feed, config: Config) -> Iterator[str]:
    """Every file of a feed."""
    return (_path(feed, kind) for kind in _chosen(feed.formats or config.publish.formats))


def feed(
    feed: Feed, entries: tuple[Article, ...], config: Config, began: datetime, older: int | None = None
) -> Rendered:
    """A feed in every format. `began` is when one without entries was updated, `older` the archived page with what came before."""
    return _rendered(document(feed, entries, config, began, formats.History(older=older)))


def archived(feed: Feed, page: int, older: int | None, entries: tuple[Article, ...], config: Config) -> Rendered:
    """An archived page of a feed, which has to have entries."""
    made = document(feed, entries, config, entries[0].updated, formats.History(page, older))
    atom = formats.available()[ARCHIVED]
    out, (body,) = formats.render_all(made, [atom])
    return _told(out, [Page(addresses.archive_path(feed.name, page), atom.MEDIA_TYPE, body)])


def has_archive(feed: Feed, config: Config) -> bool:
    """Whether the history of a feed is published: in Atom alone, which RFC 5005 is made for."""
    return ARCHIVED in (feed.formats or config.publish.formats)


def farewell(feed: Feed, ended: datetime, config: Config) -> tuple[Page, ...]:
    """A feed that has ended, with the one entry that says so."""
    return _rendered(document(feed, (last_entry(feed, ended, config.site),), config, ended)).pages


def document(
    feed: Feed,
    entries: tuple[Article, ...],
    config: Config,
    began: datetime,
    history: formats.History = CURRENT,
) -> formats.Document:
    """What every format of a feed is made of, with what the feed has of its own in place of [publish]."""
    return formats.Document(
        feed=feed,
        site=config.site,
        articles=entries,
        updated=max((article.updated for article in entries), default=began),
        publish=formats.publishing(feed, config.publish),
        sources=config.source_of,
        categories=config.categories,
        history=history,
        hub="" if history.page or "?" in feed.name else addresses.hub(config),
    )


def _shown(document: formats.Document) -> frozenset[str]:
    twins = (twin.id for entry in document.entries for twin in entry.alternates)
    return frozenset((*(entry.id for entry in document.entries), *twins))


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


def _rendered(whole: formats.Document) -> Rendered:
    chosen = _chosen(whole.publish.formats)
    out, bodies = formats.render_all(whole, chosen)
    files = zip(chosen, bodies, strict=True)
    return _told(out, [Page(_path(whole.feed, kind), kind.MEDIA_TYPE, body) for kind, body in files])


def _told(out: formats.Document, pages: Sequence[Page]) -> Rendered:
    return Rendered(tuple(pages), _shown(out), out.left_out, out.beyond)


def _chosen(names: Sequence[str]) -> list[formats.Format]:
    available = formats.available()
    return [*(available[name] for name in names), *html.PAGES]
