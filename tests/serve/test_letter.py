"""HTTP to the letter: every kind of address, asked in every way, is looked at by the linter (RFC 9110, RFC 9111)."""

import itertools
from pathlib import Path

import pytest

from syndicator.model import File
from syndicator.publish.encodings import decode, encode
from syndicator.publish.targets.folder import Folder
from syndicator.serve.about import about
from syndicator.serve.shelf import Shelf
from tests.serve.linting import differences, faults, field, links
from tests.serve.serving import ATOM, HTML, MODIFIED, Server, serving
from tests.support.configs import BASE, a_config

KINDS = {
    "vielfalt.atom": ATOM,
    "vielfalt.rss": "application/rss+xml; charset=utf-8",
    "vielfalt.json": "application/feed+json; charset=utf-8",
    "vielfalt.html": HTML,
    "vielfalt/archive/1.atom": ATOM,
    "leicht.atom": ATOM,
    "index.html": HTML,
    "style.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "feed.css": "text/css; charset=utf-8",
    "feeds.opml": "text/x-opml; charset=utf-8",
    "barrierefreiheit.html": HTML,
    "en/vielfalt.html": HTML,
    "en/index.html": HTML,
    "en/barrierefreiheit.html": HTML,
}
PAGES = ["/", "/feeds/vielfalt", "/feeds/en/", "/feeds/en/vielfalt", "/barrierefreiheit", "/feeds/en/barrierefreiheit"]
FILES = [*PAGES, "/opml", *(f"/feeds/{path}" for path in KINDS if not path.endswith(".html"))]
ENGLISH_MOVED = [
    "/feeds/en",
    "/feeds/en/index",
    "/feeds/en/index.html",
    "/feeds/en/vielfalt.html",
    "/feeds/en/diversity",
]
MOVED = ["/feeds", "/feeds/", "/feeds/vielfalt.html", "/feeds/diversity.atom", "/feeds/diversity", *ENGLISH_MOVED]
PLAIN = ["/healthz", "/readyz", "/robots.txt", "/.well-known/security.txt"]
MISSING = ["/favicon.ico", "/feeds/none.atom", "/none"]
EVERY = [*FILES, *MOVED, *PLAIN, *MISSING]
CODINGS = ["br", "zstd", "gzip", "identity"]
CONFIG = (
    BASE
    + """
[hub]
url = "https://hub.example/"
[[feeds]]
name = "leicht"
title = "Leichte Sprache"
languages = ["de-simple"]
"""
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    tmp_path = tmp_path_factory.mktemp("shelf")
    folder = Folder(tmp_path / "feeds")
    filled = Shelf(folder.path, about=about(a_config(tmp_path, CONFIG)))
    for path, media_type in KINDS.items():
        body = f"<p>{path}</p>".encode() * 60
        published = File(path, media_type, MODIFIED, body, encode(body))
        folder.put([published])
        filled.put([published])
    folder.close()
    return filled


@pytest.fixture
async def server(shelf: Shelf):
    async with serving(shelf, aliases={"diversity": "vielfalt"}) as server:
        yield server


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
async def test_every_address_answers_every_method_by_the_letter(server: Server, method: str):
    for path, coding in itertools.product(EVERY, ["", *CODINGS]):
        answer = await server.ask(path, method, Accept_Encoding=coding)
        assert faults(answer, method) == [], (path, coding, answer.fields)
        if method in ("GET", "HEAD"):
            whole = await server.ask(path, Accept_Encoding=coding)
            assert differences(answer, whole, method) == [], (path, coding)
        else:
            assert answer.status == (204 if method == "OPTIONS" else 405)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("coding", CODINGS)
async def test_conditions_and_ranges_are_answered_by_the_letter(server: Server, method: str, coding: str):
    for path in FILES:
        whole = await server.ask(path, Accept_Encoding=coding)
        assert field(whole, "Content-Encoding") == (coding if coding != "identity" else "")
        for asked, status in (
            ({"If_None_Match": whole["ETag"]}, 304),
            ({"If_None_Match": f'"a,b", W/{whole["ETag"]}'}, 304),
            ({"If_None_Match": "*"}, 304),
            ({"If_None_Match": '"a"', "If_Modified_Since": whole["Last-Modified"]}, 200),
            ({"If_Modified_Since": whole["Last-Modified"]}, 304),
            ({"If_Modified_Since": "yesterday"}, 200),
            ({"If_Match": "*"}, 200),
            ({"If_Match": f"W/{whole['ETag']}"}, 412),
            ({"If_Unmodified_Since": "Sat, 01 Jan 2000 00:00:00 GMT"}, 412),
            ({"Range": "bytes=0-3"}, 206 if method == "GET" else 200),
            ({"Range": "bytes=-3", "If_Range": whole["ETag"]}, 206 if method == "GET" else 200),
            ({"Range": "bytes=0-3", "If_Range": whole["Last-Modified"]}, 200),
            ({"Range": "bytes=0-3, 5-6"}, 200),
            ({"Range": "lines=0-3"}, 200),
            ({"Range": "bytes=999999-"}, 416 if method == "GET" else 200),
            ({"Range": "bytes=0-3", "If_None_Match": whole["ETag"]}, 304),
        ):
            answer = await server.ask(path, method, Accept_Encoding=coding, **asked)
            assert answer.status == status, (path, asked)
            assert faults(answer, method) == [], (path, asked, answer.fields)
            assert differences(answer, whole, method) == [], (path, asked)


async def test_a_browser_that_shows_a_file_is_answered_by_the_letter(server: Server):
    for path, coding in itertools.product(EVERY, CODINGS):
        shown = await server.ask(path, Accept_Encoding=coding, Sec_Fetch_Dest="document")
        asked = await server.ask(path, "HEAD", Accept_Encoding=coding, Sec_Fetch_Dest="document")
        assert faults(shown) == faults(asked, "HEAD") == [], (path, shown.fields)
        assert differences(asked, shown, "HEAD") == [], (path, coding)
        whole = await server.ask(path, Accept_Encoding=coding)
        if field(shown, "Content-Type") != field(whole, "Content-Type"):
            assert field(shown, "Vary") == field(whole, "Vary") == "Accept-Encoding, Sec-Fetch-Dest"


async def test_each_encoding_has_its_own_tag_and_the_same_text(server: Server):
    for path in FILES:
        answers = {coding: await server.ask(path, Accept_Encoding=coding) for coding in CODINGS}
        assert len({answer["ETag"] for answer in answers.values()}) == len(CODINGS)
        plain = answers["identity"].body
        assert all(decode(answers[coding].body, coding) == plain for coding in CODINGS[:-1])


async def test_a_feed_names_itself_its_other_forms_and_its_hub(server: Server):
    home = "https://news.example/feeds/vielfalt"
    for ending, others in (("atom", ("rss", "json")), ("rss", ("atom", "json")), ("json", ("atom", "rss"))):
        said = links(await server.ask(f"/feeds/vielfalt.{ending}", Host="evil.example"))
        assert said == {
            "self": [f"{home}.{ending}"],
            "alternate": [home, *(f"{home}.{other}" for other in others)],
            "hub": ["https://hub.example/"],
        }
    archived = links(await server.ask("/feeds/vielfalt/archive/1.atom"))
    assert archived == {"self": [f"{home}/archive/1.atom"], "hub": ["https://hub.example/"]}


async def test_a_page_names_its_feeds(server: Server):
    said = links(await server.ask("/feeds/vielfalt"))
    assert said == {
        "alternate": [f"https://news.example/feeds/vielfalt.{ending}" for ending in ("atom", "rss", "json")]
    }
    index = links(await server.ask("/"))
    assert index == {"alternate": [f"https://news.example/feeds/all.{ending}" for ending in ("atom", "rss", "json")]}
    assert links(await server.ask("/feeds/en/vielfalt")) == said
    for path in ("/feeds/en/", "/barrierefreiheit", "/feeds/en/barrierefreiheit"):
        assert links(await server.ask(path)) == index
    assert "Link" not in await server.ask("/feeds/style.css")


async def test_the_language_is_the_sites_or_what_a_feed_is_chosen_by(server: Server):
    assert (await server.ask("/feeds/vielfalt.atom"))["Content-Language"] == "de"
    assert (await server.ask("/feeds/vielfalt"))["Content-Language"] == "de"
    assert (await server.ask("/feeds/leicht.atom"))["Content-Language"] == "de-simple"
    assert (await server.ask("/feeds/en/vielfalt"))["Content-Language"] == "en"
    assert "Content-Language" not in await server.ask("/feeds/style.css")


async def test_an_edited_configuration_is_told_under_the_same_tag(shelf: Shelf, server: Server, tmp_path: Path):
    before = await server.ask("/feeds/vielfalt.atom")
    edited = BASE.replace('title = "Nachrichten der', 'language = "en"\ntitle = "News of')
    shelf.tell(about(a_config(tmp_path, f'{edited}[hub]\nurl = "none"\n')))
    after = await server.ask("/feeds/vielfalt.atom")
    assert (after["Content-Language"], "hub" in links(after)) == ("en", False)
    assert (after["ETag"], after.body) == (before["ETag"], before.body)


async def test_what_hardly_changes_is_kept_for_longer(server: Server):
    ages = {path: (await server.ask(path))["Cache-Control"].split(", ")[1] for path in FILES}
    assert ages["/feeds/vielfalt.atom"] == ages["/"] == ages["/feeds/vielfalt"] == "max-age=60"
    assert ages["/feeds/vielfalt/archive/1.atom"] == "max-age=86400"
    assert ages["/feeds/style.css"] == "max-age=3600"


@pytest.mark.parametrize("accept", ["identity;q=0", "*;q=0", "deflate, identity;q=0", "compress;q=1, *;q=0"])
async def test_a_feed_is_never_refused_for_what_a_reader_accepts(server: Server, accept: str):
    answer = await server.ask("/feeds/vielfalt.atom", Accept_Encoding=accept, Accept="image/png", Accept_Language="fr")
    assert answer.status == 200
    assert "Content-Encoding" not in answer


@pytest.mark.parametrize("path", ["/feeds/vielfalt.atom", "/feeds/diversity.atom", "/feeds/none.atom"])
async def test_a_script_on_any_page_may_read_feeds_with_conditions(server: Server, path: str):
    asked_first = await server.ask(
        path,
        "OPTIONS",
        Origin="https://other.example",
        Access_Control_Request_Method="GET",
        Access_Control_Request_Headers="if-none-match",
    )
    assert asked_first.status == 204
    assert asked_first["Access-Control-Allow-Origin"] == "*"
    assert asked_first["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert asked_first["Access-Control-Allow-Headers"] == "*"
    assert (await server.ask(path, Origin="https://other.example"))["Access-Control-Allow-Origin"] == "*"


async def test_a_script_elsewhere_may_not_read_pages(server: Server):
    asked_first = await server.ask("/", "OPTIONS", Origin="https://a.example", Access_Control_Request_Method="GET")
    assert "Access-Control-Allow-Origin" not in asked_first
    assert "Access-Control-Allow-Origin" not in await server.ask("/feeds/vielfalt", Origin="https://a.example")


async def test_a_script_sees_tags_links_and_when_to_come_back(server: Server):
    exposed = (await server.ask("/feeds/vielfalt.atom"))["Access-Control-Expose-Headers"]
    assert exposed == "ETag, Link, Retry-After"


async def test_before_the_first_publication_every_address_is_right_by_the_letter(tmp_path: Path):
    async with serving(Shelf(tmp_path)) as server:
        for path in EVERY:
            answer = await server.ask(path)
            assert faults(answer) == [], (path, answer.fields)
    assert answer.status == 404


@pytest.mark.parametrize(
    "request_head",
    [
        "GET /feeds/vielfalt.atom HTTP/1.1\r\n",
        "GET /feeds/vielfalt.atom HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
        "GET /feeds/vielfalt.atom HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "GET /feeds/vielfalt.atom HTTP/1.1\r\nHost : a\r\n",
    ],
)
async def test_a_request_that_is_none_is_a_400(server: Server, request_head: str):
    received = await server.raw(f"{request_head}Connection: close\r\n\r\n".encode())
    assert received.split(b" ")[1] == b"400"


async def test_the_whole_address_as_a_target_names_the_same(server: Server):
    answer = await server.ask("http://news.example/feeds/vielfalt.atom")
    assert (answer.status, faults(answer)) == (200, [])
