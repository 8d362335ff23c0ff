"""Embargoes and notices of retractions end here, and nowhere else: time enters as a change in the store, like any other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from syndicator.ingest import revise
from syndicator.store import articles, twins
from syndicator.store.database import Store

_AT_ONCE = 200  # articles changed in one transaction, so that harvests get their turn between


def lift_embargoes(db: Database, now: datetime) -> int:
    """Let out the articles whose embargo has ended by now, the earliest first; at most `_AT_ONCE`. Returns how many."""
    numbers = articles.embargoes_over(db, now, _AT_ONCE)
    for n in numbers:
        before = articles.by_number(db, n)
        after = revise.embargo_over(before.article)
        articles.replace(db, before, after, before.filed, before.digest, now)
    twins.put_off(db, numbers)  # which of them is shown goes by their dates
    return len(numbers)


def end_notices(db: Database, now: datetime) -> int:
    """Have feeds tell no longer of what was taken back long enough ago; at most `_AT_ONCE`. Returns how many."""
    numbers = articles.notices_over(db, now, _AT_ONCE)
    for n in numbers:
        before = articles.by_number(db, n)
        articles.replace(db, before, replace(before.article, notice_until=None), before.filed, before.digest, now)
    return len(numbers)


async def let_out(store: Store, now: Callable[[], datetime]) -> tuple[int, datetime | None]:
    """Let out all whose embargo has ended, and end the notices whose time is over.

    How many, and when the next of them ends. Costs one short query where none has.
    """
    count = 0
    while (following := await store.read(articles.next_end)) and following <= now():
        ended = await store.write(_end, now())
        if not ended:  # another process was quicker, or the clock was set back
            return count, None
        count += ended
    return count, following


def _end(db: Database, now: datetime) -> int:
    return lift_embargoes(db, now) + end_notices(db, now)
