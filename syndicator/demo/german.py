"""Dates as German portals write them."""

from collections.abc import Callable
from datetime import datetime

from markupsafe import Markup

MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
SHORT_MONTHS = ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.")
DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


def long_date(at: datetime) -> str:
    """As in "4. November 2019"."""
    return f"{at.day}. {MONTHS[at.month - 1]} {at.year}"


def date_with_day(at: datetime) -> str:
    """As in "Mo 4. November 2019"."""
    return f"{DAYS[at.weekday()][:2]} {long_date(at)}"


def _two_times(at: datetime) -> str:
    """The new Dortmund portal's way: the attribute of both elements is the time of day, and no date."""
    element = Markup('<time datetime="{}">{}</time>')
    return element.format(f"{at:%H:%M}", date_with_day(at)) + " " + element.format(f"{at:%H:%M}", f"{at:%H:%M} Uhr")


SPELLINGS: tuple[Callable[[datetime], str], ...] = (
    date_with_day,
    lambda at: f"Nachricht vom {at:%d.%m.%Y}",
    lambda at: f"{at.day}. {SHORT_MONTHS[at.month - 1]} {at.year}, {at:%H:%M} Uhr",
    lambda at: f"Nachricht vom {at:%d.%m.%Y}",
    lambda at: f"Meldung vom {at:%d}. {MONTHS[at.month - 1]} {at.year}",
    lambda at: f"{DAYS[at.weekday()]}, {long_date(at)}",
    lambda at: f"{long_date(at)}, {at:%H:%M} Uhr | Stadt Dortmund",
    _two_times,
    lambda at: f"{at:%d.%m.%Y}",
    lambda at: f"Stand: {at:%d.%m.%Y}, {at:%H.%M} Uhr",
)


def spelled(at: datetime, story_id: int) -> str:
    """A date as the article of this number writes it."""
    return SPELLINGS[story_id % len(SPELLINGS)](at)
