"""What comes in: visiting sources, looking at them, adding them."""

import logging
from pathlib import Path
from typing import Any

import click

from syndicator import config as configuration
from syndicator.cli.failures import WrongUsage
from syndicator.cli.options import CONFIG, JSON, examples, find_source, finish, log_from, run_to_end
from syndicator.config.kinds import source_kinds
from syndicator.config.mistakes import near


@examples(
    "syndicator ingest",
    "syndicator ingest dortmund",
    "syndicator ingest dortmund --pages all --since 2024-01-01",
    "syndicator ingest --json",
)
@click.command(short_help="Visit the sources once, or read a source's archive.")
@click.argument("source", required=False)
@CONFIG
@JSON
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
    log_from(logging.ERROR)
    if pages is not None or since is not None or restart:
        from syndicator.cli import archive

        if not source:
            raise WrongUsage("Name the source whose archive is to be read: syndicator ingest SOURCE --pages all")
        wanted = archive.Wanted(
            archive.parse_since(since, config) if since else None, archive.parse_pages(pages or "all"), restart
        )
        finish(run_to_end(archive.read(config, find_source(config, source), wanted, as_json=as_json)))
    else:
        from syndicator.cli import once

        chosen = [find_source(config, source)] if source else [s for s in config.sources if s.enabled]
        finish(run_to_end(once.ingest(config, chosen, as_json=as_json)))


@examples(
    "syndicator preview dortmund",
    "syndicator preview dortmund --articles 1 --json",
    'syndicator preview "http://127.0.0.1:8090/dortmund/nachrichtenportal/nachricht.jsp?nid=605731"',
    "syndicator preview http://127.0.0.1:8090/gelsenkirchen/newsfeed/",
)
@click.command(short_help="Show what a source or an address gives, and by which rules.")
@click.argument("target", metavar="SOURCE-or-ADDRESS")
@CONFIG
@JSON
@click.option("--articles", default=3, show_default=True, type=click.IntRange(1, 20), help="How many articles to show.")
def preview(target: str, config_path: Path, articles: int, *, as_json: bool) -> None:
    """Fetch a source, an article, a list of articles or a feed, and show each field with the rule that found it.

    An address need not be in config.toml. Nothing is stored. Put addresses with ? or & in quotation marks.
    """
    from syndicator.cli.preview import show

    config = configuration.load(config_path)
    log_from(logging.ERROR)
    finish(run_to_end(show(config, target, articles, as_json=as_json)))


@examples(
    "syndicator add https://www.beispielstadt.example/aktuelles/",
    "syndicator add https://www.beispielstadt.example/ --city Beispielstadt --yes",
    "syndicator add https://www.beispielstadt.example/ --print > block.toml",
)
@click.command(short_help="Find out how a portal is read, and add it as a source.")
@click.argument("address")
@CONFIG
@JSON
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
    log_from(logging.ERROR)
    finish(run_to_end(look_and_add(config, _whole(address), Wishes(**options))))


@examples(
    "syndicator import feeds.opml --print",
    "syndicator import feeds.opml",
    "syndicator import dortmund.opml --city Dortmund",
)
@click.command("import", short_help="Add the feeds of an OPML file as sources.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@CONFIG
@JSON
@click.option("--city", default="", help="The city of all these feeds. Left out: the folder that each lies in.")
@click.option("--print", "only_print", is_flag=True, help="Only show: the blocks on stdout, the rest on stderr.")
def import_(file: Path, config_path: Path, city: str, *, only_print: bool, as_json: bool) -> None:
    """Add a [[sources]] block for each feed that FILE (OPML) names and that config.toml does not have yet.

    The city is that of --city, else the innermost folder, else the one that the feed's title names. All blocks are written in
    one step, or none. Feeds of this service itself stay out.
    """
    from syndicator.cli.importing import import_opml

    finish(import_opml(configuration.load(config_path), file, city, only_print=only_print, as_json=as_json))


def _known_kind(kind: str) -> None:
    kinds = source_kinds()
    if kind and kind not in kinds:
        raise WrongUsage(f"There is no kind of source '{kind}'{near(kind, kinds)}; there are: {', '.join(kinds)}")


def _whole(address: str) -> str:
    """The address with its scheme. Who copies one from a letterhead leaves https:// out."""
    return address if "://" in address else f"https://{address}"
