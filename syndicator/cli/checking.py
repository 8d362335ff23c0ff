"""`check`: every mistake in config.toml and in the tokens that it names, or what it comes to."""

import re
from pathlib import Path
from typing import Any

import click

from syndicator import config as configuration
from syndicator.cli.output import count, print_json
from syndicator.config import Config
from syndicator.config.lines import locate, nearest
from syndicator.config.mistakes import written
from syndicator.config.tokens import missing_tokens, mistakes_in_tokens
from syndicator.errors import ConfigurationError

_PLACE = re.compile(r":(\d+)(?::(\d+))?: ")


def show(path: Path, *, as_json: bool) -> int:
    """Print the mistakes, on stderr unless as JSON; 2 if there are any."""
    try:
        config = configuration.load(path)
    except ConfigurationError as error:
        if not as_json:
            raise
        print_json({"valid": False, "mistakes": [_mistake(line, path) for line in error.message.splitlines()]})
        return error.exit_code
    remarks, mistakes = _tokens(config, path)
    if mistakes and not as_json:
        raise ConfigurationError("\n".join(mistakes))
    feeds = configuration.planned_feeds(config)
    sources, categories = len(config.sources), len(config.categories)
    if as_json:
        told = {"valid": not mistakes, "mistakes": [_mistake(line, path) for line in mistakes]}
        told |= {"remarks": [_mistake(line, path) for line in remarks]}
        print_json({**told, "sources": sources, "categories": categories, "feeds": len(feeds)})
    else:
        click.echo(
            f"{path} is valid: {count(sources, 'source')}, {count(categories, 'category')}, {count(len(feeds), 'feed')}."
        )
        for line in remarks:
            click.echo(line, err=True)
    return ConfigurationError.exit_code if mistakes else 0


def _tokens(config: Config, path: Path) -> tuple[list[str], list[str]]:
    """What may be wrong with tokens, and what is."""
    found = [
        *((place, text, False) for place, text in missing_tokens(config)),
        *mistakes_in_tokens(config),
    ]
    lines = locate(path.read_text(encoding="utf-8-sig")) if found else {}
    told = [(f"{path}:{nearest(lines, place)}: {written(place)}: {text}", sure) for place, text, sure in found]
    return [line for line, sure in told if not sure], [line for line, sure in told if sure]


def _mistake(line: str, path: Path) -> dict[str, Any]:
    """The parts of "config.toml:14: sources[0].evry: unknown key"; `line` is null where the file as a whole is meant."""
    rest = line.removeprefix(str(path))
    place = _PLACE.match(rest)
    text = rest[place.end() :] if place else rest.removeprefix(": ")
    return {"file": str(path), "line": int(place[1]) if place else None, "text": text}
