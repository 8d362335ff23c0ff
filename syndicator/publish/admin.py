"""The page for admins. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from syndicator.config import Site
from syndicator.model.usage import DAYS, Use
from syndicator.publish.adminwords import ADMIN_WORDS, PUSHES, REFUSALS, STATES
from syndicator.publish.pages import feed_path, render_page
from syndicator.publish.words import LANGUAGES

_UNITS = ("B", "kB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source as the page shows it; `remarks` are what is unusual, each with its language."""

    name: str
    title: str
    state: str
    level: str
    articles: int
    visited: datetime | None
    following: datetime | None
    remarks: tuple[tuple[str, str], ...]


def render_admin(
    site: Site,
    language: str,
    now: datetime,
    sources: Sequence[SourceLine],
    use: Use,
    *,
    titles: Mapping[str, str],
    rejected: str,
    problems: Mapping[str, str],
) -> bytes:
    """The page as UTF-8 HTML. `titles` of feeds by name, `rejected`: the mistakes of an edit that is not in force, `problems` of tokens by partner."""

    def clock(instant: datetime | None) -> str:
        return _clock(instant, site.zone, language) if instant else words["never"]

    words = ADMIN_WORDS[language]
    return render_page(
        "admin.html",
        site,
        language,
        {each: f"{site.url}admin" + ("" if each == LANGUAGES[0] else f"/{each}") for each in LANGUAGES},
        w=words,
        now=clock(now),
        days=DAYS,
        sources=sources,
        use=use,
        titles=titles,
        paths={feed: feed_path(site, feed, language) for feed in titles},
        rejected=rejected,
        problems=problems,
        clock=clock,
        number=lambda value: _number(value, language),
        size=lambda value: _size(value, language),
        state=lambda word: STATES[language].get(word, word),
        refusal=lambda word: REFUSALS[language].get(word, word),
        push=lambda word: PUSHES[language].get(word, word),
    )


def _clock(instant: datetime, zone: ZoneInfo, language: str) -> str:
    local = instant.astimezone(zone)
    return f"{local:%d.%m.%Y, %H:%M}" if language == "de" else f"{local:%Y-%m-%d, %H:%M}"


def _number(value: int, language: str) -> str:
    """With a mark between thousands: "12.345", "12,345"."""
    text = f"{value:,}"
    return text.replace(",", ".") if language == "de" else text


def _size(value: float, language: str) -> str:
    """Bytes in the largest unit that leaves a number of at least one: "1,2 MB"."""
    unit = 0
    while value >= 1000 and unit < len(_UNITS) - 1:  # noqa: PLR2004  # kB, not KiB
        value, unit = value / 1000, unit + 1
    text = f"{value:.1f}" if unit else f"{value:.0f}"
    return f"{text.replace('.', ',') if language == 'de' else text} {_UNITS[unit]}"
