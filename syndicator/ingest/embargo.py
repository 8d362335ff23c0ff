"""Until when a source asks not to publish an article: "Sperrfrist: 5. November 2019, 12 Uhr" and its other spellings. Pure.

A wish stands at the beginning of a line. What it says:

- A day without an hour means its first moment; "bis 5. November" without an hour means its end, as a period that runs
  until a day includes that day (§ 188 BGB).
- A day without a year is the one nearest to the publication, or to now where none is known.
- An event ("Redeschluss") is no instant: the article is held until someone releases it. So it is with "Sperrfrist" alone,
  and with an instant more than `FARTHEST` ahead, which is more likely a slip of the pen.
- A range ("1. November bis 31. Januar") is a close season or an event, and no wish.
- Common speech ("Frei ab 18 Uhr") counts only where it is a line of its own.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from syndicator.ingest.machine_dates import ANY_MONTH, ANY_WEEKDAY, MONTHS, WEEKDAYS, full_year, instant
from syndicator.model import Moment
from syndicator.text import fold, squeeze

FARTHEST = timedelta(days=60)
"""No press office sends further ahead; beyond, a date is a mistake."""

SLACK = timedelta(minutes=5)
"""By so much a publication may lie ahead because clocks differ."""

_LONGEST = 200  # characters of a line that are looked at
_SHORT = 80
_STEMS = (
    "sperr",
    "mbargo",
    "rei ab",
    "rei zur",
    "rei für",
    "rei fuer",
    "eigabe",
    "gegeben",
    "ffentlich",
    "not for ",
    "hold for ",
)

# From here on everything is matched against folded text: lower case, ä as ae, ß as ss.
_BEFORE = (
    r"(?:achtung|wichtig|hinweis|(?:mit der )?bitte(?: um beachtung(?: der| folgender)?)?|beachten(?: sie)?(?: bitte)?(?: die| unsere| folgende)?"
    r"|mit|unter|under|es gilt(?: eine| die| das gesprochene wort)?)[\s:;.,!–-]+"
)
_MEDIA = r"(?:[a-z-]*medien|print|online|tv|radio|rundfunk|hoerfunk|presse|veroeffentlichung(?:en)?|sender|zeitungen)"
_BAN = (
    r"(?:(?:sende|online|print|presse|veroeffentlichungs|media|press)[\s-]?)?(?:sperrfrist|sperrvermerk|embargo(?:ed|frist)?)(?![a-z])"
    rf"(?:\s?\({_MEDIA}[^()]{{0,30}}\)|\sfuer\s(?:(?:alle|die)\s)*{_MEDIA}(?:\sund\s[a-z-]+)?)?"
)
_UNTIL = r"(?:\s(?:bitte\s)?(?:gilt|endet|beachten)\b)?(?P<until>[\s:;!.,*+–-]*(?:bis\s(?:zum\s|einschliesslich\s)*|until\s|till\s))?"
_FREE = r"frei(?:gegeben)?(?:\s(?:zur|fuer(?:\sdie)?)\s[a-z]+)?\s(?:ab|fuer)|freigabe(?:\sab)?"
_ASKED = (
    r"(?:zur\s|bitte\s)?veroeffentlichung\s(?:bitte\s)?(?:frei\s|freigegeben\s)?(?:erst\s)?(?:ab|nach|nicht\svor)"
    r"|(?:bitte\s)?nicht\s(?:zur\sveroeffentlichung\s(?:bestimmt\s)?)?vor|(?:bitte\s)?(?:erst|fruehestens)\s(?:ab|am)"
    r"|not\sfor\s(?:publication|release)\s(?:before|until)|hold\sfor\srelease\s(?:until|till)"
)
_WISH = re.compile(
    rf"[^a-z0-9]*(?:{_BEFORE})*(?:(?P<ban>{_BAN}){_UNTIL}|(?:(?P<free>{_FREE})|(?P<asked>{_ASKED}))(?![a-z]))"
    r"[\s:;!.,*+–-]*(?:(?:ab|am|dem|den|on|vor)\s)*",
    re.ASCII,
)
_ABOUT_PUBLISHING = re.compile(r"veroeffentlich|freizugeben|publication|release")
_RELATIVE = {"heute": 0, "today": 0, "morgen": 1, "tomorrow": 1, "uebermorgen": 2}
_YEAR = r"(?:[\s,]*(?P<year{0}>\d{{4}})(?!\d)|\s?(?P<short{0}>\d\d)(?!\d|[.:]\d|\s?uhr))?"
_DAY = re.compile(
    rf"(?:(?:{ANY_WEEKDAY})\b[\s.,(]*(?:(?:den|dem|der)\s)?)?"
    rf"(?:(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})(?:\.{_YEAR.format('')}|(?=[\s,]+\d{{1,2}}(?:[.:]\d\d)?\s?uhr))"
    rf"|(?P<iso>\d{{4}}-\d\d-\d\d)(?!\d)"
    rf"|(?P<named>\d{{1,2}})(?:\.|st|nd|rd|th)?\s?(?P<name>{ANY_MONTH})\b\.?{_YEAR.format('_')}"
    rf"|(?P<relative>{'|'.join(_RELATIVE)})\b)",
    re.ASCII,
)
_WEEKDAY = re.compile(
    rf"(?P<weekday>{'|'.join(name for name in WEEKDAYS if name.endswith(('tag', 'woch', 'abend', 'day')))})\b", re.ASCII
)
_CLOCK = re.compile(
    r"[\s,;|()–-]*(?:t(?=\d)|(?:um|ab|at|bis|gegen)\s)?(?:(?P<hour>\d{1,2})(?:(?P<mark>[.:])(?P<minute>\d\d)(?![\d.])(?::\d\d)?)?"
    r"(?:(?P<uhr>\s?(?:uhr|h\b|noon\b))|\s?(?P<half>[ap])\.?m\b\.?)?|(?P<word>mitternacht|midnight|mittags?\b|noon))"
    r"(?:\s(?:mittags|nachts|morgens|frueh))?(?:\s?(?P<zone>utc|gmt|z\b))?(?:\s?(?:mez|mesz|cet|cest)\b)?",
    re.ASCII,
)
_JOINT = re.compile(r"[\s,;(]*(?:(?:am|on|den|des)\s)?")
_RANGE = re.compile(
    rf"[\s,()]*(?:bis|until|to|und|[–—-])\s?(?:zum\s)?(?:(?:{ANY_WEEKDAY})\b[\s.,]*)?\d{{1,2}}(?:[.:]|\s?uhr|\s(?:{ANY_MONTH}))",
    re.ASCII,
)
_EVENT = re.compile(
    r"[\s,;(–-]*(?:(?:bis|nach|mit|ab|zu)\s)?(?:(?:zum|zur|dem|der|den)\s)?(?:rede(?:beginn|schluss|ende)|(?:veranstaltungs|sitzungs|termin)(?:beginn|ende|schluss)"
    r"|(?:beginn|ende|anfang|schluss|abschluss|start)\s(?:der|des|dieser|von|ihrer|seiner)\s[a-z-]+|(?:rede|veranstaltung|sitzung|pressekonferenz)\b)",
    re.ASCII,
)
_PUBLISH = re.compile(r"[\s,)]*(?:zu\s)?(?:veroeffentlichen|freizugeben)\b[.!)]*")
_LIKE_A_DAY = re.compile(rf"(?:(?:{ANY_WEEKDAY})\b[\s.,]*)?\d{{1,2}}\.")
_NOTHING = re.compile(r"[^a-z0-9]*")
_LEFT = re.compile(r"^[\s:;,.!|/)\]*+–—-]+")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a line asks for, in its own words; `until` is None where it names no instant.

    `words`: how many words at the beginning of the line say it. `shifting`: it is told from the day of reading ("heute, 18
    Uhr" where no publication is known), so that a later reading would tell another instant.
    """

    said: str
    words: int
    until: datetime | None = None
    shifting: bool = False


def may_hold(text: str) -> bool:
    """Whether it is worth while to look for a wish in a text; costs a microsecond for each 500 characters or so."""
    lowered = text.lower()
    return any(stem in lowered for stem in _STEMS) or "nicht vor" in lowered


def read_wish(line: str, zone: ZoneInfo, published: Moment | None, now: datetime) -> Wish | None:
    """The wish with which a line of plain text begins; None where it is none."""
    text = fold(line[:_LONGEST])
    found = _WISH.match(text)
    if not found:
        return None
    reading = _Reading(text, zone, published.at if published else None, now)
    if stated := reading.instant(found.end(), until=bool(found["until"])):
        return _dated_wish(line, text, found, stated)
    return _undated_wish(line, text, found, reading) if found["ban"] else None


def without_words(line: str, words: int) -> str:
    """What a line says behind its first words, and behind what stands between."""
    return _LEFT.sub("", " ".join(squeeze(line).split(" ")[words:]))


def from_publication(
    published: Moment | None, zone: ZoneInfo, now: datetime, slack: timedelta = SLACK
) -> datetime | None:
    """The hour of a publication that lies ahead: until then it is an embargo. None for a day, and for what is a mistake.

    A day alone names no hour, and the portal shows the article already; a midnight is how software writes a day. `slack`: by
    how much the source's clock may run ahead.
    """
    if (
        published is None
        or not now + slack < published.at <= now + FARTHEST
        or published.precision not in {"second", "minute"}
    ):
        return None
    return None if any(f"{published.at.astimezone(at):%H%M%S}" == "000000" for at in (zone, UTC)) else published.at


# ---------------------------------------------------------------- instants


@dataclass(frozen=True, slots=True)
class _Stated:
    """An instant, and where in the line it ends. `timed`, `dated`: its hour, its year are stated."""

    at: datetime
    end: int
    timed: bool = False
    dated: bool = False
    shifting: bool = False


def _dated_wish(line: str, text: str, found: re.Match[str], stated: _Stated) -> Wish | None:
    end = stated.end
    if _RANGE.match(text, end):
        return None
    if found["free"] and not ((stated.timed or stated.dated) and _NOTHING.fullmatch(text, end)):
        return None
    if found["asked"] and not _ABOUT_PUBLISHING.search(text):
        return None
    event, publish = _EVENT.match(text, end), _PUBLISH.match(text, end)
    end = event.end() if event else publish.end() if publish else end
    return _wish(line, text, end, None if event and not stated.timed else stated)  # that day, but when?


def _undated_wish(line: str, text: str, found: re.Match[str], reading: "_Reading") -> Wish | None:
    """An event, with an hour behind it or without; a day that no calendar has; nothing at all."""
    if event := _EVENT.match(text, found.end()):
        joint = _JOINT.match(text, event.end())
        stated = reading.instant(joint.end() if joint else event.end(), until=False)
        timed = stated if stated and stated.timed else None
        return _wish(line, text, timed.end if timed else event.end(), timed)
    if _NOTHING.fullmatch(text, found.end()) or (len(text) <= _SHORT and _LIKE_A_DAY.match(text, found.end())):
        return _wish(line, text, len(text), None)
    return None


def _wish(line: str, text: str, end: int, stated: _Stated | None) -> Wish:
    """Counted in words: folding changes the length of a text, but not where its words end."""
    within = re.match(r"\S*", text[end:])
    partly = bool(within and re.search(r"[a-z0-9]", within[0]))  # "12 Uhr)Neue": what follows is glued to it
    words = len(text[:end].split()) - partly
    said = " ".join(squeeze(line).split(" ")[:words]).strip(" :;,.–—-([)]*+")
    return Wish(said, words, stated.at if stated else None, bool(stated and stated.shifting))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A folded line, and what its dates are told from."""

    text: str
    zone: ZoneInfo
    published: datetime | None
    now: datetime

    @property
    def near(self) -> date:
        return (self.published or self.now).astimezone(self.zone).date()

    def instant(self, start: int, *, until: bool) -> _Stated | None:
        """The instant that is stated there: a day, a time, or both in either order."""
        clock = self._clock(start, first=True)
        if clock:
            joint = _JOINT.match(self.text, clock.end())
            day = self._day(joint.end() if joint else clock.end())
            if not day:
                return self._at(self.near, clock, _Stated(self.now, clock.end(), shifting=self.published is None))
            return self._at(day[0], clock, day[1])
        day = self._day(start)
        if not day:
            return None
        if clock := self._clock(day[1].end):
            return self._at(day[0], clock, _Stated(self.now, clock.end(), dated=day[1].dated, shifting=day[1].shifting))
        moment = instant(day[0] + timedelta(days=until), (0, 0, 0), self.zone, "day", "")
        return _Stated(moment.at, day[1].end, dated=day[1].dated, shifting=day[1].shifting) if moment else None

    def _at(self, day: date, clock: re.Match[str], stated: _Stated) -> _Stated | None:
        hour, minute = int(clock["hour"] or 0), int(clock["minute"] or 0)
        if word := clock["word"]:
            hour = 12 if word.startswith(("mittag", "noon")) else 24
        if clock["half"]:
            hour = hour % 12 + (12 if clock["half"] == "p" else 0)
        moment = instant(day, (hour, minute, 0), self.zone, "minute", "")
        if moment and clock["zone"]:
            moment = instant(day, (hour, minute, 0), UTC, "minute", "")
        return _Stated(moment.at, stated.end, True, stated.dated, stated.shifting) if moment else None

    def _clock(self, start: int, *, first: bool = False) -> re.Match[str] | None:
        """A time of day. A number alone is one only at the end of the line; before a day, "5.11" is a day as well."""
        found = _CLOCK.match(self.text, start)
        if not found or found["word"] or found["uhr"] or found["half"] or found["mark"] == ":":
            return found
        if first:
            return None
        return found if found["minute"] or _NOTHING.fullmatch(self.text, found.end()) else None

    def _day(self, start: int) -> tuple[date, _Stated] | None:
        if found := _DAY.match(self.text, start):
            part = found.groupdict()
            if part["relative"]:
                day = self.near + timedelta(days=_RELATIVE[part["relative"]])
                return day, _Stated(self.now, found.end(), shifting=self.published is None)
            stated = part["year"] or part["short"] or part["year_"] or part["short_"] or (part["iso"] or "")[:4]
            if found_day := self._nearest(part, stated):
                return found_day, _Stated(self.now, found.end(), dated=bool(stated))
        elif found := _WEEKDAY.match(self.text, start):
            ahead = (WEEKDAYS[found["weekday"]] - self.near.weekday()) % 7
            return self.near + timedelta(days=ahead), _Stated(self.now, found.end(), shifting=self.published is None)
        return None

    def _nearest(self, part: dict[str, str | None], stated: str) -> date | None:
        """The day in the year that is stated, else in the one that brings it nearest. A weekday may be a slip of the pen."""
        if part["iso"]:
            month, day = (int(number) for number in part["iso"].split("-")[1:])
        else:
            month = MONTHS[part["name"]] if part["name"] else int(part["month"] or 0)
            day = int(part["day"] or part["named"] or 0)
        years = [full_year(stated)] if stated else range(self.near.year - 1, self.near.year + 2)
        days = [found for year in years if (found := _date(year, month, day))]
        return min(days, key=lambda found: abs(found - self.near), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
