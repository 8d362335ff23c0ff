"""What the commands share: options, examples in the help, a source by its name, and how a command ends."""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click

from syndicator.cli.failures import WrongUsage
from syndicator.config import Config, Source
from syndicator.config.mistakes import near

_C = TypeVar("_C", bound=click.Command)

CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.toml"),
    show_default=True,
    help="The configuration to work by.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


def examples(*lines: str) -> Callable[[_C], _C]:
    """Show examples at the end of a command's help."""

    def add(command: _C) -> _C:
        command.epilog = "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
        return command

    return add


def find_source(config: Config, name: str) -> Source:
    """The source of that name; wrong usage, naming the nearest one, where there is none."""
    for source in config.sources:
        if source.name == name:
            return source
    names = [source.name for source in config.sources]
    hint = near(name, names) or (f"; there are: {', '.join(names)}" if names else "; it has no [[sources]] at all")
    raise WrongUsage(f"No source in {config.path.name} is called '{name}'{hint}")


def run_to_end(work: Coroutine[Any, Any, int | None]) -> int:
    """The exit code of a command that runs in an event loop; Ctrl-C is 1."""
    try:
        return asyncio.run(work) or 0
    except KeyboardInterrupt:
        click.echo("Stopped. What was not finished is done the next time.", err=True)
        return 1


def finish(code: int) -> None:
    """End with this exit code, unless it is 0."""
    if code:
        sys.exit(code)


def log_from(level: int) -> None:
    """The log goes to stderr, so that stdout holds nothing but the answer."""
    logging.basicConfig(level=level, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stderr)
