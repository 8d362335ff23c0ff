"""At which hours a source publishes, learned from what its visits brought. Pure.

Workdays, Saturdays and Sundays have 24 hours each, in the source's own time zone; each hour remembers in which of the last
eight weeks it brought something. An hour is quiet when neither it nor the two beside it did. Nothing is said before two
weeks were watched, and after a gap of two weeks learning begins anew.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_LEARNS = 14  # days with visits
_GAP = timedelta(days=14)
_TELLS = timedelta(hours=2)  # since the visit before: what came in a longer time came at any hour of it
_HOUR = timedelta(hours=1)
_HOURS = 3 * 24


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`days`: on how many days the source was visited, `last` the last of them. `week` counts weeks.

    `hours`: a byte for each hour, whose bit n is set where that hour brought something n weeks before `week`.
    """

    days: int = 0
    last: date = date.min
    week: int = 0
    hours: bytes = bytes(_HOURS)


def heard(rhythm: Rhythm, now: datetime, zone: ZoneInfo, before: datetime | None, *, news: bool) -> Rhythm:
    """After a visit that went well, and did or did not bring `news`; `before` is when the one before it did.

    The same value wherever there is nothing to learn, as at nearly every visit.
    """
    today = now.astimezone(zone).date()
    if today != rhythm.last:
        kept = rhythm if today - rhythm.last <= _GAP else Rhythm()
        rhythm = replace(kept, days=min(kept.days + 1, _LEARNS), last=today)
    if not news or before is None or not timedelta(0) <= now - before <= _TELLS:
        return rhythm
    week = _week(today)
    hours = bytearray(_aged(byte, week - rhythm.week) for byte in rhythm.hours)
    hours[_hour(now, zone)] |= 1
    return replace(rhythm, week=week, hours=bytes(hours))


def quiet_until(rhythm: Rhythm, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When something is to be expected again, looked for two hours ahead; None where that is now, or nobody knows yet."""
    if rhythm.days < _LEARNS:
        return None
    hour = now.replace(minute=0, second=0, microsecond=0)
    busy = next((at for n in range(3) if _is_busy(rhythm, at := hour + n * _HOUR, zone)), hour + 3 * _HOUR)
    return busy if busy > now else None


def to_text(rhythm: Rhythm) -> str:
    """As it is stored: 120 characters."""
    return f"{rhythm.days} {rhythm.last} {rhythm.week} {b64encode(rhythm.hours).decode()}"


def from_text(text: str) -> Rhythm:
    """What `to_text` has written; nothing is known where that is empty."""
    if not text:
        return Rhythm()
    days, last, week, hours = text.split(" ")
    return Rhythm(int(days), date.fromisoformat(last), int(week), b64decode(hours))


def _is_busy(rhythm: Rhythm, at: datetime, zone: ZoneInfo) -> bool:
    age = _week(at.astimezone(zone).date()) - rhythm.week
    return any(_aged(rhythm.hours[_hour(at + n * _HOUR, zone)], age) for n in (-1, 0, 1))


def _hour(at: datetime, zone: ZoneInfo) -> int:
    local = at.astimezone(zone)
    return max(local.weekday() - 4, 0) * 24 + local.hour


def _week(day: date) -> int:
    return (day.toordinal() - 1) // 7  # weeks begin on Monday, as day 1 was one


def _aged(byte: int, weeks: int) -> int:
    return byte << min(max(weeks, 0), 8) & 0xFF
