"""Reading article pages, against trafilatura on the same pages; and what a poll of an unchanged overview costs."""

import asyncio
import contextlib
import statistics
import tempfile
import time
import tomllib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import trafilatura
from aiohttp import web

from benchmarks.result import Result, at_least, at_most
from syndicator import config
from syndicator.config import ArticleRules
from syndicator.ingest.article import read_article
from syndicator.model import Draft, Moment, Request
from syndicator.workshop import workshop
from tests.ingest import quality

PAGE = Path(__file__).parent.parent / "tests" / "ingest" / "pages" / "dortmund-neu.html"
SIZES = (86_000, 430_000)
ROUNDS, REPEATS, POLLS = 5, 8, 200
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def measure() -> list[Result]:
    results = []
    for size in SIZES:
        page = padded(PAGE.read_bytes(), size)
        ratio = statistics.median(seconds(theirs, page) / seconds(ours, page) for _ in range(ROUNDS))
        results.append(at_least(f"reading a page of {size // 1000} kB: trafilatura / ours (time)", ratio, 10))
    results += [at_least(f"reading right: {what}, ours - trafilatura", lead, 0) for what, lead in leads().items()]
    beyond = asyncio.run(unchanged_overview())
    return [*results, at_most("poll of an unchanged overview: CPU beyond the fetch (ms)", beyond, 2)]


# ---------------------------------------------------------------- article pages


def ours(page: bytes) -> None:
    draft = read_article(
        page, "https://www.stadt.example/newsroom/a.html", "text/html", ArticleRules(), "Europe/Berlin", NOW
    )
    assert isinstance(draft, Draft)


def theirs(page: bytes) -> None:
    assert trafilatura.bare_extraction(
        page, url="https://www.stadt.example/newsroom/a.html", favor_precision=True, with_metadata=True
    )


def seconds(read: Callable[[bytes], None], page: bytes) -> float:
    """CPU time of one reading."""
    read(page)
    began = time.process_time()
    for _ in range(REPEATS):
        read(page)
    return (time.process_time() - began) / REPEATS


def leads() -> dict[str, float]:
    """How much more of what the fixtures of pages expect we find, as the mean of scores from 0 to 1."""
    both = []
    for path in sorted(PAGE.parent.glob("*.toml")):
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
        expect = stated.get("expect")
        if expect and "text" in expect:
            body = path.with_suffix(".html").read_bytes()
            rules = ArticleRules.model_validate(stated.get("rules", {}))
            own = read_article(
                body, stated["address"], stated.get("content_type", "text/html"), rules, "Europe/Berlin", quality.NOW
            )
            both.append((quality.score(own if isinstance(own, Draft) else None, expect), _score(body, stated)))
    return {
        what: statistics.mean(getattr(own, what) - getattr(other, what) for own, other in both)
        for what in ("headline", "day", "body")
    }


def _score(page: bytes, stated: dict[str, Any]) -> quality.Scores:
    """What trafilatura makes of a page, by the same measure."""
    read = trafilatura.bare_extraction(page, url=stated["address"], favor_precision=True, with_metadata=True)
    if read is None:
        return quality.Scores(0, 0, 0, 0)
    day = datetime.fromisoformat(read.date).replace(tzinfo=ZoneInfo("Europe/Berlin")) if read.date else None
    draft = Draft(
        key="",
        address=stated["address"],
        title=read.title or "",
        body="".join(f"<p>{escape(line)}</p>" for line in (read.text or "").splitlines()),
        published=Moment(day.astimezone(UTC), "day", "trafilatura") if day else None,
    )
    expect = {**stated["expect"]}
    if expect.get("published", "").endswith("Z"):  # it tells days only
        at = datetime.fromisoformat(expect["published"]).astimezone(ZoneInfo("Europe/Berlin"))
        expect["published"] = f"{at:%Y-%m-%d}"
    return quality.score(draft, expect)


def padded(page: bytes, size: int) -> bytes:
    """The page grown as real ones are: menus and a footer of links in up to 86 kB, and beyond that the navigation as JSON."""
    entry = (
        b'<li class="nav__item nav__item--level-2"><a class="nav__link" href="/rathaus/themen/bereich-%d/thema-%d.html">'
        b'<span class="nav__label">Thema %d der Stadt</span></a></li>'
    )
    groups, number = [], 0
    while len(page) + sum(map(len, groups)) < min(size, SIZES[0]) - 2_000:
        items = b"".join(entry % (number, n, n) for n in range(number, number + 12))
        groups.append(
            b'<li class="nav__item"><button aria-expanded="false">Bereich</button><ul>' + items + b"</ul></li>"
        )
        number += 12
    half = len(groups) // 2
    menu = b'<header class="header"><nav class="nav"><ul>' + b"".join(groups[:half]) + b"</ul></nav></header>"
    footer = b'<footer class="footer"><ul>' + b"".join(groups[half:]) + b"</ul></footer>"
    page = page.replace(b"<body>", b"<body>" + menu, 1).replace(b"</body>", footer + b"</body>", 1)
    item = b'{"title":"Thema der Stadt","href":"/rathaus/themen/thema.html","children":[]},'
    script = b"<script>var navigation = [" + item * ((size - len(page)) // len(item)) + b"{}]</script>"
    return page.replace(b"</body>", script + b"</body>", 1)


# ---------------------------------------------------------------- an unchanged overview


async def unchanged_overview() -> float:
    """Milliseconds of CPU time of a visit to which the server says 304, less those of the fetch alone."""
    async with portal() as address:
        with tempfile.TemporaryDirectory() as folder:
            loaded = configured(Path(folder), address)
            source = loaded.sources[0]
            async with workshop(loaded, publishing=False) as shop:
                first = await shop.visitor.visit(source)
                assert first.tally.new == 20, first.tally
                again = await shop.visitor.visit(source)
                assert again.harvest.unchanged
                visits, fetches = [], []
                for _ in range(ROUNDS):
                    began = time.process_time()
                    for _ in range(POLLS):
                        await shop.visitor.visit(source)
                    visits.append(time.process_time() - began)
                    began = time.process_time()
                    for _ in range(POLLS):
                        await shop.client.fetch(Request(source.url), source, None)
                    fetches.append(time.process_time() - began)
    return (statistics.median(visits) - statistics.median(fetches)) / POLLS * 1000


@contextlib.asynccontextmanager
async def portal() -> AsyncIterator[str]:
    """A portal whose overview has 20 teasers and never changes."""
    teasers = "".join(
        f'<article class="teaser"><h3><a href="/news/{n}.html">Nachricht Nummer {n} aus der Stadt</a></h3><time>{n}.10.2026</time>'
        f"<p>Worum es in dieser Nachricht geht, sagt dieser Satz in wenigen Worten.</p></article>"
        for n in range(1, 21)
    )

    async def overview(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        return web.Response(text=f"<main>{teasers}</main>", content_type="text/html", headers={"ETag": '"1"'})

    async def article(request: web.Request) -> web.Response:
        number = request.match_info["n"]
        title = f"Nachricht Nummer {number} aus der Stadt"
        text = f"<p>Der Rat hat beschlossen, was in Vorlage {number} steht, und die Verwaltung setzt es um.</p>" * 5
        return web.Response(text=f"<main><h1>{title}</h1>{text}</main>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/news/", overview)
    app.router.add_get("/news/{n}.html", article)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/news/"
    await runner.cleanup()


def configured(folder: Path, address: str) -> config.Config:
    path = folder / "config.toml"
    path.write_text(
        '[site]\ntitle = "Bench"\nurl = "http://127.0.0.1/"\npublisher = "Bench"\ncontact = "bench@news.example"\n'
        f'[[sources]]\nname = "stadt"\ncity = "Stadt"\nurl = "{address}"\nallow_private = true\ndelay = "0s"\n',
        encoding="utf-8",
    )
    return config.load(path)
