"""Why an article is as it is: what filed it, in which feeds it stands or why not, what goes out of it, what it was before.

Nothing is worked out a second time here: the parts that decide are asked for their reasons.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from syndicator.config import Config, planned_feeds
from syndicator.ingest.reasons import Reason
from syndicator.model import Article, Feed, Image
from syndicator.pipeline import plan
from syndicator.pipeline.filing import Rules
from syndicator.publish import entry, pictures, select
from syndicator.store import articles, history
from syndicator.store.articles import Stored
from syndicator.store.history import Revision
from syndicator.store.rows import facets
from syndicator.store.selecting import newest


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an article stands in a feed: as number `position` of `count`, or not, and `reason` says why, as part of a sentence.

    `stale`: the feed could not be rendered the last time, so that its files are older than this.
    """

    feed: Feed
    count: int
    position: int | None
    reason: str
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an article; `objection` says why it does not go out, "" if it does."""

    image: Image
    objection: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of one article.

    `filed_now` is what config.toml, as it is now, files it under; where that is not `stored.filed`, the service has not
    taken it over yet. `past` are its former texts, the oldest first. `hidden` says why no feed may hold it, "" if it is live.
    `unpublished`: it has changed since the last round of publishing.
    """

    stored: Stored
    aliases: tuple[str, ...]
    past: tuple[Revision, ...]
    filed_now: tuple[str, ...]
    reasons: tuple[Reason, ...]
    feeds: tuple[Standing, ...]
    pictures: tuple[Picture, ...]
    hidden: str
    unpublished: bool


def explain(db: Database, config: Config, stored: Stored, named: Collection[str] = ()) -> Explanation:
    """Explain one article, in one snapshot of the store.

    Told are all feeds in which it could be expected: those of its city and its categories, as they are and as they would be
    by config.toml now, those of [[feeds]], and those that are `named`. Costs what selecting these feeds costs.
    """
    article, rules = stored.article, Rules(config)
    now_is, filed_now = rules.file(article)
    hidden = _hidden(article, config.site.zone)
    is_now = facets(article, stored.filed)
    could_be = [replace(state, live=True) for state in (is_now, facets(now_is, filed_now))]
    own = {*(block.name for block in config.feeds), *named}
    stale, answered = plan.failed_feeds(db), rules.answered(article)
    standings = (
        replace(
            _standing(
                db,
                feed,
                stored.n,
                hidden or select.why_not(feed.selection, is_now, answers=feed.selection.query in answered),
            ),
            stale=feed.name in stale,
        )
        for feed in planned_feeds(config, articles.cities(db))
        if feed.name in own or any(select.matches(feed.selection, state) for state in could_be)
    )
    return Explanation(
        stored=stored,
        aliases=history.aliases(db, stored.n),
        past=history.past_revisions(db, stored.n),
        filed_now=filed_now,
        reasons=rules.reasons(article),
        feeds=tuple(standings),
        pictures=tuple(_pictures(article, config)),
        hidden=hidden,
        unpublished=plan.is_unpublished(db, article.id),
    )


def _standing(db: Database, feed: Feed, n: int, reason: str) -> Standing:
    """The store answers as it does when the feed is published; `reason` is that of the selection."""
    shown = newest(db, feed.selection)
    numbers = [number for number, _ in shown]
    if n in numbers:
        return Standing(feed, len(numbers), numbers.index(n) + 1, "")
    if twin := next((number for number, others in shown if n in others), None):
        reason = f"the same text stands there as {articles.by_number(db, twin).article.id}, which was published first"
    if not reason and len(numbers) == feed.selection.limit:
        reason = f"{len(numbers)} newer articles fill it"
    return Standing(
        feed, len(numbers), None, reason or "the store does not hand it out, though nothing speaks against it"
    )


def _hidden(article: Article, zone: ZoneInfo) -> str:
    who = {"source": " by its source", "watchman": " by the watchman", "admin": " by an admin"}.get(article.decided, "")
    why = f": {article.reason}" if article.reason else ""
    match article.status:
        case "live":
            return ""
        case "embargoed":
            until = f" until {article.embargo_until.astimezone(zone):%Y-%m-%d %H:%M}" if article.embargo_until else ""
            return f"it is embargoed{who}{until}{why}"
        case "held":
            return f"it is held back{who}{why}"
    told = (
        f"; feeds tell so until {article.notice_until.astimezone(zone):%Y-%m-%d %H:%M}" if article.notice_until else ""
    )
    return f"it was taken back{who}{why}{told}"


def _pictures(article: Article, config: Config) -> Iterator[Picture]:
    source = next((source for source in config.sources if source.name == article.source), None)
    for image in map(entry.clean_image, article.images):
        yield Picture(image, pictures.objection(image, source, config.publish.images))
