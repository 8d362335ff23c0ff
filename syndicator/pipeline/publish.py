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

from syndicator.config import Config, former_names, planned_feeds
from syndicator.errors import SyndicatorError
from syndicator.model import Article, Feed, File
from syndicator.pipeline import plan, render, subscribing
from syndicator.pipeline.archive import Archivist, Current, Step
from syndicator.pipeline.plan import Plan, Stand
from syndicator.pipeline.twins import find_twins
from syndicator.publish import encodings
from syndicator.publish.targets import Guard, Target
from syndicator.store import archive, articles, editions, facts, feeds, omissions, search
from syndicator.store.database import Store
from syndicator.store.editions import Edition
from syndicator.store.omissions import Omitted

log = logging.getLogger(__name__)

_FEEDS_AT_ONCE = 8  # rendered, then written: bounds what is held in memory when everything is rendered anew
_KEPT_CHANGES = 10_000  # of those already published: what `status` and the curious may want to read
_PATIENCE = 60.0  # seconds to wait for another process to end its round
_PAUSE = 0.1  # seconds between two tries to begin one


@dataclass(frozen=True, slots=True)
class Publication:
    """What a round, or several, came to: how many feeds were looked at, which files were written or removed, which feeds failed.

    `unfinished`: another round is to follow.
    """

    feeds: int = 0
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    unfinished: bool = False


@dataclass(slots=True)
class _Round:
    """One round under way."""

    stand: Stand
    plan: Plan
    now: datetime
    tried: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    currents: list[Current] = field(default_factory=list)
    omissions: dict[str, Omitted] = field(default_factory=dict)


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
        self.settled: Callable[[], None] = lambda: None  # called when files lie where readers find them
        self._settled: int | None = None  # the generation of the editions that the last round left

    def under(self, config: Config) -> "Publisher":
        """A publisher to the same targets by another configuration."""
        publisher = Publisher(config, self.store, self.targets, self._now, self._given, self._guard)
        publisher.settled = self.settled
        return publisher

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
                rounds = [await self._publish()]
                while rounds[-1].unfinished:
                    rounds.append(await self._publish())
                return _together(rounds)

    async def _publish(self) -> Publication:
        """One round: first what changed, then a step of the work on archives."""
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
        step = await self._keep_archives(under_way, first=first)
        under_way.omissions |= step.omissions
        if step.written:
            self.settled()
        self._settled = await self.store.write(_settle, under_way, self._looks)
        self.ended = frozenset(made.ended)
        return Publication(
            feeds=len(made.touched),
            written=(*under_way.written, *step.written),
            removed=(*made.gone, *step.removed),
            failed=(*under_way.failed, *step.failed),
            unfinished=step.unfinished,
        )

    async def _keep_archives(self, under_way: _Round, *, first: bool) -> Step:
        feeds = {feed.name: feed for feed in under_way.plan.feeds if render.has_archive(feed, self.config)}
        currents = [current for current in under_way.currents if current.feed.name in feeds]
        stand = under_way.stand
        anew = stand.looks != self._looks
        renamed = former_names(self.config, stand.cities) if anew or first else {}
        archivist = Archivist(self.config, self.store, feeds, renamed, self._put, self._remove)
        return await archivist.step(stand.changes, currents, under_way.failed, under_way.now, anew=anew, first=first)

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
        entries, older = await self.store.read(_read_feed, feed)
        began = under_way.stand.began
        made = await asyncio.to_thread(render.feed, feed, entries, self.config, began, older)
        under_way.currents.append(Current(feed, older, made.shown))
        under_way.omissions[feed.name] = Omitted(made.left_out, made.beyond)
        return await asyncio.to_thread(self._differing, under_way, made.pages)

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
        published = under_way.stand.editions
        before = {one.path: published[one.path].digest for one in done if one.path in published}
        await self.store.write(subscribing.settle, done, before, self.config)
        self.settled()
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


def _together(rounds: Sequence[Publication]) -> Publication:
    """What rounds came to, one after another; a file that was written twice is named once."""
    return Publication(
        feeds=sum(one.feeds for one in rounds),
        written=tuple(dict.fromkeys(path for one in rounds for path in one.written)),
        removed=tuple(dict.fromkeys(path for one in rounds for path in one.removed)),
        failed=tuple(dict.fromkeys(name for one in rounds for name in one.failed)),
    )


def _read_feed(db: Database, feed: Feed) -> tuple[tuple[Article, ...], int | None]:
    return articles.select_for_feed(db, feed.selection), archive.newest(db, feed.name)


def _settle(db: Database, done: _Round, looks: str) -> int:
    editions.drop_editions(db, done.plan.gone)
    feeds.list_feeds(db, done.plan.relisted, done.plan.renamed)
    failed = done.stand.failed.difference(done.tried).union(done.failed)
    facts.set_fact(db, "failed", json.dumps(sorted(failed)))
    facts.set_fact(db, "published", str(done.stand.seq))
    facts.set_fact(db, "looks", looks)
    omissions.note(db, done.omissions, {feed.name for feed in done.plan.feeds})
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
