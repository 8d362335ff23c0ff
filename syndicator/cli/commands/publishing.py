"""What goes out."""

import logging
from pathlib import Path

import click

from syndicator import config as configuration
from syndicator.cli.failures import WrongUsage
from syndicator.cli.options import CONFIG, JSON, examples, finish, log_from, run_to_end


@examples("syndicator publish", "syndicator publish --json")
@click.command(short_help="Write the feeds from what is stored.")
@CONFIG
@JSON
def publish(config_path: Path, *, as_json: bool) -> None:
    """Bring the published folder, and the buckets under [publish] targets, up to the state of the store. Fetches nothing.

    Ends with exit code 1 if a bucket failed; the folder is up to date then.
    """
    from syndicator.cli import once

    config = configuration.load(config_path)
    log_from(logging.WARNING)
    finish(run_to_end(once.publish(config, as_json=as_json)))


@examples("syndicator export --opml > feeds.opml")
@click.command(short_help="Print the list of all feeds as OPML.")
@CONFIG
@click.option("--opml", "as_opml", is_flag=True, help="The feeds by subject and city, as reader programs import them.")
def export(config_path: Path, *, as_opml: bool) -> None:
    """Print what readers and other services take over: with --opml, the list of all feeds (OPML 2.0).

    It is what the service answers at /opml. Reads only.
    """
    from syndicator.cli.export import export_opml

    if not as_opml:
        raise WrongUsage("Say what to export: --opml, the list of all feeds")
    finish(export_opml(configuration.load(config_path)))
