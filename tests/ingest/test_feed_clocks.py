"""A feed that calls local time GMT is ahead of the clock; what it announces for later is not, and stays under embargo."""

from datetime import UTC, datetime

import pytest

from syndicator.ingest.reading.feed import read_feed

SUMMER = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
WINTER = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # 10:00, too


def held(*times, built="", now=WINTER, zone="GMT"):
    """Which of the entries with these times of that day are under embargo."""
    day = f"{now:%a, %d %b %Y}"
    items = "".join(
        f"<item><title>Meldung {n}</title><guid isPermaLink='false'>{n}</guid><pubDate>{day} {time} {zone}</pubDate></item>"
        for n, time in enumerate(times)
    )
    made = f"<lastBuildDate>{day} {built} {zone}</lastBuildDate>" if built else ""
    feed = f"<rss version='2.0'><channel><title>Stadt</title>{made}{items}</channel></rss>"
    harvest = read_feed(feed.encode(), "https://stadt.example/feed", "application/rss+xml", "Europe/Berlin", now)
    assert [f"{draft.published.at:%H:%M:%S}" for draft in harvest.drafts] == list(times) or zone != "GMT"
    return [time for time, draft in zip(times, harvest.drafts, strict=True) if draft.embargo]


@pytest.mark.parametrize("times", [("09:57:12",), ("09:41:00", "08:03:00"), ("09:13:31", "09:22:00", "07:00:00")])
def test_a_minute_that_nobody_sets_by_hand_is_when_the_article_was_written(times):
    assert held(*times) == []


def test_in_summer_it_is_two_hours():
    assert held("09:58:12", "09:07:00", now=SUMMER) == []
    assert held("09:58:12", "09:07:00", now=WINTER.replace(hour=7)) == ["09:58:12", "09:07:00"]


def test_a_feed_that_was_made_in_the_future_has_a_wrong_clock():
    assert held("09:30:00", "08:00:00", built="09:59:58") == []


@pytest.mark.parametrize(
    ("times", "built"),
    [
        (["09:30:00"], ""),  # on the half hour, as embargoes end
        (["09:45:00", "09:31:12"], ""),  # one of them is
        (["09:31:12"], "08:59:30"),  # its clock is right, and the entry has yet to come
        (["09:31:12"], "09:20:00"),
        (["11:31:12", "09:31:12"], ""),  # no zone explains the first, so the second may be announced as well
        (["11:00:00"], "09:59:58"),
    ],
)
def test_what_is_announced_is_held(times, built):
    assert held(*times, built=built) == [time for time in times if time > "09:05"]


def test_the_date_of_the_newest_entry_is_no_time_at_which_the_feed_was_made():
    assert held("09:30:00", "08:00:00", built="09:30:00") == ["09:30:00"]
    assert held("09:31:00", "08:00:00", built="09:31:00") == []


def test_a_zone_that_is_stated_is_believed():
    assert held("10:41:12", zone="+0100") == ["10:41:12"]
    assert held("10:41:12", built="10:59:00", zone="+0100") == ["10:41:12"]


def test_a_wish_in_words_holds_whatever_the_clock_says():
    feed = """<rss version='2.0'><channel><title>Stadt</title><item><title>Sperrfrist: 24. November, 11 Uhr - Neue Brücke</title>
        <guid isPermaLink='false'>1</guid><pubDate>Tue, 24 Nov 2026 09:57:12 GMT</pubDate></item></channel></rss>"""
    harvest = read_feed(feed.encode(), "https://stadt.example/feed", "application/rss+xml", "Europe/Berlin", WINTER)
    assert harvest.drafts[0].embargo == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
