"""Templates, and the page that they become."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import jinja2

from syndicator.demo import german, markup
from syndicator.demo.answers import Page
from syndicator.demo.story import Story

_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "\xad": ""})


def slug(text: str) -> str:
    """A title as part of an address: a-z, 0-9 and hyphens."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_FOLDED)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("syndicator.demo"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_TEMPLATES.filters |= {
    "markup": markup.html,
    "long_date": german.long_date,
    "date_with_day": german.date_with_day,
    "spelled": german.spelled,
    "slug": slug,
}


def page(name: str, modified: datetime, *, charset: str = "utf-8", announced: bool = True, **context: Any) -> Page:
    """Render a template; what the character set lacks becomes a character reference.

    `announced`: whether the header names the character set, too.
    """
    body = _TEMPLATES.get_template(name).render(context).encode(charset, "xmlcharrefreplace")
    return Page(body, f"text/html; charset={charset}" if announced else "text/html", modified)


def feed(name: str, modified: datetime, **context: Any) -> Page:
    return Page(_TEMPLATES.get_template(name).render(context).encode(), "application/atom+xml; charset=utf-8", modified)


def cut(items: Sequence[Story], number: int, size: int) -> Sequence[Story] | None:
    """One page of a list, counted from 1; None where there is none."""
    part = items[(number - 1) * size : number * size] if number > 0 else ()
    return part if part or number == 1 else None
