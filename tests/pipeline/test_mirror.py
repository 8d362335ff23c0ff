"""Buckets on a real S3 server, brought up to what the real publisher published."""

import asyncio
import gzip
import itertools
import sys
import urllib.error
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from syndicator.config import Config
from syndicator.errors import SyndicatorError
from syndicator.mirrors import mirrors
from syndicator.pipeline.mirror import Mirror, keys_of
from syndicator.store import articles, facts
from syndicator.workshop import Workshop, workshop
from tests.support.articles import article
from tests.support.configs import BASE, a_config, free_port
from tests.support.s3 import make_bucket, request, s3_server
from tests.support.waiting import until

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture
def bucket(server: str) -> str:
    name = f"feeds-{next(NUMBERS)}"
    make_bucket(server, name)
    return name


def configured(folder: Path, endpoint: str, bucket: str, more: str = "") -> Config:
    (folder / "key").write_text("test")
    (folder / "secret").write_text("canary-of-the-bucket")
    return a_config(
        folder,
        f"""{BASE}
[publish]
targets = ["feeds/", "s3://{bucket}/nachrichten"]
[publish.s3]
endpoint = "{endpoint}"
key = "file:key"
secret = "file:secret"
{more}
""",
    )


@asynccontextmanager
async def publishing(config: Config) -> AsyncIterator[tuple[Workshop, Mirror]]:
    async with workshop(config, lambda: NOW) as shop:
        (mirror,) = mirrors(config, shop.store, shop.folder)
        yield shop, mirror


async def insert(shop: Workshop, number: int) -> None:
    await shop.store.write(articles.insert, article(number), (), f"d{number}", (), NOW)
    await shop.publisher.publish()


def place(server: str, bucket: str, key: str) -> str:
    return f"{server}/{bucket}/nachrichten/{key}"


async def test_everything_lies_there_under_the_addresses_of_the_site(tmp_path: Path, server: str, bucket: str):
    config = configured(tmp_path, server, bucket)
    async with publishing(config) as (shop, mirror):
        await insert(shop, 1)
        done = await mirror.catch_up()
    folder = config.publish.folder
    files = {path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".gz", ".br", ".zst"}}
    assert set(done.written) == {key for path in files for key in keys_of(path.relative_to(folder).as_posix())}
    assert {"index.html", "feeds/en/index.html", "feeds/en/all", "opml", "barrierefreiheit"} <= set(done.written)
    for key, media_type, language in (
        ("feeds/all.atom", "application/atom+xml; charset=utf-8", "de"),
        ("feeds/all", "text/html; charset=utf-8", "de"),
        ("index.html", "text/html; charset=utf-8", "de"),
        ("feeds/style.css", "text/css; charset=utf-8", None),
        ("opml", "text/x-opml; charset=utf-8", None),
        ("barrierefreiheit", "text/html; charset=utf-8", "de"),
    ):
        fields, body = request("GET", place(server, bucket, key))
        others = {"feeds/all": "all.html", "opml": "feeds.opml", "barrierefreiheit": "barrierefreiheit.html"}
        name = others.get(key, key.removeprefix("feeds/"))
        assert body == (config.publish.folder / name).read_bytes()
        assert fields["Content-Type"] == media_type
        assert fields["Content-Language"] == language
        assert fields["Content-Encoding"] is None
        assert fields["Cache-Control"].startswith("public, max-age=")


async def test_only_what_changed_is_put_also_after_a_restart(tmp_path: Path, server: str, bucket: str):
    config = configured(tmp_path, server, bucket)
    async with publishing(config) as (shop, mirror):
        await insert(shop, 1)
        first = await mirror.catch_up()
        assert not (await mirror.catch_up()).written
    async with publishing(config) as (shop, mirror):
        assert not (await mirror.catch_up()).written
        await insert(shop, 2)
        second = await mirror.catch_up()
    assert {"feeds/all.atom", "feeds/dortmund"} <= set(second.written)
    assert {"index.html", "feeds/style.css", "feeds/bochum.atom"} <= set(first.written) - set(second.written)


async def test_what_is_gone_is_removed(tmp_path: Path, server: str, bucket: str):
    more = '[[feeds]]\nname="a"\ntitle="A"'
    async with publishing(configured(tmp_path, server, bucket, more)) as (shop, mirror):
        await insert(shop, 1)
        await shop.publisher.publish()
        assert {"feeds/a.json", "feeds/a"} <= set((await mirror.catch_up()).written)
    async with publishing(configured(tmp_path, server, bucket, f'{more}\nformats=["atom"]')) as (shop, mirror):
        await shop.publisher.publish()
        done = await mirror.catch_up()
    assert done.removed == ("feeds/a.json", "feeds/a.rss")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        request("GET", place(server, bucket, "feeds/a.json"))


async def test_archived_pages_lie_there_too_also_in_a_bucket_that_is_new(tmp_path: Path, server: str, bucket: str):
    small = "[publish]\nentries = 2\ntargets"
    config = configured(tmp_path, server, bucket)
    text = config.path.read_text().replace("[publish]\ntargets", small)
    for name in (bucket, f"{bucket}-new"):
        if name != bucket:
            make_bucket(server, name)
        config = a_config(tmp_path, text.replace(f"s3://{bucket}/", f"s3://{name}/"))
        async with publishing(config) as (shop, mirror):
            if name == bucket:
                for number in range(1, 5):
                    await insert(shop, number)
            done = await mirror.catch_up()
            assert {"feeds/all/archive/1.atom", "feeds/dortmund/archive/1.atom"} <= set(done.written)
            fields, body = request("GET", place(server, name, "feeds/all/archive/1.atom"))
            assert body == (config.publish.folder / "all/archive/1.atom").read_bytes()
            assert fields["Content-Type"] == "application/atom+xml; charset=utf-8"
            assert b"feeds/all/archive/1.atom" in request("GET", place(server, name, "feeds/all.atom"))[1]
            if name == bucket:
                await shop.store.write(_correct, 1)
                await shop.publisher.publish()
                done = await mirror.catch_up()
                assert set(done.written) == {"feeds/all/archive/1.atom", "feeds/dortmund/archive/1.atom"}


def _correct(db: Database, n: int) -> None:
    before = articles.by_number(db, n)
    articles.replace(db, before, replace(before.article, title="Berichtigt"), (), before.digest, NOW)


async def test_the_index_comes_last(tmp_path: Path, server: str, bucket: str, monkeypatch: pytest.MonkeyPatch):
    async with publishing(configured(tmp_path, server, bucket)) as (shop, mirror):
        await insert(shop, 1)
        order = []
        write = mirror.bucket.write

        async def noted(key: str, body: bytes, fields) -> None:
            await write(key, body, fields)
            order.append(key)

        monkeypatch.setattr(mirror.bucket, "write", noted)
        await mirror.catch_up()
    assert order[-2:] == ["index.html", ".syndicator.json"]


async def test_gzip_is_put_where_it_is_asked_for(tmp_path: Path, server: str, bucket: str):
    config = configured(tmp_path, server, bucket, 'encoding = "gzip"')
    async with publishing(config) as (shop, mirror):
        await insert(shop, 1)
        await mirror.catch_up()
    fields, body = request("GET", place(server, bucket, "feeds/all.atom"))
    assert fields["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == (config.publish.folder / "all.atom").read_bytes()
    async with publishing(configured(tmp_path, server, bucket)) as (_, mirror):
        assert "feeds/all.atom" in (await mirror.catch_up()).written, "another encoding is another object"
    assert request("GET", place(server, bucket, "feeds/all.atom"))[0]["Content-Encoding"] is None


@pytest.mark.parametrize("wrong", ["bucket", "server"])
async def test_a_bucket_that_fails_is_told_remembered_and_made_good(
    tmp_path: Path, server: str, bucket: str, wrong: str
):
    endpoint = server if wrong == "bucket" else f"http://127.0.0.1:{free_port()}"
    config = configured(tmp_path, endpoint, "no-such-bucket" if wrong == "bucket" else bucket)
    async with publishing(config) as (shop, mirror):
        await insert(shop, 1)
        assert (config.publish.folder / "all.atom").exists()
        with pytest.raises(SyndicatorError) as caught:
            await mirror.catch_up()
        assert caught.value.message in {
            "There is no bucket s3://no-such-bucket/nachrichten.",
            f"s3://{bucket}/nachrichten cannot be reached, or fails.",
        }
        assert "canary" not in str(caught.value)
        assert await shop.store.read(facts.get_fact, mirror.fact) == caught.value.message
    async with publishing(configured(tmp_path, server, bucket)) as (shop, mirror):
        assert "index.html" in (await mirror.catch_up()).written
        assert await shop.store.read(facts.get_fact, mirror.fact) == ""


async def test_what_was_put_before_a_failure_is_not_put_again(
    tmp_path: Path, server: str, bucket: str, monkeypatch: pytest.MonkeyPatch
):
    async with publishing(configured(tmp_path, server, bucket)) as (shop, mirror):
        await insert(shop, 1)
        write = mirror.bucket.write
        put: list[str] = []

        async def failing(key: str, body: bytes, fields) -> None:
            if len(put) >= 3:
                raise SyndicatorError("away")
            await write(key, body, fields)
            put.append(key)

        monkeypatch.setattr(mirror.bucket, "write", failing)
        with pytest.raises(SyndicatorError, match="away"):
            await mirror.catch_up()
        monkeypatch.setattr(mirror.bucket, "write", write)
        done = await mirror.catch_up()
    assert put
    assert not set(put) & set(done.written)
    assert "index.html" in done.written


async def test_the_service_keeps_a_bucket_up_to_date(tmp_path: Path, server: str, bucket: str):
    async with publishing(configured(tmp_path, server, bucket)) as (shop, mirror):
        await insert(shop, 1)
        task = asyncio.create_task(mirror.keep_up())
        mirror.changed.set()

        def lies(number: int) -> bool:
            try:
                return f"Nachricht {number}<".encode() in request("GET", place(server, bucket, "feeds/all.atom"))[1]
            except urllib.error.HTTPError:
                return False

        await until(lambda: asyncio.to_thread(lies, 1))
        await insert(shop, 2)
        mirror.changed.set()
        await until(lambda: asyncio.to_thread(lies, 2))
        task.cancel()


async def test_a_bucket_that_was_away_is_tried_again_by_itself(
    tmp_path: Path, server: str, bucket: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr("syndicator.pipeline.mirror._PATIENCE", (0.01, 0.02))
    async with publishing(configured(tmp_path, server, f"{bucket}-late")) as (shop, mirror):
        await insert(shop, 1)
        task = asyncio.create_task(mirror.keep_up())
        mirror.changed.set()
        await until(lambda: "There is no bucket" in caplog.text)
        await asyncio.to_thread(make_bucket, server, f"{bucket}-late")
        await until(lambda: mirror._settled is not None)
        task.cancel()
    assert request("GET", place(server, f"{bucket}-late", "index.html"))[1]


async def test_without_obstore_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "obstore", None)
    async with publishing(configured(tmp_path, "http://127.0.0.1:9", "feeds")) as (shop, mirror):
        await insert(shop, 1)
        with pytest.raises(SyndicatorError) as caught:
            await mirror.catch_up()
    assert caught.value.hint == "Install it beside syndicator: pip install 'syndicator[s3]'"
