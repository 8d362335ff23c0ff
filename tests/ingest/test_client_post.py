"""Sending: to an address that the admin has chosen, wherever it lies, and to one that a source has named, within its reach."""

import pytest
from aiohttp import web

from tests.ingest.web import Memory, a_source, portal, raw_server


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


async def submit(url, home, **settings):
    async with Memory().client() as client:
        return await client.submit(
            url, {"hub.mode": "subscribe", "hub.topic": "http://x/?a=ä&b"}, a_source(home, **settings)
        )


async def test_a_form_is_sent_as_a_browser_sends_it():
    async with portal() as site:
        seen = []

        async def take(request):
            seen.append(dict(await request.post()))
            return web.Response(status=202)

        site.pages["/hub"] = take
        assert await submit(f"{site.url}/hub", site.url) is None
        assert seen == [{"hub.mode": "subscribe", "hub.topic": "http://x/?a=ä&b"}]
        assert site.asked == ["/hub"]  # robots.txt is for what is read


async def test_a_form_follows_redirects_that_keep_it():
    async with portal() as site:
        site.redirects("/307", f"{site.url}/hub", 307)
        site.redirects("/302", f"{site.url}/hub", 302)
        site.says("/hub", status=204)
        assert await submit(f"{site.url}/307", site.url) is None
        assert (await submit(f"{site.url}/302", site.url)).permanent
        assert [(request.method, request.path) for request in site.requests] == [
            ("POST", "/307"),
            ("POST", "/hub"),
            ("POST", "/302"),
        ]


async def test_a_form_goes_nowhere_that_its_source_may_not_reach():
    async with portal() as site, portal() as other:
        assert (await submit(f"{other.url}/hub", site.url)).kind == "refused"  # a port of its own
        assert (await submit(f"{site.url}/hub", site.url, allow_private=False)).kind == "refused"
        assert (await submit("http://[", site.url)).kind == "refused"
        assert (await submit(f"{site.url}/gone", site.url)).kind == "missing"
        assert (site.asked, other.asked) == (["/gone"], [])
