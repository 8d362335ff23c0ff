"""The watchman at work: what a visit showed is learned, and what is unusual becomes an incident that begins and ends once."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from syndicator.config import Config, Source
from syndicator.model import Harvest, Incident
from syndicator.pipeline import claims
from syndicator.store import sources
from syndicator.store import watch as store
from syndicator.store.database import Store
from syndicator.store.sources import SourceState
from syndicator.watch.learn import SLOW, Look, learn, learn_outage
from syndicator.watch.memory import Memory, dump, load
from syndicator.watch.sentences import Told, sentences
from syndicator.watch.signs import Standing, signs

log = logging.getLogger(__name__)

_AT_ONCE = 200  # sources looked at in one transaction, so that harvests get their turn between
_FEW = 3  # hosts that cannot be reached, before it may be our own connection
_KEPT = timedelta(days=90)  # incidents that are over
_STALE = timedelta(days=2)  # a source that was not visited for longer says nothing of our connection
_UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Turn:
    """An incident that has just begun, or is over (`ended` is set)."""

    incident: Incident

    def __str__(self) -> str:
        where = f"{self.incident.source}: " if self.incident.source else ""
        word = "over" if self.incident.ended else self.incident.severity
        return f"{where}{word}: {self.incident.sentence_en}"


def tell_turns(turns: Iterable[Turn]) -> None:
    """A line in the log for each."""
    for turn in turns:
        log.log(logging.INFO if turn.incident.ended else logging.WARNING, "%s", turn)


def recall(db: Database, state: SourceState) -> Memory:
    """What was learned of a source; nothing where its block was edited since, as counting begins anew then."""
    text = store.get_memory(db, state.name, state.reading)
    return load(text) if text else Memory()


def is_worth_a_look(db: Database, before: SourceState, harvest: Harvest, seconds: float) -> bool:
    """Whether there is anything to learn or to judge: most visits bring nothing, and all is as usual."""
    nothing = harvest.unchanged and not harvest.drafts and not harvest.problems
    usual = nothing and seconds <= SLOW and not before.failures
    return not (usual and store.is_at_ease(db, before.name))


def look(
    db: Database, zone: ZoneInfo, states: tuple[SourceState, SourceState], memory: Memory, seen: Look
) -> tuple[Turn, ...]:
    """Learn from a visit, and tell what began or ended by it; `states` are those of the source before and after it."""
    before, after = states
    learned = memory
    if not seen.harvest.failed:
        learned = learn(memory, seen, zone, before.succeeded)
        if before.failing_since:
            learned = learn_outage(learned, (seen.now - before.failing_since).total_seconds())
    if learned != memory:
        store.save_memory(db, after.name, after.reading, dump(learned), uneasy=learned.uneasy)
    return tuple(_judge(db, zone, after, learned, seen.now))


async def look_at_all(store_: Store, config: Config, now: Callable[[], datetime]) -> list[Turn]:
    """Judge every source though none was visited: silence, and failures that go on. In small steps, as there may be many."""
    turns = await store_.write(_tidy, config, now())
    enabled = [source for source in config.sources if source.enabled]
    for start in range(0, len(enabled), _AT_ONCE):
        turns += await store_.write(_judge_some, config, enabled[start : start + _AT_ONCE], now())
    return turns


# ---------------------------------------------------------------- the whole service


def is_network_in_question(db: Database) -> bool:
    """Whether several sources fail, or it is told already that our own connection is broken. Costs two steps along an index."""
    return len(store.open_of_kind(db, "failing")) >= _FEW or bool(store.open_incidents(db, ""))


def look_at_network(db: Database, config: Config, now: datetime) -> list[Turn]:
    """If it is our own connection that is broken, that is one incident, and not one for each source.

    Costs a walk through all sources.
    """
    found = _network(db, config, now)
    turns = _settle(db, "", found, now)
    if found:
        unreachable = {state.name for state in sources.failing(db) if state.failure == _UNREACHABLE}
        for incident in store.open_of_kind(db, "failing"):
            if incident.source in unreachable:
                store.end_incident(db, incident.id, now)
    return turns


def _network(db: Database, config: Config, now: datetime) -> list[Incident]:
    hosts = {source.name: urlsplit(source.url).netloc for source in config.sources if source.enabled}
    visited = sources.visited_since(db, now - _STALE).intersection(hosts)
    lost = [s for s in sources.failing(db) if s.failure == _UNREACHABLE and s.name in visited and s.failing_since]
    if len({hosts[state.name] for state in lost}) < _FEW or 2 * len(lost) <= len(visited):
        return []
    since = sorted(state.failing_since for state in lost if state.failing_since)[len(lost) // 2]
    german, english = sentences("network", since, Told(count=len(lost), of=len(visited)), config.site.zone)
    return [Incident("", "network", "red", since, german, english)]


def _tidy(db: Database, config: Config, now: datetime) -> list[Turn]:
    """What is over for long is forgotten; what concerns a source that is no more, or rests, is over."""
    store.drop_incidents_before(db, now - _KEPT)
    enabled = {source.name for source in config.sources if source.enabled} | {""}
    turns = []
    for incident in store.all_open_incidents(db):
        if incident.source not in enabled:
            store.end_incident(db, incident.id, now)
            turns.append(Turn(replace(incident, ended=now)))
    return turns


# ---------------------------------------------------------------- one source


def _judge_some(db: Database, config: Config, chosen: Sequence[Source], now: datetime) -> list[Turn]:
    turns = []
    for source in chosen:
        state = sources.get_state(db, source.name)
        if state.polled:
            turns += _judge(db, config.site.zone, state, recall(db, state), now)
    return turns


def _judge(db: Database, zone: ZoneInfo, state: SourceState, memory: Memory, now: datetime) -> list[Turn]:
    held, since, newest = store.held_by_watchman(db, state.name)
    standing = Standing(state.succeeded, state.failure, state.failures, state.failing_since, held, since, newest)
    if found := claims.claimed(db, state.name):
        count, first = found.count, found.first
        standing = replace(standing, claims=count, claims_since=found.since, claimed=first.id, claimed_of=first.owner)
    seen = signs(state.name, memory, standing, now, zone)
    if state.failure == _UNREACHABLE and store.open_incidents(db, ""):  # told once for all of them
        seen = [sign for sign in seen if sign.kind != "failing"]
    return _settle(db, state.name, seen, now)


def _settle(db: Database, source: str, found: Iterable[Incident], now: datetime) -> list[Turn]:
    """Begin what is new, end what is no more, and keep the words of what goes on up to date."""
    known = {incident.kind: incident for incident in store.open_incidents(db, source)}
    turns = []
    for sign in found:
        old = known.pop(sign.kind, None)
        if old is None:
            store.begin_incident(db, sign, now)
            turns.append(Turn(sign))
        elif (old.severity, old.sentence_en) != (sign.severity, sign.sentence_en):
            store.update_incident(db, old.id, sign)
    for old in known.values():
        store.end_incident(db, old.id, now)
        turns.append(Turn(replace(old, ended=now)))
    return turns
