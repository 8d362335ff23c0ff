"""The commands: those of `commands/`, one after another. Each is a thin view of a function elsewhere; what is heavy is imported where it is used."""

import contextlib
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import click

import syndicator
from syndicator.cli import commands
from syndicator.cli.failures import told_in_a_sentence
from syndicator.cli.options import examples


def main() -> None:
    """The console script: exit code 0 done, 1 failed, 2 wrong usage or configuration."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # None where a parent closed it
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal may know fewer letters than we
    with told_in_a_sentence():
        program(prog_name="syndicator")


@examples(
    "syndicator run              begin, with the config.toml of this folder",
    "syndicator status           see how the sources fare",
    "syndicator preview dortmund see what a source gives, and by which rules",
)
@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(syndicator.__version__, prog_name="syndicator")
@click.pass_context
def program(context: click.Context) -> None:
    """Read the news of city portals, and publish them as Atom, RSS and JSON feeds by category and city.

    Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
    """
    if os.environ.get("NO_COLOR"):  # https://no-color.org
        context.color = False


def _found() -> Iterator[click.Command]:
    """The commands of every file in `commands/`, but for those of a group, which has them already."""
    for module in iter_modules(commands.__path__, f"{commands.__name__}."):
        named = [value for value in vars(import_module(module.name)).values() if isinstance(value, click.Command)]
        inner = [command for group in named if isinstance(group, click.Group) for command in group.commands.values()]
        yield from (command for command in named if command not in inner)


for _command in _found():
    program.add_command(_command)
