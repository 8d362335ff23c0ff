"""`subscribers`: who subscribed to which feed, and how deliveries fare."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

import click
from sqlite_utils import Database

from syndicator.cli.output import columns, count, indented, pad, print_json, printable, width
from syndicator.config import Config
from syndicator.model import SubscriptionRequest
from syndicator.store import subscribers
from syndicator.store.glance import look
from syndicator.store.subscribers import Listed

State = Literal["ok", "due", "failing", "asked"]

_COLORS: dict[State, str | None] = {"ok": "green", "due": None, "failing": "yellow", "asked": None}
_LONGEST = 12  # characters of a part of a path; longer ones may be what lets one in
_NARROW = 84
_MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One subscription, or a request for one; what `--json` prints of it."""

    feed: str
    callback: str
    state: State
    since: datetime | None
    lease_until: datetime | None
    last_delivery: datetime | None
    failures: int
    failing_since: datetime | None
    next_try: datetime | None
    problem: str


def show(config: Config, *, as_json: bool) -> int:
    """Print them all. Reads only."""
    now = datetime.now(UTC)
    rows, pings = look(config.store.path, lambda db: _gather(db, now))
    if as_json:
        print_json({"hub": config.hub.url, "subscribers": [asdict(row) for row in rows], "pings_waiting": pings})
    else:
        for line in _lines(config, rows, pings):
            click.echo(line)
    return 0


def _gather(db: Database, now: datetime) -> tuple[list[Row], int]:
    rows = [_row(one) for one in subscribers.listed(db) if one.subscription.lease_until > now]
    rows += [_asked(one.path, one.request) for one, _ in subscribers.asked(db) if one.request.mode == "subscribe"]
    return sorted(rows, key=lambda row: (row.feed, row.callback)), len(subscribers.pings(db, _MANY))


def _row(one: Listed) -> Row:
    known = one.subscription
    state: State = "failing" if known.failures else "due" if known.delivered < one.version else "ok"
    return Row(
        feed=one.path,
        callback=without_secrets(one.callback),
        state=state,
        since=known.since,
        lease_until=known.lease_until,
        last_delivery=known.delivered_at,
        failures=known.failures,
        failing_since=known.failing_since,
        next_try=known.next_try,
        problem=known.problem,
    )


def _asked(path: str, request: SubscriptionRequest) -> Row:
    return Row(path, without_secrets(request.callback), "asked", None, None, None, 0, None, None, "")


def without_secrets(callback: str) -> str:
    """Host and path; a long part of the path, which may be what nobody else should know, only by its beginning."""
    parts = urlsplit(callback)
    return parts.netloc + re.sub(rf"([^/]{{4}})[^/]{{{_LONGEST - 3},}}", r"\1…", parts.path)


# ---------------------------------------------------------------- for people


def _lines(config: Config, rows: list[Row], pings: int) -> Iterator[str]:
    wide = columns()
    if config.hub.url == "none":
        yield from indented('[hub] url is "none": nobody is told of what is new.', wide, 0)
    elif config.hub.url != "self":
        yield from indented(f"Another hub knows who subscribed: {config.hub.url}", wide, 0)
        if pings:
            yield from indented(f"It is still to be told of {count(pings, 'feed')}.", wide, 0)
    elif not rows:
        yield from indented(f"Nobody has subscribed yet. Programs do so at {config.site.url}hub", wide, 0)
    if rows:
        yield from _table(rows, wide)


def _table(rows: list[Row], wide: int) -> Iterator[str]:
    first = max(len("feed"), *(len(row.feed) for row in rows))
    second = max(len("callback"), *(width(row.callback) for row in rows))
    is_narrow = wide < max(_NARROW, first + second + 56)
    if not is_narrow:
        yield f"{'feed':<{first}}  {'callback':<{second}}  {'state':<8}  {'lease until':<16}  {'last delivery':<16}  failures"
    for row in rows:
        state = click.style(row.state, fg=_COLORS[row.state])
        until, last = _clock(row.lease_until), _clock(row.last_delivery)
        callback = printable(row.callback)
        if is_narrow:
            yield f"{row.feed}: {state}"
            yield from indented(f"{callback}, lease until {until}, last delivery {last}", wide, 2)
        else:
            gap = " " * (8 - len(row.state))
            failures = row.failures or ""
            yield f"{row.feed:<{first}}  {pad(callback, second)}  {state}{gap}  {until:<16}  {last:<16}  {failures}".rstrip()
        if row.problem:
            again = f" Next try {_clock(row.next_try)}." if row.next_try else ""
            yield from indented(f"failing since {_clock(row.failing_since)}: {row.problem}{again}", wide, 2)


def _clock(instant: datetime | None) -> str:
    return f"{instant.astimezone():%Y-%m-%d %H:%M}" if instant else "-"
