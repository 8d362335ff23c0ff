"""The service: visits sources when they are due, publishes what changed, answers readers, follows edits of config.toml."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from syndicator import config as configuration
from syndicator.config import Config, Source
from syndicator.errors import SyndicatorError
from syndicator.ingest import pace
from syndicator.pipeline.visit import Visit
from syndicator.sample import sample_portal
from syndicator.schedule import Schedule, next_in_cron
from syndicator.serve import app
from syndicator.serve.health import Health
from syndicator.serve.shelf import Shelf
from syndicator.store import facts, sources
from syndicator.text import slug
from syndicator.workshop import Workshop, workshop

log = logging.getLogger(__name__)

_VISITS_AT_ONCE = 32
_CLOCK_JUMP = 60.0  # seconds by which the wall clock may leave the monotonic one before everything is planned anew
_LEAST_GAP = 0.5  # seconds between two rounds of publishing, so that a burst of changes is one round
_TICK = 1.0  # seconds between two looks at config.toml


class Service:
    """One running service, made by `running`."""

    def __init__(self, config: Config, shop: Workshop) -> None:
        self.config = config
        self.shop = shop
        self.schedule = Schedule(self.visit)
        self._at_once = asyncio.Semaphore(_VISITS_AT_ONCE)
        self._changed = asyncio.Event()
        self._under_way: set[asyncio.Task[object]] = set()
        self._health = Health()
        self._renamed = _renamed(config)

    # ------------------------------------------------------------ ingest

    async def plan(self) -> None:
        """Give every enabled source its next visit, where it stood before a restart."""
        now = self.shop.now()
        states = await self.shop.store.read(sources.all_states)
        for source in self.config.sources:
            state = states.get(source.name, sources.SourceState(source.name))
            if source.enabled and not state.stopped:
                due = pace.first_due(state.next_due, state.polled, source.every, now, random.random())  # noqa: S311
                self.schedule.visit_at(source.name, due)
            else:
                self.schedule.forget(source.name)

    @property
    def visiting(self) -> bool:
        return bool(self._under_way)

    async def visit(self, name: str) -> None:
        """Visit a source, tell how it went, and plan the next visit."""
        source = self._source(name)
        if source is None:
            return
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            async with self._at_once:
                await self._visit(source)
        finally:
            self._under_way.discard(task)

    async def _visit(self, source: Source) -> None:
        try:
            visit = await self.shop.visitor.visit(source)
        except Exception as error:
            log.exception("%s: the visit ended in a fault", source.name)
            state = await self.shop.store.write(_note_fault, source.name, error)
            due = self._next_due(source, state, None)
        else:
            tell(source, visit)
            due = self._next_due(source, visit.state, visit)
            if visit.tally:
                self._changed.set()
        await self.shop.store.write(_note_due, source.name, due)
        if due and self._source(source.name) == source:  # it may have been edited or removed meanwhile
            self.schedule.visit_at(source.name, due)

    def _next_due(self, source: Source, state: sources.SourceState, visit: Visit | None) -> datetime | None:
        harvest = visit.harvest if visit else None
        timing = pace.Timing(
            polled=state.polled or self.shop.now(),
            interval=source.every,
            failed=harvest.failed if harvest else None,
            failures=state.failures,
            asked=harvest.ttl if harvest else None,
        )
        cron = None
        if source.cron:
            cron = next_in_cron(source.cron, self.config.site.zone, pace.earliest(timing))
        return pace.next_due(timing, random.random(), cron)  # noqa: S311  # spreads visits, guards nothing

    def _source(self, name: str) -> Source | None:
        return next((source for source in self.config.sources if source.name == name), None)

    # ------------------------------------------------------------ publish

    async def publish(self) -> None:
        """Let the next round of publishing begin soon; what failed before is tried again in it."""
        self._changed.set()

    async def publish_on_change(self) -> None:
        """Endless: publish whenever something changed, one round at a time."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            started = time.monotonic()
            try:
                publication = await self.shop.publisher.publish()
            except SyndicatorError as error:
                self._health = Health(store_works=False, problem=error.message)
                log.error("Publishing failed and will be tried again: %s", error)  # noqa: TRY400  # the sentence says it all
            else:
                self._health = Health()
                if publication.written:
                    log.info("published: %d files of %d feeds", len(publication.written), publication.feeds)
            await asyncio.sleep(max(_LEAST_GAP, time.monotonic() - started))

    def health(self) -> Health:
        return self._health

    def renamed(self) -> Mapping[str, str]:
        return self._renamed

    # ------------------------------------------------------------ following config.toml and the clock

    async def follow(self) -> None:
        """Endless: take over config.toml when it was edited, and plan anew when the clock was set."""
        path, seen = self.config.path, _stamp(self.config.path)
        offset = time.time() - time.monotonic()
        while True:
            await asyncio.sleep(_TICK)
            if (stamp := _stamp(path)) != seen:
                seen = stamp
                await self.reload(path)
            if abs(time.time() - time.monotonic() - offset) > _CLOCK_JUMP:
                log.warning("The clock was set: all visits are planned anew.")
                offset = time.time() - time.monotonic()
                await self.plan()

    async def reload(self, path: Path) -> None:
        """Work by the edited file if it is valid; else go on as before and say why, here and in `status`."""
        try:
            config = await asyncio.to_thread(configuration.load, path)
        except SyndicatorError as error:
            await self.shop.store.write(facts.set_fact, "config_error", str(error))
            log.error("config.toml was edited but has mistakes, so the old one stays in force:\n%s", error)  # noqa: TRY400
            return
        await self.shop.store.write(facts.set_fact, "config_error", "")
        before, self.config = self.config, config
        self._renamed = _renamed(config)
        _warn_of_fixed(before, config)
        moved = await self.shop.adopt(config)
        for source in before.sources:
            self.schedule.forget(source.name)
        await self.plan()
        self.schedule.every(config.publish.every, self.publish)
        self._changed.set()
        log.info("config.toml was edited and is in force; %d stored articles are filed anew.", moved)

    async def drain(self) -> None:
        """Let the visits under way end, for a moment; what does not is cut off, and begins anew after the next start."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=3)
        for task in self._under_way:
            task.cancel()


@asynccontextmanager
async def running(config: Config) -> AsyncIterator[Service]:
    """A service from its first answer to a clean end. Raises SyndicatorError when it cannot begin."""
    async with AsyncExitStack() as stack:
        shop = await stack.enter_async_context(workshop(config))
        service = Service(config, shop)
        shelf = Shelf(config.publish.folder)
        await asyncio.to_thread(shelf.load, [(e.path, e.media_type, e.modified) for e in shop.whole.values()])
        shop.targets.append(shelf)
        site = app.build(shelf, site=lambda: service.config.site, health=service.health, aliases=service.renamed)
        runner = await app.start(site, config.server.host, config.server.port)
        stack.push_async_callback(runner.cleanup)
        await stack.enter_async_context(sample_portal(config))
        await shop.store.write(facts.set_fact, "config_error", "")
        service.schedule.start()
        stack.callback(service.schedule.stop)
        stack.push_async_callback(service.drain)
        for endless in (service.publish_on_change(), service.follow()):
            task = asyncio.create_task(endless)
            stack.push_async_callback(_end, task)
        await service.publish()
        await service.plan()
        service.schedule.every(config.publish.every, service.publish)
        yield service


def tell(source: Source, visit: Visit) -> None:
    """One line in the log for a visit that was more than a look."""
    tally, harvest = visit.tally, visit.harvest
    if harvest.failed:
        again = "" if not visit.state.stopped else " It is gone for good and will not be asked again."
        log.warning("%s: %s%s", source.name, sources.describe(harvest.failed), again)
        return
    for problem in harvest.problems:
        log.warning("%s: %s", source.name, sources.describe(problem))
    if tally:
        log.info("%s: %d new, %d changed, %d withdrawn", source.name, tally.new, tally.changed, tally.withdrawn)


def _note_fault(db: Database, name: str, error: Exception) -> sources.SourceState:
    """An unforeseen fault of ours counts as a failed visit, so that it is shown and not repeated at once."""
    state = sources.get_state(db, name)
    state = replace(
        state,
        failures=state.failures + 1,
        failing_since=state.failing_since or state.polled,
        failure="broken",
        reason=f"An unforeseen fault ({type(error).__name__}: {error}); the log has the details. Please report it.",
    )
    sources.save_state(db, state)
    return state


def _note_due(db: Database, name: str, due: datetime | None) -> None:
    sources.save_state(db, replace(sources.get_state(db, name), next_due=due))


def _renamed(config: Config) -> dict[str, str]:
    """Former names of feeds, from the `aliases` of categories, and what they are called now."""
    cities = ["", *sorted({f"{slug(source.city)}-" for source in config.sources if source.city})]
    return {
        f"{city}{alias}": f"{city}{name}"
        for name, category in config.categories.items()
        for alias in category.aliases
        for city in cities
    }


def _warn_of_fixed(before: Config, after: Config) -> None:
    for table in ("server", "store", "demo"):
        if getattr(before, table) != getattr(after, table):
            log.warning("[%s] in config.toml takes effect at the next start.", table)
    if before.publish.folder != after.publish.folder:
        log.warning("[publish] folder in config.toml takes effect at the next start.")


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Changes whenever the file is written or replaced; None while there is none, as between an editor's two steps."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
