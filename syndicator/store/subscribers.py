"""Who subscribed to which feed, and what each is due: the outbox of the hub.

A publication moves one row of `topics`, whatever the number of subscribers, in the transaction that settles the bytes. Who
has an earlier version is behind, and stays so until the delivery of a later one is noted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from syndicator.model import Subscription, SubscriptionMode, SubscriptionRequest
from syndicator.store.instants import from_text, to_text


@dataclass(frozen=True, slots=True)
class Topic:
    """An address that somebody subscribed to. `digest` is that of the bytes of its last version, `path` where they lie."""

    n: int
    topic: str
    path: str
    digest: str
    version: int


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription that is behind its topic."""

    n: int
    topic: int
    callback: str
    host: str
    subscription: Subscription


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that its callback has to confirm. `known` is the digest of the topic's bytes when it was made."""

    n: int
    request: SubscriptionRequest
    path: str
    known: str
    tries: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A subscription as a person is told of it."""

    topic: str
    path: str
    version: int
    callback: str
    subscription: Subscription


# ---------------------------------------------------------------- what was published


def note_published(db: Database, files: Iterable[tuple[str, str]]) -> None:
    """Move the topics of these files (path, digest of the bytes) on by a version, where the bytes are other ones."""
    rows = [(digest, path, digest) for path, digest in files]
    db.conn.executemany("UPDATE topics SET version = version + 1, digest = ? WHERE path = ? AND digest <> ?", rows)


def note_pings(db: Database, topics: Iterable[str]) -> None:
    """Have an external hub told of these; one that is told of already is told once more."""
    db.conn.executemany("INSERT OR REPLACE INTO pings (topic) VALUES (?)", [(topic,) for topic in topics])


def pings(db: Database, most: int) -> list[tuple[int, str]]:
    """Number and topic of those that wait, the oldest first."""
    return db.execute("SELECT n, topic FROM pings ORDER BY n LIMIT ?", [most]).fetchall()


def drop_pings(db: Database, numbers: Iterable[int]) -> None:
    db.conn.executemany("DELETE FROM pings WHERE n = ?", [(n,) for n in numbers])


def drop_all_pings(db: Database) -> None:
    db.execute("DELETE FROM pings")


# ---------------------------------------------------------------- requests


def bytes_of(db: Database, path: str) -> str | None:
    """The digest of what is published under this path, "" while it is being written, None where nothing is."""
    feed, archived, page = path.removesuffix(".atom").partition("/archive/")
    if archived:
        row = db.execute("SELECT digest FROM archive_pages WHERE feed = ? AND page = ?", [feed, page]).fetchone()
    else:
        row = db.execute("SELECT digest FROM editions WHERE path = ?", [path]).fetchone()
    return row[0] if row else None


def has_ended(db: Database, feed: str) -> bool:
    """Whether a feed of this name was published and is no more."""
    return bool(db.execute("SELECT 1 FROM feeds WHERE name = ? AND ended IS NOT NULL", [feed]).fetchone())


def subscribed(db: Database, host: str) -> tuple[int, int]:
    """How many subscriptions there are, of this host and in all."""
    (of_host,) = db.execute("SELECT count(*) FROM subscriptions WHERE host = ?", [host]).fetchone()
    (in_all,) = db.execute("SELECT count(*) FROM subscriptions").fetchone()
    return of_host, in_all


def is_subscribed(db: Database, request: SubscriptionRequest) -> bool:
    """Whether there is the subscription already that a request asks for."""
    topic = topic_at(db, request.topic)
    return topic is not None and find(db, topic.n, request.callback) is not None


def waiting(db: Database, request: SubscriptionRequest) -> tuple[int, int]:
    """How many requests are to be confirmed, by this host and in all, but for the one that this request replaces."""
    others = "FROM subscribing WHERE NOT (topic = ? AND callback = ?)"
    same = [request.topic, request.callback]
    (of_host,) = db.execute(f"SELECT count(*) {others} AND host = ?", [*same, request.host]).fetchone()
    (in_all,) = db.execute(f"SELECT count(*) {others}", same).fetchone()
    return of_host, in_all


def ask(db: Database, request: SubscriptionRequest, path: str, known: str, now: datetime) -> None:
    """Remember a request until its callback has confirmed it; it stands in place of an earlier one for the same subscription."""
    db.execute(
        """INSERT OR REPLACE INTO subscribing (topic, path, callback, host, mode, lease, secret, known, asked, next_try)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            *(request.topic, path, request.callback, request.host, request.mode, int(request.lease.total_seconds())),
            *(request.secret, known, to_text(now), to_text(now)),
        ],
    )


def asked(db: Database) -> list[tuple[Asked, datetime]]:
    """Every request that is to be confirmed, the oldest first, and when its callback is to be asked."""
    rows = db.execute(
        "SELECT n, mode, topic, callback, host, lease, secret, path, known, tries, next_try FROM subscribing ORDER BY n"
    )
    return [(_asked(row), from_text(row[10])) for row in rows]


def ask_later(db: Database, n: int, at: datetime) -> None:
    db.execute("UPDATE subscribing SET tries = tries + 1, next_try = ? WHERE n = ?", [to_text(at), n])


def drop_asked(db: Database, n: int) -> bool:
    """The request is done with. False where it was another's turn: a newer one stands in its place."""
    return bool(db.execute("DELETE FROM subscribing WHERE n = ?", [n]).rowcount)


def _asked(row: Sequence[Any]) -> Asked:
    mode: SubscriptionMode = row[1]
    request = SubscriptionRequest(mode, row[2], row[3], row[4], timedelta(seconds=row[5]), row[6])
    return Asked(row[0], request, row[7], row[8], row[9])


# ---------------------------------------------------------------- subscriptions

_COLUMNS = "since, lease_until, secret, delivered, delivered_at, failures, failing_since, next_try, problem"


def topic_at(db: Database, address: str) -> Topic | None:
    row = db.execute("SELECT n, topic, path, digest, version FROM topics WHERE topic = ?", [address]).fetchone()
    return Topic(*row) if row else None


def add_topic(db: Database, address: str, path: str, digest: str) -> Topic:
    """Begin to count the versions of a topic: the first is what is published now."""
    sql = "INSERT INTO topics (topic, path, digest, version) VALUES (?, ?, ?, 1) RETURNING n"
    (n,) = db.execute(sql, [address, path, digest]).fetchone()
    return Topic(n, address, path, digest, 1)


def find(db: Database, topic: int, callback: str) -> Subscription | None:
    sql = f"SELECT {_COLUMNS} FROM subscriptions WHERE topic = ? AND callback = ?"
    row = db.execute(sql, [topic, callback]).fetchone()
    return _subscription(row) if row else None


def save(db: Database, topic: int, callback: str, host: str, subscription: Subscription) -> None:
    sql = f"""INSERT INTO subscriptions (topic, callback, host, {_COLUMNS}) VALUES (?, ?, ?, {", ".join("?" * 9)})
        ON CONFLICT DO UPDATE SET ({_COLUMNS}) = ({", ".join(f"excluded.{name}" for name in _COLUMNS.split(", "))})"""
    db.execute(sql, [topic, callback, host, *_values(subscription)])


def remove(db: Database, topic: int, callback: str) -> None:
    db.execute("DELETE FROM subscriptions WHERE topic = ? AND callback = ?", [topic, callback])


def behind(db: Database, now: datetime) -> tuple[dict[int, Topic], list[Due]]:
    """The topics of which a version is due somewhere, and the subscriptions that are behind, those that fail last.

    Costs nothing for subscriptions that are up to date.
    """
    topics = {row[0]: Topic(*row) for row in db.execute("SELECT n, topic, path, digest, version FROM topics")}
    rows = db.execute(
        f"""SELECT s.n, s.topic, s.callback, s.host, {_COLUMNS}
        FROM topics AS t JOIN subscriptions AS s ON s.topic = t.n AND s.delivered < t.version
        WHERE s.lease_until > ? ORDER BY s.failures > 0, s.n""",
        [to_text(now)],
    )
    due = [Due(row[0], row[1], row[2], row[3], _subscription(row[4:])) for row in rows]
    return {n: topics[n] for n in {one.topic for one in due}}, due


def note_outcomes(db: Database, outcomes: Iterable[tuple[int, Subscription | None]], pushes: Mapping[int, int]) -> None:
    """What deliveries came to: number of the subscription → as it is now, None where it ended. `pushes` counts them by topic.

    The lease and the secret stay as they are in the store, as they may have been renewed meanwhile.
    """
    changed = [
        (s.delivered, _text(s.delivered_at), s.failures, _text(s.failing_since), _text(s.next_try), s.problem, n)
        for n, s in outcomes
        if s
    ]
    db.conn.executemany(
        """UPDATE subscriptions SET delivered = ?, delivered_at = ?, failures = ?, failing_since = ?, next_try = ?, problem = ?
        WHERE n = ?""",
        changed,
    )
    db.conn.executemany("DELETE FROM subscriptions WHERE n = ?", [(n,) for n, s in outcomes if not s])
    db.conn.executemany("UPDATE topics SET pushes = pushes + ? WHERE n = ?", [(m, n) for n, m in pushes.items()])


def first_end(db: Database) -> datetime | None:
    """When the first lease ends; None where nobody has subscribed."""
    (first,) = db.execute("SELECT min(lease_until) FROM subscriptions").fetchone()
    return _instant(first)


def end_leases(db: Database, now: datetime) -> int:
    """Remove the subscriptions whose lease is over; how many there were."""
    return db.execute("DELETE FROM subscriptions WHERE lease_until <= ?", [to_text(now)]).rowcount


def all_topics(db: Database) -> list[Topic]:
    return [Topic(*row) for row in db.execute("SELECT n, topic, path, digest, version FROM topics")]


def of_topic(db: Database, topic: int) -> list[Due]:
    """Every subscription of a topic."""
    sql = f"SELECT n, topic, callback, host, {_COLUMNS} FROM subscriptions WHERE topic = ?"
    return [Due(row[0], row[1], row[2], row[3], _subscription(row[4:])) for row in db.execute(sql, [topic])]


def listed(db: Database) -> list[Listed]:
    """All subscriptions, by topic."""
    rows = db.execute(
        f"""SELECT t.topic, t.path, t.version, s.callback, {_COLUMNS} FROM subscriptions AS s JOIN topics AS t ON t.n = s.topic
        ORDER BY t.topic, s.host, s.n"""
    )
    return [Listed(row[0], row[1], row[2], row[3], _subscription(row[4:])) for row in rows]


def pushes(db: Database) -> dict[str, int]:
    """How many deliveries were taken, by the path of what was delivered."""
    return dict(db.execute("SELECT path, sum(pushes) FROM topics GROUP BY path").fetchall())


def _subscription(row: Sequence[Any]) -> Subscription:
    return Subscription(
        since=from_text(row[0]),
        lease_until=from_text(row[1]),
        secret=row[2],
        delivered=row[3],
        delivered_at=_instant(row[4]),
        failures=row[5],
        failing_since=_instant(row[6]),
        next_try=_instant(row[7]),
        problem=row[8],
    )


def _values(s: Subscription) -> tuple[Any, ...]:
    return (
        *(to_text(s.since), to_text(s.lease_until), s.secret, s.delivered, _text(s.delivered_at)),
        *(s.failures, _text(s.failing_since), _text(s.next_try), s.problem),
    )


def _text(instant: datetime | None) -> str | None:
    return to_text(instant) if instant else None


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None
