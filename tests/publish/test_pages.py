"""What all pages for people have in common, in both languages."""

import re
from dataclasses import fields

import pytest

from syndicator.publish import formats, index, pages
from syndicator.publish.formats.html import Page
from syndicator.publish.words import LANGUAGES, WORDS, date
from tests.publish.checks import check_html, loaded
from tests.publish.example import CONFIG, FIRST_SEEN, SITE, article, document, newsroom, planned

EVERYTHING = formats.offered("all", SITE, CONFIG.publish)


def made(kind, language):
    return {
        "feed": lambda: Page(language).render(document(*newsroom())),
        "index": lambda: index.render_index(planned(), CONFIG, language),
        "statement": lambda: pages.render_statement(SITE, language, EVERYTHING),
    }[kind]()


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.mark.parametrize("kind", ["feed", "index", "statement"])
def test_a_page_is_whole_in_its_language_and_knows_its_sister(kind, language):
    page = made(kind, language)
    text = page.decode()
    assert check_html(page) == []
    assert f'<html lang="{language}">' in text
    assert loaded(page) == ["/feeds/icon.svg", "/feeds/style.css"]
    sisters = dict(re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">', text))
    assert list(sisters) == list(LANGUAGES)
    other = next(each for each in LANGUAGES if each != language)
    place = sisters[other].removeprefix("https://news.example")
    assert f'<a href="{place}" hreflang="{other}" lang="{other}">{WORDS[other].name}</a>' in text


@pytest.mark.parametrize("kind", ["feed", "index", "statement"])
def test_each_page_announces_feeds_and_the_list_of_all(kind, language):
    text = made(kind, language).decode()
    announced = re.findall(r'<link rel="alternate" type="([^"]+)"', text)
    assert announced == ["application/atom+xml", "application/rss+xml", "application/feed+json", "text/x-opml"]


def test_an_english_page_says_which_of_its_words_are_german():
    text = made("feed", "en").decode()
    assert '<h1 lang="de">Vielfalt</h1>' in text
    assert '<article lang="de">' in text
    assert "<article>" in text  # the English one
    assert '<li lang="de"><a href="/feeds/en/musterhausen">Musterhausen</a></li>' in text
    assert "4 November 2019" in text
    assert 'href="/feeds/en/"' in text
    assert not re.search(r'href="/feeds/(?!en/)[a-z-]+"', text.replace('href="/feeds/vielfalt" hreflang="de"', ""))


def test_both_languages_have_the_same_words_with_the_same_places(language):
    german, here = WORDS["de"], WORDS[language]
    for field in fields(german):
        one, other = getattr(german, field.name), getattr(here, field.name)
        assert other
        if isinstance(one, str):
            assert one.count("{}") == other.count("{}"), field.name
    assert len(german.statement) == len(here.statement)
    assert here.feedback in [heading for heading, _ in here.statement]


def test_dates_are_written_as_each_language_has_them():
    assert date(FIRST_SEEN) == "4. November 2019"
    assert date(FIRST_SEEN, "month") == "November 2019"
    assert date(FIRST_SEEN, language="en") == "4 November 2019"


def test_a_feed_can_be_opened_in_the_usual_readers_by_links_alone():
    text = made("feed", "de").decode()
    address = "https%3A%2F%2Fnews.example%2Ffeeds%2Fvielfalt.atom"
    assert '<a href="feed:https://news.example/feeds/vielfalt.atom">' in text
    for reader in ("feedly.com", "inoreader.com", "newsblur.com", "theoldreader.com"):
        assert re.search(rf'<a href="https://(www\.)?{reader}/[^"]*{address}" rel="nofollow noreferrer">', text), reader


def test_a_headline_is_not_said_twice_where_there_is_nothing_else():
    text = Page("de").render(document(article(title="Nur das", summary="", body=""))).decode()
    assert text.count("Nur das") == 1


def test_the_statement_says_whom_to_tell_of_a_barrier(language):
    text = made("statement", language).decode()
    assert text.count('<a href="mailto:presse@musterhausen.example">') == 2
    assert "WCAG 2.2" in text


def test_all_pages_link_the_statement(language):
    place = "/feeds/barrierefreiheit" if language == "de" else "/feeds/en/barrierefreiheit"
    assert all(f'<a href="{place}">' in made(kind, language).decode() for kind in ("feed", "index", "statement"))
