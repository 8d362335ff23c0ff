"""The archives of feeds: pages are closed, rendered and removed in small steps, each behind the current documents.

What is left to do stands in the store, so that a step that was broken off is made up for. A page is written before anything
links it, and removed after nothing does.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlite_utils import Database

from syndicator.config import Config
from syndicator.errors import SyndicatorError
from syndicator.model import Article, Change, Facets, Feed, File
from syndicator.pipeline import render, subscribing
from syndicator.publish import addresses, encodings, select
from syndicator.publish import archive as cutting
from syndicator.store import archive, articles
from syndicator.store.archive import ClosedPage
from syndicator.store.database import Store
from syndicator.store.omissions import Omitted

log = logging.getLogger(__name__)

_STEP = 16  # pages rendered, and of one feed closed, before the current documents get their turn again
_AT_ONCE = 4  # pages rendered, then written: bounds what is held in memory
_REMOVED_AT_ONCE = 200


@dataclass(slots=True)
class Current:
    """A current document as it was rendered: the page it links, and the ids of its articles and of those they stand for."""

    feed: Feed
    older: int | None
    shown: frozenset[str]


@dataclass(slots=True)
class Step:
    """What one step came to. `unfinished`: there is more to do."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    omissions: dict[str, Omitted] = field(default_factory=dict)
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Archivist:
    """Keeps the archives of these feeds. `renamed`: what feeds were called before → now. `put` and `remove` reach the targets."""

    config: Config
    store: Store
    feeds: Mapping[str, Feed]
    renamed: Mapping[str, str]
    put: Callable[[Sequence[File]], None]
    remove: Callable[[Sequence[str]], None]

    async def step(
        self,
        changes: Sequence[Change],
        currents: Sequence[Current],
        failed: Sequence[str],
        now: datetime,
        *,
        anew: bool,
        first: bool,
    ) -> Step:
        """Do some of what is to be done after these changes and current documents; `anew`: every page may look different now.

        `failed`: feeds whose current document could not be rendered; they go on when it can. Costs a few queries for each
        current document where nothing is.
        """
        done = Step()
        more = await self.store.write(self._prepare, changes, currents, anew=anew, first=first)
        for _ in range(_STEP // _AT_ONCE):
            pages = await self.store.read(archive.due, _AT_ONCE)
            if not pages:
                break
            await self._publish(pages, now, done)
        done.unfinished = not await self.store.write(self._finish, currents, failed, more)
        if not done.unfinished:
            await self._remove_useless(done)
        return done

    def _prepare(
        self, db: Database, changes: Sequence[Change], currents: Sequence[Current], *, anew: bool, first: bool
    ) -> frozenset[str]:
        """Note what is due. Returns the feeds of which more pages are to be closed than are in one step."""
        if anew:
            archive.mark_all(db)
        if first:
            archive.mark_failed(db)
        for old, new in self.renamed.items():
            if new in self.feeds and old not in self.feeds:
                archive.hand_on(db, old, new)
        _mark_changed(db, tuple(self.feeds.values()), changes)
        return frozenset(current.feed.name for current in currents if _close(db, current))

    async def _publish(self, pages: Sequence[ClosedPage], now: datetime, done: Step) -> None:
        made: list[tuple[ClosedPage, render.Page]] = []
        for page in pages:
            try:
                rendered = await self._render(page)
            except SyndicatorError:
                raise
            except Exception:
                path = addresses.archive_path(page.feed, page.page)
                log.exception("%s cannot be rendered, so it stays as it is. Please report it.", path)
                done.failed.append(path)
                await self.store.write(archive.fail, page)
            else:
                path = addresses.archive_path(page.feed, page.page)
                done.omissions[path] = Omitted(rendered.left_out if rendered else ())
                made += [(page, rendered.pages[0])] if rendered else []
        await self._write(made, now, done)

    async def _render(self, page: ClosedPage) -> render.Rendered | None:
        """None where there is nothing to be written: the page is empty, or was cut in two, which are due."""
        feed = self.feeds.get(page.feed)
        if feed is None:  # it is about to be removed
            await self.store.write(archive.empty, page)
            return None
        limit = 2 * cutting.ARTICLES + 1
        rows = await self.store.read(articles.select_arrived, feed.selection, page.after, page.until, limit)
        lengths = [len(article.title) + len(article.summary) + len(article.body) for _, article in rows]
        if not rows:
            await self.store.write(archive.empty, page)
            return None
        if cutting.is_overfull(lengths):
            await self.store.write(archive.split, page, rows[cutting.fitting(lengths) - 1][0])
            return None
        entries = tuple(article for _, article in sorted(rows, key=_newest_first, reverse=True))
        return await asyncio.to_thread(render.archived, feed, page.page, page.older, entries, self.config)

    async def _write(self, made: Sequence[tuple[ClosedPage, render.Page]], now: datetime, done: Step) -> None:
        differing = [(page, rendered) for page, rendered in made if rendered.digest != page.digest]
        if differing:
            files = await asyncio.to_thread(_files, [rendered for _, rendered in differing], now)
            await self.store.write(archive.begin, [page for page, _ in differing])
            await asyncio.to_thread(self.put, files)
            done.written += [file.path for file in files]
        changed = [(rendered.path, rendered.digest) for _, rendered in differing]
        await self.store.write(_settle, [(page, rendered.digest) for page, rendered in made], changed, self.config)

    def _finish(self, db: Database, currents: Iterable[Current], failed: Sequence[str], more: frozenset[str]) -> bool:
        """Note which current documents have to link another page, or close more. Returns whether nothing is left to do."""
        for current in currents:
            name = current.feed.name
            archive.set_behind(db, name, is_behind=name in more or archive.newest(db, name) != current.older)
        for name in (archive.behind(db) - self.feeds.keys()).union(failed):
            archive.set_behind(db, name, is_behind=False)
        return archive.is_settled(db)

    async def _remove_useless(self, done: Step) -> None:
        pages = await self.store.read(archive.useless, self.feeds, _REMOVED_AT_ONCE)
        if pages:
            paths = [addresses.archive_path(*page) for page in pages]
            await asyncio.to_thread(self.remove, paths)
            await self.store.write(archive.drop, pages)
            done.removed += paths
            done.omissions |= dict.fromkeys(paths, Omitted())
        done.unfinished = len(pages) == _REMOVED_AT_ONCE


def _settle(
    db: Database, pages: Sequence[tuple[ClosedPage, str]], changed: list[tuple[str, str]], config: Config
) -> None:
    archive.finish(db, pages)
    subscribing.announce(db, changed, config)


def _mark_changed(db: Database, feeds: tuple[Feed, ...], changes: Sequence[Change]) -> None:
    """The pages that held one of the changed articles, or hold it now, are due."""
    numbers = archive.numbers_of(db, {change.article for change in changes})
    holding: dict[Facets, list[str]] = {}
    moved: dict[str, set[int]] = {}
    for change in changes:
        if change.article not in numbers:
            continue
        for facets in {change.before, change.after}:
            if facets is None or not facets.live:
                continue
            if facets not in holding:
                touched = select.touched(feeds, [Change(0, "", None, facets)])
                holding[facets] = [feed.name for feed in touched]
            for name in holding[facets]:
                moved.setdefault(name, set()).add(numbers[change.article])
    for name, places in moved.items():
        archive.mark(db, name, places)


def _close(db: Database, current: Current) -> bool:
    """Close pages for what the current document does not show; whether there is more of it than one step closes."""
    name, selection = current.feed.name, current.feed.selection
    count = max(_STEP * cutting.ARTICLES, selection.limit) + 1
    rows = articles.arrivals(db, selection, archive.end(db, name), count)
    if not cutting.has_to_close(rows, current.shown):
        return False
    more = len(rows) == count
    ends = cutting.page_ends(rows, articles.lengths(db, (n for n, _ in rows)), current.shown)
    archive.close(
        db, name, ends[:-1] if more and len(ends) > 1 else ends
    )  # the last one would be filled by what follows
    return more


def _files(pages: Iterable[render.Page], now: datetime) -> list[File]:
    return [File(page.path, page.media_type, now, page.body, encodings.encode(page.body)) for page in pages]


def _newest_first(row: tuple[int, Article]) -> tuple[datetime, int]:
    n, article = row
    return article.sort_at, n
