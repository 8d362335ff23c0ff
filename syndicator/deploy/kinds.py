"""The kinds of published files as a web server has to know them: address, file, and the fields that we send with each. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from syndicator.config import Config
from syndicator.publish import addresses, formats, opml
from syndicator.serve import about, headers

_NAME = "[a-z0-9-]+"
_CSS = "text/css; charset=utf-8"
_GROUP = "(?P<feed>{})"  # PCRE and Go's regular expressions both know this way to name a group
_INDEX = "index.html"
_ENGLISH = addresses.folder("en")


@dataclass(frozen=True, slots=True)
class Kind:
    """Files that are answered alike.

    `pattern` is a regular expression for what follows the site's path, with a group `feed` where the address names one.
    `path` lies in the folder, the feed standing there as a placeholder. `always` goes with a 304, too, `content` only with
    bytes.
    """

    title: str
    pattern: str
    path: str
    media_type: str
    always: Mapping[str, str] = field(default_factory=dict)
    content: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_shown(self) -> bool:
        """Whether a browser that is about to show it gets it under another type."""
        return headers.is_shown(self.media_type, "document")


def kinds(config: Config, feed: str, audience: str) -> Iterator[Kind]:
    """Every kind of file, the busiest first, and what is no feed before the pattern of feeds that would fit it, too.

    `feed` is how the web server writes the group of that name, `audience` what it finds a feed's language by, see `languages`.
    """
    for kind in _kinds(config, feed):
        by_feed = "Content-Language" in kind.content and not kind.path.startswith(_ENGLISH)
        yield replace(kind, content={**kind.content, "Content-Language": audience}) if by_feed else kind


def _kinds(config: Config, feed: str) -> Iterator[Kind]:
    for known in formats.in_use(config):
        ending = known.EXTENSION
        feeds = _GROUP.format(_NAME)
        yield _kind(config, f"{known.TITLE} feeds", rf"feeds/{feeds}\.{ending}", f"{feed}.{ending}", known.MEDIA_TYPE)
    yield from _pages(config, feed)
    yield _kind(config, "style sheet of pages", r"feeds/style\.css", addresses.STYLE, _CSS)
    yield _kind(config, "style sheet of feeds", r"feeds/feed\.css", addresses.FEED_STYLE, _CSS)
    yield _kind(config, "icon", r"feeds/icon\.svg", addresses.ICON, "image/svg+xml")
    yield _kind(config, "all feeds for reader programs", "opml", addresses.OPML, opml.MEDIA_TYPE)
    for known in formats.in_use(config):
        archived = _GROUP.format(f"{_NAME}/archive/[0-9]+")
        path = f"{feed}.{known.EXTENSION}"
        # One path for current and archived pages would be told of other forms that archived pages have not.
        told = about.fields(config, f"{feed}/{path}")
        told = {name: value.replace(f"{feed}/{feed}", feed) for name, value in told.items()}
        always = _always(f"/archive/{path}", known.MEDIA_TYPE)
        pattern = rf"feeds/{archived}\.{known.EXTENSION}"
        yield Kind(f"archived {known.TITLE} feeds", pattern, path, known.MEDIA_TYPE, always, told)


def _pages(config: Config, feed: str) -> Iterator[Kind]:
    page = formats.available()["html"].MEDIA_TYPE
    statement = f"{addresses.STATEMENT}.html"
    yield _kind(config, "accessibility statement", addresses.STATEMENT, statement, page)
    yield _kind(config, "the same, as pages link to it", f"feeds/{addresses.STATEMENT}", statement, page)
    english = f"feeds/{_ENGLISH}{addresses.STATEMENT}"
    yield _kind(config, "the same in English", english, f"{_ENGLISH}{statement}", page)
    yield _kind(config, "pages of feeds", f"feeds/{_GROUP.format(_NAME)}", f"{feed}.html", page)
    english = f"feeds/{_ENGLISH}{_GROUP.format(_NAME)}"
    yield _kind(config, "the same in English", english, f"{_ENGLISH}{feed}.html", page)
    yield _kind(config, "the list of all feeds", "", _INDEX, page)
    yield _kind(config, "the same in English", f"feeds/{_ENGLISH}", f"{_ENGLISH}{_INDEX}", page)


def languages(config: Config) -> Mapping[str, str]:
    """Feeds that are told of in another language than the site: name → Content-Language."""
    return {block.name: ", ".join(block.languages) for block in config.feeds if block.languages}


def moves(config: Config) -> Iterator[tuple[str, str]]:
    """Each former name of a category, or of a feed of [[feeds]], with its name today."""
    for name, category in config.categories.items():
        for alias in category.aliases:
            yield alias, name
    for block in config.feeds:
        for alias in block.aliases:
            yield alias, block.name


def _kind(config: Config, title: str, pattern: str, path: str, media_type: str) -> Kind:
    return Kind(title, pattern, path, media_type, _always(path, media_type), about.fields(config, path))


def _always(path: str, media_type: str) -> dict[str, str]:
    fields = {
        "Cache-Control": headers.cache_control(headers.lifetime(path)),
        "Vary": headers.VARY,
        **headers.BASE,
        **headers.policy(media_type),
    }
    del fields["Server"]  # theirs
    return fields
