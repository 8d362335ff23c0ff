"""What is said of certificates. tls/ holds keys and certificates for 127.0.0.1, made for these tests only."""

import asyncio
import ssl
from pathlib import Path

import pytest

from syndicator.model import Failed, Request, Response
from tests.ingest.web import Memory, a_source, portal

TLS = Path(__file__).parent / "tls"


@pytest.fixture
async def client():
    async with Memory().client(seconds=5, tls=ssl.create_default_context(cafile=TLS / "authority.pem")) as made:
        yield made


def served_with(name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / f"{name}.pem")
    return portal(ssl_context=context)


async def test_a_page_is_read_over_tls(client):
    async with served_with("valid") as city:
        city.redirects("/", "/news")
        city.says("/news", "Neues")
        response = await client.fetch(Request(city.url), a_source(city.url), None)
    assert isinstance(response, Response)
    assert response.url == f"{city.url}/news"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("expired", "has expired."),
        ("not-yet-valid", "is not valid yet."),
        ("other-name", "is for another name."),
        ("self-signed", "was issued by itself."),
    ],
)
async def test_a_certificate_that_cannot_be_trusted_is_named_with_its_fault(client, name, words):
    async with served_with(name) as city:
        result = await client.fetch(Request(city.url), a_source(city.url), None)
    host = city.url.removeprefix("https://")
    assert result == Failed("unreachable", f"The certificate of {host} {words}", city.url)


async def test_a_certificate_of_an_unknown_issuer_is_not_trusted():
    async with Memory().client(seconds=5) as client, served_with("valid") as city:
        result = await client.fetch(Request(city.url), a_source(city.url), None)
    assert result.reason.endswith("comes from an issuer that is not trusted here.")


async def test_a_server_without_tls_gives_no_secure_connection(client):
    async def answer(_, writer):
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        result = await client.fetch(Request(url), a_source(url), None)
    assert (result.kind, result.reason.startswith("No secure connection to 127.0.0.1:")) == ("unreachable", True)
