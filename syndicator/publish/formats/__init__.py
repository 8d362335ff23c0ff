"""One file per format: a module here with EXTENSION, MEDIA_TYPE, TITLE and `render` is a format under its file's name. Pure.

`render_all` is how a feed is made: within the bounds, and without an article that a format stumbles over.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from syndicator.config import Category, Config, Publish, Site, Source
from syndicator.model import Article, Author, Feed
from syndicator.publish import addresses, bounds
from syndicator.publish.entry import Entry, Setting, at_edge, mail_address, resolve
from syndicator.text import squeeze

log = logging.getLogger(__name__)

_FRAME = 2_000  # characters that an entry takes beside its texts, about


@dataclass(frozen=True, slots=True)
class History:
    """Where a document stands in the history of its feed (RFC 5005, 4).

    `page` is its own, None for the current document, `older` the one with what came before, None where there is none.
    """

    page: int | None = None
    older: int | None = None


@dataclass(frozen=True)
class Document:
    """Everything that the bytes of a feed depend on: equal documents give equal bytes, in every format.

    `articles` stand in the order in which they go out; `updated` is the newest entry's, and what the store says for an empty feed.
    `stumbled`: the ids of those that a format cannot render, `beyond`: of those that `bounds.FEED` has no room for. Both are not
    among the articles.
    """

    feed: Feed
    site: Site
    articles: tuple[Article, ...]
    updated: datetime
    publish: Publish
    sources: Mapping[str, Source]
    categories: Mapping[str, Category]
    history: History = History()
    hub: str = ""  # whom to ask for pushes of what changes in it (WebSub, 4)
    stumbled: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The articles as they go out; the first of those that share an id, and none that cannot be rendered."""
        return self._resolved[0]

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """The ids of articles that could not be rendered; the log has the cause."""
        return (*self.stumbled, *self._resolved[1])

    @property
    def page(self) -> str:
        """The address of the page for people, which is the feed's id, too."""
        return addresses.page(self.site, self.feed.name)

    @property
    def older(self) -> str:
        """The address of the archived page with what came before, "" where there is none."""
        older = self.history.older
        return addresses.archive(self.site, self.feed.name, older) if older else ""

    @property
    def notices(self) -> tuple[Entry, ...]:
        """The entries that stand for articles that were taken back."""
        return tuple(entry for entry in self.entries if entry.article.status == "retracted")

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
    def vocabularies(self) -> tuple[str, ...]:
        """The shared ones by which articles are filed here."""
        schemes = (category.scheme for category in self.categories.values() if category.scheme)
        return tuple(dict.fromkeys(map(addresses.identifier, schemes)))

    @property
    def rights(self) -> str:
        """The rights that all entries share; empty otherwise, as a reader takes them for those of entries without any (RFC 4287, 4.2.10)."""
        said = {entry.rights for entry in self.entries}
        return said.pop() if len(said) == 1 else ""

    @cached_property
    def _resolved(self) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
        setting = Setting(self.site, self.publish, self.sources, self.categories)
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


def render_all(document: Document, chosen: Sequence[Format]) -> tuple[Document, list[bytes]]:
    """The feed in each of these formats, all with the same articles: those of the document as it is returned.

    Where one format has more than `bounds.FEED` bytes, the last articles stay out of all of them, but for an archived page: that
    is where they are then. An article that a format cannot render is left out and told, in the log and as `left_out`; what
    fails without any article is raised.
    """
    try:
        bodies = [form.render(document) for form in chosen]
    except Exception:
        sound = _sound(document, chosen)
        if len(sound.articles) == len(document.articles):
            raise
        return render_all(sound, chosen)
    largest = max(map(len, bodies), default=0)
    if largest <= bounds.FEED or not document.entries or document.history.page:
        return document, bodies
    return render_all(_shorter(document, bounds.FEED / largest), chosen)


def _sound(document: Document, chosen: Sequence[Format]) -> Document:
    """The document without the articles that cannot be rendered even alone."""
    kept, stumbled = [], []
    for article in document.articles:
        alone = replace(document, articles=(article,))
        try:
            for form in chosen:
                form.render(alone)
        except Exception:  # as in `_resolved`
            log.warning(
                "%s cannot be rendered and is left out of feed %s", article.id, document.feed.name, exc_info=True
            )
            stumbled.append(article.id)
        else:
            kept.append(article)
    return replace(document, articles=tuple(kept), stumbled=(*document.stumbled, *stumbled))


def _shorter(document: Document, share: float) -> Document:
    """The document with as many of its first articles as make up this share of it, and at least one less than before."""
    weights = [len(entry.body) + len(entry.summary) + _FRAME for entry in document.entries]
    room = share * sum(weights)
    count, taken = 0, 0
    while count < len(weights) - 1 and taken + weights[count] <= room:
        taken += weights[count]
        count += 1
    beyond = tuple(entry.article.id for entry in document.entries[count:])
    log.warning(
        "Feed %s is larger than %d bytes: its last %d articles stay out.", document.feed.name, bounds.FEED, len(beyond)
    )
    return replace(
        document,
        articles=tuple(entry.article for entry in document.entries[:count]),
        stumbled=document.left_out,
        beyond=(*beyond, *document.beyond),
    )


@cache
def available() -> Mapping[str, Format]:
    """All formats by name, as the folder holds them."""
    names = sorted(module.name for module in iter_modules(__path__))
    return {name: cast("Format", import_module(f"{__name__}.{name}")) for name in names}


def in_use(config: Config) -> list[Format]:
    """The formats in which any feed is published for programs."""
    own = (name for block in config.feeds for name in block.formats or ())
    return [available()[name] for name in dict.fromkeys((*config.publish.formats, *own)) if name != "html"]


def publishing(feed: Feed, publish: Publish) -> Publish:
    """How this feed is published: what it has of its own stands in place of what holds for all."""
    own = {"content": feed.content, "formats": feed.formats}
    return publish.model_copy(update={key: value for key, value in own.items() if value})


def offered(feed: str, site: Site, publish: Publish) -> list[tuple[str, str, str]]:
    """Title, media type and full address of a feed in each format that is published for programs."""
    chosen = [available()[name] for name in publish.formats if name != "html"]
    return [(f.TITLE, f.MEDIA_TYPE.partition(";")[0], addresses.file(site, feed, f.EXTENSION)) for f in chosen]
