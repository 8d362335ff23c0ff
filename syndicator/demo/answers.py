"""A page on the wire: validators, conditional requests (RFC 9110, 13) and gzip."""

import gzip
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from aiohttp import web

_COMPRESSIBLE = ("text/", "application/atom+xml")
_REFUSED = re.compile(r"q=0(\.0*)?")


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answers. `type` is the whole Content-Type; `modified` is when the page last changed."""

    body: bytes
    type: str
    modified: datetime
    status: int = 200


def answer(request: web.Request, page: Page) -> web.Response:
    """Send a page, or 304 where the reader has it. Each coding has an entity tag of its own."""
    packed = page.type.startswith(_COMPRESSIBLE) and _accepts_gzip(request)
    etag = sha256(page.body).hexdigest()[:24] + ("-gz" if packed else "")
    headers = {
        "ETag": f'"{etag}"',
        "Last-Modified": f"{page.modified.astimezone(UTC):%a, %d %b %Y %H:%M:%S} GMT",
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
    }
    if page.status == 200 and _has_it(request, etag, page.modified):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = page.type
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = gzip.compress(page.body, compresslevel=5, mtime=0) if packed else page.body
    return web.Response(status=page.status, body=body, headers=headers)


def _accepts_gzip(request: web.Request) -> bool:
    codings = request.headers.get("Accept-Encoding", "").lower().replace(" ", "").split(",")
    return any(
        name == "gzip" and not _REFUSED.fullmatch(quality) for name, _, quality in (c.partition(";") for c in codings)
    )


def _has_it(request: web.Request, etag: str, modified: datetime) -> bool:
    """If-Modified-Since counts only where there is no If-None-Match (RFC 9110, 13.2.2)."""
    if request.if_none_match is not None:
        return any(known.value in (etag, "*") for known in request.if_none_match)
    since = request.if_modified_since
    return since is not None and modified.replace(microsecond=0) <= since
