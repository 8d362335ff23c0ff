"""Cron expressions: their shape, as APScheduler's `CronTrigger.from_crontab` reads them. Pure."""

import re

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EXAMPLE = '"*/10 6-22 * * mon-fri"'

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 6))
_NAMES = {"month": MONTHS, "weekday": WEEKDAYS}
_NUMBERS = re.compile(r"(?:\*|(\d{1,4})(?:-(\d{1,4}))?)(?:/(\d{1,4}))?", re.ASCII)
_WORDS = re.compile(r"([a-z]+)(?:-([a-z]+))?", re.ASCII | re.IGNORECASE)
_DAYS_AT_MOST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def mistake_in(expression: str) -> str | None:
    """What is wrong with a cron expression of five fields, as a clause; None when nothing is."""
    fields = expression.split()
    if len(fields) != len(_FIELDS):
        return f"expected five fields (minute hour day month weekday) like {EXAMPLE}, not {len(fields)}"
    for (name, low, high), field in zip(_FIELDS, fields, strict=True):
        for part in field.split(","):
            if problem := _part(name, low, high, part):
                return f"{name} '{part}': {problem}"
    if _never(fields[2], fields[3]):
        return f"there is no day '{fields[2]}' in month '{fields[3]}'"
    return None


def _part(name: str, low: int, high: int, part: str) -> str | None:
    if words := _WORDS.fullmatch(part):
        return _words(name, low, words)
    numbers = _NUMBERS.fullmatch(part)
    if numbers is None:
        return f"expected {_expected(name, low, high)}"
    if name == "weekday" and numbers[1]:
        # 0 is Sunday in cron and Monday in APScheduler: a number would poll on the wrong day, unnoticed.
        return (
            "expected weekdays by name (mon, tue, wed, thu, fri, sat, sun): numbers mean other days to other programs"
        )
    first = int(numbers[1]) if numbers[1] else low
    last = int(numbers[2]) if numbers[2] else (first if numbers[1] and not numbers[3] else high)
    if not low <= first <= high or not low <= last <= high:
        return f"expected numbers from {low} to {high}"
    return _span(first, last, numbers[3])


def _span(first: int, last: int, step: str | None) -> str | None:
    if first > last:
        return "the first value of a range must not come after the last"
    if step is not None and not 1 <= int(step) <= last - first:
        return f"the step '/{step}' does not fit" + (f": expected 1 to {last - first}" if last > first else "")
    return None


def _words(name: str, low: int, words: re.Match[str]) -> str | None:
    known = _NAMES.get(name, ())
    positions = [known.index(word.lower()) if word.lower() in known else -1 for word in words.groups() if word]
    if not known:
        return f"expected numbers from {low} or *, not a name"
    if -1 in positions:
        return f"expected names among {', '.join(known)}"
    return _span(positions[0], positions[-1], None)


def _expected(name: str, low: int, high: int) -> str:
    if name == "weekday":
        return "* or weekdays like mon, mon-fri or mon,wed"
    return f"*, */n, a number from {low} to {high} or a range like {low}-{high}"


def _never(days: str, months: str) -> bool:
    """Whether no year has such a day: 30 February, 31 November."""
    first_days = [int(part.split("-")[0].split("/")[0]) if part[0] != "*" else 1 for part in days.split(",")]
    return all(min(first_days) > _DAYS_AT_MOST[month - 1] for month in _listed_months(months))


def _listed_months(field: str) -> set[int]:
    listed: set[int] = set()
    for part in field.split(","):
        span, _, step = part.lower().partition("/")
        first, _, last = ("1-12" if span == "*" else span).partition("-")
        end = _month(last) if last else (12 if step else _month(first))
        listed.update(range(_month(first), end + 1, int(step or 1)))
    return listed


def _month(text: str) -> int:
    return MONTHS.index(text) + 1 if text in MONTHS else int(text)
