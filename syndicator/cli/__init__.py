"""The commands. Each is a thin view of a function elsewhere; what is heavy is imported where it is used."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Coroutine
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

import syndicator
from syndicator import config as configuration
from syndicator.config import Config, Source
from syndicator.errors import ConfigurationError, SyndicatorError

_CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.toml"),
    show_default=True,
    help="The configuration to work by.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


def main() -> None:
    """The console script: exit code 0 done, 1 failed, 2 wrong usage or configuration."""
    try:
        commands()
    except ConfigurationError as error:
        click.echo(str(error), err=True)  # its lines begin with file and line number, as editors and terminals know them
        sys.exit(error.exit_code)
    except SyndicatorError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(syndicator.__version__, prog_name="syndicator")
def commands() -> None:
    """Read the news of city portals, and publish them as Atom, RSS and JSON feeds by category and city."""


def examples(*lines: str) -> Callable[[click.Command], click.Command]:
    """Show examples at the end of a command's help."""

    def add(command: click.Command) -> click.Command:
        command.epilog = "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
        return command

    return add


@examples("syndicator run", "syndicator run --config /etc/syndicator/config.toml")
@commands.command()
@_CONFIG
@click.option("--quiet", is_flag=True, help="Only tell of what goes wrong.")
def run(config_path: Path, *, quiet: bool) -> None:
    """Run the service: visit sources, publish feeds, answer readers, until Ctrl-C."""
    from syndicator.cli import running

    config = configuration.load(config_path)
    _log(logging.WARNING if quiet else logging.INFO)
    asyncio.run(running.run(config, quiet=quiet))


@examples("syndicator ingest", "syndicator ingest dortmund --json")
@commands.command()
@click.argument("source", required=False)
@_CONFIG
@_JSON
def ingest(source: str | None, config_path: Path, *, as_json: bool) -> None:
    """Visit all enabled sources once, or SOURCE, and store what changed. Publishes nothing."""
    from syndicator.cli import once

    config = configuration.load(config_path)
    chosen = [find_source(config, source)] if source else [s for s in config.sources if s.enabled]
    _log(logging.ERROR)
    _finish(_run(once.ingest(config, chosen, as_json=as_json)))


@examples("syndicator publish")
@commands.command()
@_CONFIG
@_JSON
def publish(config_path: Path, *, as_json: bool) -> None:
    """Bring the published folder up to the state of the store. Fetches nothing."""
    from syndicator.cli import once

    config = configuration.load(config_path)
    _log(logging.WARNING)
    _run(once.publish(config, as_json=as_json))


@examples("syndicator check", "syndicator check --config new.toml --json")
@commands.command()
@_CONFIG
@_JSON
def check(config_path: Path, *, as_json: bool) -> None:
    """Look for mistakes in the configuration, and do nothing else."""
    try:
        config = configuration.load(config_path)
    except SyndicatorError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"valid": False, "mistakes": error.message.splitlines()}, ensure_ascii=False, indent=2))
        sys.exit(error.exit_code)
    if as_json:
        click.echo(json.dumps({"valid": True, "mistakes": []}))
        return
    feeds = configuration.planned_feeds(config)
    click.echo(
        f"{config_path} is valid: {len(config.sources)} sources, {len(config.categories)} categories, {len(feeds)} feeds."
    )


@examples("syndicator schema > config.schema.json")
@commands.command()
def schema() -> None:
    """Print the JSON Schema of config.toml, with which editors complete and check it."""
    click.echo(json.dumps(configuration.schema(), ensure_ascii=False, indent=2))


@examples("syndicator status", "syndicator status --json")
@commands.command()
@_CONFIG
@_JSON
def status(config_path: Path, *, as_json: bool) -> None:
    """Tell how each source fares, what is stored and published, and what is wrong."""
    from syndicator.cli.status import show

    _log(logging.WARNING)
    _finish(_run(show(config_path, as_json=as_json)))


@examples("syndicator preview dortmund", 'syndicator preview "https://www.example.org/news/12345"')
@commands.command()
@click.argument("target", metavar="SOURCE-or-ADDRESS")
@_CONFIG
@_JSON
@click.option("--articles", default=3, show_default=True, type=click.IntRange(1, 20), help="How many articles to show.")
def preview(target: str, config_path: Path, articles: int, *, as_json: bool) -> None:
    """Fetch a source or one article, and show each field with the rule that found it. Stores nothing."""
    from syndicator.cli.preview import show

    config = configuration.load(config_path)
    _log(logging.ERROR)
    _finish(_run(show(config, target, articles, as_json=as_json)))


@examples("syndicator demo", "syndicator demo --port 9000")
@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65535))
def demo(host: str, port: int) -> None:
    """Run only the sample portal: three made-up city portals to try things on."""
    from syndicator.cli import running

    asyncio.run(running.run_sample_portal(host, port))


def find_source(config: Config, name: str) -> Source:
    """The source of that name; raises a usage error that names the nearest one."""
    names = [source.name for source in config.sources]
    if name in names:
        return config.sources[names.index(name)]
    near = get_close_matches(name, names, 1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(names) or 'none'}."
    raise click.UsageError(f"No source is called '{name}' in {config.path}; {hint}")


def _run(work: Coroutine[Any, Any, int | None]) -> int:
    try:
        return asyncio.run(work) or 0
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        return 1


def _finish(code: int) -> None:
    if code:
        sys.exit(code)


def _log(level: int) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")


if __name__ == "__main__":
    main()
