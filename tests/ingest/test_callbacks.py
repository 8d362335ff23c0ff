"""Requests to callbacks: where they may go, and what of the answer is taken."""

import logging

import pytest
from aiohttp import web

from syndicator.ingest import addresses
from syndicator.ingest.callbacks import Answer, Callbacks
from syndicator.model import Failed
from tests.ingest.web import Memory, portal, raw_server

LOOPBACK = ("127.0.0.0/8",)


@pytest.fixture
async def site():
    async with portal() as served:
        yield served


async def post(url, networks=LOOPBACK, seconds=5.0, body=b"x"):
    memory = Memory()
    async with memory.client() as client:
        return await Callbacks(client, seconds).post(url, networks, memory.clock(), {"Link": "<a>"}, body)


async def get(url, networks=LOOPBACK, seconds=5.0):
    memory = Memory()
    async with memory.client() as client:
        return await Callbacks(client, seconds).get(url, networks, memory.clock())


@pytest.mark.parametrize(
    ("address", "port", "networks", "is_allowed"),
    [
        ("93.184.216.34", 443, (), True),
        ("93.184.216.34", 8080, (), False),
        ("93.184.216.34", 8080, ("93.184.216.0/24",), True),
        ("93.184.216.34", 25, ("93.184.216.0/24",), False),
        ("10.1.2.3", 443, (), False),
        ("10.1.2.3", 443, ("10.0.0.0/8",), True),
        ("10.1.2.3", 8443, ("10.0.0.0/8",), True),
        ("10.1.2.3", 22, ("10.0.0.0/8",), False),
        ("192.168.1.1", 443, ("10.0.0.0/8",), False),
        ("127.0.0.1", 8080, ("127.0.0.0/8",), True),
        ("::ffff:127.0.0.1", 8080, ("127.0.0.0/8",), True),
        ("::ffff:127.0.0.1", 80, (), False),
        ("::1", 8080, ("::1/128",), True),
        ("169.254.169.254", 80, ("0.0.0.0/0",), False),
        ("224.0.0.1", 80, ("0.0.0.0/0",), False),
        ("nonsense", 80, ("0.0.0.0/0",), False),
    ],
)
def test_where_a_callback_may_live(address, port, networks, is_allowed):
    assert addresses.is_callback(address, port, networks) is is_allowed


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "①②⑦.⓪.⓪.①"])
async def test_whatever_names_a_private_address_it_is_told_from_none_by_nothing(site, host):
    port = site.url.rpartition(":")[2]
    blocked = await post(f"http://{host}:{port}/callback?key=1", networks=())
    assert isinstance(blocked, Failed)
    assert (blocked.kind, blocked.reason.endswith("cannot be reached.")) == ("unreachable", True)
    assert "key" not in blocked.reason
    nowhere = await post("http://127.0.0.1:1/callback")
    assert nowhere.reason == "The server of 127.0.0.1:1 cannot be reached."
    assert site.asked == []


async def test_it_is_asked_for_as_it_is_written_and_no_redirect_is_followed(site):
    site.redirects("/a b", f"{site.url}/other")
    assert await post(f"{site.url}/a%20b?x=%7e&y=+1&z=%2F") == Answer(302)
    assert site.asked == ["/a%20b?x=%7e&y=+1&z=%2F"]
    assert await post(site.url.replace("127.0.0.1", "LocalHost") + "/none") == Answer(404)


async def test_an_answer_is_read_only_to_find_a_challenge_in_it(site):
    site.says("/", "x" * 5_000_000)
    assert await post(f"{site.url}/") == Answer(200)
    answer = await get(f"{site.url}/")
    assert (answer.status, len(answer.body)) == (200, 4097)


async def test_a_callback_that_drips_or_says_nothing_has_its_time():
    async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", *[b"x"] * 50, pause=0.05) as url:
        failed = await get(url, seconds=0.3)
    assert failed.reason.endswith("did not answer within 0.3 seconds.")
    async with raw_server(hang=True) as url:
        assert (await post(url, seconds=0.2)).kind == "unreachable"
    async with raw_server(b"SSH-2.0-OpenSSH\r\n") as url:
        assert (await post(url)).kind == "unreachable"


@pytest.mark.parametrize(("status", "said"), [(503, 120.0), (429, 120.0), (500, None)])
async def test_when_it_wants_to_be_asked_again(site, status, said):
    site.says("/", status=status, headers={"Retry-After": "120"})
    assert await post(f"{site.url}/") == Answer(status, retry_after=said)


async def test_networks_that_count_no_more_are_reached_over_no_open_connection(site):
    memory = Memory()
    site.says("/", "")
    async with memory.client() as client:
        callbacks = Callbacks(client)
        assert (await callbacks.post(f"{site.url}/", LOOPBACK, memory.clock(), {}, b"", last=False)).status == 200
        assert isinstance(await callbacks.post(f"{site.url}/", (), memory.clock(), {}, b""), Failed)
        await client.close_callback_sessions()
        assert (await callbacks.post(f"{site.url}/", LOOPBACK, memory.clock(), {}, b"")).status == 200


async def test_the_log_holds_no_query(site, caplog):
    caplog.set_level(logging.DEBUG)

    async def broken(_):
        return web.Response(status=500)

    site.pages["/"] = broken
    await post(f"{site.url}/?key=kanarienvogel")
    await get("http://127.0.0.1:1/?key=kanarienvogel")
    assert "kanarienvogel" not in caplog.text
