"""What the categories of a feed say beyond their words: of which vocabulary they are, and which of them name no subject. Pure.

Another instance of this service files under vocabularies of its own (`publish.addresses.scheme`), which tell its subjects
from cities, districts and kinds; a vocabulary that several share has an identifier of its own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from syndicator.ingest.identity import is_iri
from syndicator.model import Kind, Label

VOCABULARIES = "vocabularies"
"""Under this name `Draft.found` keeps the shared vocabularies by which a feed says that it files, parted by spaces."""

_OF_AN_INSTANCE = re.compile(r"(https?://[^#\s]+/)#([a-z0-9-]+)")
_MOST = 20  # vocabularies of one feed
_LONGEST = 500  # characters of an identifier: each entry bears those of its feed
_INVITATIONS = ("press-invitation", "Presseeinladung")


@dataclass(frozen=True, slots=True)
class Filed:
    """The subjects of an entry, the city that it is from, and what kind of article it is, as its categories say."""

    labels: tuple[Label, ...] = ()
    city: str = ""
    kind: Kind = "news"


def filed(labels: Iterable[Label], page: str, *, passed_on: bool) -> Filed:
    """What these categories of an entry say. `page` is that of the feed for people.

    Of an entry that is `passed_on`, the subjects stay that its own feed gave it. Those of whoever passes it on do not: they
    would be more at each station, and depend on the way that it took.
    """
    kept: dict[tuple[str, str], Label] = {}
    city, kind = "", "news"
    for label in labels:
        home, axis = _taken_apart(label.scheme)
        if axis == "city":
            city = city or label.name
        elif axis == "status":
            continue
        elif axis == "kind":
            kind = "press-invitation" if {label.term, label.name}.intersection(_INVITATIONS) else kind
        elif axis == "district":
            kept.setdefault(("district", label.name), Label("district", label.name))
        elif not (passed_on and home and page.startswith(home)):
            scheme = _vocabulary(label.scheme)
            term = label.term or label.name if scheme else ""
            kept.setdefault((scheme, term or label.name), Label(label.axis, label.name, scheme, term))
    return Filed(tuple(kept.values()), city, "press-invitation" if kind != "news" else "news")


def shared(vocabularies: Iterable[str]) -> str:
    """The identifiers as `Draft.found` keeps them."""
    return " ".join(list(dict.fromkeys(filter(_vocabulary, vocabularies)))[:_MOST])


def of_instance(scheme: str) -> bool:
    """Whether this is how an instance of this service names its own subjects."""
    return _taken_apart(scheme)[1] == "category"


@lru_cache(1024)
def _taken_apart(scheme: str) -> tuple[str, str]:
    """The address of an instance and the axis, where the scheme is of one."""
    found = _OF_AN_INSTANCE.fullmatch(scheme)
    return (found[1], found[2]) if found else ("", "")


@lru_cache(1024)
def _vocabulary(scheme: str) -> str:
    """The scheme, if it identifies anything; "news" alone does not."""
    return scheme if len(scheme) <= _LONGEST and is_iri(scheme) else ""
