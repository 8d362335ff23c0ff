"""What a person decides on an article."""

from pathlib import Path

import click

from syndicator import config as configuration
from syndicator.cli.failures import WrongUsage
from syndicator.cli.options import CONFIG, JSON, examples, find_source, run_to_end

_ARTICLE = click.argument("article", metavar="ARTICLE")
_WHY = click.option("--reason", required=True, help="Why, in a sentence: it is kept with the article.")


@examples(
    'syndicator retract "https://portal.example/nachricht.jsp?nid=605731" --reason "Falsche Zahlen."',
    'syndicator retract "#12" --reason "Doppelt."',
)
@click.command(short_help="Take an article back, out of every feed.")
@_ARTICLE
@_WHY
@CONFIG
@JSON
def retract(article: str, reason: str, config_path: Path, *, as_json: bool) -> None:
    """Take ARTICLE back: it leaves every feed, and stays out whatever its source says.

    ARTICLE is its id, any of its addresses, what its source calls it, or "#" and its number. Only `release` undoes it.
    """
    from syndicator.cli import deciding

    config = configuration.load(config_path)
    run_to_end(deciding.show(config, article, "retract", reason, as_json=as_json))


@examples('syndicator hold 605731 --reason "Wird geprüft."')
@click.command(short_help="Keep an article back until it is released.")
@_ARTICLE
@_WHY
@CONFIG
@JSON
def hold(article: str, reason: str, config_path: Path, *, as_json: bool) -> None:
    """Keep ARTICLE back: it leaves every feed until `syndicator release`, and is kept up to date meanwhile.

    ARTICLE is its id, any of its addresses, what its source calls it, or "#" and its number.
    """
    from syndicator.cli import deciding

    config = configuration.load(config_path)
    run_to_end(deciding.show(config, article, "hold", reason, as_json=as_json))


@examples(
    "syndicator release 605731",
    'syndicator release "#12" --despite-embargo',
    "syndicator release --source dortmund",
)
@click.command(short_help="Let out an article that was held or taken back.")
@click.argument("article", required=False)
@click.option("--source", metavar="NAME", help="All articles of this source that the watchman holds back.")
@click.option("--reason", default="", help="Why, in a sentence: it is kept with the article.")
@click.option("--despite-embargo", is_flag=True, help="Let it out now, though its source asks not to publish it yet.")
@CONFIG
@JSON
def release(
    article: str | None, source: str | None, reason: str, config_path: Path, *, despite_embargo: bool, as_json: bool
) -> None:
    """Let ARTICLE out, whoever held it or took it back: an admin, the watchman, or its source.

    ARTICLE is its id, any of its addresses, what its source calls it, or "#" and its number. An embargo is still kept.
    With --source instead, all articles go out that the watchman holds back there, as they do not look like news. What is let out is
    not held back again.
    """
    from syndicator.cli import deciding

    config = configuration.load(config_path)
    if article and not source:
        run_to_end(deciding.show(config, article, "release", reason, despite_embargo=despite_embargo, as_json=as_json))
    elif source and not article and not despite_embargo:
        run_to_end(deciding.release_all(config, find_source(config, source).name, reason, as_json=as_json))
    else:
        raise WrongUsage("Expected an ARTICLE, or --source NAME alone for all that is held back there")
