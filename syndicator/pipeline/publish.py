"""Publishing: select → render → write, for the feeds that a change touches, and only the bytes that differ."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache, partial

from sqlite_utils import Database

from syndicator.config import Config, planned_feeds
from syndicator.errors import SyndicatorError
from syndicator.model import Feed, File
from syndicator.pipeline import plan, render
from syndicator.pipeline.plan import Plan, Stand
from syndicator.pipeline.twins import find_twins
from syndicator.publish import encodings
from syndicator.publish.targets import Guard, Target
from syndicator.store import articles, editions, facts, feeds, search
from syndicator.store.database import Store
from syndicator.store.editions import Edition

log = logging.getLogger(__name__)

_FEEDS_AT_ONCE = 8  # rendered, then written: bounds what is held in memory when everything is rendered anew
_KEPT_CHANGES = 10_000  # of those already published: what `status` and the curious may want to read
_PATIENCE = 60.0  # seconds to wait for another process to end its round
_PAUSE = 0.1  # seconds between two tries to begin one


@dataclass(frozen=True, slots=True)
class Publication:
    """What one round came to: how many feeds were looked at, which files were written or removed, which feeds failed."""

    feeds: int = 0
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(slots=True)
class _Round:
    """One round under way."""

    stand: Stand
    plan: Plan
    now: datetime
    tried: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)


class Publisher:
    """Brings the targets up to the state of the store, one round at a time, also among the processes that share `guard`.

    `given` says which bytes the targets hold already: path → digest. What another process published since is not among
    them, so the next round hands it to these targets, too.

    A feed that cannot be rendered stops no other: its files stay as they are, and it is tried again when a change touches
    it, and in the first round of a publisher, as after a restart or an edit of config.toml.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        targets: Sequence[Target],
        now: Callable[[], datetime],
        given: dict[str, str] | None = None,
        guard: Guard | None = None,
    ) -> None:
        self.config = config
        self.store = store
        self.targets = targets
        self._now = now
        self._given = {} if given is None else given
        self._guard = guard
        self._one = asyncio.Lock()
        self._feeds = lru_cache(1)(partial(planned_feeds, config))  # many, and the same until the cities change
        self._looks = ""
        self._framed: tuple[Feed, ...] | None = None
        self.ended: frozenset[str] = frozenset()  # names of feeds that are no more
        self._settled: int | None = None  # the generation of the editions that the last round left

    def under(self, config: Config) -> "Publisher":
        """A publisher to the same targets by another configuration."""
        return Publisher(config, self.store, self.targets, self._now, self._given, self._guard)

    async def publish(self) -> Publication:
        """Render what changed since the last round, and write what differs. Costs one query when nothing changed.

        Raises SyndicatorError when the store or a target fails, or another process publishes for too long; the next
        round then does what is left.
        """
        async with self._one:
            self._looks = self._looks or await asyncio.to_thread(plan.looks, self.config)
            if await self.store.read(plan.is_settled, self._looks, self._settled):
                return Publication()
            async with _alone(self._guard) if self._guard else nullcontext():
                return await self._publish()

    async def _publish(self) -> Publication:
        await find_twins(self.store, self._now)
        stand = await self.store.read(plan.read_stand)
        first, now = self._settled is None, self._now()
        made = await asyncio.to_thread(
            plan.make_plan, stand, self.config, self._feeds(stand.cities), self._looks, self._given, now, first=first
        )
        under_way = _Round(stand, made, now)
        for start in range(0, len(made.touched), _FEEDS_AT_ONCE):
            await self._write(under_way, await self._render(under_way, made.touched[start : start + _FEEDS_AT_ONCE]))
        if made.frame or made.feeds is not self._framed:
            await self._write(under_way, await self._attempt(under_way, render.INDEX, self._render_frame(under_way)))
        await asyncio.to_thread(self._remove, made.gone)
        self._settled = await self.store.write(_settle, under_way, self._looks)
        self.ended = frozenset(made.ended)
        return Publication(len(made.touched), tuple(under_way.written), made.gone, tuple(under_way.failed))

    async def _render(self, under_way: _Round, feeds: Sequence[Feed]) -> list[File]:
        files: list[File] = []
        for feed in feeds:
            files += await self._attempt(under_way, feed.name, self._render_feed(under_way, feed))
        return files

    async def _render_feed(self, under_way: _Round, feed: Feed) -> list[File]:
        if ended := under_way.plan.ended.get(feed.name):
            return await asyncio.to_thread(
                lambda: self._differing(under_way, render.farewell(feed, ended, self.config))
            )
        entries = await self.store.read(articles.select, feed.selection)
        began = under_way.stand.began
        return await asyncio.to_thread(
            lambda: self._differing(under_way, render.feed(feed, entries, self.config, began))
        )

    async def _render_frame(self, under_way: _Round) -> list[File]:
        feeds = self._framed = under_way.plan.feeds
        return await asyncio.to_thread(lambda: self._differing(under_way, render.frame(feeds, self.config)))

    async def _attempt(self, under_way: _Round, name: str, rendering: Awaitable[list[File]]) -> list[File]:
        under_way.tried.append(name)
        try:
            return await rendering
        except SyndicatorError:
            raise
        except Exception:
            log.exception("%s cannot be rendered, so its files stay as they are. Please report it.", name)
            under_way.failed.append(name)
            return []

    def _differing(self, under_way: _Round, pages: Sequence[render.Page]) -> list[File]:
        """The files to write: what differs from what was published, or from what our targets hold."""
        files = []
        for page in pages:
            edition = under_way.stand.editions.get(page.path)
            published = edition is not None and edition.digest == page.digest
            if not published or self._given.get(page.path) != page.digest:
                modified = edition.modified if edition and published else under_way.now
                files.append(File(page.path, page.media_type, modified, page.body, encodings.encode(page.body)))
        return files

    async def _write(self, under_way: _Round, files: Sequence[File]) -> None:
        """Until all targets have the files, the store says of them that nobody knows what lies there."""
        if not files:
            return
        done = [Edition(file.path, render.digest(file.body), file.modified, file.media_type) for file in files]
        for edition in done:
            self._given.pop(edition.path, None)
        await self.store.write(editions.save_editions, [replace(edition, digest="") for edition in done])
        await asyncio.to_thread(self._put, files)
        await self.store.write(editions.save_editions, done)
        self._given.update((edition.path, edition.digest) for edition in done)
        under_way.written += [file.path for file in files]

    def _put(self, files: Sequence[File]) -> None:
        for target in self.targets:
            target.put(files)

    def _remove(self, paths: Sequence[str]) -> None:
        for target in self.targets:
            target.remove(paths)
        for path in paths:
            self._given.pop(path, None)


def _settle(db: Database, done: _Round, looks: str) -> int:
    editions.drop_editions(db, done.plan.gone)
    feeds.list_feeds(db, done.plan.relisted, done.plan.renamed)
    failed = done.stand.failed.difference(done.tried).union(done.failed)
    facts.set_fact(db, "failed", json.dumps(sorted(failed)))
    facts.set_fact(db, "published", str(done.stand.seq))
    facts.set_fact(db, "looks", looks)
    search.skip_changes_before(db, done.stand.seq - _KEPT_CHANGES)
    articles.drop_changes_before(db, done.stand.seq - _KEPT_CHANGES)
    return editions.generation(db)


@asynccontextmanager
async def _alone(guard: Guard) -> AsyncIterator[None]:
    end = time.monotonic() + _PATIENCE
    while not await asyncio.to_thread(guard.try_lock):
        if time.monotonic() > end:
            raise SyndicatorError(
                f"Another process has been publishing into the same folder for {_PATIENCE:.0f} seconds.",
                "Wait until it has ended, or end it.",
            )
        await asyncio.sleep(_PAUSE)
    try:
        yield
    finally:
        guard.unlock()
