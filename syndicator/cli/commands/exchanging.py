"""The command that tells who is told of what is published."""

from pathlib import Path

import click

from syndicator import config as configuration
from syndicator.cli.options import CONFIG, JSON, examples, finish


@examples("syndicator subscribers", "syndicator subscribers --json")
@click.command(short_help="Show who subscribed to which feed, and how deliveries fare.")
@CONFIG
@JSON
def subscribers(config_path: Path, *, as_json: bool) -> None:
    """Show who subscribed to which feed at this service's WebSub hub, until when, and how deliveries fare.

    \b
    ok        has the newest version
    due       the newest version is on its way
    failing   the last deliveries were not taken; they are tried again, for three days
    asked     the callback has not confirmed yet that it wants this

    Of callbacks, host and path are shown, without what may be a secret in them. With another hub under [hub] url, only what it
    has yet to be told. Reads only: a service at work is not disturbed.
    """  # noqa: D301  # \b is click's mark for lines to keep
    from syndicator.cli.subscribers import show

    finish(show(configuration.load(config_path), as_json=as_json))
