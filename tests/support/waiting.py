import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any


async def until(condition: Callable[[], Any], seconds: float = 40) -> Any:
    """Wait for a condition, which may be a coroutine function, and return what it says; fail when it never comes true."""
    end = time.monotonic() + seconds
    while True:
        said = condition()
        if inspect.isawaitable(said):
            said = await said
        if said:
            return said
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.05)
