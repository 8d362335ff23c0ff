"""What lies between the instances: one door before each, through which all others reach it, and which links can be cut at."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from syndicator.serve.callbacks import PATH

_CALLER = re.compile(rb"\r\nuser-agent: [^\r]*\(\+http://127\.\d+\.\d+\.(\d+):", re.IGNORECASE)
_PUSH = f"POST /{PATH}".encode()
_GONE = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_LONGEST_HEAD = 65536
# Copies of feeds count as fresh for a minute, so that nobody polls more often; here they are the same in a second.
_FRESH, _STALE = b"max-age=60", b"max-age=00"


class Wires:
    """The doors. Callers are told apart by the address of their site, which their User-Agent names.

    Behind a door that is `gone` nobody is any more, and it says so. `pushes` counts those that came to such doors.
    """

    def __init__(self) -> None:
        self.cut: set[tuple[int, int]] = set()
        self.gone: set[int] = set()
        self.pushes = 0
        self._open: dict[tuple[int, int], set[asyncio.StreamWriter]] = {}

    def sever(self, caller: int, called: int) -> None:
        """From now on this one does not reach that one; what is under way breaks off."""
        self.cut.add((caller, called))
        for writer in self._open.pop((caller, called), set()):
            writer.transport.abort()

    def mend(self) -> None:
        self.cut.clear()

    @asynccontextmanager
    async def door(self, number: int, host: str, behind: str, port: int) -> AsyncIterator[None]:
        """A door at `host` for what listens at `behind`."""

        inside: set[asyncio.Task[None] | None] = set()

        async def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            inside.add(task)
            try:
                await self._pass(number, behind, port, reader, writer)
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
                pass
            finally:
                inside.discard(task)
                writer.close()

        server = await asyncio.start_server(enter, host, port, limit=_LONGEST_HEAD)
        try:
            yield
        finally:
            server.close()
            left = [task for task in inside if task is not None]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _pass(
        self, number: int, behind: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        found = _CALLER.search(head)
        link = (int(found[1]) if found else 0, number)
        if link in self.cut:
            writer.transport.abort()
            return
        if number in self.gone:
            self.pushes += head.startswith(_PUSH)
            writer.write(_GONE)
            await writer.drain()
            return
        inner_reader, inner_writer = await asyncio.open_connection(behind, port)
        both = {writer, inner_writer}
        self._open.setdefault(link, set()).update(both)
        try:
            inner_writer.write(head)
            await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))
        finally:
            inner_writer.close()
            self._open.get(link, set()).difference_update(both)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_LONGEST_HEAD):
            writer.write(data.replace(_FRESH, _STALE))
            await writer.drain()
    writer.close()
