"""How each source stands: what the store says of it, as one row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlite_utils import Database

from syndicator.config import Config
from syndicator.model import Incident, Severity, Walk
from syndicator.pipeline.plan import failed_feeds
from syndicator.pipeline.pushing import Followed, Pushing, followed, pushing
from syndicator.publish import addresses
from syndicator.store import archive, articles, editions, facts, messages, omissions, sources, walks, watch
from syndicator.store.messages import Message
from syndicator.store.omissions import Omitted
from syndicator.store.sources import SourceState
from syndicator.store.watch import Held
from syndicator.watch.trouble import severity_of

T = TypeVar("T")

FAILING = frozenset({"failing", "denied", "stopped"})
_SHOWN = 3  # articles in quarantine of each source
_OVERDUE = 300  # seconds after which a visit that did not take place means that nobody is there to do it


@dataclass(frozen=True, slots=True)
class Told:
    """Something unusual; what `--json` prints of it."""

    kind: str
    severity: Severity
    since: datetime
    noticed: datetime | None
    sentence: str
    sentence_de: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the store says.

    `rejected`: why the running service did not take over config.toml when it was last edited. `incidents`: what is unusual, by
    source, and "" for the whole service. `held`: the newest articles in quarantine, by source. `waiting`: messages of [alerts]
    that could not be sent yet. `targets`: address of each bucket → why it could not be brought up to date, "" where it was. `walks`: how
    far each source's archive was read.
    `failed`: feeds, and paths of archived pages, that could not be rendered. `omissions`: what is missing in feeds and archived pages.
    """

    states: Mapping[str, SourceState] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    published: datetime | None = None
    rejected: str = ""
    followed: Followed = field(default_factory=Followed)
    incidents: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)
    held: Mapping[str, tuple[Held, ...]] = field(default_factory=dict)
    waiting: tuple[Message, ...] = ()
    targets: Mapping[str, str] = field(default_factory=dict)
    walks: Mapping[str, Walk] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()
    omissions: Mapping[str, Omitted] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """An article in quarantine."""

    id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Archive:
    """How far a source's archive was read; `ended` is None while that goes on, else why it ended."""

    pages: int
    articles: int
    new: int
    back_to: datetime | None
    ended: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One source; what `--json` prints of it. `held` counts the articles in quarantine, the newest of which are shown."""

    name: str
    state: str
    severity: Severity | None
    articles: int
    visited: datetime | None
    succeeded: datetime | None
    next: datetime | None
    overdue: bool
    found: int
    failures: int
    failing_since: datetime | None
    reason: str | None
    problems: tuple[str, ...]
    push: Pushing | None
    moved_to: str
    incidents: tuple[Told, ...]
    held: int
    held_newest: tuple[Doubtful, ...]
    archive: Archive | None


def gather(db: Database) -> Known:
    published = editions.all_editions(db)
    return Known(
        states=sources.all_states(db),
        counts=articles.counts(db),
        files=len(published),
        published=max((edition.modified for edition in published.values()), default=None),
        rejected=facts.get_fact(db, "config_error"),
        followed=followed(db),
        targets=facts.facts_under(db, facts.TARGET),
        incidents=_by_source(map(_told, watch.all_open_incidents(db))),
        held=_by_source((held.source, held) for held in watch.newest_held(db, _SHOWN)),
        walks=walks.all_walks(db),
        waiting=tuple(message for message in messages.waiting(db) if message.tries),
        failed=failed_feeds(db).union(addresses.archive_path(*page) for page in archive.failed(db)),
        omissions=omissions.omissions(db),
    )


def _told(incident: Incident) -> tuple[str, Told]:
    told = Told(
        incident.kind, incident.severity, incident.since, incident.begun, incident.sentence_en, incident.sentence_de
    )
    return incident.source, told


def _by_source(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    groups: dict[str, list[T]] = {}
    for source, value in pairs:
        groups.setdefault(source, []).append(value)
    return {source: tuple(values) for source, values in groups.items()}


def rows_of(config: Config | None, known: Known, now: datetime) -> list[Row]:
    if config is None:
        return [_row(name, known, now, None, enabled=True) for name in known.states]
    pushes = {source.name: pushing(config, source, known.followed, now) for source in config.sources}
    return [_row(s.name, known, now, pushes[s.name], enabled=s.enabled) for s in config.sources]


def _row(name: str, known: Known, now: datetime, push: Pushing | None, *, enabled: bool) -> Row:
    state = known.states.get(name, SourceState(name))
    due = state.next_due if enabled and not state.stopped else None
    incidents = known.incidents.get(name, ()) if enabled else ()
    word = _word(state, incidents, push) if enabled else "off"
    held = known.held.get(name, ())
    return Row(
        name=name,
        state=word,
        severity=_severity(word, state, incidents, now),
        articles=known.counts.get(name, 0),
        visited=state.polled,
        succeeded=state.succeeded,
        next=due,
        overdue=due is not None and (now - due).total_seconds() > _OVERDUE,
        found=state.items,
        failures=state.failures,
        failing_since=state.failing_since,
        reason=state.reason,
        problems=state.problems,
        moved_to=state.moved_to,
        push=push,
        incidents=incidents,
        held=held[0].count if held else 0,
        held_newest=tuple(Doubtful(one.id, one.title, one.reason) for one in held),
        archive=_archive(known.walks.get(name)),
    )


def _archive(walk: Walk | None) -> Archive | None:
    return Archive(walk.pages, walk.found, walk.new, walk.reached, walk.ended or None) if walk else None


def _word(state: SourceState, incidents: tuple[Told, ...], push: Pushing | None) -> str:
    if state.stopped:
        return "stopped"
    if state.failures:
        return "denied" if state.failure == "denied" else "failing"
    if state.succeeded is None:
        return "new"
    if any(told.severity == "red" for told in incidents):
        return "alarm"
    forged = push is not None and push.warning
    return "warning" if state.problems or state.moved_to or incidents or forged else "ok"


def _severity(word: str, state: SourceState, incidents: tuple[Told, ...], now: datetime) -> Severity | None:
    """A failure is red by what is known of this source's usual ones, or after long enough in any case."""
    if any(told.severity == "red" for told in incidents):
        return "red"
    if word in FAILING:
        return severity_of(state.failure, state.failures, state.failing_since, now)
    return "yellow" if word == "warning" else None
