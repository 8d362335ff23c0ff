"""The door of the hub: POST /hub with a request to subscribe or unsubscribe (WebSub, 5.1)."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from aiohttp import hdrs, web

from syndicator.config import Config
from syndicator.errors import SyndicatorError
from syndicator.ingest.body import TooLargeError, read_wire
from syndicator.model import SubscriptionRequest
from syndicator.publish import websub
from syndicator.publish.restraint import Bucket
from syndicator.publish.websub import Refused
from syndicator.serve import headers, plain
from syndicator.serve.connection import BROKE_OFF, cut_address
from syndicator.serve.credentials import client_of
from syndicator.serve.feeds import site_root
from syndicator.serve.limits import Networks
from syndicator.serve.plain import plain as answer
from syndicator.text import squeeze

log = logging.getLogger(__name__)

_SIZE = 16 * 1024  # bytes of a request; two addresses and a secret have five thousand at most
_SECONDS = 10.0  # for its body
_AT_ONCE, _PER_SECOND = 500, 10.0  # requests, whoever they come from
_OF_ONE = 100, 120  # of one network: at once, and a minute, so that one that floods us leaves room for others
_ALLOW = "GET, HEAD, POST, OPTIONS"
_FORM = "application/x-www-form-urlencoded"

WHAT = (
    "Hier lassen sich die Feeds dieses Angebots abonnieren (WebSub): Der Dienst meldet sich dann, sobald es Neues gibt.\n"
    "Programs subscribe to the feeds of this site here (WebSub), and are told as soon as there is news."
)
_TAKEN = "Angenommen; die Rückfrage folgt.\nTaken; the callback is asked now."
_NO_FORM = "Erwartet wird ein Formular.\nExpected a form: application/x-www-form-urlencoded."
_FLOOD = "Gerade kommen zu viele Anfragen.\nThere are too many requests at the moment."
_NOT_STORED = "Die Anfrage kann gerade nicht angenommen werden.\nThe request cannot be taken at the moment."


class HubDoor:
    """Answers at /hub while this service is its own hub. `accept` takes a request, or raises Refused."""

    def __init__(self, config: Callable[[], Config], accept: Callable[[SubscriptionRequest], Awaitable[None]]) -> None:
        self._config = config
        self._accept = accept
        self._room = Bucket(_AT_ONCE, _PER_SECOND)
        self._networks = Networks(secrets.token_bytes(16), *_OF_ONE)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A request at `<root>/hub`, the root being that of `site.url` or none."""
        config = self._config()
        root = request.match_info.get("root", "")
        if config.hub.url != "self" or (root and f"/{root}/" != site_root(config.site)):
            return answer(404, plain.NOT_FOUND)
        if request.method in (hdrs.METH_GET, hdrs.METH_HEAD):
            return answer(200, WHAT)
        if request.method == hdrs.METH_OPTIONS:
            return web.Response(status=204, headers={hdrs.ALLOW: _ALLOW, **headers.BASE})
        if request.method != hdrs.METH_POST:
            return answer(405, plain.NOT_ALLOWED, {hdrs.ALLOW: _ALLOW})
        return await self._take(request)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        network = cut_address(client_of(request.remote, request.headers.get("X-Forwarded-For")))
        now = asyncio.get_running_loop().time()
        if self._networks.note(network, now) or not self._room.take(now):
            return answer(503, _FLOOD, {"Retry-After": "60"})
        try:
            wanted = websub.read_request(await _form(request))
            await self._accept(wanted)
        except Refused as refused:
            log.info("hub: a request is refused: %s", squeeze(refused.message))
            later = {"Retry-After": str(refused.retry_after)} if refused.retry_after else {}
            return answer(refused.status, refused.message, later)
        except SyndicatorError as error:
            log.error("hub: a request could not be stored: %s", error)  # noqa: TRY400  # the sentence says it all
            return answer(503, _NOT_STORED, {"Retry-After": "60"})
        return answer(202, _TAKEN)


async def _form(request: web.Request) -> list[tuple[str, str]]:
    """The fields of a form. Raises Refused where there is none that could be read."""
    if request.content_type != _FORM:
        raise Refused(_NO_FORM, 415)
    if (request.content_length or 0) > _SIZE:
        raise Refused(plain.TOO_LONG, 413)
    try:
        async with asyncio.timeout(_SECONDS):
            body = await read_wire(request.content.iter_any(), _SIZE)
    except TooLargeError:
        raise Refused(plain.TOO_LONG, 413) from None
    except TimeoutError:
        raise Refused(plain.BAD_REQUEST, 408) from None
    except BROKE_OFF:
        raise Refused(plain.BAD_REQUEST) from None
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError:
        raise Refused(plain.BAD_REQUEST) from None
