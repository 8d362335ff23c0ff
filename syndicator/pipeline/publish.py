"""Publishing: select → render → write, for the feeds that a change touches, and only the bytes that differ."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

import syndicator
from syndicator.config import Config, planned_feeds
from syndicator.model import Article, Change, Feed, File
from syndicator.publish import encodings, formats, index, select
from syndicator.publish.targets import Target
from syndicator.store import articles, editions, facts
from syndicator.store.database import Store
from syndicator.store.editions import Edition
from syndicator.store.instants import from_text

log = logging.getLogger(__name__)

_FRAME = {"index.html", "style.css", "icon.svg"}
_FEEDS_AT_ONCE = 8  # rendered, then written: bounds what is held in memory when everything is rendered anew
_KEPT_CHANGES = 10_000  # of those already published: what `status` and the curious may want to read


@dataclass(frozen=True, slots=True)
class Publication:
    """What one round came to: how many feeds were looked at, which files were written, which removed."""

    feeds: int = 0
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the store says before a round: all feeds there are, those to render, and up to which change this goes."""

    feeds: tuple[Feed, ...]
    touched: tuple[Feed, ...]
    seq: int
    began: datetime
    looks: str
    editions: Mapping[str, Edition]


class Publisher:
    """Brings the targets up to the state of the store. One round runs at a time."""

    def __init__(self, config: Config, store: Store, targets: Sequence[Target], now: Callable[[], datetime]) -> None:
        self.config = config
        self.store = store
        self.targets = targets
        self._now = now
        self._round = asyncio.Lock()

    async def publish(self) -> Publication:
        """Render what changed since the last round, and write what differs. Costs one query when nothing changed."""
        async with self._round:
            plan = await self.store.read(_plan, self.config)
            written: list[str] = []
            for start in range(0, len(plan.touched), _FEEDS_AT_ONCE):
                files = await self._render(plan, plan.touched[start : start + _FEEDS_AT_ONCE])
                written += await self._write(files)
            if plan.touched or not plan.editions.keys() >= _FRAME:
                written += await self._write(await asyncio.to_thread(_render_frame, self.config, plan, self._now()))
            gone = _unwanted(plan, self.config)
            await asyncio.to_thread(self._remove, gone)
            await self.store.write(_settle, plan, gone)
        return Publication(len(plan.touched), tuple(written), tuple(gone))

    async def _render(self, plan: _Plan, feeds: Sequence[Feed]) -> list[File]:
        now = self._now()
        files: list[File] = []
        for feed in feeds:
            entries = await self.store.read(articles.select, feed.selection)
            files += await asyncio.to_thread(_render_feed, feed, entries, self.config, plan, now)
        return files

    async def _write(self, files: Sequence[File]) -> list[str]:
        """Files first, then the store's word for them: what is killed between is noticed by `repair`."""
        if files:
            await self.store.write(_announce, files)
            await asyncio.to_thread(self._put, files)
            await self.store.write(_record, files)
        return [file.path for file in files]

    def _put(self, files: Sequence[File]) -> None:
        for target in self.targets:
            target.put(files)

    def _remove(self, paths: Sequence[str]) -> None:
        for target in self.targets:
            target.remove(paths)


def _plan(db: Database, config: Config) -> _Plan:
    feeds = planned_feeds(config, articles.cities(db))
    published = editions.all_editions(db)
    looks = _looks(config)
    seq = int(facts.get_fact(db, "published") or 0)
    changes = articles.changes_after(db, seq)
    touched = feeds
    if looks == facts.get_fact(db, "looks"):
        touched = _touched(feeds, changes, published, config)
    began = from_text(facts.get_fact(db, "began"))
    return _Plan(feeds, touched, changes[-1].seq if changes else seq, began, looks, published)


def _touched(
    feeds: Sequence[Feed], changes: Sequence[Change], published: Mapping[str, Edition], config: Config
) -> tuple[Feed, ...]:
    names = {feed.name for feed in select.touched(feeds, changes)}
    endings = [kind.EXTENSION for kind in _chosen_formats(config)]
    missing = {feed.name for feed in feeds if any(f"{feed.name}.{ending}" not in published for ending in endings)}
    return tuple(feed for feed in feeds if feed.name in names or feed.name in missing)


def _looks(config: Config) -> str:
    """A fingerprint of everything beside the articles on which published bytes depend."""
    parts = config.model_dump_json(include={"site", "publish", "sources", "categories", "feeds"})
    return hashlib.sha256(f"{syndicator.__version__} {parts}".encode()).hexdigest()


def _chosen_formats(config: Config) -> list[formats.Format]:
    available = formats.available()
    return [available[name] for name in (*config.publish.formats, "html")]


def _render_feed(feed: Feed, entries: tuple[Article, ...], config: Config, plan: _Plan, now: datetime) -> list[File]:
    document = formats.Document(
        feed=feed,
        site=config.site,
        articles=entries,
        updated=max((article.updated for article in entries), default=plan.began),
        publish=config.publish,
        sources={source.name: source for source in config.sources},
        categories=config.categories,
    )
    rendered = (
        (f"{feed.name}.{kind.EXTENSION}", kind.MEDIA_TYPE, kind.render(document)) for kind in _chosen_formats(config)
    )
    return _differing(rendered, plan, now)


def _render_frame(config: Config, plan: _Plan, now: datetime) -> list[File]:
    pages = (
        ("index.html", "text/html; charset=utf-8", index.render_index(plan.feeds, config)),
        ("style.css", "text/css; charset=utf-8", index.stylesheet()),
        ("icon.svg", "image/svg+xml", index.icon()),
    )
    return _differing(pages, plan, now)


def _differing(rendered: Iterable[tuple[str, str, bytes]], plan: _Plan, now: datetime) -> list[File]:
    files = []
    for path, media_type, body in rendered:
        edition = plan.editions.get(path)
        if edition is None or edition.digest != hashlib.sha256(body).hexdigest():
            files.append(File(path, media_type, now, body, encodings.encode(body)))
    return files


def _unwanted(plan: _Plan, config: Config) -> list[str]:
    endings = [kind.EXTENSION for kind in _chosen_formats(config)]
    wanted = _FRAME | {f"{feed.name}.{ending}" for feed in plan.feeds for ending in endings}
    return sorted(plan.editions.keys() - wanted)


def _announce(db: Database, files: Sequence[File]) -> None:
    facts.set_fact(db, "writing", json.dumps([file.path for file in files]))


def _record(db: Database, files: Sequence[File]) -> None:
    rows = [Edition(f.path, hashlib.sha256(f.body).hexdigest(), f.modified, f.media_type) for f in files]
    editions.save_editions(db, rows)
    facts.set_fact(db, "writing", "[]")


def _settle(db: Database, plan: _Plan, gone: list[str]) -> None:
    editions.drop_editions(db, gone)
    facts.set_fact(db, "published", str(plan.seq))
    facts.set_fact(db, "looks", plan.looks)
    articles.drop_changes_before(db, plan.seq - _KEPT_CHANGES)


def repair(db: Database, read: Callable[[str], bytes | None]) -> dict[str, Edition]:
    """Forget every edition whose bytes are not in the folder as they were published, so that the next round writes them again.

    `read` returns the bytes under a path, None where there are none. Returns the editions that are whole.
    """
    published = editions.all_editions(db)
    torn = set(json.loads(facts.get_fact(db, "writing") or "[]"))
    torn |= {path for path, edition in published.items() if path not in torn and not _whole(read(path), edition)}
    editions.drop_editions(db, sorted(torn))
    return {path: edition for path, edition in published.items() if path not in torn}


def _whole(body: bytes | None, edition: Edition) -> bool:
    return body is not None and hashlib.sha256(body).hexdigest() == edition.digest
