"""`check`: every mistake in config.toml, or what it comes to."""

import re
from pathlib import Path
from typing import Any

import click

from syndicator import config as configuration
from syndicator.cli.output import count, print_json
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
    feeds = configuration.planned_feeds(config)
    sources, categories = len(config.sources), len(config.categories)
    if as_json:
        print_json({"valid": True, "mistakes": [], "sources": sources, "categories": categories, "feeds": len(feeds)})
    else:
        click.echo(
            f"{path} is valid: {count(sources, 'source')}, {count(categories, 'category')}, {count(len(feeds), 'feed')}."
        )
    return 0


def _mistake(line: str, path: Path) -> dict[str, Any]:
    """The parts of "config.toml:14: sources[0].evry: unknown key"; `line` is null where the file as a whole is meant."""
    rest = line.removeprefix(str(path))
    place = _PLACE.match(rest)
    text = rest[place.end() :] if place else rest.removeprefix(": ")
    return {"file": str(path), "line": int(place[1]) if place else None, "text": text}
