"""Archives of feeds, from the store to the folder: complete at every moment, and still but for what changed."""

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.config import Source
from syndicator.ingest import revise
from syndicator.model import Selection
from syndicator.pipeline import render, subscribing
from syndicator.pipeline.archive import Archivist
from syndicator.pipeline.embargoes import let_out
from syndicator.pipeline.publish import Publisher
from syndicator.pipeline.repair import find_missing_pages, whole_editions
from syndicator.publish import archive as cutting
from syndicator.publish import websub
from syndicator.publish.targets.folder import Folder
from syndicator.serve.shelf import Shelf
from syndicator.store import archive, articles, omissions, subscribers
from syndicator.store.database import Store
from syndicator.store.omissions import Omitted
from tests.publish.checks import check_atom
from tests.support.articles import T0, article
from tests.support.configs import BASE, a_config
from tests.support.walk import walk
from tests.support.walking import walk_through

START = datetime(2026, 11, 22, 12, 0, 0, 1, tzinfo=UTC)
TOWN = BASE.replace("[categories.vielfalt]", "[publish]\nentries = 5\n[categories.vielfalt]", 1)
FEEDS = {
    "all": Selection(limit=100_000),
    "dortmund": Selection(cities=("Dortmund",), limit=100_000),
    "vielfalt": Selection(categories=("vielfalt",), limit=100_000),
    "bochum-vielfalt": Selection(categories=("vielfalt",), cities=("Bochum",), limit=100_000),
}


class Town:
    """A store with a publisher, and what a partner sees of its folder."""

    def __init__(self, config, store, folder, given):
        self.config, self.store, self.folder = config, store, folder
        self.now = START
        self.number = 0
        self.publisher = Publisher(config, store, [folder], lambda: self.now, given, folder)

    async def publish(self):
        self.now += timedelta(minutes=1)
        return await self.publisher.publish()

    async def bring(self, count=1, *, city="Dortmund", filed=(), at=None, **changes):
        """New articles; each is the newest unless `at` dates it, by hours since T0."""
        first = self.number + 1
        self.number += count

        def write(db):
            for number in range(first, first + count):
                when = T0 + timedelta(hours=number if at is None else at, seconds=number)
                one = article(number, city=city, sort_at=when, updated=when, **changes)
                articles.insert(db, one, filed, f"d{number}", (), self.now)

        await self.store.write(write)

    async def alter(self, n, act, filed=None):
        def write(db):
            before = articles.by_number(db, n)
            after = act(before.article)
            filed_ = before.filed if filed is None else filed
            if (after, filed_) != (before.article, before.filed):
                articles.replace(db, before, after, filed_, before.digest, self.now)

        await self.store.write(write)

    async def retract(self, n):
        await self.alter(n, lambda one: revise.retracted(one, self.now))

    async def correct(self, n, title="Berichtigt"):
        await self.alter(n, lambda one: replace(one, title=title, updated=self.now))

    def walk(self, feed="all"):
        return walk(feed, self.folder.read)

    async def live(self, feed="all"):
        return [one.id for one in await self.store.read(articles.select, FEEDS[feed])]

    def bytes(self):
        """Every archived page there is."""
        return {
            str(path.relative_to(self.folder.path)): path.read_bytes()
            for path in self.folder.path.glob("*/archive/*.atom")
        }


@asynccontextmanager
async def a_town(path, text=TOWN):
    config = a_config(path, text)
    store, folder = Store(config.store.path), Folder(config.publish.folder)
    try:
        whole = await whole_editions(store, folder)
        await find_missing_pages(store, folder)
        yield Town(config, store, folder, {path: one.digest for path, one in whole.items()})
    finally:
        folder.close()
        store.close()


@pytest.fixture
async def town(tmp_path):
    async with a_town(tmp_path) as made:
        yield made


def ids(*numbers):
    return tuple(f"tag:news.example,2019:dortmund/{number}" for number in numbers)


async def is_complete(town, feed):
    """Whatever is live is in the current document or in an archived page, nothing else is, and no page repeats another."""
    walked, live = town.walk(feed), await town.live(feed)
    archived = walked.archived
    assert len(set(archived)) == len(archived), "twice in the archive"
    assert {*walked.current, *archived} == set(live)
    return walked


# ---------------------------------------------------------------- by chance


@settings(max_examples=5)
@given(st.integers(0, 2**32))
async def test_the_archive_is_complete_at_every_moment_and_only_pages_with_changes_change(seed):
    """Arrivals, old ones too, corrections, retractions, resurrections, refilings and embargoes, in any order."""
    chance = Random(seed)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "ARTICLES", 10)
        async with a_town(Path(folder)) as town:
            before, members, older, out = {}, {}, {}, set()
            for _ in range(12):
                town.now += timedelta(hours=6)
                touched = await something(chance, town)
                await let_out(town.store, lambda: town.now)
                touched |= out ^ (out := set(await town.live()))
                await town.publish()
                after, was, linked = town.bytes(), members, older
                walks = {feed: await is_complete(town, feed) for feed in FEEDS}
                members = {path: set(held) for walked in walks.values() for path, held in walked.pages.items()}
                older = {path: next_ for walked in walks.values() for path, next_ in pairwise([*walked.pages, ""])}
                assert members.keys() == {path for path in after if path.partition("/")[0] in FEEDS}, (
                    "one is not linked"
                )
                for path in members:
                    if (body := after[path]) == before.get(path):
                        continue
                    assert check_atom(body) == []
                    neighbour_went = older[path] != linked.get(path)
                    assert path not in was or touched & (was[path] | members[path]) or neighbour_went, path
                before = after
            assert await town.store.read(archive.is_settled)
            assert not (await town.publish()).written


async def something(chance, town):  # noqa: C901  # one case for each thing
    """Do one of the things that happen; returns the ids of the articles that it touched."""
    what = chance.choice(["arrive", "arrive", "arrive old", "correct", "retract", "rise", "refile", "embargo", "flood"])
    old = [chance.randrange(1, town.number + 1) for _ in range(chance.randrange(1, 4))] if town.number else []
    filed = chance.choice([(), ("vielfalt",)])
    city = chance.choice(["Dortmund", "Bochum"])
    before = town.number
    match what:
        case "arrive":
            await town.bring(chance.randrange(1, 9), city=city, filed=filed)
        case "flood":
            await town.bring(chance.randrange(10, 40), city=city, filed=filed)
        case "arrive old":
            await town.bring(chance.randrange(1, 4), city=city, filed=filed, at=-chance.randrange(1, 1000))
        case "embargo":
            until = town.now + timedelta(hours=chance.randrange(1, 20))
            await town.bring(1, city=city, filed=filed, status="embargoed", embargo_until=until)
        case "correct":
            for n in old:
                await town.correct(n, f"Berichtigt {chance.random()}")
        case "retract":
            for n in old:
                await town.retract(n)
        case "rise":
            for n in old:
                await town.alter(n, lambda one: revise.released(one, town.now))
        case "refile":
            for n in old:
                await town.alter(n, lambda one: one, filed)
    return {*ids(*old), *ids(*range(before + 1, town.number + 1))}


# ---------------------------------------------------------------- one after another


async def test_what_the_current_document_does_not_show_is_in_a_page_with_what_came_beside_it(town):
    await town.bring(5)
    await town.publish()
    assert town.walk().pages == {}
    await town.bring(1)
    await town.publish()
    walked = town.walk()
    assert walked.current == ids(6, 5, 4, 3, 2)
    assert walked.pages == {"all/archive/1.atom": ids(6, 5, 4, 3, 2, 1)}


async def test_an_old_article_comes_into_a_page_of_its_own_and_no_page_changes(town):
    await town.bring(6)
    await town.publish()
    before = town.bytes()
    await town.bring(1, at=-5000)
    await town.publish()
    assert town.walk().pages == {"all/archive/2.atom": ids(7), "all/archive/1.atom": ids(6, 5, 4, 3, 2, 1)}
    assert {path: town.bytes()[path] for path in before} == before


async def test_a_first_archive_is_made_of_full_pages(town):
    await town.bring(250)
    await town.publish()
    assert [len(members) for members in town.walk().pages.values()] == [50, 100, 100]


async def test_a_large_archive_is_made_in_steps_between_which_the_news_goes_out(town, monkeypatch):
    """After each step the current documents get their turn: an article that came meanwhile does not wait for the archive."""
    monkeypatch.setattr(cutting, "ARTICLES", 2)
    await town.bring(200)
    steps, out = [], []
    step = Archivist.step

    async def counted(self, *args, **kwargs):
        steps.append(1)
        if len(steps) == 2:
            await town.bring(1)
        out.append(ids(201)[0] in town.walk().current)
        return await step(self, *args, **kwargs)

    monkeypatch.setattr(Archivist, "step", counted)
    await town.publish()
    assert len(steps) > 10
    assert out[2]
    assert not all(out)
    await is_complete(town, "all")


async def test_a_correction_changes_the_pages_that_hold_the_article_and_no_others(town):
    await town.bring(230)
    await town.publish()
    before = town.bytes()
    await town.correct(5)
    written = (await town.publish()).written
    assert {path for path in written if "/archive/" in path} == {"all/archive/1.atom", "dortmund/archive/1.atom"}
    assert {path for path, body in town.bytes().items() if before[path] != body} == set(written) & before.keys()
    assert b"Berichtigt" in town.bytes()["all/archive/1.atom"]


async def test_a_retracted_article_leaves_the_archive(town):
    await town.bring(230)
    await town.publish()
    await town.retract(5)
    await town.publish()
    assert all(b"Nachricht 5<" not in body for body in town.bytes().values())
    await is_complete(town, "all")


async def test_a_page_whose_articles_are_all_gone_is_removed_and_its_number_not_used_again(town):
    await town.bring(6)
    await town.publish()
    await town.bring(1, at=-5000)
    await town.publish()
    await town.bring(1, at=-6000)
    await town.publish()
    await town.retract(7)
    assert "all/archive/2.atom" in (await town.publish()).removed
    assert list(town.walk().pages) == ["all/archive/3.atom", "all/archive/1.atom"]
    await town.retract(8)
    await town.publish()
    await town.bring(1, at=-7000)
    await town.publish()
    assert list(town.walk().pages) == ["all/archive/4.atom", "all/archive/1.atom"]


async def test_an_article_that_rises_again_is_in_its_page_again(town):
    await town.bring(6)
    await town.publish()
    before = town.bytes()
    for n in range(1, 7):
        await town.retract(n)
    await town.publish()
    assert town.walk().pages == {}
    await town.alter(1, lambda one: revise.released(one, town.now))
    await town.bring(5)
    await town.publish()
    walked = await is_complete(town, "all")
    assert len(before) > len(walked.pages) > 0


async def test_a_feed_that_takes_in_more_by_an_edit_of_config_has_its_pages_cut_anew(town):
    text = TOWN
    block = '[[feeds]]\nname = "auswahl"\ntitle = "Auswahl"\ncities = ["Bochum"]\n'
    FEEDS["auswahl"] = Selection(cities=("Bochum",), limit=100_000)
    try:
        town.publisher = town.publisher.under(a_config(town.folder.path.parent, text + block))
        await town.bring(700)
        await town.bring(6, city="Bochum")
        await town.publish()
        assert len(town.walk("auswahl").pages) == 1
        wider = block.replace('["Bochum"]', '["Bochum", "Dortmund"]')
        town.publisher = town.publisher.under(a_config(town.folder.path.parent, text + wider))
        FEEDS["auswahl"] = Selection(cities=("Bochum", "Dortmund"), limit=100_000)
        await town.publish()
        walked = await is_complete(town, "auswahl")
        assert max(map(len, walked.pages.values())) <= 200
        assert "auswahl/archive/1.atom" in walked.pages
    finally:
        del FEEDS["auswahl"]


async def test_the_archive_of_a_feed_that_is_no_more_is_removed(town):
    text = TOWN
    block = '[[feeds]]\nname = "auswahl"\ntitle = "Auswahl"\n'
    town.publisher = town.publisher.under(a_config(town.folder.path.parent, text + block))
    await town.bring(6)
    await town.publish()
    assert "auswahl/archive/1.atom" in town.bytes()
    town.publisher = town.publisher.under(a_config(town.folder.path.parent, text))
    await town.publish()
    assert "auswahl/archive/1.atom" not in town.bytes()
    town.publisher = town.publisher.under(a_config(town.folder.path.parent, text + block))
    await town.publish()
    assert list(town.walk("auswahl").pages) == ["auswahl/archive/2.atom"]


async def test_without_atom_there_is_no_archive(tmp_path):
    text = BASE.replace("[categories.vielfalt]", '[publish]\nformats = ["rss"]\nentries = 5\n[categories.vielfalt]', 1)
    async with a_town(tmp_path, text) as town:
        await town.bring(9)
        await town.publish()
        assert town.bytes() == {}
        assert b"prev-archive" not in town.folder.read("all.rss")


async def test_an_edit_of_the_title_renders_every_page_and_moves_none(town):
    await town.bring(230)
    await town.publish()
    before = town.walk().pages
    text = TOWN.replace('publisher = "Stadt Dortmund"', 'publisher = "Neuer Name"')
    town.publisher = town.publisher.under(a_config(town.folder.path.parent, text))
    await town.publish()
    assert town.walk().pages == before
    assert all(b"Neuer Name" in body for body in town.bytes().values())


async def test_a_twin_is_in_the_archive_though_the_feed_shows_it_once(town):
    await town.bring(1)
    await town.bring(1, city="Bochum")
    await town.store.write(lambda db: db.execute("INSERT INTO twin_groups VALUES (1, 1), (2, 1)") and None)
    await town.publish()
    assert (town.walk().current, town.walk().pages) == (ids(1), {})
    await town.bring(5)
    await town.publish()
    assert town.walk().pages == {"all/archive/1.atom": ids(7, 6, 5, 4, 3, 2, 1)}


async def test_our_own_walker_reads_every_article_from_one_address(town):
    await town.bring(20, at=-100)
    await town.publish()
    await town.bring(230)
    await town.publish()
    home = "https://news.example/feeds/"
    site = {f"{home}{path}": body for path, body in town.bytes().items()}
    site[f"{home}all.atom"] = town.folder.read("all.atom")
    source = Source(name="news", title="News", city="Dortmund", kind="feed", url=f"{home}all.atom")
    walked = walk_through(source, site, media_type="application/atom+xml")
    assert walked.walk.ended == "end"
    assert set(walked.titles) == {f"Nachricht {number}" for number in range(1, 251)}
    assert len(walked.places) == 1 + len(town.walk().pages)


# ---------------------------------------------------------------- what goes wrong


async def test_a_page_that_is_gone_from_the_folder_is_written_again(tmp_path):
    async with a_town(tmp_path) as town:
        await town.bring(230)
        await town.publish()
        before = town.bytes()
    (tmp_path / "feeds" / "all" / "archive" / "2.atom").unlink()
    async with a_town(tmp_path) as town:
        assert (await town.publish()).written == ("all/archive/2.atom",)
        assert town.bytes() == before


async def test_a_round_that_is_broken_off_leaves_no_dead_link_and_is_made_up_for(tmp_path):
    class Full:
        def put(self, files):
            if any("/archive/" in file.path for file in files):
                raise OSError(28, "No space left on device")

        def remove(self, paths): ...

    async with a_town(tmp_path) as town:
        town.publisher = Publisher(town.config, town.store, [Full(), town.folder], lambda: town.now, {}, town.folder)
        await town.bring(20)
        with pytest.raises(OSError, match="No space"):
            await town.publish()
        assert town.walk().pages == {}
    async with a_town(tmp_path) as town:
        await town.publish()
        await is_complete(town, "all")


async def test_a_page_that_cannot_be_rendered_stops_nothing_and_is_told(town, monkeypatch):
    from syndicator.pipeline import render

    archived = render.archived

    def failing(feed, page, *args):
        if (feed.name, page) == ("all", 2):
            raise ValueError("no")
        return archived(feed, page, *args)

    await town.bring(250)
    monkeypatch.setattr(render, "archived", failing)
    assert (await town.publish()).failed == ("all/archive/2.atom",)
    assert list(town.walk().pages) == ["all/archive/3.atom", "all/archive/1.atom"]
    monkeypatch.undo()
    town.publisher = town.publisher.under(town.config)
    await town.publish()
    await is_complete(town, "all")


async def test_readers_are_answered_with_archived_pages_from_the_folder(town):
    shelf = Shelf(town.folder.path)
    town.publisher = Publisher(town.config, town.store, [town.folder, shelf], lambda: town.now, {}, town.folder)
    await town.bring(6)
    await town.publish()
    assert shelf.get("all/archive/1.atom") is None
    opened = await shelf.open("all/archive/1.atom")
    assert opened.variants["identity"].body == town.bytes()["all/archive/1.atom"]
    assert opened.encodings[-1] == "identity"
    assert len(opened.encodings) > 1
    assert await shelf.open("all/archive/2.atom") is None


# ---------------------------------------------------------------- a feed that is renamed


async def test_a_renamed_feed_keeps_its_archive_under_the_same_numbers(tmp_path):
    block = '\n[[feeds]]\nname = "joint"\ntitle = "Beide"\ncities = ["Dortmund", "Bochum"]\n'
    async with a_town(tmp_path, TOWN + block) as town:
        for count in (8, 4, 7):
            await town.bring(count)
            await town.publish()
        before = town.walk("joint")
        assert len(before.pages) > 1
        config = a_config(tmp_path, TOWN + block.replace('"joint"', '"both"\naliases = ["joint"]'))
        town.publisher = town.publisher.under(config)
        done = await town.publish()
        after = town.walk("both")
        assert after.current == before.current
        assert after.pages == {path.replace("joint", "both"): shown for path, shown in before.pages.items()}
        assert before.pages.keys() <= set(done.removed)
        assert not any(path.startswith("joint") for path in town.bytes())


# ---------------------------------------------------------------- what is missing is told


async def missing(town):
    return await town.store.read(omissions.omissions)


async def test_what_a_feed_has_no_room_for_stands_in_its_archive(tmp_path):
    body = f"<p>{'Wort und Satz ' * 6_500}</p>"  # 90 kB
    async with a_town(tmp_path, TOWN.replace("entries = 5", "entries = 50")) as town:
        await town.bring(15, body=body)
        await town.publish()
        walked = await is_complete(town, "all")
        assert 5 < len(walked.current) < 15
        beyond = (await missing(town))["all"].beyond
        assert list(walked.current) + list(beyond) == await town.live()
        assert set(beyond) <= set(walked.archived)
        for n in range(1, 11):
            await town.retract(n)
        await town.publish()
        assert "all" not in await missing(town)


async def test_an_article_that_cannot_be_rendered_is_remembered_until_it_can(town):
    await town.bring(8)
    await town.store.write(lambda db: db.execute("UPDATE articles SET images = '[{\"url\": 5}]' WHERE n IN (1, 8)"))
    await town.publish()
    (old, *_), (_, new) = ids(1), ids(1, 8)
    lack = await missing(town)
    assert lack["all"] == lack["dortmund"] == Omitted((new,))
    assert lack["all/archive/1.atom"].broken == (new, old)  # what no current document shows is archived
    assert new not in town.walk().current
    await town.store.write(lambda db: db.execute("UPDATE articles SET images = '[]'"))
    await town.correct(1)
    await town.correct(8)
    await town.publish()
    assert await missing(town) == {}
    await is_complete(town, "all")


async def test_a_subscriber_of_an_archived_page_is_due_its_corrections(tmp_path):
    topic = "https://news.example/feeds/all/archive/1.atom"
    asked = {"hub.mode": "subscribe", "hub.topic": topic, "hub.callback": "https://reader.example/"}
    async with a_town(tmp_path) as town:
        await town.bring(8)
        await town.publish()
        request = websub.read_request(list(asked.items()))
        await town.store.write(subscribing.accept, request, town.config, town.now)
        ((waiting, _),) = await town.store.read(subscribers.asked)
        assert await town.store.write(subscribing.confirm, waiting, town.now)
        await town.bring()
        await town.publish()
        assert await town.store.read(subscribers.behind, town.now) == ({}, [])
        await town.correct(1)
        told = []
        town.publisher.settled = lambda: told.append(1)
        await town.publish()
        topics, (due,) = await town.store.read(subscribers.behind, town.now)
        assert told
        assert (due.callback, topics[due.topic].version) == ("https://reader.example/", 2)
        body = town.folder.read("all/archive/1.atom")
        assert render.digest(body) == topics[due.topic].digest
        assert b"Berichtigt" in body
