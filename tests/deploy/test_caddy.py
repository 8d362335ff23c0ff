"""A Caddy made from the printed file, where there is one: the same addresses, types, encodings and fields."""

import itertools
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from syndicator.config import Config
from syndicator.deploy import caddyfile
from tests.deploy.published import beside, configured, published
from tests.serve.serving import Answer, Server
from tests.support.configs import free_port

# docs/deployment.md, "What differs". What is encoded has no length there, but comes in chunks (Go's http.ServeContent).
DIFFERENT = {"date", "server", "connection", "etag", "content-length", "transfer-encoding"}
FILES = [
    "feeds/all.atom",
    "feeds/vielfalt.rss",
    "feeds/all.json",
    "feeds/leicht.atom",
    "feeds/vielfalt",
    "",
    "feeds/style.css",
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
    "feeds/index",
    "feeds/en",
    "feeds/en/index",
    "feeds/en/diversity",
    "feeds/en/none",
    "feeds/diversity.atom",
    "feeds/none.atom",
    "feeds/all.atom.gz",
    "feeds/vielfalt.html",
    ".well-known/security.txt",
    "healthz",
]

pytestmark = pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")


@asynccontextmanager
async def caddy(folder: Path, config: Config) -> AsyncIterator[Server]:
    port = free_port()
    head = "{\n\tadmin off\n\tauto_https off\n\tstorage file_system " + str(folder / "caddy") + "\n}\n"
    (folder / "Caddyfile").write_text(head + caddyfile(config, f"127.0.0.1:{port}"), encoding="utf-8")
    command = [shutil.which("caddy") or "", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    async with beside(command, port, folder / "caddy.out") as server:
        yield server


def told(answer: Answer) -> set[tuple[str, str]]:
    return {(name.lower(), value) for name, value in answer.fields if name.lower() not in DIFFERENT}


async def test_readers_are_served_while_the_service_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "caddy"))
    config = configured(tmp_path)
    async with published(config) as service:
        before = [await service.ask(f"/{path}", Host="127.0.0.1") for path in FILES]
    async with caddy(tmp_path, config) as server:
        after = [await server.ask(f"/{path}", Host="127.0.0.1") for path in FILES]
        rest = await server.ask("/healthz", Host="127.0.0.1")
    assert [(a.status, a.body, told(a)) for a in after] == [(b.status, b.body, told(b)) for b in before]
    assert (rest.status, rest["Retry-After"], rest["Cache-Control"]) == (502, "60", "no-store")


@pytest.mark.parametrize("root", ["/", "/nachrichten/"])
async def test_caddy_answers_like_the_service(tmp_path: Path, root: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "caddy"))
    config = configured(tmp_path, root)
    async with published(config) as service, caddy(tmp_path, config) as server:
        for path, method, accepted in itertools.product(FILES, ("GET", "HEAD"), ("identity", "br", "zstd", "gzip")):
            ours = await service.ask(root + path, method, Host="127.0.0.1", Accept_Encoding=accepted)
            theirs = await server.ask(root + path, method, Host="127.0.0.1", Accept_Encoding=accepted)
            assert ours.status == theirs.status, path
            assert told(ours) == told(theirs), (path, method, accepted)
            assert theirs.body.endswith(b"0\r\n\r\n") if "Transfer-Encoding" in theirs else ours.body == theirs.body
            again = await server.ask(
                root + path, method, Host="127.0.0.1", Accept_Encoding=accepted, If_None_Match=theirs["ETag"]
            )
            assert again.status == 304
        for path, destination in itertools.product(FILES, ("document", "Document", "empty")):
            for asked, status in (({}, 200), ({"Range": "bytes=0-3"}, 206)):
                ours, theirs = [
                    await one.ask(root + path, Host="127.0.0.1", Sec_Fetch_Dest=destination, **asked)
                    for one in (service, server)
                ]
                assert (ours.status, theirs.status) == (status, status)
                assert (told(ours), ours.body) == (told(theirs), theirs.body), (path, destination, asked)
        for path, method in itertools.product(REST, ("GET", "POST", "OPTIONS")):
            ours, theirs = [await one.ask(root + path, method, Host="127.0.0.1") for one in (service, server)]
            assert ours.status == theirs.status, (path, method)
        for path, prefix in itertools.product(("admin", "admin/", "%61dmin", "feeds/../admin", "metrics"), {"/", root}):
            answer = await server.ask(prefix + path, Host="127.0.0.1")
            assert (answer.status, answer.body) == (404, b"not found"), "the service itself was asked"
