"""`ingest` and `publish`: one round, told in a few lines."""

import asyncio
import logging
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import click

from syndicator.cli.output import columns, count, indented, print_json, printable, short
from syndicator.config import Config, Source
from syndicator.errors import SyndicatorError
from syndicator.mirrors import mirrors
from syndicator.model import Failed, Harvest
from syndicator.pipeline.mirror import Mirror, Mirrored
from syndicator.pipeline.record import Tally
from syndicator.sample import sample_portal
from syndicator.store.sources import describe
from syndicator.watchman import look_around, send_alerts
from syndicator.workshop import Workshop, workshop

log = logging.getLogger(__name__)

_VISITS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class _Visited:
    source: Source
    harvest: Harvest
    tally: Tally


async def ingest(config: Config, chosen: Sequence[Source], *, as_json: bool) -> int:
    """Visit each source once; 1 if any of them failed."""
    at_once = asyncio.Semaphore(_VISITS_AT_ONCE)
    if chosen and sys.stderr.isatty() and not as_json:  # politeness to a portal may take minutes
        click.echo(f"Visiting {count(len(chosen), 'source')} …", err=True)

    async def visit(shop: Workshop, source: Source) -> _Visited:
        async with at_once:
            visited = await _visit(shop, source)
        if not as_json:
            click.echo("\n".join(_lines(visited)))
        return visited

    async with workshop(config, publishing=False) as shop, sample_portal(config):
        visits = await asyncio.gather(*(visit(shop, source) for source in chosen))
        await look_around(shop, config)  # nobody else may be there to do it
        await send_alerts(shop, config, gather=timedelta(0))
    if as_json:
        print_json([_values(visited) for visited in visits])
    else:
        click.echo(_sum(visits) if visits else f"Nothing to visit: {config.path.name} has no enabled [[sources]].")
    return int(any(visited.harvest.failed for visited in visits))


async def publish(config: Config, *, as_json: bool) -> int:
    """Bring the folder up to date, then each bucket; 1 if one of those failed."""
    async with workshop(config) as shop:
        done = await shop.publisher.publish()
        copies = [await _mirror(mirror) for mirror in mirrors(config, shop.store, shop.folder)]
    failed = int(any(isinstance(copy, str) for _, copy in copies))
    if as_json:
        targets = [
            {"target": place, "failed": copy if isinstance(copy, str) else None, **_counted(copy)}
            for place, copy in copies
        ]
        print_json({**asdict(done), "targets": targets})
        return failed
    written, removed = len(done.written), len(done.removed)
    told = f"{count(written, 'file')} written, {removed} removed" if written or removed else "Everything is up to date"
    click.echo(f"{told} in {short(config.publish.folder)}.")
    for place, copy in copies:
        if isinstance(copy, str):
            click.echo(f"{place}: failed. {copy}", err=True)
        else:
            click.echo(f"{place}: {count(len(copy.written), 'object')} written, {len(copy.removed)} removed.")
    return failed


async def _mirror(mirror: Mirror) -> tuple[str, Mirrored | str]:
    """The address of a bucket, and what was done there, or why it failed."""
    try:
        return mirror.bucket.address, await mirror.catch_up()
    except SyndicatorError as error:
        return mirror.bucket.address, str(error)


def _counted(copy: Mirrored | str) -> dict[str, int]:
    return {} if isinstance(copy, str) else {"written": len(copy.written), "removed": len(copy.removed)}


async def _visit(shop: Workshop, source: Source) -> _Visited:
    """A fault of ours in one source is told and logged, and stops no other; a store that fails stops all."""
    try:
        visit = await shop.visitor.visit(source)
    except (SyndicatorError, OSError):
        raise
    except Exception as error:
        log.exception("%s: the visit ended in a fault", source.name)
        reason = f"An unforeseen fault ({type(error).__name__}); the log has the details. Please report it."
        return _Visited(source, Harvest(failed=Failed("broken", reason)), Tally())
    return _Visited(source, visit.harvest, visit.tally)


def _lines(visited: _Visited) -> Iterator[str]:
    name, harvest, tally = visited.source.name, visited.harvest, visited.tally
    if harvest.failed:
        yield printable(f"{name}: failed. {describe(harvest.failed)}")
        return
    if harvest.unchanged and not tally:
        yield f"{name}: unchanged."
        return
    skipped = (
        f", {tally.skipped} left out" if tally.skipped else ""
    )  # taken back before they were seen, or not the source's
    held = f", {tally.held} held back (see `syndicator status`)" if tally.held else ""
    lost = f", {tally.lost} could not be stored (see the log)" if tally.lost else ""
    yield (
        f"{name}: {harvest.items} found, {tally.new} new, {tally.changed} changed, {tally.withdrawn} withdrawn{held}{skipped}{lost}."
    )
    for problem in harvest.problems:
        yield from indented(describe(problem), columns(), 2)


def _sum(visits: Sequence[_Visited]) -> str:
    failed = sum(visited.harvest.failed is not None for visited in visits)
    news = any(visited.tally for visited in visits)
    lines = [f"{count(len(visits), 'source')} visited, {failed} failed."]
    if failed:
        lines.append("What failed is tried anew by the next `syndicator ingest`, and by the service.")
    if news:
        lines.append("`syndicator publish` brings the feeds up to date; a running service does so by itself.")
    return " ".join(lines)


def _values(visited: _Visited) -> dict[str, Any]:
    harvest = visited.harvest
    return {
        "source": visited.source.name,
        "items": harvest.items,
        "unchanged": harvest.unchanged,
        **asdict(visited.tally),
        "problems": [describe(problem) for problem in harvest.problems],
        "failed": describe(harvest.failed) if harvest.failed else None,
    }
