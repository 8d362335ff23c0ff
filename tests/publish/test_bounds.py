"""Bad input: whatever comes in, the feed stays valid, is bounded, and says where it was cut."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from syndicator.config import Publish
from syndicator.model import Author, Image, Label, Moment
from syndicator.publish import bounds, formats
from syndicator.publish.bounds import beginning
from tests.publish.checks import CHECKS
from tests.publish.example import article, document
from tests.publish.w3c import html_warnings

FORMATS = sorted(formats.available())
HUGE = 5_000_000
TURNED = "Der Rat \u202etagt \u2067heute"
BAD = {
    "a title of 10,000 characters": {"title": "Langes Wort " * 900},
    "a title that is one long word": {"title": "x" * 10_000},
    "no title": {"title": ""},
    "nothing at all": {"title": "", "summary": "", "body": "", "address": ""},
    "text from right to left": {"title": "מועצת העיר מתכנסת", "summary": TURNED, "body": f"<p>{TURNED}</p>"},
    "an override that is left open": {"title": TURNED},
    "emoji": {"title": "👩‍👩‍👧 🏳️‍🌈 Fest", "summary": "🎉" * 500},
    "the end of a CDATA section": {"title": "]]>", "summary": "]]>", "body": "<p>]]&gt;</p>"},
    "5 MB of paragraphs": {"body": "<p>Satz für Satz. </p>" * (HUGE // 22)},
    "5 MB in one paragraph": {"body": f"<p>{'Wort ' * (HUGE // 5)}</p>"},
    "5 MB without a space": {"body": f"<p>{'x' * HUGE}</p>"},
    "5 MB of entities": {"body": f"<p>{'&amp;' * (HUGE // 5)}</p>"},
    "5 MB of summary": {"summary": "Wort & Satz " * (HUGE // 12)},
    "a hundred thousand labels": {"labels": tuple(Label("tag", f"Wort {number}") for number in range(100_000))},
    "a thousand pictures": {
        "images": tuple(Image(f"https://x.example/{n}.jpg", credit="Stadt Musterhausen") for n in range(1_000))
    },
    "a thousand authors": {"authors": tuple(Author(f"Ada {number}" * 50) for number in range(1_000))},
    "an endless address": {"address": f"https://x.example/{'a' * 100_000}"},
    "a date in 9999": {"published": Moment(datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "second", "x")},
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_the_feed_stays_valid_and_small(name, bad):
    body = formats.available()[name].render(document(article(**bad), article(id="tag:a,2019:b")))
    assert CHECKS[name](body) == []
    assert len(body) < bounds.FEED
    assert "Die Städte setzen" in body.decode()


@pytest.mark.parametrize(
    "html",
    [
        "<p>eins zwei</p>" * 20_000,
        "<ul>" + "<li>Punkt <a href='https://x.example/'>eins</a></li>" * 20_000 + "</ul>",
        "<p>Kurz.</p><table><tbody>" + "<tr><td>a &amp; b</td></tr>" * 20_000 + "</tbody></table>",
        f"<h2>Kopf</h2><p><em>{'Wort ' * 50_000}</em></p>",
        "<p>nie geschlossen" * 20_000,
        "Text ohne Markup " * 20_000,
        f"<p>{'&lt;' * 60_000}</p>",
    ],
)
def test_a_text_is_cut_between_blocks_or_words_with_its_tags_closed(html):
    text, cut = beginning(html)
    assert cut
    assert bounds.CONTENT // 2 < len(text) < bounds.CONTENT * 1.3
    assert list(html_warnings(text)) == []
    assert not text.endswith(("&l", "&lt", "</em", "Wor</em></p>"))


def test_a_text_within_the_limit_is_left_alone():
    text = f"<p>{'x' * (bounds.CONTENT - 7)}</p>"
    assert beginning(text) == (text, False)


@pytest.mark.parametrize(
    ("language", "words"), [("de", "weiterlesen"), ("de-simple", "weiterlesen"), ("en", "read on")]
)
def test_what_was_cut_links_the_whole(language, words):
    long = article(body="<p>Satz für Satz.</p>" * 10_000, address="https://x.example/?a=1&b=2", language=language)
    (entry,) = document(long).entries
    assert entry.cut
    assert entry.body.endswith(f'</p><p>… <a href="https://x.example/?a=1&amp;b=2">{words}</a></p>')
    item = json.loads(formats.available()["json"].render(document(long)))["items"][0]
    assert item["_syndicator"]["cut"] is True


def test_a_feed_of_summaries_cuts_no_text():
    (entry,) = document(article(body="<p>x y</p>" * 20_000), publish=Publish(content="summary")).entries
    assert (entry.body, entry.cut) == ("", False)


def many(size):
    body = f"<p>{'Wort &amp; <em>Satz</em> ' * (size // 26)}</p>"
    return [article(id=f"tag:news.example,2019:musterhausen/{number}", body=body) for number in range(50)]


def test_a_feed_that_is_too_large_keeps_its_newest_entries_the_same_in_each_format(caplog):
    chosen = [formats.available()[name] for name in ("atom", "rss", "json", "html")]
    out, bodies = formats.render_all(document(*many(60_000)), chosen)
    for form, body in zip(chosen, bodies, strict=True):
        assert len(body) <= bounds.FEED
        assert CHECKS[form.EXTENSION](body) == []
    ids = [item["id"] for item in json.loads(bodies[2])["items"]]
    assert 5 < len(ids) < 50
    assert ids == [each.id for each in many(60_000)[: len(ids)]]
    assert bodies[0].count(b"<entry") == bodies[1].count(b"<item>") == len(ids)
    assert max(map(len, bodies)) > bounds.FEED * 0.8
    assert "stay out" in caplog.text
    assert [entry.id for entry in out.entries] == ids
    assert formats.render_all(document(*many(60_000)), chosen)[1] == bodies


def test_a_feed_within_the_limit_is_what_each_format_makes_of_it():
    chosen = list(formats.available().values())
    feed = document(*many(500))
    assert formats.render_all(feed, chosen)[1] == [form.render(feed) for form in chosen]


def test_an_article_that_a_format_stumbles_over_is_left_out_and_told(caplog):
    class Stumbling:
        EXTENSION, MEDIA_TYPE, TITLE = "x", "text/x", "X"

        def render(self, feed):
            if any(entry.title == "Stein" for entry in feed.entries):
                raise ValueError("stumbled")
            return b"".join(entry.title.encode() for entry in feed.entries)

    stone = article(id="tag:a,2019:stone", title="Stein")
    atom = formats.available()["atom"]
    _, bodies = formats.render_all(document(article(title="Eins"), stone), [Stumbling(), atom])
    assert bodies[0] == b"Eins"
    assert b"Stein" not in bodies[1]
    assert "tag:a,2019:stone" in caplog.text


def test_what_fails_without_any_article_is_raised():
    class Broken:
        EXTENSION, MEDIA_TYPE, TITLE = "x", "text/x", "X"

        def render(self, feed):
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        formats.render_all(document(), [Broken()])


def test_a_day_yet_to_come_is_no_day_of_publication():
    def published(day):
        (entry,) = document(replace(article(), published=Moment(day, "day", "x"))).entries
        return entry.published

    assert published(datetime(9999, 12, 31, tzinfo=UTC)) is None
    assert published(datetime(2019, 11, 6, tzinfo=UTC)) is None
    assert published(datetime(2019, 11, 5, tzinfo=UTC)) is not None


def test_articles_that_share_an_instant_are_updated_apart_the_same_on_each_machine():
    day = Moment(datetime(2019, 11, 3, 23, tzinfo=UTC), "day", "x")
    twins = [article(id=f"tag:a,2019:{n}", published=day, updated=day.at) for n in range(50)]
    updated = [entry.updated for entry in document(*twins).entries]
    assert len(set(updated)) == 50
    assert {at.replace(microsecond=0) for at in updated} == {day.at}
    assert updated == [entry.updated for entry in document(*twins, title="Anders").entries]


def test_an_instant_that_the_source_states_to_the_second_goes_out_as_it_is():
    stated = datetime(2019, 11, 3, 9, 15, 30, tzinfo=UTC)
    (entry,) = document(article(published=Moment(stated, "second", "atom"), updated=stated)).entries
    assert entry.updated == entry.published == stated


def test_an_archived_page_keeps_all_its_entries_as_they_are_nowhere_else():
    page = replace(document(*many(60_000)), history=formats.History(page=1))
    out, (body,) = formats.render_all(page, [formats.available()["atom"]])
    assert len(body) > bounds.FEED
    assert len(out.entries) == body.count(b"<entry") == 50
