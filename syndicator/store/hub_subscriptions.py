"""At which hubs feeds can be subscribed to, and the subscriptions there."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from sqlite_utils import Database

from syndicator.model import Announced, HubSubscription
from syndicator.store.instants import from_text, to_text

_FIELDS = HubSubscription.__slots__
_COLUMNS = ", ".join(_FIELDS)
_INSTANTS = frozenset({"begun", "due", "asked", "verified", "until", "pushed", "late", "forged_at"})
_FLAGS = frozenset({"private", "refused"})


def announce(db: Database, source: str, hubs: Sequence[str], topic: str) -> bool:
    """Remember what the feed of this source says now; whether that is new."""
    row = db.execute("SELECT hubs, topic FROM announced WHERE source = ?", [source]).fetchone()
    said = (json.dumps(hubs), topic) if hubs else None
    if row == said:
        return False
    if said:
        db.execute("INSERT OR REPLACE INTO announced VALUES (?, ?, ?)", [source, *said])
    else:
        db.execute("DELETE FROM announced WHERE source = ?", [source])
    return True


def announced(db: Database) -> dict[str, Announced]:
    """What feeds say, by source; those that name no hub are not there."""
    rows = db.execute("SELECT source, hubs, topic FROM announced")
    return {source: Announced(tuple(json.loads(hubs)), topic) for source, hubs, topic in rows}


def all_subscriptions(db: Database) -> list[HubSubscription]:
    """All there are, with those that end, in the order in which they began."""
    return [_subscription(row) for row in db.execute(f"SELECT {_COLUMNS} FROM hub_subscriptions ORDER BY begun, id")]


def save(db: Database, subscription: HubSubscription) -> None:
    row = [_to_column(name, getattr(subscription, name)) for name in _FIELDS]
    db.execute(f"INSERT OR REPLACE INTO hub_subscriptions ({_COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)


def change(
    db: Database, id_: str, step: Callable[[HubSubscription], HubSubscription | None]
) -> tuple[HubSubscription | None, bool]:
    """Take a step from the state that is stored. What is stored afterwards, None where nothing is, and whether there was a step."""
    row = db.execute(f"SELECT {_COLUMNS} FROM hub_subscriptions WHERE id = ?", [id_]).fetchone()
    before = _subscription(row) if row else None
    after = step(before) if before else None
    if after is None:
        return before, False
    if after != before:
        save(db, after)
    return after, True


def forget(db: Database, id_: str) -> None:
    db.execute("DELETE FROM hub_subscriptions WHERE id = ?", [id_])


def _subscription(row: Sequence[Any]) -> HubSubscription:
    return HubSubscription(**{name: _from_column(name, value) for name, value in zip(_FIELDS, row, strict=True)})


def _to_column(name: str, value: Any) -> Any:
    return to_text(value) if name in _INSTANTS and value else value


def _from_column(name: str, value: Any) -> Any:
    if name in _INSTANTS:
        return from_text(value) if value else None
    return bool(value) if name in _FLAGS else value
