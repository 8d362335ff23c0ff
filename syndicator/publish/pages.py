"""Pages for people: templates, and what all of them need. Pure; in German, as its readers are."""

from datetime import datetime
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from syndicator.config import Site
from syndicator.model import Precision
from syndicator.publish import addresses
from syndicator.publish.entry import mail_address
from syndicator.publish.pictures import credit_line

# Not from the locale, which differs by machine.
_MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)


def render_page(template: str, site: Site, **values: object) -> bytes:
    """A page as UTF-8 HTML; templates see `site`, its host, a link to the contact, and the values."""
    text = (
        _environment()
        .get_template(template)
        .render(
            site=site,
            home=addresses.path(site.url),
            style=addresses.path(f"{site.url}feeds/{addresses.STYLE}"),
            icon=addresses.path(f"{site.url}feeds/{addresses.ICON}"),
            contact=_contact_link(site.contact),
            **values,
        )
    )
    return text.encode()


def stylesheet() -> bytes:
    """The one stylesheet of all pages."""
    return files(__package__).joinpath(addresses.STYLE).read_bytes()


def icon() -> bytes:
    """The sign of a feed, for the tab of a browser."""
    return files(__package__).joinpath(addresses.ICON).read_bytes()


def german_date(instant: datetime, precision: Precision = "day") -> str:
    """The day in the zone the instant stands in, as in "4. November 2019"; the month where no more is known."""
    month = f"{_MONTHS[instant.month - 1]} {instant.year}"
    return month if precision == "month" else f"{instant.day}. {month}"


def is_first_party(address: str, site: Site) -> bool:
    """Whether a page may load something from there without telling another host who reads it."""
    ours, theirs = urlsplit(site.url), urlsplit(address)
    return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)


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
    return environment
