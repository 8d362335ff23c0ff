"""What a look at an address has found: the ways to read its news, and the one to propose. Values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from syndicator.ingest.discovery.naming import Identity
from syndicator.model import Failed, Harvest

NO_HARVEST, NOBODY = Harvest(), Identity()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read the news: `settings` are those of its [[sources]] block that the look has found.

    `verdict` is a sentence for a person, `rank` compares candidates of one address: usable ones only are proposed.
    """

    kind: str
    url: str
    verdict: str
    usable: bool = False
    full: bool = False
    rank: tuple[float, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    harvest: Harvest = NO_HARVEST
    identity: Identity = NOBODY


@dataclass(frozen=True, slots=True)
class Finding:
    """`steps` tell how the news was found from the address that was asked for, a sentence each.

    Without `chosen`, `failed` says why. `advice` is what to do next, or to think of.
    """

    asked: str
    steps: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    chosen: Candidate | None = None
    why: str = ""
    identity: Identity = NOBODY
    failed: Failed | None = None
    advice: str = ""
