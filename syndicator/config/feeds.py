"""Which feeds there are: all, each category, each city, each city and category, and those of [[feeds]]. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from syndicator.config.models import Config
from syndicator.config.subjects import FeedBlock
from syndicator.model import Feed, Selection, Without
from syndicator.text import slug


def planned_feeds(config: Config, extra_cities: Iterable[str] = ()) -> tuple[Feed, ...]:
    """Every feed of a configuration, in the order in which they are listed; no two have one name.

    `extra_cities` have stored articles, though no source names them any longer: their feeds go on. One that is only
    another spelling of a city joins that city's feed.
    """
    feeds = {feed.name: feed for feed in own_feeds(config)}
    planned: dict[str, Feed] = {}
    for feed in _automatic(config, _cities(config, extra_cities)):
        # Only an extra city can meet another name; the rest was checked when config.toml was read.
        if feed.name not in feeds:
            planned.setdefault(feed.name, feed)
    return (*planned.values(), *feeds.values())


def own_feeds(config: Config) -> tuple[Feed, ...]:
    """The feeds of [[feeds]]."""
    return tuple(_own(block, config.publish.entries) for block in config.feeds)


def former_names(config: Config, extra_cities: Iterable[str] = ()) -> Mapping[str, str]:
    """What feeds were called before, by the `aliases` of categories and of [[feeds]], and their names now."""
    cities = ["", *(f"{city}-" for city in _cities(config, extra_cities))]
    renamed = {
        f"{city}{alias}": f"{city}{name}"
        for name, category in config.categories.items()
        for alias in category.aliases
        for city in cities
    }
    return renamed | {alias: block.name for block in config.feeds for alias in block.aliases}


def _cities(config: Config, extra: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The spellings of each city, by its name in addresses; the first spelling is the one to show."""
    cities: dict[str, dict[str, None]] = {}
    for city in dict.fromkeys((*(source.city for source in config.sources), *extra)):
        if name := slug(city):
            cities.setdefault(name, {})[city] = None
    return {name: tuple(spellings) for name, spellings in cities.items()}


def _automatic(config: Config, cities: Mapping[str, tuple[str, ...]]) -> Iterator[Feed]:
    limit = config.publish.entries
    yield Feed("all", "Alle Nachrichten", Selection(limit=limit), f"Alles aus „{config.site.title}“.")
    for category in config.categories.values():
        yield Feed(
            category.name,
            category.title,
            Selection(categories=(category.name,), limit=limit),
            f"Nachrichten zum Thema {category.title}.",
        )
    for name, spellings in cities.items():
        yield Feed(name, spellings[0], Selection(cities=spellings, limit=limit), f"Nachrichten aus {spellings[0]}.")
    for name, spellings in cities.items():
        for category in config.categories.values():
            yield Feed(
                f"{name}-{category.name}",
                f"{spellings[0]}: {category.title}",
                Selection(categories=(category.name,), cities=spellings, limit=limit),
                f"Nachrichten aus {spellings[0]} zum Thema {category.title}.",
            )


def _own(block: FeedBlock, entries: int) -> Feed:
    selection = Selection(
        categories=block.categories,
        cities=block.cities,
        districts=block.districts,
        sources=block.sources,
        languages=block.languages,
        kinds=block.kinds,
        query=block.query,
        limit=block.entries or entries,
        without=Without(**dict(block.without)),
    )
    if selection != Selection(selection.categories, selection.cities, limit=selection.limit):
        selection = replace(selection, filed=f"?{block.name}")
    return Feed(block.name, block.title, selection, block.description, block.content or "", block.formats or ())
