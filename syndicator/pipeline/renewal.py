"""Articles whose source has renewed all keys and addresses: found again by their texts, so that none is duplicated.

Publishers regenerate guids and move to new systems; duplicates from that are what users of feeds suffer from most
(FreshRSS#4487, miniflux#797). One text that comes again under a new key may be another article: the same notice every week.
So texts count only where more than half of a harvest would be new, and most of that is known by its text.
"""

import logging
from collections.abc import Collection, Iterable, MutableMapping, Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from syndicator.ingest.identity import text_digest
from syndicator.ingest.recognise import aliases_of
from syndicator.model import Draft, Harvest
from syndicator.store import articles
from syndicator.text import fold

log = logging.getLogger(__name__)

_FEW = 3  # drafts; fewer are no mass
_MORE = 20  # stored articles that are looked at beyond twice the drafts
_SAME_DAY = timedelta(hours=36)  # a day in the source's zone and an instant of that day


def adopt(db: Database, source: str, harvest: Harvest, shared: frozenset[str], known: MutableMapping[str, int]) -> int:
    """Give drafts that would be new to the stored articles they are, if that is so for most of what was offered; how many.

    `known`: the aliases of these drafts that belong to an article; what is found is noted there, and in the store. Costs a look
    at twice as many stored articles as there are drafts, and only where most of a list is new.
    """
    drafts, present = harvest.drafts, set(known.values())
    most = max(len(drafts), harvest.items)
    if 2 * (len(drafts) - len(present)) <= most or len(drafts) < _FEW:
        return 0
    stored = articles.newest_texts(db, source, _MORE + 2 * len(drafts))
    if not stored:
        return 0
    asked = [(draft, aliases_of(draft, shared)) for draft in drafts if not draft.withdrawn]
    fresh = [(draft, aliases) for draft, aliases in asked if known.keys().isdisjoint(aliases)]
    if len(fresh) < _FEW or 2 * len(fresh) <= most:
        return 0
    found = _matches([draft for draft, _ in fresh], [one for one in stored if one[0] not in present])
    if len(found) < _FEW or 2 * len(found) <= len(fresh):
        return 0
    for place, n in found.items():
        _, aliases = fresh[place]
        articles.add_aliases(db, n, source, aliases)
        known.update(dict.fromkeys(aliases, n))
    log.info("%s: %d of %d articles have new keys; they were known by their texts.", source, len(found), len(drafts))
    return len(found)


def _matches(drafts: Sequence[Draft], stored: Sequence[tuple[int, str, str, datetime]]) -> dict[int, int]:
    """Which draft, by its place, is which stored article; each article is at most one of them."""
    by_text: dict[str, list[int]] = {}
    by_headline: dict[str, list[tuple[int, datetime]]] = {}
    for n, digest, title, at in reversed(stored):  # the newest is taken first, as the newest draft comes first
        by_text.setdefault(digest, []).append(n)
        by_headline.setdefault(fold(title), []).append((n, at))
    found: dict[int, int] = {}
    for place, draft in enumerate(drafts):
        if same := by_text.get(text_digest(draft.title, draft.summary, draft.body)):
            found[place] = same.pop()
    taken = set(found.values())
    for place, draft in enumerate(drafts):
        candidates = by_headline.get(fold(draft.title), ())
        if place not in found and (match := _of_the_day(draft, candidates, taken)):
            found[place] = match
            taken.add(match)
    return found


def _of_the_day(draft: Draft, candidates: Iterable[tuple[int, datetime]], taken: Collection[int]) -> int | None:
    """The article under the same headline that is of the same day, as far as known."""
    if draft.published is None:
        return None
    at = draft.published.at
    return next((n for n, day in candidates if n not in taken and abs(day - at) <= _SAME_DAY), None)
