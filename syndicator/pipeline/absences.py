"""Articles whose pages are gone: missing at two looks, a day apart, while others of their time are there, they are taken back.

A page that is missing says less than a source that takes an article back. So it has to be missing twice in a row, by a
plain 404 or 410; and with it the articles that came just before and after it are looked at. If these are gone as well, the
portal was rebuilt or has put away what is old, and nothing is taken back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from syndicator.config import Source
from syndicator.ingest import revise
from syndicator.ingest.recognise import aliases_of
from syndicator.model import Draft, Harvest
from syndicator.store import absences, articles, sources
from syndicator.store.absences import Absence
from syndicator.store.articles import Stored

_APART = timedelta(days=1)
_ANSWERS = {"missing": "404", "gone": "410"}
_MOST_CONFIRMED = 5  # absences whose neighbours are looked at in one visit
_NEIGHBOURS = 2  # on either side


@dataclass(frozen=True, slots=True)
class Losses:
    """What became of missing pages: how many articles were taken back, and what the source says of the others."""

    withdrawn: int = 0
    remark: str = ""


@dataclass(frozen=True, slots=True)
class _Looks:
    """How a visit's looks at known articles ended, by number; `missing` with the status that said so.

    A failure of any other kind, a soft 404 among them, tells nothing.
    """

    all: frozenset[int]
    missing: Mapping[int, str]
    failed: frozenset[int]

    @property
    def seen(self) -> frozenset[int]:
        return self.all - self.missing.keys() - self.failed

    @property
    def is_mass_loss(self) -> bool:
        return len(self.missing) > max(1, len(self.seen))

    @property
    def is_attested(self) -> bool:
        """Whether the portal shows others, if there are any."""
        return not self.is_mass_loss and bool(self.seen or len(self.all) == 1)


def witnesses(db: Database, source: Source, due: Sequence[Stored]) -> list[Stored]:
    """The articles to look at beside those that are due, where one of these was missing last time."""
    pending = absences.of_source(db, source.name)
    chosen = {stored.n for stored in due}
    found: dict[int, Stored] = {}
    for n in [stored.n for stored in due if stored.n in pending][:_MOST_CONFIRMED]:
        near = articles.neighbours(db, source.name, n, _NEIGHBOURS)
        found.update((stored.n, stored) for stored in near if stored.n not in pending and stored.n not in chosen)
    return list(found.values())


def note_losses(
    db: Database, source: Source, harvest: Harvest, recheck: Collection[str], zone: ZoneInfo, now: datetime
) -> Losses:
    """Write down which of the pages looked at are missing, and take back what has been missing long enough.

    `recheck`: the addresses whose witnesses were looked at, too. Called behind the recording of the same harvest, when the
    next looks are planned already. Costs one query where no page is missing and none was.
    """
    pending = absences.of_source(db, source.name)
    if not pending and all(problem.kind not in _ANSWERS for problem in harvest.problems):
        return Losses()
    numbers = _numbers(db, source, harvest.looked)
    looks = _looks(harvest, numbers)
    absences.forget(db, pending.keys() & looks.seen)
    for n in pending.keys() & looks.failed:
        articles.set_recheck(db, n, now + _APART)
    attended = {numbers[address] for address in recheck if address in numbers}
    withdrawn = 0
    for n, answer in looks.missing.items():
        stored, absence = articles.by_number(db, n), Absence(n, now, answer)
        if _is_out_of_reach(stored):
            continue
        before = pending.get(n)
        match _step(before, now, looks, attended=n in attended):
            case "note":
                absences.note(db, source.name, absence)
                articles.set_recheck(db, n, now + _APART)
            case "wait":
                at = before.since + _APART if before else now
                articles.set_recheck(db, n, at if at > now else now + _APART)
            case "ask":
                articles.set_recheck(db, n, now)
            case "forget":
                absences.forget(db, [n])
            case "take back":
                assert before
                _take_back(db, source, stored, _reason(stored.article.address, before, absence, zone), now)
                withdrawn += 1
    return Losses(withdrawn, _remark(looks) if looks.is_mass_loss else "")


def _step(
    before: Absence | None, now: datetime, looks: _Looks, *, attended: bool
) -> Literal["note", "wait", "ask", "forget", "take back"]:
    """What follows from one more missing page; "ask": at the next visit, with its witnesses, as the list alone led here."""
    if before is None:
        return "note"
    if now - before.since < _APART:
        return "wait"
    if not attended:
        return "ask"
    if looks.is_attested:
        return "take back"
    return "forget" if looks.is_mass_loss else "wait"


def _looks(harvest: Harvest, numbers: Mapping[str, int]) -> _Looks:
    problems = {problem.address: problem for problem in harvest.problems if problem.address in numbers}
    missing = {numbers[place]: _ANSWERS[one.kind] for place, one in problems.items() if one.kind in _ANSWERS}
    failed = frozenset(numbers[place] for place, one in problems.items() if one.kind not in _ANSWERS)
    return _Looks(frozenset(numbers.values()), missing, failed)


def _is_out_of_reach(stored: Stored) -> bool:
    """Whether it is taken back already, or an admin keeps it in."""
    article = stored.article
    return article.status == "retracted" or (article.status == "held" and article.decided == "admin")


def _remark(looks: _Looks) -> str:
    return (
        f"{len(looks.missing)} of {len(looks.all)} articles that were looked at are missing at once, as after a rebuilding of"
        " the portal: none is taken back."
    )


def _take_back(db: Database, source: Source, stored: Stored, reason: str, now: datetime) -> None:
    after = revise.retracted(stored.article, now, "source", reason)
    articles.replace(db, stored, after, stored.filed, stored.digest, now)
    absences.forget(db, [stored.n])
    sources.forget_page(db, source.name, stored.article.address)  # should the list show it again, it is read


def _reason(address: str, first: Absence, second: Absence, zone: ZoneInfo) -> str:
    days = [f"{absence.since.astimezone(zone):%Y-%m-%d}" for absence in (first, second)]
    answers = f"{first.answer} on {days[0]} and " + (f"{second.answer} on " * (first.answer != second.answer)) + days[1]
    return f"{address} answered {answers}."


def _numbers(db: Database, source: Source, addresses: Sequence[str]) -> dict[str, int]:
    """The articles of these addresses, where there are any."""
    aliases = {address: aliases_of(Draft(key="", address=address, title=""))[0] for address in addresses}
    known = articles.known_aliases(db, source.name, aliases.values())
    return {address: known[alias] for address, alias in aliases.items() if alias in known}
