"""What is read, counted by day and file; and what partners took. No row tells who asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from syndicator.model.usage import Count, PartnerCount
from syndicator.store.instants import from_text, to_text

KEPT = timedelta(days=90)
HEARD = timedelta(days=30)  # since a service last said for how many it fetches
_SERVICES = 200  # of each file: whoever makes up more is not remembered


@dataclass(frozen=True, slots=True)
class Day:
    """What was read of one file on one day. `pollers`: about how many different readers asked for its feed."""

    file: str
    count: Count
    pollers: int


@dataclass(frozen=True, slots=True)
class Pulls:
    """What one partner did with one feed since it was first seen; "" is no feed in particular. `taken`: articles it had not had."""

    partner: str
    feed: str
    pulled: datetime | None
    count: Count
    taken: int
    refused: int
    refused_at: datetime | None
    refusal: str


def add_counts(db: Database, day: date, counts: Mapping[str, Count], pollers: Mapping[str, int]) -> None:
    """Add to what is known of a day. Of readers the larger number counts: after a restart they are told apart anew."""
    rows = [
        (day.isoformat(), file, c.answers, c.unchanged, c.sent, c.saved, c.compressed, pollers.get(file, 0))
        for file, c in counts.items()
    ]
    db.conn.executemany(
        """INSERT INTO usage_days VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        answers = answers + excluded.answers, unchanged = unchanged + excluded.unchanged, sent = sent + excluded.sent,
        saved = saved + excluded.saved, compressed = compressed + excluded.compressed,
        pollers = max(pollers, excluded.pollers)""",
        rows,
    )
    db.execute("DELETE FROM usage_days WHERE day < ?", [(day - KEPT).isoformat()])


def hear_services(db: Database, day: date, said: Mapping[tuple[str, str, str], int]) -> None:
    """Remember the last number that each service said; keys are file, its name, and a hash of what it calls the feed."""
    for (file, service, feed_id), readers in said.items():
        db.execute(
            """INSERT INTO usage_services SELECT ?, ?, ?, ?, ?
            WHERE (SELECT count(*) FROM usage_services WHERE file = ?) < ?
            OR EXISTS (SELECT 1 FROM usage_services WHERE file = ? AND service = ? AND feed_id = ?)
            ON CONFLICT DO UPDATE SET readers = excluded.readers, day = excluded.day""",
            [file, service, feed_id, readers, day.isoformat(), file, _SERVICES, file, service, feed_id],
        )
    db.execute("DELETE FROM usage_services WHERE day < ?", [(day - HEARD).isoformat()])


def days_since(db: Database, day: date) -> list[Day]:
    rows = db.execute("SELECT * FROM usage_days WHERE day >= ?", [day.isoformat()])
    return [Day(row[1], Count(*row[2:7]), row[7]) for row in rows]


def services_since(db: Database, day: date) -> list[tuple[str, str, int]]:
    """File, service, and for how many readers it fetches it: the sum over all that it calls the feed."""
    sql = "SELECT file, service, sum(readers) FROM usage_services WHERE day >= ? GROUP BY file, service"
    return [tuple(row) for row in db.execute(sql, [day.isoformat()])]


def articles_had(db: Database, partner: str, feed: str) -> bytes:
    """Hashes of the articles that a partner got from a feed lately, one behind the other."""
    row = db.execute("SELECT had FROM partner_pulls WHERE partner = ? AND feed = ?", [partner, feed]).fetchone()
    return row[0] if row else b""


def add_pulls(db: Database, partner: str, feed: str, pulls: PartnerCount, taken: int, had: bytes) -> None:
    c = pulls.count
    db.execute(
        """INSERT INTO partner_pulls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        pulled = coalesce(excluded.pulled, pulled), answers = answers + excluded.answers,
        unchanged = unchanged + excluded.unchanged, sent = sent + excluded.sent, saved = saved + excluded.saved,
        compressed = compressed + excluded.compressed, taken = taken + excluded.taken, refused = refused + excluded.refused,
        refused_at = coalesce(excluded.refused_at, refused_at),
        refusal = CASE excluded.refusal WHEN '' THEN refusal ELSE excluded.refusal END, had = excluded.had""",
        [
            *(partner, feed, to_text(pulls.pulled) if pulls.pulled else None),
            *(c.answers, c.unchanged, c.sent, c.saved, c.compressed),
            *(taken, pulls.refused, to_text(pulls.refused_at) if pulls.refused_at else None, pulls.refusal or "", had),
        ],
    )


def all_pulls(db: Database) -> list[Pulls]:
    rows = db.execute(
        """SELECT partner, feed, pulled, answers, unchanged, sent, saved, compressed, taken, refused, refused_at, refusal
        FROM partner_pulls ORDER BY partner, feed"""
    )
    return [
        Pulls(row[0], row[1], _instant(row[2]), Count(*row[3:8]), row[8], row[9], _instant(row[10]), row[11])
        for row in rows
    ]


def drop_partners(db: Database, kept: Iterable[str]) -> None:
    """Forget all partners but these: whoever is a partner no more leaves nothing behind."""
    names = list(kept)
    db.execute(f"DELETE FROM partner_pulls WHERE partner NOT IN ({', '.join('?' * len(names))})", names)


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None
