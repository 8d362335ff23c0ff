"""The service: visits sources when they are due, publishes what changed, answers readers, follows edits of config.toml."""

import asyncio
import gc
import logging
import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from syndicator import config as configuration
from syndicator import watchman
from syndicator.config import Config, former_names
from syndicator.errors import SyndicatorError
from syndicator.mirrors import mirrors
from syndicator.pipeline import usage
from syndicator.pipeline.admin import AdminPages
from syndicator.pipeline.distribute import Distributor
from syndicator.pipeline.embargoes import let_out
from syndicator.pipeline.pages import ArticlePages
from syndicator.pipeline.search import Searches
from syndicator.sample import sample_portal
from syndicator.serve import app
from syndicator.serve.about import about
from syndicator.serve.callbacks import Callbacks
from syndicator.serve.health import Health
from syndicator.serve.hub import HubDoor
from syndicator.serve.keys import Keys, read_keys
from syndicator.serve.search import Search
from syndicator.serve.shelf import Shelf
from syndicator.serve.usage import Usage
from syndicator.store import facts
from syndicator.subscriber import Subscriber
from syndicator.text import count
from syndicator.visits import Visits
from syndicator.workshop import Workshop, workshop

log = logging.getLogger(__name__)

_CLOCK_JUMP = 60.0  # seconds by which the wall clock may leave the monotonic one before everything is planned anew
_LEAST_GAP = 0.5  # seconds between two rounds of publishing, so that a burst of changes is one round
_MANY = 1000  # sources, whose configuration is worth being passed over by the garbage collector
_AFTER_A_FAULT = 5.0  # seconds until embargoes are looked at again
_MINUTE = timedelta(minutes=1)
_TICK = 1.0  # seconds between two looks at config.toml, and at embargoes


class Service:
    """One running service, made by `running`. It holds what an edit of config.toml replaces."""

    def __init__(self, config: Config, shop: Workshop, shelf: Shelf) -> None:
        self.config = config
        self.shop = shop
        self.shelf = shelf
        self.mirrors = mirrors(config, shop.store, shop.folder)
        self.changed = asyncio.Event()
        self.visits = Visits(config, shop, self.changed)
        self.distributor = Distributor(shop.store, shop.client, shop.folder, lambda: self.config, shop.now)
        shop.publisher.settled = self.distributor.changed.set
        self.subscriber = Subscriber(config, shop, self.visits)
        self.searches = Searches(shop.store, lambda: self.config)
        self.usage = Usage(shop.now)
        self.keys = Keys()
        self._published = asyncio.Event()
        self._health = Health()
        self._renamed = former_names(config)
        self._ended: frozenset[str] = frozenset()
        self._seen = _stamp(config.path)

    def health(self) -> Health:
        return self._health

    def renamed(self) -> Mapping[str, str]:
        return self._renamed

    def ended(self) -> Collection[str]:
        return self._ended

    async def begin(self) -> None:
        """Publish what the store holds, and plan the visits."""
        moved = await self.shop.adopt(self.config)
        if moved:
            log.info("config.toml was edited since the last run; %s filed anew.", count(moved, "stored article"))
        await self.subscriber.begin()
        self.visits.schedule.start()
        self.visits.schedule.every(self.config.publish.every, self.look_for_changes)
        self.visits.schedule.every(watchman.LOOK, self.look_around)
        self.visits.schedule.every(watchman.ROUND, self.send_alerts)
        self.visits.schedule.every(_MINUTE, self.keep_books)
        self.changed.set()
        await self.visits.plan()
        await self.visits.catch_up.resume()
        _settle(self.config)

    async def read_keys(self) -> None:
        """Take over tokens as they are now, and say of those that are not in order what is wrong, once."""
        before, self.keys = self.keys, await asyncio.to_thread(read_keys, self.config)
        for name, text in self.keys.problems.items():
            if before.problems.get(name) != text:
                log.error("The token of %s opens nothing: %s", f"partner '{name}'" if name else "[admin]", text)

    async def keep_books(self) -> None:
        """Store what was read since the last time, and take over tokens that were renewed."""
        counted = self.usage.drain()
        try:
            if counted:
                names = [partner.name for partner in self.config.partners]
                await self.shop.store.write(usage.save, counted, names)
        except SyndicatorError as error:
            self.usage.restore(counted)
            log.error("What was read could not be counted, and it is tried again: %s", error)  # noqa: TRY400
        await self.read_keys()

    async def look_around(self) -> None:
        """Notice what no visit brings: that a source has gone silent, that failures go on."""
        await watchman.look_around(self.shop, self.config)

    async def send_alerts(self) -> None:
        """Tell who is to be told of what began and what is over."""
        await watchman.send_alerts(self.shop, self.config)

    async def look_for_changes(self) -> None:
        """Let a round of publishing begin: what failed before is tried again, what another process stored is seen."""
        self.changed.set()

    async def publish_on_change(self) -> None:
        """Endless: publish whenever something changed, one round at a time."""
        while True:
            await self.changed.wait()
            self.changed.clear()
            started = time.monotonic()
            try:
                publication = await self.shop.publisher.publish()
            except SyndicatorError as error:
                self._health = Health(store_works=False, problem=error.message)
                log.error("Publishing failed and will be tried again: %s", error)  # noqa: TRY400  # the sentence says it all
            except Exception:
                self._health = Health(store_works=False, problem="publishing ended in a fault; the log has the details")
                log.exception("Publishing ended in a fault and will be tried again.")
            else:
                self._health = Health()
                self.shelf.complete = True
                if publication.removed or self._ended != self.shop.publisher.ended:
                    self.distributor.look_for_endings()
                self._ended = self.shop.publisher.ended
                if publication.failed:
                    log.warning("left as they were, as rendering them failed: %s", ", ".join(publication.failed))
                if publication.written:
                    files, feeds = count(len(publication.written), "file"), count(publication.feeds, "feed")
                    log.info("published: %s of %s", files, feeds)
                for mirror in self.mirrors:
                    mirror.changed.set()
            self._published.set()
            await asyncio.sleep(max(_LEAST_GAP, time.monotonic() - started))

    async def end_embargoes(self) -> None:
        """Endless: let out what is embargoed when its time has come, to the second, whoever stored it and however clocks are set."""
        while True:
            wait = _TICK
            try:
                count, following = await let_out(self.shop.store, self.shop.now)
                if count:
                    log.info("embargoes and notices that ended: %d", count)
                    self.changed.set()
                if following:
                    wait = min(max((following - self.shop.now()).total_seconds(), 0.0), _TICK)
            except SyndicatorError as error:
                log.error("What is embargoed could not be looked up, and it is tried again: %s", error)  # noqa: TRY400
                wait = _AFTER_A_FAULT
            except Exception:
                log.exception("An embargo could not be ended, and it is tried again.")
                wait = _AFTER_A_FAULT
            await asyncio.sleep(wait)

    async def keep_searchable(self) -> None:
        """Endless: take what is new into the index of words, after everything else."""
        while True:
            await self._published.wait()
            self._published.clear()
            try:
                await self.searches.catch_up()
            except Exception:
                log.exception("The index for searches could not be brought up to date; it is tried again.")

    async def follow(self) -> None:
        """Endless: take over config.toml when it was edited, and plan anew when the clock was set."""
        seen = self._seen
        offset = time.time() - time.monotonic()
        while True:
            await asyncio.sleep(_TICK)
            try:
                stamp = _stamp(self.config.path)
                if stamp != seen and stamp is not None:
                    await self.reload(self.config.path)
                    seen = stamp
                if abs(time.time() - time.monotonic() - offset) > _CLOCK_JUMP:
                    log.warning("The clock was set: everything is planned anew.")
                    offset = time.time() - time.monotonic()
                    await self._plan_anew()
            except Exception:
                log.exception("config.toml could not be taken over; it is tried again.")

    async def reload(self, path: Path) -> None:
        """Work by the edited file if it is valid; else go on as before and say why, here and in `status`."""
        try:
            config = await asyncio.to_thread(configuration.load, path)
        except SyndicatorError as error:
            log.error("config.toml was edited but has mistakes, so the old one stays in force:\n%s", error)  # noqa: TRY400
            await self.shop.store.write(facts.set_fact, "config_error", str(error))
            return
        await self.shop.store.write(facts.set_fact, "config_error", "")
        _warn_of_fixed(self.config, config)
        moved = await self.shop.adopt(config)
        self.config, self._renamed = config, former_names(config)
        await self.read_keys()
        await asyncio.to_thread(self.shelf.tell, about(config))
        await self.visits.adopt(config)
        await self.distributor.adopt()
        await self.subscriber.adopt(config)
        await self._plan_anew()
        _settle(config)
        anew = f"; {count(moved, 'stored article')} filed anew" if moved else ""
        log.info("config.toml was edited and is in force%s.", anew)

    async def _plan_anew(self) -> None:
        self.visits.schedule.every(self.config.publish.every, self.look_for_changes)
        await self.visits.plan()
        self.changed.set()


@asynccontextmanager
async def running(config: Config) -> AsyncIterator[Service]:
    """A service from its first answer to a clean end. Raises SyndicatorError when it cannot begin."""
    async with AsyncExitStack() as stack:
        shop = await stack.enter_async_context(workshop(config, filed=False))
        shelf = Shelf(config.publish.folder, about=about(config))
        shelf.complete = False  # a kill may have left a feed half published, which the first round mends
        service = Service(config, shop, shelf)
        await asyncio.to_thread(shelf.load, [(e.path, e.media_type, e.modified) for e in shop.whole.values()])
        shop.targets.append(shelf)
        pages = ArticlePages(shop.store, lambda: service.config)
        admin = AdminPages(shop.store, lambda: service.config, lambda: service.keys.problems, shop.now)
        await service.read_keys()
        stack.push_async_callback(service.keep_books)
        site = app.build(
            shelf,
            site=lambda: service.config.site,
            health=service.health,
            aliases=service.renamed,
            ended=service.ended,
            search=Search(service.searches, lambda: service.config.site).handle,
            pages=pages.page,
            hub=HubDoor(lambda: service.config, service.distributor.accept).handle,
            callbacks=Callbacks(service.subscriber).handle,
            keys=lambda: service.keys,
            usage=service.usage,
            admin=admin.page,
        )
        runner = await app.start(site, config.server.host, config.server.port)
        stack.push_async_callback(runner.cleanup)
        await stack.enter_async_context(sample_portal(config))
        await shop.store.write(facts.set_fact, "config_error", "")
        await service.begin()
        stack.push_async_callback(service.visits.drain)
        stack.push_async_callback(service.subscriber.drain)
        stack.callback(service.visits.schedule.stop)
        for endless in (
            service.publish_on_change(),
            service.keep_searchable(),
            service.end_embargoes(),
            service.follow(),
            service.distributor.keep_up(),
            service.subscriber.keep_subscribed(),
            *(mirror.keep_up() for mirror in service.mirrors),
        ):
            task = asyncio.create_task(endless)
            stack.push_async_callback(_end, task)
        yield service


def _warn_of_fixed(before: Config, after: Config) -> None:
    fixed = {f"[{table}]": getattr(before, table) != getattr(after, table) for table in ("server", "store", "demo")}
    fixed |= {
        f"[publish] {key}": getattr(before.publish, key) != getattr(after.publish, key)
        for key in ("folder", "targets", "s3")
    }
    for place, differs in fixed.items():
        if differs:
            log.warning("%s in config.toml takes effect at the next start.", place)


def _settle(config: Config) -> None:
    """Let the garbage collector pass over what is there to stay: with ten thousand sources, it stops all for 0.2 s otherwise."""
    if len(config.sources) >= _MANY:
        gc.freeze()


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Changes whenever the file is written or replaced; None while there is none, as between an editor's two steps."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
