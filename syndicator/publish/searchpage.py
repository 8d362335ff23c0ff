"""The page on which people search, and find what they searched for as a feed. Pure."""

from collections.abc import Mapping, Sequence

from syndicator.config import Config
from syndicator.publish import addresses
from syndicator.publish.formats import Document
from syndicator.publish.formats.html import subscriptions
from syndicator.publish.pages import render_page
from syndicator.publish.teasers import teasers
from syndicator.text import slug


def render(q: str, chosen: Mapping[str, Sequence[str]], document: Document | None, config: Config) -> bytes:
    """The page as UTF-8 HTML; `chosen` are the conditions beside the query, `document` what was found, None before a search."""
    cities = {slug(city): city for city in dict.fromkeys(source.city for source in config.sources)}
    return render_page(
        "search.html",
        config.site,
        "de",
        {},  # in no other language yet
        action=addresses.path(f"{config.site.url}search"),
        q=q,
        choices=[
            ("category", "Thema", [(name, category.title) for name, category in config.categories.items()]),
            ("city", "Stadt", list(cities.items())),
        ],
        chosen={key: {slug(value) if key == "city" else value for value in values} for key, values in chosen.items()},
        others=[(key, value) for key in ("district", "source", "language") for value in chosen[key]],
        found=document,
        formats=subscriptions(document) if document else [],
        teasers=teasers(document.entries, config.site, config.categories, "de") if document else "",
    )
