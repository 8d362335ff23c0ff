"""One request at a time to each origin, with a pause in between; origins do not wait for each other."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime

from protego import Protego

_KEPT = 256  # idle origins are forgotten when more than this many are known


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

    def __init__(self, name: str, state: HostState) -> None:
        self.name = name
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
            if self._ended is not None:
                await asyncio.sleep(self._ended + pause - clock())
            try:
                yield
            finally:
                self._ended = clock()
                self.quiet_at = self._ended + pause


class Origins:
    """All origins that are in use, or were a moment ago."""

    def __init__(self, recall: Callable[[str], HostState | None]) -> None:
        self._recall = recall
        self._known: dict[str, Origin] = {}

    def __len__(self) -> int:
        return len(self._known)

    @contextmanager
    def visit(self, name: str) -> Iterator[Origin]:
        """The origin of this name; it is not forgotten while it is visited."""
        origin = self._known.get(name)
        if origin is None:
            self._forget_idle()
            origin = self._known[name] = Origin(name, self._recall(name) or HostState())
        origin.visitors += 1
        try:
            yield origin
        finally:
            origin.visitors -= 1

    def _forget_idle(self) -> None:
        if len(self._known) >= _KEPT:
            now = asyncio.get_running_loop().time()
            self._known = {n: o for n, o in self._known.items() if o.visitors or o.quiet_at > now}
