"""Who is visited when: every source has one visit ahead or under way, whatever happens to it, to config.toml or to the store."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from sqlite_utils import Database

from syndicator import config as configuration
from syndicator.catchup import CatchUp
from syndicator.config import Config, Source
from syndicator.errors import SyndicatorError
from syndicator.ingest import pace, rhythm
from syndicator.pipeline.visit import Visit
from syndicator.pipeline.walk import archive_of
from syndicator.pipeline.watch import tell_turns
from syndicator.schedule import Schedule, next_in_cron
from syndicator.store import sources
from syndicator.store.sources import SourceState
from syndicator.workshop import Workshop

log = logging.getLogger(__name__)

After = Callable[[Source, Visit, datetime], Awaitable[timedelta | None]]
"""Told of a visit and when it began, says how long the next one may wait."""

_AT_ONCE = 100  # visits under way, each to a host of its own
_PLANNED_AT_ONCE = 200  # sources, between two turns of the event loop
_AFTER_A_FAULT = timedelta(
    minutes=1
)  # until the next visit at the earliest, where the store cannot tell when it is due
_LOOK_AGAIN = timedelta(minutes=1)  # whether another process has ended reading a source's archive
_FAREWELL = 3.0  # seconds that visits under way are given at the end


class Visits:
    """Visits sources when they are due. `changed` is set when a visit brought something that has to be published."""

    def __init__(self, config: Config, shop: Workshop, changed: asyncio.Event) -> None:
        self.schedule = Schedule(self.begin)
        self.changed = changed
        self.catch_up = CatchUp(config, shop, changed)
        self._shop = shop
        self._config = config
        self._sources: Mapping[str, Source] = {source.name: source for source in config.sources}
        self._under_way: dict[str, asyncio.Task[None]] = {}
        # A visit waits for its host before it takes one of the places: a slow host holds one, however many sources it has.
        self._drained = False
        self._due: set[str] = set()
        self._behind: dict[str, deque[str]] = {}  # for each host whose turn it is, the sources that wait for it
        self._ready: deque[tuple[str, str]] = deque()  # hosts and sources that wait for a place
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.after: After = _nothing_more
        self._left_alone: set[str] = set()  # sources whose archive another process reads: it visits them, too

    @property
    def under_way(self) -> bool:
        return bool(self._due)

    async def adopt(self, config: Config) -> None:
        """Visit the sources of this configuration from now on."""
        before, self._config = self._sources, config
        self._sources = {source.name: source for source in config.sources}
        for name in before.keys() - self._sources.keys():
            self.schedule.forget(name)
        await self.catch_up.adopt(config)
        await self.plan()

    async def plan(self) -> None:
        """Give every enabled source its next visit, where it stood before a restart."""
        states = await self._shop.store.read(sources.all_states)
        for number, source in enumerate(list(self._sources.values())):
            self._plan(source, states.get(source.name, SourceState(source.name)))
            if number % _PLANNED_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def begin(self, name: str) -> None:
        """Start a visit as a task of ours when host and place are free; one at a time for each source, as its end plans the next."""
        if name in self._due or self._drained:
            return
        self._due.add(name)
        host = self._host(name)
        if host in self._behind:
            self._behind[host].append(name)
        else:
            self._behind[host] = deque()
            self._ready.append((host, name))
            self._fill_places()

    def _fill_places(self) -> None:
        while self._ready and len(self._under_way) < _AT_ONCE:
            host, name = self._ready.popleft()
            self._under_way[name] = asyncio.create_task(self.visit(name), name=f"visit {name}")
            self._under_way[name].add_done_callback(partial(self._leave, host, name))

    def _leave(self, host: str, name: str, _: asyncio.Task[None]) -> None:
        del self._under_way[name]
        self._due.discard(name)
        if self._behind[host]:
            self._ready.append((host, self._behind[host].popleft()))
        else:
            del self._behind[host]
        self._fill_places()

    def turn(self, name: str) -> asyncio.Lock:
        """Who holds it alone reads something of this source, or stores it; who waited first comes next."""
        return self._turns.setdefault(name, asyncio.Lock())

    async def hurry(self, source: Source) -> None:
        """Visit this source when it would be due if nothing were pushed; a visit under way plans the next itself."""
        if source.name not in self._due and self._sources.get(source.name) == source:
            state = await self._shop.store.read(sources.get_state, source.name)
            if state.waits == "pushed":
                self._plan(source, state)

    async def visit(self, name: str) -> None:
        """Visit a source as it is configured when its turn comes, and plan its next visit."""
        due: datetime | None = None
        visited: Source | None = None
        try:
            visited = self._sources.get(name)
            if visited and visited.enabled:
                due = await self._not_now(visited) or await self._visit(visited)
        except SyndicatorError as error:
            log.error("%s: %s", name, error)  # noqa: TRY400  # the sentence says it all
            due = self._soon(visited)
        except Exception:
            log.exception("%s: the visit ended in a fault", name)
            due = self._soon(visited)
        await self._plan_next(name, visited, due)

    async def drain(self) -> None:
        """Let the visits under way end, for a moment; what does not is cut off, and is made up for after the next start."""
        await self.catch_up.drain()
        self._drained = True  # the scheduler ends a turn of the loop later
        self._ready.clear()
        self._behind = {host: deque() for host in self._behind}
        tasks = list(self._under_way.values())
        if tasks:
            await asyncio.wait(tasks, timeout=_FAREWELL)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _not_now(self, source: Source) -> datetime | None:
        """When to come back, as another process reads the source's archive, or has visited it meanwhile."""
        if self._shop.locks.is_held_elsewhere(archive_of(source)):
            self._left_alone.add(source.name)
            return self._shop.now() + _LOOK_AGAIN
        if source.name not in self._left_alone:
            return None
        self._left_alone.discard(source.name)
        state = await self._shop.store.read(sources.get_state, source.name)
        due = pace.first_due(None, state.polled, source.every, self._shop.now(), chance=0)
        return due if due > self._shop.now() else None

    async def _visit(self, source: Source) -> datetime | None:
        store, began, safety_net = self._shop.store, self._shop.now(), None
        try:
            async with self.turn(source.name):
                visit = await self._shop.visitor.visit(source)
                safety_net = await self.after(source, visit, began)
        except SyndicatorError:
            raise
        except Exception as error:
            log.exception("%s: the visit ended in a fault", source.name)
            state = await store.write(_note_fault, source.name, error)
            timing = self._timing(source, state, None)
        else:
            tell(source, visit)
            if visit.tally:
                self.changed.set()
            await self.catch_up.consider(source, visit.harvest)
            timing = self._timing(source, visit.state, visit)
            timing = replace(timing, safety_net=safety_net)
        due = self._next_due(source, timing)
        await store.write(_note_due, source.name, configuration.fingerprint(source), due, pace.reason(timing))
        return due

    def _timing(self, source: Source, state: SourceState, visit: Visit | None) -> pace.Timing:
        harvest = visit.harvest if visit else None
        polled = state.polled or self._shop.now()
        learned = rhythm.from_text(state.rhythm) if source.adaptive else rhythm.Rhythm()
        return pace.Timing(
            polled=polled,
            interval=source.every,
            failed=harvest.failed if harvest else None,
            failures=state.failures,
            asked=harvest.ttl if harvest else None,
            quiet_until=rhythm.quiet_until(learned, polled, self._config.site.zone),
        )

    def _next_due(self, source: Source, timing: pace.Timing) -> datetime | None:
        cron = next_in_cron(source.cron, self._config.site.zone, pace.earliest(timing)) if source.cron else None
        return pace.next_due(timing, random.random(), cron)  # noqa: S311  # spreads visits, guards nothing

    def _plan(self, source: Source, state: SourceState) -> None:
        if state.block != configuration.fingerprint(
            source
        ):  # what was planned by another block says nothing of this one
            state = SourceState(source.name, polled=state.polled)
        if state.waits == "pushed":  # nobody listened for a while
            state = replace(state, next_due=min(state.next_due or self._shop.now(), _usual(source, state)))
        if source.enabled and not state.stopped:
            chance = random.random()  # noqa: S311
            due = pace.first_due(state.next_due, state.polled, source.every, self._shop.now(), chance)
            self.schedule.visit_at(source.name, due)
        else:
            self.schedule.forget(source.name)

    async def _plan_next(self, name: str, visited: Source | None, due: datetime | None) -> None:
        source = self._sources.get(name)
        if source is None:
            return
        if source != visited:  # edited meanwhile
            try:
                self._plan(source, await self._shop.store.read(sources.get_state, name))
            except SyndicatorError:
                self.schedule.visit_at(name, self._soon(source))
        elif due:
            self.schedule.visit_at(name, due)

    def _soon(self, source: Source | None) -> datetime:
        interval = source.every if source and source.every else _AFTER_A_FAULT
        return self._shop.now() + max(interval, _AFTER_A_FAULT)

    def _host(self, name: str) -> str:
        source = self._sources.get(name)
        return urlsplit(source.url).netloc if source else ""


async def _nothing_more(source: Source, visit: Visit, began: datetime) -> timedelta | None:  # noqa: ARG001
    return None


def _usual(source: Source, state: SourceState) -> datetime:
    """When a source is due if nothing is pushed."""
    return (state.polled or datetime.min.replace(tzinfo=UTC)) + (source.every or pace.SHORTEST)


def tell(source: Source, visit: Visit) -> None:
    """One line in the log for a visit that was more than a look."""
    tally, harvest = visit.tally, visit.harvest
    tell_turns(visit.turns)
    if harvest.failed:
        end = " It is gone for good, and is not asked again until its block is edited." if visit.state.stopped else ""
        log.warning("%s: %s%s", source.name, sources.describe(harvest.failed), end)
        return
    for problem in harvest.problems:
        log.warning("%s: %s", source.name, sources.describe(problem))
    if tally:
        log.info("%s: %d new, %d changed, %d withdrawn", source.name, tally.new, tally.changed, tally.withdrawn)
    if tally.held:
        log.warning("%s: %d held back; `syndicator status` tells why", source.name, tally.held)


def _note_fault(db: Database, name: str, error: Exception) -> SourceState:
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


def _note_due(db: Database, name: str, block: str, due: datetime | None, waits: str) -> None:
    sources.save_state(db, replace(sources.get_state(db, name), block=block, next_due=due, waits=waits))
