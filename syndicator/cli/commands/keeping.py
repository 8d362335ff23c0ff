"""What is kept against loss."""

from pathlib import Path

import click

from syndicator import config as configuration
from syndicator.cli.options import CONFIG, JSON, examples, finish


@examples("syndicator backup syndicator-2026-01-31.db", "syndicator backup /var/backups/news.db --json")
@click.command(short_help="Copy the database to a file, while the service runs.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@CONFIG
@JSON
def backup(file: Path, config_path: Path, *, as_json: bool) -> None:
    """Copy all that is stored, as it is at this moment, to FILE, which must not be there yet.

    The copy is checked before it gets its name. A service at work is not disturbed. Keep it as safe as config.toml: it
    holds the secrets of subscriptions. Besides it, only config.toml is needed to begin anew on another machine.
    """
    from syndicator.cli.backup import show

    finish(show(configuration.load(config_path), file, as_json=as_json))
