"""One visit to one source: fetch it, read it, store what it brought, remember how it went."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from syndicator.config import Config, Source
from syndicator.ingest import pace, rhythm
from syndicator.ingest.client import Client
from syndicator.ingest.drive import drive
from syndicator.ingest.identity import words
from syndicator.ingest.sources import can_be_pushed, collect, looks_again, pushed
from syndicator.ingest.workers import STOPPING, Workers
from syndicator.model import Article, Failed, Harvest, Known, Parse, Remembered, Request, Response, Validators
from syndicator.pipeline import catchup, claims, watch
from syndicator.pipeline.absences import note_losses, witnesses
from syndicator.pipeline.filing import Rules, settle
from syndicator.pipeline.record import Recorder, Tally
from syndicator.pipeline.watch import Turn
from syndicator.store import articles, sources, walks
from syndicator.store.database import Store
from syndicator.store.hub_subscriptions import announce
from syndicator.store.sources import SourceState
from syndicator.watch.learn import Look, repeated
from syndicator.watch.memory import Memory

_Fetch = Callable[[Request], Awaitable[Response | Failed]]
_Recall = Callable[[tuple[str, ...]], Awaitable[Mapping[str, str]]]

_MOST_RECHECKS = 20  # articles looked at again in one visit
_MOST_PROBLEMS = 20  # kept for `status`

# Of a source's block, what has no part in what is fetched and understood. A new key has one, unless it is named here.
_BESIDE_READING = {
    "name", "title", "city", "rights", "license", "image_rights", "every", "cron", "delay", "enabled", "push", "terms",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit came to. `state` is what is remembered of the source from now on, `turns` what began or ended to be unusual."""

    harvest: Harvest
    tally: Tally
    state: SourceState
    turns: tuple[Turn, ...] = ()


@dataclass(slots=True)
class Notes:
    """What is worth remembering of the pages fetched on the way; `tell` is called after each."""

    tell: Callable[[], None] = lambda: None
    validators: dict[str, Validators] = field(default_factory=dict)
    moved_to: str = ""
    seconds: float = 0.0  # that the list took


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
        """Fetch one source, read it, and store what changed, in one transaction.

        Raises CancelledError when the service stops meanwhile: nothing of the visit is kept then.
        """
        known = await self.store.write(_prepare, source, self.config.site.timezone, self.now())
        notes = Notes()
        harvest = await self.ask(source, known, notes)
        return await self.store.write(self._commit, source, known, harvest, notes)

    async def take(self, source: Source, response: Response, note: Callable[[Database], bool]) -> Visit | None:
        """Read what a hub has pushed, and store what changed, in one transaction with what `note` has to remember of it.

        None where `note` says that it is not to be stored; it is not asked where it cannot be read. Raises CancelledError as `visit` does.
        """
        known = Known(self.now(), self.config.site.timezone)
        harvest = await self._drive(pushed(source, known, response), _nothing_to_fetch, _nothing_to_recall)
        return await self.store.write(self._commit_push, source, harvest, note)

    async def ask(self, source: Source, known: Known, notes: Notes) -> Harvest:
        """What the source gives, told what is `known`; nothing is stored."""

        async def fetch(request: Request) -> Response | Failed:
            validators = None
            if request.conditional:
                validators = await self.store.read(sources.get_validators, source.name, request.page)
            answer = await self.client.fetch(request, source, validators)
            notes.tell()
            if isinstance(answer, Response):
                if request.conditional or request.method == "GET":  # a cursor makes each further POST another page
                    notes.validators[request.page] = answer.validators
                if request.url == source.url:
                    notes.moved_to, notes.seconds = answer.moved_to, answer.seconds
            return answer

        async def recall(addresses: tuple[str, ...]) -> Mapping[str, str]:
            return await self.store.read(sources.get_fingerprints, source.name, addresses)

        return await self._drive(collect(source, known), fetch, recall)

    async def _drive(self, asking: Generator[Any, Any, Harvest], fetch: _Fetch, recall: _Recall) -> Harvest:
        async def parse(ask: Parse) -> Any:
            answer = await self.workers.run(ask)
            if answer is STOPPING:  # not the source's fault, and nothing to remember of it
                raise asyncio.CancelledError(STOPPING.reason)
            return answer

        return await drive(asking, fetch=fetch, parse=parse, recall=recall)

    def _commit(self, db: Database, source: Source, known: Known, harvest: Harvest, notes: Notes) -> Visit:
        state = sources.get_state(db, source.name)
        if state.reading != reading_of(source):  # its block was edited, and another visit has begun by the new one
            return Visit(harvest, Tally(), state)
        watched = watch.is_worth_a_look(db, state, harvest, notes.seconds)
        memory = watch.recall(db, state) if watched else Memory()
        recorder = Recorder(db, source, self.rules, self.config.site.host, self.now(), repeated=repeated(memory))
        if harvest.failed:
            tally, after = Tally(), _failed(state, harvest.failed)
        else:
            tally = self._store(recorder, known, harvest, notes)
            if can_be_pushed(source) and not harvest.unchanged:
                announce(db, source.name, harvest.hubs, harvest.topic)
            after = _succeeded(state, known, harvest, tally, notes.moved_to, self.now())
            if source.adaptive:
                after = replace(after, rhythm=_rhythm(state, known, tally, self.now()))
        sources.save_state(db, after)
        seen = Look(harvest, recorder.admitted, len(recorder.kept), notes.seconds, self.now(), frozenset(known.recheck))
        turns = watch.look(db, self.config.site.zone, (state, after), memory, seen) if watched else ()
        return Visit(harvest, tally, after, turns)

    def _commit_push(
        self, db: Database, source: Source, harvest: Harvest, note: Callable[[Database], bool]
    ) -> Visit | None:
        """A push says nothing of the list, which it need not hold in full, and nothing of how visits fare."""
        state, now = sources.get_state(db, source.name), self.now()
        if state.reading != reading_of(source) or not (harvest.failed or note(db)):
            return None
        if harvest.failed:
            return Visit(harvest, Tally(), state)
        memory = watch.recall(db, state)
        recorder = Recorder(db, source, self.rules, self.config.site.host, now, repeated=repeated(memory))
        tally = self._store(recorder, Known(now, self.config.site.timezone), harvest, Notes())
        if tally.new and source.adaptive:  # or the hours in which everything is pushed would look quiet
            after = rhythm.heard(rhythm.from_text(state.rhythm), now, self.config.site.zone, now, news=True)
            state = replace(state, rhythm=rhythm.to_text(after))
            sources.save_state(db, state)
        if not (tally or tally.held or tally.refused or recorder.kept):
            return Visit(harvest, tally, state)
        seen = Look(harvest, recorder.admitted, len(recorder.kept), 0.0, now, pushed=True)
        before = replace(state, succeeded=now, failing_since=None)  # that visits fail is not over by a push
        turns = watch.look(db, self.config.site.zone, (before, state), memory, seen)
        return Visit(harvest, tally, state, turns)

    def _store(self, recorder: Recorder, known: Known, harvest: Harvest, notes: Notes) -> Tally:
        db, source, now = recorder.db, recorder.source, recorder.now
        _plan_rechecks(db, source, known.recheck, now)
        tally = recorder.record(harvest)
        if source.kind == "feed" and not harvest.unchanged:
            if recorder.claims or notes.validators:  # what is pushed need not be the whole feed
                claims.note(db, source.name, recorder.claims, now)
            catchup.begin(db, source, harvest, self.config.site.zone, now)
        losses = note_losses(db, source, harvest, known.recheck, self.config.site.zone, now)
        tally.withdrawn += losses.withdrawn
        if losses.remark:
            tally.remarks.append(losses.remark)
        settle(db, self.rules, recorder.touched, now)
        # What could not be stored or read is asked for again.
        fingerprints = {page: text for page, text in harvest.fingerprints.items() if page not in recorder.left_out}
        sources.save_fingerprints(db, source.name, fingerprints)
        if harvest.complete and not tally.lost:
            unread = {problem.address for problem in harvest.problems}
            validators = {page: kept for page, kept in notes.validators.items() if page not in unread}
            sources.save_validators(db, source.name, validators)
        return tally


async def _nothing_to_fetch(request: Request) -> Response | Failed:
    return Failed("refused", "What is pushed is read as it is.", request.url)


async def _nothing_to_recall(addresses: tuple[str, ...]) -> Mapping[str, str]:  # noqa: ARG001
    return {}


def reading_of(source: Source) -> str:
    """A fingerprint of all in a source's block on which it depends what is fetched and what is understood of it.

    When it moves, everything is read anew, and what was given up is tried again.
    """
    block = source.model_dump(mode="json", exclude_defaults=True, exclude=_BESIDE_READING)
    return hashlib.sha256(json.dumps(block, sort_keys=True).encode()).hexdigest()


def _prepare(db: Database, source: Source, timezone: str, now: datetime) -> Known:
    """What the source is told."""
    state = read_by_block(db, source)
    sources.save_state(db, replace(state, polled=now))  # before the first byte is asked for: a killed visit counts
    if not looks_again(source):
        return Known(now, timezone)
    due = articles.due_for_recheck(db, source.name, now, _MOST_RECHECKS)
    due += witnesses(db, source, due)
    remembered = {stored.article.address: _remembered(stored.article) for stored in due}
    return Known(now, timezone, tuple(remembered), remembered)


def _remembered(article: Article) -> Remembered:
    return Remembered(article.title, f"{article.summary}\n{words(article.body)}")


def read_by_block(db: Database, source: Source) -> SourceState:
    """The state of a source that is about to be read; one whose block was edited is read anew from the beginning."""
    state = sources.get_state(db, source.name)
    reading = reading_of(source)
    if state.reading == reading:
        return state
    sources.forget_pages(db, source.name)
    walks.forget_walk(db, source.name)
    kept = {name: getattr(state, name) for name in ("block", "items", "succeeded", "rhythm")}
    return SourceState(source.name, reading=reading, **kept)


def _plan_rechecks(db: Database, source: Source, addresses: tuple[str, ...], now: datetime) -> None:
    """Whatever became of it, another look was had: the next one comes at its own time, and others get their turn."""
    for address in addresses:
        for n, sort_at, embargo in articles.due_at(db, source.name, address, now):
            besides = pace.before_embargo(embargo, source.every) if embargo else None
            articles.set_recheck(db, n, pace.next_recheck(sort_at, now, besides))


def _failed(state: SourceState, failed: Failed) -> SourceState:
    return replace(
        state,
        failures=state.failures + 1,
        failing_since=state.failing_since or state.polled,
        failure=failed.kind,
        reason=sources.describe(failed),
        stopped=failed.kind == "gone",
    )


def _succeeded(
    state: SourceState, known: Known, harvest: Harvest, tally: Tally, moved_to: str, now: datetime
) -> SourceState:
    looked = known.recheck or not harvest.unchanged
    return replace(
        state,
        succeeded=now,
        stopped=False,
        failures=0,
        failing_since=None,
        failure=None,
        reason=None,
        items=state.items if harvest.unchanged else harvest.items,
        problems=_problems(harvest, tally) if looked else state.problems,
        moved_to=moved_to,
    )


def _rhythm(state: SourceState, known: Known, tally: Tally, now: datetime) -> str:
    learned = rhythm.from_text(state.rhythm)
    after = rhythm.heard(learned, now, ZoneInfo(known.timezone), state.succeeded, news=bool(tally.new))
    return state.rhythm if after is learned else rhythm.to_text(after)


def _problems(harvest: Harvest, tally: Tally) -> tuple[str, ...]:
    lost = []
    if tally.lost:
        lost = [f"{tally.lost} article{'s' * (tally.lost > 1)} could not be stored; the log has the details."]
    return (*lost, *tally.remarks, *(sources.describe(problem) for problem in harvest.problems))[:_MOST_PROBLEMS]
