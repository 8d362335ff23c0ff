"""Plays the web to a source: its questions are answered from a dictionary, its `Parse`s run in place."""

import pickle
from collections.abc import Callable, Generator, Mapping
from typing import Any

from syndicator.model import Ask, Failed, Harvest, Parse, Recall, Request, Response

Page = Response | Failed | bytes | str


def play(
    generator: Generator[Ask, Any, Harvest],
    pages: Mapping[str, Page],
    known: Mapping[str, str] | None = None,
    *,
    asked: list[str] | None = None,
    requests: list[Request] | None = None,
    media_type: str = "text/html; charset=utf-8",
) -> Harvest:
    """Run a source to its end. `pages`: address → what is there; an address without a page answers 404.

    `known`: address → fingerprint of its teaser. `asked` collects the addresses that were fetched, in order, and `requests`
    what was asked of them. What one POST is answered can be told apart from another by its `Request.page`.
    """
    answer: Any = None
    try:
        while True:
            ask = generator.send(answer)
            if isinstance(ask, Request):
                (asked if asked is not None else []).append(ask.url)
                (requests if requests is not None else []).append(ask)
            answer = _answer(ask, pages, known or {}, media_type)
    except StopIteration as end:
        return end.value


def _answer(ask: Ask, pages: Mapping[str, Page], known: Mapping[str, str], media_type: str) -> Any:
    if isinstance(ask, Recall):
        return {address: known[address] for address in ask.addresses if address in known}
    if isinstance(ask, Parse):
        return _parse(ask.function, ask.args)
    page = pages.get(ask.page) or pages.get(ask.url, Failed("missing", f"{ask.url} answers 404 Not Found", ask.url))
    if isinstance(page, Response | Failed):
        return page
    body = page.encode() if isinstance(page, str) else page
    return Response(ask.url, 200, {"content-type": media_type}, body)


def _parse(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Runs in place, but travels as it would to a worker process: what cannot be pickled fails here, too."""
    function, args = pickle.loads(pickle.dumps((function, args)))
    return pickle.loads(pickle.dumps(function(*args)))
