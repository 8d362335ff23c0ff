import gzip
import socket

import aiohttp
import pytest

from syndicator import demo

ADDRESSES = [
    "/",
    "/robots.txt",
    "/stil.css",
    "/dortmund/newsroom/",
    "/dortmund/newsroom/?seite=2",
    "/dortmund/nachrichtenportal/nachricht.jsp?nid=605731",
    "/dortmund/stadtbezirke/hoerde/",
    "/dortmund/bilder/605731.png",
    "/dortmund/bilder/platzhalter.gif",
    "/bochum/Pressemeldungen/",
    "/gelsenkirchen/",
    "/gelsenkirchen/newsfeed/",
    "/gelsenkirchen/de/aktuelles/artikel/48211-neun",
]
PLAIN = {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("address", ADDRESSES)
async def test_what_a_reader_has_is_not_sent_again(portal, address):
    async with portal.get(address) as first:
        assert first.status == 200
        etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers, status in (
        ({"If-None-Match": etag}, 304),
        ({"If-None-Match": f'"other", {etag}'}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-Modified-Since": modified}, 304),
        ({"If-Modified-Since": "Mon, 01 Jan 2018 00:00:00 GMT"}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": modified}, 200),
    ):
        async with portal.get(address, headers=headers) as again:
            assert (headers, again.status) == (headers, status)
            assert again.headers["ETag"] == etag
            assert again.headers["Server"] == "syndicator-demo"


async def test_gzip_is_sent_to_who_takes_it_under_a_tag_of_its_own(portal):
    async with aiohttp.ClientSession(auto_decompress=False) as raw:
        address = portal._base_url.join(portal._base_url.with_path("/dortmund/newsroom/"))
        async with (
            raw.get(address, headers=PLAIN) as plain,
            raw.get(address, headers={"Accept-Encoding": "br, gzip"}) as packed,
        ):
            assert "Content-Encoding" not in plain.headers
            assert packed.headers["Content-Encoding"] == "gzip"
            assert packed.headers["Vary"] == "Accept-Encoding"
            assert packed.headers["ETag"] != plain.headers["ETag"]
            assert gzip.decompress(await packed.read()) == await plain.read()
        async with raw.get(address, headers={"Accept-Encoding": "gzip;q=0"}) as refused:
            assert "Content-Encoding" not in refused.headers
        async with raw.get(address, headers={"Accept-Encoding": "gzip;q=0.5"}) as allowed:
            assert allowed.headers["Content-Encoding"] == "gzip"


async def test_head_answers_like_get_without_a_body(portal):
    async with portal.get("/bochum/Pressemeldungen/") as got, portal.head("/bochum/Pressemeldungen/") as head:
        assert (head.status, head.headers["ETag"]) == (200, got.headers["ETag"])
        assert await head.read() == b""


@pytest.mark.parametrize(
    "address",
    [
        "/nirgendwo",
        "/dortmund/newsroom/?seite=99",
        "/dortmund/newsroom/?seite=zwei",
        "/dortmund/newsroom/?seite=0",
        "/dortmund/nachrichtenportal/nachricht.jsp",
        "/dortmund/nachrichtenportal/nachricht.jsp?nid=1",
        "/dortmund/nachrichtenportal/nachricht.jsp?nid=999999999",
        "/dortmund/stadtbezirke/atlantis/",
        "/dortmund/bilder/unbekannt.png",
        "/essen/bilder/1.png",
        "/bochum/Pressemeldungen/31-Februar-2019/Nichts--Nr--12-",
        "/bochum/Pressemeldungen/5-November-2019/Nichts",
        "/gelsenkirchen/de/aktuelles/artikel/1-nichts",
    ],
)
async def test_an_unknown_address_is_answered_with_404_in_german(portal, address):
    async with portal.get(address) as response:
        assert response.status == 404
        assert "Diese Seite gibt es nicht" in await response.text()
        assert response.headers["Server"] == "syndicator-demo"


async def test_the_character_set_is_told_by_the_header_in_dortmund_and_by_the_page_alone_in_bochum(portal):
    async with portal.get("/dortmund/newsroom/") as response:
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    async with portal.get("/bochum/Pressemeldungen/") as response:
        body = await response.read()
        assert response.headers["Content-Type"] == "text/html"
    assert b'<meta charset="windows-1252">' in body
    assert "größte" in body.decode("windows-1252")


async def test_robots_txt_closes_the_internal_part_only(portal):
    async with portal.get("/robots.txt") as response:
        lines = (await response.text()).splitlines()
    assert "Disallow: /intern/" in lines
    assert "Crawl-delay" not in "".join(lines)


async def test_a_taken_port_raises_and_leaves_nothing_open():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="address already in use"):
            await demo.start("127.0.0.1", taken.getsockname()[1])
