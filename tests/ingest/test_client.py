"""The client against real servers on loopback; what concerns guard, robots.txt and pacing has files of its own."""

import asyncio
import gzip
import hashlib

import pytest
from aiohttp import web

from syndicator.ingest.client import HOPS
from syndicator.model import Failed, Request, Response, Validators
from tests.ingest.web import Memory, a_source, portal, raw_server

TEXT = "Größere Pläne fürs Rathaus"
BODY = TEXT.encode()


@pytest.fixture
async def city():
    async with portal() as served:
        yield served


@pytest.fixture
async def client():
    async with Memory().client(seconds=5) as made:
        yield made


async def get(client, url, home="", **request):
    """Fetch `url` for a source that lives at `home`, or at `url` itself."""
    return await client.fetch(Request(url, **request), a_source(home or url), None)


# ---------------------------------------------------------------- what is sent, and what comes back


async def test_a_page_comes_back_with_its_bytes_headers_and_validators(city, client):
    city.says("/news", TEXT, headers={"ETag": '"v1"', "Last-Modified": "Mon, 02 Mar 2026 07:00:00 GMT", "X-Two": "a"})
    response = await get(client, f"{city.url}/news")
    assert isinstance(response, Response)
    assert (response.url, response.status, response.body, response.moved_to) == (f"{city.url}/news", 200, BODY, "")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    digest = hashlib.sha256(BODY).hexdigest()
    assert response.validators == Validators('"v1"', "Mon, 02 Mar 2026 07:00:00 GMT", digest)
    assert not response.unchanged


async def test_a_server_is_told_who_we_are_and_nothing_else(city, client):
    city.says("/news", headers={"Set-Cookie": "session=1; Path=/"})
    await get(client, f"{city.url}/news#top", accept="application/atom+xml")
    await get(client, f"{city.url}/news")
    sent = dict(city.requests[0].headers)
    assert sent.pop("Host") in city.url
    assert sent == {
        "User-Agent": "syndicator/1.0 (+https://news.example/)",
        "Accept": "application/atom+xml",
        "Accept-Encoding": "gzip",
    }
    assert "Cookie" not in city.requests[1].headers


async def test_no_proxy_of_the_environment_is_used(city, client, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.9:9/")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.9:9/")
    city.says("/news", TEXT)
    assert (await get(client, f"{city.url}/news")).body == BODY


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/a b/c", "/a%20b/c"),
        ('/41-mio.-euro-"für"-schulen.html', "/41-mio.-euro-%22f%C3%BCr%22-schulen.html"),
        ("/„x“?q=ü", "/%E2%80%9Ex%E2%80%9C?q=%C3%BC"),
        ("/a%2Fb%20c/%FC?x=a%3Db%26c%2Bd+e", "/a%2Fb%20c/%FC?x=a%3Db%26c%2Bd+e"),
        ("/100%?50%", "/100%25?50%25"),
        ("/nachricht.jsp;jsessionid=1?nid=605731&x", "/nachricht.jsp;jsessionid=1?nid=605731&x"),
        ("/5-Dezember-2024/Title--with-dashes-", "/5-Dezember-2024/Title--with-dashes-"),
    ],
)
async def test_an_address_as_portals_write_it_arrives_as_it_is_meant(city, client, written, sent):
    await get(client, city.url + written, home=city.url)
    assert city.asked == [sent]


async def test_several_fields_of_one_name_are_a_list(client):
    raw = b"HTTP/1.1 200 OK\r\nLink: <a>; rel=hub\r\nlink: <b>; rel=self\r\nX-Odd: \xe4\r\nContent-Length: 0\r\n\r\n"
    async with raw_server(raw) as url:
        response = await get(client, url)
    assert response.headers["link"] == "<a>; rel=hub, <b>; rel=self"
    assert response.headers["x-odd"] == "\ufffd"


@pytest.mark.parametrize(
    "url", ["", "news", "http://", "http://[::1", "http://h:99999/", "mailto:a@b.example", "http:///x"]
)
async def test_what_is_no_address_is_refused(client, url):
    result = await get(client, url, home="http://127.0.0.1:80/")
    assert (result.kind, result.permanent, result.address) == ("refused", True, url)


# ---------------------------------------------------------------- conditional requests


async def test_a_304_leaves_everything_as_it_was(city, client):
    etag, seen = 'W/"a,b"', "Monday, 02-Mar-26 07:00:00 GMT"
    city.says("/news", status=304)
    known = Validators(etag, seen, "abc")
    response = await client.fetch(Request(f"{city.url}/news", conditional=True), a_source(city.url), known)
    assert (response.status, response.unchanged, response.body, response.validators) == (304, True, b"", known)
    assert city.requests[0].headers["If-None-Match"] == etag
    assert city.requests[0].headers["If-Modified-Since"] == seen


async def test_a_304_can_bring_a_new_etag(city, client):
    city.says("/news", status=304, headers={"ETag": '"v2"'})
    known = Validators('"v1"', "Mon, 02 Mar 2026 07:00:00 GMT", "abc")
    response = await client.fetch(Request(f"{city.url}/news", conditional=True), a_source(city.url), known)
    assert response.validators == Validators('"v2"', "Mon, 02 Mar 2026 07:00:00 GMT", "abc")


async def test_the_same_bytes_are_unchanged_even_if_the_server_does_not_say_so(city, client):
    city.says("/news", TEXT, headers={"ETag": '"new"'})
    digest = hashlib.sha256(BODY).hexdigest()
    request = Request(f"{city.url}/news", conditional=True)
    response = await client.fetch(request, a_source(city.url), Validators('"old"', "", digest))
    assert (response.status, response.unchanged, response.body) == (200, True, b"")
    assert response.validators == Validators('"new"', "", digest)


async def test_an_unconditional_request_sends_no_validators_and_brings_the_body(city, client):
    city.says("/news", TEXT)
    known = Validators('"v1"', "Mon, 02 Mar 2026 07:00:00 GMT", hashlib.sha256(BODY).hexdigest())
    response = await client.fetch(Request(f"{city.url}/news"), a_source(city.url), known)
    assert (response.unchanged, response.body) == (False, BODY)
    assert "If-None-Match" not in city.requests[0].headers
    assert "If-Modified-Since" not in city.requests[0].headers


async def test_a_304_that_nobody_asked_for_is_a_failure(city, client):
    city.says("/news", status=304)
    request = Request(f"{city.url}/news", conditional=True)
    result = await client.fetch(request, a_source(city.url), Validators(digest="abc"))
    assert (result.kind, result.reason.split(" ", 1)[1]) == ("broken", "answered with status 304 (Not Modified).")


async def test_an_etag_beyond_ascii_goes_back_byte_for_byte_or_not_at_all(client):
    head = b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: "%b"\r\n\r\n'
    async with raw_server(head % "ü".encode()) as url:
        assert (await get(client, url)).validators.etag == '"ü"'
    async with raw_server(head % b"\xfc") as url:
        assert (await get(client, url)).validators.etag == ""


# ---------------------------------------------------------------- redirects


async def test_a_permanent_move_is_told(city, client):
    city.redirects("/old", "../new/", 301)
    city.redirects("/new/", f"{city.url}/newest#here", 308)
    city.says("/newest", TEXT)
    response = await get(client, f"{city.url}/old")
    assert (response.body, response.url, response.moved_to) == (BODY, f"{city.url}/newest", f"{city.url}/newest")


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_way_with_one_temporary_step_is_no_move(city, client, status):
    city.redirects("/old", "/new", 301)
    city.redirects("/new", "/newest", status)
    city.says("/newest", TEXT)
    response = await get(client, f"{city.url}/old")
    assert (response.url, response.moved_to) == (f"{city.url}/newest", "")


async def test_validators_reach_the_end_of_the_way(city, client):
    city.redirects("/old", "/new", 301)
    city.says("/new", status=304)
    request = Request(f"{city.url}/old", conditional=True)
    response = await client.fetch(request, a_source(city.url), Validators('"v1"'))
    assert (response.unchanged, response.moved_to) == (True, f"{city.url}/new")
    assert city.requests[1].headers["If-None-Match"] == '"v1"'


async def test_five_redirects_are_followed_and_six_are_not(city, client):
    for step in range(HOPS + 1):
        city.redirects(f"/{step}", f"/{step + 1}")
    city.says(f"/{HOPS + 1}", TEXT)
    assert (await get(client, f"{city.url}/1")).body == BODY
    result = await get(client, f"{city.url}/0")
    assert (result.kind, result.address) == ("broken", f"{city.url}/0")
    assert len(city.requests) == 2 * (HOPS + 1)


async def test_a_circle_ends(city, client):
    city.redirects("/a", "/a", 301)
    assert (await get(client, f"{city.url}/a")).kind == "broken"


@pytest.mark.parametrize("location", ["", "http://[::1", "http://h:99999/"])
async def test_a_redirect_that_leads_nowhere_is_a_failure(city, client, location):
    city.redirects("/a", location)
    result = await get(client, f"{city.url}/a")
    assert (result.kind, "without saying where" in result.reason) == ("broken", True)


async def test_a_location_is_sent_as_the_server_wrote_it(city, client):
    city.redirects("/a", "/neue seite/„ü“?x=%26")
    city.says("/neue seite/„ü“", TEXT)
    assert (await get(client, f"{city.url}/a")).body == BODY
    assert city.asked[1] == "/neue%20seite/%E2%80%9E%C3%BC%E2%80%9C?x=%26"


async def test_a_location_in_latin_1_stays_what_it_is(client):
    asked = []

    async def answer(reader, writer):
        asked.append((await reader.readuntil(b"\r\n\r\n")).split()[1])
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /gr\xfcn\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        await get(client, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert set(asked) == {b"/", b"/gr%FCn"}


# ---------------------------------------------------------------- sizes, encodings, truncation


async def test_a_compressed_page_is_inflated(city, client):
    city.sends("/news", gzip.compress(BODY, mtime=0), headers={"Content-Encoding": "gzip"})
    response = await get(client, f"{city.url}/news")
    assert (response.body, response.validators.digest) == (BODY, hashlib.sha256(BODY).hexdigest())


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("br", BODY),
        ("gzip, gzip", gzip.compress(BODY, mtime=0)),
        ("gzip", BODY),
        ("gzip", gzip.compress(BODY, mtime=0)[:-3]),
    ],
)
async def test_a_body_that_cannot_be_inflated_is_a_failure(city, client, encoding, body):
    city.sends("/news", body, headers={"Content-Encoding": encoding})
    result = await get(client, f"{city.url}/news")
    assert (result.kind, result.reason.startswith("The answer of 127.0.0.1:")) == ("broken", True)


async def test_a_bomb_is_too_large(city, client):
    city.sends("/news", gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
    result = await get(client, f"{city.url}/news")
    assert (result.kind, result.permanent) == ("too-large", True)
    assert result.reason.endswith("is larger than 2 MiB.")


async def test_a_page_that_says_that_it_is_too_large_is_not_read(client):
    async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n", hang=True) as url:
        assert (await get(client, url)).kind == "too-large"


async def test_a_page_that_does_not_end_is_too_large(client):
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    async with raw_server(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[chunk] * 40) as url:
        assert (await get(client, url)).kind == "too-large"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nzu kurz",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nzu ku\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nzu",
    ],
)
async def test_a_truncated_page_is_a_failure(client, answer):
    async with raw_server(answer) as url:
        result = await get(client, url)
    assert (result.kind, result.reason.endswith("ended before it was complete.")) == ("broken", True)


# ---------------------------------------------------------------- servers that fail


@pytest.mark.parametrize(
    ("status", "kind", "permanent", "words"),
    [
        (401, "denied", False, "asks for a password"),
        (403, "denied", False, "denies access"),
        (404, "missing", False, "has no page at this address"),
        (410, "gone", True, "gone for good"),
        (429, "busy", False, "asked too often"),
        (503, "busy", False, "overloaded or under maintenance"),
        (500, "broken", False, "answered with status 500 (Internal Server Error)"),
        (204, "broken", False, "answered with status 204 (No Content)"),
        (599, "broken", False, "answered with status 599."),
    ],
)
async def test_a_status_becomes_a_sentence(city, client, status, kind, permanent, words):
    city.says("/news", status=status)
    result = await get(client, f"{city.url}/news?token=1")
    assert (result.kind, result.permanent, result.address) == (kind, permanent, f"{city.url}/news?token=1")
    assert words in result.reason
    assert "token" not in result.reason


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", "unreachable"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "broken"),
        (b"HTTP/1.1 2x0 OK\r\n\r\n", "broken"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "broken"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "broken"),
        (b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n", "broken"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nab\r\n0\r\n\r\n", "broken"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 20000 + b"\r\n\r\n", "broken"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "unreachable"),
        (b"\x16\x03\x01\x02\x00\x01\x00", "broken"),
    ],
)
async def test_an_answer_that_is_none_is_a_failure(client, answer, kind):
    async with raw_server(answer) as url:
        result = await get(client, url)
    assert (result.kind, "127.0.0.1" in result.reason) == (kind, True)


async def test_a_server_that_is_not_there_is_unreachable(client):
    async with raw_server() as url:
        pass
    result = await get(client, url)
    assert (result.kind, result.reason.endswith("refuses connections.")) == ("unreachable", True)


async def test_a_name_that_does_not_exist_is_unreachable(client):
    result = await get(client, "http://portal.invalid/news")
    assert (result.kind, "portal.invalid" in result.reason) == ("unreachable", True)


async def test_a_label_longer_than_dns_allows_is_a_failure(client):
    assert isinstance(await get(client, f"http://{'a' * 70}.invalid/"), Failed)


async def test_a_connection_that_is_reset_is_unreachable(client):
    async def reset(_, writer):
        writer.transport.abort()

    server = await asyncio.start_server(reset, "127.0.0.1", 0)
    async with server:
        result = await get(client, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert result.kind == "unreachable"


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
async def test_a_server_that_drips_is_given_up(head):
    async with Memory().client(seconds=0.15) as client, raw_server(head, *[b"x"] * 400, pause=0.02, hang=True) as url:
        result = await get(client, url)
    assert result.kind in ("unreachable", "broken")


async def test_a_server_that_says_nothing_is_given_up_with_the_time_it_had():
    async with Memory().client(seconds=0.1) as client, raw_server(hang=True) as url:
        result = await get(client, url)
    assert result.kind == "unreachable"
    assert result.reason.endswith("did not answer within 0.1 seconds.")


async def test_the_time_is_that_of_the_whole_way(city):
    async def slow(_):
        await asyncio.sleep(0.1)
        return web.Response(status=302, headers={"Location": "/slow"})

    city.pages["/slow"] = slow
    async with Memory().client(seconds=0.25) as client:
        assert (await get(client, f"{city.url}/slow")).kind == "unreachable"
    assert len(city.requests) <= 3


async def test_a_connection_that_the_server_closed_meanwhile_is_no_failure(client):
    async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab") as url:
        for _ in range(3):
            assert (await get(client, url)).body == b"ab"


async def test_a_client_that_is_closed_can_be_closed_again(city):
    async with Memory().client() as client:
        await get(client, f"{city.url}/")
        await client.close()


async def test_logs_hold_no_query(client, caplog):
    caplog.set_level("DEBUG")
    async with raw_server(b"SSH-2.0-OpenSSH_9.2\r\n\r\n") as url:
        await get(client, f"{url}news?token=geheim")
    assert "ClientResponseError" in caplog.text
    assert "geheim" not in caplog.text
