"""Sending to an address that the admin has chosen: wherever it lies, once, and to no other."""

import pytest
from aiohttp import web

from tests.ingest.web import Memory, portal, raw_server


async def post(url, **settings):
    async with Memory().client(**settings) as client:
        return await client.post(url, b'{"a": 1}', "application/json")


async def test_it_is_sent_to_a_loopback_address_with_body_and_type():
    seen = []

    async def take(request):
        seen.append((request.method, request.headers["Content-Type"], await request.read()))
        return web.Response(status=202)

    async with portal() as site:
        site.pages["/hook"] = take
        assert await post(f"{site.url}/hook?token=x") is None
        assert site.asked == ["/hook?token=x"]
    assert seen == [("POST", "application/json", b'{"a": 1}')]


async def test_a_redirect_is_not_followed():
    async with portal() as site:
        site.redirects("/hook", f"{site.url}/other", 307)
        site.says("/other", "")
        failed = await post(f"{site.url}/hook")
        assert "status 307" in failed.reason
        assert site.asked == ["/hook"]


@pytest.mark.parametrize("status", [400, 401, 404, 500])
async def test_what_is_not_taken_is_a_sentence(status):
    async with portal() as site:
        site.says("/hook", status=status)
        assert (await post(f"{site.url}/hook")).reason


async def test_a_server_that_does_not_answer_is_a_sentence():
    async with raw_server(hang=True) as url:
        failed = await post(url, seconds=0.2)
    assert failed.kind == "unreachable"
