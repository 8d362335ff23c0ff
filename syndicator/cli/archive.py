"""`ingest SOURCE --pages --since`: reading a source's archive, with what is told meanwhile."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import click

from syndicator.cli.failures import WrongUsage
from syndicator.cli.output import columns, count, indented, print_json, printable
from syndicator.config import Config, Source
from syndicator.errors import SyndicatorError
from syndicator.ingest.archive import MOST_PAGES
from syndicator.ingest.dates import read_date
from syndicator.model import Failed, Walk, WalkEnd
from syndicator.pipeline import walk as walking
from syndicator.pipeline.walk import GivenUp, Pause, Step
from syndicator.sample import sample_portal
from syndicator.store.sources import describe
from syndicator.text import shorten
from syndicator.workshop import Workshop, utc_now, workshop

_BAR = 12  # columns
_MOST_PROBLEMS = 20  # told at the end
_ENDS: dict[WalkEnd, str] = {
    "end": "the archive has no further page",
    "since": "what follows is older than asked for",
    "pages": "as many pages as asked for",
    "empty": "the next page holds no article",
    "repeat": "the last page shows what the page before showed",
    "circle": "the next page was read already",
    "cap": f"it is not read further than {MOST_PAGES} pages, as no archive should have more",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """How far back to read: `since`, or so many `pages` of the list (None for all), whichever ends first."""

    since: datetime | None
    pages: int | None
    anew: bool


class _Teller(Protocol):
    """Tells of a walk while it goes on."""

    def fetched(self) -> None: ...

    def step(self, step: Step) -> None: ...

    def pause(self, pause: Pause) -> None: ...


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of a walk; `zone` is that of the site."""

    zone: ZoneInfo

    def so_far(self, walk: Walk) -> str:
        return f"{count(walk.pages, 'page')}, {count(walk.found, 'article')}, {walk.new} new, {self.back(walk)}"

    def back(self, walk: Walk) -> str:
        return f"back to {walk.reached.astimezone(self.zone):%Y-%m-%d}" if walk.reached else "no date seen"


@dataclass(slots=True)
class _Told:
    """What has come of it so far."""

    words: _Words
    walk: Walk
    failed: Failed | None = None
    problems: list[str] = field(default_factory=list)


def parse_since(text: str, config: Config) -> datetime:
    """The beginning of a day as people write it: 2024-01-01, 1.1.2024, "1. Januar 2024"."""
    now = datetime.now(UTC)
    found = read_date(text, config.site.zone, reference=now, origin="")
    if found is None or found.at > now:
        raise WrongUsage(f"--since {text}: expected a day that is over, like 2024-01-01 or 1.1.2024")
    return found.at


def parse_pages(text: str) -> int | None:
    """A number of pages, None for "all"."""
    if text == "all":
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_PAGES):
        raise WrongUsage(f'--pages {text}: expected a number from 1 to {MOST_PAGES}, or "all"')
    return int(text)


async def read(config: Config, source: Source, wanted: Wanted, *, as_json: bool) -> int:
    """Read the archive of a source, or the rest of it; 1 where it cannot be read to its end for now."""
    async with workshop(config, publishing=False) as shop, sample_portal(config):
        if not shop.locks.try_lock(walking.archive_of(source)):
            raise SyndicatorError(
                f"Another process is reading the archive of {source.name}.",
                "If it is the service, `syndicator status` tells how far it is. Else wait until it has ended, or end it.",
            )
        walk = await walking.begin(shop.visitor, source, wanted.since, wanted.pages, anew=wanted.anew)
        words = _Words(config.site.zone)
        told = _Told(words, walk)
        if not walk.ended:
            with _teller(source, told, wanted, as_json=as_json) as teller:
                await _walk(shop, source, wanted, told, teller)
    if as_json:
        print_json(_values(source, told))
    elif walk.ended:
        click.echo(f"{source.name}: its archive was read already, {words.back(walk)}. To read it anew, add --restart.")
    else:
        click.echo("\n".join(_lines(source, told)))
    return int(told.failed is not None)


async def _walk(shop: Workshop, source: Source, wanted: Wanted, told: _Told, teller: _Teller) -> None:
    try:
        async for event in walking.walk_on(shop.visitor, source, told.walk, wanted.pages, teller.fetched):
            match event:
                case Step():
                    told.walk = event.walk
                    told.problems += map(describe, event.problems)
                    teller.step(event)
                case Pause():
                    teller.pause(event)
                case GivenUp():
                    told.failed = event.failed
    except asyncio.CancelledError:
        click.echo(f"\n{source.name}: {told.words.so_far(told.walk)}. The same command goes on from there.", err=True)
        raise


# ---------------------------------------------------------------- while it goes on


@contextmanager
def _teller(source: Source, told: _Told, wanted: Wanted, *, as_json: bool) -> Iterator[_Teller]:
    if as_json:
        yield _Silence()
    elif sys.stderr.isatty():
        with _Bar(source, told, wanted).shown() as bar:
            yield bar
    else:
        if told.walk.at:
            click.echo(f"{source.name}: going on after {told.words.so_far(told.walk)}.")
        yield _Lines(told)


class _Silence:
    def fetched(self) -> None: ...

    def step(self, step: Step) -> None: ...

    def pause(self, pause: Pause) -> None: ...


class _Lines:
    """A line for each page, where nobody watches."""

    def __init__(self, told: _Told) -> None:
        self._words = told.words
        self._before = told.walk

    def fetched(self) -> None:
        """Not worth a line."""

    def step(self, step: Step) -> None:
        walk, before = step.walk, self._before
        if walk.at == before.at and not walk.ended:  # the rest of the page comes after a pause
            return
        self._before = walk
        new = f"{count(walk.found - before.found, 'article')}, {walk.new - before.new} new"
        click.echo(f"page {before.pages + 1}: {new}, {self._words.back(walk)}")
        for problem in step.problems:
            for line in indented(describe(problem), columns(), 2):
                click.echo(line)

    def pause(self, pause: Pause) -> None:
        click.echo(printable(f"waiting {_seconds(pause.seconds)}: {describe(pause.failed)}"))


class _Bar:
    """A bar, with the time left where the pages asked for or the dates reached tell it."""

    def __init__(self, source: Source, told: _Told, wanted: Wanted) -> None:
        self._name = source.name
        self._words = told.words
        self._walk = self._first = told.walk
        self._start = told.walk.reached or utc_now()
        self._wanted = wanted
        self._requests = 0

    @contextmanager
    def shown(self) -> Iterator["_Bar"]:
        length = self._length()
        with click.progressbar(
            iter(list[str]()),
            length=length,  # without one it only shows that it moves
            label=self._label(),
            width=_BAR,
            show_percent=length is not None,
            show_eta=length is not None,
            item_show_func=lambda text: text or "",
            file=sys.stderr,
        ) as self._bar:
            yield self

    def fetched(self) -> None:
        self._requests += 1
        self._show(self._text(count(self._requests, "request")))

    def step(self, step: Step) -> None:
        self._walk, self._requests = step.walk, 0
        self._show(self._text())

    def pause(self, pause: Pause) -> None:
        self._show(printable(f"waiting {_seconds(pause.seconds)}: {describe(pause.failed)}"))

    def _show(self, text: str) -> None:
        bar = self._bar
        bar.label = self._label()
        room = columns() - len(bar.label) - _BAR - len("  []  100%  00:00:00   ")
        bar.update(self._done() - bar.pos, shorten(text, max(room, 1)))
        bar.render_progress()  # `update` itself shows only what has moved

    def _label(self) -> str:
        return f"{self._name}: page {self._walk.pages + (not self._walk.ended)}"

    def _text(self, more: str = "") -> str:
        parts = (f"{self._walk.new} new", self._words.back(self._walk), more)
        return ", ".join(part for part in parts if part)

    def _length(self) -> int | None:
        """Pages, or else days, that are still to be read; None where nobody knows."""
        if self._wanted.pages is not None:
            return self._wanted.pages - self._first.pages
        return max((self._start - self._wanted.since).days, 1) if self._wanted.since else None

    def _done(self) -> int:
        """How many of them were read."""
        length, walk = self._length(), self._walk
        if length is None or self._wanted.pages is not None:
            done = walk.pages - self._first.pages
        else:
            done = (self._start - (walk.reached or self._start)).days
        return length if length and walk.ended else max(done, 0)


# ---------------------------------------------------------------- at the end


def _lines(source: Source, told: _Told) -> Iterator[str]:
    for problem in told.problems[:_MOST_PROBLEMS] if sys.stderr.isatty() else ():
        yield from indented(problem, columns(), 2)
    if (more := len(told.problems) - _MOST_PROBLEMS) > 0:
        yield f"  … and {more} more"
    if told.failed:
        yield printable(f"{source.name}: page {told.walk.pages + 1} cannot be read. {describe(told.failed)}")
        yield f"Read so far: {told.words.so_far(told.walk)}. The same command goes on from there."
        return
    if told.problems:
        yield "What could not be read is tried again with --restart; what is known is not fetched again."
    yield f"{source.name}: {told.words.so_far(told.walk)}. It ends here: {_ENDS[told.walk.ended]}."
    if told.walk.new:
        yield "`syndicator publish` brings the feeds up to date; a running service does so by itself."


def _values(source: Source, told: _Told) -> dict[str, Any]:
    walk = told.walk
    return {
        "source": source.name,
        "since": walk.since,
        "pages": walk.pages,
        "found": walk.found,
        "new": walk.new,
        "back_to": walk.reached,
        "ended": walk.ended or None,
        "next": walk.at or None,
        "problems": told.problems,
        "failed": describe(told.failed) if told.failed else None,
    }


def _seconds(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"  # noqa: PLR2004  # two minutes
