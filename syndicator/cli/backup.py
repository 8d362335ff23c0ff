"""`backup`: the database as one file that can be put in its place."""

from pathlib import Path

import click

from syndicator.cli.output import count, print_json, short
from syndicator.config import Config
from syndicator.store.backup import back_up


def show(config: Config, to: Path, *, as_json: bool) -> int:
    """Copy the database, and say what is in the copy and how it is used."""
    articles = back_up(config.store.path, to)
    size = to.stat().st_size
    if as_json:
        print_json({"file": to, "articles": articles, "bytes": size})
        return 0
    click.echo(f"{short(to)}: {count(articles, 'article')}, {size / 1e6:.1f} MB, checked.")
    click.echo(f"To restore it, stop the service, and put it in the place of {short(config.store.path)}")
    click.echo("and of the files -wal and -shm beside that. Feeds are rendered anew from it at the next start.")
    return 0
