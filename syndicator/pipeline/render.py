"""What the files of a feed, and the frame around all feeds, are made of: values in, bytes out. Pure."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from syndicator.config import Config
from syndicator.model import Article, Feed
from syndicator.publish import formats, index

INDEX = "index.html"
FRAME = frozenset({INDEX, "style.css", "icon.svg"})


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
    return (f"{feed.name}.{kind.EXTENSION}" for kind in _chosen(config))


def feed(feed: Feed, entries: tuple[Article, ...], config: Config, began: datetime) -> list[Page]:
    """A feed in every format; `began` is when one without entries was updated."""
    document = formats.Document(
        feed=feed,
        site=config.site,
        articles=entries,
        updated=max((article.updated for article in entries), default=began),
        publish=config.publish,
        sources={source.name: source for source in config.sources},
        categories=config.categories,
    )
    chosen = _chosen(config)
    bodies = formats.render_all(document, chosen)
    return [
        Page(f"{feed.name}.{kind.EXTENSION}", kind.MEDIA_TYPE, body) for kind, body in zip(chosen, bodies, strict=True)
    ]


def frame(feeds: Sequence[Feed], config: Config) -> list[Page]:
    """The list of all feeds, and what every page for people needs."""
    return [
        Page(INDEX, "text/html; charset=utf-8", index.render_index(feeds, config)),
        Page("style.css", "text/css; charset=utf-8", index.stylesheet()),
        Page("icon.svg", "image/svg+xml", index.icon()),
    ]


def _chosen(config: Config) -> list[formats.Format]:
    available = formats.available()
    return [available[name] for name in (*config.publish.formats, "html")]
