"""Reading archives as the command does: a real portal on loopback, a real store, real workers, stopped and gone on with."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from syndicator.errors import SyndicatorError
from syndicator.model import Selection
from syndicator.pipeline import walk as walking
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.visit import Visitor
from syndicator.pipeline.walk import GivenUp, Pause, Step
from syndicator.store import articles, sources, walks
from syndicator.store.database import Store
from tests.ingest.web import Memory, portal
from tests.support.configs import a_config
from tests.support.warm import Warm

CONFIG = """
[site]
title = "Nachrichten der Stadt Dortmund"
url = "https://news.example/"
publisher = "Stadt Dortmund"
contact = "webredaktion@news.example"

[[sources]]
name = "dortmund"
city = "Dortmund"
url = "{url}/news/"
allow_private = true
delay = "0s"
robots = false
"""


class Archive:
    """A portal with an archive, and who reads it."""

    def __init__(self, site, folder, store, workers, client, memory):
        self.site, self.folder, self.store, self.workers, self.client = site, folder, store, workers, client
        self.clock = memory.clock
        self.edit()

    def edit(self, *changes, url=""):
        text = CONFIG.format(url=self.site.url)
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        self.config = a_config(self.folder, text)
        self.visitor = Visitor(self.config, self.store, self.client, self.workers, Rules(self.config), self.clock)

    @property
    def source(self):
        return self.config.sources[0]

    def holds(self, *pages, dated=True):
        """List pages, each a list of days; an article for every day."""
        for number, days in enumerate(pages, start=1):
            teasers = "".join(_teaser(day, dated=dated) for day in days)
            following = f'<a rel="next" href="/news/{number + 1}/">weiter</a>' if number < len(pages) else ""
            body = f"<!doctype html><main>{teasers}{following}</main>"
            self.site.says("/news/" if number == 1 else f"/news/{number}/", body, content_type="text/html")
            for day in days:
                self.site.says(f"/news/{day}.html", _article(day, dated=dated), content_type="text/html")

    async def read(self, since=None, most=None, *, anew=False):
        """All that happened until the walk ended."""
        walk = await walking.begin(self.visitor, self.source, since, most, anew=anew)
        seen = []
        async with aclosing(walking.walk_on(self.visitor, self.source, walk, most)) as events:
            async for event in events:
                seen.append(event)
                self.clock.forward(seconds=event.seconds if isinstance(event, Pause) else 0)
        return seen

    async def stored(self):
        """The titles as a feed has them, newest first."""
        found = await self.store.read(articles.select, Selection(limit=200))
        return [article.title.removeprefix("Aus dem Rathaus: ") for article in found]

    def asked(self):
        """What was asked for since the last time."""
        paths = [path.removeprefix("/news/").removesuffix(".html") for path in self.site.asked]
        self.site.requests.clear()
        return paths


def _teaser(day, *, dated):
    shown = f"<time>{day}</time>" if dated else ""
    return f'<article><h3><a href="/news/{day}.html">Aus dem Rathaus: {day}</a></h3>{shown}<p>Ein Vorspann im Teaser, der lang genug ist.</p></article>'


def _article(day, *, dated=True):
    line = f"<p>Nachricht vom {day}</p>" if dated else ""
    return f"<!doctype html><main><h1>Aus dem Rathaus: {day}</h1>{line}<p>Der ganze Text der Meldung steht auf ihrer eigenen Seite: {day}.</p></main>"


@pytest.fixture
async def archive(tmp_path):
    memory, workers, store = Memory(), Warm(), Store(tmp_path / "store.db")
    try:
        async with portal() as site, memory.client() as client:
            yield Archive(site, tmp_path, store, workers, client, memory)
    finally:
        await workers.close()
        store.close()


ONE, TWO, THREE = ["2026-03-01", "2026-02-28"], ["2026-02-02", "2026-02-01"], ["2024-01-02", "2024-01-01"]


async def test_an_archive_is_stored_with_its_true_dates_and_asks_for_no_other_look(archive):
    archive.holds(ONE, TWO, THREE)
    events = await archive.read()
    assert [event.walk.pages for event in events] == [1, 2, 3]
    assert events[-1].walk.ended == "end"
    assert await archive.stored() == [*ONE, *TWO, *THREE]
    found = await archive.store.read(articles.in_order_of_arrival, 0, 10)
    old = next(one for one in found if one.article.title.endswith("2024-01-01"))
    assert old.article.updated == old.article.sort_at == datetime(2023, 12, 31, 23, tzinfo=UTC)
    assert old.recheck_at is None


async def test_each_page_is_stored_before_the_next_is_asked_for_and_a_killed_walk_goes_on_there(archive):
    archive.holds(ONE, TWO, THREE)
    asked, gate = asyncio.Event(), asyncio.Event()
    third = archive.site.pages["/news/3/"]

    async def slow(request):
        asked.set()
        await gate.wait()
        return await third(request)

    archive.site.pages["/news/3/"] = slow
    task = asyncio.create_task(archive.read())
    await asked.wait()
    assert await archive.stored() == [*ONE, *TWO]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    gate.set()
    archive.asked()
    events = await archive.read()
    assert archive.asked() == ["3/", *THREE]
    assert (events[-1].walk.pages, events[-1].walk.new) == (3, 6)


async def test_what_is_known_is_not_fetched_again_even_from_the_first_page_on(archive):
    archive.holds(ONE, TWO, THREE)
    await archive.read()
    archive.asked()
    assert await archive.read() == []
    assert archive.asked() == []
    events = await archive.read(anew=True)
    assert archive.asked() == ["", "2/", "3/"]
    assert events[-1].walk.found == 6
    assert events[-1].walk.new == 0


async def test_a_known_article_does_not_end_a_walk_as_it_ends_a_visit(archive):
    archive.holds(ONE, TWO, THREE)
    await archive.visitor.visit(archive.source)
    assert await archive.stored() == ONE
    await archive.read()
    assert await archive.stored() == [*ONE, *TWO, *THREE]


async def test_a_visit_after_a_walk_finds_nothing_left_to_do(archive):
    archive.holds(ONE, TWO)
    await archive.read()
    archive.asked()
    visit = await archive.visitor.visit(archive.source)
    assert archive.asked() == [""]
    assert not visit.tally


async def test_articles_without_a_date_do_not_come_out_on_top(archive):
    archive.holds(["eins", "zwei"], ["drei", "vier"], ["fuenf", "sechs"], dated=False)
    await archive.visitor.visit(archive.source)
    archive.clock.forward(days=9)
    await archive.read()
    assert await archive.stored() == ["eins", "zwei", "drei", "vier", "fuenf", "sechs"]


async def test_retry_after_pauses_a_walk_which_then_goes_on(archive):
    archive.holds(ONE, TWO)
    second, refused = archive.site.pages["/news/2/"], []

    async def busy_once(request):
        if refused:
            return await second(request)
        refused.append(request)
        return web.Response(status=429, headers={"Retry-After": "1"})

    archive.site.pages["/news/2/"] = busy_once
    events = await archive.read()
    assert [type(event) for event in events] == [Step, Pause, Step]
    assert events[1].seconds == 1
    assert await archive.stored() == [*ONE, *TWO]


async def test_a_page_that_is_denied_is_left_for_later_and_no_failure_of_the_source(archive):
    archive.holds(ONE, TWO, THREE)
    second = archive.site.pages["/news/2/"]
    archive.site.says("/news/2/", status=403)
    events = await archive.read()
    assert isinstance(events[-1], GivenUp)
    assert events[-1].failed.kind == "denied"
    assert (await archive.store.read(sources.get_state, "dortmund")).failures == 0
    archive.site.pages["/news/2/"] = second
    archive.asked()
    await archive.read()
    assert archive.asked()[0] == "2/"


async def test_an_earlier_day_reads_on_beyond_an_archive_that_was_read(archive):
    archive.holds(ONE, TWO, THREE)
    events = await archive.read(datetime(2026, 1, 1, tzinfo=UTC))
    assert events[-1].walk.ended == "since"
    assert await archive.stored() == [*ONE, *TWO]
    archive.asked()
    await archive.read(datetime(2023, 1, 1, tzinfo=UTC))
    assert archive.asked() == ["", "2/", "3/", *THREE]


async def test_a_walk_under_an_edited_block_stops_and_the_next_begins_anew(archive):
    archive.holds(ONE, TWO)
    before, source = archive.visitor, archive.source
    walk = await walking.begin(before, source, None, None)
    archive.edit(("robots = false", "robots = true"))
    await archive.visitor.visit(archive.source)
    with pytest.raises(SyndicatorError, match="was edited meanwhile"):
        await anext(walking.walk_on(before, source, walk, None))
    assert await archive.store.read(walks.get_walk, "dortmund") is None
    events = await archive.read()
    assert events[0].walk.pages == 1


async def test_the_source_is_visited_in_between_when_its_time_has_come(archive):
    archive.holds(ONE, TWO)
    walk = await walking.begin(archive.visitor, archive.source, None, None)
    async with aclosing(walking.walk_on(archive.visitor, archive.source, walk, None)) as events:
        await anext(events)
        archive.clock.forward(minutes=11)
        archive.asked()
        await anext(events)
    assert archive.asked() == ["", "2/", *TWO]
    state = await archive.store.read(sources.get_state, "dortmund")
    assert state.polled == archive.clock.now
    assert state.next_due - archive.clock.now == timedelta(minutes=10)
    assert state.waits == "its archive is read"


async def test_a_copy_of_its_time_does_not_undo_what_a_feed_says_now(archive):
    def feed(text, link=""):
        entry = f"<entry><id>urn:a</id><title>Meldung vom Tage</title><updated>2026-02-01T10:00:00Z</updated><content>{text}</content></entry>"
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title>F</title><updated>2026-02-01T10:00:00Z</updated>{link}{entry}</feed>'

    archive.site.says("/news/", feed("Berichtigt.", '<link rel="prev-archive" href="/news/1.atom"/>'))
    archive.site.says("/news/1.atom", feed("Falsch."))
    archive.edit(("robots = false", 'robots = false\nkind = "feed"'))
    await archive.read()
    (article,) = await archive.store.read(articles.select, Selection())
    assert "Berichtigt" in article.body
    assert article.revision == 1
