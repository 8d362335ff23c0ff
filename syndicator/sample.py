"""The sample portal beside the service or a command, where config.toml asks for it."""

import errno
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from syndicator import demo
from syndicator.config import Config
from syndicator.errors import SyndicatorError

log = logging.getLogger(__name__)


@asynccontextmanager
async def sample_portal(config: Config) -> AsyncIterator[bool]:
    """Run the sample portal while the block lasts, if `[demo] enabled`; yields whether it runs here.

    Where its port is taken it is left alone: another command or `syndicator demo` runs it already, as a rule. If that is
    not so, the sources say what answered instead.
    """
    if not config.demo.enabled:
        yield False
        return
    try:
        runner = await demo.start(config.demo.host, config.demo.port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            where = f"{config.demo.host}:{config.demo.port}"
            raise SyndicatorError(
                f"The sample portal cannot listen on {where}: {error.strerror}.",
                "Choose another address under [demo] in config.toml, or set enabled = false there.",
            ) from error
        yield False
        return
    try:
        yield True
    finally:
        await runner.cleanup()
