"""The pages for people of a feed: what it is, how to subscribe, and its newest articles, which are read where they come from."""

from dataclasses import dataclass
from urllib.parse import quote

from syndicator.publish import addresses, formats
from syndicator.publish.formats import Document
from syndicator.publish.pages import render_page
from syndicator.publish.teasers import teasers
from syndicator.publish.words import LANGUAGES, date

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


def subscriptions(document: Document) -> list[tuple[str, str, str]]:
    """Title, media type and full address of the feed in each format that is published for programs."""
    return formats.offered(document.feed.name, document.site, document.publish)


def _readers(address: str) -> list[tuple[str, str]]:
    """Name and link of the readers on the web that are told this feed's address by following it."""
    return [(name, start + quote(address, safe="")) for name, start in _READERS]
