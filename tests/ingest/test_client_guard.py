"""Ways past the address guard that have worked elsewhere (Miniflux GHSA-xwh2-742g-w3wp, RSSHub GHSA-64wp-jh9p-5cg2 and others)."""

import socket

import pytest
from yarl import URL

from syndicator.model import Failed, Request, Response
from tests.ingest.web import Memory, a_source, portal


@pytest.fixture
async def inside():
    """A server that only sources with allow_private may reach."""
    async with portal() as served:
        served.says("/", "geheim")
        yield served


@pytest.fixture
async def client():
    async with Memory().client(seconds=5) as made:
        yield made


def public_source(url):
    return a_source(url, allow_private=False)


@pytest.mark.parametrize(
    "host",
    [
        *["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "localhost.", "LOCALHOST"],
        *["①②⑦.⓪.⓪.①", "127。0。0。1", "127.0.0.1.", "0.0.0.0", "0"],
        *["[::1]", "[::ffff:7f00:1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::]", "[::127.0.0.1]"],
        *["[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1%25lo]"],
    ],
)
async def test_no_spelling_of_a_private_address_gets_through(inside, client, host):
    port = URL(inside.url).port
    url = f"http://{host}:{port}/"
    result = await client.fetch(Request(url), public_source(f"http://www.bochum.example:{port}/"), None)
    assert isinstance(result, Failed)
    assert result.kind in ("refused", "unreachable")
    assert inside.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::ffff:7f00:1]", "①②⑦.⓪.⓪.①", "localhost"])
async def test_a_refusal_says_so_and_names_no_address_beyond_the_host(inside, client, host):
    url = f"http://{host}:{URL(inside.url).port}/"
    result = await client.fetch(Request(url), public_source(url), None)
    assert result.kind == "refused"
    assert "allow_private" in result.reason
    assert host != "localhost" or "127.0.0.1" not in result.reason


async def test_a_source_that_may_live_at_a_private_address_is_read(inside, client):
    assert isinstance(await client.fetch(Request(inside.url), a_source(inside.url), None), Response)


@pytest.mark.parametrize(
    "target", ["http://127.0.0.2:{port}/", "http://localhost:{port}/", "http://[::ffff:7f00:1]:{port}/"]
)
async def test_a_redirect_from_inside_leads_to_no_other_host_inside(inside, client, target):
    inside.redirects("/away", target.format(port=URL(inside.url).port))
    result = await client.fetch(Request(f"{inside.url}/away"), a_source(inside.url), None)
    assert result.kind == "refused"
    assert inside.asked == ["/away"]


@pytest.mark.parametrize(
    "target", ["ftp://127.0.0.1/", "file:///etc/passwd", "http://127.0.0.1:1/", "http://a:b@127.0.0.1/"]
)
async def test_every_step_of_a_way_is_checked(inside, client, target):
    inside.redirects("/away", target)
    result = await client.fetch(Request(f"{inside.url}/away"), a_source(inside.url), None)
    assert (result.kind, result.address) == ("refused", f"{inside.url}/away")
    assert inside.asked == ["/away"]


async def test_a_connection_made_for_one_source_answers_no_other(inside, client):
    assert isinstance(await client.fetch(Request(inside.url), a_source(inside.url), None), Response)
    result = await client.fetch(Request(inside.url), public_source(inside.url), None)
    assert result.kind == "refused"
    assert len(inside.requests) == 1


async def test_permission_taken_away_counts_at_once(inside, client):
    assert isinstance(await client.fetch(Request(inside.url), a_source(inside.url), None), Response)
    edited = a_source(inside.url).model_copy(update={"allow_private": False})
    assert (await client.fetch(Request(inside.url), edited, None)).kind == "refused"


@pytest.mark.parametrize("host", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "168.63.129.16", "[fe80::1]", "[ff02::1]"])
async def test_some_addresses_are_refused_whatever_the_source_may(client, host):
    url = f"http://{host}/latest/meta-data/"
    assert (await client.fetch(Request(url), a_source(url), None)).kind == "refused"


async def test_the_verdict_falls_on_what_the_name_resolves_to(inside, client, monkeypatch):
    """DNS rebinding: the name looks public, and its address is not."""

    async def resolve(*_, **__):
        return [
            {
                "hostname": "www.bochum.example",
                "host": "127.0.0.1",
                "port": URL(inside.url).port,
                "family": socket.AF_INET,
            }
            | {"proto": 0, "flags": socket.AI_NUMERICHOST}
        ]

    monkeypatch.setattr("aiohttp.connector.DefaultResolver.resolve", resolve)
    url = f"http://www.bochum.example:{URL(inside.url).port}/"
    assert (await client.fetch(Request(url), public_source(url), None)).kind == "refused"
    assert inside.requests == []
    assert isinstance(await client.fetch(Request(url), a_source(url), None), Response)


async def test_robots_txt_is_read_through_the_same_guard(inside, client):
    source = a_source(inside.url, allow_private=False, robots=True)
    assert (await client.fetch(Request(inside.url), source, None)).kind == "refused"
    assert inside.requests == []
