"""`add`: how the news at an address can be read, and the [[sources]] block for it."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from syndicator.cli.failures import WrongUsage
from syndicator.cli.output import columns, print_json, printable, short, wrap
from syndicator.cli.preview import article_lines, article_values, fetching
from syndicator.config import Config
from syndicator.config.edit import source_block
from syndicator.config.values import NAME
from syndicator.config.write import add_source
from syndicator.errors import SyndicatorError
from syndicator.ingest.discovery.finding import Candidate, Finding
from syndicator.pipeline.discovery import Scout, block_of, known_source, remark_of
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.preview import Look
from syndicator.store.sources import describe
from syndicator.text import slug
from syndicator.workshop import utc_now

_SHOWN = 3  # articles
_CLEAR = (
    "Whether its texts and pictures may be passed on is for the city to say; "
    "tell syndicator with license and image_rights in the block."
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the command was given. Empty texts leave the matter to what is found."""

    name: str = ""
    city: str = ""
    kind: str = ""
    yes: bool = False
    only_print: bool = False
    as_json: bool = False


async def add(config: Config, address: str, wishes: Wishes) -> int:
    """Look, show, ask, write; 1 when nothing was found that can be read."""
    aside = wishes.only_print or wishes.as_json
    if there := known_source(address, config):
        return _is_there(there.name, config, wishes)
    _check_name(wishes.name, config)
    finding, private = await _look(config, address, wishes)
    chosen = finding.chosen
    if chosen is None:
        return _nothing(finding, wishes)
    if there := known_source(chosen.url, config):
        if not aside:
            _say(_findings(finding))
        return _is_there(there.name, config, wishes)
    values = block_of(finding, chosen, config, private=private, name=wishes.name, city=wishes.city)
    block = source_block(values, remark_of(chosen))
    if not wishes.as_json:
        _show(finding, chosen, block, config, aside=aside)
    written = _decided(config, wishes) and _write(config, block, values["name"], aside=aside)
    if wishes.as_json:
        print_json(_values(finding, chosen, config) | {"source": values, "block": block, "written": written})
    elif wishes.only_print:
        click.echo(block, nl=False)
    return 0


def _check_name(name: str, config: Config) -> None:
    """A name that cannot be is told before the portal is asked for anything."""
    if name and not re.fullmatch(NAME, name):
        raise WrongUsage(
            f"A source's name is made of a-z, 0-9 and hyphens, as '{slug(name) or 'dortmund'}' is, not '{name}'"
        )
    if any(source.name == name for source in config.sources):
        raise WrongUsage(f"{config.path.name} has a source '{name}' already; choose another --name")


async def _look(config: Config, address: str, wishes: Wishes) -> tuple[Finding, bool]:
    async with fetching(config) as (client, workers):
        scout = Scout(config, client, workers, utc_now, _progress)
        return await scout.look(address, wishes.kind), scout.private


def _progress(address: str) -> None:
    """Politeness takes its seconds: a person at a terminal sees that something goes on."""
    if sys.stderr.isatty():
        click.echo(click.style(f"  {printable(address)}", dim=True), err=True)


# ---------------------------------------------------------------- what is told


def _show(finding: Finding, chosen: Candidate, block: str, config: Config, *, aside: bool) -> None:
    _say(_findings(finding), aside=aside)
    _say([f"Chosen: {chosen.url}, as {finding.why}. {finding.advice}"], aside=aside)
    look = Look(chosen.url, "feed" if chosen.kind == "feed" else "list", "", chosen.harvest)
    rules = Rules(config)
    for draft in chosen.harvest.drafts[:_SHOWN]:
        click.echo(err=aside)
        for line in article_lines(draft, look, config, rules):
            click.echo(line, err=aside)
    for problem in chosen.harvest.problems:
        click.echo(f"Problem: {printable(describe(problem))}", err=True)
    if not aside:
        click.echo(f"\n{block}")


def _findings(finding: Finding) -> Iterator[str]:
    yield from finding.steps
    for candidate in finding.candidates:
        mark = "*" if candidate is finding.chosen else "-"
        yield f"{mark} {candidate.url}"
        yield f"  {candidate.verdict}."


def _say(lines: Any, *, aside: bool = False) -> None:
    for line in lines:
        indent = "  " if line.startswith("  ") else ""
        for part in wrap(line, columns() - len(indent)):
            click.echo(f"{indent}{part}", err=aside)


def _nothing(finding: Finding, wishes: Wishes) -> int:
    reason = describe(finding.failed) if finding.failed else "Nothing was found."
    if wishes.as_json:
        print_json({**_report(finding), "problem": reason, "advice": finding.advice, "written": False})
        return 1
    _say(_findings(finding), aside=True)
    raise SyndicatorError(printable(reason), finding.advice)


def _is_there(name: str, config: Config, wishes: Wishes) -> int:
    """Nothing is to be done, and that is what was wanted: exit code 0."""
    if wishes.as_json:
        print_json({"already": name, "written": False})
    else:
        click.echo(f"{config.path.name} has it already, as source '{name}'. Nothing was added.", err=wishes.only_print)
    return 0


# ---------------------------------------------------------------- the file


def _decided(config: Config, wishes: Wishes) -> bool:
    if wishes.only_print:
        return False
    if wishes.yes or wishes.as_json:
        return wishes.yes
    if click.confirm(f"Write this block into {short(config.path)}?"):
        return True
    click.echo("Nothing was written.")
    return False


def _write(config: Config, block: str, name: str, *, aside: bool) -> bool:
    add_source(config.path, block)
    _say(
        [f"Written to {short(config.path)} as source '{name}'; a running service takes it over by itself.", _CLEAR],
        aside=aside,
    )
    return True


# ---------------------------------------------------------------- for scripts


def _values(finding: Finding, chosen: Candidate, config: Config) -> dict[str, Any]:
    rules = Rules(config)
    articles = [article_values(draft, rules) for draft in chosen.harvest.drafts[:_SHOWN]]
    return _report(finding) | {"chosen": chosen.url, "why": finding.why, "articles": articles}


def _report(finding: Finding) -> dict[str, Any]:
    return {
        "address": finding.asked,
        "steps": list(finding.steps),
        "candidates": [
            {"kind": one.kind, "url": one.url, "verdict": one.verdict, "usable": one.usable}
            for one in finding.candidates
        ],
    }
