"""What the service sees, does and lacks."""

from pathlib import Path

import click

from syndicator import config as configuration
from syndicator.cli.options import CONFIG, JSON, examples, finish, run_to_end


@examples("syndicator check", "syndicator check --json")
@click.command(short_help="Look for mistakes in the configuration.")
@CONFIG
@JSON
def check(config_path: Path, *, as_json: bool) -> None:
    """Look for mistakes in the configuration, and do nothing else.

    Each mistake is a line "file:line: key: what is wrong", and the exit code is 2 then.
    """
    from syndicator.cli.checking import show

    finish(show(config_path, as_json=as_json))


@examples("syndicator schema > config.schema.json")
@click.command(short_help="Print the JSON Schema of config.toml.")
def schema() -> None:
    """Print the JSON Schema of config.toml, with which editors complete and check it."""
    from syndicator.cli.output import print_json

    print_json(configuration.schema())


@examples("syndicator status", "syndicator status --json")
@click.command(short_help="Tell how the sources fare, and what is wrong.")
@CONFIG
@JSON
def status(config_path: Path, *, as_json: bool) -> None:
    """Tell how each source fares, what is stored and published, and what is wrong.

    \b
    ok       the last visit went well
    warning  it did, but something is not as usual, articles could not be read, or it has moved
    alarm    it did, but no article has a date any more, or no text: something is wrong
    failing  the last visit failed; red once that lasts for longer than usual, at least an hour
    denied   the source does not want us (401, 403, a captcha): a person has to ask the city
    stopped  the source is gone for good (410) and is not visited any more
    new      it was not visited yet
    off      enabled = false

    What is usual is learned for each source. Articles that do not look like news are held back and shown here.
    Ends with exit code 1 if something is red, or a source is failing. Reads only: a service at work is not disturbed.
    """  # noqa: D301  # \b is click's mark for lines to keep
    from syndicator.cli.status import show

    finish(show(config_path, as_json=as_json))


@examples("syndicator alerts test")
@click.group(short_help="How the alerts of [alerts] arrive.")
def alerts() -> None:
    """What a person is told of: whatever is not as usual at a source, once when it begins and once when it is over."""


@examples("syndicator alerts test")
@alerts.command(name="test", short_help="Send a test message.")
@CONFIG
@JSON
def alerts_test(config_path: Path, *, as_json: bool) -> None:
    """Send a test message to every address under [alerts], and say whether it was taken."""
    from syndicator.cli.alerting import send_test

    config = configuration.load(config_path)
    finish(run_to_end(send_test(config, as_json=as_json)))


@examples("syndicator categories", "syndicator categories --source dortmund --unmapped", "syndicator categories --json")
@click.command(short_help="Show which labels lead to which category, or to none.")
@CONFIG
@JSON
@click.option("--source", metavar="NAME", help="Only the labels of this source.")
@click.option("--axis", metavar="AXIS", help="Only those of one axis: topline, tag, district or feed.")
@click.option("--unmapped", is_flag=True, help="Only those that lead to no category.")
def categories(config_path: Path, source: str | None, axis: str | None, *, unmapped: bool, as_json: bool) -> None:
    """Show the labels under which the sources file their articles, how often, and the category each leads to.

    For a label that leads to none, a category is suggested, with the lines for config.toml. Categories without articles and
    labels of config.toml that no source uses are told, too. Reads only: a service at work is not disturbed.
    """
    from syndicator.cli.categories import show

    finish(show(configuration.load(config_path), source, axis, unmapped=unmapped, as_json=as_json))


@examples(
    "syndicator explain 605731",
    'syndicator explain "http://127.0.0.1:8090/dortmund/nachrichtenportal/nachricht.jsp?nid=605731"',
    "syndicator explain 605731 --feed verkehr",
)
@click.command(short_help="Tell why an article is as it is, and stands where it does.")
@click.argument("article", metavar="ARTICLE")
@CONFIG
@JSON
@click.option("--feed", metavar="NAME", help="Tell of this feed, too, whether it stands there or why not.")
def explain(article: str, config_path: Path, feed: str | None, *, as_json: bool) -> None:
    """Tell of a stored article where its fields come from, what files it, in which feeds it stands, and why not in others.

    ARTICLE is its id, an address under which it was met, what its source calls it, or its number ("#17").
    Reads only: a service at work is not disturbed. Put numbers with # and addresses with ? or & in quotation marks.
    """
    from syndicator.cli.explain import show

    finish(show(configuration.load(config_path), article, feed, as_json=as_json))
