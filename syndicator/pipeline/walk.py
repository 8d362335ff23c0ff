"""Reading a source's archive: page by page, each with its articles in one transaction, from where the last try ended."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from syndicator.config import Source
from syndicator.errors import SyndicatorError
from syndicator.ingest import archive
from syndicator.ingest.identity import canonical
from syndicator.model import Failed, Harvest, Known, Walk
from syndicator.pipeline.filing import settle
from syndicator.pipeline.record import Recorder, Tally
from syndicator.pipeline.visit import Notes, Visitor, read_by_block, reading_of
from syndicator.store import articles, sources, walks

_VISIT_EVERY = timedelta(hours=1)  # meanwhile, where a cron rule says when


@dataclass(frozen=True, slots=True)
class Step:
    """One page, or one part of a page, that was read and stored; `walk` is where the walk stands after it."""

    walk: Walk
    tally: Tally
    problems: tuple[Failed, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """The server needs one; the same page is tried again after so many seconds."""

    failed: Failed
    seconds: float


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The page cannot be read for now, or not at all. The walk stays where it is."""

    failed: Failed


def archive_of(source: Source) -> str:
    """What a process locks while it reads a source's archive; the service does not visit the source then."""
    return f"archive of {source.name}"


async def begin(
    visitor: Visitor, source: Source, since: datetime | None, most: int | None, *, anew: bool = False
) -> Walk:
    """The walk to go on with, or a new one; `most` pages, None for all."""
    return await visitor.store.write(_begin, source, since, most, visitor.now(), anew=anew)


async def walk_on(
    visitor: Visitor,
    source: Source,
    walk: Walk,
    most: int | None,
    tell: Callable[[], None] = lambda: None,
    *,
    visiting: bool = True,
) -> AsyncGenerator[Step | Pause | GivenUp, None]:
    """Read on until the walk is ended; stopped at any instant, it is gone on with from the last step.

    `tell` is called after each request.
    The source is visited in between, as the service leaves that to whoever reads its archive, unless `visiting` is False.
    Raises SyndicatorError when its block in config.toml was edited meanwhile.
    """
    tries, visited = 0, visitor.now()
    while not walk.ended:
        if visiting and visitor.now() - visited >= _interval(source):
            visited = visitor.now()
            await visitor.visit(source)
            await visitor.store.write(_note_next, source, visited)
        known = Known(visitor.now(), visitor.config.site.timezone, walk=walk)
        harvest = await visitor.ask(source, known, Notes(tell))
        step = await visitor.store.write(_commit, visitor, source, walk, harvest, most)
        if step.walk != walk:
            tries, walk = 0, step.walk
            yield step
        failed = archive.obstacle(harvest)
        if walk.ended or failed is None:
            continue
        seconds = archive.pause_before(failed, tries)
        if seconds is None:
            yield GivenUp(failed)
            return
        tries += 1
        yield Pause(failed, seconds)
        await asyncio.sleep(seconds)


def _begin(
    db: Database, source: Source, since: datetime | None, most: int | None, now: datetime, *, anew: bool
) -> Walk:
    state = read_by_block(db, source)
    stored = None if anew else walks.get_walk(db, source.name)
    walk = archive.resume(stored, since, most)
    if not walk.at:
        walks.forget_walk(db, source.name)
        walk = replace(walk, not_after=articles.oldest(db, source.name) or now)
    reads_list = not walk.at and not walk.ended  # which is a poll like any other
    sources.save_state(db, replace(state, polled=now) if reads_list else state)
    if not walk.ended:
        _note_next(db, source, now)
    walks.save_walk(db, source.name, walk)
    return walk


def _note_next(db: Database, source: Source, visited: datetime) -> None:
    state = sources.get_state(db, source.name)
    sources.save_state(db, replace(state, next_due=visited + _interval(source), waits="its archive is read"))


def _interval(source: Source) -> timedelta:
    interval: timedelta | None = source.every
    return interval or _VISIT_EVERY


def _commit(db: Database, visitor: Visitor, source: Source, walk: Walk, harvest: Harvest, most: int | None) -> Step:
    if sources.get_state(db, source.name).reading != reading_of(source):
        raise SyndicatorError(
            f"The block of {source.name} in config.toml was edited meanwhile.",
            "The same command reads its archive by the new one, from the first page.",
        )
    tally = Tally()
    if not harvest.failed:
        tally = _store(db, visitor, source, harvest)
    following = harvest.page.next if harvest.page else ""
    been = walks.was_read(db, source.name, following)
    after = archive.advance(walk, harvest, tally.new, most=most, been=been)
    if after.pages > walk.pages:
        walks.note_read(db, source.name, walk.at or canonical(source.url))
    walks.save_walk(db, source.name, after)
    again = after.at == walk.at and not after.ended
    problems = [problem for problem in harvest.problems if not (again and problem.kind in archive.FOR_NOW)]
    return Step(after, tally, tuple(problems))


def _store(db: Database, visitor: Visitor, source: Source, harvest: Harvest) -> Tally:
    now = visitor.now()
    only_new = harvest.page is not None and harvest.page.copies
    recorder = Recorder(db, source, visitor.rules, visitor.config.site.host, now, only_new=only_new)
    tally = recorder.record(harvest)
    settle(db, visitor.rules, recorder.touched, now)
    fingerprints = {page: text for page, text in harvest.fingerprints.items() if page not in recorder.left_out}
    sources.save_fingerprints(db, source.name, fingerprints)
    return tally
