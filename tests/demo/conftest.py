from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from syndicator import demo

NOON = datetime(
    2026, 3, 14, 11, 2, 50, tzinfo=UTC
)  # the slot of Dortmund began at 11:00, and its story was withdrawn or updated


class Hand:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
async def portal(clock: Hand) -> AsyncIterator[aiohttp.ClientSession]:
    runner = await demo.start("127.0.0.1", 0, clock)
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
        yield session
    await runner.cleanup()
