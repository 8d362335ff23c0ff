"""The whole service against the sample portal: over HTTP on both sides, with a real store and a real folder."""

import asyncio
import signal
import socket
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import aiohttp
import feedparser
import pytest

from syndicator import demo
from syndicator.config import load
from syndicator.errors import SyndicatorError
from syndicator.service import Service, running
from syndicator.store import facts
from tests.support.configs import free_port
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("warm_workers")
CONFIG = """
[site]
title = "Nachrichten"
url = "http://127.0.0.1:{port}/"
publisher = "Stadt Dortmund"
contact = "webredaktion@news.example"

[server]
port = {port}

[publish]
every = "1s"

[[sources]]
name = "dortmund"
title = "Stadt Dortmund"
city = "Dortmund"
url = "{portal}/dortmund/newsroom/"
every = "1h"
delay = "0s"
allow_private = true
list = {{ item = "article.teaser", next = "a[rel=next]", pages = 2 }}
article = {{ id = "nid" }}

[[sources]]
name = "gelsenkirchen"
title = "Stadt Gelsenkirchen"
city = "Gelsenkirchen"
kind = "feed"
url = "{portal}/gelsenkirchen/newsfeed/"
every = "1h"
delay = "0s"
allow_private = true

[categories.vielfalt]
title = "Vielfalt"
labels = ["Vielfalt", "Integration"]
aliases = ["diversity"]
"""


@pytest.fixture
async def portal():
    """The sample portal at a moment that stands still, so that it publishes nothing while a test runs."""
    runner = await demo.start("127.0.0.1", 0, clock=lambda: datetime(2026, 11, 22, 12, 1, tzinfo=UTC))
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
def config_path(tmp_path, portal):
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(port=free_port(), portal=portal), encoding="utf-8")
    return path


def published(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in {".atom", ".rss", ".json"}}


def entries(folder: Path, name: str) -> list:
    path = folder / name
    return feedparser.parse(path.read_bytes()).entries if path.exists() else []


def has_entries(folder: Path, name: str) -> bool:
    return (folder / name).exists() and b"<entry" in (folder / name).read_bytes()


async def filled(folder: Path) -> None:
    await until(lambda: has_entries(folder, "gelsenkirchen.atom") and has_entries(folder, "dortmund.atom"))


async def settled(service: Service, folder: Path) -> None:
    await filled(folder)
    await until(lambda: not service.visits.under_way)
    await service.shop.publisher.publish()


async def test_from_portal_to_feed(config_path):
    folder = config_path.parent / "feeds"
    config = load(config_path)
    async with running(config):
        await filled(folder)
        names = {path.name for path in folder.iterdir()}
        for feed in ("all", "vielfalt", "dortmund", "gelsenkirchen", "dortmund-vielfalt"):
            for ending in ("atom", "rss", "json", "html"):
                assert {
                    f"{feed}.{ending}",
                    f"{feed}.{ending}.gz",
                    f"{feed}.{ending}.br",
                    f"{feed}.{ending}.zst",
                } <= names
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{config.site.url}feeds/vielfalt.atom") as answer:
                assert answer.status == 200
                assert answer.content_type == "application/atom+xml"
                read = feedparser.parse(await answer.read())
            assert read.bozo == 0
            assert all("vielfalt" in [tag.term for tag in entry.tags] for entry in read.entries)
            async with session.get(config.site.url) as answer:
                assert "Vielfalt" in await answer.text()
            async with session.get(f"{config.site.url}feeds/diversity.atom", allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"].endswith("/feeds/vielfalt.atom")) == (301, True)


async def test_a_second_start_fetches_nothing_twice_and_publishes_the_same_bytes(config_path):
    folder = config_path.parent / "feeds"
    async with running(load(config_path)) as service:
        await settled(service, folder)
    before = published(folder)
    async with running(load(config_path)) as service:
        due = service.visits.schedule.planned()
        assert min((at - service.shop.now()).total_seconds() for at in due.values()) > 1800
        await service.shop.publisher.publish()
    assert published(folder) == before


async def test_a_source_that_fails_leaves_everything_published_as_it_was(config_path):
    folder = config_path.parent / "feeds"
    async with running(load(config_path)) as service:
        await settled(service, folder)
    before = published(folder)
    text = config_path.read_text(encoding="utf-8").replace("/gelsenkirchen/newsfeed/", "/gelsenkirchen/nichts/")
    config_path.write_text(text, encoding="utf-8")
    async with running(load(config_path)) as service:
        await service.visits.visit("gelsenkirchen")
        await service.visits.visit("dortmund")
        await service.shop.publisher.publish()
        state = await service.shop.store.read(lambda db: db.execute("SELECT name, failure FROM sources").fetchall())
    assert dict(state) == {"dortmund": None, "gelsenkirchen": "missing"}
    assert {name: body for name, body in published(folder).items() if name.startswith("gelsen")} == {
        name: body for name, body in before.items() if name.startswith("gelsen")
    }


async def test_an_edited_config_is_in_force_at_once_and_files_stored_articles_anew(config_path):
    folder = config_path.parent / "feeds"
    async with running(load(config_path)):
        await filled(folder)
        text = config_path.read_text(encoding="utf-8")
        config_path.write_text(f'{text}\n[categories.alles]\ntitle = "Alles"\nkeywords = ["*e*"]\n', encoding="utf-8")
        await until(lambda: has_entries(folder, "alles.atom"))
        assert len(entries(folder, "alles.atom")) == len(entries(folder, "all.atom"))
        config_path.write_text(text, encoding="utf-8")
        await until(lambda: "eingestellt" in (folder / "alles.atom").read_text(encoding="utf-8"))


async def test_what_was_harvested_is_found_by_its_words(config_path):
    folder = config_path.parent / "feeds"
    config = load(config_path)
    async with running(config) as service:
        await settled(service, folder)
        newest = entries(folder, "all.atom")[0]
        question = {"q": f'"{newest.title}"'}
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{config.site.url}feeds/search.atom", params=question) as answer:
                assert answer.status == 200
                found = feedparser.parse(await answer.read())
            async with session.get(f"{config.site.url}search", params=question) as answer:
                assert newest.title in await answer.text()
    assert newest.id in {entry.id for entry in found.entries}


async def test_an_edit_with_a_mistake_changes_nothing_and_is_told(config_path):
    async with running(load(config_path)) as service:
        before = service.config
        text = config_path.read_text(encoding="utf-8")
        config_path.write_text(text.replace("[publish]\nevery", "[publish]\nevry"), encoding="utf-8")
        said = await until(lambda: service.shop.store.read(facts.get_fact, "config_error"))
        assert "did you mean 'every'" in said
        assert service.config is before
        config_path.write_text(text, encoding="utf-8")
        await until(lambda: service.config is not before)
        assert await service.shop.store.read(facts.get_fact, "config_error") == ""


async def test_a_removed_source_is_visited_no_more_and_its_articles_stay(config_path):
    folder = config_path.parent / "feeds"
    async with running(load(config_path)) as service:
        await filled(folder)
        text = config_path.read_text(encoding="utf-8")
        start, end = text.index('[[sources]]\nname = "gelsenkirchen"'), text.index("[categories.vielfalt]")
        config_path.write_text(text[:start] + text[end:], encoding="utf-8")
        await until(lambda: "gelsenkirchen" not in service.visits.schedule.planned())
        await service.shop.publisher.publish()
        assert entries(folder, "gelsenkirchen.atom")


async def test_a_taken_port_is_one_sentence(config_path):
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", load(config_path).server.port))
        listening.listen()
        with pytest.raises(SyndicatorError, match="is taken"):
            async with running(load(config_path)):
                pass


def start(config_path: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "syndicator", "run", "--config", str(config_path)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def fetch(url: str, **headers: str) -> bytes:
    with urlopen(Request(url, headers=headers), timeout=5) as answer:
        return answer.read()


async def test_killed_at_any_time_the_next_start_repairs_itself(config_path):
    # A killed visit counts as one, so the next is an interval away.
    config_path.write_text(config_path.read_text(encoding="utf-8").replace('"1h"', '"2s"'), encoding="utf-8")
    config = load(config_path)
    folder = config_path.parent / "feeds"
    for wait in (0.9, 1.3, 2.0):
        process = start(config_path)
        await asyncio.sleep(wait)
        process.kill()
        await asyncio.to_thread(process.wait)
        process.stdout.close()
    async with running(config) as service:
        await settled(service, folder)
        await asyncio.to_thread(fetch, f"{config.site.url}feeds/all.atom")
    victim = folder / "all.atom"
    whole = victim.read_bytes()
    victim.write_bytes(whole[:1000])
    (folder / "vielfalt.rss").unlink()
    async with running(config):
        await until(lambda: victim.read_bytes() == whole and (folder / "vielfalt.rss").exists())


async def test_ctrl_c_ends_it_cleanly(config_path):
    process = start(config_path)
    folder = config_path.parent / "feeds"
    await filled(folder)
    process.send_signal(signal.SIGINT)
    said, _ = await asyncio.to_thread(process.communicate, timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in said
    assert "Stopped." in said
    assert not list(config_path.parent.glob("*.db-wal"))
