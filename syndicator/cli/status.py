"""`status`: how each source fares, what is stored and published, what is wrong."""

import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from syndicator import config as configuration
from syndicator.cli import missing
from syndicator.cli.output import ago, columns, count, indented, print_json, printable, short, span
from syndicator.cli.using import totals, use_of, use_values
from syndicator.config import Config
from syndicator.errors import ConfigurationError
from syndicator.model.usage import Use
from syndicator.pipeline.standing import FAILING, Archive, Known, Row, Told, gather, rows_of
from syndicator.store.glance import glance
from syndicator.store.messages import Message

_NARROW = 74  # columns that the table needs
_SAID_ALREADY = frozenset({"failing", "denied", "gone"})  # by the reason of the last visit


def show(path: Path, *, as_json: bool) -> int:
    """Print the status; 1 when something is red or fails, a feed too, or the service refused an edit of config.toml, 2 when that has mistakes now."""
    now = datetime.now(UTC)
    config, mistakes = _load(path)
    database = config.store.path if config else _probable_store(path)
    read = glance(database, lambda db: (gather(db), use_of(db, config)))
    found, use = read or (None, Use())
    known = found or Known()
    rows = rows_of(config, known, now)
    if as_json:
        print_json(_values(config, database, found, rows, mistakes) | {"usage": use_values(use)})
    else:
        for line in (*_lines(config, database, found, rows, now), *totals(use)):
            click.echo(line)
        if mistakes:
            service = "; a service at work goes on by what it read before" if rows else ""
            click.echo(f"\n{path.name} has mistakes{service}:\n{mistakes}", err=True)
    bad = (
        bool(known.rejected or known.failed)
        or any(_targets(config, known).values())
        or any(row.state in FAILING or row.severity == "red" for row in rows)
        or any(told.severity == "red" for told in known.incidents.get("", ()))
    )
    return ConfigurationError.exit_code if mistakes else int(bad)


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


def _targets(config: Config | None, known: Known) -> Mapping[str, str | None]:
    """What is wrong with each bucket of config.toml: "" for nothing, None where it was never tried."""
    return {address: known.targets.get(address) for address in config.publish.buckets} if config else {}


# ---------------------------------------------------------------- for scripts


def _values(
    config: Config | None, database: Path, known: Known | None, rows: list[Row], mistakes: str
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
        "targets": _targets(config, known or Known()),
        **missing.values(*((known.failed, known.omissions) if known else (frozenset(), {}))),
        "incidents": [asdict(told) for told in known.incidents.get("", ())] if known else [],
        "unsent_alerts": [_unsent(message) for message in known.waiting] if known else [],
        "config_error": mistakes or (known.rejected if known else "") or None,
        "sqlite": sqlite3.sqlite_version,
    }


def _unsent(message: Message) -> dict[str, Any]:
    return {"way": message.way, "made": message.made, "tries": message.tries, "problem": message.problem}


# ---------------------------------------------------------------- for people


def _lines(config: Config | None, database: Path, known: Known | None, rows: list[Row], now: datetime) -> Iterator[str]:
    if config:
        yield printable(f"{config.site.title} · {config.site.url}")
        yield ""
    yield from _table(rows, now) if rows else ["No sources yet: they are the [[sources]] blocks of config.toml."]
    for told in known.incidents.get("", ()) if known else ():
        yield ""
        yield from indented(_unusual(told, now), columns(), 0)
    if known and known.waiting:
        yield ""
        yield from indented(_unsendable(known.waiting, now), columns(), 0)
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


def _totals(config: Config | None, database: Path, known: Known, rows: list[Row], now: datetime) -> Iterator[str]:
    stored = sum(known.counts.values())
    former = stored - sum(row.articles for row in rows)
    remark = f", {former} of them from sources that config.toml has no more" if former else ""
    yield f"stored     {count(stored, 'article')} in {short(database)} (SQLite {sqlite3.sqlite_version}){remark}"
    where = f" in {short(config.publish.folder)}" if config else ""
    last = f", last change {ago(known.published, now)}" if known.published else ""
    yield f"published  {count(known.files, 'file')}{where}{last}"
    for sentence in missing.sentences(known.failed, known.omissions, config):
        yield from indented(f"missing    {sentence}", columns(), 0)
    for address, wrong in _targets(config, known).items():
        told = click.style(f"failing: {wrong}", fg="red") if wrong else "not yet" if wrong is None else "up to date"
        yield f"target     {address}: {told}"


def _table(rows: list[Row], now: datetime) -> Iterator[str]:
    wide = columns()
    first = max(len(name) for name in ("source", *(row.name for row in rows))) + 2
    narrow = wide < _NARROW + max(0, first - len("gelsenkirchen"))
    if not narrow:
        yield f"{'source':<{first}}{'state':<10}{'level':<8}{'articles':>8}  {'last visit':<14}next visit"
    for row in rows:
        if narrow:
            yield f"{row.name}: {_colored(row.state, row)}, {count(row.articles, 'article')}"
            yield f"  visited {ago(row.visited, now)}, next {_until(row, now)}"
        else:
            level = row.severity or ""
            state = (
                _colored(row.state, row) + " " * (10 - len(row.state)) + _colored(level, row) + " " * (8 - len(level))
            )
            yield f"{row.name:<{first}}{state}{row.articles:>8}  {ago(row.visited, now):<14}{_until(row, now)}"
        for remark in _remarks(row, now):
            yield from indented(remark, wide, 2)


def _colored(text: str, row: Row) -> str:
    return click.style(text, fg=row.severity or ("green" if row.state == "ok" else None))


def _remarks(row: Row, now: datetime) -> Iterator[str]:
    if row.reason:
        since = f"since {ago(row.failing_since, now)} ({_clock(row.failing_since)}), " if row.failing_since else ""
        word = "denied" if row.state == "denied" else "failing"
        yield f"{row.severity or row.state}: {word} {since}{count(row.failures, 'visit')} in a row: {row.reason}"
    if row.state == "denied":
        yield "A person has to ask the city whether its news may be read. This is not worked around."
    for told in row.incidents:
        if told.kind not in _SAID_ALREADY:
            yield _unusual(told, now)
    for held in row.held_newest:
        yield f"held back: “{held.title}” ({held.id}): {held.reason}"
    if row.held:
        yield f"{count(row.held, 'article')} held back; if that is news, `syndicator release --source {row.name}` lets it out."
    if row.push:
        yield from (f"push: {said}" for said in (row.push.sentence, row.push.warning) if said)
    yield from row.problems
    if row.archive and row.archive.ended in {None, "cap"}:
        yield _archive(row.name, row.archive)
    if row.moved_to:
        yield f"has moved for good; put this address into config.toml: {row.moved_to}"


def _archive(name: str, archive: Archive) -> str:
    back = f", back to {archive.back_to:%Y-%m-%d}" if archive.back_to else ""
    so_far = f"{count(archive.pages, 'page')}, {count(archive.articles, 'article')}, {archive.new} new{back}"
    if archive.ended:
        return f"its archive is larger than is read unasked ({so_far}); `syndicator ingest {name} --pages all` reads on"
    return f"its archive is being read: {so_far}"


def _unusual(told: Told, now: datetime) -> str:
    return f"{told.severity}: {told.sentence} (noticed {ago(told.noticed, now)})"


def _unsendable(waiting: tuple[Message, ...], now: datetime) -> str:
    first = waiting[0]
    what = count(len(waiting), "message")
    return f"{what} of [alerts] could not be sent yet, the first of them since {ago(first.made, now)}: {first.problem}"


def _clock(instant: datetime | None) -> str:
    return f"{instant.astimezone():%Y-%m-%d %H:%M}" if instant else ""


def _until(row: Row, now: datetime) -> str:
    if row.next is None:
        return "-"
    seconds = (row.next - now).total_seconds()
    if seconds > 0:
        return f"in {span(seconds)}"
    return f"overdue for {span(-seconds)}" if row.overdue else "now"
