"""/websub/<id>: where the hubs at which we are subscribers verify that (GET) and push what is new (POST). WebSub, 5.3 and 7.

What comes here is bounded before it is believed: whose address it is, how much is read, for how long, and how many at once.
A push is answered once it is stored, so that a hub repeats what a crash has lost, but not later than hubs wait for an
answer; what is not signed as it should be is answered alike.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from aiohttp import hdrs, web

from syndicator.ingest.body import EncodingError, TooLargeError, inflate, read_wire
from syndicator.ingest.client import SIZE
from syndicator.serve import headers, plain
from syndicator.serve.connection import BROKE_OFF
from syndicator.serve.plain import plain as answer

PATH = "websub/"
"""Below `site.url`; the rest of a callback's address is known to one hub and us alone."""

_SECONDS = 10.0  # for the whole of a body
_PATIENCE = 2.0  # seconds until a push is answered though it is not stored; hubs give up after three, or ten
_AT_ONCE = 4  # pushes of one subscription that are read, or wait for their turn
_ALL_AT_ONCE = 16  # of all, each with up to 2 MB
_LONGEST = 2048  # characters of a parameter
_ALLOW: Mapping[str, str] = {hdrs.ALLOW: "GET, HEAD, POST"}
_RETRY: Mapping[str, str] = {hdrs.RETRY_AFTER: "10"}

Phase = Literal["", "open", "ended", "not yet"]
Received = Literal["stored", "ignored", "failed"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Push:
    """What came to a callback: `wire` are the bytes as they came, `body` those behind their content encoding."""

    wire: bytes
    body: bytes
    content_type: str
    signature: str
    link: str


class Subscriptions(Protocol):
    """Who knows what we have subscribed to."""

    def phase(self, id_: str) -> Phase: ...

    async def verify(self, id_: str, mode: str, topic: str, lease: str) -> bool: ...

    async def deny(self, id_: str, topic: str, reason: str) -> None: ...

    async def take(self, id_: str, push: Push) -> Received: ...

    def tell_refused(self, id_: str, what: str) -> None:
        """Log that something at this address was refused; `what` goes on behind "what was pushed"."""


class Callbacks:
    """Answers hubs. What is still being stored when it has to be answered goes on behind the answer."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions
        self._under_way: Counter[str] = Counter()
        self._behind: set[asyncio.Task[Received]] = set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        id_ = request.match_info["id"]
        phase = self._subscriptions.phase(id_)
        if phase == "":
            return answer(404, plain.NOT_FOUND)
        if phase == "not yet":
            return answer(503, plain.LATER, _RETRY)
        if request.method in (hdrs.METH_GET, hdrs.METH_HEAD):
            return await self._verify(request, id_)
        if request.method != hdrs.METH_POST:
            return answer(405, plain.NOT_ALLOWED, _ALLOW)
        return await self._push(request, id_) if phase == "open" else answer(410, plain.UNSUBSCRIBED)

    async def _verify(self, request: web.Request, id_: str) -> web.StreamResponse:
        said = {name: request.query.get(f"hub.{name}", "") for name in ("mode", "topic", "challenge", "lease_seconds")}
        if any(len(value) > _LONGEST for value in said.values()):
            return answer(404, plain.NOT_FOUND)
        if said["mode"] == "denied":
            await self._subscriptions.deny(id_, said["topic"], request.query.get("hub.reason", ""))
            return answer(200, plain.TAKEN)
        if not said["challenge"] or not await self._subscriptions.verify(
            id_, said["mode"], said["topic"], said["lease_seconds"]
        ):
            return answer(404, plain.NOT_FOUND)
        # As it came, and as text that no browser takes for a page.
        fields = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": headers.NO_STORE, **headers.BASE}
        return web.Response(body=said["challenge"].encode(), headers=fields)

    async def _push(self, request: web.Request, id_: str) -> web.StreamResponse:
        if self._under_way[id_] >= _AT_ONCE or self._under_way.total() >= _ALL_AT_ONCE:
            self._subscriptions.tell_refused(id_, "comes faster than it can be stored, and is to be repeated")
            return answer(503, plain.LATER, _RETRY)
        self._under_way[id_] += 1
        task = None
        try:
            push = await _read(request)
            if isinstance(push, _Refused):
                self._subscriptions.tell_refused(id_, push.what)
                return answer(push.status, push.text)
            task = asyncio.create_task(self._subscriptions.take(id_, push), name="a push")
            self._behind.add(task)
            task.add_done_callback(lambda done: self._end(id_, done))
            done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
        finally:
            if task is None:
                self._leave(id_)
        received = task.result() if done and not task.cancelled() and not task.exception() else None
        if received == "failed" or (done and received is None):
            return answer(503, plain.LATER, _RETRY)
        return answer(200 if received == "stored" else 202, plain.TAKEN)

    def _end(self, id_: str, task: asyncio.Task[Received]) -> None:
        self._behind.discard(task)
        self._leave(id_)
        if not task.cancelled() and (error := task.exception()):
            log.error("A push could not be stored.", exc_info=error)

    def _leave(self, id_: str) -> None:
        self._under_way[id_] -= 1
        if not self._under_way[id_]:
            del self._under_way[id_]


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why a body is not read: for the log, and for whoever sent it."""

    what: str
    status: int
    text: str


_TOO_LARGE = _Refused(f"has more than {SIZE // 2**20} MiB, and is not read", 413, plain.TOO_LARGE)


async def _read(request: web.Request) -> Push | _Refused:
    if (request.content_length or 0) > SIZE:
        return _TOO_LARGE
    try:
        async with asyncio.timeout(_SECONDS):
            wire = await read_wire(request.content.iter_any(), SIZE)
        body = inflate(wire, request.headers.get(hdrs.CONTENT_ENCODING, ""), SIZE)
    except TooLargeError:
        return _TOO_LARGE
    except EncodingError as error:
        return _Refused(str(error), 415, plain.NO_SUCH_ENCODING)
    except TimeoutError:
        return _Refused(f"was not there after {_SECONDS:g} seconds, and is not read", 408, plain.BAD_REQUEST)
    except BROKE_OFF:
        return _Refused("broke off", 400, plain.BAD_REQUEST)
    fields = request.headers
    return Push(
        wire,
        body,
        fields.get(hdrs.CONTENT_TYPE, ""),
        fields.get("X-Hub-Signature", ""),
        ", ".join(fields.getall(hdrs.LINK, ())),
    )
