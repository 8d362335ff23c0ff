"""One real parse worker for all tests of a process, as each takes a third of a second of computing to begin.

It lives in an event loop of its own, so that tests with loops of theirs can share it.
"""

import asyncio
import threading
from typing import Any

from syndicator.ingest.workers import Workers
from syndicator.model import Failed, Parse


class _Pool:
    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.workers = Workers(1, idle=3600, wall=50)  # the machine may be busy

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self.workers.close(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


_pool: _Pool | None = None


def end() -> None:
    """End the shared worker; the next job starts another."""
    global _pool  # noqa: PLW0603
    if _pool is not None:
        _pool.close()
        _pool = None


class Warm:
    """To be used like `Workers`, and closed like them, which the shared worker does not notice."""

    def __init__(self, *_: Any) -> None: ...

    is_warm = True
    is_kept = False

    def keep(self, *, one: bool) -> None:
        self.is_kept = one

    async def run(self, ask: Parse) -> Any | Failed:
        global _pool  # noqa: PLW0603
        _pool = _pool or _Pool()
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_pool.workers.run(ask), _pool.loop))

    async def close(self) -> None: ...
