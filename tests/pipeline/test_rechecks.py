"""Articles are looked at again: what anybody wrote is an update, what changes by itself is none."""

from datetime import timedelta

import pytest

from syndicator.store import articles
from tests.support.city import InPlace, a_city

HEAD = "<!doctype html><main><h1>Meldung a</h1><p>Vom 02.03.2026</p>"
TEXT = "<p>Der ganze Text der Meldung steht auf ihrer eigenen Seite.</p>"


@pytest.fixture
async def city(tmp_path):
    async with a_city(tmp_path, InPlace()) as made:
        yield made


@pytest.fixture
async def read(city):
    """A city with one article, which `shows` sends anew."""
    city.shows = lambda text, **more: city.site.says(
        "/news/a.html", f"{HEAD}{text}</main>", content_type="text/html", **more
    )
    city.lists("a")
    city.shows(TEXT)
    await city.visit()
    return city


async def looked_at_again(city):
    """What the next look makes of it, and whether anything was written."""
    before = await city.store.read(articles.last_change)
    city.clock.forward(days=2)
    visit, asked = await city.visit()
    assert asked == {"a"}
    (article,) = await city.live()
    return article, visit, await city.store.read(articles.last_change) != before


async def test_a_changed_text_makes_a_revision_and_moves_updated(read):
    read.shows(TEXT.replace("ganze", "berichtigte"))
    article, visit, _ = await looked_at_again(read)
    assert (article.revision, visit.tally.changed, article.updated) == (2, 1, read.clock())
    assert "berichtigte" in article.body


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "<p>123 mal gelesen</p>"),
        ("<p>123 mal gelesen</p>", "<p>124 mal gelesen</p>"),
        ("<p>Aufrufe: 1.023</p>", "<p>Aufrufe: 1.031</p>"),
        ("<ul><li>Teilen</li><li>3 mal geteilt</li></ul>", "<ul><li>Teilen</li><li>7 mal geteilt</li></ul>"),
        ("<p>vor 3 Stunden</p>", "<p>vor 2 Tagen</p>"),
        ("<p>Zuletzt aktualisiert: vor einer Stunde</p>", "<p>Zuletzt aktualisiert: vor 2 Tagen</p>"),
        ("<p>Drucken | 12 mal gelesen</p>", "<p>Drucken | 15 mal gelesen</p>"),
        ('<p>Mehr im <a href="/plan;jsessionid=A1B2C3D4E5F6">Plan</a> dazu.</p>', '<p>Mehr im <a href="/plan;jsessionid=F6E5D4C3B2A1">Plan</a> dazu.</p>'),
        ('<p>Mehr im <a href="/plan?PHPSESSID=abc">Plan</a> dazu.</p>', '<p>Mehr im <a href="/plan?PHPSESSID=xyz">Plan</a> dazu.</p>'),
        ("<p>Der Beitrag wurde 123 mal gelesen und steht im Netz.</p>", "<p>Der Beitrag wurde 456 mal gelesen und steht im Netz.</p>"),
        ("<p>Die Baustelle wurde vor 3 Stunden eingerichtet.</p>", "<p>Die Baustelle wurde vor 2 Tagen eingerichtet.</p>"),
        ("<p>Der Plan steht.</p>", "<p>Der&nbsp;Plan&shy;  steht.</p>"),
    ],
)  # fmt: skip
async def test_what_changes_by_itself_writes_nothing(read, before, after):
    read.shows(TEXT + before)
    first, _, _ = await looked_at_again(read)
    read.shows(TEXT + after)
    second, visit, written = await looked_at_again(read)
    assert (second.updated, second.revision, visit.tally.changed) == (first.updated, first.revision, 0)
    assert not written


async def test_a_counter_in_the_list_does_not_have_its_articles_read_each_time(read):
    for minutes, count in ((10, 5), (20, 7)):
        read.lists("a", text=f"Ein Vorspann im Teaser, der lang genug ist. {count} mal gelesen, vor {minutes} Minuten")
        read.clock.forward(minutes=10)
        _, asked = await read.visit()
    assert asked == set()


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404},
        {"status": 410},
        {"status": 401},
        {"status": 403},
        {"status": 429, "headers": {"Retry-After": "60"}},
        {"status": 500},
        {"status": 503},
        {"status": 302, "headers": {"Location": "/"}},
        {"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}},
        {"text": ""},
        {"text": "<p>Wartungsarbeiten"},
        {"text": "%PDF-1.7", "content_type": "application/pdf"},
        {"text": "x" * 3_000_000, "content_type": "text/html"},
    ],
    ids=str,
)
async def test_a_look_that_fails_changes_nothing_and_the_next_one_comes(read, answer):
    (before,) = await read.live()
    read.site.says("/", "<h1>Willkommen</h1>", content_type="text/html")
    read.site.says("/news/a.html", **answer)
    read.clock.forward(days=2)
    visit, asked = await read.visit()
    assert (asked, len(visit.state.problems)) == ({"a"}, 1) or (asked - {""}, len(visit.state.problems)) == (
        {"a", "/"},
        1,
    )
    assert await read.live() == (before,)
    read.shows(TEXT.replace("ganze", "neue"))
    read.clock.forward(days=2)
    await read.visit()
    (after,) = await read.live()
    assert after.revision == 2


async def test_looks_come_at_growing_intervals_and_end(read):
    hours = []
    start = read.clock()
    for hour in range(1, 40 * 24, 1):
        read.clock.now = start + timedelta(hours=hour, minutes=1)
        if await read.store.read(articles.due_for_recheck, "dortmund", read.clock(), 5):
            _, asked = await read.visit()
            assert asked == {"a"}
            hours.append(hour)
    assert hours == [15, 63, 159, 327, 663]  # of an article that was published nine hours before, at midnight
