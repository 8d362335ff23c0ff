"""Whether the process lives and whether it can do its work, for whoever restarts or routes it."""

from dataclasses import dataclass

from aiohttp import web

from syndicator.serve.plain import plain
from syndicator.serve.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Health:
    """What the service says of itself. `problem` is a sentence without secrets; empty when the store works."""

    store_works: bool = True
    problem: str = ""


def healthz() -> web.Response:
    return plain(200, "ok")


def readyz(shelf: Shelf, health: Health) -> web.Response:
    if not len(shelf):
        return plain(503, "not ready: nothing is published yet", {"Retry-After": "5"})
    if not health.store_works:
        return plain(503, f"not ready: {health.problem or 'the store does not work'}", {"Retry-After": "60"})
    return plain(200, "ready")
