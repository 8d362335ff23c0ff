"""What a round of publishing has to do, by what the store says and what the targets hold."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from syndicator import publish
from syndicator.config import Config, former_names
from syndicator.model import Change, Feed, Selection
from syndicator.pipeline import render
from syndicator.publish import addresses, farewell, select
from syndicator.store import archive, articles, editions, facts
from syndicator.store import feeds as listing
from syndicator.store.editions import Edition
from syndicator.store.feeds import Listed
from syndicator.store.instants import from_text

_NOT_RENDERED: dict[str, Any] = {  # new keys count as rendered until they are named here: too many rounds do no harm
    "publish": {"folder", "every", "targets", "s3"},
    "sources": {
        "__all__": {
            *("kind", "cron", "every", "history", "allow_private", "delay", "robots", "enabled"),
            *("list", "article", "sitemap", "api", "push", "token", "terms"),
        }
    },
    "categories": {"__all__": {"labels", "keywords", "aliases"}},
}


@dataclass(frozen=True, slots=True)
class Stand:
    """What the store says before a round.

    `seq` is the last change there is, `failed` what could not be rendered last, `behind` the feeds that do not link their archive as it is.
    """

    cities: tuple[str, ...]
    changes: tuple[Change, ...]
    seq: int
    began: datetime
    looks: str
    failed: frozenset[str]
    behind: frozenset[str]
    editions: Mapping[str, Edition]
    listed: Mapping[str, Listed]


@dataclass(frozen=True, slots=True)
class Plan:
    """All feeds there are, those to render, whether the frame is to be rendered, and the paths to remove.

    `ended`: when feeds ended that were there before. `relisted`: feeds that are new, renewed, or ended, and `renamed`: names that
    are another's former names now.
    """

    feeds: tuple[Feed, ...]
    touched: tuple[Feed, ...]
    frame: bool
    gone: tuple[str, ...]
    ended: Mapping[str, datetime]
    relisted: tuple[Listed, ...]
    renamed: tuple[str, ...]


def is_settled(db: Database, looks: str, generation: int | None) -> bool:
    """Whether nothing is left to do for a publisher that goes by these looks and left the editions in this generation."""
    if editions.generation(db) != generation or facts.get_fact(db, "looks") != looks:
        return False
    return articles.last_change(db) <= _published(db) and archive.is_settled(db)


def is_unpublished(db: Database, article: str) -> bool:
    """Whether something happened to the article of this id that no round of publishing has seen yet."""
    return articles.has_changed(db, article, _published(db))


def failed_feeds(db: Database) -> frozenset[str]:
    """The names of the feeds that could not be rendered when they were last tried."""
    return frozenset(json.loads(facts.get_fact(db, "failed") or "[]"))


def read_stand(db: Database) -> Stand:
    published = _published(db)
    changes = articles.changes_after(db, published)
    return Stand(
        cities=articles.cities(db),
        changes=changes,
        seq=changes[-1].seq if changes else published,
        began=from_text(facts.get_fact(db, "began")),
        looks=facts.get_fact(db, "looks"),
        failed=failed_feeds(db),
        behind=archive.behind(db),
        editions=editions.all_editions(db),
        listed=listing.listed(db),
    )


def make_plan(
    stand: Stand,
    config: Config,
    feeds: tuple[Feed, ...],
    looks: str,
    given: Mapping[str, str],
    now: datetime,
    *,
    first: bool,
) -> Plan:
    """Pure. `given` says which bytes the targets hold, `first` whether what failed is tried again without a cause."""
    anew = stand.looks != looks
    renamed = stand.listed.keys() & former_names(config, stand.cities).keys()
    relisted, ended = _endings({name: one for name, one in stand.listed.items() if name not in renamed}, feeds, now)
    titles = {one.name: one.title for one in (*stand.listed.values(), *relisted)}
    farewells = tuple(
        Feed(name, titles[name], Selection()) for name, at in sorted(ended.items()) if now - at < farewell.SHOWN
    )
    shown = (*feeds, *farewells)
    paths = {feed.name: tuple(render.paths(feed, config)) for feed in shown}
    known = {path for path, edition in stand.editions.items() if edition.digest == given.get(path)}
    failed = frozenset() if first else stand.failed
    due = {name for name, files in paths.items() if name not in failed and not known.issuperset(files)}
    due |= {feed.name for feed in select.touched(feeds, stand.changes)} | stand.behind
    if first:
        due |= stand.failed
    wanted = render.FRAME.union(*paths.values())
    return Plan(
        feeds=feeds,
        touched=shown if anew else tuple(feed for feed in shown if feed.name in due),
        frame=anew or (render.INDEX not in failed and not known >= render.FRAME),
        gone=tuple(sorted((stand.editions.keys() | given.keys()) - wanted)),
        ended=ended,
        relisted=relisted,
        renamed=tuple(sorted(renamed)),
    )


def _endings(
    listed: Mapping[str, Listed], feeds: tuple[Feed, ...], now: datetime
) -> tuple[tuple[Listed, ...], Mapping[str, datetime]]:
    """What changes in the list of feeds, and when each ended that is no longer there."""
    there = {feed.name: Listed(feed.name, feed.title) for feed in feeds}
    relisted = [one for one in there.values() if listed.get(one.name) != one]
    over = {name: one for name, one in listed.items() if name not in there}
    relisted += [replace(one, ended=now) for one in over.values() if one.ended is None]
    return tuple(relisted), {name: one.ended or now for name, one in over.items()}


def looks(config: Config) -> str:
    """A fingerprint of everything beside the articles on which published bytes depend, our own code included."""
    parts = config.model_dump_json(include={"site", "publish", "sources", "categories", "feeds"}, exclude=_NOT_RENDERED)
    return hashlib.sha256(f"{_renderer()} {parts} {addresses.hub(config)}".encode()).hexdigest()


@cache
def _renderer() -> str:
    """A fingerprint of what renders: an update of this program renders everything anew when it has to."""
    digest = hashlib.sha256()
    for path in sorted(Path(publish.__path__[0]).rglob("*")):
        if path.suffix in {".py", ".html", ".css", ".svg"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _published(db: Database) -> int:
    return int(facts.get_fact(db, "published") or 0)
