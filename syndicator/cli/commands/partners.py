"""Partners: who they are, and what they take."""

from pathlib import Path

import click

from syndicator import config as configuration
from syndicator.cli.options import CONFIG, JSON, examples, finish


@examples("syndicator partners", "syndicator partners --json")
@click.command(short_help="Tell what partners take.")
@CONFIG
@JSON
def partners(config_path: Path, *, as_json: bool) -> None:
    """Tell of each partner and feed: the last pull, new articles taken, transfers saved, refusals, and the state of pushes.

    What the last minute brought is not among it yet. Ends with exit code 1 if a partner's token is not in order.
    """
    from syndicator.cli.using import show_partners

    finish(show_partners(configuration.load(config_path), as_json=as_json))


@examples("syndicator partner add bochum")
@click.group(short_help="Add a partner.")
def partner() -> None:
    """Those who read feeds with a token of their own: the [[partners]] of config.toml."""


@examples(
    "syndicator partner add bochum",
    "syndicator partner add bochum --feeds vielfalt,dortmund-*",
    "syndicator partner add bochum --env BOCHUM_TOKEN",
)
@partner.command("add", short_help="Make a token for a partner.")
@click.argument("name")
@click.option("--feeds", default="", metavar="NAMES", help="The feeds it may read, with commas. Left out: all.")
@click.option("--env", "variable", default="", metavar="NAME", help="Keep the token in this variable, not in a file.")
@click.option("--url", default="", metavar="ADDRESS", help="Where it lives: subscriptions from there count as its own.")
@CONFIG
@JSON
def add(name: str, feeds: str, variable: str, url: str, config_path: Path, *, as_json: bool) -> None:
    """Make a token for NAME, write its [[partners]] block, and print what both sides have to do.

    The token goes into a new file beside the configuration that its owner alone can read. It is printed once, for the partner.
    Everything else in the configuration stays as it is.
    """
    from syndicator.cli import partnering

    wanted = tuple(filter(None, (feed.strip() for feed in feeds.split(","))))
    wishes = partnering.Wishes(wanted, variable, url, as_json)
    finish(partnering.add(configuration.load(config_path), name, wishes))
