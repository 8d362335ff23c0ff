"""Long texts pass feedparser by: each comes back to its own entry, and nothing else is mistaken for one."""

from datetime import UTC, datetime

from syndicator.ingest.reading.feed import read_feed

LONG = "<p>" + "Der Rat hat beschlossen. " * 20 + "</p>"


def bodies(*items: str) -> list[str]:
    entries = "".join(
        f"<item><guid isPermaLink='false'>{n}</guid><title>T{n}</title>{item}</item>" for n, item in enumerate(items)
    )
    feed = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>F</title>'
        f"<link>http://x.example/</link><description>d</description>{entries}</channel></rss>"
    )
    harvest = read_feed(
        feed.encode(), "http://x.example/f", "application/rss+xml", "Europe/Berlin", datetime(2026, 1, 1, tzinfo=UTC)
    )
    return [draft.body for draft in harvest.drafts]


def text(number: int) -> str:
    return LONG.replace("Der Rat", f"Rat {number}")


def test_each_long_text_comes_back_to_its_own_entry():
    read = bodies(*(f"<description><![CDATA[{text(n)}]]></description>" for n in (1, 2, 1)))
    assert ["Rat 1 hat" in read[0], "Rat 2 hat" in read[1]] == [True, True]
    assert read[2] == read[0]
    assert not any("\ue000" in body for body in read)


def test_a_text_that_is_not_alone_in_its_element_comes_back_whole():
    (read,) = bodies(f"<description>Vorweg. <![CDATA[{text(1)}]]> Danach.</description>")
    assert all(part in read for part in ("Vorweg.", "Rat 1 hat", "Danach."))


def test_what_only_looks_like_a_token_stays_what_it_is():
    read = bodies(
        f"<description><![CDATA[{text(1)}]]></description>",
        f"<content:encoded><![CDATA[<p>\ue0007\ue000</p>]]></content:encoded><description>{'x ' * 300}</description>",
    )
    assert "Rat 1 hat" in read[0]
    assert "7" in read[1]
