"""One file per format: a module here with EXTENSION, MEDIA_TYPE, TITLE and `render` is a format under its file's name. Pure."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from syndicator.config import Category, Publish, Site, Source
from syndicator.model import Article, Author, Feed
from syndicator.publish import addresses
from syndicator.publish.entry import Entry, Setting, at_edge, mail_address, resolve
from syndicator.text import squeeze

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Document:
    """Everything that the bytes of a feed depend on: equal documents give equal bytes, in every format.

    `articles` stand in the order in which they go out; `updated` is the newest entry's, and what the store says for an empty feed.
    """

    feed: Feed
    site: Site
    articles: tuple[Article, ...]
    updated: datetime
    publish: Publish
    sources: Mapping[str, Source]
    categories: Mapping[str, Category]

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The articles as they go out; the first of those that share an id, and none that cannot be rendered."""
        return self._resolved[0]

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """The ids of articles that could not be rendered; the log has the cause."""
        return self._resolved[1]

    @property
    def page(self) -> str:
        """The address of the page for people, which is the feed's id, too."""
        return addresses.page(self.site, self.feed.name)

    @property
    def title(self) -> str:
        return squeeze(self.feed.title) or self.feed.name

    @property
    def description(self) -> str:
        return squeeze(self.feed.description) or f"{self.title} – {squeeze(self.site.title)}"

    @property
    def publisher(self) -> Author:
        return Author(squeeze(self.site.publisher), self.site.url, mail_address(self.site.contact))

    @property
    def changed(self) -> datetime:
        """`updated` in the site's time zone."""
        return at_edge(self.updated, self.site.zone)

    @property
    def rights(self) -> str:
        """The rights that all entries share; empty otherwise, as a reader takes them for those of entries without any (RFC 4287, 4.2.10)."""
        said = {entry.rights for entry in self.entries}
        return said.pop() if len(said) == 1 else ""

    @cached_property
    def _resolved(self) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
        setting = Setting(self.site, self.publish, self.sources, self.categories, self.page)
        entries: dict[str, Entry] = {}
        left_out = []
        for article in self.articles:
            try:
                entry = resolve(article, setting)
            except Exception:  # one article that nobody foresaw must not stop a feed
                log.warning(
                    "%s cannot be rendered and is left out of feed %s", article.id, self.feed.name, exc_info=True
                )
                left_out.append(article.id)
            else:
                entries.setdefault(entry.id, entry)
        return tuple(entries.values()), tuple(left_out)


class Format(Protocol):
    """What a module of this package offers. TITLE is its name for people."""

    EXTENSION: str
    MEDIA_TYPE: str
    TITLE: str

    def render(self, document: Document, /) -> bytes: ...


@cache
def available() -> Mapping[str, Format]:
    """All formats by name, as the folder holds them."""
    names = sorted(module.name for module in iter_modules(__path__))
    return {name: cast("Format", import_module(f"{__name__}.{name}")) for name in names}
