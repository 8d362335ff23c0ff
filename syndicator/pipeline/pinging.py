"""Telling another hub, which serves our subscribers, what was published: it fetches that itself (`[hub] url`)."""

import logging
import random
from urllib.parse import urlencode

from syndicator.ingest.client import Client
from syndicator.publish import websub
from syndicator.store import subscribers
from syndicator.store.database import Store

log = logging.getLogger(__name__)

_AT_ONCE = 50  # topics
_FORM = "application/x-www-form-urlencoded"


class Pinger:
    """What waits stands in the store; here is only how often it was in vain."""

    def __init__(self, store: Store, client: Client) -> None:
        self._store = store
        self._client = client
        self._failures = 0

    async def tell(self, hub: str) -> float:
        """Tell this hub of all that waits; 0, or the seconds after which what it did not take is to be told again."""
        if hub in ("self", "none"):
            await self._store.write(subscribers.drop_all_pings)
            return 0.0
        while waiting := await self._store.read(subscribers.pings, _AT_ONCE):
            told = [("hub.mode", "publish"), *(("hub.url", topic) for _, topic in waiting)]
            if failed := await self._client.post(hub, urlencode(told).encode(), _FORM):
                if not self._failures:
                    log.warning("The hub was not told what is new, and it is tried again: %s", failed.reason)
                wait = websub.retry(self._failures, random.random())  # noqa: S311  # spreads, guards nothing
                self._failures += 1
                return wait.total_seconds()
            self._failures = 0
            await self._store.write(subscribers.drop_pings, [n for n, _ in waiting])
        return 0.0
