"""Entries that a feed may not give away, as their ids are another's: how they are told of."""

from collections.abc import Sequence
from dataclasses import dataclass

from syndicator.text import shorten

_LONGEST_ID = 120


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
