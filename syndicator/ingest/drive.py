"""Runs a source: hands each of its asks to whoever answers it, until it ends with its harvest.

A source is a generator and does nothing itself (see sources/): here, and only here, asking meets answering.
"""

from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import Any, TypeVar

from syndicator.model import Ask, Failed, Parse, Recall, Request, Response

_T = TypeVar("_T")


async def drive(
    source: Generator[Ask, Any, _T],
    *,
    fetch: Callable[[Request], Awaitable[Response | Failed]],
    parse: Callable[[Parse], Awaitable[Any]],
    recall: Callable[[tuple[str, ...]], Awaitable[Mapping[str, str]]],
) -> _T:
    """What a source ends with, which is its harvest; whatever it raises is a fault of ours and is passed on."""

    def answer_to(ask: Ask) -> Awaitable[Any]:
        match ask:
            case Request():
                return fetch(ask)
            case Parse():
                return parse(ask)
            case Recall():
                return recall(ask.addresses)

    try:
        ask = next(source)
        while True:
            ask = source.send(await answer_to(ask))
    except StopIteration as end:
        result: _T = end.value
        return result
    finally:
        source.close()
