"""What a visit adds to what is known of its source. Pure."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from syndicator.model import Draft, Harvest
from syndicator.text import checksum
from syndicator.watch.memory import Lists, Memory, Scale
from syndicator.watch.share import ACCEPTED, ENOUGH, Share, accepted, observe
from syndicator.watch.silence import arrived

SLOW = 5.0  # seconds; below it nothing is slow, and beyond it what takes five times the usual
LISTS = 3  # read before the size of a list is judged

_FRESH = timedelta(days=7)  # an older article did not appear now: it was filled in
_SHORTEST, _LONGEST = 0.25, 8.0  # of the usual length
_SLOWER = 5.0
_SIZES = 20
_BODIES = 8
_LEAST_BODY = 120  # characters of HTML; shorter texts may be alike
_ALIKE = 2
_UNREAD = 30
_OUTAGES = 10
_TAG = re.compile(r"<[^<>]*>")
_HAS: Mapping[str, Callable[[Draft], object]] = {
    "date": lambda draft: draft.published,
    "body": lambda draft: draft.body,
    "picture": lambda draft: draft.images,
    "category": lambda draft: draft.labels,
}
_ACCEPTABLE = frozenset({"picture", "category"})  # what may go for good without being a fault


@dataclass(frozen=True, slots=True)
class Look:
    """What one visit showed.

    `new`: the drafts that became new articles, oldest first. `kept`: known articles whose new text is doubtful, so that the
    last good one was kept. `seconds`: how long the list took. `again`: addresses that were looked at another time, without
    what a list says of them. `pushed`: it came by itself, and need not be the whole list.
    """

    harvest: Harvest
    new: Sequence[Draft]
    kept: int
    seconds: float
    now: datetime
    again: Collection[str] = frozenset()
    pushed: bool = False


def learn(memory: Memory, look: Look, zone: ZoneInfo, before: datetime | None = None) -> Memory:
    """The memory after a visit that did not fail, `before` being the last such one. Costs a few microseconds for each draft."""
    memory = _clocked(memory, look)
    if look.harvest.unchanged and not look.harvest.drafts and not look.harvest.problems:
        return memory._replace(lists=_looked_again(memory.lists))
    now = look.now.timestamp()
    whole = _whole(look)
    new = look.new if memory.begun else whole[::-1]  # after an edit of its block all is read anew, and nothing is new
    shares = {**memory.shares, **_observed(memory.shares, new, whole, now)}
    sizes = [len(_TAG.sub("", draft.body)) for draft in new if draft.body]
    shares["length"], lengths = _sized(shares.get("length", Share()), memory.lengths, sizes, now)
    shares["page"], unread = _read(shares.get("page", Share()), memory.unread, look, len(new))
    fresh = sum(_is_fresh(draft, look.now) for draft in look.new)
    return memory._replace(
        shares=shares,
        lengths=lengths,
        lists=_lists(memory.lists, look),
        calendar=arrived(memory.calendar, look.now.astimezone(zone).date(), fresh, _days(before, look.now)),
        bodies=(*memory.bodies, *(checksum(draft.body) for draft in new[-_BODIES:] if len(draft.body) >= _LEAST_BODY))[
            -_BODIES:
        ],
        unread=unread,
        kept=look.kept,
        begun=True,
    )


def repeated(memory: Memory) -> frozenset[int]:
    """Checksums of the texts that several of the newest articles have alike."""
    return frozenset(body for body in memory.bodies if memory.bodies.count(body) >= _ALIKE)


def learn_outage(memory: Memory, seconds: float) -> Memory:
    """The memory after the first success behind a row of failures, the first of which lies so far back."""
    return memory._replace(outages=(*memory.outages, round(seconds))[-_OUTAGES:])


# ---------------------------------------------------------------- articles


def _whole(look: Look) -> Sequence[Draft]:
    """The drafts that are as complete as this source has them."""
    drafts, again = look.harvest.drafts, look.again
    if not again:
        return drafts
    return [draft for draft in drafts if draft.address not in again and not any(a in again for a in draft.aliases)]


def _observed(
    shares: Mapping[str, Share], new: Sequence[Draft], whole: Sequence[Draft], now: float
) -> dict[str, Share]:
    seen = {}
    for name, has in _HAS.items():
        had = (sum(1 for draft in whole if has(draft)), len(whole))
        share = observe(shares.get(name, Share()), [bool(has(draft)) for draft in new], had, now)
        seen[name] = accepted(share, now) if name in _ACCEPTABLE else share
    return seen


def _sized(share: Share, scale: Scale, sizes: Sequence[float], now: float) -> tuple[Share, Scale]:
    """Whether lengths are usual, by what was usual before; the first ones say what that is."""
    if scale.seen < ENOUGH:
        scale = scale.learned(sizes)
        if scale.seen < ENOUGH:
            return share, scale
    usual = scale.usual
    outcomes = [_SHORTEST * usual <= size <= _LONGEST * usual for size in sizes]
    share = observe(share, outcomes, (0, 0), now)
    if accepted(share, now) is not share:
        return Share(), Scale(scale.run_total, scale.run_seen)
    return share, _scaled(scale, share, sizes, outcomes)


def _scaled(scale: Scale, share: Share, sizes: Iterable[float], outcomes: Iterable[bool]) -> Scale:
    pairs = list(zip(sizes, outcomes, strict=True))
    scale = scale.learned([size for size, usual in pairs if usual])
    odd = [size for size, usual in pairs if not usual]
    return scale.noted(odd) if share.since else scale.settled()


def _days(before: datetime | None, now: datetime) -> int:
    """Begun days since a visit."""
    return max(1, -((before - now) // timedelta(days=1))) if before else 1


def _is_fresh(draft: Draft, now: datetime) -> bool:
    return draft.published is None or now - draft.published.at <= _FRESH


# ---------------------------------------------------------------- pages, lists, time


def _read(share: Share, unread: tuple[int, ...], look: Look, read: int) -> tuple[Share, tuple[int, ...]]:
    """Pages that are tried again at each visit count once; what is gone for good, or was another look, does not count."""
    failed = {checksum(problem.address) for problem in look.harvest.problems if not problem.permanent}
    further = failed.difference(unread)
    share = observe(share, [False] * len(further) + [True] * read, (read, read + len(failed)), look.now.timestamp())
    return share, (*unread, *sorted(further))[-_UNREAD:] if failed else ()


def _lists(lists: Lists, look: Look) -> Lists:
    if look.pushed:
        return lists
    return _looked_again(lists) if look.harvest.unchanged else _listed(lists, look)


def _listed(lists: Lists, look: Look) -> Lists:
    size, now = look.harvest.items, look.now.timestamp()
    expired = lists.since and now - lists.since > ACCEPTED
    if expired or len(lists.sizes) < LISTS or not 2 * size < min(lists.sizes):
        return Lists((*(() if expired else lists.sizes), size)[-_SIZES:])
    return Lists(lists.sizes, size, lists.looks + 1, lists.since or now)


def _looked_again(lists: Lists) -> Lists:
    """A list that did not change since is as short as it was: that is no slip of the server."""
    return lists._replace(looks=min(lists.looks + 1, 2)) if lists.looks else lists


def _clocked(memory: Memory, look: Look) -> Memory:
    """The time that the list took. As long as all is well, a visit that brings nothing is not worth writing down."""
    share = memory.shares.get("slow", Share())
    if not look.seconds or (look.harvest.unchanged and look.seconds <= SLOW and not share.since):
        return memory
    prompt = look.seconds <= max(SLOW, _SLOWER * memory.seconds.usual)
    now = look.now.timestamp()
    after = observe(share, [prompt], (0, 0), now)
    if accepted(after, now) is not after:
        after, scale = Share(), Scale(memory.seconds.run_total, memory.seconds.run_seen)
    else:
        scale = _scaled(memory.seconds, after, [look.seconds], [prompt])
    return memory._replace(shares={**memory.shares, "slow": after}, seconds=scale)
