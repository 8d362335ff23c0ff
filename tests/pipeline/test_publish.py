"""Rounds of publishing with a real store, a real folder and the shelf that readers are answered from."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from syndicator.config import Config
from syndicator.errors import SyndicatorError
from syndicator.model import File
from syndicator.pipeline import publish, render
from syndicator.pipeline.publish import Publication, Publisher
from syndicator.pipeline.repair import whole_editions
from syndicator.publish.targets import Target
from syndicator.publish.targets.folder import Folder
from syndicator.serve.shelf import Shelf
from syndicator.store import articles, editions
from syndicator.store.database import Store, connect
from syndicator.store.editions import Edition
from syndicator.workshop import workshop
from tests.support.articles import article
from tests.support.configs import BASE, a_config

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Process:
    """What a process that publishes has of its own: its connections, its targets, and what it knows of them."""

    def __init__(self, config: Config, store: Store, folder: Folder, whole: dict[str, Edition]) -> None:
        self.config = config
        self.store = store
        self.folder = folder
        self.shelf = Shelf(folder.path)
        self.shelf.load([(edition.path, edition.media_type, edition.modified) for edition in whole.values()])
        self.targets: list[Target] = [folder, self.shelf]
        self.minutes = 0
        given = {path: edition.digest for path, edition in whole.items()}
        self.publisher = Publisher(config, store, self.targets, self._now, given, folder)

    async def publish(self) -> Publication:
        return await self.publisher.publish()

    async def insert(self, number: int, city: str = "Dortmund") -> int:
        return await self.store.write(articles.insert, article(number, city=city), (), f"d{number}", (), START)

    async def change(self, n: int, **changes: str) -> None:
        await self.store.write(_change, n, changes)

    def answered(self, path: str) -> bytes:
        entry = self.shelf.get(path)
        assert entry is not None, f"{path} is not answered"
        body = entry.variants["identity"].body
        assert body is not None
        return body

    def lies(self, path: str) -> bytes:
        body = self.folder.read(path)
        assert body is not None, f"{path} does not lie in the folder"
        return body

    def _now(self) -> datetime:
        self.minutes += 1
        return START + timedelta(minutes=self.minutes)


def _change(db: Database, n: int, changes: dict[str, str]) -> None:
    before = articles.by_number(db, n)
    articles.replace(db, before, replace(before.article, **changes), (), before.digest, START)  # type: ignore[arg-type]


@asynccontextmanager
async def process(config: Config) -> AsyncIterator[Process]:
    store, folder = Store(config.store.path), Folder(config.publish.folder)
    try:
        yield Process(config, store, folder, await whole_editions(store, folder))
    finally:
        folder.close()
        await asyncio.to_thread(store.close)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return a_config(tmp_path)


class Full:
    """A target without room for a path that begins so; like a disk that is full halfway, after the folder has the bytes."""

    def __init__(self, *beginnings: str) -> None:
        self.beginnings = beginnings

    def put(self, files: Iterable[File]) -> None:
        if any(file.path.startswith(self.beginnings) for file in files):
            raise SyndicatorError("No space left on device.", "Make room.")

    def remove(self, paths: Iterable[str]) -> None: ...


class Slow:
    """A target that takes its time: `began` says that it was reached, and it ends once `go` is set."""

    def __init__(self) -> None:
        self.began, self.go = threading.Event(), threading.Event()

    def put(self, files: Iterable[File]) -> None:
        self.began.set()
        assert self.go.wait(20)

    def remove(self, paths: Iterable[str]) -> None: ...


# ---------------------------------------------------------------- beside another process


async def test_what_another_process_retracted_is_no_longer_answered(config: Config):
    async with process(config) as service, process(config) as command:
        n = await service.insert(1)
        await service.insert(2)
        await service.publish()
        assert b"Nachricht 1<" in service.answered("all.atom")
        await command.change(n, status="retracted")
        assert "all.atom" in (await command.publish()).written
        await service.publish()
        assert b"Nachricht 1<" not in service.answered("all.atom")
        assert service.answered("all.atom") == service.lies("all.atom") == command.lies("all.atom")


async def test_what_another_process_published_keeps_its_date_when_it_is_taken_over(config: Config):
    async with process(config) as service, process(config) as command:
        await service.insert(1)
        await service.publish()
        await command.insert(2)
        command.minutes = 60
        await command.publish()
        published = (await command.store.read(editions.all_editions))["all.atom"].modified
        await service.publish()
        assert (await service.store.read(editions.all_editions))["all.atom"].modified == published
        assert await command.publish() == Publication()


async def test_files_that_another_process_removed_are_no_longer_answered(config: Config, tmp_path: Path):
    async with process(config) as service:
        await service.publish()
        assert service.shelf.get("verkehr.atom")
        renamed = BASE.replace("[categories.verkehr]", '[categories.strasse]\naliases = ["verkehr"]')
        async with process(a_config(tmp_path, renamed)) as command:
            assert "verkehr.atom" in (await command.publish()).removed
        service.publisher = service.publisher.under(a_config(tmp_path, renamed))
        await service.publish()
        assert service.shelf.get("verkehr.atom") is None
        assert service.shelf.get("strasse.atom")


async def test_two_processes_never_put_older_bytes_over_newer_ones(config: Config):
    async with process(config) as one, process(config) as two:
        await one.publish()
        n = await one.insert(1)
        slow = Slow()
        one.targets.insert(0, slow)
        first = asyncio.create_task(one.publish())
        await asyncio.to_thread(slow.began.wait, 20)
        await two.change(n, status="retracted")
        second = asyncio.create_task(two.publish())
        await asyncio.sleep(0.3)
        assert not second.done()
        slow.go.set()
        await asyncio.gather(first, second)
        assert b"Nachricht 1<" not in two.lies("all.atom")
        await one.publish()
        assert b"Nachricht 1<" not in one.answered("all.atom")


async def test_a_process_that_never_ends_its_round_is_told_of(config: Config, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(publish, "_PATIENCE", 0.2)
    async with process(config) as service:
        other = Folder(config.publish.folder)
        assert other.try_lock()
        with pytest.raises(SyndicatorError, match="Another process"):
            await service.publish()
        other.close()
        assert (await service.publish()).written


# ---------------------------------------------------------------- faults


async def test_a_failed_write_followed_by_the_old_state_leaves_no_wrong_bytes(config: Config):
    async with process(config) as service:
        n = await service.insert(1)
        await service.publish()
        before = service.lies("all.atom")
        full = Full("all.")
        service.targets.append(full)
        await service.change(n, title="Entwurf")
        with pytest.raises(SyndicatorError, match="No space"):
            await service.publish()
        assert b"Entwurf" in service.lies("all.atom")
        await service.change(n, title="Nachricht 1")
        full.beginnings = ("nothing",)
        await service.publish()
        assert service.lies("all.atom") == service.answered("all.atom") == before


async def test_what_several_failed_writes_left_is_mended_after_a_restart(config: Config):
    async with process(config) as service:
        dortmund, bochum = await service.insert(1), await service.insert(2, "Bochum")
        await service.publish()
        before = {path: service.lies(path) for path in ("dortmund.atom", "bochum.atom")}
        for n, name in ((dortmund, "dortmund."), (bochum, "bochum.")):
            service.targets.append(Full(name))
            await service.change(n, title="Entwurf")
            with pytest.raises(SyndicatorError, match="No space"):
                await service.publish()
            service.targets.pop()
        await service.change(dortmund, title="Nachricht 1")
        await service.change(bochum, title="Nachricht 2")
    async with process(config) as service:
        await service.publish()
        assert {path: service.lies(path) for path in before} == before
        assert {path: service.answered(path) for path in before} == before


async def test_what_another_process_failed_to_write_is_mended_though_the_old_state_is_back(config: Config):
    async with process(config) as service, process(config) as command:
        n = await service.insert(1)
        await service.publish()
        before = service.lies("all.atom")
        command.targets.append(Full("all."))
        await command.change(n, title="Entwurf")
        with pytest.raises(SyndicatorError, match="No space"):
            await command.publish()
        await command.change(n, title="Nachricht 1")
        await service.publish()
        assert service.lies("all.atom") == service.answered("all.atom") == before


async def test_what_this_process_failed_to_write_is_not_answered_once_another_mended_it(config: Config):
    async with process(config) as service, process(config) as command:
        n = await service.insert(1)
        await service.publish()
        before = service.lies("all.atom")
        service.targets.append(Full("all."))
        await service.change(n, title="Entwurf")
        with pytest.raises(SyndicatorError, match="No space"):
            await service.publish()
        service.targets.pop()
        await command.change(n, title="Nachricht 1")
        await command.publish()
        await service.publish()
        assert service.lies("all.atom") == service.answered("all.atom") == before


async def test_a_file_that_could_not_be_written_is_removed_with_its_feed(config: Config, tmp_path: Path):
    async with process(config) as service:
        service.targets.append(Full("verkehr."))
        with pytest.raises(SyndicatorError, match="No space"):
            await service.publish()
        assert service.lies("verkehr.atom")
    fewer = a_config(tmp_path, BASE.replace("[categories.verkehr]", "[categories.strasse]"))
    async with process(fewer) as service:
        assert "verkehr.atom" in (await service.publish()).removed
        assert service.folder.read("verkehr.atom") is None


def _spoil(db: Database, n: int) -> None:
    db.execute("UPDATE articles SET labels = '{' WHERE n = ?", [n])


def _mend(db: Database, n: int) -> None:
    db.execute("UPDATE articles SET labels = '[]' WHERE n = ?", [n])


async def test_a_feed_that_cannot_be_rendered_stops_no_other(config: Config, caplog: pytest.LogCaptureFixture):
    async with process(config) as service:
        n = await service.insert(1)
        await service.insert(2, "Bochum")
        await service.publish()
        before = service.lies("dortmund.atom")
        await service.change(n, title="Neu")
        await service.insert(3, "Bochum")
        await service.store.write(_spoil, n)
        done = await service.publish()
        assert done.failed == ("all", "dortmund")
        assert b"Nachricht 3<" in service.answered("bochum.atom")
        assert service.lies("dortmund.atom") == service.answered("dortmund.atom") == before
        assert "dortmund cannot be rendered" in caplog.text
        assert any(record.exc_info for record in caplog.records)


async def test_a_failed_feed_is_tried_again_when_something_touches_it(config: Config):
    async with process(config) as service:
        n = await service.insert(1)
        await service.store.write(_spoil, n)
        assert (await service.publish()).failed == ("all", "dortmund")
        await service.insert(2, "Bochum")
        assert (await service.publish()).failed == ("all",)
        await service.store.write(_mend, n)
        assert await service.publish() == Publication()
        await service.insert(3)
        assert (await service.publish()).failed == ()
        assert b"Nachricht 1<" in service.answered("dortmund.atom")


async def test_a_failed_feed_is_tried_again_after_a_restart(config: Config):
    async with process(config) as service:
        n = await service.insert(1)
        await service.publish()
        await service.change(n, title="Neu")
        await service.store.write(_spoil, n)
        await service.publish()
        await service.store.write(_mend, n)
    async with process(config) as service:
        assert b"Neu<" not in service.answered("dortmund.atom")
        assert (await service.publish()).failed == ()
        assert b"Neu<" in service.answered("dortmund.atom")


# ---------------------------------------------------------------- after a restart


@pytest.mark.parametrize(
    "path", ["all.atom", "all.atom.gz", "all.atom.br", "all.atom.zst", "index.html.br", "style.css"]
)
@pytest.mark.parametrize("damage", ["torn", "missing"])
async def test_a_damaged_file_is_mended_by_the_first_round(config: Config, path: str, damage: str):
    async with process(config) as service:
        await service.insert(1)
        await service.publish()
        before = service.lies(path)
    if damage == "torn":
        (config.publish.folder / path).write_bytes(b"torn")
    else:
        (config.publish.folder / path).unlink()
    async with process(config) as service:
        done = await service.publish()
        assert done.written == (re.sub(r"[.](gz|br|zst)$", "", path),)
        assert service.lies(path) == before


async def test_a_restart_writes_nothing_that_is_whole(config: Config):
    async with process(config) as service:
        await service.insert(1)
        await service.publish()
    async with process(config) as service:
        assert await service.publish() == Publication()


async def test_others_can_write_to_the_store_while_the_folder_is_read(config: Config):
    class Reading(Folder):
        def read(self, path: str) -> bytes | None:
            with other:
                other.execute("INSERT OR REPLACE INTO meta VALUES ('seen', ?)", [path])
            return super().read(path)

    async with process(config) as service:
        await service.publish()
        other = connect(config.store.path)
        other.execute("PRAGMA busy_timeout = 0")
        folder = Reading(config.publish.folder)
        assert await whole_editions(service.store, folder) == await service.store.read(editions.all_editions)
        folder.close()
        other.close()


async def test_who_does_not_publish_does_not_read_the_folder(config: Config):
    async with workshop(config) as shop:
        await shop.publisher.publish()
    async with workshop(config, publishing=False) as shop:
        assert shop.whole == {}
    async with workshop(config) as shop:
        assert "all.atom" in shop.whole
        assert await shop.publisher.publish() == Publication()


# ---------------------------------------------------------------- what a round costs


class Counting(Store):
    """A store that counts what is asked of it."""

    asked = 0

    async def read(self, function, *args, **kwargs):  # type: ignore[no-untyped-def, override]
        self.asked += 1
        return await super().read(function, *args, **kwargs)

    async def write(self, function, *args, **kwargs):  # type: ignore[no-untyped-def, override]
        self.asked += 1
        return await super().write(function, *args, **kwargs)


async def test_a_round_without_changes_costs_one_query(config: Config):
    store, folder = Counting(config.store.path), Folder(config.publish.folder)
    publisher = Publisher(config, store, [folder], lambda: START, {}, folder)
    await publisher.publish()
    store.asked = 0
    assert await publisher.publish() == Publication()
    assert store.asked == 1
    folder.close()
    store.close()


@pytest.mark.parametrize(
    "edit",
    [
        ('kind = "feed"', 'kind = "feed"\nevery = "3h"\ndelay = "7s"\nrobots = false\nenabled = false'),
        ('kind = "feed"', 'kind = "portal"\nlist = { item = "li" }\narticle = { body = ".text" }'),
        ("[[sources]]", '[publish]\nevery = "7m"\n\n[[sources]]'),
        ('labels = ["Verkehr"]', 'labels = ["Verkehr", "Mobil"]\nkeywords = ["Bahn"]'),
    ],
)
async def test_an_edit_that_no_reader_can_see_renders_nothing(config: Config, tmp_path: Path, edit: tuple[str, str]):
    async with process(config) as service:
        await service.publish()
    async with process(a_config(tmp_path, BASE.replace(*edit, 1))) as service:
        assert await service.publish() == Publication()


@pytest.mark.parametrize(
    "edit",
    [
        ('title = "Stadt Dortmund"', 'title = "Dortmund am Ort"'),
        ('kind = "feed"', 'kind = "feed"\nrights = "Frei"'),
        ('title = "Nachrichten der Stadt Dortmund"', 'title = "Neues"'),
        ('title = "Verkehr"', 'title = "Unterwegs"'),
        ("[[sources]]", '[publish]\nimages = "none"\n\n[[sources]]'),
    ],
)
async def test_an_edit_that_readers_may_see_renders_everything(config: Config, tmp_path: Path, edit: tuple[str, str]):
    async with process(config) as service:
        await service.publish()
        every = len((await service.store.read(editions.all_editions)).keys()) - len(render.FRAME)
    async with process(a_config(tmp_path, BASE.replace(*edit, 1))) as service:
        assert (await service.publish()).feeds == every / 5
