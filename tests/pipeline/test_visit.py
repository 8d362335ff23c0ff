"""Visits as the service makes them: a real portal on loopback, a real store, real workers."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web

from syndicator.ingest.workers import Workers
from syndicator.pipeline.visit import reading_of
from syndicator.store import sources
from tests.support.city import CONFIG, a_city
from tests.support.configs import a_config

NAMES = [f"n{number:02}" for number in range(30)]


async def test_all_articles_get_their_other_look_even_when_nothing_moved(city):
    city.lists(*NAMES)
    city.tells(*NAMES)
    await city.visit()
    city.clock.forward(days=1)
    _, first = await city.visit()
    city.clock.forward(minutes=10)
    _, second = await city.visit()
    city.clock.forward(minutes=10)
    third, asked = await city.visit()
    assert (len(first), len(second)) == (20, 10)
    assert first | second == set(NAMES)
    assert asked == set()
    assert third.harvest.unchanged
    assert third.state.items == 30


@pytest.mark.parametrize("answer", [{"status": 404}, {"status": 410}, {"text": ""}])
async def test_an_article_that_is_gone_does_not_take_the_turn_of_others(city, answer):
    city.lists(*NAMES[:25])
    city.tells(*NAMES[:25])
    await city.visit()
    for name in NAMES[:25]:
        city.site.says(f"/news/{name}.html", **answer)
    city.clock.forward(days=1)
    visit, first = await city.visit()
    assert visit.harvest.unchanged
    assert visit.state.items == 25
    assert len(visit.state.problems) == 20
    city.clock.forward(minutes=10)
    _, second = await city.visit()
    assert first | second == set(NAMES[:25])
    assert len(await city.live()) == 25


async def test_an_article_that_cannot_be_looked_at_again_does_not_make_the_list_be_read_for_ever(city):
    city.lists("a", "b")
    city.tells("a", "b")
    await city.visit()
    city.site.says("/news/a.html", status=404)
    city.clock.forward(days=1)
    city.lists("a", "b", "c")
    city.tells("c")
    await city.visit()
    city.clock.forward(minutes=10)
    visit, asked = await city.visit()
    assert (visit.harvest.unchanged, asked) == (True, set())


async def test_a_page_that_could_not_be_read_again_is_not_taken_for_unchanged_next_time(city):
    city.lists("a")
    city.tells("a")
    await city.visit()
    city.site.says("/news/a.html", "")
    city.clock.forward(hours=7)
    await city.visit()
    kept = await city.store.read(sources.get_validators, "dortmund", f"{city.site.url}/news/a.html")
    assert kept.digest != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


async def test_an_article_that_could_not_be_stored_is_asked_for_again(city, caplog):
    city.lists("a", "b")
    city.tells("a", "b")
    await city.store.write(
        lambda db: (
            db.execute(
                "CREATE TRIGGER never BEFORE INSERT ON articles WHEN new.title = 'Meldung a' "
                "BEGIN SELECT RAISE(ABORT, 'a fault of ours'); END"
            )
            and None
        )
    )
    visit, _ = await city.visit()
    assert (visit.tally.new, visit.tally.lost) == (1, 1)
    assert visit.state.problems == ("1 article could not be stored; the log has the details.",)
    await city.store.write(lambda db: db.execute("DROP TRIGGER never") and None)
    city.clock.forward(minutes=10)
    visit, asked = await city.visit()
    assert (asked, visit.tally.new, visit.state.problems) == ({"a"}, 1, ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("robots = false", "robots = true"),
        ("allow_private = true\n", ""),
        ('item = "article"', 'item = "main article"'),
    ],
)
def test_what_reading_depends_on_is_part_of_its_fingerprint(tmp_path, before, after):
    text = CONFIG.format(url="http://127.0.0.1:8090")
    one, other = (a_config(tmp_path, each).sources[0] for each in (text, text.replace(before, after)))
    assert reading_of(one) != reading_of(other)


@pytest.mark.parametrize(
    "more",
    [
        'title = "Stadt"',
        'rights = "© Stadt"',
        'license = "CC0-1.0"',
        'image_rights = ["*"]',
        'every = "1h"',
        "enabled = false",
        'kind = "portal"',
        "article = {}",
    ],
)
def test_what_reading_does_not_depend_on_makes_nothing_be_read_anew(tmp_path, more):
    text = CONFIG.format(url="http://127.0.0.1:8090")
    edited = text.replace("robots = false", f"robots = false\n{more}")
    assert reading_of(a_config(tmp_path, text).sources[0]) == reading_of(a_config(tmp_path, edited).sources[0])


async def test_a_page_that_robots_txt_kept_from_us_is_read_once_the_admin_says_so(city):
    city.site.says("/robots.txt", "User-agent: *\nDisallow: /news/a.html\n")
    city.lists("a", "b")
    city.tells("a", "b")
    city.edit(("robots = false", "robots = true"))
    await city.visit()
    city.edit()
    visit, asked = await city.visit()
    assert (visit.tally.new, asked) == (1, {"a", "b"})


async def test_a_page_that_robots_txt_kept_from_us_is_read_once_robots_txt_is_relaxed(city):
    city.site.says("/robots.txt", "User-agent: *\nDisallow: /news/a.html\n")
    city.lists("a", "b")
    city.tells("a", "b")
    city.edit(("robots = false", "robots = true"))
    await city.visit()
    city.site.says("/robots.txt", "")
    city.clock.forward(days=2)
    visit, _ = await city.visit()
    assert visit.tally.new == 1


async def test_a_service_that_stops_amid_a_visit_does_not_blame_the_source(tmp_path):
    async def stop(request):
        await city.workers.close()
        return web.Response(text="<h1>Meldung a</h1>", content_type="text/html")

    async with a_city(tmp_path, Workers(1)) as city:
        city.lists("a")
        city.site.pages["/news/a.html"] = stop
        with pytest.raises(asyncio.CancelledError):
            await city.visitor.visit(city.source)
        state = await city.store.read(sources.get_state, "dortmund")
    assert (state.failures, state.problems, state.succeeded) == (0, (), None)


async def test_a_visit_by_an_edited_block_is_not_undone_by_the_one_before_it(city):
    city.lists("a")
    before, asked, go_on = city.visitor, asyncio.Event(), asyncio.Event()

    async def slow(request):
        asked.set()
        await go_on.wait()
        text = "<!doctype html><main><h1>Alt gelesen</h1><p>Vom 02.03.2026</p><p>So las es der alte Block, Wort für Wort.</p></main>"
        return web.Response(text=text, content_type="text/html")

    city.site.pages["/news/a.html"] = slow
    first = asyncio.create_task(before.visit(city.source))
    await asked.wait()
    city.tells("a")
    async with city.memory.client() as city.client:  # the other one waits for its turn at this host
        city.edit(('item = "article"', 'item = "main article"'))
        await city.visit()
    go_on.set()
    assert not (await first).tally
    assert [article.title for article in await city.live()] == ["Meldung a"]


async def test_an_unchanged_list_keeps_the_problems_it_had(city):
    city.lists("a", "b")
    city.tells("a")
    city.site.says("/news/b.html", status=410)
    first, _ = await city.visit()
    city.clock.forward(minutes=10)
    second, _ = await city.visit()
    assert second.harvest.unchanged
    assert second.state.problems == first.state.problems != ()
    assert second.state.succeeded - first.state.succeeded == timedelta(minutes=10)
