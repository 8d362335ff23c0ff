"""The sample portal beside the service or a command, where config.toml asks for it."""

import asyncio
import errno
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiohttp import web

from syndicator import demo
from syndicator.config import Config
from syndicator.errors import SyndicatorError

_SIGNATURE = b"\r\nserver: syndicator-demo\r\n"
_PAUSE = 1.0  # seconds between two looks whether it still runs
_PATIENCE = 3.0  # seconds that whatever holds the port has to say what it is

_HINT = "Choose another port: --port for `syndicator demo`; for the service, [demo] port in config.toml and the url of its sources."


@asynccontextmanager
async def sample_portal(config: Config) -> AsyncIterator[None]:
    """Run the sample portal while the block lasts, if `[demo] enabled`; one that runs already is used, and followed when it ends.

    Raises SyndicatorError when it cannot run, as when another program has its port.
    """
    if not config.demo.enabled:
        yield
        return
    host, port = config.demo.host, config.demo.port
    started: list[web.AppRunner] = []
    try:
        started.append(await demo.start(host, port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE or not await _is_sample_portal(host, port):
            raise _deaf(host, port, error) from error
    standing_by = asyncio.create_task(_stand_by(host, port, started))
    try:
        yield
    finally:
        standing_by.cancel()
        await asyncio.wait([standing_by])
        for runner in started:
            await runner.cleanup()


@asynccontextmanager
async def listening(host: str, port: int) -> AsyncIterator[str]:
    """Run the sample portal for its own sake; yields its address. Raises SyndicatorError when the port is taken."""
    try:
        runner = await demo.start(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and await _is_sample_portal(host, port):
            raise SyndicatorError(f"The sample portal runs already, at http://{host}:{port}/.", _HINT) from error
        raise _deaf(host, port, error) from error
    try:
        yield f"http://{host}:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def _stand_by(host: str, port: int, started: list[web.AppRunner]) -> None:
    """Begin when the portal that runs there ends, as it does with the command that brought it."""
    while not started:
        await asyncio.sleep(_PAUSE)
        if not await _is_sample_portal(host, port):
            with suppress(OSError):  # another command was faster
                started.append(await demo.start(host, port))


async def _is_sample_portal(host: str, port: int) -> bool:
    """Whether it is a sample portal that answers there: every answer of one is signed."""
    try:
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(f"HEAD /robots.txt HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
                head = await reader.read(4096)
            finally:
                writer.close()
    except OSError:
        return False
    return _SIGNATURE in head.lower()


def _deaf(host: str, port: int, error: OSError) -> SyndicatorError:
    if isinstance(error, socket.gaierror):
        return SyndicatorError(f"The sample portal cannot listen on {host}: that is no address of this machine.")
    if error.errno == errno.EADDRINUSE:
        return SyndicatorError(
            f"The sample portal cannot run: port {port} on {host} is taken by another program.", _HINT
        )
    return SyndicatorError(f"The sample portal cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}.", _HINT)
