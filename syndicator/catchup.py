"""Archives of feeds, read in the background: a few at once, each as politely as a visit, gone on with after a restart."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import aclosing
from datetime import datetime, timedelta

from syndicator.config import Config, Source
from syndicator.errors import SyndicatorError
from syndicator.model import Harvest, Walk
from syndicator.pipeline import catchup
from syndicator.pipeline.walk import GivenUp, Step, archive_of, walk_on
from syndicator.store import walks
from syndicator.store.sources import describe
from syndicator.text import count
from syndicator.workshop import Workshop

log = logging.getLogger(__name__)

_AT_ONCE = 4
_TRY_AGAIN = timedelta(hours=1)  # after a page that could not be read, at the first visit behind that


class CatchUp:
    """Reads what feeds published before they were read. `changed` is set when that brought something to publish."""

    def __init__(self, config: Config, shop: Workshop, changed: asyncio.Event) -> None:
        self._config, self._shop, self._changed = config, shop, changed
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._not_before: dict[str, datetime] = {}

    @property
    def under_way(self) -> Mapping[str, asyncio.Task[None]]:
        return self._under_way

    async def adopt(self, config: Config) -> None:
        """Go on by this configuration."""
        await self.drain()
        self._config = config
        self._not_before.clear()
        await self.resume()

    async def resume(self) -> None:
        """Go on with the walks that were under way when the service ended, however it did."""
        begun = await self._shop.store.read(walks.unfinished)
        for source in (one for one in self._config.sources if one.name in begun and catchup.may_catch_up(one)):
            if walk := await self._shop.store.read(catchup.unfinished, source, self._config.site.zone):
                self._start(source, walk)

    async def consider(self, source: Source, harvest: Harvest) -> None:
        """Begin to read if a visit showed an archive of which something is unknown, which it has noted itself."""
        now = self._shop.now()
        busy = source.name in self._under_way or now < self._not_before.get(source.name, now)
        if busy or not harvest.archived or not catchup.may_catch_up(source):
            return
        if walk := await self._shop.store.read(catchup.unfinished, source, self._config.site.zone):
            self._start(source, walk)

    async def drain(self) -> None:
        """Stop; what was read is stored."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, source: Source, walk: Walk) -> None:
        task = asyncio.create_task(self._walk(source, walk), name=f"archive of {source.name}")
        self._under_way[source.name] = task
        task.add_done_callback(lambda _: self._under_way.pop(source.name, None))

    async def _walk(self, source: Source, walk: Walk) -> None:
        async with self._places:
            if not self._shop.locks.try_lock(archive_of(source)):  # a person reads it, with the command
                return
            self._not_before[source.name] = self._shop.now() + _TRY_AGAIN
            try:
                if await self._read(source, walk):
                    del self._not_before[source.name]
            except SyndicatorError as error:
                log.warning("%s: its archive is left for now. %s", source.name, error)
            except Exception:
                log.exception("%s: reading its archive ended in a fault", source.name)
            finally:
                self._shop.locks.unlock(archive_of(source))

    async def _read(self, source: Source, walk: Walk) -> bool:
        """Whether it was read to its end."""
        log.info("%s: its archive is read, from %s on", source.name, walk.at or source.url)
        async with aclosing(walk_on(self._shop.visitor, source, walk, None, visiting=False)) as events:
            async for event in events:
                match event:
                    case Step():
                        walk = event.walk
                        for remark in event.tally.remarks:
                            log.warning("%s: in its archive, %s", source.name, remark)
                        if event.tally:
                            self._changed.set()
                        if walk.found >= catchup.MOST_ARTICLES and not walk.ended:
                            walk = await self._shop.store.write(catchup.stop, source, walk)
                            break
                    case GivenUp():
                        log.warning("%s: its archive is left for now. %s", source.name, describe(event.failed))
                        return False
        log.info(
            "%s: its archive is read: %s, %s, %d new",
            source.name,
            count(walk.pages, "document"),
            count(walk.found, "article"),
            walk.new,
        )
        return True
