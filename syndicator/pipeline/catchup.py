"""What a feed published before it was read: when its archive (RFC 5005, 4) is to be walked through, and from where.

The documents of an archive are linked from the newest to the oldest. Whatever was read once is not read again: a walk ends at
the first document that is known, so that the first walk brings all, and later ones what came while nobody looked.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from syndicator.config import Source
from syndicator.ingest.article import same_site
from syndicator.model import Harvest, Walk
from syndicator.store import articles, walks

MOST_ARTICLES = 100_000
"""So many articles of an archive are read at most, unless a person asks for all of them."""


def may_catch_up(source: Source) -> bool:
    return bool(source.enabled and source.kind == "feed" and source.history != "none")


def since(source: Source, zone: ZoneInfo) -> datetime | None:
    """From when on the articles of its archive are wanted; None for all."""
    if source.history in {"all", "none"}:
        return None
    day = date.fromisoformat(source.history)
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def unfinished(db: Database, source: Source, zone: ZoneInfo) -> Walk | None:
    """The walk that is to be gone on with, as after a restart."""
    walk = walks.get_walk(db, source.name)
    if walk and walk.ended == "pages":  # a person asked for some; the service reads all
        return replace(walk, ended="", since=since(source, zone))
    return walk if walk and not walk.ended else None


def begin(db: Database, source: Source, harvest: Harvest, zone: ZoneInfo, now: datetime) -> None:
    """Note the walk that a visit gives cause for, with the visit itself: none is forgotten if the service is killed.

    There is no cause where all of the archive is known, or a walk is under way.
    """
    if not (harvest.archived and may_catch_up(source) and same_site(harvest.older, source.url)):
        return
    if unfinished(db, source, zone):
        return
    stored = walks.get_walk(db, source.name)
    if stored is None:
        walk = Walk(since=since(source, zone), at=harvest.older, not_after=articles.oldest(db, source.name) or now)
    elif walks.was_read(db, source.name, harvest.older):
        return
    else:
        walk = replace(stored, at=harvest.older, since=since(source, zone), shown=(), old_pages=0, ended="")
    walks.save_walk(db, source.name, walk)


def stop(db: Database, source: Source, walk: Walk) -> Walk:
    """An archive larger than any should be is not read further."""
    ended = replace(walk, ended="cap")
    walks.save_walk(db, source.name, ended)
    return ended
