"""Walking through an archive: what one page of it means for the next step. Pure.

A kind of source that can walk reads the page at `walk.at`, and says with `page_of` what stands on it; `advance` decides
whether the walk goes on. Whoever walks stores the harvest of each page with the step it made, in one transaction.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median_low

from syndicator.model import Failed, Harvest, Page, Walk, WalkEnd

MOST_PAGES = 5_000
"""An archive with more list pages than this is a calendar that goes on for ever, or a trap."""

_OLD_PAGES = 3  # in a row, where it is not the list that tells the dates
_PAUSES = (30.0, 120.0, 600.0)  # seconds
_LONGEST_PAUSE = 3600.0
_MOST_PAUSES = 10  # that a server may ask for in a row, without giving anything
_STEP = timedelta(seconds=1)  # keeps articles without dates in the order of their pages

FOR_NOW = frozenset({"busy", "unreachable", "broken", "denied"})
"""Failures that say nothing of the page or article itself."""

Entry = tuple[str, datetime | None]  # what stands on a page: its address or key, and its date if one is stated


def page_of(walk: Walk, entries: Sequence[Entry], following: str, now: datetime) -> Page:
    """A page that was read to its end; `following` is where the archive goes on, "" where the page does not say."""
    before = set(walk.shown)
    dates = [date for name, date in entries if name not in before]
    known = [min(date, now) for date in dates if date is not None]
    old = sum(is_old(walk, date) for date in known)
    return Page(
        next=following,
        shown=tuple(name for name, _ in entries),
        young=len(known) - old,
        old=old,
        undated=len(dates) - len(known),
        reached=median_low(known) if known else None,  # a pinned article of long ago says nothing of the others
    )


def is_old(walk: Walk, date: datetime | None) -> bool:
    """Whether an article of this date is older than what is wanted."""
    return date is not None and walk.since is not None and date < walk.since


def advance(walk: Walk, harvest: Harvest, new: int, *, most: int | None, been: bool) -> Walk:
    """The walk after one page: `new` articles came of it; `most` pages are wanted, None for all.

    `been`: the page that comes next was read before. A page that failed leaves the walk where it is.
    """
    page = harvest.page or Page()
    if harvest.failed:
        is_end = harvest.failed.kind == "empty" and walk.pages > 0
        return replace(walk, ended="empty") if is_end else walk
    walk = replace(walk, new=walk.new + new)
    if not page.done and page.next == walk.at:  # to be tried again
        return walk
    walk = replace(walk, found=walk.found + harvest.items)
    if not page.done:
        return replace(walk, at=page.next)
    after = replace(
        walk,
        at=page.next,
        pages=walk.pages + 1,
        shown=page.shown,
        reached=page.reached or walk.reached,
        not_after=page.reached or (walk.not_after and walk.not_after - _STEP),
        old_pages=0 if page.young else walk.old_pages + bool(page.old),
    )
    return replace(after, ended=_end(after, page, most, been=been))


def resume(walk: Walk | None, since: datetime | None, most: int | None) -> Walk:
    """The walk to go on with: the stored one where it serves what is wanted now, else one from the first page.

    What is older than the old `since` was passed by on the way, so that an earlier one begins anew: what is known by then
    is not fetched again.
    """
    if walk is None or (walk.since is not None and (since is None or since < walk.since)):
        return Walk(since=since)
    capped = walk.ended == "cap" and walk.pages < MOST_PAGES  # by the service, which nobody asked for all of it
    if walk.ended not in {"", "pages"} and not capped:
        return walk
    return replace(walk, since=since, ended=_end_by_number(walk, most))


def obstacle(harvest: Harvest) -> Failed | None:
    """What kept the page from being read to its end, if anything did."""
    if harvest.failed:
        return harvest.failed
    here = harvest.problems if harvest.page and not harvest.page.done else ()
    return next((problem for problem in reversed(here) if problem.kind in FOR_NOW), None)


def pause_before(failed: Failed, tries: int) -> float | None:
    """Seconds to wait before the same page is tried again, as it was in vain `tries` times in a row; None to give up for now.

    What the server asks for counts, up to an hour. Nobody is asked again at once who has denied access.
    """
    if failed.kind not in FOR_NOW - {"denied"}:
        return None
    if failed.retry_after is not None:
        return failed.retry_after if failed.retry_after <= _LONGEST_PAUSE and tries < _MOST_PAUSES else None
    return _PAUSES[tries] if tries < len(_PAUSES) else None


def _end(walk: Walk, page: Page, most: int | None, *, been: bool) -> WalkEnd:
    """Why the walk is over after this page; "" if it is not."""
    if page.shown and not (page.young or page.old or page.undated):
        return "repeat"
    if walk.old_pages >= (1 if page.listed else _OLD_PAGES):
        return "since"
    if not page.next:
        return "end"
    return "circle" if been else _end_by_number(walk, most)


def _end_by_number(walk: Walk, most: int | None) -> WalkEnd:
    if most is not None and walk.pages >= most:
        return "pages"
    return "cap" if walk.pages >= MOST_PAGES else ""
