"""Incidents begin once and end once, as visits bring them: a real portal on loopback, a real store."""

from contextlib import asynccontextmanager

import pytest

from syndicator.pipeline import watch
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.visit import Visitor
from syndicator.store import sources
from syndicator.store import watch as store
from syndicator.store.database import Store
from tests.ingest.web import Memory, portal
from tests.support.configs import a_config
from tests.support.warm import Warm

HEAD = """
[site]
title = "Nachrichten der Stadt Dortmund"
url = "https://news.example/"
publisher = "Stadt Dortmund"
contact = "webredaktion@news.example"
"""
SOURCE = """
[[sources]]
name = "{name}"
city = "{name}"
kind = "feed"
url = "{url}"
allow_private = true
delay = "0s"
robots = false
"""


class Town:
    """Feeds at one server, and who visits and watches them."""

    def __init__(self, folder, site, client, workers, opened, memory):
        self.folder, self.site, self.client, self.workers, self.store = folder, site, client, workers, opened
        self.clock = memory.clock
        self.configure()

    def configure(self, *names, more="", hosts=()):
        names = names or ("stadt",)
        places = hosts or [self.site.url] * len(names)
        blocks = [SOURCE.format(name=n, url=f"{place}/{n}.xml") for n, place in zip(names, places, strict=True)]
        self.config = a_config(self.folder, HEAD + "".join(blocks) + more)
        self.visitor = Visitor(self.config, self.store, self.client, self.workers, Rules(self.config), self.clock)

    def publishes(self, *numbers, name="stadt", dated=True, title="Meldung {n} aus dem Rathaus", **answer):
        date = "<pubDate>Mon, 02 Mar 2026 07:00:00 GMT</pubDate>" if dated else ""
        items = "".join(
            f'<item><guid isPermaLink="false">{n}</guid><title>{title.format(n=n)}</title>{date}'
            f"<description>Der Rat hat zu Nummer {n} etwas beschlossen.</description></item>"
            for n in numbers
        )
        text = f'<rss version="2.0"><channel><title>F</title><link>http://x.example/</link><description>d</description>{items}</channel></rss>'
        self.site.says(f"/{name}.xml", text, content_type="application/rss+xml", **answer)

    async def visit(self, name="stadt", **later):
        self.clock.forward(**(later or {"minutes": 10}))
        source = next(source for source in self.config.sources if source.name == name)
        return [str(turn) for turn in (await self.visitor.visit(source)).turns]

    async def open(self, name="stadt"):
        return {one.kind: one.severity for one in await self.store.read(store.open_incidents, name)}


@pytest.fixture
async def town(tmp_path):
    async with a_town(tmp_path) as made:
        yield made


@asynccontextmanager
async def a_town(folder):
    memory, workers, opened = Memory(), Warm(), Store(folder / "store.db")
    try:
        async with portal() as site, memory.client() as client:
            yield Town(folder, site, client, workers, opened, memory)
    finally:
        await workers.close()
        opened.close()


async def test_dates_that_vanish_are_one_incident_until_they_are_back(town):
    town.publishes(*range(20))
    assert await town.visit() == []
    town.publishes(*range(1, 21), dated=False)
    assert await town.visit() == [
        "stadt: red: Since Mon 2 Mar, 09:20, no article of 20 has a date; until then 100 % had."
    ]
    town.publishes(*range(2, 22), dated=False)
    assert await town.visit() == []
    assert await town.open() == {"date": "red"}
    town.publishes(*range(3, 23))
    (said,) = await town.visit()
    assert said.startswith("stadt: over: Since Mon 2 Mar, 09:20")
    assert await town.open() == {}


async def test_the_words_of_an_incident_follow_what_happens(town):
    town.publishes(*range(20))
    await town.visit()
    for number in range(1, 4):
        town.publishes(*range(number, 20 + number), dated=False)
        await town.visit()
    (incident,) = await town.store.read(store.open_incidents, "stadt")
    assert "no article of 22 has a date" in incident.sentence_en


async def test_an_edit_of_the_block_starts_the_counting_anew(town):
    town.publishes(*range(20))
    await town.visit()
    town.publishes(*range(1, 21), dated=False)
    await town.visit()
    town.configure(more='article = {title = "h1"}\n')
    assert (await town.visit())[0].startswith("stadt: over:")
    for number in range(2, 9):
        town.publishes(*range(number, 20 + number), dated=False)
        assert await town.visit() == []  # that is how it is here now


async def test_a_visit_that_brings_nothing_writes_nothing_down(town):
    town.publishes(*range(20), headers={"ETag": '"1"'})
    await town.visit()
    before = await town.store.read(store.get_memory, "stadt", (await _state(town)).reading)
    for _ in range(3):
        await town.visit()
    assert await town.store.read(store.get_memory, "stadt", (await _state(town)).reading) == before


async def test_a_source_that_fails_is_told_after_an_hour_and_when_it_is_back(town):
    town.publishes(*range(20))
    await town.visit()
    town.site.says("/stadt.xml", status=500)
    said = [await town.visit(minutes=25) for _ in range(4)]
    assert said[:3] == [[], [], []]
    assert said[3] == [
        "stadt: red: Since Mon 2 Mar, 09:35, every visit fails (4 in a row): the server's answers are faulty. What is published stays."
    ]
    town.publishes(*range(20))
    assert [word.partition(": Since")[0] for word in await town.visit()] == ["stadt: over"]


async def test_outages_that_are_usual_for_a_source_are_waited_for(town):
    for _ in range(3):
        town.publishes(*range(20))
        await town.visit()
        town.site.says("/stadt.xml", status=503)
        for _ in range(4):
            last = await town.visit(minutes=45)
    assert last == []
    assert await town.visit(hours=2) != []


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 403},
        {"status": 401},
        {"status": 503, "headers": {"cf-mitigated": "challenge"}},
        {
            "text": "<html><head><title>Just a moment...</title></head><body>Verify</body></html>",
            "content_type": "text/html",
        },
    ],
)
async def test_a_denial_is_a_state_of_its_own(town, answer):
    town.site.says("/stadt.xml", **answer)
    for _ in range(4):
        said = await town.visit(minutes=30)
    assert (await _state(town)).failure == "denied"
    assert await town.open() == {"denied": "red"}
    assert len(town.site.asked) == 4  # nothing else was tried
    assert said == [] or "a person has to ask the city" in said[0]


async def test_silence_and_failures_that_go_on_are_noticed_without_a_visit(town):
    for day in range(60):
        town.publishes(*range(day, day + 20), dated=False)
        await town.visit(days=1)
    town.publishes(*range(59, 79), dated=False, headers={"ETag": '"same"'})
    await town.visit(days=1)
    await town.visit(days=8)
    await watch.look_at_all(town.store, town.config, town.clock)
    assert await town.open() == {"silent": "red"}
    town.site.says("/stadt.xml", status=500)
    for _ in range(3):
        await town.visit(minutes=1)
    assert "failing" not in await town.open()
    town.clock.forward(hours=2)
    turns = await watch.look_at_all(town.store, town.config, town.clock)
    assert [turn.incident.kind for turn in turns] == ["failing"]
    assert await watch.look_at_all(town.store, town.config, town.clock) == []


async def test_what_is_told_of_a_source_that_was_removed_or_rests_is_over(town):
    town.site.says("/stadt.xml", status=500)
    for _ in range(4):
        await town.visit(minutes=30)
    town.configure("andere")
    (turn,) = await watch.look_at_all(town.store, town.config, town.clock)
    assert turn.incident.ended == town.clock.now


async def test_incidents_that_are_long_over_are_forgotten(town):
    town.site.says("/stadt.xml", status=500)
    for _ in range(4):
        await town.visit(minutes=30)
    town.publishes(1)
    await town.visit()
    count = lambda db: db.execute("SELECT count(*) FROM incidents").fetchone()[0]  # noqa: E731
    await watch.look_at_all(town.store, town.config, town.clock)
    assert await town.store.read(count) == 1
    town.clock.forward(days=100)
    await watch.look_at_all(town.store, town.config, town.clock)
    assert await town.store.read(count) == 0


NAMES = ("a", "b", "c", "d", "e")
DEAD = [f"http://127.0.0.{number}:9" for number in range(2, 7)]


async def _network(town):
    if not await town.store.read(watch.is_network_in_question):
        return []
    return await town.store.write(watch.look_at_network, town.config, town.clock.now)


async def test_our_own_broken_connection_is_one_incident(town):
    town.configure(*NAMES, hosts=DEAD)
    for _ in range(4):
        for name in NAMES:
            await town.visit(name, minutes=5)
    (turn,) = await _network(town)
    assert "5 of 5 sources cannot be reached; probably our own connection is broken" in str(turn)
    assert [one.source for one in await town.store.read(store.all_open_incidents)] == [""]
    assert [one.source for one in await town.store.read(store.untold)] == [""]
    for name in NAMES:
        assert await town.visit(name) == []
    town.configure(*NAMES)
    for name in NAMES:
        town.publishes(1, name=name)
        await town.visit(name)
    (turn,) = await _network(town)
    assert turn.incident.ended
    assert await _network(town) == []


async def test_sources_of_one_server_that_is_down_are_not_our_connection(town):
    town.configure(*NAMES, hosts=["http://127.0.0.2:9"] * 5)
    for _ in range(4):
        for name in NAMES:
            await town.visit(name, minutes=5)
    assert await _network(town) == []
    assert len(await town.store.read(store.all_open_incidents)) == 5


async def _state(town, name="stadt"):
    return await town.store.read(sources.get_state, name)
