"""`ingest` and `publish`: one round, told in a few lines."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from syndicator.config import Config, Source
from syndicator.pipeline.visit import Visit
from syndicator.sample import sample_portal
from syndicator.store.sources import describe
from syndicator.workshop import Workshop, workshop

_VISITS_AT_ONCE = 32


async def ingest(config: Config, chosen: Sequence[Source], *, as_json: bool) -> int:
    """Visit each source once; 1 if any of them failed."""
    at_once = asyncio.Semaphore(_VISITS_AT_ONCE)

    async def visit(shop: Workshop, source: Source) -> tuple[Source, Visit]:
        async with at_once:
            done = await shop.visitor.visit(source)
        if not as_json:
            click.echo(_line(source, done))
        return source, done

    async with workshop(config) as shop, sample_portal(config):
        visits = await asyncio.gather(*(visit(shop, source) for source in chosen))
    if as_json:
        click.echo(json.dumps([_values(source, done) for source, done in visits], ensure_ascii=False, indent=2))
    return int(any(done.harvest.failed for _, done in visits))


async def publish(config: Config, *, as_json: bool) -> None:
    async with workshop(config) as shop:
        done = await shop.publisher.publish()
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False, indent=2))
    else:
        click.echo(f"{len(done.written)} files written and {len(done.removed)} removed in {config.publish.folder}.")


def _line(source: Source, visit: Visit) -> str:
    harvest, tally = visit.harvest, visit.tally
    if harvest.failed:
        return f"{source.name}: failed. {describe(harvest.failed)}"
    if harvest.unchanged and not tally:
        return f"{source.name}: unchanged."
    problems = "".join(f"\n  {describe(problem)}" for problem in harvest.problems)
    return (
        f"{source.name}: {harvest.items} found, {tally.new} new, {tally.changed} changed, "
        f"{tally.withdrawn} withdrawn.{problems}"
    )


def _values(source: Source, visit: Visit) -> dict[str, Any]:
    harvest = visit.harvest
    return {
        "source": source.name,
        "items": harvest.items,
        "unchanged": harvest.unchanged,
        **asdict(visit.tally),
        "problems": [describe(problem) for problem in harvest.problems],
        "failed": describe(harvest.failed) if harvest.failed else None,
    }
