"""What a request's header fields ask for: which encoding, whether anything changed, which part. Pure.

A field's value is None when the request does not carry it; several lines of one field are joined by commas
(RFC 9110, 5.3).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

from syndicator.publish.encodings import SUFFIXES

Verdict = Literal["send", "not-modified", "failed"]

IDENTITY = "identity"
PREFERENCE = (*SUFFIXES, IDENTITY)  # among codings that the client likes equally
_FALLBACK = 0.0001  # identity is acceptable unless excluded, but only when nothing listed is at hand
_QUALITY = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
# One element of a list of entity tags; a comma may be part of a tag.
_TAG = re.compile(r'[\s,]*((?:W/)?"[^"]*")[ \t]*(?=,|$)')
_RANGE = re.compile(r"bytes[ \t]*=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE)
_MONTHS = {
    month: number
    for number, month in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_TIME = r"(?P<hour>[0-9][0-9]):(?P<minute>[0-9][0-9]):(?P<second>[0-9][0-9])"
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})"
_DATES = (
    re.compile(rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?P<day>[0-9][0-9]) {_MONTH} (?P<year>[0-9]{{4}}) {_TIME} GMT"),
    re.compile(
        rf"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?P<day>[0-9][0-9])-{_MONTH}-(?P<year>[0-9][0-9]) {_TIME} GMT"
    ),
    re.compile(rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) {_MONTH} (?P<day>[ 0-9][0-9]) {_TIME} (?P<year>[0-9]{{4}})"),
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """The precondition fields of a request (RFC 9110, 13.1)."""

    if_match: str | None = None
    if_none_match: str | None = None
    if_modified_since: str | None = None
    if_unmodified_since: str | None = None


@lru_cache(maxsize=512)
def choose_encoding(accept: str | None, available: tuple[str, ...]) -> str:
    """The content coding to answer with (RFC 9110, 12.5.3).

    Whoever excludes every one at hand gets the plain bytes: the RFC leaves a server that choice, and a reader that says
    something strange is served better by a feed than by a refusal.
    """
    if accept is None:
        return IDENTITY
    stated = _qualities(accept)
    rest = stated.get("*")

    def quality(coding: str) -> float:
        if coding in stated:
            return stated[coding]
        if rest is not None:
            return rest
        return _FALLBACK if coding == IDENTITY else 0.0

    usable = [coding for coding in PREFERENCE if coding in available and quality(coding) > 0]
    return max(usable, key=quality, default=IDENTITY)


def _qualities(accept: str) -> dict[str, float]:
    """Coding → q-value; an element whose weight cannot be read counts as not sent."""
    stated: dict[str, float] = {}
    for element in accept.lower().split(","):
        coding, _, weight = (part.strip() for part in element.partition(";"))
        if not coding:
            continue
        match = _QUALITY.fullmatch(weight) if weight else None
        if weight and match is None:
            continue
        coding = "gzip" if coding == "x-gzip" else coding  # RFC 9110, 8.4.1.3
        stated[coding] = float(match[1]) if match else 1.0
    return stated


def evaluate(conditions: Conditions, etag: str, modified: datetime, now: datetime) -> Verdict:
    """What to do for a GET or HEAD of a representation with a strong `etag`, in the order of RFC 9110, 13.2.2.

    `modified` has whole seconds.
    """
    if conditions.if_match is not None:
        if not _holds(conditions.if_match, etag, weak=False):
            return "failed"
    elif conditions.if_unmodified_since is not None:
        limit = parse_date(conditions.if_unmodified_since)
        if limit is not None and modified > limit:
            return "failed"
    if conditions.if_none_match is not None:
        return "not-modified" if _holds(conditions.if_none_match, etag, weak=True) else "send"
    if conditions.if_modified_since is not None and _unmodified(conditions.if_modified_since, modified, now):
        return "not-modified"
    return "send"


def _unmodified(since: str, modified: datetime, now: datetime) -> bool:
    """A date in the future says more about the client's clock than about its copy: it counts only if it is ours."""
    moment = parse_date(since)
    return moment is not None and modified <= moment and (moment <= now or moment == modified)


def _holds(field: str, etag: str, *, weak: bool) -> bool:
    """Whether a list of tags, or "*", names this strong tag (RFC 9110, 8.8.3.2 for the two comparisons)."""
    if field.strip() in ("*", etag):
        return True
    return any(tag == etag or (weak and tag == f"W/{etag}") for tag in tags(field))


def tags(field: str) -> Iterable[str]:
    """The tags of a list, as they are written."""
    position = 0
    while match := _TAG.match(field, position):
        yield match[1]
        position = match.end()


@lru_cache(maxsize=512)
def parse_date(text: str) -> datetime | None:
    """An HTTP-date in any of its three forms, None where it is none (RFC 9110, 5.6.7)."""
    for form in _DATES:
        if match := form.fullmatch(text.strip()):
            break
    else:
        return None
    year = int(match["year"])
    try:
        return datetime(
            _century(year) if len(match["year"]) == 2 else year,  # noqa: PLR2004  # RFC 850 writes two digits
            _MONTHS[match["month"]],
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"]),
            int(match["second"]),
            tzinfo=UTC,
        )
    except ValueError:
        return None


def _century(year: int) -> int:
    """Two digits of a year: RFC 850 dates come from clients of the last century, or from this one."""
    return 1900 + year if year >= 70 else 2000 + year  # noqa: PLR2004  # the pivot that C's strptime uses, too


def format_date(moment: datetime) -> str:
    """An aware instant as IMF-fixdate, cut to the second (RFC 9110, 5.6.7)."""
    utc = moment.astimezone(UTC)
    weekday = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[utc.weekday()]
    month = tuple(_MONTHS)[utc.month - 1]
    return f"{weekday}, {utc.day:02} {month} {utc.year:04} {utc:%H:%M:%S} GMT"


def byte_range(field: str, if_range: str | None, etag: str, length: int) -> range | None:
    """The bytes that a Range field asks for: None to send everything, an empty range for 416 (RFC 9110, 14.1.2).

    Several ranges at once are not worth their multipart answer: everything is sent. If-Range counts only with our strong
    tag, as a date cannot tell two versions of one second apart (RFC 9110, 13.1.5).
    """
    match = _RANGE.fullmatch(field.strip())
    if match is None or (if_range is not None and if_range.strip() != etag):
        return None
    first, last = match.groups()
    if len(first) > 18 or len(last) > 18:  # noqa: PLR2004  # beyond any file; keeps int() cheap
        return None
    if not first:
        return range(max(length - int(last), 0), length) if last else None
    start, stop = int(first), min(int(last) + 1, length) if last else length
    if last and int(last) < start:
        return None
    return range(start, stop) if start < length else range(0)
