"""Articles whose pages are gone: a real portal on loopback, looked at over days."""

from datetime import timedelta

import pytest

from syndicator.pipeline.decide import decide
from syndicator.pipeline.find import find
from syndicator.store import articles, sources
from tests.support.city import InPlace, a_city

NAMES = [f"n{number}" for number in range(8)]


@pytest.fixture
async def city(tmp_path):
    async with a_city(tmp_path, InPlace()) as made:
        yield made


@pytest.fixture
async def shown(city):
    """A city with eight articles, read and looked at again when they were a day old."""
    city.lists(*NAMES)
    city.tells(*NAMES)
    await city.visit()
    city.clock.forward(days=1)
    await city.visit()
    return city


def gone(city, *names, status=404):
    for name in names:
        city.site.says(f"/news/{name}.html", status=status)


async def titles(city):
    return {article.title for article in await city.live()}


async def article(city, name):
    stored = await city.store.read(articles.in_order_of_arrival, 0, 100)
    return next(one.article for one in stored if one.article.title == f"Meldung {name}")


async def looked_at_twice(city, *, apart=timedelta(days=1)):
    """Two looks at the articles that are due; the first one when they are three days old."""
    city.clock.forward(days=2)
    first, _ = await city.visit()
    city.clock.now += apart
    second, _ = await city.visit()
    return first, second


async def test_missing_twice_a_day_apart_takes_an_article_back_and_says_why(shown):
    gone(shown, "n3")
    first, second = await looked_at_twice(shown)
    assert (first.tally.withdrawn, second.tally.withdrawn) == (0, 1)
    assert await titles(shown) == {f"Meldung {name}" for name in NAMES if name != "n3"}
    taken_back = await article(shown, "n3")
    assert (taken_back.status, taken_back.decided) == ("retracted", "source")
    assert taken_back.reason == f"{shown.site.url}/news/n3.html answered 404 on 2026-03-05 and 2026-03-06."


async def test_different_answers_are_both_told(shown):
    gone(shown, "n3")
    shown.clock.forward(days=2)
    await shown.visit()
    gone(shown, "n3", status=410)
    shown.clock.forward(days=1)
    await shown.visit()
    assert (await article(shown, "n3")).reason.endswith("answered 404 on 2026-03-05 and 410 on 2026-03-06.")


async def test_the_second_look_comes_a_day_later_whatever_the_age_of_the_article(shown):
    gone(shown, "n3")
    shown.clock.forward(days=2)
    await shown.visit()
    shown.clock.forward(hours=23)
    _, asked = await shown.visit()
    assert asked == set()
    shown.clock.forward(hours=1)
    _, asked = await shown.visit()
    assert "n3" in asked


async def test_a_second_look_within_the_day_confirms_nothing(shown):
    gone(shown, "n3")
    shown.clock.forward(days=2)
    await shown.visit()
    shown.clock.forward(hours=6)
    shown.lists(*NAMES, text="Der Vorspann wurde neu geschrieben, und die Liste führt dorthin.")
    visit, asked = await shown.visit()
    assert "n3" in asked
    assert visit.tally.withdrawn == 0


async def test_one_look_that_finds_it_starts_the_counting_anew(shown):
    gone(shown, "n3")
    shown.clock.forward(days=2)
    await shown.visit()
    shown.tells("n3")
    shown.clock.forward(days=1)
    await shown.visit()
    gone(shown, "n3")
    shown.clock.forward(days=4)
    visit, _ = await shown.visit()
    assert visit.tally.withdrawn == 0
    assert "Meldung n3" in await titles(shown)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
async def test_other_refusals_take_nothing_back(shown, status):
    gone(shown, "n3", status=status)
    await looked_at_twice(shown)
    shown.clock.forward(days=30)
    await shown.visit()
    assert "Meldung n3" in await titles(shown)


async def test_an_overloaded_server_in_between_neither_confirms_nor_resets(shown):
    gone(shown, "n3")
    shown.clock.forward(days=2)
    await shown.visit()
    gone(shown, "n3", status=500)
    shown.clock.forward(days=1)
    visit, _ = await shown.visit()
    assert visit.tally.withdrawn == 0
    gone(shown, "n3")
    shown.clock.forward(days=1)
    visit, _ = await shown.visit()
    assert visit.tally.withdrawn == 1


async def test_robots_txt_that_refuses_takes_nothing_back(shown):
    shown.site.says("/robots.txt", "User-agent: *\nDisallow: /news/n3.html\n")
    shown.edit(("robots = false", "robots = true"))
    await looked_at_twice(shown)
    assert "Meldung n3" in await titles(shown)


async def test_when_the_whole_site_is_down_nothing_is_taken_back(shown):
    gone(shown, *NAMES)
    shown.site.says("/news/", status=404)
    first, second = await looked_at_twice(shown)
    assert first.harvest.failed
    assert second.harvest.failed
    assert len(await titles(shown)) == len(NAMES)


async def test_when_most_articles_vanish_at_once_nothing_is_taken_back_and_the_source_says_so(shown):
    gone(shown, *NAMES[:6])
    first, second = await looked_at_twice(shown)
    assert len(await titles(shown)) == len(NAMES)
    for visit in (first, second):
        assert visit.state.problems[0] == (
            "6 of 8 articles that were looked at are missing at once, as after a rebuilding of the portal: none is taken back."
        )
    for _ in range(40):  # nor do they go one by one later
        shown.clock.forward(days=1)
        visit, _ = await shown.visit()
        assert visit.tally.withdrawn == 0


async def test_after_a_rebuilding_the_old_articles_do_not_go_one_by_one(city):
    """Each is due at an hour of its own, and the new ones are there."""
    for name in NAMES:
        city.lists(name)
        city.tells(name)
        await city.visit()
        city.clock.forward(hours=5)
    gone(city, *NAMES)
    new = [f"neu{number}" for number in range(4)]
    city.lists(*new)
    city.tells(*new)
    for _ in range(200):
        await city.visit()
        city.clock.forward(hours=3)
    assert {f"Meldung {name}" for name in NAMES[:-1]} <= await titles(city)


async def test_one_article_of_many_goes_though_each_is_due_at_an_hour_of_its_own(city):
    for name in NAMES:
        city.lists(name)
        city.tells(name)
        await city.visit()
        city.clock.forward(hours=5)
    gone(city, "n4")
    for _ in range(60):
        await city.visit()
        city.clock.forward(hours=3)
    assert await titles(city) == {f"Meldung {name}" for name in NAMES if name != "n4"}


async def test_the_only_article_of_a_source_can_go(city):
    city.lists("a")
    city.tells("a")
    await city.visit()
    gone(city, "a")
    city.clock.forward(days=1)
    await city.visit()
    city.clock.forward(days=1)
    await city.visit()
    assert await titles(city) == set()


async def test_vanishing_from_the_list_is_no_deletion(shown):
    shown.lists("n0")
    for _ in range(5):
        shown.clock.forward(days=5)
        await shown.visit()
    assert len(await titles(shown)) == len(NAMES)


async def test_an_article_that_is_there_again_rises_again(shown):
    gone(shown, "n3")
    await looked_at_twice(shown)
    shown.tells("n3")
    shown.clock.forward(days=4)
    await shown.visit()
    risen = await article(shown, "n3")
    assert (risen.status, risen.decided, risen.reason) == ("live", "", "")


async def test_an_article_that_the_list_shows_again_is_read_again(shown):
    gone(shown, "n3")
    await looked_at_twice(shown)
    shown.lists("n0")
    await shown.visit()
    shown.tells("n3")
    shown.clock.forward(minutes=10)
    shown.lists("n3", "n0")
    await shown.visit()
    assert (await article(shown, "n3")).status == "live"


async def test_what_an_admin_holds_is_not_taken_back(shown):
    def hold(db):
        (stored,) = find(db, f"{shown.site.url}/news/n3.html")
        decide(db, stored, "hold", "Wird geprüft.", shown.clock())

    await shown.store.write(hold)
    gone(shown, "n3")
    await looked_at_twice(shown)
    assert (await article(shown, "n3")).status == "held"


async def test_a_feed_looks_at_no_pages_and_what_leaves_it_is_no_deletion(city):
    item = '<item><guid isPermaLink="false">{0}</guid><title>Meldung {0}</title><link>{1}/{0}</link><description>Ein Text.</description></item>'
    feed = (
        '<rss version="2.0"><channel><title>t</title><link>{0}/</link><description>d</description>{1}</channel></rss>'
    )

    def sends(*names):
        items = "".join(item.format(name, city.site.url) for name in names)
        city.site.says("/news/", feed.format(city.site.url, items), content_type="application/rss+xml")

    city.edit(('list = { item = "article" }', 'kind = "feed"'))
    sends("a", "b")
    await city.visit()
    sends("b")
    for _ in range(4):
        city.clock.forward(days=2)
        _, asked = await city.visit()
        assert asked == set()
    assert len(await titles(city)) == 2


async def test_a_restart_forgets_no_absence(shown):
    gone(shown, "n3")
    shown.clock.forward(days=2)
    await shown.visit()
    shown.edit()  # all that is in memory is made anew
    shown.clock.forward(days=1)
    visit, _ = await shown.visit()
    assert visit.tally.withdrawn == 1


async def test_what_was_missing_keeps_no_mark_of_the_list(shown):
    gone(shown, "n3")
    await looked_at_twice(shown)
    known = await shown.store.read(sources.get_fingerprints, "dortmund", [f"{shown.site.url}/news/n3.html"])
    assert known == {}
