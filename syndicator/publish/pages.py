"""Pages for people: templates, and what all of them need. Pure; in German, as its readers are, and in English."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from syndicator.config import Site
from syndicator.publish import addresses
from syndicator.publish.entry import Entry, mail_address
from syndicator.publish.pictures import credit_line
from syndicator.publish.words import LANGUAGES, WORDS, date


def render_page(template: str, site: Site, language: str, places: Mapping[str, str], **values: object) -> bytes:
    """A page as UTF-8 HTML. `places` are its full addresses by language.

    Templates see `site`, the words `t` of the language, links to what all pages lead to, and the values.
    """
    text = (
        _environment()
        .get_template(template)
        .render(
            site=site,
            t=WORDS[language],
            words=WORDS,
            german=Markup(WORDS[language].german),  # noqa: S704  # an attribute of ours
            places=places,
            home=addresses.path(addresses.index(site, language)),
            statement=addresses.path(addresses.page(site, addresses.STATEMENT, language)),
            opml=addresses.path(f"{site.url}opml"),
            style=addresses.path(f"{site.url}feeds/{addresses.STYLE}"),
            icon=addresses.path(f"{site.url}feeds/{addresses.ICON}"),
            contact=_contact_link(site.contact),
            **values,
        )
    )
    return text.encode()


def render_statement(site: Site, language: str, formats: Sequence[tuple[str, str, str]]) -> bytes:
    """The accessibility statement (BITV 2.0, 7). `formats`: title, type and address of the feed of everything."""
    places = {each: addresses.page(site, addresses.STATEMENT, each) for each in LANGUAGES}
    return render_page("statement.html", site, language, places, formats=formats)


def stylesheet() -> bytes:
    """The one stylesheet of all pages."""
    return files(__package__).joinpath(addresses.STYLE).read_bytes()


def feed_stylesheet() -> bytes:
    """How a browser shows a feed itself."""
    return files(__package__).joinpath(addresses.FEED_STYLE).read_bytes()


def icon() -> bytes:
    """The sign of a feed, for the tab of a browser."""
    return files(__package__).joinpath(addresses.ICON).read_bytes()


def is_first_party(address: str, home: str) -> bool:
    """Whether a page below `home`, which is `site.url`, may load something from there without telling another host who reads it."""
    ours, theirs = urlsplit(home), urlsplit(address)
    return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)


def stated_day(entry: Entry, language: str = "de") -> tuple[str, str]:
    """The day of publication for people and for machines, as exact as it is known; empty where it is not.

    <time> in HTML knows months as well.
    """
    stated = entry.article.published
    if entry.published is None or stated is None:
        return "", ""
    machine_day = entry.published_iso[: len("2024-11" if stated.precision == "month" else "2024-11-04")]
    return date(entry.published, stated.precision, language), machine_day


def feed_path(site: Site, feed: str, language: str = "de") -> str:
    """Where a page links the page of a feed."""
    return addresses.path(addresses.page(site, feed, language))


def _contact_link(contact: str) -> str:
    if mail_address(contact):
        return f"mailto:{contact}"
    return contact if contact.startswith(("https://", "http://")) else ""


def _breakable(address: str) -> Markup:
    """An address that may break behind its slashes; what is copied is the address alone."""
    scheme, separator, rest = address.partition("://")
    return escape(scheme) + separator + Markup("/<wbr>").join(rest.split("/"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["credit_line"] = credit_line
    environment.filters["breakable"] = _breakable
    environment.filters["path"] = addresses.path
    return environment
