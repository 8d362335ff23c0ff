"""`preview`: each field of the first articles, with the rule that found it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

import syndicator
from syndicator.cli import find_source
from syndicator.config import Config
from syndicator.ingest import clean
from syndicator.ingest.client import Client
from syndicator.ingest.workers import Workers
from syndicator.model import Draft, Failed, Moment
from syndicator.pipeline import preview
from syndicator.pipeline.filing import Rules
from syndicator.sample import sample_portal
from syndicator.store.sources import describe
from syndicator.text import shorten
from syndicator.workshop import utc_now


async def show(config: Config, target: str, articles: int, *, as_json: bool) -> int:
    """Print what TARGET gives; 1 when it gives nothing."""
    drafts, problems = await _look(config, target, articles)
    if as_json:
        values = {"articles": [_values(d, config) for d in drafts], "problems": [describe(p) for p in problems]}
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        for draft in drafts:
            click.echo("\n".join(_lines(draft, config)) + "\n")
        for problem in problems:
            click.echo(f"Problem: {describe(problem)}", err=True)
    return int(not drafts)


async def _look(config: Config, target: str, articles: int) -> tuple[Sequence[Draft], Sequence[Failed]]:
    if "://" in target:
        source, whole = preview.source_for(target, config)
    else:
        source, whole = find_source(config, target), True
    workers = Workers()
    agent = f"syndicator/{syndicator.__version__} (+{config.site.url}; {config.site.contact})"
    client = Client(agent, recall=lambda _: None, remember=lambda *_: None, now=utc_now)
    timezone = config.site.timezone
    try:
        async with sample_portal(config):
            if not whole:
                draft = await preview.preview_article(target, source, timezone, client, workers, utc_now)
                return ((), (draft,)) if isinstance(draft, Failed) else ((draft,), ())
            harvest = await preview.preview_source(source, timezone, client, workers, utc_now, articles)
    finally:
        await client.close()
        await workers.close()
    failed = (harvest.failed,) if harvest.failed else ()
    return harvest.drafts, (*failed, *harvest.problems)


def _lines(draft: Draft, config: Config) -> Iterator[str]:
    for name, value, rule in _fields(draft, config):
        yield f"{name:<12}{shorten(value, 90) or '-':<92}{rule}".rstrip()


def _fields(draft: Draft, config: Config) -> Iterator[tuple[str, str, str]]:
    found = draft.found
    yield "title", draft.title, found.get("title", "")
    yield "address", draft.address, found.get("address", "")
    yield "key", draft.key, found.get("key", "")
    yield "published", _moment(draft.published, config), found.get("published", "")
    yield "updated", _moment(draft.updated, config), found.get("updated", "")
    yield "summary", draft.summary, found.get("summary", "")
    text = clean.plain(draft.body)
    yield "body", f"{len(text)} characters: {text}" if text else "", found.get("body", "")
    for label in draft.labels:
        yield label.axis, label.name, found.get(label.axis, found.get("labels", ""))
    yield "categories", ", ".join(Rules(config).categories_of(draft)), "labels and keywords in config.toml"
    for image in draft.images:
        yield "picture", image.url, found.get("images", "")
        yield "  credit", image.credit, found.get("credit", "")
        yield "  caption", image.caption or image.alt, found.get("caption", "")
    yield "language", draft.language, found.get("language", "")
    if draft.withdrawn:
        yield "withdrawn", "the source takes this article back", found.get("withdrawn", "")


def _moment(moment: Moment | None, config: Config) -> str:
    if moment is None:
        return ""
    local = moment.at.astimezone(config.site.zone)
    return (
        f"{local:%Y-%m-%d %H:%M} ({moment.precision})"
        if moment.precision in {"minute", "second"}
        else (f"{local:%Y-%m-%d} ({moment.precision})")
    )


def _values(draft: Draft, config: Config) -> dict[str, Any]:
    values = asdict(draft)
    values["categories"] = list(Rules(config).categories_of(draft))
    return json.loads(json.dumps(values, default=lambda v: v.isoformat() if isinstance(v, datetime) else dict(v)))  # type: ignore[no-any-return]
