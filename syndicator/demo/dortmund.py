"""Dortmund, in the manner of its old and its new portal: an article is its `nid`, whatever path it is asked under."""

import json

from syndicator.demo import rendering
from syndicator.demo.answers import Page
from syndicator.demo.navigation import navigation_json
from syndicator.demo.newsroom import Newsroom, last_change
from syndicator.demo.rendering import slug
from syndicator.demo.story import Story

CITY = "dortmund"
PAGE_SIZE = 12
DISTRICTS = (
    *("Aplerbeck", "Brackel", "Eving", "Hombruch", "Hörde", "Huckarde", "Innenstadt-Nord", "Innenstadt-Ost"),
    *("Innenstadt-West", "Lütgendortmund", "Mengede", "Scharnhorst"),
)


def address(story: Story) -> str:
    return f"/dortmund/nachrichtenportal/nachricht.jsp?nid={story.id}"


def overview(room: Newsroom, number: int) -> Page | None:
    """One page of the newsroom, counted from 1."""
    stories = room.stories(CITY)
    part = rendering.cut(stories, number, PAGE_SIZE)
    if part is None:
        return None
    return rendering.page(
        "dortmund/overview.html",
        last_change(stories),
        navigation=navigation_json(),
        heading="Newsroom",
        links=[(story, address(story)) for story in part],
        previous=number - 1 if number > 1 else 0,
        following=number + 1 if len(stories) > number * PAGE_SIZE else 0,
    )


def district(room: Newsroom, name: str) -> Page | None:
    """The news of a district; its links lead to the same articles under a path of the district's own."""
    title = next((title for title in DISTRICTS if slug(title) == name), None)
    if title is None:
        return None
    stories = [story for story in room.stories(CITY) if title in story.districts]
    return rendering.page(
        "dortmund/overview.html",
        last_change(stories),
        navigation=navigation_json(),
        heading=f"Stadtbezirk {title}",
        links=[(story, f"nachricht.jsp?nid={story.id}") for story in stories],
        previous=0,
        following=0,
    )


def article(room: Newsroom, number: int) -> Page | None:
    story = room.story(CITY, number)
    if story is None:
        return None
    return rendering.page(
        "dortmund/article.html",
        story.updated,
        navigation=navigation_json(),
        story=story,
        canonical=room.origin + address(story),
        json_ld=_json_ld(room, story) if story.id % 3 == 0 else "",
        related=[(other, address(other)) for other in room.related(story)],
    )


def _json_ld(room: Newsroom, story: Story) -> str:
    """As the new portal has it: the date without a time, and the list as the page that it is the main thing of."""
    value = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": story.headline,
        "datePublished": f"{story.published:%Y-%m-%d}",
        "mainEntityOfPage": {"@type": "WebPage", "@id": f"{room.origin}/dortmund/newsroom/"},
    }
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
