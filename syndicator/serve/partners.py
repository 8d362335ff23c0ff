"""Feeds for partners: the same files at /partners/<name>/feeds/… and, for readers that send no headers, at /p/<token>/feeds/….

The right token always opens: failures of others, who may come through the same web server, shut nobody out. Wrong ones are
answered 401, and 429 after ten, for each network.
"""

import asyncio
import hmac
import logging
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cache, partial
from math import ceil

from aiohttp import hdrs, web
from multidict import CIMultiDict

from syndicator.config import Partner
from syndicator.model.usage import Refusal
from syndicator.pipeline.taken import articles_in
from syndicator.publish import formats
from syndicator.publish.restraint import Bucket
from syndicator.serve import deltas, headers, plain
from syndicator.serve.connection import cut_address
from syndicator.serve.credentials import client_of, read_credentials
from syndicator.serve.feeds import Feeds
from syndicator.serve.keys import Keys, may_read
from syndicator.serve.limits import Networks
from syndicator.serve.negotiation import IDENTITY
from syndicator.serve.plain import plain as answer
from syndicator.serve.shelf import Prepared, Shelf, Variant
from syndicator.serve.usage import Usage

log = logging.getLogger(__name__)

_NAME = "[a-z0-9-]+"
_ROOT = "feeds/"
_REMEMBERED = 256  # editions whose articles are known
_FAILURES = (
    10,
    10,
)  # of logins of one network: at once, and a minute; the right token is never refused for those of others
_QUIET = 60.0  # seconds between two lines of the log on failed logins
_REFUSALS: dict[int, Refusal] = {404: "missing", 410: "missing", 503: "broken"}


class Doorkeeper:
    """What failed logins are answered, wherever they are tried."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures = Networks(secrets.token_bytes(16), *_FAILURES)
        self._clock = clock
        self._told = -_QUIET

    def refuse(self, request: web.Request, sentence: str, realm: str) -> web.StreamResponse:
        """401 for a token that is missing or wrong; 429 where there were too many of those."""
        if hdrs.AUTHORIZATION not in request.headers:
            return _challenge(sentence, realm)
        return self.too_many(request) or _challenge(sentence, realm)

    def too_many(self, request: web.Request) -> web.StreamResponse | None:
        """Notes a wrong token; None as long as there are not too many of them."""
        network = cut_address(client_of(request.remote, request.headers.get("X-Forwarded-For")))
        now = self._clock()
        if now - self._told >= _QUIET:
            self._told = now
            log.warning("A wrong token was tried from %s; further ones within a minute are not told.", network)
        wait = self._failures.note(network, now)
        return answer(429, plain.TOO_MANY, {"Retry-After": str(ceil(wait))}) if wait else None


class Partners:
    """`keys` are asked at each request, as tokens may be renewed."""

    def __init__(
        self, feeds: Feeds, shelf: Shelf, keys: Callable[[], Keys], usage: Usage | None, door: Doorkeeper
    ) -> None:
        self._feeds = feeds
        self._shelf = shelf
        self._keys = keys
        self._usage = usage
        self._door = door
        self._buckets: dict[str, tuple[Partner, Bucket]] = {}
        self._articles: OrderedDict[str, tuple[bytes, ...]] = OrderedDict()

    async def named(self, request: web.Request) -> web.StreamResponse:
        """/partners/<name>/feeds/<file>, with Basic (user = name) or Bearer."""
        if not self._feeds.is_below(request):
            return answer(404, plain.NOT_FOUND)
        name = request.match_info["partner"]
        partner = self._who(request)
        if partner is None:
            self._note_refusal(name, "", "token", known=hdrs.AUTHORIZATION in request.headers)
            return self._door.refuse(request, plain.FOR_PARTNERS, "Feeds")
        if partner.name != name:
            self._note_refusal(partner.name, "", "forbidden")
            return answer(403, plain.NOT_YOURS)
        return await self._feed(request, partner, f"partners/{partner.name}/{_ROOT}")

    async def secret(self, request: web.Request) -> web.StreamResponse:
        """/p/<token>/feeds/<file>. A wrong one is answered like any address that there is not."""
        if not self._feeds.is_below(request):
            return answer(404, plain.NOT_FOUND)
        token = request.match_info["token"]
        partner = self._keys().partner(token)
        if partner is None:
            return self._door.too_many(request) or answer(404, plain.NOT_FOUND)
        return await self._feed(request, partner, f"p/{token}/{_ROOT}")

    def _who(self, request: web.Request) -> Partner | None:
        sent = read_credentials(request.headers.get(hdrs.AUTHORIZATION))
        partner = self._keys().partner(sent.token) if sent else None
        if partner and sent and sent.user is not None:
            return partner if hmac.compare_digest(sent.user.encode(), partner.name.encode()) else None
        return partner

    async def _feed(self, request: web.Request, partner: Partner, below: str) -> web.StreamResponse:
        file = request.match_info["file"]
        feed = file.partition("/")[0].partition(".")[0]
        if wait := self._wait(partner):
            self._note_refusal(partner.name, "", "limited")
            return answer(429, plain.TOO_MANY, {"Retry-After": str(ceil(wait))})
        if not any(may_read(partner, name) for name in self._feeds.names_of(feed)):
            self._note_refusal(partner.name, "", "forbidden")
            return answer(403, plain.NOT_YOURS)
        if not _file_of_feed().fullmatch(file):
            return answer(404, plain.NOT_FOUND)
        given: list[Prepared] = []
        response = await self._feeds.private(request, file, below, partial(self._note, partner.name, feed, given))
        for entry in given:
            await self._take(partner.name, feed, entry)
        if why := _REFUSALS.get(response.status):
            self._note_refusal(partner.name, feed if why == "broken" else "", why)
        return response

    def _wait(self, partner: Partner) -> float:
        """0 for a request that is within the partner's limits, else the seconds until one is."""
        kept = self._buckets.get(partner.name)
        if kept is None or kept[0] != partner:  # it is new, or its block was edited
            kept = self._buckets[partner.name] = partner, Bucket(partner.burst, partner.per_minute / 60)
        return 0.0 if kept[1].take(time.monotonic()) else kept[1].wait

    def _note(
        self, partner: str, feed: str, given: list[Prepared], request: web.Request,
        entry: Prepared, variant: Variant, status: int,
    ) -> None:  # fmt: skip
        if self._usage and request.method == hdrs.METH_GET and status in (200, deltas.STATUS, 304):
            self._usage.note_pull(partner, feed, entry, variant, status)
            if status != 304:  # noqa: PLR2004  # not modified
                given.append(entry)

    async def _take(self, partner: str, feed: str, entry: Prepared) -> None:
        """Remembers which articles stood in an answer."""
        whole = entry.variants[IDENTITY]
        known = self._articles.get(whole.etag)
        if known is None:
            body = await self._shelf.read(entry, whole)
            known = await asyncio.to_thread(articles_in, body) if body else ()
            self._articles[whole.etag] = known
            while len(self._articles) > _REMEMBERED:
                self._articles.popitem(last=False)
        if self._usage:
            self._usage.note_taken(partner, feed, known)

    def _note_refusal(self, name: str, feed: str, why: Refusal, *, known: bool = True) -> None:
        if self._usage and known and name in self._keys().names:
            self._usage.note_refusal(name, feed, why)


@cache
def _file_of_feed() -> re.Pattern[str]:
    endings = "|".join(kind.EXTENSION for name, kind in formats.available().items() if name != "html")
    return re.compile(rf"{_NAME}\.(?:{endings})|{_NAME}/archive/[0-9]+\.atom")


def _challenge(sentence: str, realm: str) -> web.Response:
    """401 with both ways to show a token (RFC 9110, 11.6.1), the one that browsers know first."""
    fields = CIMultiDict(headers.BASE)
    fields[hdrs.CONTENT_TYPE] = "text/plain; charset=utf-8"
    fields[hdrs.CACHE_CONTROL] = headers.NO_STORE
    fields.add(hdrs.WWW_AUTHENTICATE, f'Basic realm="{realm}", charset="UTF-8"')
    fields.add(hdrs.WWW_AUTHENTICATE, f'Bearer realm="{realm}"')
    return web.Response(status=401, body=f"{sentence}\n".encode(), headers=fields)
