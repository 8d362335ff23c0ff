"""A canary token and a canary address: neither is to be met in any log, page, file, database or outgoing request.

A service with partners, an admin and a source that takes a token reads, answers and counts; afterwards everything is walked.
"""

import base64
import logging
import secrets
import sqlite3

import pytest
from aiohttp import web

from syndicator.config import load
from syndicator.service import Service, running
from syndicator.store import usage
from tests.serve.serving import Server
from tests.support.configs import free_port
from tests.support.waiting import until

READER = "203.0.113.77"
FEEDLY = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 12 subscribers; like FeedFetcher-Google)"
CONFIG = """
[site]
title = "Nachrichten"
url = "http://127.0.0.1:{port}/"
publisher = "Stadt Dortmund"
contact = "webredaktion@news.example"
[server]
port = {port}
[publish]
every = "1s"
[hub]
url = "none"
[admin]
token = "env:CANARY_ADMIN"
[[partners]]
name = "bochum"
token = "env:CANARY_PARTNER"
feeds = ["vielfalt", "all"]
[[partners]]
name = "kurz"
token = "env:CANARY_SHORT"
[[sources]]
name = "herne"
city = "Herne"
kind = "feed"
url = "{portal}/feed"
token = "env:CANARY_SOURCE"
delay = "0s"
allow_private = true
[[sources]]
name = "fremd"
city = "Herne"
kind = "feed"
url = "{portal}/moved"
token = "env:CANARY_SOURCE"
delay = "0s"
allow_private = true
[categories.vielfalt]
title = "Vielfalt"
labels = ["Vielfalt"]
"""
FEED = """<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:h,2026:f</id><title>Herne</title><updated>2026-11-20T08:00:00Z</updated>
<entry><id>tag:h,2026:1</id><title>Neues aus dem Rat {said}</title><updated>2026-11-20T08:00:00Z</updated><category term="Vielfalt"/>
<link href="{portal}/1"/><content type="html">&lt;p&gt;Der Rat hat beschlossen, was zu beschließen war.&lt;/p&gt;</content></entry></feed>"""


@pytest.fixture
def tokens(monkeypatch):
    made = {f"CANARY_{name}": secrets.token_urlsafe(32) for name in ("ADMIN", "PARTNER", "SOURCE")}
    made["CANARY_SHORT"] = "kanarienvogel"
    for name, token in made.items():
        monkeypatch.setenv(name, token)
    return made


@pytest.fixture
async def portals():
    """Two portals, the first of which redirects to the second; and what each was asked and shown under Authorization."""
    asked: list[tuple[str, str, str]] = []
    runners = []

    async def answer(request: web.Request) -> web.StreamResponse:
        host = f"http://{request.host}"
        said = request.headers.get("Authorization", "")
        asked.append((host, request.path_qs, said))
        if request.path == "/robots.txt":
            return web.Response(status=404)
        if request.path == "/moved":
            return web.Response(status=302, headers={"Location": f"{places[1]}/feed"})
        # What was sent is said again, as careless systems do.
        return web.Response(text=FEED.format(portal=host, said=said), content_type="application/atom+xml")

    places = []
    for _ in range(2):
        application = web.Application()
        application.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        runners.append(runner)
        places.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield places, asked
    for runner in runners:
        await runner.cleanup()


async def read_everything(server: Server, tokens) -> list[bytes]:
    """What readers, partners and admins are answered."""
    partner, admin = tokens["CANARY_PARTNER"], tokens["CANARY_ADMIN"]
    basic = "Basic " + base64.b64encode(f"bochum:{partner}".encode()).decode()
    agents = (FEEDLY, f"{READER}/1.0 (5 subscribers)", f"Feedbin feed-id:{READER} - 3 subscribers", partner)
    answers = []
    for agent in agents:
        for path in ("/feeds/vielfalt.atom", "/feeds/all.json", "/", "/feeds/vielfalt", "/none"):
            answers.append(await server.ask(path, User_Agent=agent, X_Forwarded_For=READER))
    named = {"Authorization": basic, "X_Forwarded_For": READER, "User_Agent": f"syndicator ({READER})"}
    for path in ("vielfalt.atom", "all.rss", "none.atom", "vielfalt/archive/1.atom"):
        answers.append(await server.ask(f"/partners/bochum/feeds/{path}", **named))
        answers.append(await server.ask(f"/p/{partner}/feeds/{path}", X_Forwarded_For=READER))
    for wrong in (f"Bearer {tokens['CANARY_SHORT']}", "Bearer x", basic[:-4]):
        answers.append(await server.ask("/partners/bochum/feeds/all.atom", Authorization=wrong, X_Forwarded_For=READER))
    for path in ("/admin", "/admin/en"):
        answers.append(await server.ask(path, Authorization=f"Bearer {admin}", X_Forwarded_For=READER))
        assert answers[-1].status == 200
        answers.append(await server.ask(path, X_Forwarded_For=READER))
        assert answers[-1].status == 401
    return [b"\r\n".join([*(f"{n}: {v}".encode() for n, v in answer.fields), answer.body]) for answer in answers]


async def renewed(service: Service, server: Server, tokens, monkeypatch) -> None:
    """A token that was renewed where it is kept counts from the next look at it, and the old one no more."""
    old, new = (f"Bearer {token}" for token in (tokens["CANARY_PARTNER"], secrets.token_urlsafe(32)))
    monkeypatch.setenv("CANARY_PARTNER", new.removeprefix("Bearer "))
    await service.keep_books()
    address = "/partners/bochum/feeds/all.atom"
    assert (await server.ask(address, Authorization=new)).status == 200
    assert (await server.ask(address, Authorization=old)).status == 401


async def test_neither_a_token_nor_an_address_is_left_anywhere(tmp_path, tokens, portals, caplog, monkeypatch):
    places, asked = portals
    port = free_port()
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(port=port, portal=places[0]), encoding="utf-8")
    with caplog.at_level(logging.DEBUG):
        async with running(load(path)) as service:
            server = Server("127.0.0.1", port)

            async def is_served() -> bool:
                return b"<entry>" in (await server.ask("/feeds/vielfalt.atom")).body

            await until(is_served)
            await until(lambda: {what for _, what, _ in asked} >= {"/feed", "/moved"} and not service.visits.under_way)
            pages = await read_everything(server, tokens)
            await service.keep_books()
            pages += await read_everything(server, tokens)
            counted = await service.shop.store.read(usage.all_pulls)
            said = await service.shop.store.read(usage.services_since, service.shop.now().date())
            await renewed(service, server, tokens, monkeypatch)
    assert {(pull.partner, pull.feed): pull.taken for pull in counted}["bochum", "vielfalt"] == 1
    assert ("vielfalt.atom", "feedly", 12) in said
    with sqlite3.connect(tmp_path / "syndicator.db") as db:
        tables = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        ).fetchall()
        dump = "\n".join(str(row) for (name,) in tables for row in db.execute(f"SELECT * FROM {name}"))
    written = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    haystacks = {"log": caplog.text.encode(), "dump": dump.encode(), "pages": b"\n".join(pages)} | written
    for name, token in tokens.items():
        shapes = [token.encode(), *(base64.b64encode(f"{user}{token}".encode())[8:-4] for user in ("", "a", "ab"))]
        met = [str(place) for place, text in haystacks.items() if any(shape in text for shape in shapes)]
        assert met == [], name
    met = [str(place) for place, text in haystacks.items() if READER.encode() in text]
    assert met == []
    # The source's token went to its own origin, for the feed alone, and not where that redirects.
    bearer = f"Bearer {tokens['CANARY_SOURCE']}"
    assert {(host, what) for host, what, token in asked if token} == {(places[0], "/feed"), (places[0], "/moved")}
    assert {token for _, _, token in asked} == {"", bearer}
