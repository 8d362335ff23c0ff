"""Which articles are missing where they should stand: what cannot be rendered, and what a feed has no room for."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from syndicator.store.facts import get_fact, set_fact

_KEY = "omissions"


@dataclass(frozen=True, slots=True)
class Omitted:
    """The ids of articles that a document lacks: they cannot be rendered, or stand `beyond` its limit of size."""

    broken: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.broken or self.beyond)


def omissions(db: Database) -> dict[str, Omitted]:
    """What is missing in each feed, by its name, and in each archived page, by its path."""
    known = json.loads(get_fact(db, _KEY) or "{}")
    return {place: Omitted(tuple(broken), tuple(beyond)) for place, (broken, beyond) in known.items()}


def note(db: Database, made: Mapping[str, Omitted], feeds: Collection[str]) -> None:
    """Keep what came of the documents that were just made; feeds that are no more lack nothing."""
    before = omissions(db)
    after = {place: lack for place, lack in {**before, **made}.items() if lack and place.partition("/")[0] in feeds}
    if after != before:
        rows = {place: (lack.broken, lack.beyond) for place, lack in sorted(after.items())}
        set_fact(db, _KEY, json.dumps(rows))
