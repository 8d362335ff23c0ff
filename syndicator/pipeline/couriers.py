"""Deliveries made in a process of its own while there are many of them (see courier.py for the other end)."""

import asyncio
import contextlib
import itertools
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import OrderedDict

from syndicator.ingest.callbacks import Answer
from syndicator.ingest.workers import environment
from syndicator.model import Failed
from syndicator.pipeline.deliveries import Cancel, Drop, Keep, Order, Push, Send, pack, receive

_IDLE = 10.0  # seconds without a delivery after which it ends
_AFTER_A_FAULT = 60.0  # seconds until another is started
_MEMORY = 32 * 2**20  # bytes of bodies that it keeps
_GRACE = 5.0  # seconds for it to end by itself
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")  # where OpenSSL is told to look for them

log = logging.getLogger(__name__)


class CourierLostError(Exception):
    """The process ended before it told what came of a delivery: it may have been made."""


class Courier:
    """One process, which is started when it is wanted, and ends when it has had nothing to do for some time."""

    def __init__(self, user_agent: str, idle: float = _IDLE) -> None:
        self.is_ready = False
        self._user_agent = user_agent
        self._idle = idle
        self._running: asyncio.Task[None] | None = None
        self._not_before = 0.0
        self._is_let_go = False
        self._process: Process | None = None
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[Answer | Failed]] = {}
        self._kept: OrderedDict[str, int] = OrderedDict()  # what the process has: digest → length
        self._orders: list[Order] = []
        self._timer: asyncio.TimerHandle | None = None

    def want(self) -> None:
        """There is much to deliver: have it started, if it is not there. Until `is_ready`, others have to deliver."""
        if (self._running is None or self._running.done()) and asyncio.get_running_loop().time() >= self._not_before:
            self._running = asyncio.create_task(self._run())

    async def send(self, push: Push, digest: str, body: bytes) -> Answer | Failed:
        """As `push.send` does, from over there. To be called when `is_ready`. Raises CourierLostError."""
        self._stop_timer()
        n = next(self._numbers)
        future: asyncio.Future[Answer | Failed] = asyncio.get_running_loop().create_future()
        self._waiting[n] = future
        self._see_to(digest, body)
        self._order(Send(n, digest, push))
        try:
            return await future
        except asyncio.CancelledError:
            self._order(Cancel(n))
            raise
        finally:
            del self._waiting[n]
            if not self._waiting and self.is_ready:
                self._start_timer()

    async def close(self) -> None:
        """End it; what is under way is lost."""
        if self._running:
            self._let_go()
            await asyncio.wait([self._running], timeout=_GRACE)
            self._running.cancel()
            await asyncio.wait([self._running])

    # ------------------------------------------------------------ orders

    def _see_to(self, digest: str, body: bytes) -> None:
        """Let it have the bytes, and not more of them than it may keep."""
        if digest not in self._kept:
            self._order(Keep(digest, body))
            self._kept[digest] = len(body)
        self._kept.move_to_end(digest)
        while sum(self._kept.values()) > _MEMORY and len(self._kept) > 1:
            oldest, _ = self._kept.popitem(last=False)
            self._order(Drop(oldest))

    def _order(self, order: Order) -> None:
        """Those of one round of the event loop leave together."""
        if not self._orders:
            asyncio.get_running_loop().call_soon(self._flush)
        self._orders.append(order)

    def _flush(self) -> None:
        orders, self._orders = self._orders, []
        if self.is_ready and self._process and self._process.stdin:
            self._process.stdin.write(pack(orders))

    # ------------------------------------------------------------ coming and going

    async def _run(self) -> None:
        self._is_let_go = False
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "syndicator.pipeline.courier", self._user_agent),
                stdin=PIPE,
                stdout=PIPE,
                stderr=None if log.isEnabledFor(logging.DEBUG) else DEVNULL,
                env={**{name: os.environ[name] for name in _CERTIFICATES if name in os.environ}, **environment()},
                start_new_session=True,  # Ctrl-C in the terminal is not meant for it
            )
            if not self._is_let_go:
                await self._listen(self._process)
        except (EOFError, OSError) as error:
            if not self._is_let_go:
                log.warning("hub: the process that delivers to many ended by itself (%s); this one goes on.", error)
                self._not_before = asyncio.get_running_loop().time() + _AFTER_A_FAULT
        finally:
            self.is_ready = False
            self._stop_timer()
            self._kept.clear()
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(CourierLostError())
            process, self._process = self._process, None
            if process:
                await _end(process)

    async def _listen(self, process: Process) -> None:
        assert process.stdout
        await receive(process.stdout)
        self.is_ready = True
        self._start_timer()
        while True:
            for n, told in await receive(process.stdout):
                self._settle(n, told)

    def _settle(self, n: int, told: Answer | Failed | str) -> None:
        future = self._waiting.get(n)
        if future is None or future.done():
            return  # it was cancelled
        if isinstance(told, str):
            future.set_exception(RuntimeError(told))
        else:
            future.set_result(told)

    def _let_go(self) -> None:
        """It ends at the end of its input."""
        self.is_ready, self._is_let_go = False, True
        if self._process and self._process.stdin:
            self._process.stdin.close()

    def _start_timer(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._idle, self._let_go)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


async def _end(process: Process) -> None:
    """See it end, and make it end where it does not by itself; what is left in the pipe is read, so that all is cleared away."""
    assert process.stdin
    assert process.stdout
    process.stdin.close()
    try:
        async with asyncio.timeout(_GRACE):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    finally:
        await asyncio.gather(process.wait(), process.stdout.read())
