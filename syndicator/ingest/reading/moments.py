"""The dates of a feed, read again from what it says: feedparser takes CET for UTC and knows no German month."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from syndicator.ingest import dates
from syndicator.ingest.embargo import SLACK
from syndicator.model import Moment

_LONGEST_DATE = 100  # characters
_IN_UTC = re.compile(r"(?:\b(?:GMT|UTC?)|\dZ|[+-]00:?00)\s*$", re.IGNORECASE)
_ROUND = 5  # minutes: embargoes end on the hour, the quarter, at five past


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a feed is read: its address, the zone its dates are meant in, and now."""

    address: str
    zone: ZoneInfo
    now: datetime


def moment(text: str, origin: str, setting: Setting) -> Moment | None:
    """The date that is written there, as machines or as people write it."""
    text = text.strip()[:_LONGEST_DATE]
    if not text:
        return None
    exact = dates.read_machine_date(text, setting.zone, origin=origin)
    return exact or dates.read_date(text, setting.zone, reference=setting.now, origin=origin)


def moments(texts: Iterable[str], origin: str, setting: Setting) -> list[Moment | None]:
    """Those of all entries. Where each of several is a midnight, of the zone or of UTC, days are meant.

    No city publishes at midnight only, but some make a date out of a day.
    """
    found = [moment(text, origin, setting) for text in texts]
    exact = [one.at for one in found if one and _is_exact(one)]
    if len(exact) > 1 and all(_is_midnight(at.astimezone(setting.zone)) for at in exact):
        return [replace(one, precision="day") if one and _is_exact(one) else one for one in found]
    if len(exact) > 1 and all(_is_midnight(at) for at in exact):
        return [_that_day(one, setting.zone) if one and _is_exact(one) else one for one in found]
    return found


def runs_ahead(found: Iterable[Moment | None], texts: Iterable[str], built: str, setting: Setting) -> timedelta:
    """By how much the dates of a feed lie ahead because it calls local time GMT, an hour or two; nothing where that is not sure.

    `found`: the dates of its entries; `texts`: all of them as written. `built`: when the feed says it was made, which cannot be in the future: so
    that shows it, unless it is only the date of an entry. Otherwise it takes that all entries ahead bear a minute that no
    person sets for an embargo. An entry that lies further ahead than a wrong zone explains is announced, and tells that
    others may be.
    """
    offset = setting.now.astimezone(setting.zone).utcoffset() or timedelta()
    first, last = setting.now + SLACK, setting.now + offset + SLACK
    exact = {one.at for one in found if one and _is_exact(one)}
    ahead = [at for at in exact if at > first]
    if not ahead or max(ahead) > last or not all(_IN_UTC.search(text) for text in (*texts, built) if text.strip()):
        return timedelta()
    made = moment(built, "", setting)
    if made and made.at not in exact:
        return offset if max(ahead) <= made.at <= last else timedelta()
    return offset if all(at.second or at.minute % _ROUND for at in ahead) else timedelta()


def _is_exact(one: Moment) -> bool:
    return one.precision in {"second", "minute"}


def _is_midnight(at: datetime) -> bool:
    return at.hour == at.minute == at.second == 0


def _that_day(one: Moment, zone: ZoneInfo) -> Moment:
    """A day that was made a midnight of UTC on its way here, as the day it was in its own zone."""
    return replace(one, at=one.at.replace(tzinfo=zone).astimezone(UTC), precision="day")
