import gzip
import logging
from pathlib import Path

import brotli
import pytest

from syndicator.serve.shelf import Shelf
from tests.serve.serving import ATOM, HTML, LAST_MODIFIED, Answer, file, serving, write

FEED = file("vielfalt.atom")
BODIES = {"identity": FEED.body, **FEED.encodings}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    filled = Shelf(tmp_path)
    filled.put(
        [
            FEED,
            file("vielfalt.html", "<p>Vielfalt</p>", HTML),
            file("index.html", "<p>Alle</p>", HTML),
            file("style.css", "p {}", "text/css; charset=utf-8"),
            file("dortmund-vielfalt.atom"),
        ]
    )
    return filled


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd", "br"])
async def test_a_feed_is_sent_in_the_encoding_that_is_asked_for(shelf: Shelf, encoding: str):
    async with serving(shelf) as server:
        answer = await server.ask("/feeds/vielfalt.atom", Accept_Encoding=encoding)
    assert answer.status == 200
    assert answer.body == BODIES[encoding]
    assert answer["Content-Length"] == str(len(BODIES[encoding]))
    assert ("Content-Encoding" in answer) == (encoding != "identity")
    assert answer["Content-Type"] == ATOM
    assert answer["Vary"] == "Accept-Encoding, Sec-Fetch-Dest"
    assert answer["Last-Modified"] == LAST_MODIFIED
    assert answer["Cache-Control"].startswith("public, max-age=60,")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'self'; sandbox"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Date" in answer


async def test_head_is_get_without_the_body(shelf: Shelf):
    async with serving(shelf) as server:
        for encoding in BODIES:
            head = await server.ask("/feeds/vielfalt.atom", "HEAD", Accept_Encoding=encoding)
            get = await server.ask("/feeds/vielfalt.atom", Accept_Encoding=encoding)
            assert head.body == b""
            assert _but_date(head) == _but_date(get)


def _but_date(answer: Answer) -> tuple[int, list[tuple[str, str]]]:
    return answer.status, [field for field in answer.fields if field[0] != "Date"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd", "br"])
async def test_nothing_new_is_a_304_without_a_body(shelf: Shelf, method: str, encoding: str):
    async with serving(shelf) as server:
        first = await server.ask("/feeds/vielfalt.atom", Accept_Encoding=encoding)
        by_tag = await server.ask(
            "/feeds/vielfalt.atom", method, Accept_Encoding=encoding, If_None_Match=f'"x", W/{first["ETag"]}'
        )
        by_date = await server.ask(
            "/feeds/vielfalt.atom", method, Accept_Encoding=encoding, If_Modified_Since=LAST_MODIFIED
        )
    for answer in (by_tag, by_date):
        assert answer.status == 304
        assert answer.body == b""
        assert "Content-Length" not in answer
        assert "Content-Type" not in answer
        assert "Content-Encoding" not in answer
        for name in ("ETag", "Cache-Control", "Vary", "Last-Modified"):
            assert answer[name] == first[name]


async def test_the_tag_of_another_encoding_is_not_this_one(shelf: Shelf):
    async with serving(shelf) as server:
        plain = await server.ask("/feeds/vielfalt.atom")
        packed = await server.ask("/feeds/vielfalt.atom", Accept_Encoding="gzip", If_None_Match=plain["ETag"])
    assert packed.status == 200
    assert packed["ETag"] != plain["ETag"]


async def test_two_lines_of_a_field_are_one_list(shelf: Shelf):
    async with serving(shelf) as server:
        tag = (await server.ask("/feeds/vielfalt.atom"))["ETag"]
        answer = await server.send(
            "GET /feeds/vielfalt.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            f'If-None-Match: "x"\r\nif-none-match: {tag}\r\n\r\n'
        )
        two_dates = await server.send(
            "GET /feeds/vielfalt.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            f"If-Modified-Since: {LAST_MODIFIED}\r\nIf-Modified-Since: {LAST_MODIFIED}\r\n\r\n"
        )
    assert answer.status == 304
    assert two_dates.status == 200


async def test_a_condition_that_fails_is_a_412(shelf: Shelf):
    async with serving(shelf) as server:
        answer = await server.ask("/feeds/vielfalt.atom", If_Match='"other"')
    assert answer.status == 412


async def test_a_new_version_is_answered_at_once_and_under_a_new_tag(shelf: Shelf):
    async with serving(shelf) as server:
        before = await server.ask("/feeds/vielfalt.atom")
        shelf.put([file("vielfalt.atom", "<new/>")])
        after = await server.ask("/feeds/vielfalt.atom", If_None_Match=before["ETag"])
        shelf.remove(["vielfalt.atom"])
        gone = await server.ask("/feeds/vielfalt.atom")
    assert after.status == 200
    assert after.body.startswith(b"<new/>")
    assert gone.status == 404


async def test_a_part_is_sent_of_the_version_that_the_client_has(shelf: Shelf):
    async with serving(shelf) as server:
        part = await server.ask("/feeds/vielfalt.atom", Range="bytes=2-5", Accept_Encoding="gzip")
        whole = await server.ask("/feeds/vielfalt.atom", Range="bytes=2-5", If_Range='"old"', Accept_Encoding="gzip")
        beyond = await server.ask("/feeds/vielfalt.atom", Range="bytes=99999-")
        head = await server.ask("/feeds/vielfalt.atom", "HEAD", Range="bytes=2-5")
    packed = BODIES["gzip"]
    assert (part.status, part.body) == (206, packed[2:6])
    assert part["Content-Range"] == f"bytes 2-5/{len(packed)}"
    assert part["Content-Length"] == "4"
    assert part["Content-Encoding"] == "gzip"
    assert (whole.status, whole.body) == (200, packed)
    assert beyond.status == 416
    assert beyond["Content-Range"] == f"bytes */{len(FEED.body)}"
    assert head.status == 200


async def test_pages_have_addresses_without_an_ending(shelf: Shelf):
    async with serving(shelf) as server:
        index = await server.ask("/")
        page = await server.ask("/feeds/vielfalt")
        style = await server.ask("/feeds/style.css")
    assert index.body.startswith(b"<p>Alle")
    assert page.body.startswith(b"<p>Vielfalt")
    assert "style-src 'self'" in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in page
    assert style["Content-Type"] == "text/css; charset=utf-8"


async def test_a_browser_that_shows_a_feed_gets_the_same_bytes_as_xml(shelf: Shelf):
    async with serving(shelf) as server:
        read = await server.ask("/feeds/vielfalt.atom")
        shown = await server.ask("/feeds/vielfalt.atom", **{"Sec-Fetch-Dest": "document"})
        fetched = await server.ask("/feeds/vielfalt.atom", **{"Sec-Fetch-Dest": "empty"})
        again = await server.ask(
            "/feeds/vielfalt.atom", **{"Sec-Fetch-Dest": "document", "If-None-Match": shown["ETag"]}
        )
        page = await server.ask("/feeds/vielfalt", **{"Sec-Fetch-Dest": "document"})
    assert read["Content-Type"] == fetched["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert shown["Content-Type"] == "application/xml; charset=utf-8"
    assert shown.body == read.body
    assert again.status == 304
    assert {answer["Vary"] for answer in (read, shown, again)} == {"Accept-Encoding, Sec-Fetch-Dest"}
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert page["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("root", ["/", "/nachrichten/"])
@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("feeds/en/", "en/index.html"),
        ("feeds/en/vielfalt", "en/vielfalt.html"),
        ("barrierefreiheit", "barrierefreiheit.html"),
        ("feeds/en/barrierefreiheit", "en/barrierefreiheit.html"),
        ("opml", "feeds.opml"),
    ],
)
async def test_english_pages_the_statement_and_the_list_of_feeds_have_addresses(
    shelf: Shelf, root: str, address: str, path: str
):
    shelf.put([file(path, f"<p>{path}</p>", HTML)])
    async with serving(shelf, url=f"https://news.example{root}") as server:
        answer = await server.ask(root + address)
    assert answer.status == 200
    assert answer.body.startswith(f"<p>{path}".encode())


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/feeds/en", "feeds/en/"),
        ("/feeds/en/index.html", "feeds/en/"),
        ("/feeds/en/vielfalt.html", "feeds/en/vielfalt"),
        ("/feeds/en/diversity", "feeds/en/vielfalt"),
    ],
)
async def test_old_english_addresses_lead_to_english_pages(shelf: Shelf, address: str, location: str):
    shelf.put([file("en/index.html", "x", HTML), file("en/vielfalt.html", "x", HTML)])
    async with serving(shelf, aliases={"diversity": "vielfalt"}) as server:
        answer = await server.ask(address)
    assert (answer.status, answer["Location"]) == (301, f"/{location}")


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/feeds", ""),
        ("/feeds/", ""),
        ("/feeds/index.html", ""),
        ("/feeds/index", ""),
        ("/feeds/vielfalt.html", "feeds/vielfalt"),
        ("/feeds/diversity", "feeds/vielfalt"),
        ("/feeds/diversity.atom", "feeds/vielfalt.atom"),
        ("/feeds/diversity.atom?page=2", "feeds/vielfalt.atom"),
        ("/feeds/dortmund-diversity.atom", "feeds/dortmund-vielfalt.atom"),
    ],
)
@pytest.mark.parametrize("root", ["/", "/nachrichten/"])
async def test_an_old_address_leads_to_the_new_one(shelf: Shelf, address: str, location: str, root: str):
    aliases = {"diversity": "vielfalt", "tolerance": "vielfalt"}
    async with serving(shelf, aliases=aliases, url=f"https://news.example{root}") as server:
        answer = await server.ask(address, Host="evil.example")
    assert answer.status == 301
    assert answer["Location"] == root + location


async def test_an_archived_page_of_a_renamed_feed_leads_to_the_same_page_of_it(shelf: Shelf, tmp_path: Path):
    page = tmp_path / "vielfalt/archive/3.atom"
    page.parent.mkdir(parents=True)
    page.write_text("<feed/>")
    async with serving(shelf, aliases={"diversity": "vielfalt"}) as server:
        answer = await server.ask("/feeds/diversity/archive/3.atom")
        assert (answer.status, answer["Location"]) == (301, "/feeds/vielfalt/archive/3.atom")
        assert (await server.ask("/feeds/diversity/archive/4.atom")).status == 404


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/unknown.atom",
        "/feeds/unknown",
        "/feeds/diversity.rss",
        "/feeds/vielfalt.atom/",
        "/feeds/vielfalt.atom.gz",
        "/feeds/%2e%2e%2fsecret.txt",
        "/feeds/..%2Fsecret.txt",
        "/feeds/../secret.txt",
        "/feeds//etc/passwd",
        "/feeds/%00",
        "/%3Cscript%3Ealert(1)%3C/script%3E",
        "/favicon.ico",
    ],
)
async def test_what_is_not_published_is_a_404_that_repeats_nothing(shelf: Shelf, tmp_path: Path, address: str):
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path.parent / "secret.txt").write_text("secret")
    async with serving(shelf, aliases={"diversity": "vielfalt"}) as server:
        answer = await server.ask(address)
    assert answer.status == 404
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    for part in ("secret", "script", "unknown", "passwd"):
        assert part.encode() not in answer.body


async def test_the_same_is_found_below_the_path_of_the_site(shelf: Shelf):
    async with serving(shelf, url="https://stadt.example/nachrichten/") as server:
        index = await server.ask("/nachrichten/")
        feed = await server.ask("/nachrichten/feeds/vielfalt.atom")
        overview = await server.ask("/nachrichten/feeds/")
        unknown = await server.ask("/nachrichten/other")
        stripped = await server.ask("/feeds/vielfalt.atom")
    assert index.body.startswith(b"<p>Alle")
    assert feed.body == stripped.body == FEED.body
    assert overview["Location"] == "/nachrichten/"
    assert unknown.status == 404


async def test_the_path_of_the_site_without_its_slash_leads_to_the_index(shelf: Shelf):
    async with serving(shelf, url="https://stadt.example/nachrichten/") as server:
        answer = await server.ask("/nachrichten")
    assert (answer.status, answer["Location"]) == (301, "/nachrichten/")


async def test_before_the_first_publication_readers_are_asked_to_come_back(tmp_path: Path):
    async with serving(Shelf(tmp_path)) as server:
        answer = await server.ask("/feeds/vielfalt.atom")
    assert answer.status == 503
    assert "Retry-After" in answer


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd", "br"])
async def test_a_file_that_memory_has_no_room_for_comes_from_the_folder(tmp_path: Path, encoding: str):
    write(tmp_path, FEED)
    shelf = Shelf(tmp_path, memory_limit=0)
    shelf.put([FEED])
    async with serving(shelf) as server:
        answer = await server.ask("/feeds/vielfalt.atom", Accept_Encoding=encoding)
        again = await server.ask("/feeds/vielfalt.atom", Accept_Encoding=encoding, If_None_Match=answer["ETag"])
        head = await server.ask("/feeds/vielfalt.atom", "HEAD", Accept_Encoding=encoding)
    assert answer.body == BODIES[encoding]
    assert again.status == 304
    assert head["Content-Length"] == str(len(BODIES[encoding]))


async def test_a_file_that_was_changed_in_the_folder_is_not_sent_under_the_old_tag(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    write(tmp_path, FEED)
    shelf = Shelf(tmp_path, memory_limit=0)
    shelf.put([FEED, file("verkehr.atom")])
    (tmp_path / "vielfalt.atom.gz").write_bytes(gzip.compress(b"torn"))
    write(tmp_path, file("verkehr.atom", "<other/>"))
    with caplog.at_level(logging.WARNING):
        async with serving(shelf) as server:
            instead = await server.ask("/feeds/vielfalt.atom", Accept_Encoding="gzip")
            nothing = await server.ask("/feeds/verkehr.atom", Accept_Encoding="br")
    assert instead.body == FEED.body
    assert "Content-Encoding" not in instead
    assert nothing.status == 503
    assert "vielfalt.atom" in caplog.text


async def test_every_encoding_holds_the_same_text(shelf: Shelf):
    async with serving(shelf) as server:
        packed = await server.ask("/feeds/vielfalt.atom", Accept_Encoding="gzip")
        small = await server.ask("/feeds/vielfalt.atom", Accept_Encoding="br")
    assert gzip.decompress(packed.body) == brotli.decompress(small.body) == FEED.body


async def test_a_feed_that_has_ended_is_gone_for_good(shelf: Shelf):
    async with serving(shelf, ended=("old", "vielfalt")) as server:
        assert (await server.ask("/feeds/old.atom")).status == 410
        assert (await server.ask("/feeds/old")).status == 410
        assert (await server.ask("/feeds/older.atom")).status == 404
        assert (await server.ask("/feeds/vielfalt.atom")).status == 200  # it still says so
