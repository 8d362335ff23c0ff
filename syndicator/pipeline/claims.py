"""Entries that a feed may not give away, as their ids are another's: how they are told of."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from syndicator.store import facts
from syndicator.store.instants import from_text, to_text
from syndicator.text import shorten

_LONGEST_ID = 120
_FACT = "claims "  # before the name of the source


@dataclass(frozen=True, slots=True)
class Claim:
    """An entry, or a tombstone, whose id belongs to the source `owner`, "" for an article of our own."""

    owner: str
    id: str


def told(claims: Sequence[Claim]) -> list[str]:
    """In one sentence, if there are any."""
    if not claims:
        return []
    one = len(claims) == 1
    what = "1 entry or tombstone has an id" if one else f"{len(claims)} entries or tombstones have ids"
    owners = " and ".join(sorted({claim.owner or "this service" for claim in claims}))
    example = shorten(claims[0].id, _LONGEST_ID)
    return [
        f"{what} of {owners} without naming it as the source ({'' if one else 'the first: '}{example}): refused, and what is stored stays."
    ]


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a source claimed at its last visit, and since when it does so without a break."""

    count: int
    since: datetime
    first: Claim


def note(db: Database, source: str, claims: Sequence[Claim], now: datetime) -> None:
    """Remember what a visit found; nothing, where it found nothing."""
    before = claimed(db, source)
    if claims:
        first, since = claims[0], before.since if before else now
        value = json.dumps([len(claims), to_text(since), first.owner, first.id], ensure_ascii=False)
        facts.set_fact(db, _FACT + source, value)
    elif before:
        facts.set_fact(db, _FACT + source, "")


def claimed(db: Database, source: str) -> Claimed | None:
    """What this source claims; None if nothing."""
    text = facts.get_fact(db, _FACT + source)
    if not text:
        return None
    count, since, owner, id_ = json.loads(text)
    return Claimed(count, from_text(since), Claim(owner, id_))
