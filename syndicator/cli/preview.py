"""`preview`: each field of the first articles, with the rule that found it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

import click

import syndicator
from syndicator.cli.failures import WrongUsage
from syndicator.cli.fields import Field, in_columns, moment
from syndicator.cli.options import find_source
from syndicator.cli.output import columns, count, print_json, printable, wrap
from syndicator.config import Config, Source
from syndicator.ingest import clean
from syndicator.ingest.client import Client
from syndicator.ingest.workers import Workers
from syndicator.model import Draft, Image, Moment
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.preview import Look, Previewer
from syndicator.sample import sample_portal
from syndicator.store.sources import describe
from syndicator.text import shorten
from syndicator.workshop import utc_now

_BESIDE = "with the picture"
_LONGEST_TEXT = 240  # characters shown of a text


async def show(config: Config, target: str, articles: int, *, as_json: bool) -> int:
    """Print what TARGET gives; 1 when it gives no article."""
    async with _previewer(config, articles) as previewer:
        if "://" in target:
            look = await previewer.address(target)
        else:
            source = _named(config, target)
            look = Look(source.url, "source", source.name, await previewer.source(source))
    rules = Rules(config)
    if as_json:
        print_json(_values(look, rules))
    else:
        _print(look, config, rules)
    return int(not look.harvest.drafts)


def _named(config: Config, target: str) -> Source:
    """The source of that name. Who leaves out https:// is told so."""
    if "." in target or "/" in target:
        raise WrongUsage(f"'{target}' is no name of a source; if it is an address, write it in full: https://{target}")
    return find_source(config, target)


@asynccontextmanager
async def _previewer(config: Config, articles: int) -> AsyncIterator[Previewer]:
    async with fetching(config) as (client, workers):
        yield Previewer(config, client, workers, utc_now, articles)


@asynccontextmanager
async def fetching(config: Config) -> AsyncIterator[tuple[Client, Workers]]:
    """The web as this configuration's service would see it, with nothing remembered; the sample portal runs beside it."""
    workers = Workers()
    agent = f"syndicator/{syndicator.__version__} (+{config.site.url}; {config.site.contact})"
    client = Client(agent, recall=lambda _: None, remember=lambda *_: None, now=utc_now)
    try:
        async with sample_portal(config):
            yield client, workers
    finally:
        await client.close()
        await workers.close()


def _print(look: Look, config: Config, rules: Rules) -> None:
    harvest = look.harvest
    for line in wrap(_introduction(look), columns()):
        click.echo(line)
    for draft in harvest.drafts:
        click.echo()
        for line in article_lines(draft, look, config, rules):
            click.echo(line)
    problems = [harvest.failed] if harvest.failed else list(harvest.problems)
    if problems:
        click.echo()  # stdout and stderr meet in the same terminal as a rule
    for problem in problems:
        click.echo(f"Problem: {printable(describe(problem))}", err=True)
    if not harvest.drafts and not problems:
        click.echo("It holds no article.")


def article_lines(draft: Draft, look: Look, config: Config, rules: Rules) -> Iterator[str]:
    """An article as lines for the terminal: each field with the rule that found it."""
    return in_columns(list(_fields(draft, look, config, rules)), columns())


def _introduction(look: Look) -> str:
    """What was looked at, and by whose rules."""
    stranger = "config.toml has no source for it"
    by = f"read by the rules of source '{look.rules}'" if look.rules else f"{stranger}; read without selectors"
    shown = f"{count(look.harvest.items, 'article')}, {len(look.harvest.drafts)} shown"
    match look.read_as:
        case "source":
            return f"Source '{look.rules}', {look.address}: {shown}"
        case "feed":
            return f'{look.address} is a feed; {stranger}, which would be of kind = "feed": {shown}'
        case "sitemap":
            return f'{look.address} is a sitemap; {by}, which would be of kind = "sitemap": {shown}'
        case "list":
            kind = "" if look.rules else ', which would be of kind = "portal"'
            return f"{look.address} is a list of articles; {by}{kind}: {shown}"
    return f"{look.address} is an article; {by}" if look.harvest.drafts else f"{look.address}; {by}"


# ---------------------------------------------------------------- fields


def _fields(draft: Draft, look: Look, config: Config, rules: Rules) -> Iterator[Field]:
    def rule(*names: str) -> str:
        default = "feed" if draft.provenance or look.read_as == "feed" else ""
        return next((draft.found[name] for name in names if name in draft.found), default)

    yield "title", draft.title, rule("title")
    yield "address", draft.address, rule("address")
    yield "key", draft.key or "the address", rule("key")
    yield "published", moment(draft.published, config.site.zone), rule("published")
    yield "updated", moment(draft.updated, config.site.zone), rule("updated")
    yield "summary", shorten(draft.summary, _LONGEST_TEXT), rule("summary")
    text = clean.plain(draft.body)
    yield "body", f"{len(text)} characters: {shorten(text, _LONGEST_TEXT)}" if text else "", rule("body")
    for label in draft.labels:
        of = f", {label.term} of {label.scheme}" if label.scheme else ""
        yield label.axis, f"{label.name}{of}", rule(label.axis, "labels")
    if draft.city:
        yield "city", draft.city, rule("city")
    yield "categories", ", ".join(rules.categories_of(draft, look.rules)), "[categories] in config.toml"
    for image in draft.images:
        yield from _picture(image, rule)
    yield "language", draft.language, rule("language")
    if draft.kind != "news":
        yield "kind", draft.kind, ""
    if draft.withdrawn:
        yield "withdrawn", "the source takes this article back", rule("withdrawn", "title")
    if draft.embargo:
        yield "embargo", f"until {moment(Moment(draft.embargo, 'minute', ''), config.site.zone)}", rule("embargo")
    if draft.hold:
        yield "held", draft.hold, rule("embargo")


def _picture(image: Image, rule: Callable[..., str]) -> Iterator[Field]:
    yield "picture", image.url, rule("image")
    yield "  alt", image.alt, rule("alt") or _BESIDE
    yield "  caption", image.caption, rule("caption") or _BESIDE
    yield "  credit", image.credit, rule("credit") or _BESIDE


# ---------------------------------------------------------------- for scripts


def _values(look: Look, rules: Rules) -> dict[str, Any]:
    harvest = look.harvest
    problems = [harvest.failed] if harvest.failed else harvest.problems
    return {
        "address": look.address,
        "read_as": look.read_as,
        "rules_of": look.rules or None,
        "items": harvest.items,
        "articles": [article_values(draft, rules, look.rules) for draft in harvest.drafts],
        "problems": [describe(problem) for problem in problems],
    }


def article_values(draft: Draft, rules: Rules, source: str = "") -> dict[str, Any]:
    """An article for scripts."""
    return {**asdict(draft), "found": dict(draft.found), "categories": list(rules.categories_of(draft, source))}
