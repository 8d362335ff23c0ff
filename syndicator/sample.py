"""The sample portal beside the service or a command, where config.toml asks for it."""

import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from syndicator import demo
from syndicator.config import Config
from syndicator.errors import SyndicatorError


@asynccontextmanager
async def sample_portal(config: Config) -> AsyncIterator[None]:
    """Run the sample portal while the block lasts, if `[demo] enabled`.

    Where its port is taken it is left alone: another command or `syndicator demo` runs it already, as a rule. If that is
    not so, the sources tell what answered instead.
    """
    if not config.demo.enabled:
        yield
        return
    try:
        runner = await demo.start(config.demo.host, config.demo.port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise _deaf(config.demo.host, config.demo.port, error) from error
        yield
        return
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def listening(host: str, port: int) -> AsyncIterator[str]:
    """Run the sample portal for its own sake; yields its address. Raises SyndicatorError when the port is taken."""
    try:
        runner = await demo.start(host, port)
    except OSError as error:
        raise _deaf(host, port, error) from error
    try:
        yield f"http://{host}:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


def _deaf(host: str, port: int, error: OSError) -> SyndicatorError:
    return SyndicatorError(
        f"The sample portal cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}.",
        "Choose another port: --port for `syndicator demo`, [demo] port in config.toml for the service.",
    )
