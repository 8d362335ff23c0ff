"""An article that is taken back: feeds carry that for thirty days in its place, and whoever reads them understands it."""

import json
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree
from sqlite_utils import Database

from syndicator.ingest import revise
from syndicator.ingest.reading.feed import read_feed
from syndicator.model import Draft, Harvest, Image, Label, Moment, Selection
from syndicator.pipeline.decide import decide
from syndicator.pipeline.embargoes import let_out
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.publish import Publisher
from syndicator.pipeline.record import Recorder
from syndicator.publish.targets.folder import Folder
from syndicator.store import articles
from syndicator.store.database import Store, connect
from syndicator.store.schema import migrations
from tests.publish.checks import ATOM, CHECKS
from tests.support.configs import BASE, a_config
from tests.support.walk import TOMBSTONES

NOON = datetime(2026, 11, 22, 12, 0, 0, 500_000, tzinfo=UTC)
SECRET = ("Kennwort-Anriss", "Kennwort-Text", "Kennwort-Bild", "Kennwort-Marke", "Kennwort-Grund")


def draft(number=1, **changes):
    plain = Draft(
        key=str(number),
        address=f"https://portal.example/{number}",
        title=f"Meldung {number}",
        summary="Kennwort-Anriss",
        body="<p>Kennwort-Text</p>",
        published=Moment(NOON - timedelta(days=30 - number), "minute", "list"),
        labels=(Label("topline", "Vielfalt"), Label("tag", "Kennwort-Marke")),
        images=(Image("https://portal.example/a.jpg", credit="Kennwort-Bild", license="CC-BY-4.0"),),
        language="de",
    )
    return replace(plain, **changes)


class Town:
    def __init__(self, config, store, folder):
        self.config, self.store, self.folder, self.now = config, store, folder, NOON
        self.publisher = Publisher(config, store, [folder], lambda: self.now, {}, folder)

    async def bring(self, *drafts, withdrawn=()):
        def write(db):
            recorder = Recorder(db, self.config.sources[0], Rules(self.config), self.config.site.host, self.now)
            return recorder.record(Harvest(drafts=drafts, withdrawn=withdrawn))

        return await self.store.write(write)

    async def decide(self, n, action):
        await self.store.write(lambda db: decide(db, articles.by_number(db, n), action, "Kennwort-Grund", self.now))

    async def after(self, **time):
        self.now += timedelta(**time)
        await let_out(self.store, lambda: self.now)
        return (await self.publisher.publish()).written

    def atom(self, feed="all"):
        return etree.fromstring(self.folder.read(f"{feed}.atom"))

    def titles(self, feed="all"):
        return [entry.findtext(f"{ATOM}title") for entry in self.atom(feed).iter(f"{ATOM}entry")]

    def tombstones(self, feed="all"):
        return list(self.atom(feed).iter(f"{TOMBSTONES}deleted-entry"))


@asynccontextmanager
async def a_town(path, text=BASE):
    config = a_config(path, text)
    store, folder = Store(config.store.path), Folder(config.publish.folder)
    try:
        yield Town(config, store, folder)
    finally:
        folder.close()
        store.close()


@pytest.fixture
async def town(tmp_path):
    async with a_town(tmp_path) as made:
        await made.bring(draft(1), draft(2), draft(3))
        await made.after()
        yield made


# ---------------------------------------------------------------- what goes out


async def test_all_formats_tell_it_in_its_place_and_nothing_of_its_text(town):
    await town.decide(2, "retract")
    await town.after(minutes=1)
    assert town.titles() == town.titles("vielfalt") == ["Meldung 3", "Zurückgezogen: Meldung 2", "Meldung 1"]
    await town.decide(1, "retract")
    await town.decide(3, "retract")
    await town.after(minutes=1)
    for name in ("all.atom", "all.rss", "all.json", "all.html"):
        body = town.folder.read(name)
        assert CHECKS[name.partition(".")[2]](body) == []
        assert body.decode().count("Zurückgezogen: Meldung") >= 3
        assert not [word for word in SECRET if word in body.decode()]


async def test_whoever_knows_tombstones_deletes_the_entry(town):
    """RFC 6721: it counts for entries that are not newer than itself."""
    await town.bring(withdrawn=("2",))
    await town.after(minutes=1)
    (tombstone,) = town.tombstones()
    entry = town.atom().findall(f"{ATOM}entry")[1]
    assert tombstone.get("ref") == entry.findtext(f"{ATOM}id") == "tag:news.example,2026:dortmund/2"
    when, updated = (datetime.fromisoformat(text) for text in (tombstone.get("when"), entry.findtext(f"{ATOM}updated")))
    assert when >= updated >= NOON.replace(microsecond=0)
    assert entry.find(f"{ATOM}link").get("href").startswith("https://news.example/articles/")


async def test_after_thirty_days_nothing_is_told_any_more(town):
    await town.decide(2, "retract")
    await town.after(minutes=1)
    await town.after(days=29, hours=23)
    assert len(town.tombstones()) == 1
    assert "all.atom" in await town.after(hours=2)
    assert (town.titles(), town.tombstones()) == (["Meldung 3", "Meldung 1"], [])
    assert await town.after(days=1) == ()


async def test_the_end_of_a_notice_is_planned(town):
    await town.decide(2, "retract")
    assert await town.store.read(articles.next_end) == NOON + revise.NOTICE


async def test_a_feed_tells_of_an_article_that_it_no_longer_shows_as_readers_have_it(tmp_path):
    text = BASE.replace("[categories.vielfalt]", "[publish]\nentries = 2\n[categories.vielfalt]", 1)
    async with a_town(tmp_path, text) as town:
        await town.bring(*map(draft, range(8, 0, -1)))
        await town.decide(1, "retract")
        await town.after()
        assert town.titles() == ["Meldung 8", "Meldung 7", "Zurückgezogen: Meldung 1"]
        for n in range(2, 9):
            await town.decide(n, "retract")
        await town.after(minutes=1)
        assert town.titles() == ["Zurückgezogen: Meldung 8", "Zurückgezogen: Meldung 7"]  # no more than entries


@pytest.mark.parametrize("change", [{"embargo": NOON + timedelta(hours=9)}, {"hold": "Vor der Rede nicht."}])
async def test_what_was_never_out_is_not_told(town, change):
    await town.bring(draft(4, **change))
    await town.decide(4, "retract")
    await town.after(days=1)
    assert town.titles() == ["Meldung 3", "Meldung 2", "Meldung 1"]
    assert town.tombstones() == []


async def test_what_was_out_and_held_before_it_was_taken_back_is_told(town):
    await town.decide(2, "hold")
    await town.after(minutes=1)
    assert town.titles() == ["Meldung 3", "Meldung 1"]
    await town.decide(2, "retract")
    await town.after(minutes=1)
    assert town.titles() == ["Meldung 3", "Zurückgezogen: Meldung 2", "Meldung 1"]


async def test_it_tells_the_retraction_once_whoever_repeats_it(town):
    await town.bring(withdrawn=("2",))
    await town.after(minutes=1)
    before = town.folder.read("all.atom")
    await town.after(days=1)
    await town.bring(withdrawn=("2",))
    await town.decide(2, "retract")
    await town.bring(draft(2, body="<p>Neu.</p>"))
    await town.after(minutes=1)
    assert town.folder.read("all.atom") == before


@pytest.mark.parametrize("by", ["source", "admin"])
async def test_an_article_that_rises_again_is_newer_than_its_tombstone(town, by):
    await (town.bring(withdrawn=("2",)) if by == "source" else town.decide(2, "retract"))
    await town.after()
    when = datetime.fromisoformat(town.tombstones()[0].get("when"))
    await (town.bring(draft(2)) if by == "source" else town.decide(2, "release"))  # in the same second
    await town.after()
    assert town.titles() == ["Meldung 3", "Meldung 2", "Meldung 1"]
    assert town.tombstones() == []
    updated = town.atom().findall(f"{ATOM}entry")[1].findtext(f"{ATOM}updated")
    assert datetime.fromisoformat(updated) > when


async def test_json_says_it_in_a_field_as_well(town):
    await town.decide(2, "retract")
    await town.after(minutes=1)
    item = json.loads(town.folder.read("all.json"))["items"][1]
    assert item["_syndicator"]["withdrawn"] == item["date_modified"]


async def test_no_other_selection_holds_it(town):
    await town.decide(2, "retract")
    live = await town.store.read(articles.select, Selection())
    assert [article.key for article in live] == ["3", "1"]


# ---------------------------------------------------------------- another instance that reads us


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
async def test_another_instance_takes_it_back_and_brings_it_again(town, tmp_path, form):
    other = tmp_path / "other"
    other.mkdir()
    config = a_config(other, BASE.replace("https://news.example/", "https://other.example/"))
    db = Database(connect(other / "syndicator.db"))
    migrations.apply(db)

    def read():
        source, body = config.sources[1], town.folder.read(f"all.{form}")
        harvest = read_feed(body, f"https://news.example/feeds/all.{form}", "", "Europe/Berlin", town.now)
        assert harvest.problems == ()
        Recorder(db, source, Rules(config), config.site.host, town.now).record(harvest)
        return sorted(article.title for article in articles.select(db, Selection()))

    try:
        assert read() == ["Meldung 1", "Meldung 2", "Meldung 3"]
        await town.decide(2, "retract")
        await town.after(minutes=1)
        assert read() == ["Meldung 1", "Meldung 3"]
        noticed = articles.select_for_feed(db, Selection())
        assert [one.title for one in noticed if one.status == "retracted"] == ["Meldung 2"]
        await town.decide(2, "release")
        await town.after(minutes=1)
        assert read() == ["Meldung 1", "Meldung 2", "Meldung 3"]
    finally:
        db.conn.close()


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
async def test_who_reads_us_for_the_first_time_makes_no_article_of_it(town, tmp_path, form):
    await town.decide(2, "retract")
    await town.after(minutes=1)
    harvest = read_feed(
        town.folder.read(f"all.{form}"), f"https://news.example/feeds/all.{form}", "", "Europe/Berlin", town.now
    )
    db = Database(connect(tmp_path / "other.db"))
    migrations.apply(db)
    try:
        recorder = Recorder(db, town.config.sources[1], Rules(town.config), "other.example", town.now)
        assert recorder.record(harvest).new == 2
    finally:
        db.conn.close()
