"""An nginx made from the printed file, beside the service: the same answers, field by field."""

import itertools
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from syndicator.config import Config
from syndicator.deploy import nginx_site
from syndicator.errors import SyndicatorError
from tests.deploy.published import CONFIG, beside, configured, program, published
from tests.serve.linting import field
from tests.serve.serving import Answer, Server
from tests.support.configs import BASE, a_config, free_port

# What nginx cannot be brought to say as we do, and why that does no harm: docs/deployment.md, "What differs".
DIFFERENT = {"date", "server", "connection", "etag"}
MAIN = """
daemon off; master_process on; worker_processes 1; pid "{folder}/nginx.pid"; error_log "{folder}/error.log" notice; {user}
events {{ worker_connections 64; }}
http {{
    {temporary}
    include "{folder}/site.conf";
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
FILES = [
    "feeds/all.atom",
    "feeds/vielfalt.rss",
    "feeds/dortmund-vielfalt.json",
    "feeds/leicht.atom",
    "feeds/vielfalt",
    "",
    "feeds/style.css",
    "feeds/icon.svg",
    "feeds/en/vielfalt",
    "feeds/en/leicht",
    "feeds/en/",
    "feeds/feed.css",
    "opml",
    "barrierefreiheit",
    "feeds/barrierefreiheit",
    "feeds/en/barrierefreiheit",
]
REST = [
    "feeds",
    "feeds/",
    "feeds/index",
    "feeds/index.html",
    "feeds/en",
    "feeds/en/index",
    "feeds/en/index.html",
    "feeds/en/vielfalt.html",
    "feeds/en/diversity",
    "feeds/en/none",
    "feeds/en/all.atom",
    "feeds/feeds.opml",
    "feeds/vielfalt.html",
    "feeds/diversity",
    "feeds/diversity.atom",
    "feeds/dortmund-diversity.rss",
    "feeds/dortmund-diversity.html",
    "feeds/none.atom",
    "feeds/none",
    "feeds/all.atom.gz",
    "feeds/all.atom.zst",
    "feeds/all.atom/",
    "feeds/all.xml",
    "feeds/.tmp",
    "feeds//all.atom",
    "feeds/%2e%2e/config.toml",
    "config.toml",
    "healthz",
    "robots.txt",
    ".well-known/security.txt",
    "none",
]


@asynccontextmanager
async def nginx(folder: Path, config: Config) -> AsyncIterator[Server]:
    program_path, port = program("nginx"), free_port()
    site = nginx_site(config, f"127.0.0.1:{port}", folder / "access.log")
    (folder / "site.conf").write_text(site, encoding="utf-8")
    temporary = " ".join(f'{name}_temp_path "{folder}/{name}";' for name in TEMPORARY)
    user = "user root;" if os.getuid() == 0 else ""  # pytest's folders are closed to others
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user, temporary=temporary), encoding="utf-8")
    command = [program_path, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    async with beside(command, port, folder / "nginx.out") as server:
        yield server
    assert "[emerg]" not in (folder / "error.log").read_text(encoding="utf-8")


def told(answer: Answer) -> set[tuple[str, str]]:
    return {(name.lower(), value) for name, value in answer.fields if name.lower() not in DIFFERENT}


@pytest.mark.parametrize("root", ["/", "/nachrichten/"])
async def test_nginx_answers_like_the_service_field_by_field(tmp_path: Path, root: str):
    config = configured(tmp_path, root)
    async with published(config) as service, nginx(tmp_path, config) as server:
        for path in FILES:
            for method in ("GET", "HEAD"):
                for accepted in ("", "br", "zstd", "gzip", "x-gzip;q=0.5", "br;q=0, gzip", "identity;q=0", "deflate"):
                    ours = await service.ask(root + path, method, Accept_Encoding=accepted)
                    theirs = await server.ask(root + path, method, Accept_Encoding=accepted)
                    assert (ours.status, told(ours)) == (theirs.status, told(theirs)), (path, method, accepted)
                    assert ours.body == theirs.body
                    assert "ETag" in theirs
        for path in REST:
            for method in ("GET", "HEAD", "POST", "OPTIONS", "DELETE"):
                ours, theirs = await service.ask(root + path, method), await server.ask(root + path, method)
                assert ours.status == theirs.status, (path, method)
                same = told(ours) if ours.status != 301 else {pair for pair in told(ours) if pair[0][:9] != "content-l"}
                missing = {pair for pair in same - told(theirs) if pair[0] != "content-type" or ours.status != 301}
                assert missing == set(), (path, method)


async def test_nginx_answers_conditions_like_the_service_and_tells_encodings_apart(tmp_path: Path):
    config = configured(tmp_path)
    async with published(config) as service, nginx(tmp_path, config) as server:
        for path in FILES:
            tags = set()
            for accepted in ("br", "zstd", "gzip", ""):
                whole = await service.ask(f"/{path}", Accept_Encoding=accepted)
                twin = await server.ask(f"/{path}", Accept_Encoding=accepted)
                tags.add(twin["ETag"])
                assert field(twin, "Content-Encoding") == accepted
                for asked, status in (
                    ({"If_None_Match": "{tag}"}, 304),
                    ({"If_None_Match": '"x", W/{tag}'}, 304),
                    ({"If_None_Match": "*"}, 304),
                    ({"If_None_Match": '"x"'}, 200),
                    ({"If_Modified_Since": whole["Last-Modified"]}, 304),
                    ({"If_Modified_Since": "Sat, 01 Jan 2000 00:00:00 GMT"}, 200),
                    ({"If_Match": "{tag}"}, 200),
                    ({"If_Match": '"x"'}, 412),
                    ({"If_Unmodified_Since": "Sat, 01 Jan 2000 00:00:00 GMT"}, 412),
                ):
                    ours, theirs = [
                        await asked_one.ask(f"/{path}", Accept_Encoding=accepted, **with_tag(asked, answer))
                        for asked_one, answer in ((service, whole), (server, twin))
                    ]
                    assert (ours.status, theirs.status) == (status, status), (path, asked)
                    assert told(ours) == told(theirs), (path, asked)
                    assert ours.body == theirs.body
            assert len(tags) == 4


def with_tag(asked: dict[str, str], answer: Answer) -> dict[str, str]:
    return {name: value.replace("{tag}", answer["ETag"]) for name, value in asked.items()}


@pytest.mark.parametrize("root", ["/", "/nachrichten/"])
async def test_nginx_gives_browsers_feeds_as_xml_like_the_service(tmp_path: Path, root: str):
    config = configured(tmp_path, root)
    async with published(config) as service, nginx(tmp_path, config) as server:
        for path, method, destination, accepted in itertools.product(
            (*FILES, *REST), ("GET", "HEAD", "POST"), ("document", "Document", "empty"), ("", "br")
        ):
            asked = {"Sec_Fetch_Dest": destination, "Accept_Encoding": accepted}
            ours, theirs = [await one.ask(root + path, method, **asked) for one in (service, server)]
            assert ours.status == theirs.status, (path, method, asked)
            if ours.status == 200:
                assert (told(ours), ours.body) == (told(theirs), theirs.body), (path, method, asked)
        for asked, status in (
            ({"Range": "bytes=3-17"}, 206),
            ({"If_None_Match": "*"}, 304),
            ({"If_Match": '"x"'}, 412),
        ):
            ours, theirs = [
                await one.ask(f"{root}feeds/all.atom", Sec_Fetch_Dest="document", **asked) for one in (service, server)
            ]
            assert (ours.status, theirs.status) == (status, status)
            assert told(ours) - {("accept-ranges", "bytes")} == told(theirs) - {("accept-ranges", "bytes")}


async def test_a_browser_gets_archived_feeds_with_their_own_lifetime_and_link(tmp_path: Path):
    config = configured(tmp_path)
    archived = config.publish.folder / "all" / "archive" / "1.rss"
    archived.parent.mkdir(parents=True)
    archived.write_text("<rss/>", encoding="utf-8")
    async with nginx(tmp_path, config) as server:
        answer = await server.ask("/feeds/all/archive/1.rss", Sec_Fetch_Dest="document")
    assert (answer.status, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    assert answer["Cache-Control"].startswith("public, max-age=86400,")
    assert '<https://news.example/feeds/all/archive/1.rss>; rel="self"' in answer["Link"]


async def test_without_xml_feeds_nothing_has_another_type_in_a_browser(tmp_path: Path):
    config = a_config(tmp_path, BASE + '[publish]\nformats = ["json"]\n[server]\nport = ' + str(free_port()))
    async with published(config) as service, nginx(tmp_path, config) as server:
        ours, theirs = [await one.ask("/feeds/all.json", Sec_Fetch_Dest="document") for one in (service, server)]
    assert (ours.status, told(ours)) == (theirs.status, told(theirs))


async def test_nginx_sends_parts_of_the_plain_file_like_the_service(tmp_path: Path):
    config = configured(tmp_path)
    async with published(config) as service, nginx(tmp_path, config) as server:
        whole, twin = await service.ask("/feeds/all.atom"), await server.ask("/feeds/all.atom")
        for asked, status in (
            ({"Range": "bytes=3-17"}, 206),
            ({"Range": "bytes=-5", "If_Range": "{tag}"}, 206),
            ({"Range": "bytes=3-17", "If_Range": '"x"'}, 200),
            ({"Range": "bytes=0-1, 4-5"}, 200),
        ):
            ours = await service.ask("/feeds/all.atom", **with_tag(asked, whole))
            theirs = await server.ask("/feeds/all.atom", Accept_Encoding="br", **with_tag(asked, twin))
            unsaid = {("accept-ranges", "bytes")} if status == 206 else set()
            assert (ours.status, theirs.status) == (status, status), asked
            assert told(ours) - unsaid == told(theirs), asked
            assert ours.body == theirs.body
        ours = await service.ask("/feeds/all.atom", Range="bytes=9999999-")
        theirs = await server.ask("/feeds/all.atom", Accept_Encoding="br", Range="bytes=9999999-")
    assert (ours.status, theirs.status) == (416, 416)
    assert (theirs["Content-Range"], theirs.body) == (ours["Content-Range"], ours.body)
    assert "Content-Encoding" not in theirs
    assert ("Cache-Control", "no-store") in theirs.fields


async def test_readers_are_served_while_the_service_is_away(tmp_path: Path):
    config = configured(tmp_path)
    async with published(config) as service:
        before = [await service.ask(f"/{path}") for path in FILES]
    async with nginx(tmp_path, config) as server:
        after = [await server.ask(f"/{path}") for path in FILES]
        moved = await server.ask("/feeds/dortmund-diversity.atom")
        rest = await server.ask("/healthz")
    assert [(a.status, a.body, told(a)) for a in after] == [(b.status, b.body, told(b)) for b in before]
    assert (moved.status, moved["Location"]) == (301, "/feeds/dortmund-vielfalt.atom")
    assert moved["Cache-Control"] == "public, max-age=3600"
    assert (rest.status, rest["Retry-After"], rest["Cache-Control"]) == (503, "60", "no-store")


@pytest.mark.parametrize("root", ["/", "/nachrichten/"])
async def test_what_is_open_on_this_machine_alone_is_closed_to_the_web(tmp_path: Path, root: str):
    config = configured(tmp_path, root)
    async with published(config), nginx(tmp_path, config) as server:
        for path in ("admin", "admin/", "%61dmin", "feeds/../admin", "metrics", "./admin?x"):
            for method, prefix in itertools.product(("GET", "POST", "OPTIONS"), {"/", root}):
                answer = await server.ask(prefix + path, method)
                assert (answer.status, answer.body) == (404, b"not found\n"), "the service itself was asked"


async def test_the_log_of_nginx_holds_neither_queries_nor_whole_addresses(tmp_path: Path):
    config = configured(tmp_path)
    async with published(config), nginx(tmp_path, config) as server:
        await server.ask("/feeds/all.atom?token=hidden")
        for path, size, status in (("websub/hidden", 500_000, 405), ("hub", 9, 405), ("hub", 500_000, 413)):
            head = f"POST /{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n"
            answer = await server.send(head + "x" * size)  # 405 is what the service says here
            assert (answer.status, "Allow" in answer) == (status, status == 405)
    log = (tmp_path / "access.log").read_text(encoding="utf-8")
    assert log.startswith("127.0.0.0 [")
    assert "/feeds/all.atom 200" in log
    assert "hidden" not in log
    assert "127.0.0.1" not in log


@pytest.mark.parametrize("root", ["/", "/nachrichten/"])
async def test_partners_and_admins_reach_the_service_and_no_log_shows_a_token(
    tmp_path: Path, root: str, monkeypatch: pytest.MonkeyPatch
):
    token, admin = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    monkeypatch.setenv("DEPLOYED_PARTNER", token)
    monkeypatch.setenv("DEPLOYED_ADMIN", admin)
    text = CONFIG.format(port=free_port()).replace("https://news.example/", f"https://news.example{root}")
    config = a_config(tmp_path, text + '[admin]\ntoken = "env:DEPLOYED_ADMIN"\n')
    bearer = {"Authorization": f"Bearer {token}"}
    async with nginx(tmp_path, config) as server:
        async with published(config) as service:
            for path, fields, status in (
                ("partners/bochum/feeds/all.atom", bearer, 200),
                ("partners/bochum/feeds/all.atom", {}, 401),
                (f"p/{token}/feeds/all.atom", {}, 200),
                (f"p/{token}x/feeds/all.atom", {}, 404),
                ("admin", {}, 401),
                ("admin/en", {"Authorization": f"Bearer {admin}"}, 200),
                ("admin", {"Authorization": f"Bearer {admin}", "Host": "127.0.0.1"}, 200),
            ):
                ours, theirs = [await one.ask(root + path, **fields) for one in (service, server)]
                assert (ours.status, theirs.status) == (status, status), path
                assert ours.body == theirs.body
                if path.endswith(".atom") and status == 200:
                    assert theirs["Cache-Control"].startswith("private, ")
        for prefix in {"/", root}:
            away = await server.ask(f"{prefix}p/{token}/feeds/all.atom")
            assert (away.status, away["Retry-After"]) == (503, "60")
    logs = {name: (tmp_path / name).read_text(encoding="utf-8") for name in ("access.log", "error.log")}
    assert f"GET {root}p/.../feeds/all.atom 200" in logs["access.log"]
    assert all(token not in log for log in logs.values())


def test_a_site_with_tls_is_told_certificates_and_redirects_to_itself(tmp_path: Path):
    site = nginx_site(configured(tmp_path))
    assert "listen 443 ssl http2;" in site
    assert "return 301 https://news.example$request_uri;" in site
    assert "Strict-Transport-Security" in site


def test_a_path_that_nginx_would_take_for_a_variable_is_refused_in_a_sentence(tmp_path: Path):
    config = a_config(tmp_path, BASE + '[publish]\nfolder = "feeds$HOME"')
    with pytest.raises(SyndicatorError, match="cannot stand in a file for nginx"):
        nginx_site(config)
