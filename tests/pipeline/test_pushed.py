"""What a hub pushes is stored as what a visit finds, and says nothing of how visits fare, or how long the list is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from syndicator.model import Response
from syndicator.pipeline import watch
from syndicator.store import articles, sources

ENTRY = """<entry><id>urn:x:{key}</id><title>{title}</title><updated>2026-03-02T07:00:00Z</updated>
<link href="https://dortmund.example/{key}"/><content type="html">&lt;p&gt;{text}&lt;/p&gt;</content></entry>"""
FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><id>urn:x:feed</id>'
    "<title>F</title><updated>2026-03-02T07:00:00Z</updated>{}</feed>"
)
TEXT = "Der ganze Text der Meldung {}, wie er im Rathaus geschrieben wurde."


def feed(*keys, more=""):
    entries = "".join(ENTRY.format(key=key, title=f"Meldung {key}", text=TEXT.format(key)) for key in keys)
    return FEED.format(entries + more)


@pytest.fixture
async def followed(city):
    """A city whose feed was visited once: it holds six articles."""
    city.edit(('list = { item = "article" }', 'kind = "feed"'))
    city.site.says("/news/", feed(*"abcdef"), content_type="application/atom+xml")
    await city.visit()
    return city


def pushed(city, text, note=lambda _: True):
    response = Response(city.source.url, 200, {"content-type": "application/atom+xml"}, text.encode())
    return city.visitor.take(city.source, response, note)


async def state(city):
    return await city.store.read(sources.get_state, "dortmund")


async def remembered(city):
    return await city.store.read(lambda db: watch.recall(db, sources.get_state(db, "dortmund")))


async def test_what_is_new_in_it_is_stored_and_the_rest_stays(followed):
    before, known = await state(followed), await remembered(followed)
    followed.clock.forward(hours=1)
    visit = await pushed(followed, feed("g"))
    assert (visit.tally.new, visit.tally.changed, visit.tally.withdrawn) == (1, 0, 0)
    assert len(await followed.live()) == 7
    after = await state(followed)
    assert (
        replace(after, rhythm=before.rhythm) == before
    )  # it tells at which hours the source publishes, and that is all
    assert after.rhythm != before.rhythm
    learned = await remembered(followed)
    assert learned.lists == known.lists  # one entry is no list that shrank
    assert learned.calendar.arrivals == known.calendar.arrivals + 1  # and the source is not silent


async def test_what_is_taken_back_in_it_is_taken_back(followed):
    visit = await pushed(followed, feed(more='<at:deleted-entry ref="urn:x:a" when="2026-03-02T09:00:00Z"/>'))
    assert visit.tally.withdrawn == 1
    assert len(await followed.live()) == 5


async def test_it_is_stored_together_with_the_note_of_it_or_not_at_all(followed):
    assert await pushed(followed, feed("g"), lambda _: False) is None

    def fails(db):
        sources.save_host(db, "https://x.example:443", None, None, datetime(2026, 3, 2, tzinfo=UTC))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await pushed(followed, feed("g"), fails)
    assert len(await followed.live()) == 6
    assert await followed.store.read(sources.all_hosts) == {}


async def test_the_next_visit_finds_nothing_that_was_not_pushed(followed):
    await pushed(followed, feed("g", "h"))
    followed.site.says("/news/", feed(*"abcdefgh"), content_type="application/atom+xml")
    visit, _ = await followed.visit()
    assert not visit.tally


async def test_what_is_no_feed_changes_nothing(followed):
    visit = await pushed(followed, "<html><body>Wartung</body></html>")
    assert visit.harvest.failed
    assert (await state(followed)).failures == 0
    assert await followed.store.read(articles.counts) == {"dortmund": 6}
