"""The page of one article, and the page that stands in its place when it was taken back. Pure; in German and in English, articles as they are."""

import re
from datetime import datetime
from typing import Any

from markupsafe import Markup

from syndicator.config import Config
from syndicator.model import Article
from syndicator.publish import addresses
from syndicator.publish.entry import Entry, Setting, resolve
from syndicator.publish.pages import feed_path, render_page, stated_day
from syndicator.publish.pictures import strip_body
from syndicator.publish.words import LANGUAGES
from syndicator.text import slug

_FIRST_HEADING = re.compile(r"<(/?)h1\b", re.IGNORECASE)  # the page has one of its own


def render_article(article: Article, config: Config, language: str = "de") -> bytes:
    """The page of a live article as UTF-8 HTML: its text without pictures, as pages load nothing from portals, and where it comes from."""
    site = config.site
    places = {each: addresses.article(site, article.slug, each) for each in LANGUAGES}
    own = places[language]
    entry = resolve(article, Setting(site, config.publish, config.source_of, config.categories))
    day, machine_day = stated_day(entry, language)
    return render_page(
        "article.html",
        site,
        language,
        places,
        entry=entry,
        own=own,
        original="" if entry.link in places.values() else entry.link,
        body=Markup(_FIRST_HEADING.sub(r"<\1h2", strip_body(entry.body, ()))),  # noqa: S704  # sanitised when it came in
        day=day,
        machine_day=machine_day,
        city_path=feed_path(site, slug(entry.city), language),
        topics=[(term.label, feed_path(site, term.name, language)) for term in entry.topics],
        data=_structured(entry, article, own),
    )


def render_withdrawn(config: Config, language: str = "de") -> bytes:
    """The page in place of an article that was taken back. It says nothing of the article, and is the same for all."""
    return render_page("withdrawn.html", config.site, language, {})


def _structured(entry: Entry, article: Article, own: str) -> dict[str, Any]:
    """The article as schema.org has it. A day without an hour is a day."""
    exact = article.published is not None and article.published.precision in {"second", "minute"}
    fields = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": entry.title,
        "description": entry.summary if entry.summary != entry.title else "",
        "datePublished": _stated(entry.published, exact=exact),
        "dateModified": entry.updated.isoformat(),
        "inLanguage": entry.language,
        "author": [_author(author.name, entry.source) for author in entry.authors],
        "publisher": _author(entry.source, entry.source) if entry.source else "",
        "image": [picture.url for picture in entry.pictures],
        "license": entry.license,
        "copyrightNotice": entry.rights,
        "contentLocation": {"@type": "Place", "name": entry.city} if entry.city else "",
        "mainEntityOfPage": entry.link,
        "url": own,
    }
    return {name: value for name, value in fields.items() if value}


def _author(name: str, source: str) -> dict[str, str]:
    """Of others nobody knows whether they are people."""
    return {"@type": "Organization", "name": name} if name == source else {"name": name}


def _stated(instant: datetime | None, *, exact: bool) -> str:
    if instant is None:
        return ""
    return instant.isoformat() if exact else f"{instant:%Y-%m-%d}"
