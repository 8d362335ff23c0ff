"""The pages for people of a feed: what it is, how to subscribe, and its newest articles, which are read where they come from."""

from dataclasses import dataclass
from urllib.parse import quote

from syndicator.model import Image
from syndicator.publish import addresses, formats
from syndicator.publish.entry import EXCERPT_LIMIT, Entry
from syndicator.publish.formats import Document
from syndicator.publish.pages import feed_path, is_first_party, render_page, stated_day, topics
from syndicator.publish.words import LANGUAGES, date
from syndicator.text import shorten, slug

EXTENSION = "html"
MEDIA_TYPE = "text/html; charset=utf-8"
TITLE = "Seite"

# Where readers on the web take the address of a feed. Miniflux, FreshRSS and others live on hosts of their own.
_READERS = (
    ("Feedly", "https://feedly.com/i/subscription/feed/"),
    ("Inoreader", "https://www.inoreader.com/?add_feed="),
    ("NewsBlur", "https://www.newsblur.com/?url="),
    ("The Old Reader", "https://theoldreader.com/feeds/subscribe?url="),
)


@dataclass(frozen=True, slots=True)
class _Teaser:
    """An entry as the page shows it. `day` and `machine_day` are empty where the source states no date; `topics` are (title, path) pairs."""

    entry: Entry
    day: str
    machine_day: str
    summary: str
    picture: Image | None
    embedded: bool
    city_path: str
    topics: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Page:
    """The page in one language, as a format; `folder` stands before its name."""

    language: str
    EXTENSION: str = EXTENSION
    MEDIA_TYPE: str = MEDIA_TYPE
    TITLE: str = TITLE

    @property
    def folder(self) -> str:
        return addresses.folder(self.language)

    def render(self, document: Document, /) -> bytes:
        """The page as UTF-8 HTML: no scripts, no inline styles, nothing loaded from other hosts."""
        site, name = document.site, document.feed.name
        offered = subscriptions(document)
        return render_page(
            "feed.html",
            site,
            self.language,
            {language: addresses.page(site, name, language) for language in LANGUAGES},
            feed=document,
            changed=date(document.changed, language=self.language),
            formats=offered,
            readers=_readers(offered[0][2]) if offered else (),
            teasers=teasers(document, self.language),
        )


PAGES = tuple(Page(language) for language in LANGUAGES)


def render(document: Document) -> bytes:
    """The German page."""
    return PAGES[0].render(document)


def teasers(document: Document, language: str = "de") -> list[_Teaser]:
    """The entries as a page shows them."""
    return [_teaser(entry, document, language) for entry in document.entries]


def subscriptions(document: Document) -> list[tuple[str, str, str]]:
    """Title, media type and full address of the feed in each format that is published for programs."""
    return formats.offered(document.feed.name, document.site, document.publish)


def _readers(address: str) -> list[tuple[str, str]]:
    """Name and link of the readers on the web that are told this feed's address by following it."""
    return [(name, start + quote(address, safe="")) for name, start in _READERS]


def _teaser(entry: Entry, document: Document, language: str) -> _Teaser:
    picture = entry.pictures[0] if entry.pictures else None
    day, machine_day = stated_day(entry, language)
    return _Teaser(
        entry=entry,
        day=day,
        machine_day=machine_day,
        summary=shorten(" ".join(entry.summary.split()), EXCERPT_LIMIT) if entry.summary != entry.title else "",
        picture=picture,
        embedded=picture is not None and is_first_party(picture.url, document.site),
        city_path=feed_path(document.site, slug(entry.city), language),
        topics=topics(entry, document.site, document.categories, language),
    )
