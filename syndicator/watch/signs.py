"""What is unusual about a source now, as incidents with a sentence each. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from syndicator.model import Incident, IncidentKind, Severity
from syndicator.watch import silence
from syndicator.watch.flood import flood
from syndicator.watch.memory import Memory
from syndicator.watch.sentences import Told, sentences
from syndicator.watch.share import Share
from syndicator.watch.trouble import severity_of

_SLOW_FOR = timedelta(hours=1)
_LOOKS = 2  # at a short list, before it is told
_HARDLY = 0.1  # a share below it is as good as nothing
_SHARES: tuple[IncidentKind, ...] = ("date", "body", "picture", "category", "length", "page", "slow")
_RED = frozenset({"date", "body", "length", "page"})  # what readers miss at once
_FAILURES: Mapping[str, IncidentKind] = {"denied": "denied", "gone": "gone"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a source stands, beside what was learned of it.

    `succeeded`: the last visit that did not fail. `failure`: the kind of failure if the last one did, `failures` how many did
    in a row and `since` since when. `held`: how many of its articles are in quarantine, `held_since` when the first came there,
    and `newest` the headline of the newest. `claims`: how many entries and tombstones it had at the last visit whose ids are
    another's, `claims_since` when that began, `claimed` the first of the ids and `claimed_of` the source that owns it, "" for ourselves.
    """

    succeeded: datetime | None = None
    failure: str | None = None
    failures: int = 0
    since: datetime | None = None
    held: int = 0
    held_since: datetime | None = None
    newest: str = ""
    claims: int = 0
    claims_since: datetime | None = None
    claimed: str = ""
    claimed_of: str = ""


def signs(source: str, memory: Memory, standing: Standing, now: datetime, zone: ZoneInfo) -> list[Incident]:
    """Everything that is unusual, each kind at most once; failures only once they last for longer than usual."""
    found = (*_failing(memory, standing, now), *_shares(memory, now), *_rest(memory, standing, now, zone))
    incidents = []
    for kind, severity, since, told in found:
        german, english = sentences(kind, since, told, zone)
        incidents.append(Incident(source, kind, severity, since, german, english))
    return incidents


_Sign = tuple[IncidentKind, Severity, datetime, Told]


def _failing(memory: Memory, standing: Standing, now: datetime) -> Iterator[_Sign]:
    if not standing.failures or standing.since is None:
        return
    severity = severity_of(standing.failure, standing.failures, standing.since, now, memory.outages)
    if severity == "red":
        kind = _FAILURES.get(standing.failure or "", "failing")
        yield kind, severity, standing.since, Told(count=standing.failures, failure=standing.failure or "")


def _shares(memory: Memory, now: datetime) -> Iterator[_Sign]:
    for kind in _SHARES:
        share = memory.shares.get(kind, Share())
        since = datetime.fromtimestamp(share.since, UTC)
        if not share.alarm or (kind == "slow" and now - since < _SLOW_FOR):
            continue
        hardly = share.run_had <= _HARDLY * share.run_seen
        told = Told(share.run_had, share.run_seen, share.usual)
        if scale := {"length": memory.lengths, "slow": memory.seconds}.get(kind):
            told = Told(now=scale.run, usual=scale.usual)
        yield kind, "red" if hardly and kind in _RED else "yellow", since, told


def _rest(memory: Memory, standing: Standing, now: datetime, zone: ZoneInfo) -> Iterator[_Sign]:
    lists = memory.lists
    if lists.looks >= _LOOKS:
        usual = sorted(lists.sizes)[len(lists.sizes) // 2]
        yield "list", "yellow", datetime.fromtimestamp(lists.since, UTC), Told(count=lists.short, usual=usual)
    if standing.held or memory.kept:
        told = Told(count=standing.held, of=memory.kept, title=standing.newest)
        yield "held", "yellow", standing.held_since or now, told
    if standing.claims:
        told = Told(count=standing.claims, title=standing.claimed, owner=standing.claimed_of)
        yield "claims", "yellow", standing.claims_since or now, told
    calendar, today = memory.calendar, now.astimezone(zone).date()
    if count := flood(calendar, today):
        yield "many", "yellow", datetime.combine(today, time(), zone), Told(count=count, usual=calendar.at_once)
    if calendar.last and standing.succeeded:
        chance = silence.chance(calendar, standing.succeeded.astimezone(zone).date())
        if chance < silence.YELLOW:
            last = datetime.combine(date.fromordinal(calendar.last), time(), zone)
            told = Told(usual=calendar.a_day, of=round(calendar.a_week))
            yield "silent", "red" if chance < silence.RED else "yellow", last, told
