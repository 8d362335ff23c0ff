import asyncio
import logging
import socket
from pathlib import Path

import pytest

from syndicator.errors import SyndicatorError
from syndicator.model import File
from syndicator.serve import app
from syndicator.serve.connection import cut_address
from syndicator.serve.health import Health
from syndicator.serve.shelf import Shelf
from tests.serve.serving import ATOM, HTML, MODIFIED, file, serving, site

PUBLIC = {"/", "/feeds/{file}", "/robots.txt", "/.well-known/security.txt", "/healthz", "/readyz"}
REDIRECTS = {"/feeds", "/feeds/"}
NOTHING_THERE = {"/favicon.ico", "/articles/{slug}", "/{path}", "/p/{token}/feeds/{file}"}
CLOSED = {"/partners/{partner}/feeds/{file}": 401, "/admin": 403, "/admin/en": 403}
ELSEWHERE = {f"/{{root}}{path}" for path in (*CLOSED, "/p/{token}/feeds/{file}")}  # below another path than the site's


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    filled = Shelf(tmp_path)
    filled.put([file("index.html", "<p>Alle</p>", HTML), file("vielfalt.atom")])
    return filled


async def test_every_route_is_public_on_purpose(shelf: Shelf):
    """Whoever shows no token gets nothing but what is listed here; a new route has to be put into one of the lists."""
    built = app.build(shelf, site=site)
    paths = {resource.canonical for resource in built.router.resources()}
    assert paths == PUBLIC | REDIRECTS | NOTHING_THERE | set(CLOSED) | ELSEWHERE
    async with serving(shelf) as server:
        for path in paths:
            named = path.replace("{file}", "vielfalt.atom").translate({ord(mark): None for mark in "{}"})
            answer = await server.ask(named)
            assert answer.status == (200 if path in PUBLIC else 301 if path in REDIRECTS else CLOSED.get(path, 404))
            assert answer["Server"] == "syndicator"
            assert answer["X-Content-Type-Options"] == "nosniff"


async def test_every_route_answers_head_like_get_and_refuses_the_rest(shelf: Shelf):
    async with serving(shelf) as server:
        for path in ("/", "/feeds/", "/feeds/vielfalt.atom", "/healthz", "/readyz", "/robots.txt", "/unknown"):
            get, head = await server.ask(path), await server.ask(path, "HEAD")
            assert (head.status, head["Content-Length"], head.body) == (get.status, get["Content-Length"], b"")
            for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
                answer = await server.ask(path, method)
                assert answer.status == 405
                assert {name.strip() for name in answer["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}
                assert answer["Server"] == "syndicator"


async def test_health_is_said_in_one_word_and_never_cached(shelf: Shelf, tmp_path: Path):
    async with serving(shelf) as server:
        alive, ready = await server.ask("/healthz"), await server.ask("/readyz")
    async with serving(Shelf(tmp_path)) as server:
        empty = await server.ask("/readyz")
        still_alive = await server.ask("/healthz")
    async with serving(shelf, health=Health(store_works=False, problem="the disk is full")) as server:
        broken = await server.ask("/readyz")
        served = await server.ask("/feeds/vielfalt.atom")
    assert (alive.status, alive.body, still_alive.status) == (200, b"ok\n", 200)
    assert (ready.status, empty.status, broken.status) == (200, 503, 503)
    assert b"the disk is full" in broken.body
    assert served.status == 200
    for answer in (alive, ready, empty, broken):
        assert answer["Cache-Control"] == "no-store"


async def test_what_a_kill_left_out_is_not_said_to_be_nowhere_before_the_first_round_has_ended(shelf: Shelf):
    async with serving(shelf) as server:
        shelf.complete = False
        begun = [await server.ask(path) for path in ("/feeds/vielfalt.atom", "/feeds/sport.atom")]
        shelf.complete = True
        done = await server.ask("/feeds/sport.atom")
    assert [answer.status for answer in begun] == [200, 503]
    assert begun[1]["Retry-After"] == "5"
    assert done.status == 404


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"<script>alert(1)</script>\r\n\r\n",
        b"GET /feeds/<script> HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n<script>\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: <script>\r\n\r\n",
        b"GET /" + b"<script>" * 2000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"<script>" * 2000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"x: <script>\r\n" * 200 + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03<script>\r\n\r\n",
    ],
)
async def test_what_is_no_http_gets_a_short_refusal_that_repeats_nothing(shelf: Shelf, request_bytes: bytes):
    async with serving(shelf) as server:
        received = await server.raw(request_bytes)
    assert received.startswith(b"HTTP/1.")
    assert received.split(b" ")[1][:1] == b"4"
    assert b"script" not in received
    assert b"Server: syndicator\r\n" in received
    assert b"text/plain" in received


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"x" * 9000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"x" * 9000 + b": 1\r\n\r\n", b"431"),
    ],
)
async def test_what_is_too_long_is_refused_as_that(shelf: Shelf, request_bytes: bytes, status: bytes):
    async with serving(shelf) as server:
        received = await server.raw(request_bytes)
    assert received.split(b" ")[1] == status


@pytest.mark.parametrize("target", ["*", "http://evil.example/feeds/vielfalt.atom", "evil.example:443"])
async def test_other_forms_of_a_target_are_answered_without_repeating_them(shelf: Shelf, target: str):
    method = {"*": "OPTIONS", "evil.example:443": "CONNECT"}.get(target, "GET")
    async with serving(shelf) as server:
        received = await server.raw(f"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert b"evil.example" not in received
    assert b"aiohttp" not in received


async def test_an_unknown_expectation_is_refused_and_the_known_one_met(shelf: Shelf):
    async with serving(shelf) as server:
        refused = await server.ask("/", Expect="<script>")
        met = await server.ask("/", Expect="100-continue")
    assert refused.status == 417
    assert b"script" not in refused.body
    assert met.status == 200


async def test_a_failing_handler_tells_the_log_and_not_the_client(shelf: Shelf, caplog: pytest.LogCaptureFixture):
    def health() -> Health:
        raise RuntimeError("secret of the house")

    asyncio.get_running_loop().set_debug(True)
    built = app.build(shelf, site=site, health=health)
    runner = await app.start(built, "127.0.0.1", 0)
    try:
        reader, writer = await asyncio.open_connection(*runner.addresses[0])
        writer.write(b"GET /readyz?token=hidden HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n")
        received = await reader.read()
        writer.close()
    finally:
        await runner.cleanup()
    assert received.startswith(b"HTTP/1.1 500 ")
    assert b"secret" not in received
    assert b"Traceback" not in received
    assert "secret of the house" in caplog.text
    assert "/readyz from 127.0.0.0/24" in caplog.text
    assert "hidden" not in caplog.text


async def test_a_compressed_body_of_a_request_is_not_unpacked(shelf: Shelf):
    async with serving(shelf) as server:
        received = await server.raw(
            b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nbomb!"
        )
    assert received.startswith(b"HTTP/1.1 405 ")


@pytest.mark.parametrize(
    "said",
    [b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ids=["nothing", "half a request", "one request"],
)
async def test_a_client_that_falls_silent_loses_its_connection(shelf: Shelf, said: bytes):
    async with serving(shelf, idle=0.2) as server:
        received = await server.raw(said)  # returns when the server closes
    assert received.startswith(b"HTTP/1.1 200" if said.endswith(b"\r\n\r\n") else b"")


async def test_a_client_that_drips_its_request_loses_its_connection(shelf: Shelf):
    async with serving(shelf, idle=0.3) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        ended = asyncio.ensure_future(reader.read())
        writer.write(b"GET / HTTP/1.1\r\nX: ")
        while not ended.done():
            writer.write(b"x")
            await asyncio.sleep(0.02)
        writer.close()
        received = (await asyncio.gather(ended, return_exceptions=True))[0]
    assert received == b"" or isinstance(received, ConnectionError)


async def test_a_client_that_takes_nothing_loses_its_connection(tmp_path: Path):
    shelf = Shelf(tmp_path)
    shelf.put([File("all.atom", ATOM, MODIFIED, bytes(16 * 2**20))])
    runner = await app.start(app.build(shelf, site=site), "127.0.0.1", 0, idle=0.2)
    assert runner.server is not None
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await asyncio.to_thread(client.connect, runner.addresses[0])
        client.send(b"GET /feeds/all.atom HTTP/1.1\r\nHost: x\r\n\r\n")
        while not runner.server.connections:
            await asyncio.sleep(0.01)
        while runner.server.connections:  # only the server can end it
            await asyncio.sleep(0.01)
    await runner.cleanup()


async def test_a_connection_is_kept_for_the_next_request(shelf: Shelf):
    async with serving(shelf) as server:
        received = await server.raw(
            b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
    assert received.count(b"HTTP/1.1 200 OK\r\n") == 2


@pytest.mark.parametrize(
    ("version", "field", "times", "said"),
    [("1.1", "", 2, ""), ("1.1", "close", 1, "close"), ("1.0", "", 1, "close"), ("1.0", "keep-alive", 2, "keep-alive")],
)
async def test_a_client_learns_whether_its_connection_is_kept(
    shelf: Shelf, version: str, field: str, times: int, said: str
):
    connection = f"Connection: {field}\r\n" if field else ""
    request = f"GET /feeds/vielfalt.atom HTTP/{version}\r\nHost: x\r\n{connection}\r\n"
    async with serving(shelf, idle=0.2) as server:
        received = await server.raw(request.encode() * times)
    assert received.count(b"HTTP/1.1 200 OK\r\n") == times
    assert received.count(f"Connection: {said}\r\n".encode()) == (times if said else 0)
    assert (b"Connection:" in received) == bool(said)


async def test_a_taken_port_is_one_clear_sentence(shelf: Shelf):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SyndicatorError) as caught:
            await app.start(app.build(shelf, site=site), "127.0.0.1", port)
    assert (
        caught.value.message == f"Port {port} on 127.0.0.1 is taken by another program, perhaps by a second syndicator."
    )
    assert "[server] port" in caught.value.hint


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
async def test_an_address_of_another_machine_is_one_clear_sentence(shelf: Shelf, host: str):
    with pytest.raises(SyndicatorError) as caught:
        await app.start(app.build(shelf, site=site), host, 0)
    assert caught.value.message == f"{host} is no address of this machine."
    assert "[server] host" in caught.value.hint


async def test_the_log_holds_neither_queries_nor_whole_addresses(shelf: Shelf, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG, logger="syndicator.access"):
        async with serving(shelf) as server:
            await server.ask("/feeds/vielfalt.atom?token=hidden")
    (record,) = [record.getMessage() for record in caplog.records if record.name == "syndicator.access"]
    assert record.startswith("127.0.0.0/24 GET /feeds/vielfalt.atom 200 ")
    assert "hidden" not in record


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "-"),
        (None, "-"),
    ],
)
def test_an_address_is_cut_to_its_network(address: str | None, network: str):
    assert cut_address(address) == network
