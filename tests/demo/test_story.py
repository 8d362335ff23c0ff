import re
from collections import Counter
from datetime import date

import pytest

from syndicator.demo.story import CITIES, load
from syndicator.demo.timeline import FIRST_ID

STOCK = load()
STORIES = [story for city in CITIES for story in STOCK.stories[city]]
OUTLINES = [outline for city in CITIES for outline in STOCK.outlines[city]]


def test_there_are_at_least_sixty_articles_over_several_months():
    assert len(STORIES) >= 60
    assert {story.published.month for story in STORIES} >= {5, 6, 7, 8, 9, 10, 11}
    assert all(date(2019, 5, 1) <= story.published.date() <= date(2019, 11, 30) for story in STORIES)


def test_no_two_articles_share_number_title_or_teaser():
    for name in ("id", "title", "teaser", "text", "published"):
        assert [value for value, n in Counter(getattr(story, name) for story in STORIES).items() if n > 1] == []
    assert max(story.id for story in STORIES) < FIRST_ID


def test_the_story_of_the_cooperation_is_told():
    story = next(story for story in STORIES if story.id == 605731)
    assert (story.city, story.topline, story.published.date()) == ("dortmund", "Vielfalt", date(2019, 11, 4))
    assert "Städtekooperation Integration.Interkommunal" in story.title
    for fact in ("2010", "Mülheim an der Ruhr", "Bottrop", "150", "Vielfalt schafft Zukunft", "5.\u00a0November"):
        assert fact in story.text


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.city}-{story.id}")
def test_an_article_is_well_formed_text(story):
    assert story.updated >= story.published
    assert story.title == story.title.strip()
    assert not re.search(r"[<\t]| {2}|\n\n\n", story.text)
    assert '"' not in story.title + story.teaser + story.text
    assert story.text.count("„") == len(re.findall("“", story.text))
    assert story.text.count("**") % 2 == 0


@pytest.mark.parametrize("outline", OUTLINES, ids=lambda outline: outline.title)
def test_a_live_text_uses_every_fact(outline):
    whole = outline.title + outline.teaser + outline.text
    assert all(f"${name}" in whole for name in ("datum", "uhrzeit", "nummer", "ort", "zahl"))
    assert "$zahl" in outline.title
    assert all(f"${name}" in outline.text for name in ("datum", "uhrzeit", "nummer"))


def test_each_city_has_live_texts():
    assert all(len(STOCK.outlines[city]) >= 4 for city in CITIES)
