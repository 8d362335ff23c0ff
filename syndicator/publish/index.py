"""The index page: every feed there is, for people who look for one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syndicator.config import Config
from syndicator.model import Feed
from syndicator.publish import addresses, formats, pages
from syndicator.publish.words import LANGUAGES
from syndicator.text import slug


@dataclass(frozen=True, slots=True)
class _Entry:
    """A feed in a list: its title, the path of its page, and (title, media type, path) of each format."""

    title: str
    path: str
    formats: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class _Groups:
    """`table` has a row per category: its title and a feed, or None, for each of `cities`."""

    everything: _Entry | None
    categories: tuple[_Entry, ...]
    cities: tuple[_Entry, ...]
    table: tuple[tuple[str, tuple[_Entry | None, ...]], ...]
    own: tuple[_Entry, ...]


def render_index(feeds: Sequence[Feed], config: Config, language: str = "de") -> bytes:
    """The page at `/`, or its English sister, as UTF-8 HTML."""
    entries = {feed.name: _entry(feed, config, language) for feed in feeds}
    places = {each: addresses.index(config.site, each) for each in LANGUAGES}
    search = (
        "" if config.publish.buckets else addresses.path(addresses.search(config.site, language))
    )  # nobody searches a bucket
    groups = _group(feeds, entries, config)
    return pages.render_page("index.html", config.site, language, places, groups=groups, search=search)


def _group(feeds: Sequence[Feed], entries: Mapping[str, _Entry], config: Config) -> _Groups:
    rest = {feed.name: feed for feed in feeds}
    everything = rest.pop("all", None)
    categories = [rest.pop(name) for name in config.categories if name in rest]
    cities = [rest.pop(feed.name) for feed in feeds if is_city(feed) and feed.name in rest]
    table = tuple(
        (category.title, tuple(_cell(city, category, rest, entries) for city in cities)) for category in categories
    )
    return _Groups(
        everything=entries[everything.name] if everything else None,
        categories=tuple(entries[feed.name] for feed in categories),
        cities=tuple(entries[feed.name] for feed in cities),
        table=tuple(row for row in table if any(row[1])),
        own=tuple(entries[name] for name in rest),
    )


def _cell(city: Feed, category: Feed, rest: dict[str, Feed], entries: Mapping[str, _Entry]) -> _Entry | None:
    feed = rest.pop(f"{city.name}-{category.name}", None)
    return entries[feed.name] if feed else None


def is_city(feed: Feed) -> bool:
    """Whether this is the automatic feed of a city."""
    return not feed.selection.categories and [slug(city) for city in feed.selection.cities] == [feed.name]


def _entry(feed: Feed, config: Config, language: str) -> _Entry:
    files = formats.offered(feed.name, config.site, formats.publishing(feed, config.publish))
    return _Entry(
        title=feed.title,
        path=addresses.path(addresses.page(config.site, feed.name, language)),
        formats=tuple((title, kind, addresses.path(address)) for title, kind, address in files),
    )
