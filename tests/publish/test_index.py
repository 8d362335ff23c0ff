import re

from syndicator.model import Feed, Selection
from syndicator.publish.index import render_index
from syndicator.publish.pages import stylesheet
from tests.publish.checks import check_html, loaded
from tests.publish.example import CONFIG, planned


def test_every_feed_is_linked_with_all_its_formats():
    text = render_index(planned(), CONFIG).decode()
    for feed in planned():
        assert text.count(f'href="/feeds/{feed.name}"') == 1
        for ending in ("atom", "rss", "json"):
            assert len(re.findall(rf'<a href="/feeds/{feed.name}\.{ending}"', text)) == 1


def test_the_feed_of_everything_is_discovered():
    text = render_index(planned(), CONFIG).decode()
    assert re.findall(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">', text) == [
        ("application/atom+xml", "/feeds/all.atom"),
        ("application/rss+xml", "/feeds/all.rss"),
        ("application/feed+json", "/feeds/all.json"),
        ("text/x-opml", "/opml"),
    ]


def test_categories_and_cities_meet_in_a_table():
    text = render_index(planned(), CONFIG).decode()
    assert [title.strip() for title in re.findall(r'<th scope="col">([^<]+)', text)] == [
        "Thema",
        "Musterhausen",
        "Nebenan am See",
    ]
    assert re.findall(r'<th scope="row">([^<]+)', text) == ["Vielfalt", "Verkehr &amp; Wege"]
    assert 'Meldungen<span class="hidden">: Vielfalt in Nebenan am See</span>' in text


def test_a_cell_without_a_feed_is_empty_and_a_feed_of_ones_own_has_its_place():
    fewer = [feed for feed in planned() if feed.name != "nebenan-am-see-verkehr"]
    assert check_html(render_index(fewer, CONFIG)) == []
    text = render_index(fewer, CONFIG).decode()
    assert "Zusammengestellt" in text
    assert "nebenan-am-see-verkehr" not in text


def test_a_service_without_categories_or_cities_still_has_a_page():
    bare = CONFIG.model_copy(update={"categories": {}, "sources": ()})
    page = render_index([Feed("all", "Alle Nachrichten", Selection())], bare)
    assert check_html(page) == []
    assert "<table>" not in page.decode()


def test_nothing_is_loaded_from_another_host():
    assert loaded(render_index(planned(), CONFIG)) == ["/feeds/icon.svg", "/feeds/style.css"]
    assert "://" not in re.sub(r"/\*.*?\*/", "", stylesheet().decode(), flags=re.DOTALL)


def test_names_are_escaped():
    odd = Feed("x", '<script>alert("1")</script>', Selection(sources=("y",)))
    assert b"<script" not in render_index([*planned(), odd], CONFIG)


def test_the_search_is_linked_where_the_service_answers():
    def linked(config):
        return 'href="/search"' in render_index(planned(), config).decode()

    assert linked(CONFIG)
    in_a_bucket = CONFIG.publish.model_copy(update={"targets": ("s3://bucket",)})
    assert not linked(CONFIG.model_copy(update={"publish": in_a_bucket}))


def test_an_own_feed_is_listed_in_its_own_formats():
    feeds = [Feed("own", "Own", Selection(), formats=("rss",))]
    text = render_index(feeds, CONFIG).decode()
    assert 'href="/feeds/own.rss"' in text
    assert 'href="/feeds/own.atom"' not in text
