"""The words of the sample portal, and its stock of articles, read from TOML files."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

CITIES = ("dortmund", "bochum", "gelsenkirchen")
BERLIN = ZoneInfo("Europe/Berlin")
DELETED = "[GELÖSCHT] "


@dataclass(frozen=True, slots=True)
class Picture:
    """`name` is the file without its ending; `lazy`: the page loads it late, from a data- attribute."""

    name: str
    alt: str
    caption: str
    credit: str
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """One article at one instant. `name` is the title that it was first published under: addresses are made of it."""

    city: str
    id: int
    name: str
    title: str
    teaser: str
    text: str
    topline: str
    published: datetime
    updated: datetime
    tags: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    picture: Picture | None = None
    withdrawn: bool = False

    @property
    def headline(self) -> str:
        return DELETED + self.title if self.withdrawn else self.title


@dataclass(frozen=True, slots=True)
class Outline:
    """A text that the site publishes again and again, each time with other facts: `$datum`, `$uhrzeit`, `$nummer`, `$ort`, `$zahl`.

    `update` is the paragraph that a later edition gets at its end.
    """

    title: str
    teaser: str
    text: str
    update: str
    topline: str
    places: tuple[str, ...]
    tags: tuple[str, ...]
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Stock:
    """Everything that lies ready in files: stories of each city, newest first, and the outlines of the live ones."""

    stories: Mapping[str, tuple[Story, ...]]
    outlines: Mapping[str, tuple[Outline, ...]]


def load() -> Stock:
    """Read the files of the package; a file that lacks a key raises KeyError."""
    return Stock(
        {city: _newest_first(_story(city, table) for table in _tables("articles", city)) for city in CITIES},
        {city: tuple(_outline(t) for t in _tables("live") if t["city"] == city) for city in CITIES},
    )


def _newest_first(stories: Iterator[Story]) -> tuple[Story, ...]:
    return tuple(sorted(stories, key=lambda story: (story.published, story.id), reverse=True))


def _tables(*folder: str) -> Iterator[dict[str, Any]]:
    here = resources.files(__package__).joinpath(*folder)
    for file in sorted(here.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield tomllib.loads(file.read_text(encoding="utf-8"))


def _story(city: str, table: dict[str, Any]) -> Story:
    published = table["published"].replace(tzinfo=BERLIN)
    return Story(
        city=city,
        id=table["id"],
        name=table["title"],
        title=table["title"],
        teaser=table["teaser"],
        text=table["text"],
        topline=table["topline"],
        published=published,
        updated=table["updated"].replace(tzinfo=BERLIN) if "updated" in table else published,
        tags=tuple(table.get("tags", ())),
        districts=tuple(table.get("districts", ())),
        picture=_picture(str(table["id"]), table),
        withdrawn=table.get("withdrawn", False),
    )


def _outline(table: dict[str, Any]) -> Outline:
    return Outline(
        title=table["title"],
        teaser=table["teaser"],
        text=table["text"],
        update=table["update"],
        topline=table["topline"],
        places=tuple(table["places"]),
        tags=tuple(table.get("tags", ())),
        picture=_picture("", table),
    )


def _picture(name: str, table: dict[str, Any]) -> Picture | None:
    return Picture(name, **table["picture"]) if "picture" in table else None
