"""When an article was published, as cities write it for people. Pure; nothing is guessed.

A date is taken from the beginning of a text only, so that running prose gives none. It may stand after what announces it
("Nachricht vom", "Stand:", "veröffentlicht am") or a weekday, and be followed by a time. What comes then must be nothing,
a separator ("|", "·") or an update's date; after a date with a year also a colon, a dash or a few words that end no
sentence ("Familie"). After a wording that announces a date anything may follow. The parts of a short line between
separators are tried one after the other. A range ("09.02. bis 13.02.") is an event and no publication.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from syndicator.ingest.machine_dates import (
    ANY_MONTH,
    ANY_WEEKDAY,
    MONTHS,
    WEEKDAYS,
    date_in_address,
    full_year,
    instant,
    read_machine_date,
)
from syndicator.model import Moment, Precision
from syndicator.text import fold

__all__ = [
    "announcement",
    "date_in_address",
    "is_update",
    "may_hold_date",
    "read_date",
    "read_day_and_time",
    "read_machine_date",
]

_LONGEST = 300  # characters looked at
_LONGEST_LINE = 120  # characters of a text whose parts are tried one by one
_MOST_WORDS = 5  # that may follow a date: "Stadt Mülheim an der Ruhr"
_DIGIT = re.compile(r"\d")
_EARLIEST = 1990  # no portal is older
_AHEAD = timedelta(days=2)  # a date without a year may lie this far after the reference, not further
_DAYS_AGO = {"heute": 0, "today": 0, "gestern": 1, "yesterday": 1, "vorgestern": 2}

# From here on everything is matched against folded text: lower case, ä as ae, ß as ss.
_UPDATE = (
    r"(?:(?:zu)?letzt(?:e|mals)?\s)?(?:stand|update|updated|aktualisier(?:t|ung)|(?:ge)?aender(?:t|ung)|ueberarbeitet"
    r"|modified|last\s(?:updated|modified|update)|aenderungsdatum)\b"
)
_ANNOUNCED = (
    r"(?:[a-z-]{0,30}(?:nachricht|meldung|mitteilung|information|info|artikel|beitrag|bericht|eintrag|news)"
    r"(?:\s(?:nr\.?\s?|nummer\s)?[\d/-]+)?(?:\svom\b|\s?[:,|])"
    r"|(?:veroeffentlicht|publiziert|erschienen|erstellt|eingestellt|gepostet|online\sseit|published|posted|created)\b"
    rf"|(?:veroeffentlichungs|erscheinungs|erstellungs|publikations)?datum\b|date\b|{_UPDATE})"
)
_RELATIVE = "|".join(_DAYS_AGO)
_BEFORE_DATE = rf"(?:(?:{ANY_WEEKDAY})\b[\s,.(]*)?\d{{1,2}}\.\s?(?:\d{{1,2}}\.|{ANY_MONTH})"
_PLACE = r"(?!(?:\S+\s){0,3}(?:am|ab|bis|vom|zum|und)\s)[a-z.-]+(?:\s[a-z.-]+){0,3},\sden"  # "Mülheim an der Ruhr, den"
_LEAD = re.compile(
    rf"[^a-z0-9]*(?P<announced>{_ANNOUNCED}(?:\s(?:am|vom|on))?[\s:,(-]*)?(?:(?:am|vom|den|on|{_PLACE})\s)?"
    rf"(?:(?:{_RELATIVE})[\s,(]+(?={_BEFORE_DATE}))?(?:(?P<weekday>{ANY_WEEKDAY})\b[.,]*[\s(]*(?:den\s)?)?",
    re.ASCII,
)
_YEAR = r"(?P<year>\d{4}(?!\d))"
_YEAR_MAYBE = rf"(?:[\s,-]*{_YEAR}|\s'?(?P<short>\d\d)(?=[,|)]|$))?"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?:\s?(?P<year>\d{4}(?!\d)|\d\d(?!\d|[.:]\d|\s?uhr)))?",
        rf"(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?[\s-]*(?P<name>{ANY_MONTH})\b\.?{_YEAR_MAYBE}",
        rf"(?P<name>{ANY_MONTH})\b\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s{_YEAR}",
        rf"(?P<name>{ANY_MONTH})\b\.?\s{_YEAR}",
        rf"(?:kw|kalenderwoche)\s?(?P<week>\d{{1,2}})(?!\d)(?:[\s/,-]*{_YEAR})?",
        rf"(?P<week>\d{{1,2}})\.?\s?(?:kw|kalenderwoche)\b(?:[\s/,-]*{_YEAR})?",
        rf"(?P<relative>{_RELATIVE})\b",
    )
)
_CLOCK = re.compile(
    r"[\s,;|·•()/–—-]*(?:(?:um|at)\s)?(?P<hour>\d{1,2})"
    r"(?:\.(?P<dotted>\d\d)(?:\s?(?:uhr|h)\b|(?=[)\s]*(?:$|[|·•])))"
    r"|:(?P<minute>\d\d)(?::(?P<second>\d\d))?(?![\d:])|(?=\s?(?:uhr|[ap]m)\b))"
    r"(?:\s?(?:uhr|h)\b)?(?:\s?(?P<half>[ap])m\b)?",
    re.ASCII,
)
_AND = re.compile(r"[\s.,)]*(?:(?P<word>bis|und|oder|sowie|until|to)\b|[–—/+&-])\s?(?:zum\s)?", re.ASCII)
_HOURS = re.compile(r"[\s,;|(–—-]*(?:von\s)?\d{1,2}\s?(?:bis|[–—-])\s?\d", re.ASCII)  # "10 bis 12 Uhr"
_SEPARATOR = re.compile(r"[|·•]")
_ENDS_DATE = re.compile(r"[\s)\].,]*[|·•]")
_HEADS_TEXT = re.compile(r"[\s)\].,]*(?::|[–—-]\s)")
_FEW_WORDS = re.compile(r"[\s,)\]]*[^.!?:;]{0,40}")
_IS_UPDATE = re.compile(rf"[^a-z0-9]*{_UPDATE}(?!\s(?:der|des|die)\b)", re.ASCII)


def read_date(text: str, zone: ZoneInfo, *, reference: datetime, origin: str) -> Moment | None:
    """Read a date as people write it next to an article, in German, English or ISO 8601; None if there is none.

    `reference` is when it was read: it says what "heute" is, and which year is meant where none is stated: that of the
    latest such day not after it, on the weekday named. Years before 1990 or more than two ahead are no dates.
    """
    if not may_hold_date(text):
        return None
    today = reference.astimezone(zone).date()
    line = fold(text.strip()[:_LONGEST])
    machine = None if line.isdigit() else read_machine_date(line, zone, origin=origin)
    if machine:
        return machine if _is_plausible(machine.at.year, today) else None
    return next((found for part in _parts(line) if (found := _read(part, today, zone, origin))), None)


def read_day_and_time(day: str, clock: str, zone: ZoneInfo, *, reference: datetime, origin: str) -> Moment | None:
    """Read a date and a time that stand apart ("Mo 7. Juli 2025" and "12:52 Uhr"); without a time the day alone."""
    found = read_date(day, zone, reference=reference, origin=origin)
    shown = _CLOCK.match(fold(clock.strip()[:_LONGEST]))
    if not found or found.precision != "day" or not shown:
        return found
    return _at(found.at.astimezone(zone).date(), shown, zone, origin) or found


def may_hold_date(text: str) -> bool:
    """Whether a text can hold a date at all; costs a tenth of reading it."""
    head = text[:_LONGEST]
    return bool(_DIGIT.search(head)) or any(word in head.lower() for word in _DAYS_AGO)


def is_update(text: str) -> bool:
    """Whether a wording tells of a change and not of the publication: "Stand vom", "Update (…)", "aktualisiert am"."""
    return bool(_IS_UPDATE.match(fold(text.strip()[:_LONGEST])))


def announcement(text: str) -> str:
    """The words that announce a date as the publication or a change, folded: "datum", "pressemitteilung vom"; "" where none do."""
    lead = _LEAD.match(fold(text.strip()[:_LONGEST]))
    return (lead["announced"] or "").strip(" :,(-") if lead else ""


def _parts(line: str) -> Iterator[str]:
    yield line
    if len(line) <= _LONGEST_LINE:
        for separator in _SEPARATOR.finditer(line):
            yield line[separator.end() :]


@dataclass(frozen=True, slots=True)
class _Written:
    """A day as it stands there. `dated`: its year was stated."""

    day: date
    precision: Precision
    dated: bool = True


def _read(line: str, today: date, zone: ZoneInfo, origin: str) -> Moment | None:
    lead = _LEAD.match(line)
    assert lead  # no part of it is required
    found = next((found for form in _FORMS if (found := form.match(line, lead.end()))), None)
    written = _day_of(found, lead["weekday"] or "", today) if found else None
    if not found or not written or not _is_plausible(written.day.year, today):
        return None
    moment, end = instant(written.day, (0, 0, 0), zone, written.precision, origin), found.end()
    shown = _CLOCK.match(line, end) if written.precision == "day" else None
    if shown:
        moment, end = _at(written.day, shown, zone, origin) or moment, shown.end()
    return moment if _may_follow(line[end:], written, announced=bool(lead["announced"])) else None


def _day_of(found: re.Match[str], weekday: str, today: date) -> _Written | None:
    part = found.groupdict()
    if relative := part.get("relative"):
        return _Written(today - timedelta(days=_DAYS_AGO[relative]), "day", dated=False)
    stated = part.get("year") or part.get("short")
    years = [full_year(stated)] if stated else range(today.year + 1, today.year - 12, -1)
    days = [day for year in years if (day := _day_in(year, part))]
    if not stated:
        days = [day for day in days if day <= today + _AHEAD]
        days = [day for day in days if day.weekday() == WEEKDAYS.get(weekday, day.weekday())] or days
    precision: Precision = "day" if part.get("day") else "week" if part.get("week") else "month"
    return _Written(days[0], precision, dated=bool(stated)) if days else None


def _day_in(year: int, part: dict[str, str | None]) -> date | None:
    try:
        if week := part.get("week"):
            return date.fromisocalendar(year, int(week), 1)
        name = part.get("name")
        return date(year, MONTHS[name] if name else int(part.get("month") or 0), int(part.get("day") or 1))
    except ValueError:
        return None


def _at(day: date, shown: re.Match[str], zone: ZoneInfo, origin: str) -> Moment | None:
    hour = int(shown["hour"])
    if shown["half"] and 1 <= hour <= 12:  # noqa: PLR2004  # a clock's face
        hour = hour % 12 + (12 if shown["half"] == "p" else 0)
    clock = (hour, int(shown["minute"] or shown["dotted"] or 0), int(shown["second"] or 0))
    return instant(day, clock, zone, "second" if shown["second"] else "minute", origin)


def _may_follow(rest: str, written: _Written, *, announced: bool) -> bool:
    """Whether a date followed by that stands for itself, by the rule on top of this file."""
    if _goes_on(rest):
        return False
    if announced or not any(character.isalnum() for character in rest):
        return True
    if _ENDS_DATE.match(rest) or _IS_UPDATE.match(rest):
        return True
    if not written.dated or written.precision != "day":
        return False
    return bool(_HEADS_TEXT.match(rest) or (_FEW_WORDS.fullmatch(rest) and len(rest.split()) <= _MOST_WORDS))


def _goes_on(rest: str) -> bool:
    """Whether a date is the first of several, or the day of an event: "bis 13.02.", "- 6. November", "- 16:00 Uhr"."""
    link = _AND.match(rest)
    if not link:
        return bool(_HOURS.match(rest))
    lead = _LEAD.match(rest, link.end())
    following = [form.match(rest, lead.end() if lead else link.end()) for form in _FORMS]
    return bool(link["word"]) or any(following) or bool(_CLOCK.match(rest, link.end()))


def _is_plausible(year: int, today: date) -> bool:
    return _EARLIEST <= year <= today.year + 2
