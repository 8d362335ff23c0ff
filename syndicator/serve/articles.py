"""GET and HEAD of the pages of articles at /articles/<name>, and at /articles/en/<name> in English: 200, 410 for what was taken back, 404 for everything else."""

import hashlib
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web

from syndicator.config import Site
from syndicator.errors import SyndicatorError
from syndicator.publish import addresses
from syndicator.publish.encodings import encode
from syndicator.publish.words import LANGUAGES
from syndicator.serve import headers, plain
from syndicator.serve.feeds import conditions, field
from syndicator.serve.negotiation import IDENTITY, Conditions, choose_encoding, evaluate
from syndicator.serve.plain import plain as answer

log = logging.getLogger(__name__)

_HTML = "text/html; charset=utf-8"
_NAME = re.compile(rf"(?P<folder>{'|'.join(map(addresses.folder, LANGUAGES))})(?P<slug>[0-9a-f]{{16}})")
_LANGUAGES = {addresses.folder(language): language for language in LANGUAGES}
_NEVER = datetime.max.replace(tzinfo=UTC)
_MAX_AGE = 60  # seconds: what is taken back is to be seen soon


class Page(Protocol):
    """What is answered. `gone`: it says that the article was taken back."""

    @property
    def body(self) -> bytes: ...
    @property
    def gone(self) -> bool: ...


Pages = Callable[[str, str], Awaitable[Page | None]]  # of a name and a language


async def nothing(_slug: str, _language: str) -> Page | None:
    return None


class Articles:
    """Answers with what `pages` makes. `elsewhere` answers every other address."""

    def __init__(
        self,
        pages: Pages,
        site: Callable[[], Site],
        elsewhere: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> None:
        self._pages = pages
        self._site = site
        self._elsewhere = elsewhere

    async def article(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, request.match_info["slug"])

    async def elsewhere(self, request: web.Request) -> web.StreamResponse:
        """The same pages below the path of `site.url`, which not every proxy takes off; and all that is no page of an article."""
        root = urlsplit(self._site().url).path or "/"
        folder, _, slug = request.path.removeprefix(root).partition("/")
        if root != "/" and request.path.startswith(root) and folder == "articles":
            return await self._answer(request, slug)
        return await self._elsewhere(request)

    async def _answer(self, request: web.Request, name: str) -> web.StreamResponse:
        known = _NAME.fullmatch(name)
        if known is None:
            return answer(404, plain.NOT_FOUND)
        language = _LANGUAGES[known["folder"]]
        try:
            page = await self._pages(known["slug"], language)
        except SyndicatorError as error:
            log.error("The page of an article cannot be made: %s", error)  # noqa: TRY400  # the sentence says it all
            return answer(503, plain.NOT_READABLE, {"Retry-After": "60"})
        if page is None:
            return answer(404, plain.NOT_FOUND)
        if page.gone:
            return web.Response(status=410, body=page.body, headers=_fields(language, {}))
        return _found(request, page, language)


def _found(request: web.Request, page: Page, language: str) -> web.StreamResponse:
    bodies = {IDENTITY: page.body, **encode(page.body)}
    encoding = choose_encoding(field(request.headers, "Accept-Encoding"), tuple(bodies)) or IDENTITY
    body = bodies[encoding]
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    fields = _fields(language, {"ETag": etag})
    asked = conditions(request.headers)
    tags = Conditions(
        if_match=asked.if_match, if_none_match=asked.if_none_match
    )  # no date is known that moves with each byte
    match evaluate(tags, etag, _NEVER, _NEVER):
        case "not-modified":
            fields.pop("Content-Type")
            return web.Response(status=304, headers=fields)
        case "failed":
            return answer(412, plain.CHANGED)
    coding = {} if encoding == IDENTITY else {"Content-Encoding": encoding}
    return web.Response(body=body, headers={**fields, **coding})


def _fields(language: str, validators: dict[str, str]) -> dict[str, str]:
    return {
        "Content-Type": _HTML,
        "Content-Language": language,
        "Cache-Control": headers.cache_control(_MAX_AGE),
        "Vary": headers.VARY,
        **validators,
        **headers.BASE,
        **headers.policy(_HTML),
    }
