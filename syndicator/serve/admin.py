"""/admin: how the sources fare, what is read, what partners take. With a token, or without one on this machine alone."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from syndicator.errors import SyndicatorError
from syndicator.serve import headers, plain
from syndicator.serve.credentials import is_from_here, read_credentials
from syndicator.serve.feeds import Feeds
from syndicator.serve.keys import Keys
from syndicator.serve.partners import Doorkeeper
from syndicator.serve.plain import plain as answer

log = logging.getLogger(__name__)

AdminPage = Callable[[str], Awaitable[bytes | None]]  # language → page

_HTML = "text/html; charset=utf-8"
_HTTP_1_1 = (1, 1)


async def no_page(_language: str) -> bytes | None:
    return None


class Admin:
    """Answers with what `page` makes, to whoever may see it; nothing is kept of it by anybody."""

    def __init__(self, page: AdminPage, keys: Callable[[], Keys], door: Doorkeeper, feeds: Feeds) -> None:
        self._page = page
        self._keys = keys
        self._door = door
        self._feeds = feeds

    async def german(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, "de")

    async def english(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, "en")

    async def _answer(self, request: web.Request, language: str) -> web.StreamResponse:
        if not self._feeds.is_below(request):
            return answer(404, plain.NOT_FOUND)
        if refusal := self._refusal(request):
            return refusal
        try:
            body = await self._page(language)
        except SyndicatorError as error:
            log.error("The page for admins cannot be made: %s", error)  # noqa: TRY400  # the sentence says it all
            return answer(503, plain.NOT_READABLE, {"Retry-After": "60"})
        if body is None:
            return answer(404, plain.NOT_FOUND)
        fields = {
            "Content-Type": _HTML,
            "Content-Language": language,
            "Cache-Control": headers.NO_STORE,
            "X-Robots-Tag": "noindex, nofollow",
            "Cross-Origin-Resource-Policy": "same-origin",
            **headers.BASE,
            **headers.policy(_HTML),
        }
        return web.Response(body=body, headers=fields)

    def _refusal(self, request: web.Request) -> web.StreamResponse | None:
        keys = self._keys()
        if keys.admin is None:
            here = is_from_here(request.remote, request.headers, keeps_alive=tuple(request.version) >= _HTTP_1_1)
            return None if here else answer(403, plain.ONLY_HERE)
        sent = read_credentials(request.headers.get(hdrs.AUTHORIZATION))
        if sent and keys.is_admin(sent.token):
            return None
        return self._door.refuse(request, plain.FOR_ADMINS, "Admin")
