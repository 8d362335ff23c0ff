from datetime import UTC, datetime
from html import escape
from zoneinfo import ZoneInfo

import pytest

from syndicator.model import Author, Image, Label, Moment, Provenance
from syndicator.publish import bounds
from syndicator.publish.entry import EXCERPT_LIMIT, at_edge, excerpt
from tests.publish.example import FREE, STOCK, article, document

BERLIN = ZoneInfo("Europe/Berlin")

OWN = f"https://news.example/articles/{article().slug}"


def entry(**fields):
    (only,) = document(article(**fields)).entries
    return only


def test_an_article_from_another_feed_keeps_its_original_id():
    assert entry(original_id="urn:uuid:1").id == "urn:uuid:1"
    assert entry().id == "tag:news.example,2019:musterhausen/605731"


@pytest.mark.parametrize("title", ["", "   ", "\u00ad\u200b", "\x00\x07"])
def test_an_article_without_a_headline_is_called_by_the_beginning_of_its_text(title):
    assert entry(title=title, summary="Heute ist frei.").title == "Heute ist frei."
    assert entry(title=title, summary="", body="<h2>Kopf</h2><p>Heute ist frei.</p>").title == "Heute ist frei."
    assert entry(title=title, summary="", body="").title == "Ohne Titel"


def test_a_headline_of_ten_thousand_characters_is_cut_at_a_word():
    title = entry(title="Wort " * 2_000).title
    assert len(title) <= bounds.TITLE
    assert title.endswith("Wort…")


def test_emoji_and_joined_letters_survive_in_a_headline():
    assert entry(title="👩‍👩‍👧 می‌خواهم").title == "👩‍👩‍👧 می‌خواهم"


def test_what_xml_forbids_is_gone_everywhere():
    dirty = "a\x00b\ud800c\ufffe"
    it = entry(
        title=dirty,
        summary=dirty,
        body=f"<p>{dirty}</p>",
        rights=dirty,
        district=dirty,
        labels=(Label("tag", dirty),),
        authors=(Author(dirty),),
        images=(Image("https://x.example/a.jpg", alt=dirty, caption=dirty, credit=f"Stadt Musterhausen {dirty}"),),
        provenance=Provenance(title=dirty),
    )
    words = [
        it.title,
        it.summary,
        it.rights,
        it.district,
        it.authors[0].name,
        it.pictures[0].alt,
        it.origin.title,
        it.terms[-1].label,
    ]
    assert words == ["abc"] * 8
    assert it.body == "<p>abc</p>"


def test_a_summary_is_the_sources_own_or_the_beginning_of_the_text():
    assert entry(summary="Kurz.").summary == "Kurz."
    figure = "<figure><img src='x'><figcaption>Ein Bild</figcaption></figure>"
    assert (
        entry(summary="", body=f"{figure}<p>Erster Satz.</p><ul><li>Zweiter</li></ul>").summary
        == "Erster Satz. Zweiter"
    )


def test_an_excerpt_of_much_text_ends_at_a_word():
    text = excerpt("<p>Wort</p>" * 1_000_000)
    assert len(text) <= EXCERPT_LIMIT
    assert text.endswith("Wort…")


def test_only_summaries_go_out_where_the_admin_says_so():
    publish = document().publish.model_copy(update={"content": "summary"})
    (it,) = document(article(), publish=publish).entries
    assert (it.summary, it.body) == ("Der Rat entscheidet im Dezember.", "")


def test_an_article_without_a_date_gets_none():
    assert entry(published=None).published is None


def test_instants_stand_in_the_sites_zone_and_in_whole_seconds():
    assert at_edge(datetime(2019, 11, 3, 23, 0, 0, 999, tzinfo=UTC), BERLIN).isoformat() == "2019-11-04T00:00:00+01:00"
    assert at_edge(datetime(2019, 7, 1, 10, tzinfo=UTC), BERLIN).isoformat() == "2019-07-01T12:00:00+02:00"


def test_an_instant_whose_offset_has_no_spelling_stays_in_utc():
    assert at_edge(datetime(1892, 1, 1, tzinfo=UTC), BERLIN).isoformat() == "1892-01-01T00:00:00+00:00"
    assert at_edge(datetime(9999, 12, 31, 23, 30, tzinfo=UTC), BERLIN).isoformat() == "9999-12-31T23:30:00+00:00"


def test_an_article_is_attributed_to_who_is_named_else_to_who_published_it_first():
    assert entry(authors=(Author("Ada"), Author("Ada"), Author(""))).authors == (Author("Ada"),)
    assert entry().authors == (Author("Stadt Musterhausen"),)
    assert entry(provenance=Provenance(title="Seeblick")).authors == (Author("Seeblick"),)
    assert entry(source="gone").authors == ()


def test_an_authors_address_is_checked():
    (who,) = entry(authors=(Author("Ada", "javascript:alert(1)", "not an address"),)).authors
    assert who == Author("Ada")


def test_categories_say_which_vocabulary_they_come_from():
    it = entry(district="Süd-Ost", labels=(Label("tag", "Rad"), Label("tag", "Rad"), Label("district", "Süd-Ost")))
    assert [(term.axis, term.scheme, term.name, term.label) for term in it.terms] == [
        ("category", "https://news.example/#category", "vielfalt", "Vielfalt"),
        ("city", "https://news.example/#city", "musterhausen", "Musterhausen"),
        ("district", "https://news.example/#district", "sued-ost", "Süd-Ost"),
        ("tag", "https://news.example/#tag", "Rad", "Rad"),
    ]


def test_rights_and_licence_are_the_articles_own_else_the_sources():
    assert entry(rights="Frei", license="CC0-1.0").rights == "Frei"
    assert entry().rights == "© Stadt Musterhausen"
    assert entry().license == ""
    assert entry(source="nebenan", license="unknown").license == "https://creativecommons.org/licenses/by/4.0/"


def test_only_allowed_pictures_with_an_address_go_out():
    local = Image("data:image/gif;base64,R0lGOD", credit="Stadt Musterhausen")
    assert [picture.url for picture in entry(images=(STOCK, local, FREE)).pictures] == [FREE.url]


@pytest.mark.parametrize(
    ("stated", "sent"),
    [
        ("https://x.example/Straße.jpg?w=[1]", "https://x.example/Stra%C3%9Fe.jpg?w=%5B1%5D"),
        ("https://straße.example:8/a", "https://xn--strae-oqa.example:8/a"),
        ("https://x.exa\nmple/a", "https://x.example/a"),
        ("https://x.example/%C3%A4.jpg?a=1&b=2#c", "https://x.example/%C3%A4.jpg?a=1&b=2#c"),
        (' https://x.example/a b{1}|2^`.jpg?q="><i>\n', "https://x.example/a%20b%7B1%7D%7C2%5E%60.jpg?q=%22%3E%3Ci%3E"),
        ("https://x.example/50%-mehr%zz.jpg", "https://x.example/50%25-mehr%25zz.jpg"),
        ("https://x.example/\u202egpj.a", "https://x.example/%E2%80%AEgpj.a"),
    ],
)
def test_an_address_that_none_may_look_like_is_escaped(stated, sent):
    it = entry(
        address=stated,
        body=f'<p><img src="{escape(stated)}"></p>',
        images=(Image(stated, credit="Stadt Musterhausen"),),
        authors=(Author("Ada", stated),),
        provenance=Provenance(url=stated, feed_url=stated),
    )
    assert {it.link, it.pictures[0].url, it.authors[0].url, it.origin.url, it.origin.feed_url} == {sent}
    assert "<img" in it.body


@pytest.mark.parametrize("stated", ["https://[x/a.jpg", "https://x:99999/a.jpg", "https:///a.jpg", "https://x y/a.jpg"])
def test_what_names_no_host_is_no_address(stated):
    it = entry(address=stated, images=(Image(stated, credit="Stadt Musterhausen"),), authors=(Author("Ada", stated),))
    assert it.link == OWN
    assert it.pictures == ()
    assert it.authors[0].url == ""


def test_a_pictures_type_is_stated_or_read_from_its_address():
    def kind(url, stated=""):
        return entry(images=(Image(url, type=stated, credit="Stadt Musterhausen"),)).pictures[0].type

    assert kind("https://x.example/a.JPG?w=1#x") == "image/jpeg"
    assert kind("https://x.example/a.jpg", "image/webp; q=1") == "image/webp"
    assert kind("https://x.example/a") == ""
    assert kind("https://x.example/a.png", "Bild") == "image/png"


def test_an_article_without_an_address_links_our_own_page_of_it():
    assert entry(address="").link == entry(address="javascript:alert(1)").link == OWN


def test_the_first_of_two_articles_with_one_id_goes_out():
    two = document(
        article(original_id="urn:x", title="Eins"), article(id="tag:x,2019:y", original_id="urn:x", title="Zwei")
    )
    assert [it.title for it in two.entries] == ["Eins"]


def test_an_article_that_cannot_be_rendered_is_left_out_and_reported(caplog):
    broken = article(id="tag:news.example,2019:musterhausen/broken", published=Moment("yesterday", "day", "x"))  # type: ignore[arg-type]
    feed = document(article(), broken)
    assert [it.id for it in feed.entries] == [article().id]
    assert feed.left_out == (broken.id,)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert broken.id in caplog.text
    assert "vielfalt" in caplog.text


def test_a_feed_claims_rights_only_where_all_its_entries_share_them():
    assert document(article(), article(id="tag:a,2019:b")).rights == "© Stadt Musterhausen"
    assert document(article(), article(id="tag:a,2019:b", rights="Frei")).rights == ""
    assert document().rights == ""
