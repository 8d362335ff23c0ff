"""The page on which people search, and find what they searched for as a feed. Pure."""

from collections.abc import Mapping, Sequence

from syndicator.config import Config
from syndicator.publish import addresses
from syndicator.publish.formats import Document
from syndicator.publish.formats.html import subscriptions
from syndicator.publish.pages import render_page
from syndicator.publish.teasers import teasers
from syndicator.publish.words import LANGUAGES, WORDS
from syndicator.text import slug


def render(
    name: str, q: str, chosen: Mapping[str, Sequence[str]], document: Document | None, config: Config, language: str
) -> bytes:
    """The page as UTF-8 HTML.

    `name` is that of the feed of this question, `chosen` are the conditions beside the query, `document` is what was found,
    None before a search.
    """
    site, t = config.site, WORDS[language]
    cities = {slug(city): city for city in dict.fromkeys(source.city for source in config.sources)}
    said = document.title.partition(": ")[2] if document else ""
    return render_page(
        "search.html",
        site,
        language,
        {each: addresses.page(site, name, each).removesuffix("?") for each in LANGUAGES},
        heading=f"{t.search}: {said}" if said else t.search,
        action=addresses.path(addresses.search(site, language)),
        q=q,
        choices=[
            ("category", t.category, [(name, category.title) for name, category in config.categories.items()]),
            ("city", t.search_city, list(cities.items())),
        ],
        chosen={key: {slug(value) if key == "city" else value for value in values} for key, values in chosen.items()},
        others=[(key, value) for key in ("district", "source", "language") for value in chosen[key]],
        found=document,
        formats=subscriptions(document) if document else [],
        teasers=teasers(document, language) if document else "",
    )
