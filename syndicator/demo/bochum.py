"""Bochum: the German date and the title stand in the path, and no class name tells anything."""

import re

from syndicator.demo import rendering
from syndicator.demo.answers import Page
from syndicator.demo.german import MONTHS
from syndicator.demo.newsroom import Newsroom, last_change
from syndicator.demo.story import Story
from syndicator.demo.timeline import FIRST_ID

CITY = "bochum"
PAGE_SIZE = 10
_CHARSET = "windows-1252"  # announced by the pages alone, not by the server
_NUMBER = re.compile(r"-Nr--(\d{1,9})-")


def address(story: Story) -> str:
    """As in `/bochum/Pressemeldungen/5-November-2019/Mehr-Baenke--neue-Wege-`."""
    return f"/bochum/Pressemeldungen/{_day(story)}/{_name(story)}"


def overview(room: Newsroom, number: int) -> Page | None:
    stories = room.stories(CITY)
    part = rendering.cut(stories, number, PAGE_SIZE)
    if part is None:
        return None
    return rendering.page(
        "bochum/overview.html",
        last_change(stories),
        charset=_CHARSET,
        announced=False,
        links=[(story, address(story)) for story in part],
        previous=number - 1 if number > 1 else 0,
        following=number + 1 if len(stories) > number * PAGE_SIZE else 0,
    )


def article(room: Newsroom, day: str, name: str) -> Page | None:
    story = _find(room, day, name)
    if story is None:
        return None
    return rendering.page(
        "bochum/article.html",
        story.updated,
        charset=_CHARSET,
        announced=False,
        story=story,
        origin=room.origin,
        url=room.origin + address(story),
        picture=f"{room.origin}/bochum/bilder/{story.picture.name}.png" if story.picture else "",
    )


def _find(room: Newsroom, day: str, name: str) -> Story | None:
    found = _NUMBER.search(name)
    live = room.story(CITY, FIRST_ID + int(found[1]) - 1) if found else None
    stories = (*room.stock.stories[CITY], *([live] if live else ()))
    return next((story for story in stories if (_day(story), _name(story)) == (day, name)), None)


def _day(story: Story) -> str:
    return f"{story.published.day}-{MONTHS[story.published.month - 1]}-{story.published.year}"


def _name(story: Story) -> str:
    """The first title with a hyphen for each character that is neither letter nor digit."""
    return re.sub(r"[^\w]", "-", story.name.replace("\xad", ""))
