"""The HTTP server of the sample portal: addresses on the one side, pages on the other."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib import resources

from aiohttp import web

from syndicator.demo import bochum, dortmund, gelsenkirchen, pictures, rendering
from syndicator.demo.answers import Page, answer
from syndicator.demo.newsroom import BUILT, Newsroom
from syndicator.demo.story import CITIES, Stock, load

Clock = Callable[[], datetime]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STOCK = web.AppKey("stock", Stock)
CLOCK = web.AppKey[Clock]("clock")

ROBOTS = b"User-agent: *\nDisallow: /intern/\nAllow: /\n"


def utc_now() -> datetime:
    return datetime.now(UTC)


async def start(host: str, port: int, clock: Clock = utc_now) -> web.AppRunner:
    """Serve the sample portal until `cleanup()` is called on what is returned; port 0 takes a free one.

    `clock` returns aware instants. Raises OSError where the address is taken.
    """
    runner = web.AppRunner(build(clock), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner


def build(clock: Clock = utc_now) -> web.Application:
    app = web.Application(middlewares=[_not_found])
    app[STOCK], app[CLOCK] = load(), clock
    app.on_response_prepare.append(_sign)
    app.router.add_routes(
        [
            web.get("/", _home),
            web.get("/robots.txt", _robots),
            web.get("/stil.css", _style),
            web.get("/intern/", _intern),
            web.get("/{city}/bilder/platzhalter.gif", _placeholder),
            web.get(r"/{city}/bilder/{name:[a-z]+|\d{1,9}}.png", _picture),
            web.get("/dortmund/newsroom/", _dortmund_overview),
            web.get("/dortmund/nachrichtenportal/nachricht.jsp", _dortmund_article),
            web.get("/dortmund/stadtbezirke/{district}/", _dortmund_district),
            web.get("/dortmund/stadtbezirke/{district}/nachricht.jsp", _dortmund_article),
            web.get("/bochum/Pressemeldungen/", _bochum_overview),
            web.get("/bochum/Pressemeldungen/{day}/{name}", _bochum_article),
            web.get("/gelsenkirchen/newsfeed/", _gelsenkirchen_feed),
            web.get("/gelsenkirchen/", _gelsenkirchen_overview),
            web.get(r"/gelsenkirchen/de/aktuelles/artikel/{number:\d{1,9}}-{slug}", _gelsenkirchen_article),
        ]
    )
    for short in ("/dortmund", "/dortmund/newsroom", "/bochum", "/bochum/Pressemeldungen", "/gelsenkirchen/newsfeed"):
        app.router.add_get(short, _moved)
    return app


async def _sign(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = "syndicator-demo"


@web.middleware
async def _not_found(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPNotFound:
        page = rendering.page("missing.html", BUILT)
        return answer(request, Page(page.body, page.type, page.modified, status=404))


def _room(request: web.Request) -> Newsroom:
    return Newsroom(request.app[STOCK], request.app[CLOCK](), f"http://{request.host}")


def _found(request: web.Request, page: Page | None) -> web.Response:
    if page is None:
        raise web.HTTPNotFound
    return answer(request, page)


def _whole(text: str | None, default: int) -> int:
    """A number from an address: `default` where there is none, 0 where it is no number."""
    if text is None:
        return default
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


async def _home(request: web.Request) -> web.Response:
    return answer(request, rendering.page("home.html", BUILT))


async def _robots(request: web.Request) -> web.Response:
    return answer(request, Page(ROBOTS, "text/plain; charset=utf-8", BUILT))


async def _style(request: web.Request) -> web.Response:
    body = resources.files(__package__).joinpath("templates", "style.css").read_bytes()
    return answer(request, Page(body, "text/css; charset=utf-8", BUILT))


async def _intern(request: web.Request) -> web.Response:
    return answer(request, rendering.page("intern.html", BUILT))


async def _placeholder(request: web.Request) -> web.Response:
    return answer(request, Page(pictures.PLACEHOLDER, "image/gif", BUILT))


async def _picture(request: web.Request) -> web.Response:
    city, name = request.match_info["city"], request.match_info["name"]
    if city not in CITIES or (name.isalpha() and name != "kopf"):
        raise web.HTTPNotFound
    size = pictures.HEADER_SIZE if name == "kopf" else pictures.SIZE
    return answer(request, Page(pictures.draw(f"{city}/{name}", size), "image/png", BUILT))


async def _dortmund_overview(request: web.Request) -> web.Response:
    return _found(request, dortmund.overview(_room(request), _whole(request.query.get("seite"), 1)))


async def _dortmund_district(request: web.Request) -> web.Response:
    return _found(request, dortmund.district(_room(request), request.match_info["district"]))


async def _dortmund_article(request: web.Request) -> web.Response:
    return _found(request, dortmund.article(_room(request), _whole(request.query.get("nid"), 0)))


async def _bochum_overview(request: web.Request) -> web.Response:
    return _found(request, bochum.overview(_room(request), _whole(request.query.get("p"), 1)))


async def _bochum_article(request: web.Request) -> web.Response:
    return _found(request, bochum.article(_room(request), request.match_info["day"], request.match_info["name"]))


async def _gelsenkirchen_feed(request: web.Request) -> web.Response:
    return answer(request, gelsenkirchen.feed(_room(request)))


async def _gelsenkirchen_overview(request: web.Request) -> web.Response:
    return answer(request, gelsenkirchen.overview(_room(request)))


async def _gelsenkirchen_article(request: web.Request) -> web.Response:
    return _found(request, gelsenkirchen.article(_room(request), int(request.match_info["number"])))


async def _moved(request: web.Request) -> web.Response:
    target = {"/dortmund": "/dortmund/newsroom/", "/bochum": "/bochum/Pressemeldungen/"}
    raise web.HTTPMovedPermanently(target.get(request.path, request.path + "/"))
