"""What a way to read the news is worth, by what it gives: a verdict in one sentence, and whether to propose it. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from syndicator.ingest.clean import plain
from syndicator.ingest.identity import canonical
from syndicator.ingest.overview import Teaser
from syndicator.model import Draft
from syndicator.text import fold

_STALE = timedelta(days=200)  # older than that, a feed has been forgotten
_FULL = 0.7  # of a page's text that makes an entry's text the whole
_BARE = 40  # characters; less is no text
_MOST_OF = 0.6
_COMMENT = re.compile(r"(?:kommentare? (?:zu|von|fuer)|comments? (?:on|for|by)|re:)\b", re.IGNORECASE)
_COMMENT_ADDRESS = re.compile(r"#comment-?\d+|/comments?/", re.IGNORECASE)
_OTHERS = (  # what a feed may hold instead of news, by its title and address. Folded text.
    ("events", re.compile(r"veranstaltung|termine|events?\b|kalender|calendar")),
    ("jobs", re.compile(r"stellen(?:angebot|anzeige|ausschreibung|markt)|\bjobs?\b|karriere")),
    ("tenders", re.compile(r"vergabe|ausschreibung")),
    ("comments", re.compile(r"kommentare|comments")),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What some articles hold. `text` is the median length of what they say, in characters."""

    articles: int
    dated: float
    text: int
    newest: datetime | None

    @property
    def is_dated(self) -> bool:
        return self.dated >= _MOST_OF


def measure(drafts: Sequence[Draft]) -> Measure:
    dates = [draft.published.at for draft in drafts if draft.published]
    texts = [length(draft) for draft in drafts]
    return Measure(
        len(drafts),
        len(dates) / len(drafts) if drafts else 0.0,
        int(median(texts)) if texts else 0,
        max(dates, default=None),
    )


def length(draft: Draft) -> int:
    """The characters of an article's text, as far as it is there."""
    return max(len(plain(draft.body)), len(draft.summary))


def holds_instead(drafts: Sequence[Draft], called: Iterable[str], asked: str, now: datetime) -> str:
    """What a feed holds instead of news: "comments", "events" …; "" if it seems to be news, or is what was asked for.

    `called` are its names: title and address.
    """
    marks = [bool(_COMMENT.match(fold(d.title)) or _COMMENT_ADDRESS.search(d.address)) for d in drafts]
    if _mostly(marks):
        return "comments"
    if what := called_otherwise(called, asked):
        return what
    ahead = [draft.published is not None and draft.published.at > now + timedelta(days=1) for draft in drafts]
    return "events" if _mostly(ahead) else ""


def called_otherwise(called: Iterable[str], asked: str) -> str:
    """What else than news something holds by its names; "" where they do not say so, or where that is asked for."""
    words, wanted = " ".join(map(fold, called)), fold(asked)
    return next((what for what, named in _OTHERS if named.search(words) and not named.search(wanted)), "")


def _mostly(marks: Sequence[bool]) -> bool:
    return len(marks) > 0 and sum(marks) >= len(marks) * _MOST_OF


def is_of_section(drafts: Sequence[Draft], teasers: Sequence[Teaser]) -> bool:
    """Whether a feed holds what a list holds, and not the whole site.

    The feed may reach further back than the list's first page, and the other way round: of its first entries, as many
    as the list has, most are in the list.
    """
    addresses = {canonical(teaser.address) for teaser in teasers}
    titles = {fold(teaser.title) for teaser in teasers}
    first = drafts[: len(teasers)]
    inside = [draft.address in addresses or fold(draft.title) in titles for draft in first]
    return sum(inside) * 2 >= len(inside)


def has_full_texts(pairs: Sequence[tuple[Draft, Draft]]) -> bool:
    """Whether entries hold what the pages hold that they lead to: (entry, page) for some of them."""
    return all(length(entry) >= length(page) * _FULL for entry, page in pairs)


def is_stale(newest: datetime | None, now: datetime) -> bool:
    return newest is not None and now - newest > _STALE


def texts_of(measured: Measure, *, full: bool | None) -> str:
    """How much of the articles is there, in words; `full` is None where that could not be compared."""
    if measured.text < _BARE:
        return "bare titles"
    if full:
        return "full texts"
    about = f"about {round(measured.text, -1)} characters each"
    return f"texts of {about}" if full is None else f"teasers of {about}"


def day_of(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"newest of {moment.astimezone(zone):%Y-%m-%d}" if moment else "without dates"
