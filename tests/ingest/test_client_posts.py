"""Requests with data, headers and secrets of their own, against real servers on loopback; where redirects take them."""

import hashlib
import json
import logging
import os

import pytest
from aiohttp import web

from syndicator.config import Secret
from syndicator.ingest.outgoing import redirected, wish_for
from syndicator.model import Failed, Request, Response, Validators
from tests.ingest.web import Memory, a_source, portal

SECRET = "Bearer kanarienvogel/4711+xyz"
DATA = json.dumps({"query": "{ news { id } }", "page": 1}).encode()
JSON = {"Content-Type": "application/json"}


class Api:
    """An endpoint that writes down what it is sent: method, path, headers, data."""

    def __init__(self, site, text='{"data": []}') -> None:
        self.site = site
        self.url = f"{site.url}/api"
        self.calls: list[tuple[str, dict[str, str], bytes]] = []
        self.text = text
        self.headers: dict[str, str] = {}
        site.pages["/api"] = self.answer
        site.pages["/new"] = self.answer

    async def answer(self, request: web.Request) -> web.Response:
        self.calls.append((request.method, {k.lower(): v for k, v in request.headers.items()}, await request.read()))
        return web.Response(text=self.text, content_type="application/json", headers=self.headers)

    @property
    def methods(self):
        return [method for method, _, _ in self.calls]


@pytest.fixture
async def api():
    async with portal() as site:
        yield Api(site)


@pytest.fixture
async def client():
    async with Memory().client(seconds=5) as made:
        yield made


@pytest.fixture
def secret(monkeypatch):
    monkeypatch.setenv("API_TOKEN", SECRET)
    return Secret("env", "API_TOKEN")


def posting(url: str, data: bytes = DATA, **more) -> Request:
    return Request(url, method="POST", data=data, headers={**JSON, **more.pop("headers", {})}, **more)


async def ask(client, api, request, validators=None):
    return await client.fetch(request, a_source(api.url), validators)


# ---------------------------------------------------------------- what is sent


async def test_a_post_arrives_with_its_data_and_headers(api, client):
    response = await ask(client, api, posting(api.url, headers={"Accept-Language": "de"}, accept="application/json"))
    assert isinstance(response, Response)
    (method, headers, data), *more = api.calls
    assert (method, data, more) == ("POST", DATA, [])
    headers.pop("host")
    assert headers == {
        "accept": "application/json",
        "accept-encoding": "gzip",
        "accept-language": "de",
        "content-length": str(len(DATA)),
        "content-type": "application/json",
        "user-agent": "syndicator/1.0 (+https://news.example/)",
    }


async def test_a_header_of_the_source_stands_in_place_of_ours(api, client):
    await ask(client, api, Request(api.url, headers={"accept": "application/vnd.api+json"}))
    assert api.calls[0][0] == "GET"
    assert api.calls[0][1]["accept"] == "application/vnd.api+json"


async def test_a_secret_is_sent_and_nowhere_else_to_be_seen(api, client, secret, caplog):
    caplog.set_level(logging.DEBUG)
    api.text = json.dumps({"errors": [{"message": f"the token {SECRET.split()[1]} is not known"}]}).replace("/", "\\/")
    response = await ask(client, api, Request(api.url, headers={"Authorization": secret}))
    assert api.calls[0][1]["authorization"] == SECRET
    assert "kanarienvogel" not in repr(response)
    assert b"the token *** is not known" in response.body
    assert "kanarienvogel" not in caplog.text


async def test_a_secret_that_is_missing_fails_the_request_and_sends_nothing(api, client):
    result = await ask(client, api, Request(api.url, headers={"Authorization": Secret("env", "NOT_SET")}))
    assert isinstance(result, Failed)
    assert (result.kind, result.permanent) == ("refused", False)
    assert "the environment variable NOT_SET is not set" in result.reason
    assert "\n" not in result.reason
    assert api.calls == []


@pytest.mark.parametrize(
    ("status", "words"), [(401, "does not take the token"), (403, "with the token that it was sent")]
)
async def test_a_token_that_is_refused_is_told_as_such(api, client, secret, status, words):
    api.site.says("/api", status=status)
    result = await ask(client, api, Request(api.url, headers={"Authorization": secret}))
    assert result.kind == "denied"
    assert words in result.reason


async def test_a_secret_that_is_no_header_is_not_shown(api, client, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("API_TOKEN", "kanarienvogel\r\nX-More: 1")
    result = await ask(client, api, Request(api.url, headers={"Authorization": Secret("env", "API_TOKEN")}))
    assert (result.kind, api.calls) == ("refused", [])
    assert "kanarienvogel" not in repr(result) + caplog.text


async def test_robots_txt_is_asked_for_without_data_headers_and_secrets(api, client, secret):
    seen = []

    async def robots(request):
        seen.append((request.method, dict(request.headers), await request.read()))
        return web.Response(text="")

    api.site.pages["/robots.txt"] = robots
    request = posting(api.url, headers={"Authorization": secret, "X-Own": "1"})
    await client.fetch(request, a_source(api.url, robots=True), None)
    ((method, headers, data),) = seen
    assert (method, data) == ("GET", b"")
    assert not {"Authorization", "X-Own", "Content-Type"} & set(headers)
    assert api.methods == ["POST"]


# ---------------------------------------------------------------- redirects


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
async def test_what_becomes_of_a_post_that_is_redirected(api, client, secret, status, method):
    api.site.redirects("/old", "/api", status)
    response = await ask(client, api, posting(f"{api.site.url}/old", headers={"Authorization": secret}))
    ((said, headers, data),) = api.calls
    assert (said, data) == (method, DATA if method == "POST" else b"")
    assert headers.get("content-type", "") == ("application/json" if method == "POST" else "")
    assert headers["authorization"] == SECRET  # within its own origin
    assert response.url == api.url


@pytest.fixture
async def two():
    """Two servers of one host, and so two origins that one source may be asked at: at a port of its own and at 80."""
    pid = os.getpid()
    host = f"127.{77 + (pid >> 16) % 100}.{(pid >> 8) % 256}.{pid % 254 + 1}"  # tests run side by side
    try:
        async with portal(host) as one, portal(host, 80) as other:
            yield Api(one), Api(other)
    except PermissionError:
        pytest.skip("port 80 may not be opened here")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_headers_do_not_leave_their_origin(two, client, secret, status):
    here, there = two
    here.site.redirects("/old", there.url, status)
    own = {"Authorization": secret, "X-Own": "4711", "Accept-Language": "de"}
    response = await ask(client, here, posting(f"{here.site.url}/old", headers=own))
    ((method, headers, data),) = there.calls
    assert not {"authorization", "x-own", "accept-language"} & set(headers)
    assert (data, "content-type" in headers) == ((DATA, True) if method == "POST" else (b"", False))
    assert response.url == there.url.replace(":80/", "/")


async def test_what_was_left_off_once_stays_so_where_the_way_leads_back(two, client, secret):
    here, there = two
    here.site.redirects("/old", f"{there.site.url}/on", 307)
    there.site.redirects("/on", here.url, 307)
    await ask(client, here, posting(f"{here.site.url}/old", headers={"Authorization": secret}))
    ((method, headers, data),) = here.calls
    assert (method, data, headers["content-type"]) == ("POST", DATA, "application/json")
    assert "authorization" not in headers


@pytest.mark.parametrize(
    ("status", "leaves", "method", "kept"),
    [
        (301, False, "GET", {"X-Own"}),
        (302, True, "GET", set()),
        (303, False, "GET", {"X-Own"}),
        (307, False, "POST", {"X-Own", "Content-Type"}),
        (307, True, "POST", {"Content-Type"}),
        (308, True, "POST", {"Content-Type"}),
    ],
)
def test_what_is_left_of_a_wish_after_a_redirect(status, leaves, method, kept):
    request = posting("https://a.example/", headers={"X-Own": "1"})
    wish = wish_for(request, a_source("https://a.example/"), Validators(), 1000)
    after = redirected(wish, status, leaves=leaves)
    assert (after.method, set(after.own)) == (method, kept)
    assert after.data == (DATA if method == "POST" else b"")
    assert redirected(after, 307, leaves=False) == after


async def test_a_get_stays_one(api, client):
    api.site.redirects("/old", "/api", 307)
    await ask(client, api, Request(f"{api.site.url}/old"))
    assert api.methods == ["GET"]


# ---------------------------------------------------------------- conditional requests


async def test_a_post_is_unchanged_when_the_same_bytes_are_answered(api, client):
    api.headers = {"ETag": '"v1"', "Last-Modified": "Mon, 02 Mar 2026 07:00:00 GMT"}
    first = await ask(client, api, posting(api.url, conditional=True))
    assert not first.unchanged
    again = await ask(client, api, posting(api.url, conditional=True), first.validators)
    assert (again.unchanged, again.body) == (True, b"")
    assert first.validators.digest == hashlib.sha256(api.text.encode()).hexdigest()
    assert not {"if-none-match", "if-modified-since"} & set(api.calls[1][1])
    api.text = '{"data": [1]}'
    assert not (await ask(client, api, posting(api.url, conditional=True), first.validators)).unchanged


async def test_an_answer_to_a_post_that_says_304_is_a_failure(api, client):
    api.site.says("/api", status=304)
    known = Validators(digest="abc")
    assert (await ask(client, api, posting(api.url, conditional=True), known)).kind == "broken"


# ---------------------------------------------------------------- size


@pytest.mark.parametrize(("limit", "kind"), [(0, "too-large"), (4 * 2**20, "")])
async def test_a_request_may_ask_for_more_than_a_page(api, client, limit, kind):
    api.text = " " * (3 * 2**20)
    result = await ask(client, api, Request(api.url, limit=limit))
    assert getattr(result, "kind", "") == kind
