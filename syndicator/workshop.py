"""What ingest and publish work with, opened and closed together: for the service, and for single commands."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import syndicator
from syndicator.config import Config
from syndicator.ingest.client import Client, HostState
from syndicator.ingest.workers import Workers
from syndicator.pipeline.embargoes import let_out
from syndicator.pipeline.filing import Rules, file_all_anew
from syndicator.pipeline.publish import Publisher
from syndicator.pipeline.repair import find_missing_pages, whole_editions
from syndicator.pipeline.visit import Visitor
from syndicator.publish.targets import Target
from syndicator.publish.targets.folder import Folder
from syndicator.store import sources
from syndicator.store.database import Store
from syndicator.store.editions import Edition
from syndicator.store.locks import Locks


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Workshop:
    """The parts that outlive an edit of config.toml, and the two that do not: `visitor` and `publisher`."""

    store: Store
    locks: Locks
    client: Client
    workers: Workers
    folder: Folder
    targets: list[Target]
    whole: Mapping[str, Edition]
    visitor: Visitor
    publisher: Publisher
    now: Callable[[], datetime]

    async def adopt(self, config: Config) -> int:
        """Work by this configuration from now on; returns how many stored articles its rules file elsewhere.

        What was embargoed until now is let out.
        """
        rules = await asyncio.to_thread(Rules, config)
        self.visitor = Visitor(config, self.store, self.client, self.workers, rules, self.now)
        moved = await file_all_anew(self.store, rules, self.now)
        self.publisher = self.publisher.under(config)
        await let_out(self.store, self.now)
        return moved


@asynccontextmanager
async def workshop(
    config: Config, now: Callable[[], datetime] = utc_now, *, filed: bool = True, publishing: bool = True
) -> AsyncIterator[Workshop]:
    """Everything opened, and closed at the end.

    With `publishing`, the published folder is read to find what is not whole, as after a crash; the first round mends it.
    With `filed`, articles are filed by the rules of `config` first; the service does that when it answers already.
    Raises SyndicatorError when the folder or the database cannot be used.
    """
    folder = Folder(config.publish.folder)
    store = Store(config.store.path)
    workers = Workers()
    locks = Locks(config.store.path)
    client = await _client(config, store, locks, now)
    try:
        whole = await whole_editions(store, folder) if publishing else {}
        if publishing:
            await find_missing_pages(store, folder)
        given = {path: edition.digest for path, edition in whole.items()}
        targets: list[Target] = [folder]
        visitor = Visitor(config, store, client, workers, Rules(config), now)
        publisher = Publisher(config, store, targets, now, given, folder)
        shop = Workshop(store, locks, client, workers, folder, targets, whole, visitor, publisher, now)
        if filed:
            await shop.adopt(config)
        yield shop
    finally:
        await client.close()
        await workers.close()
        await asyncio.to_thread(store.close)
        locks.close()
        folder.close()


def user_agent(config: Config) -> str:
    """Who we are, as servers are told."""
    return f"syndicator/{syndicator.__version__} (+{config.site.url}; {config.site.contact})"


async def _client(config: Config, store: Store, locks: Locks, now: Callable[[], datetime]) -> Client:
    hosts = {origin: HostState(*state) for origin, state in (await store.read(sources.all_hosts)).items()}

    def remember(origin: str, state: HostState) -> None:
        hosts[origin] = state
        store.post(sources.save_host, origin, state.robots, state.robots_at, state.not_before)

    return Client(user_agent(config), recall=hosts.get, remember=remember, now=now, queues=locks)
