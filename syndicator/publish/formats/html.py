"""The page for people of a feed: what it is, how to subscribe, and its newest articles, which are read where they come from."""

from dataclasses import dataclass

from syndicator.model import Image
from syndicator.publish import addresses, formats
from syndicator.publish.entry import EXCERPT_LIMIT, Entry
from syndicator.publish.formats import Document
from syndicator.publish.pages import german_date, is_first_party, render_page
from syndicator.text import shorten, slug

EXTENSION = "html"
MEDIA_TYPE = "text/html; charset=utf-8"
TITLE = "Seite"
_DAYS = {"month": "%Y-%m"}  # <time> in HTML knows months as well


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


def render(document: Document) -> bytes:
    """The page as UTF-8 HTML: no scripts, no inline styles, nothing loaded from other hosts."""
    return render_page(
        "feed.html",
        document.site,
        feed=document,
        changed=german_date(document.changed),
        formats=subscriptions(document),
        teasers=[_teaser(entry, document) for entry in document.entries],
    )


def subscriptions(document: Document) -> list[tuple[str, str, str]]:
    """Title, media type and full address of the feed in each format that is published for programs."""
    known = formats.available()
    chosen = [known[name] for name in document.publish.formats if name != "html"]
    name = document.feed.name
    return [(f.TITLE, f.MEDIA_TYPE.partition(";")[0], addresses.file(document.site, name, f.EXTENSION)) for f in chosen]


def _teaser(entry: Entry, document: Document) -> _Teaser:
    date = entry.article.published
    picture = entry.pictures[0] if entry.pictures else None
    return _Teaser(
        entry=entry,
        day=german_date(entry.published, date.precision) if entry.published and date else "",
        machine_day=entry.published.strftime(_DAYS.get(date.precision, "%Y-%m-%d")) if entry.published and date else "",
        summary=shorten(" ".join(entry.summary.split()), EXCERPT_LIMIT),
        picture=picture,
        embedded=picture is not None and is_first_party(picture.url, document.site),
        city_path=_path(document, slug(entry.city)),
        topics=tuple(
            (term.label, _path(document, term.name))
            for term in entry.terms
            if term.axis == "category" and term.name in document.categories
        ),
    )


def _path(document: Document, feed: str) -> str:
    return addresses.path(addresses.page(document.site, feed))
