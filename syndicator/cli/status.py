"""`status`: how each source fares, what is stored and published, what is wrong."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from syndicator import config as configuration
from syndicator.config import Config, Source
from syndicator.errors import SyndicatorError
from syndicator.store import articles, editions, facts, sources
from syndicator.store.database import Store
from syndicator.store.sources import SourceState
from syndicator.workshop import utc_now

_COLORS = {"ok": "green", "warning": "yellow", "failing": "red", "stopped": "red"}


@dataclass(frozen=True, slots=True)
class _Facts:
    states: dict[str, SourceState]
    counts: dict[str, int]
    files: int
    published: datetime | None
    rejected: str


async def show(path: Path, *, as_json: bool) -> int:
    """Print the status; 1 when a source fails or an edited config.toml is not in force."""
    config = configuration.load(path)
    store = Store(config.store.path)
    try:
        known = await store.read(_gather)
    finally:
        store.close()
    rows = [_row(source, known) for source in config.sources]
    if as_json:
        click.echo(json.dumps(_values(config, known, rows), ensure_ascii=False, indent=2, default=_iso))
    else:
        click.echo(_text(config, known, rows))
    return int(bool(known.rejected) or any(row["state"] in {"failing", "stopped"} for row in rows))


def _gather(db: Database) -> _Facts:
    published = editions.all_editions(db)
    return _Facts(
        states=sources.all_states(db),
        counts=articles.counts(db),
        files=len(published),
        published=max((edition.modified for edition in published.values()), default=None),
        rejected=facts.get_fact(db, "config_error"),
    )


def _row(source: Source, known: _Facts) -> dict[str, Any]:
    state = known.states.get(source.name, SourceState(source.name))
    return {
        "name": source.name,
        "state": _word(source, state),
        "articles": known.counts.get(source.name, 0),
        "visited": state.polled,
        "succeeded": state.succeeded,
        "next": None if state.stopped or not source.enabled else state.next_due,
        "found": state.items,
        "failures": state.failures,
        "failing_since": state.failing_since,
        "reason": state.reason,
        "problems": list(state.problems),
        "moved_to": state.moved_to,
    }


def _word(source: Source, state: SourceState) -> str:
    if not source.enabled:
        return "off"
    if state.stopped:
        return "stopped"
    if state.failures:
        return "failing"
    if state.succeeded is None:
        return "new"
    return "warning" if state.problems or state.moved_to else "ok"


def _text(config: Config, known: _Facts, rows: list[dict[str, Any]]) -> str:
    lines = [f"{config.site.title} · {config.site.url}", ""]
    width = max([len(row["name"]) for row in rows], default=0) + 2
    lines.append(f"{'source':<{width}}{'state':<10}{'articles':>8}  {'last visit':<16}next visit")
    for row in rows:
        state = click.style(f"{row['state']:<10}", fg=_COLORS.get(row["state"]))
        visits = f"{_ago(row['visited']):<16}{_until(row['next'])}"
        lines.append(f"{row['name']:<{width}}{state}{row['articles']:>8}  {visits}".rstrip())
        lines += [f"{'':<{width}}{remark}" for remark in _remarks(row)]
    if known.rejected:
        lines += [
            "",
            click.style("config.toml was edited but has mistakes; the service works by the old one:", fg="red"),
        ]
        lines += [f"  {line}" for line in known.rejected.splitlines()]
    published = f"last change {_ago(known.published)}" if known.published else "nothing yet"
    lines += [
        "",
        f"stored     {sum(known.counts.values())} articles in {config.store.path} (SQLite {sqlite3.sqlite_version})",
        f"published  {known.files} files in {config.publish.folder}, {published}",
    ]
    return "\n".join(lines)


def _remarks(row: dict[str, Any]) -> list[str]:
    remarks = []
    if row["reason"]:
        remarks.append(f"since {_ago(row['failing_since'])}, {row['failures']} times in a row: {row['reason']}")
    remarks += row["problems"]
    if row["moved_to"]:
        remarks.append(f"has moved for good; put this address into config.toml: {row['moved_to']}")
    return remarks


def _values(config: Config, known: _Facts, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "site": config.site.title,
        "url": config.site.url,
        "sources": rows,
        "articles": sum(known.counts.values()),
        "published_files": known.files,
        "last_published": known.published,
        "config_error": known.rejected or None,
        "sqlite": sqlite3.sqlite_version,
    }


def _ago(instant: datetime | None) -> str:
    return f"{_span((utc_now() - instant).total_seconds())} ago" if instant else "never"


def _until(instant: datetime | None) -> str:
    if instant is None:
        return "-"
    seconds = (instant - utc_now()).total_seconds()
    return f"in {_span(seconds)}" if seconds > 0 else "due"


def _span(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0, seconds):.0f} s"


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    raise SyndicatorError(f"{value!r} has no place in JSON.")
