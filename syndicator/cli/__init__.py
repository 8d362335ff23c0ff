"""The commands. Each is a thin view of a function elsewhere; what is heavy is imported where it is used."""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click

import syndicator
from syndicator import config as configuration
from syndicator.cli.failures import WrongUsage, told_in_a_sentence
from syndicator.config import Config, Source
from syndicator.config.kinds import source_kinds
from syndicator.config.mistakes import near

_C = TypeVar("_C", bound=click.Command)

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
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # None where a parent closed it
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal may know fewer letters than we
    with told_in_a_sentence():
        commands(prog_name="syndicator")


def examples(*lines: str) -> Callable[[_C], _C]:
    """Show examples at the end of a command's help."""

    def add(command: _C) -> _C:
        command.epilog = "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
        return command

    return add


@examples(
    "syndicator run              begin, with the config.toml of this folder",
    "syndicator status           see how the sources fare",
    "syndicator preview dortmund see what a source gives, and by which rules",
)
@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(syndicator.__version__, prog_name="syndicator")
@click.pass_context
def commands(context: click.Context) -> None:
    """Read the news of city portals, and publish them as Atom, RSS and JSON feeds by category and city.

    Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
    """
    if os.environ.get("NO_COLOR"):  # https://no-color.org
        context.color = False


@examples("syndicator run", "syndicator run --quiet")
@commands.command(short_help="Run the service until Ctrl-C.")
@_CONFIG
@click.option("--quiet", is_flag=True, help="Only tell of what goes wrong.")
def run(config_path: Path, *, quiet: bool) -> None:
    """Run the service: visit sources, publish feeds, answer readers, until Ctrl-C."""
    from syndicator.cli import running

    config = configuration.load(config_path)
    _log(logging.WARNING if quiet else logging.INFO)
    _run(running.run(config, quiet=quiet))


@examples(
    "syndicator ingest",
    "syndicator ingest dortmund",
    "syndicator ingest dortmund --pages all --since 2024-01-01",
    "syndicator ingest --json",
)
@commands.command(short_help="Visit the sources once, or read a source's archive.")
@click.argument("source", required=False)
@_CONFIG
@_JSON
@click.option("--pages", metavar="N|all", help="Read so many pages of the list of SOURCE, and all articles on them.")
@click.option(
    "--since", metavar="DATE", help="Read back to this day: 2024-01-01 or 1.1.2024. Without --pages, all pages."
)
@click.option("--restart", is_flag=True, help="Begin with the first page again, instead of going on.")
def ingest(
    source: str | None, config_path: Path, pages: str | None, since: str | None, *, as_json: bool, restart: bool
) -> None:
    """Visit all enabled sources once, or SOURCE, and store what changed. Publishes nothing.

    With --pages or --since, read the archive of SOURCE: page after page of its list, with the pauses that its server is
    due. It can be stopped at any time; the same command goes on where it was. What is known is not fetched again.

    Ends with exit code 1 if a source failed; what the others brought is stored.
    """
    config = configuration.load(config_path)
    _log(logging.ERROR)
    if pages is not None or since is not None or restart:
        from syndicator.cli import archive

        if not source:
            raise WrongUsage("Name the source whose archive is to be read: syndicator ingest SOURCE --pages all")
        wanted = archive.Wanted(
            archive.parse_since(since, config) if since else None, archive.parse_pages(pages or "all"), restart
        )
        _finish(_run(archive.read(config, find_source(config, source), wanted, as_json=as_json)))
    else:
        from syndicator.cli import once

        chosen = [find_source(config, source)] if source else [s for s in config.sources if s.enabled]
        _finish(_run(once.ingest(config, chosen, as_json=as_json)))


@examples("syndicator publish", "syndicator publish --json")
@commands.command(short_help="Write the feeds from what is stored.")
@_CONFIG
@_JSON
def publish(config_path: Path, *, as_json: bool) -> None:
    """Bring the published folder, and the buckets under [publish] targets, up to the state of the store. Fetches nothing.

    Ends with exit code 1 if a bucket failed; the folder is up to date then.
    """
    from syndicator.cli import once

    config = configuration.load(config_path)
    _log(logging.WARNING)
    _finish(_run(once.publish(config, as_json=as_json)))


@examples("syndicator check", "syndicator check --json")
@commands.command(short_help="Look for mistakes in the configuration.")
@_CONFIG
@_JSON
def check(config_path: Path, *, as_json: bool) -> None:
    """Look for mistakes in the configuration, and do nothing else.

    Each mistake is a line "file:line: key: what is wrong", and the exit code is 2 then.
    """
    from syndicator.cli.checking import show

    _finish(show(config_path, as_json=as_json))


@examples("syndicator schema > config.schema.json")
@commands.command(short_help="Print the JSON Schema of config.toml.")
def schema() -> None:
    """Print the JSON Schema of config.toml, with which editors complete and check it."""
    from syndicator.cli.output import print_json

    print_json(configuration.schema())


@examples("syndicator status", "syndicator status --json")
@commands.command(short_help="Tell how the sources fare, and what is wrong.")
@_CONFIG
@_JSON
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

    _finish(show(config_path, as_json=as_json))


@examples("syndicator alerts test")
@commands.group(short_help="How the alerts of [alerts] arrive.")
def alerts() -> None:
    """What a person is told of: whatever is not as usual at a source, once when it begins and once when it is over."""


@examples("syndicator alerts test")
@alerts.command(name="test", short_help="Send a test message.")
@_CONFIG
@_JSON
def alerts_test(config_path: Path, *, as_json: bool) -> None:
    """Send a test message to every address under [alerts], and say whether it was taken."""
    from syndicator.cli.alerting import send_test

    config = configuration.load(config_path)
    _finish(_run(send_test(config, as_json=as_json)))


@examples(
    "syndicator preview dortmund",
    "syndicator preview dortmund --articles 1 --json",
    'syndicator preview "http://127.0.0.1:8090/dortmund/nachrichtenportal/nachricht.jsp?nid=605731"',
    "syndicator preview http://127.0.0.1:8090/gelsenkirchen/newsfeed/",
)
@commands.command(short_help="Show what a source or an address gives, and by which rules.")
@click.argument("target", metavar="SOURCE-or-ADDRESS")
@_CONFIG
@_JSON
@click.option("--articles", default=3, show_default=True, type=click.IntRange(1, 20), help="How many articles to show.")
def preview(target: str, config_path: Path, articles: int, *, as_json: bool) -> None:
    """Fetch a source, an article, a list of articles or a feed, and show each field with the rule that found it.

    An address need not be in config.toml. Nothing is stored. Put addresses with ? or & in quotation marks.
    """
    from syndicator.cli.preview import show

    config = configuration.load(config_path)
    _log(logging.ERROR)
    _finish(_run(show(config, target, articles, as_json=as_json)))


@examples("syndicator categories", "syndicator categories --source dortmund --unmapped", "syndicator categories --json")
@commands.command(short_help="Show which labels lead to which category, or to none.")
@_CONFIG
@_JSON
@click.option("--source", metavar="NAME", help="Only the labels of this source.")
@click.option("--axis", metavar="AXIS", help="Only those of one axis: topline, tag, district or feed.")
@click.option("--unmapped", is_flag=True, help="Only those that lead to no category.")
def categories(config_path: Path, source: str | None, axis: str | None, *, unmapped: bool, as_json: bool) -> None:
    """Show the labels under which the sources file their articles, how often, and the category each leads to.

    For a label that leads to none, a category is suggested, with the lines for config.toml. Categories without articles and
    labels of config.toml that no source uses are told, too. Reads only: a service at work is not disturbed.
    """
    from syndicator.cli.categories import show

    _finish(show(configuration.load(config_path), source, axis, unmapped=unmapped, as_json=as_json))


@examples(
    "syndicator explain 605731",
    'syndicator explain "http://127.0.0.1:8090/dortmund/nachrichtenportal/nachricht.jsp?nid=605731"',
    "syndicator explain 605731 --feed verkehr",
)
@commands.command(short_help="Tell why an article is as it is, and stands where it does.")
@click.argument("article", metavar="ARTICLE")
@_CONFIG
@_JSON
@click.option("--feed", metavar="NAME", help="Tell of this feed, too, whether it stands there or why not.")
def explain(article: str, config_path: Path, feed: str | None, *, as_json: bool) -> None:
    """Tell of a stored article where its fields come from, what files it, in which feeds it stands, and why not in others.

    ARTICLE is its id, an address under which it was met, what its source calls it, or its number ("#17").
    Reads only: a service at work is not disturbed. Put numbers with # and addresses with ? or & in quotation marks.
    """
    from syndicator.cli.explain import show

    _finish(show(configuration.load(config_path), article, feed, as_json=as_json))


@examples(
    "syndicator add https://www.beispielstadt.example/aktuelles/",
    "syndicator add https://www.beispielstadt.example/ --city Beispielstadt --yes",
    "syndicator add https://www.beispielstadt.example/ --print > block.toml",
)
@commands.command(short_help="Find out how a portal is read, and add it as a source.")
@click.argument("address")
@_CONFIG
@_JSON
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--print", "only_print", is_flag=True, help="Only show: the block on stdout, the rest on stderr.")
@click.option("--name", default="", help="The source's name: a-z, 0-9, hyphens. Left out: the city's.")
@click.option("--city", default="", help="The city the news is of. Left out: as the page says.")
@click.option("--kind", default="", help="Only this kind of source: portal, feed …")
def add(address: str, config_path: Path, **options: Any) -> None:
    """Look for the news at ADDRESS (a portal's home page, its list of news, an article, a feed), and add a source for it.

    Feeds, sitemaps, data and the list itself are tried, as politely as any visit; what reads the news best is shown with its
    first articles and the [[sources]] block for it, which is written into the configuration when you say so. Everything
    else in that file stays as it is. An address that is there already is left alone (exit code 0). With --json nothing is
    written unless --yes is given, too.
    """
    from syndicator.cli.add import Wishes
    from syndicator.cli.add import add as look_and_add

    config = configuration.load(config_path)
    _known_kind(options["kind"])
    _log(logging.ERROR)
    _finish(_run(look_and_add(config, _whole(address), Wishes(**options))))


_ARTICLE = click.argument("article", metavar="ARTICLE")
_WHY = click.option("--reason", required=True, help="Why, in a sentence: it is kept with the article.")


@examples(
    'syndicator retract "https://portal.example/nachricht.jsp?nid=605731" --reason "Falsche Zahlen."',
    'syndicator retract "#12" --reason "Doppelt."',
)
@commands.command(short_help="Take an article back, out of every feed.")
@_ARTICLE
@_WHY
@_CONFIG
@_JSON
def retract(article: str, reason: str, config_path: Path, *, as_json: bool) -> None:
    """Take ARTICLE back: it leaves every feed, and stays out whatever its source says.

    ARTICLE is its id, any of its addresses, what its source calls it, or "#" and its number. Only `release` undoes it.
    """
    from syndicator.cli import deciding

    config = configuration.load(config_path)
    _run(deciding.show(config, article, "retract", reason, as_json=as_json))


@examples('syndicator hold 605731 --reason "Wird geprüft."')
@commands.command(short_help="Keep an article back until it is released.")
@_ARTICLE
@_WHY
@_CONFIG
@_JSON
def hold(article: str, reason: str, config_path: Path, *, as_json: bool) -> None:
    """Keep ARTICLE back: it leaves every feed until `syndicator release`, and is kept up to date meanwhile.

    ARTICLE is its id, any of its addresses, what its source calls it, or "#" and its number.
    """
    from syndicator.cli import deciding

    config = configuration.load(config_path)
    _run(deciding.show(config, article, "hold", reason, as_json=as_json))


@examples(
    "syndicator release 605731",
    'syndicator release "#12" --despite-embargo',
    "syndicator release --source dortmund",
)
@commands.command(short_help="Let out an article that was held or taken back.")
@click.argument("article", required=False)
@click.option("--source", metavar="NAME", help="All articles of this source that the watchman holds back.")
@click.option("--reason", default="", help="Why, in a sentence: it is kept with the article.")
@click.option("--despite-embargo", is_flag=True, help="Let it out now, though its source asks not to publish it yet.")
@_CONFIG
@_JSON
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
        _run(deciding.show(config, article, "release", reason, despite_embargo=despite_embargo, as_json=as_json))
    elif source and not article and not despite_embargo:
        _run(deciding.release_all(config, find_source(config, source).name, reason, as_json=as_json))
    else:
        raise WrongUsage("Expected an ARTICLE, or --source NAME alone for all that is held back there")


@examples("syndicator export --opml > feeds.opml")
@commands.command(short_help="Print the list of all feeds as OPML.")
@_CONFIG
@click.option("--opml", "as_opml", is_flag=True, help="The feeds by subject and city, as reader programs import them.")
def export(config_path: Path, *, as_opml: bool) -> None:
    """Print what readers and other services take over: with --opml, the list of all feeds (OPML 2.0).

    It is what the service answers at /opml. Reads only.
    """
    from syndicator.cli.export import export_opml

    if not as_opml:
        raise WrongUsage("Say what to export: --opml, the list of all feeds")
    _finish(export_opml(configuration.load(config_path)))


@examples(
    "syndicator import feeds.opml --print",
    "syndicator import feeds.opml",
    "syndicator import dortmund.opml --city Dortmund",
)
@commands.command("import", short_help="Add the feeds of an OPML file as sources.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_CONFIG
@_JSON
@click.option("--city", default="", help="The city of all these feeds. Left out: the folder that each lies in.")
@click.option("--print", "only_print", is_flag=True, help="Only show: the blocks on stdout, the rest on stderr.")
def import_(file: Path, config_path: Path, city: str, *, only_print: bool, as_json: bool) -> None:
    """Add a [[sources]] block for each feed that FILE (OPML) names and that config.toml does not have yet.

    The city is that of --city, else the innermost folder, else the one that the feed's title names. All blocks are written in
    one step, or none. Feeds of this service itself stay out.
    """
    from syndicator.cli.importing import import_opml

    _finish(import_opml(configuration.load(config_path), file, city, only_print=only_print, as_json=as_json))


@examples(
    "syndicator deploy nginx > /etc/nginx/conf.d/syndicator.conf",
    "syndicator deploy nginx --listen 127.0.0.1:8081",
    "syndicator deploy systemd > /etc/systemd/system/syndicator.service",
)
@commands.command(short_help="Print a file for nginx, Caddy or systemd.")
@click.argument("program", type=click.Choice(["nginx", "caddy", "systemd"]))
@_CONFIG
@click.option("--listen", metavar="HOST:PORT", help="Have the web server listen there, with plain HTTP.")
@click.option("--access-log", type=click.Path(path_type=Path, dir_okay=False), help="Where nginx logs.")
def deploy(program: str, config_path: Path, listen: str | None, access_log: Path | None) -> None:
    """Print a file for a web server in front of this service, or for systemd, made for this configuration.

    The web server serves the published folder with the same addresses, types, encodings and fields, and asks the service
    for everything else. Nothing is installed or changed.
    """
    from syndicator.cli.deploy import show

    show(configuration.load(config_path), program, listen, access_log)


@examples("syndicator demo", "syndicator demo --port 9000")
@commands.command(short_help="Run only the sample portal.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes a free one."
)
def demo(host: str, port: int) -> None:
    """Run only the sample portal: three made-up city portals to try things on."""
    from syndicator.cli import running

    _run(running.run_sample_portal(host, port))


def _known_kind(kind: str) -> None:
    kinds = source_kinds()
    if kind and kind not in kinds:
        raise WrongUsage(f"There is no kind of source '{kind}'{near(kind, kinds)}; there are: {', '.join(kinds)}")


def _whole(address: str) -> str:
    """The address with its scheme. Who copies one from a letterhead leaves https:// out."""
    return address if "://" in address else f"https://{address}"


def find_source(config: Config, name: str) -> Source:
    """The source of that name; wrong usage, naming the nearest one, where there is none."""
    for source in config.sources:
        if source.name == name:
            return source
    names = [source.name for source in config.sources]
    hint = near(name, names) or (f"; there are: {', '.join(names)}" if names else "; it has no [[sources]] at all")
    raise WrongUsage(f"No source in {config.path.name} is called '{name}'{hint}")


def _run(work: Coroutine[Any, Any, int | None]) -> int:
    try:
        return asyncio.run(work) or 0
    except KeyboardInterrupt:
        click.echo("Stopped. What was not finished is done the next time.", err=True)
        return 1


def _finish(code: int) -> None:
    if code:
        sys.exit(code)


def _log(level: int) -> None:
    """The log goes to stderr, so that stdout holds nothing but the answer."""
    logging.basicConfig(level=level, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stderr)


if __name__ == "__main__":
    main()
