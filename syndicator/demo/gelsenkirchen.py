"""Gelsenkirchen: the one city with a feed, which carries whole articles, their pictures, and tombstones for what is withdrawn."""

import json

from syndicator.demo import rendering
from syndicator.demo.answers import Page
from syndicator.demo.newsroom import Newsroom, last_change
from syndicator.demo.rendering import slug
from syndicator.demo.story import Story

CITY = "gelsenkirchen"
ENTRIES = 40


def address(story: Story) -> str:
    return f"/gelsenkirchen/de/aktuelles/artikel/{story.id}-{slug(story.name)}"


def feed(room: Newsroom) -> Page:
    """Atom 1.0 with Media RSS pictures and RFC 6721 tombstones."""
    stories = room.stories(CITY)[:ENTRIES]
    return rendering.feed(
        "gelsenkirchen/newsfeed.xml",
        last_change(stories),
        origin=room.origin,
        updated=last_change(stories),
        entries=[(story, room.origin + address(story)) for story in stories if not story.withdrawn],
        tombstones=[story for story in stories if story.withdrawn],
    )


def overview(room: Newsroom) -> Page:
    stories = room.stories(CITY)
    links = [(story, address(story)) for story in stories if not story.withdrawn]
    return rendering.page("gelsenkirchen/overview.html", last_change(stories), links=links)


def article(room: Newsroom, number: int) -> Page | None:
    """An article under its number, whatever follows it in the path; 410 where it is withdrawn."""
    story = room.story(CITY, number)
    if story is None:
        return None
    if story.withdrawn:
        gone = rendering.page("gelsenkirchen/gone.html", story.updated)
        return Page(gone.body, gone.type, gone.modified, status=410)
    return rendering.page(
        "gelsenkirchen/article.html",
        story.updated,
        story=story,
        canonical=room.origin + address(story),
        json_ld=_json_ld(story),
    )


def _json_ld(story: Story) -> str:
    """As its pages have it: times of the city's own clock, without a zone."""
    value = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": f"{story.published:%Y-%m-%dT%H:%M:%S}",
        "dateModified": f"{story.updated:%Y-%m-%dT%H:%M:%S}",
    }
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
