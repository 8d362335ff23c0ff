"""`import`: the feeds of an OPML file as [[sources]] blocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from syndicator.cli.output import count, print_json, printable, short
from syndicator.config import Config
from syndicator.config.edit import source_block
from syndicator.config.write import add_source
from syndicator.errors import SyndicatorError
from syndicator.ingest.discovery.naming import of_feed, same_city, unique_name
from syndicator.ingest.reading.opml import LARGEST, Outline, read_opml
from syndicator.pipeline.discovery import known_source
from syndicator.text import slug

_LONGEST_NAME = 80
_SHOWN = 5  # feeds that a sentence names


@dataclass(slots=True)
class _Plan:
    """What comes of the outlines: blocks to add, and the addresses that stay out, with the reason."""

    sources: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    homeless: list[Outline] = field(default_factory=list)  # nothing tells their city


def import_opml(config: Config, file: Path, city: str, *, only_print: bool, as_json: bool) -> int:
    """Add a source for each feed of the file that is not there yet; all of them in one step, or none.

    Raises SyndicatorError when the file cannot be used, when nothing tells a feed's city, or when config.toml would not be valid.
    """
    planned = _plan(config, read_opml(_bytes(file)), city)
    if planned.homeless:
        raise _without_city(planned.homeless)
    block = "\n".join(source_block(values, f"Aus {file.name}, mit `syndicator import`.") for values in planned.sources)
    written = bool(block) and not only_print
    if written:
        add_source(config.path, block)
    if as_json:
        skipped = [{"url": address, "reason": reason} for address, reason in planned.skipped]
        print_json({"sources": planned.sources, "skipped": skipped, "block": block, "written": written})
    elif only_print:
        click.echo(block, nl=False)
        _tell(planned, config, written=False)
    else:
        _tell(planned, config, written=written)
    return 0


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise SyndicatorError(f"{file} cannot be read: {error.strerror}.") from error


def _plan(config: Config, outlines: Sequence[Outline], city: str) -> _Plan:
    planned = _Plan()
    taken = [source.name for source in config.sources]
    cities = [source.city for source in config.sources]
    for outline in outlines:
        if reason := _objection(outline, config):
            planned.skipped.append((outline.address, reason))
            continue
        where = same_city(city or _city_of(outline), cities)
        if not slug(where):
            planned.homeless.append(outline)
            continue
        name = _name(where, outline, taken)
        taken.append(name)
        cities.append(where)
        planned.sources.append(
            {"name": name, "title": outline.title or where, "city": where, "kind": "feed", "url": outline.address}
        )
    return planned


def _name(city: str, outline: Outline, taken: Sequence[str]) -> str:
    """The city's name, else with what the feed is called."""
    called = f"{slug(city)}-{slug(outline.title)}"[:_LONGEST_NAME].strip("-")
    free = [name for name in (slug(city), called) if name not in taken]
    return free[0] if free else unique_name(city, outline.address, taken)


def _objection(outline: Outline, config: Config) -> str:
    if not outline.address.lower().startswith(("https://", "http://")) or not urlsplit(outline.address).hostname:
        return "not an address on the web"
    if outline.address.startswith(config.site.url):
        return "a feed of this service itself"
    if there := known_source(outline.address, config):
        return f"already source '{there.name}'"
    return ""


def _city_of(outline: Outline) -> str:
    """The folder that the feed lies in, else the city that its own title names."""
    return outline.folders[-1] if outline.folders else of_feed(outline.title, "", "", outline.address).city


def _without_city(outlines: Sequence[Outline]) -> SyndicatorError:
    names = ", ".join(printable(outline.title or outline.address) for outline in outlines[:_SHOWN])
    more = f" and {len(outlines) - _SHOWN} more" if len(outlines) > _SHOWN else ""
    return SyndicatorError(
        f"Nothing tells which city these feeds are of: {names}{more}. Nothing was written.",
        "Name it with --city Dortmund, or put the feeds into folders of the file that are called like their cities.",
    )


def _tell(planned: _Plan, config: Config, *, written: bool) -> None:
    for line in _lines(planned, config, written=written):
        click.echo(line, err=not written)


def _lines(planned: _Plan, config: Config, *, written: bool) -> Iterator[str]:
    for values in planned.sources:
        yield f"+ {values['name']}: {printable(values['title'])} ({printable(values['city'])}), {printable(values['url'])}"
    for address, reason in planned.skipped:
        yield f"- {printable(address)}: {reason}"
    total = count(len(planned.sources), "source")
    yield f"{total} written to {short(config.path)}." if written else f"{total} to add. Nothing was written."
