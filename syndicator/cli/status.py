"""`status`: how each source fares, what is stored and published, what is wrong."""

import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from syndicator import config as configuration
from syndicator.cli.output import columns, count, indented, print_json, printable, short
from syndicator.config import Config
from syndicator.errors import ConfigurationError
from syndicator.store import articles, editions, facts, sources
from syndicator.store.glance import glance
from syndicator.store.sources import SourceState

_COLORS = {"ok": "green", "warning": "yellow", "failing": "red", "stopped": "red"}
_NARROW = 66  # columns that the table needs
_OVERDUE = 300  # seconds after which a visit that did not take place means that nobody is there to do it


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store says.

    `rejected`: why the running service did not take over config.toml when it was last edited. `targets`: address of each
    bucket → why it could not be brought up to date, "" where it was.
    """

    states: Mapping[str, SourceState] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    published: datetime | None = None
    rejected: str = ""
    targets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Row:
    """One source; what `--json` prints of it."""

    name: str
    state: str
    articles: int
    visited: datetime | None
    succeeded: datetime | None
    next: datetime | None
    overdue: bool
    found: int
    failures: int
    failing_since: datetime | None
    reason: str | None
    problems: tuple[str, ...]
    moved_to: str


def show(path: Path, *, as_json: bool) -> int:
    """Print the status; 1 when a source fails or the service refused an edit of config.toml, 2 when that has mistakes now."""
    now = datetime.now(UTC)
    config, mistakes = _load(path)
    database = config.store.path if config else _probable_store(path)
    found = glance(database, _gather)
    known = found or _Known()
    rows = _rows(config, known, now)
    if as_json:
        print_json(_values(config, database, found, rows, mistakes))
    else:
        for line in _lines(config, database, found, rows, now):
            click.echo(line)
        if mistakes:
            service = "; a service at work goes on by what it read before" if rows else ""
            click.echo(f"\n{path.name} has mistakes{service}:\n{mistakes}", err=True)
    failing = (
        bool(known.rejected)
        or any(_targets(config, known).values())
        or any(row.state in {"failing", "stopped"} for row in rows)
    )
    return ConfigurationError.exit_code if mistakes else int(failing)


def _load(path: Path) -> tuple[Config | None, str]:
    """The configuration, or the mistakes in it: they are part of the status, and what is stored is told all the same."""
    try:
        return configuration.load(path), ""
    except ConfigurationError as error:
        if not path.exists():
            raise
        return None, str(error)


def _probable_store(path: Path) -> Path:
    """The database that config.toml names, or would name by default, as far as that can be read."""
    try:
        named = tomllib.loads(path.read_text(encoding="utf-8-sig"))["store"]["path"]
    except (OSError, ValueError, LookupError, TypeError):
        named = "syndicator.db"
    return path.absolute().parent / str(named)


def _gather(db: Database) -> _Known:
    published = editions.all_editions(db)
    return _Known(
        states=sources.all_states(db),
        counts=articles.counts(db),
        files=len(published),
        published=max((edition.modified for edition in published.values()), default=None),
        rejected=facts.get_fact(db, "config_error"),
        targets=facts.facts_under(db, facts.TARGET),
    )


# ---------------------------------------------------------------- rows


def _rows(config: Config | None, known: _Known, now: datetime) -> list[_Row]:
    if config:
        enabled = {source.name: source.enabled for source in config.sources}
    else:
        enabled = dict.fromkeys(known.states, True)
    return [_row(name, known, now, enabled=on) for name, on in enabled.items()]


def _row(name: str, known: _Known, now: datetime, *, enabled: bool) -> _Row:
    state = known.states.get(name, SourceState(name))
    due = state.next_due if enabled and not state.stopped else None
    return _Row(
        name=name,
        state=_word(state) if enabled else "off",
        articles=known.counts.get(name, 0),
        visited=state.polled,
        succeeded=state.succeeded,
        next=due,
        overdue=due is not None and (now - due).total_seconds() > _OVERDUE,
        found=state.items,
        failures=state.failures,
        failing_since=state.failing_since,
        reason=state.reason,
        problems=state.problems,
        moved_to=state.moved_to,
    )


def _word(state: SourceState) -> str:
    if state.stopped:
        return "stopped"
    if state.failures:
        return "failing"
    if state.succeeded is None:
        return "new"
    return "warning" if state.problems or state.moved_to else "ok"


def _targets(config: Config | None, known: _Known) -> Mapping[str, str | None]:
    """What is wrong with each bucket of config.toml: "" for nothing, None where it was never tried."""
    return {address: known.targets.get(address) for address in config.publish.buckets} if config else {}


# ---------------------------------------------------------------- for scripts


def _values(
    config: Config | None, database: Path, known: _Known | None, rows: list[_Row], mistakes: str
) -> dict[str, Any]:
    return {
        "site": config.site.title if config else None,
        "url": config.site.url if config else None,
        "sources": [asdict(row) for row in rows],
        "database": database,
        "begun": known is not None,
        "articles": sum(known.counts.values()) if known else 0,
        "published_files": known.files if known else 0,
        "last_published": known.published if known else None,
        "targets": _targets(config, known or _Known()),
        "config_error": mistakes or (known.rejected if known else "") or None,
        "sqlite": sqlite3.sqlite_version,
    }


# ---------------------------------------------------------------- for people


def _lines(
    config: Config | None, database: Path, known: _Known | None, rows: list[_Row], now: datetime
) -> Iterator[str]:
    if config:
        yield printable(f"{config.site.title} · {config.site.url}")
        yield ""
    yield from _table(rows, now) if rows else ["No sources yet: they are the [[sources]] blocks of config.toml."]
    if known and known.rejected and config:
        yield ""
        yield click.style(
            "The service did not take over config.toml when it was last edited, because of this:", fg="red"
        )
        yield from (f"  {printable(line)}" for line in known.rejected.splitlines())
    if any(row.overdue for row in rows):
        yield ""
        yield "Visits are overdue, so the service seems not to run: `syndicator run` starts it."
    yield ""
    if known is None:
        yield f"stored     nothing yet: `syndicator run` begins, and makes {short(database)}"
        return
    yield from _totals(config, database, known, rows, now)


def _totals(config: Config | None, database: Path, known: _Known, rows: list[_Row], now: datetime) -> Iterator[str]:
    stored = sum(known.counts.values())
    former = stored - sum(row.articles for row in rows)
    remark = f", {former} of them from sources that config.toml has no more" if former else ""
    yield f"stored     {count(stored, 'article')} in {short(database)} (SQLite {sqlite3.sqlite_version}){remark}"
    where = f" in {short(config.publish.folder)}" if config else ""
    last = f", last change {_ago(known.published, now)}" if known.published else ""
    yield f"published  {count(known.files, 'file')}{where}{last}"
    for address, wrong in _targets(config, known).items():
        told = click.style(f"failing: {wrong}", fg="red") if wrong else "not yet" if wrong is None else "up to date"
        yield f"target     {address}: {told}"


def _table(rows: list[_Row], now: datetime) -> Iterator[str]:
    wide = columns()
    first = max(len(name) for name in ("source", *(row.name for row in rows))) + 2
    narrow = wide < _NARROW + max(0, first - len("gelsenkirchen"))
    if not narrow:
        yield f"{'source':<{first}}{'state':<10}{'articles':>8}  {'last visit':<14}next visit"
    for row in rows:
        if narrow:
            yield f"{row.name}: {_colored(row.state)}, {count(row.articles, 'article')}"
            yield f"  visited {_ago(row.visited, now)}, next {_until(row, now)}"
        else:
            state = _colored(row.state) + " " * (10 - len(row.state))
            yield f"{row.name:<{first}}{state}{row.articles:>8}  {_ago(row.visited, now):<14}{_until(row, now)}"
        for remark in _remarks(row, now):
            yield from indented(remark, wide, 2)


def _colored(state: str) -> str:
    return click.style(state, fg=_COLORS.get(state))


def _remarks(row: _Row, now: datetime) -> Iterator[str]:
    if row.reason:
        since = f"since {_ago(row.failing_since, now)} ({_clock(row.failing_since)}), " if row.failing_since else ""
        yield f"failing {since}{count(row.failures, 'visit')} in a row: {row.reason}"
    yield from row.problems
    if row.moved_to:
        yield f"has moved for good; put this address into config.toml: {row.moved_to}"


def _clock(instant: datetime | None) -> str:
    return f"{instant.astimezone():%Y-%m-%d %H:%M}" if instant else ""


def _ago(instant: datetime | None, now: datetime) -> str:
    return f"{_span((now - instant).total_seconds())} ago" if instant else "never"


def _until(row: _Row, now: datetime) -> str:
    if row.next is None:
        return "-"
    seconds = (row.next - now).total_seconds()
    if seconds > 0:
        return f"in {_span(seconds)}"
    return f"overdue for {_span(-seconds)}" if row.overdue else "now"


def _span(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{max(0, seconds):.0f} s"
