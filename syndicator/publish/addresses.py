"""Where published files are reached. Pure; the contract of paths and addresses stands in the design.

Feeds name addresses in full, from `site.url`; pages link by path, so that they work behind whatever name they are reached by.
"""

from urllib.parse import urlsplit

from syndicator.config import Site

STYLE = "style.css"
ICON = "icon.svg"


def page(site: Site, feed: str) -> str:
    """The address of a feed's page for people. It has no ending and outlives formats, so it is also the feed's id."""
    return f"{site.url}feeds/{feed}"


def file(site: Site, feed: str, extension: str) -> str:
    """The address of a feed in one format."""
    return f"{page(site, feed)}.{extension}"


def scheme(home: str, axis: str) -> str:
    """The IRI that names a vocabulary of categories ("category", "city", "district", "topline" …).

    `home` is `site.url`, and the index page the place it leads to, where categories and cities are listed.
    """
    return f"{home}#{axis}"


def path(address: str) -> str:
    """An address of ours as a page links to it: from the root of its host."""
    parts = urlsplit(address)
    return parts.path + (f"#{parts.fragment}" if parts.fragment else "")
