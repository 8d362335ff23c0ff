"""What goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from syndicator.model.articles import Kind


@dataclass(frozen=True, slots=True)
class Without:
    """What a selection leaves out: an article that has any of these."""

    categories: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles a feed holds: an empty tuple means any. Visibility is not part of it, as it cannot be chosen.

    `filed` is under what the store files each article that meets all of it ("?name"): those are answered without a look at
    anything else. It is empty where categories and cities are all that is asked for, and in what somebody searches for.
    """

    categories: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    query: str = ""
    limit: int = 50
    without: Without = Without()
    filed: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A published list of articles; `name` makes its addresses: a-z, 0-9 and hyphens.

    `content` and `formats` are its own; empty means those of [publish].
    """

    name: str
    title: str
    selection: Selection
    description: str = ""
    content: Literal["", "full", "summary"] = ""
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facets:
    """By what a feed can choose an article; compared before and after a change, they tell which feeds it touches."""

    categories: tuple[str, ...]
    city: str
    district: str
    source: str
    language: str
    kind: Kind
    live: bool
    notice: bool = False  # not live, but feeds tell that it was taken back


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the store's change sequence: an article came (`before` is None), changed, or went out of sight."""

    seq: int
    article: str
    before: Facets | None
    after: Facets


@dataclass(frozen=True, slots=True)
class File:
    """Published bytes under the path that folder and address share ("vielfalt.atom").

    `modified` is when these bytes were first committed. `encodings` maps a content coding ("gzip", "br") to the encoded body.
    """

    path: str
    media_type: str
    modified: datetime
    body: bytes
    encodings: Mapping[str, bytes] = field(default_factory=dict)
