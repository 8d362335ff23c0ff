"""One visit to one source: fetch it, read it, store what it brought, remember how it went."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlite_utils import Database

from syndicator.config import Config, Source
from syndicator.ingest.client import Client
from syndicator.ingest.drive import drive
from syndicator.ingest.sources import collect
from syndicator.ingest.workers import Workers
from syndicator.model import Failed, Harvest, Known, Request, Response, Validators
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.record import Recorder, Tally
from syndicator.store import articles, sources
from syndicator.store.database import Store
from syndicator.store.sources import SourceState

_MOST_RECHECKS = 20  # articles looked at again in one visit
_MOST_PROBLEMS = 20  # kept for `status`


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit came to. `state` is what is remembered of the source from now on."""

    harvest: Harvest
    tally: Tally
    state: SourceState


@dataclass(slots=True)
class _Notes:
    """What is worth remembering of the pages fetched on the way."""

    validators: dict[str, Validators] = field(default_factory=dict)
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Everything a visit needs."""

    config: Config
    store: Store
    client: Client
    workers: Workers
    rules: Rules
    now: Callable[[], datetime]

    async def visit(self, source: Source) -> Visit:
        """Fetch one source, read it, and store what changed, in one transaction."""
        known = await self.store.write(_prepare, source, self.config.site.timezone, self.now())
        notes = _Notes()

        async def fetch(request: Request) -> Response | Failed:
            validators = None
            if request.conditional:
                validators = await self.store.read(sources.get_validators, source.name, request.url)
            answer = await self.client.fetch(request, source, validators)
            if isinstance(answer, Response):
                notes.validators[request.url] = answer.validators
                notes.moved_to = answer.moved_to if request.url == source.url else notes.moved_to
            return answer

        async def recall(addresses: tuple[str, ...]) -> Mapping[str, str]:
            return await self.store.read(sources.get_fingerprints, source.name, addresses)

        harvest = await drive(collect(source, known), fetch=fetch, parse=self.workers.run, recall=recall)
        return await self.store.write(self._commit, source, harvest, notes)

    def _commit(self, db: Database, source: Source, harvest: Harvest, notes: _Notes) -> Visit:
        now = self.now()
        state = sources.get_state(db, source.name)
        if harvest.failed:
            tally, after = Tally(), _failed(state, harvest.failed)
        else:
            tally = Recorder(db, source, self.rules, self.config.site.host, now).record(harvest)
            sources.save_fingerprints(db, source.name, harvest.fingerprints)
            if harvest.complete:
                sources.save_validators(db, source.name, notes.validators)
            after = _succeeded(state, harvest, notes.moved_to, now)
        sources.save_state(db, after)
        return Visit(harvest, tally, after)


def _prepare(db: Database, source: Source, timezone: str, now: datetime) -> Known:
    """What the source is told. One whose block was edited is read anew from the beginning."""
    state = sources.get_state(db, source.name)
    reading = hashlib.sha256(source.model_dump_json(include={"kind", "url", "list", "article"}).encode()).hexdigest()
    if state.reading != reading:
        sources.forget_pages(db, source.name)
        state = SourceState(source.name, reading=reading, items=state.items, succeeded=state.succeeded)
    sources.save_state(db, replace(state, polled=now))  # before the first byte is asked for: a killed visit counts
    return Known(now, timezone, articles.due_for_recheck(db, source.name, now, _MOST_RECHECKS))


def _failed(state: SourceState, failed: Failed) -> SourceState:
    return replace(
        state,
        failures=state.failures + 1,
        failing_since=state.failing_since or state.polled,
        failure=failed.kind,
        reason=sources.describe(failed),
        stopped=failed.kind == "gone",
    )


def _succeeded(state: SourceState, harvest: Harvest, moved_to: str, now: datetime) -> SourceState:
    problems = tuple(sources.describe(problem) for problem in harvest.problems[:_MOST_PROBLEMS])
    return replace(
        state,
        succeeded=now,
        stopped=False,
        failures=0,
        failing_since=None,
        failure=None,
        reason=None,
        items=state.items if harvest.unchanged else harvest.items,
        problems=state.problems if harvest.unchanged else problems,
        moved_to=moved_to,
    )
