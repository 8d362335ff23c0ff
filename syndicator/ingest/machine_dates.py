"""Dates as machines write them, in feeds, attributes, JSON-LD and addresses. Pure; never raises."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from syndicator.model import Moment, Precision
from syndicator.text import fold

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar january jaenner jan jaen",
            "februar february feber feb febr",
            "maerz march marz maer mrz mar",
            "april apr",
            "mai may",
            "juni june jun",
            "juli july jul",
            "august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "dezember december dez dec",
        ),
        start=1,
    )
    for name in names.split()
}
"""Folded names of the months, German, Austrian and English, in full and short."""

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "montag mo monday mon",
            "dienstag di tuesday tues tue",
            "mittwoch mi wednesday wed",
            "donnerstag do thursday thurs thu",
            "freitag fr friday fri",
            "samstag sa sonnabend saturday sat",
            "sonntag so sunday sun",
        )
    )
    for name in names.split()
}
"""Folded names of the days, as `date.weekday()` counts them."""

ANY_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
ANY_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_LONGEST = 100  # characters of a machine's date
_LONGEST_ADDRESS = 2000
# Outside lies what software writes for "no date" and "never": the zero of Unix, of .NET, of spreadsheets; the year 9999.
_FIRST, _LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
_PLAUSIBLE = range(1990, 2100)  # years in an address; any other four digits are a number
_OFFSETS = {
    "z": 0, "gmt": 0, "utc": 0, "ut": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2,
    "eet": 2, "oez": 2, "eest": 3, "oesz": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7,
    "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
"""Hours east of UTC. RFC 822 names the American ones; CET and its kin are what German software writes."""

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
_ZONE = r"(?P<zone>(?:gmt|utc)?\s?[+\u2212-]\d\d(?::?\d\d)?|[a-z]{1,4})?(?:\s?[\[(][a-z/_ +-]*[\])])?"
_DAY_NAME = rf"(?:(?:{ANY_WEEKDAY})[.,]{{0,2}}\s)?"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        # ISO 8601 and RFC 3339, in the extended and the basic form
        rf"(?P<year>\d{{4}})(?P<dash>[-/.])(?P<month>\d{{1,2}})(?P=dash)(?P<day>\d{{1,2}})(?:\s?[t_ ]\s?{_CLOCK}\s?{_ZONE})?",
        rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)(?:[t ]?(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d{{1,9}})?)?\s?{_ZONE})?",
        r"(?P<year>\d{4})-(?P<month>\d\d)",
        r"(?P<year>\d{4})-?w(?P<week>\d\d)",
        # RFC 822, 850, 1123, 5322
        rf"{_DAY_NAME}(?P<day>\d{{1,2}})[.]?[\s-](?P<name>{ANY_MONTH})[.]?[\s-](?P<year>\d{{4}}|\d\d)(?:,?\s{_CLOCK}\s?{_ZONE})?",
        # asctime and Date.toString() of JavaScript
        rf"{_DAY_NAME}(?P<name>{ANY_MONTH})\s(?P<day>\d{{1,2}})\s{_CLOCK}(?:\s{_ZONE})?\s(?P<year>\d{{4}})",
        rf"{_DAY_NAME}(?P<name>{ANY_MONTH})\s(?P<day>\d{{1,2}})\s(?P<year>\d{{4}})\s{_CLOCK}\s?{_ZONE}",
        # German content systems
        rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}})(?:,?\s{_CLOCK}\s?{_ZONE})?",
    )
)
_UNIX = re.compile(r"(?P<seconds>[1-3]\d{9})(?:\d{3})?", re.ASCII)  # 2001 to 2096, in seconds or milliseconds

_BETWEEN = r"(?<![a-z0-9]){}(?![a-z0-9])"
_IN_ADDRESS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"/(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})(?=[/.-]|$)",
        rf"/(?P<day>\d{{1,2}})[.]?[\s_-]*(?P<name>{ANY_MONTH})[\s_-]+(?P<year>\d{{4}})(?=/|$)",
        r"/(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?=/|$)",
        _BETWEEN.format(r"(?P<year>\d{4})([_-])(?P<month>\d\d)\2(?P<day>\d\d)"),
        _BETWEEN.format(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"),
        r"/(?P<year>\d{4})[/-](?P<month>\d\d)(?=/(?!\d{1,2}(?:[/.-]|$))|$)",
    )
)


def read_machine_date(text: str, zone: ZoneInfo, *, origin: str) -> Moment | None:
    """Read ISO 8601, RFC 3339, RFC 822 and their usual deviations, and Unix time of ten or thirteen digits; None if it is none.

    What states no zone is meant in `zone`. Fractions of seconds are dropped. None, too, for what software writes where it has
    no date (1970-01-01 and before, the year 9999), and for what no datetime can hold.
    """
    line = fold(text) if len(text) <= _LONGEST else ""
    if unix := _UNIX.fullmatch(line):
        return Moment(datetime.fromtimestamp(int(unix["seconds"]), UTC), "second", origin)
    found = next((found for form in _FORMS if (found := form.fullmatch(line))), None)
    moment = _moment(found, zone, origin) if found else None
    return moment if moment and _FIRST <= moment.at <= _LAST else None


def date_in_address(address: str, zone: ZoneInfo) -> Moment | None:
    """The date that an address's path states: /2024/12/05/, /5-Dezember-2024/, 2024-12-05, 20241205, /2024/12/.

    The query is left aside, as numbers in it are ids. Two different dates of one form are no publication date.
    """
    path = address[:_LONGEST_ADDRESS].partition("?")[0].partition("#")[0].partition("://")[2]
    line = fold(unquote(path, errors="replace"))
    for form in _IN_ADDRESS:
        moments = {moment for found in form.finditer(line) if (moment := _in_address(found, zone))}
        if moments:
            return moments.pop() if len(moments) == 1 else None
    return None


def instant(day: date, clock: tuple[int, int, int], zone: tzinfo, precision: Precision, origin: str) -> Moment | None:
    """The moment at which clocks in `zone` show that; None if they never do.

    24:00 is the next midnight, and 60 the next minute (RFC 3339, 5.7). Where clocks are set back the first of the two
    is taken; a time that is skipped when they are set forward lies as long after the gap's beginning.
    """
    hour, minute, second = clock
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):  # noqa: PLR2004  # a clock's limits
        return None
    try:
        shown = datetime.combine(day, time()) + timedelta(hours=hour, minutes=minute, seconds=second)
        return Moment(shown.replace(tzinfo=zone).astimezone(UTC), precision, origin)
    except (ValueError, OverflowError):
        return None


def full_year(text: str) -> int:
    """RFC 5322, 4.3: two digits up to 49 are of this century, the others of the last."""
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 50 else 1900)  # noqa: PLR2004


def _moment(found: re.Match[str], zone: ZoneInfo, origin: str) -> Moment | None:
    """What a form's named groups say."""
    part = found.groupdict()
    day = _day(part)
    place = _offset(part.get("zone") or "", zone)
    if not day or not place:
        return None
    if not part.get("hour"):
        return instant(day, (0, 0, 0), zone, _coarse(part), origin)
    clock = (int(part["hour"]), int(part["minute"]), int(part["second"] or 0))
    return instant(day, clock, place, "second" if part["second"] else "minute", origin)


def _day(part: dict[str, str | None]) -> date | None:
    year = full_year(part["year"] or "")
    try:
        if week := part.get("week"):
            return date.fromisocalendar(year, int(week), 1)
        month = MONTHS[name] if (name := part.get("name")) else int(part.get("month") or 1)
        return date(year, month, int(part.get("day") or 1))
    except ValueError:
        return None


def _coarse(part: dict[str, str | None]) -> Precision:
    if part.get("day"):
        return "day"
    return "week" if part.get("week") else "month"


def _offset(name: str, zone: ZoneInfo) -> tzinfo | None:
    """What a zone's name or offset means; the source's own zone where it is missing or nobody knows it."""
    numeric = re.search(r"([+\u2212-])(\d\d):?(\d\d)?", name)
    if numeric:
        minutes = int(numeric[2]) * 60 + int(numeric[3] or 0)
        if minutes >= 24 * 60:
            return None
        return timezone(timedelta(minutes=minutes if numeric[1] == "+" else -minutes))
    hours = _OFFSETS.get(name.strip())
    return zone if hours is None else timezone(timedelta(hours=hours))


def _in_address(found: re.Match[str], zone: ZoneInfo) -> Moment | None:
    moment = _moment(found, zone, "address")
    return moment if moment and int(found["year"]) in _PLAUSIBLE else None
