"""Why an article is as it is: what filed it, in which feeds it stands or why not, what goes out of it, what it was before.

Nothing is worked out a second time here: the parts that decide are asked for their reasons.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlite_utils import Database

from syndicator.config import Config, planned_feeds
from syndicator.ingest.reasons import Reason
from syndicator.model import Article, Facets, Feed, Image
from syndicator.pipeline import plan
from syndicator.pipeline.filing import Rules
from syndicator.publish import entry, pictures, select
from syndicator.store import articles, history
from syndicator.store.articles import Stored
from syndicator.store.history import Revision
from syndicator.store.rows import facets


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an article stands in a feed: as number `position` of `count`, or not, and `reason` says why, as part of a sentence."""

    feed: Feed
    count: int
    position: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an article; `objection` says why it does not go out, "" if it does."""

    image: Image
    objection: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of one article.

    `filed_now` is what config.toml, as it is now, files it under; where that is not `stored.filed`, the service has not
    taken it over yet. `past` are its former texts, the oldest first. `unpublished`: it has changed since the last round of
    publishing.
    """

    stored: Stored
    aliases: tuple[str, ...]
    past: tuple[Revision, ...]
    filed_now: tuple[str, ...]
    reasons: tuple[Reason, ...]
    feeds: tuple[Standing, ...]
    pictures: tuple[Picture, ...]
    unpublished: bool


def explain(db: Database, config: Config, stored: Stored, named: Iterable[str] = ()) -> Explanation:
    """Explain one article, in one snapshot of the store.

    Told are all feeds in which it could be expected: those of its city and its categories, as they are and as they would be
    by config.toml now, those of [[feeds]], and those that are `named`.
    """
    article, rules = stored.article, Rules(config)
    now_is, filed_now = rules.file(article)
    return Explanation(
        stored=stored,
        aliases=history.aliases(db, stored.n),
        past=history.past_revisions(db, stored.n),
        filed_now=filed_now,
        reasons=rules.reasons(article),
        feeds=tuple(_standings(db, config, stored, (facets(now_is, filed_now),), named)),
        pictures=tuple(_pictures(article, config)),
        unpublished=plan.is_unpublished(db, article.id),
    )


def _standings(
    db: Database, config: Config, stored: Stored, other: Iterable[Facets], named: Iterable[str]
) -> Iterator[Standing]:
    own = {*(block.name for block in config.feeds), *named}
    has = facets(stored.article, stored.filed)
    expected = [replace(could_be, live=True) for could_be in (has, *other)]
    for feed in planned_feeds(config, articles.cities(db)):
        if feed.name in own or any(select.matches(feed.selection, could_be) for could_be in expected):
            yield _standing(db, feed, stored, has)


def _standing(db: Database, feed: Feed, stored: Stored, has: Facets) -> Standing:
    """The store answers, as it does when the feed is published; the reason is that of the selection."""
    numbers = articles.newest(db, feed.selection)
    if stored.n in numbers:
        return Standing(feed, len(numbers), numbers.index(stored.n) + 1, "")
    reason = select.why_not(feed.selection, has)
    if not reason and len(numbers) == feed.selection.limit:
        reason = f"{len(numbers)} newer articles fill it"
    return Standing(feed, len(numbers), None, reason or "the store does not hand it out; please report it")


def _pictures(article: Article, config: Config) -> Iterator[Picture]:
    source = next((source for source in config.sources if source.name == article.source), None)
    for image in map(entry.clean_image, article.images):
        yield Picture(image, pictures.objection(image, source, config.publish.images))
