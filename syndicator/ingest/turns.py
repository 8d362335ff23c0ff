"""One request at a time to each origin, with a pause in between; origins do not wait for each other.

That holds among processes, too, as when the service runs while a command reads an archive: they share `Queues`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from protego import Protego

_KEPT = 256  # idle origins are forgotten when more than this many are known
_LOOK = 0.02  # seconds between two looks whether another process has ended its request


class Queues(Protocol):
    """Who among several processes may ask an origin now, and when the last of them ended, on the clock that they share."""

    def try_lock(self, name: str) -> bool: ...

    def unlock(self, name: str) -> None: ...

    def note(self, name: str, instant: float) -> None: ...

    def noted(self, name: str) -> float: ...


class Alone:
    """The queues of a process that shares its origins with no other."""

    def try_lock(self, name: str) -> bool:  # noqa: ARG002
        return True

    def unlock(self, name: str) -> None:
        """Nobody waits."""

    def note(self, name: str, instant: float) -> None:
        """Nobody asks."""

    def noted(self, name: str) -> float:  # noqa: ARG002
        return 0.0


@dataclass(frozen=True, slots=True)
class HostState:
    """What an origin ("https://www.example.de:443") told us, to be kept over a restart.

    `robots` is what counts of its robots.txt, "" if it has none, None if it was never read; it is good for a day from
    `robots_at` on. `not_before`: it wants to be left alone until then (Retry-After).
    """

    robots: str | None = None
    robots_at: datetime | None = None
    not_before: datetime | None = None


class Origin:
    """The queue in front of one origin, and what is known of it."""

    def __init__(self, name: str, state: HostState, queues: Queues) -> None:
        self.name = name
        self._queues = queues
        self.state = state
        self.rules: tuple[str, Protego] | None = None  # as read from that text
        self.reading_robots = asyncio.Lock()
        self.visitors = 0
        self.quiet_at = 0.0  # when its last pause is over, on the loop's clock
        self._one_at_a_time = asyncio.Lock()
        self._ended: float | None = None

    @asynccontextmanager
    async def turn(self, pause: float) -> AsyncIterator[None]:
        """Wait until `pause` seconds have passed since the end of the last request; the next one waits for the end of this."""
        clock = asyncio.get_running_loop().time
        async with self._one_at_a_time:
            await self._wait(pause)
            try:
                yield
            finally:
                self._ended = clock()
                self.quiet_at = self._ended + pause
                self._queues.note(self.name, self._ended)
                self._queues.unlock(self.name)

    async def _wait(self, pause: float) -> None:
        """Until no process has a request under way here, and the pause after the last one is over."""
        clock = asyncio.get_running_loop().time
        while True:
            if self._ended is not None:
                await asyncio.sleep(self._ended + pause - clock())
            if not self._queues.try_lock(self.name):
                await asyncio.sleep(_LOOK)
                continue
            others = self._queues.noted(self.name)
            if others <= (self._ended or 0.0) or not clock() - pause < others <= clock():
                return
            self._ended = others  # and an instant still ahead was noted before this machine was started
            self._queues.unlock(self.name)


class Gate:
    """Lets a few through in each turn of the event loop, so that a crowd that comes at once does not hold it up."""

    def __init__(self, few: int) -> None:
        self._few = few
        self._through = 0

    async def __call__(self) -> None:
        while self._through >= self._few:  # noqa: ASYNC110  # a turn of the loop is what is waited for
            await asyncio.sleep(0)
        if not self._through:
            asyncio.get_running_loop().call_soon(self._open)  # in the next turn
        self._through += 1

    def _open(self) -> None:
        self._through = 0


class Origins:
    """All origins that are in use, or were a moment ago."""

    def __init__(self, recall: Callable[[str], HostState | None], queues: Queues) -> None:
        self._recall = recall
        self._queues = queues
        self._known: dict[str, Origin] = {}

    def __len__(self) -> int:
        return len(self._known)

    @contextmanager
    def visit(self, name: str) -> Iterator[Origin]:
        """The origin of this name; it is not forgotten while it is visited."""
        origin = self._known.get(name)
        if origin is None:
            self._forget_idle()
            origin = self._known[name] = Origin(name, self._recall(name) or HostState(), self._queues)
        origin.visitors += 1
        try:
            yield origin
        finally:
            origin.visitors -= 1

    def _forget_idle(self) -> None:
        if len(self._known) >= _KEPT:
            now = asyncio.get_running_loop().time()
            self._known = {n: o for n, o in self._known.items() if o.visitors or o.quiet_at > now}
