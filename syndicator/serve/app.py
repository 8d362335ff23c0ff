"""The HTTP server: its routes, its limits, and how it begins to listen."""

import asyncio
import errno
import functools
import logging
import socket
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime

from aiohttp import hdrs, web

from syndicator.config import Site
from syndicator.errors import SyndicatorError
from syndicator.serve import headers, plain
from syndicator.serve.admin import Admin, AdminPage, no_page
from syndicator.serve.articles import Articles, Pages, nothing
from syndicator.serve.connection import AccessLog, Connection, drop_stalled, expect
from syndicator.serve.feeds import Feeds, unnoted
from syndicator.serve.health import Health, healthz, readyz
from syndicator.serve.keys import Keys
from syndicator.serve.partners import Doorkeeper, Partners
from syndicator.serve.plain import plain as answer
from syndicator.serve.security import security_txt
from syndicator.serve.shelf import Shelf
from syndicator.serve.usage import Usage

IDLE = 30.0  # seconds for which a client may say nothing, or not finish what it says
_LARGEST_BODY = 64 * 1024
_FREE_PORTS = 1024  # those below belong to root

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build(
    shelf: Shelf,
    *,
    site: Callable[[], Site],
    health: Callable[[], Health] = Health,
    aliases: Callable[[], Mapping[str, str]] = dict,
    ended: Callable[[], Collection[str]] = tuple,
    search: Handler | None = None,
    pages: Pages = nothing,
    hub: Handler | None = None,
    callbacks: Handler | None = None,
    keys: Callable[[], Keys] = Keys,
    usage: Usage | None = None,
    admin: AdminPage = no_page,
) -> web.Application:
    """The application that answers from `shelf`.

    The functions are asked at each request, so that a reloaded configuration counts at once; they must not block.
    `aliases` maps old names of categories and feeds to their names today, `ended` are those of feeds that are no more. `search` handles searches (`serve/search.py`),
    `pages` makes the pages of articles, `hub` takes subscriptions (`serve/hub.py`), `callbacks` answers the hubs at which we are
    subscribers (`serve/callbacks.py`), `admin` makes the pages for admins. `keys` are the tokens that open something, `usage` counts.
    """
    feeds = Feeds(shelf, site, aliases, ended, usage.note if usage else unnoted)
    door = Doorkeeper()
    partners = Partners(feeds, shelf, keys, usage, door)
    admins = Admin(admin, keys, door, feeds)
    articles = Articles(pages, site, feeds.elsewhere)
    app = web.Application(client_max_size=_LARGEST_BODY)
    app.on_response_prepare.append(_sign)
    if hub:
        for path in ("/hub", "/{root:.+}/hub"):
            app.router.add_route(hdrs.METH_ANY, path, hub, expect_handler=expect)
    searched = (
        "/feeds/search.{extension:[a-z]+}",
        "/search",
        "/feeds/{language:en}/search",
        "/{root:.+}/feeds/search.{extension:[a-z]+}",
        "/{root:.+}/feeds/{language:en}/search",
        "/{root:.+}/search",
    )
    routes: dict[str, Handler] = {
        "/": feeds.index,
        **dict.fromkeys(searched if search else (), search or feeds.index),
        "/feeds/{file:.+}": feeds.feed,  # the busiest comes first
        "/articles/{slug:.+}": articles.article,
        "/feeds": feeds.overview,
        "/feeds/": feeds.overview,
        **_anywhere("/partners/{partner}/feeds/{file:.+}", partners.named),
        **_anywhere("/p/{token}/feeds/{file:.+}", partners.secret),
        **_anywhere("/admin", admins.german),
        **_anywhere("/admin/en", admins.english),
        "/healthz": _healthz,
        "/readyz": functools.partial(_readyz, shelf, health),
        "/robots.txt": _robots,
        "/.well-known/security.txt": functools.partial(_security, site),
        "/favicon.ico": _no_icon,
        "/{path:.*}": articles.elsewhere,
    }
    for path in ("/websub/{id}", "/{root:.+}/websub/{id}") if callbacks else ():
        app.router.add_route(hdrs.METH_ANY, path, callbacks or feeds.other, expect_handler=expect)
    for path, handler in routes.items():
        app.router.add_get(path, handler, expect_handler=expect)
        app.router.add_route(hdrs.METH_ANY, path, feeds.other, expect_handler=expect)
    return app


def _anywhere(path: str, handler: Handler) -> dict[str, Handler]:
    """At this path, and below that of `site.url`, as not every proxy takes that off."""
    return {path: handler, "/{root:.+}" + path: handler}


async def start(app: web.Application, host: str, port: int, *, idle: float = IDLE) -> web.AppRunner:
    """Listen; ended by `await runner.cleanup()`. Raises SyndicatorError when it cannot.

    Port 0 takes a free one, see `runner.addresses`. `idle` in seconds.
    """
    runner = web.AppRunner(app, shutdown_timeout=2.0)
    await runner.setup()
    try:
        await Listener(runner, host, port, idle).start()
    except OSError as error:
        await runner.cleanup()
        raise _explain(error, host, port) from error
    return runner


class Listener(web.BaseSite):
    """aiohttp's TCPSite, with connections of ours."""

    __slots__ = ("_host", "_idle", "_port")

    def __init__(self, runner: web.AppRunner, host: str, port: int, idle: float) -> None:
        super().__init__(runner)
        self._host = host
        self._port = port
        self._idle = idle

    @property
    def name(self) -> str:
        return f"http://{_authority(self._host, self._port)}"

    async def start(self) -> None:
        await super().start()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._connect, self._host, self._port, backlog=1024)
        for listening in server.sockets:
            drop_stalled(listening, self._idle)
        self._server = server

    def _connect(self) -> Connection:
        assert self._runner.server is not None
        return Connection(
            self._runner.server,
            loop=asyncio.get_running_loop(),
            access_log_class=AccessLog,
            access_log=logging.getLogger("syndicator.access"),
            keepalive_timeout=self._idle,
            lingering_time=1.0,  # an unread body is read no longer than that before the connection is closed
            auto_decompress=False,  # 1.6 kB of brotli in a request's body would stall the loop for seconds
            debug=False,
        )


def _explain(error: OSError, host: str, port: int) -> SyndicatorError:
    where = _authority(host, port)
    if error.errno == errno.EADDRINUSE:
        return SyndicatorError(
            f"Port {port} on {host} is taken by another program, perhaps by a second syndicator.",
            "End that one, or choose another port: [server] port in config.toml.",
        )
    if error.errno == errno.EACCES and port < _FREE_PORTS:
        return SyndicatorError(
            f"Port {port} may not be opened without special rights.",
            "Choose a port of 1024 or above, [server] port in config.toml, and put a web server in front of it.",
        )
    nowhere = error.errno is None and "could not bind" in str(error)  # Python 3.13 and newer, which try each address
    if nowhere or isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return SyndicatorError(
            f"{host} is no address of this machine.",
            'Set [server] host in config.toml, for example to "127.0.0.1", or to "0.0.0.0" for all its addresses.',
        )
    return SyndicatorError(f"{where} cannot be opened: {error.strerror or error}", "See [server] in config.toml.")


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def _sign(_request: web.Request, response: web.StreamResponse) -> None:
    """Whatever aiohttp answers by itself carries our name, too, and not its version."""
    if response.headers.get(hdrs.SERVER) != headers.SERVER:
        response.headers.update({**headers.BASE, hdrs.CACHE_CONTROL: headers.NO_STORE})


async def _healthz(_request: web.Request) -> web.Response:
    return healthz()


async def _readyz(shelf: Shelf, health: Callable[[], Health], _request: web.Request) -> web.Response:
    return readyz(shelf, health())


async def _robots(_request: web.Request) -> web.Response:
    return answer(200, "User-agent: *\nAllow: /", cache_control="public, max-age=86400")


async def _security(site: Callable[[], Site], _request: web.Request) -> web.Response:
    return answer(200, security_txt(site(), datetime.now(UTC)), cache_control="public, max-age=86400")


async def _no_icon(_request: web.Request) -> web.Response:
    return answer(404, plain.NOT_FOUND, cache_control="public, max-age=86400")
