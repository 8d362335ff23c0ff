"""Finding the twins of what harvests have brought: a look-up in an index for each article, and more only where there are some."""

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from sqlite_utils import Database

from syndicator.ingest import identity, likeness
from syndicator.ingest.likeness import Kin
from syndicator.model import Article
from syndicator.store import articles, twins
from syndicator.store.database import Store
from syndicator.store.twins import Mark, Peer, Sketched

log = logging.getLogger(__name__)

_AT_ONCE = 100  # in one transaction, so that harvests get their turn between
_KEPT = 60  # days after its arrival for which an article is found: longer than it is looked at again (`pace.RECHECKS`)
_DAYS = max(likeness.WINDOWS.values()).days + 1  # a window may begin amid a day
_MOST_OF_ONE = 3  # articles of one source in a group: what it has more often is a form of words, and no release
_LARGEST = 256  # articles grouped together: a flood of one text makes no walk of each arrival
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def find_twins(store: Store, now: Callable[[], datetime]) -> None:
    """Pair and group what was recorded since the last time: new articles, and those with another text or date.

    Other articles that come to stand together in feeds by it, or no longer do, are noted as changed. Left to whoever
    publishes: a visit is not kept waiting for it, and a burst of arrivals is looked at together.
    """
    while await store.write(pair_waiting, now()):
        pass


def pair_waiting(db: Database, now: datetime) -> bool:
    """The first of them, in one transaction; whether more may be waiting."""
    waiting = twins.put_off_before(db, _AT_ONCE)
    if not waiting:
        return False
    written = {n: articles.by_number(db, n).article for n in waiting}
    db.execute("SAVEPOINT twins")
    try:
        _find(db, written, now)
    except Exception as error:  # a fault of ours: that a release may be shown twice is no reason to keep it out
        if isinstance(error, sqlite3.Error | MemoryError):
            raise
        db.execute("ROLLBACK TO twins")
        log.exception("Twins could not be looked for. Please report it.")
    db.execute("RELEASE twins")
    twins.take_up(db, waiting)
    return len(waiting) == _AT_ONCE


def _find(db: Database, written: Mapping[int, Article], now: datetime) -> None:
    apart = _forget(db, written, now)
    rows = [row for row in (_sketched(n, article) for n, article in written.items()) if row.sketch]
    twins.keep_sketches(db, rows)
    twins.keep_marks(db, _marks(rows))
    pairs = {pair for row in rows for pair in _pairs(db, row)}
    if pairs:
        twins.pair(db, pairs)
    if affected := apart.union(*pairs):
        for n in _regroup(db, affected, written):
            articles.touch(db, n, now)


def _forget(db: Database, written: Collection[int], now: datetime) -> set[int]:
    """Drop what was known of these articles, and sketches that are too old to matter. Who was paired with whom, if any was."""
    old = twins.sketches_of(db, written)
    late = twins.oldest_sketches(db, (now - _EPOCH).days - _KEPT, 2 * len(written))
    if gone := {row.article: row for row in (*old, *late)}:
        twins.drop_marks(db, _marks(gone.values()))
        twins.drop_sketches(db, gone.values())
    apart = {row.article: twins.unpair(db, row.article) for row in old}
    return {n for one, others in apart.items() if others for n in (one, *others)}


def _sketched(n: int, article: Article) -> Sketched:
    sketch = likeness.sketch(article.title, article.summary, article.body)
    return Sketched(n, (article.sort_at - _EPOCH).days, (article.first_seen - _EPOCH).days, sketch)


def _marks(rows: Iterable[Sketched]) -> Iterator[Mark]:
    return ((mark, row.day, row.article) for row in rows for mark in likeness.marks(row.sketch))


def _pairs(db: Database, row: Sketched) -> set[tuple[int, int]]:
    found = twins.candidates(db, row, likeness.marks(row.sketch), _DAYS)
    if not found:
        return set()
    peers = twins.peers(db, [row.article, *found])
    itself = peers.pop(row.article)
    return {
        (min(row.article, n), max(row.article, n))
        for n, peer in peers.items()
        if likeness.are_twins(row.sketch, peer.sketch, _kin(itself, peer), itself.sort_at - peer.sort_at)
    }


def _kin(one: Peer, other: Peer) -> Kin:
    if not one.city or one.city != other.city:
        return ""
    return "source" if _origin(one) == _origin(other) else "city"


def _origin(peer: Peer) -> str:
    """Who published it first: as its id tells, if it was minted by an instance of this service, else the feed that it is from.

    Not the source that brought it here, which is one's own portal in one city and a partner's feed in the next.
    """
    return identity.minted_for(peer.id) or peer.feed


# ---------------------------------------------------------------- groups


def _regroup(db: Database, affected: Iterable[int], written: Collection[int]) -> list[int]:
    """Group anew all that is paired with these articles, however indirectly.

    Returns the others than `written` that stand beside others than `written` now, or no longer: only their feeds would
    not be rendered again anyway.
    """
    pairs = _component(db, affected)
    before = twins.leaders(db, pairs)
    after = grouped({n: peer for n, peer in twins.peers(db, pairs).items() if peer.live}, pairs)
    moved = [n for n in pairs if before.get(n) != after.get(n)]
    twins.lead(db, moved, {n: after[n] for n in moved if n in after})
    fellows, others = _fellows(before, written), _fellows(after, written)
    return sorted(n for n in pairs if n not in written and fellows.get(n) != others.get(n))


def _component(db: Database, affected: Iterable[int]) -> dict[int, set[int]]:
    """The pairs of these articles, of those that they are paired with, and so on: number → those of its twins."""
    pairs: dict[int, set[int]] = {}
    waiting = sorted(affected)
    while waiting and len(pairs) < _LARGEST:
        n = waiting.pop(0)
        if n not in pairs:
            pairs[n] = set(twins.twins_of(db, n))
            waiting += sorted(pairs[n] - pairs.keys())
    return pairs


def grouped(peers: Mapping[int, Peer], pairs: Mapping[int, set[int]]) -> dict[int, int]:
    """Whose group each of these articles is in; an article that stands alone is left out. Pure.

    In order of publication, an article joins the first one before it that it is a twin of and that leads a group, or
    leads one itself: so all of a group are twins of its leader, and a text that comes again and again makes no chain.
    """
    order = sorted(peers, key=lambda n: (peers[n].sort_at, peers[n].id))
    led: dict[int, list[int]] = {}
    for n in order:
        led.setdefault(next((leader for leader in led if leader in pairs[n]), n), []).append(n)
    groups = (_without_forms(group, peers) for group in led.values())
    return {n: group[0] for group in groups if len(group) > 1 for n in group}


def _without_forms(group: list[int], peers: Mapping[int, Peer]) -> list[int]:
    count = Counter((peers[n].city, _origin(peers[n])) for n in group)
    return [n for n in group if count[peers[n].city, _origin(peers[n])] <= _MOST_OF_ONE]


def _fellows(leader: Mapping[int, int], written: Collection[int]) -> dict[int, frozenset[int]]:
    """With whom each article is in one group, those apart that are noted as changed already."""
    groups: dict[int, set[int]] = {}
    for n, first in leader.items():
        if n not in written:
            groups.setdefault(first, set()).add(n)
    return {n: frozenset(group) for group in groups.values() if len(group) > 1 for n in group}
