"""GET and HEAD of published files: pages at /feeds/<name>, feeds at /feeds/<name>.<format>, the index at /."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote, urlsplit

from aiohttp import hdrs, web
from multidict import CIMultiDictProxy

from syndicator.config import Site
from syndicator.publish import addresses
from syndicator.publish.encodings import compress
from syndicator.serve import headers, plain
from syndicator.serve.deltas import MANIPULATION, STATUS, Deltas, may_lack, take_apart
from syndicator.serve.negotiation import IDENTITY, Conditions, byte_range, choose_encoding, evaluate, tags
from syndicator.serve.plain import plain as answer
from syndicator.serve.ready import Ready
from syndicator.serve.shelf import Prepared, Shelf, Variant

_RETRY = {"Retry-After": "60"}
_RETRY_SOON = {"Retry-After": "5"}


Note = Callable[[web.Request, Prepared, Variant, int], None]
PUBLIC = "feeds/"  # below the root


def unnoted(_request: web.Request, _entry: Prepared, _variant: Variant, _status: int) -> None:
    """Counts nothing."""


class Feeds:
    """Answers from a shelf. `aliases`: old name of a category or feed → its name today. `ended`: names of feeds that are no more.

    `note` is told of each file that is answered, or that has not changed.
    """

    def __init__(
        self,
        shelf: Shelf,
        site: Callable[[], Site],
        aliases: Callable[[], Mapping[str, str]] = dict,
        ended: Callable[[], Collection[str]] = tuple,
        note: Note = unnoted,
    ) -> None:
        self._shelf = shelf
        self._site = site
        self._aliases = aliases
        self._ended = ended
        self._note = note
        self._deltas = Deltas()

    async def index(self, request: web.Request) -> web.StreamResponse:
        return await self.file(request, "index.html")

    async def feed(self, request: web.Request) -> web.StreamResponse:
        return await self._feed(request, request.match_info["file"])

    async def overview(self, _request: web.Request) -> web.StreamResponse:
        return self._redirect("")

    async def elsewhere(self, request: web.Request) -> web.StreamResponse:
        """Any other address: the same ones below the path of `site.url`, which not every proxy takes off."""
        root = self.root
        if f"{request.path}/" == root:
            return self._redirect("")
        below = request.path[len(root) :] if root != "/" and request.path.startswith(root) else None
        beside = addresses.BESIDE.get(below or request.path[1:])
        if beside or below == "":
            return await self.file(request, beside or "index.html")
        folder, _, file = (below or "").partition("/")
        if folder != "feeds":
            return answer(404, plain.NOT_FOUND)
        return await self._feed(request, file) if file else self._redirect("")

    async def other(self, request: web.Request) -> web.StreamResponse:
        """What is neither GET nor HEAD: the question what may be asked, which a browser puts first, too (CORS); else 405."""
        if request.method != hdrs.METH_OPTIONS:
            return answer(405, plain.NOT_ALLOWED, {hdrs.ALLOW: headers.ALLOW})
        asks_first = hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
        allowed = headers.PREFLIGHT if asks_first and self._is_feed(request.path) else {}
        return web.Response(status=204, headers={hdrs.ALLOW: headers.ALLOW, **headers.BASE, **allowed})

    async def private(self, request: web.Request, file: str, below: str, note: Note) -> web.StreamResponse:
        """The file of a feed for a partner, whose addresses lie `below` the root; `note` is told of it, too."""
        entry = await self._shelf.open(file) if addresses.is_archived(file) else self._shelf.get(file)
        return await self._answer(request, entry, note) if entry else self._moved(file, below)

    def names_of(self, feed: str) -> list[str]:
        """What a feed of this name may be called today."""
        return [feed, *_renamed(feed, self._aliases())]

    def _is_feed(self, path: str) -> bool:
        return path.startswith(("/feeds/", f"{self.root}feeds/"))

    async def _feed(self, request: web.Request, file: str) -> web.StreamResponse:
        if file.endswith(".html") or file.rpartition("/")[2] == "index":
            return self._moved(file.removesuffix(".html"))
        if addresses.is_archived(file):
            page = await self._shelf.open(file)
            return await self._answer(request, page) if page else await self._moved_page(file)
        if file.endswith("/"):
            return await self.file(request, f"{file}index.html")
        path = file if self._shelf.get(file) else f"{file}.html"
        return await self.file(request, path) if self._shelf.get(path) else self._moved(file)

    async def file(self, request: web.Request, path: str) -> web.StreamResponse:
        return await self._answer(request, self._shelf.get(path))

    async def _answer(
        self, request: web.Request, entry: Prepared | None, private: Note | None = None
    ) -> web.StreamResponse:
        if entry is None:
            return self.missing()
        fields = request.headers
        encoding = choose_encoding(field(fields, hdrs.ACCEPT_ENCODING), entry.encodings)
        variant = entry.variants[encoding]
        if private:
            variant = variant.private
        verdict = evaluate(conditions(fields), variant.etag, entry.modified, datetime.now(UTC))
        if verdict == "failed":
            return answer(412, plain.CHANGED, headers.CORS)
        response: web.StreamResponse
        if verdict == "not-modified":
            response = Ready(304, variant.head_unmodified)
        else:
            response = await self._lacking(request, entry, variant) or await self._send(request, entry, variant)
        self._note(request, entry, variant, response.status)
        if private:
            private(request, entry, variant, response.status)
        return response

    async def _lacking(self, request: web.Request, entry: Prepared, variant: Variant) -> web.StreamResponse | None:
        """The feed with what a reader lacks that asks for no more, if it is known what that is; the next time it is."""
        if "A-IM" not in request.headers or request.method != hdrs.METH_GET or hdrs.RANGE in request.headers:
            return None
        wanted = (
            token.partition(";")[0].strip() for token in (field(request.headers, "A-IM") or "").lower().split(",")
        )
        if MANIPULATION not in wanted or not may_lack(entry.path):
            return None
        sent = (tag.removeprefix("W/") for tag in tags(field(request.headers, hdrs.IF_NONE_MATCH) or ""))
        base = self._deltas.base(entry.path, sent)
        lacking = await self._since(base, entry, variant)
        if base is None or lacking is None:
            return None
        told = {
            name: value for name, value in variant.headers.items() if name not in {"Content-Length", "Accept-Ranges"}
        }
        told |= {
            "IM": MANIPULATION,
            "Delta-Base": base,
            "Cache-Control": headers.NO_STORE if variant.is_private else headers.FOR_ONE,
            "Vary": f"{told['Vary']}, A-IM",
        }
        return web.Response(status=STATUS, reason="IM Used", body=lacking, headers=told)

    async def _since(self, base: str | None, entry: Prepared, variant: Variant) -> bytes | None:
        """What came after the version `base`, in the coding of the variant; its own entries are known from then on."""
        path, tag = entry.path, variant.etag
        if base is None and self._deltas.knows(path, tag):
            return None
        if base and (made := self._deltas.made(path, base, tag)) is not None:
            return made
        body, _ = await self._from_folder(entry, entry.variants[IDENTITY])
        parts = take_apart(body, path.rpartition(".")[2]) if body else None
        if parts is None:
            return None
        self._deltas.remember(path, tag, parts)
        if base is None or not self._deltas.knows(path, base):
            return None
        return self._deltas.make(path, base, tag, parts, partial(_packed, variant.encoding))

    async def _send(self, request: web.Request, entry: Prepared, variant: Variant) -> web.StreamResponse:
        body = variant.body
        if body is None:
            body, variant = await self._from_folder(entry, variant)
        if body is None:
            return answer(503, plain.NOT_READABLE, {**headers.CORS, **_RETRY})
        if hdrs.RANGE in request.headers and request.method == hdrs.METH_GET:
            return _part(request.headers, variant, body)
        if headers.is_shown(variant.headers["Content-Type"], request.headers.get("Sec-Fetch-Dest")):
            shown = {**variant.headers, "Content-Type": headers.SHOWN}
            return web.Response(body=body, headers=shown)
        return Ready(200, variant.head, body)

    async def _from_folder(self, entry: Prepared, variant: Variant) -> tuple[bytes | None, Variant]:
        """The bytes, from the folder where they are not in memory, or those of the plain file where the encoded one is damaged."""
        body = await self._shelf.read(entry, variant)
        if body is None and variant.encoding != IDENTITY:
            plain_file = entry.variants[IDENTITY]
            variant = plain_file.private if variant.is_private else plain_file
            body = await self._shelf.read(entry, variant)
        return body, variant

    def missing(self) -> web.StreamResponse:
        if not len(self._shelf) or not self._shelf.complete:
            return answer(503, plain.NOT_YET, {**headers.CORS, **_RETRY_SOON})
        return answer(404, plain.NOT_FOUND, headers.CORS)

    def _moved(self, file: str, below: str = PUBLIC) -> web.StreamResponse:
        """A redirect from an old name, or from a page's file name, if there is something at the other end."""
        if self._shelf.get(f"{file}/index.html"):
            return self._redirect(f"{PUBLIC}{file}/")
        folder, name, extension = _taken_apart(file)
        ending = f".{extension}" if extension else ""
        for candidate in (name, *_renamed(name, self._aliases())):
            path = f"{folder}{candidate}{ending or '.html'}"
            if path in {"index.html", f"{folder}index.html"} and self._shelf.get(path):
                return self._redirect(f"{PUBLIC}{folder}" if folder else "")
            if self._shelf.get(path):
                return self._redirect(f"{below}{folder}{candidate}{ending}", private=below != PUBLIC)
        if file.removeprefix("en/").partition("/")[0].partition(".")[0] in self._ended():
            return answer(410, plain.ENDED, headers.CORS)
        return self.missing()

    async def _moved_page(self, file: str) -> web.StreamResponse:
        """A redirect to an archived page of a feed that was renamed, which keeps its number."""
        name, slash, page = file.partition("/")
        for candidate in _renamed(name, self._aliases()):
            if await self._shelf.open(f"{candidate}/{page}"):
                return self._redirect(f"feeds/{candidate}{slash}{page}")
        return answer(410, plain.ENDED, headers.CORS) if name in self._ended() else self.missing()

    def _redirect(self, address: str, *, private: bool = False) -> web.StreamResponse:
        """To an address of ours, relative to the host: `site.url` gives the path before it, a Host field nothing."""
        location = self.root + quote(address)
        if private:  # a token may stand in it
            return answer(301, plain.MOVED, {hdrs.LOCATION: location, "Referrer-Policy": "no-referrer"})
        return answer(301, location, {**headers.CORS, hdrs.LOCATION: location}, cache_control=headers.MOVED)

    def is_below(self, request: web.Request) -> bool:
        """Whether what stands before the rest of a route is the path of `site.url`, or nothing."""
        root = request.match_info.get("root", "")
        return not root or f"/{root}/" == self.root

    @property
    def root(self) -> str:
        return site_root(self._site())


def _packed(encoding: str, body: bytes) -> bytes:
    return body if encoding == IDENTITY else compress(body, encoding)


def site_root(site: Site) -> str:
    """The path of `site.url`, with a slash at either end."""
    return urlsplit(site.url).path or "/"


def _taken_apart(file: str) -> tuple[str, str, str]:
    """The folder with its slash, the name, and what stands behind its first point."""
    folder, slash, rest = file.rpartition("/")
    name, _, extension = rest.partition(".")
    return f"{folder}{slash}", name, extension


def _renamed(name: str, aliases: Mapping[str, str]) -> list[str]:
    """What a feed of this name may be called today: an alias names a feed, or the category in `<city>-<category>`."""
    names = [aliases[name]] if name in aliases else []
    return names + [name.removesuffix(old) + new for old, new in aliases.items() if name.endswith(f"-{old}")]


def _part(fields: CIMultiDictProxy[str], variant: Variant, body: bytes) -> web.StreamResponse:
    wanted = byte_range(fields[hdrs.RANGE], field(fields, hdrs.IF_RANGE), variant.etag, len(body))
    if wanted is None:
        return Ready(200, variant.head, body)
    if not wanted:
        return answer(416, plain.NO_SUCH_RANGE, {**headers.CORS, hdrs.CONTENT_RANGE: f"bytes */{len(body)}"})
    part = body[wanted.start : wanted.stop]
    position: dict[str, str] = {
        hdrs.CONTENT_RANGE: f"bytes {wanted.start}-{wanted.stop - 1}/{len(body)}",
        hdrs.CONTENT_LENGTH: str(len(part)),
    }
    return web.Response(status=206, body=part, headers={**variant.headers, **position})


def conditions(fields: CIMultiDictProxy[str]) -> Conditions:
    """What a request asks for only under conditions."""
    return Conditions(
        field(fields, hdrs.IF_MATCH),
        field(fields, hdrs.IF_NONE_MATCH),
        field(fields, hdrs.IF_MODIFIED_SINCE),
        field(fields, hdrs.IF_UNMODIFIED_SINCE),
    )


def field(fields: CIMultiDictProxy[str], name: str) -> str | None:
    """The value of a field, its lines joined (RFC 9110, 5.3), None where it is not sent."""
    lines = fields.getall(name, None)
    return None if lines is None else lines[0] if len(lines) == 1 else ", ".join(lines)
