"""Bochum: the German date and the title stand in the path, and no class name tells anything."""

import re
from datetime import date
from urllib.parse import quote

from syndicator.demo import rendering
from syndicator.demo.answers import Page
from syndicator.demo.german import MONTHS
from syndicator.demo.newsroom import Newsroom, last_change
from syndicator.demo.story import Story
from syndicator.demo.timeline import find_numbered

CITY = "bochum"
PAGE_SIZE = 10
_CHARSET = "windows-1252"  # announced by the pages alone, not by the server
_DAY = re.compile(rf"(\d{{1,2}})-({'|'.join(MONTHS)})-(\d{{4}})")
_NUMBER = re.compile(r"-Nr--(\d{1,3})-")


def address(story: Story) -> str:
    """As in `/bochum/Pressemeldungen/5-November-2019/Mehr-Baenke--neue-Wege-`."""
    return quote(f"/bochum/Pressemeldungen/{_day(story)}/{_name(story)}")


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
    number, when = _NUMBER.search(name), _read_day(day)
    live = find_numbered(CITY, when, int(number[1]), room.now, room.stock.outlines) if number and when else None
    stories = (*room.stock.stories[CITY], *([live] if live else ()))
    return next((story for story in stories if (_day(story), _name(story)) == (day, name)), None)


def _read_day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1])) if found else None
    except ValueError:
        return None


def _day(story: Story) -> str:
    return f"{story.published.day}-{MONTHS[story.published.month - 1]}-{story.published.year}"


def _name(story: Story) -> str:
    """The first title with a hyphen for each character that is neither letter nor digit."""
    return re.sub(r"[^\w]", "-", story.name.replace("\xad", ""))
