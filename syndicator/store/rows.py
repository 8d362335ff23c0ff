"""An article as a row of the table `articles`, and back."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from syndicator.model import Article, Author, Facets, Image, Label, Moment, Provenance
from syndicator.store.instants import from_text, to_text

COLUMNS = (
    "id, source, key, address, title, summary, body, published, published_precision, published_origin, updated, "
    "first_seen, sort_at, status, city, district, filed, labels, images, authors, language, kind, rights, "
    "license, original_id, provenance, revision, found, embargo_until, decided, reason, was_out, notice_until"
)

ID_IN_FEEDS = "CASE original_id WHEN '' THEN id ELSE original_id END"
"""As SQL: under which id an article goes out, the same in all stores that have it."""


def to_row(article: Article, filed: Sequence[str]) -> list[Any]:
    """The values of COLUMNS; `filed` are the article's categories and those of [[feeds]] (as "?name") that hold it."""
    published = article.published
    return [
        article.id,
        article.source,
        article.key,
        article.address,
        article.title,
        article.summary,
        article.body,
        to_text(published.at) if published else None,
        published.precision if published else None,
        published.origin if published else None,
        to_text(article.updated),
        to_text(article.first_seen),
        to_text(article.sort_at),
        article.status,
        article.city,
        article.district,
        _lines_to_json(tuple(filed)),
        _labels_to_json(article.labels),
        to_json([_flat(image) for image in article.images]),
        to_json([_flat(author) for author in article.authors]),
        article.language,
        article.kind,
        article.rights,
        article.license,
        article.original_id,
        _provenance_to_json(article.provenance),
        article.revision,
        _found_to_json(tuple(article.found.items())),
        to_text(article.embargo_until) if article.embargo_until else None,
        article.decided,
        article.reason,
        article.was_out or article.status == "live",
        to_text(article.notice_until) if article.notice_until else None,
    ]


def from_row(row: Sequence[Any]) -> Article:
    """The article that the values of COLUMNS describe."""
    return Article(
        id=row[0],
        source=row[1],
        key=row[2],
        address=row[3],
        title=row[4],
        summary=row[5],
        body=row[6],
        published=Moment(from_text(row[7]), row[8], row[9]) if row[7] else None,
        updated=from_text(row[10]),
        first_seen=from_text(row[11]),
        sort_at=from_text(row[12]),
        status=row[13],
        city=row[14],
        district=row[15],
        categories=tuple(name for name in json.loads(row[16]) if not name.startswith("?")),
        labels=tuple(Label(*parts) for parts in json.loads(row[17])),
        images=tuple(Image(**image) for image in json.loads(row[18])),
        authors=tuple(Author(**author) for author in json.loads(row[19])),
        language=row[20],
        kind=row[21],
        rights=row[22],
        license=row[23],
        original_id=row[24],
        provenance=provenance_from_json(row[25]),
        revision=row[26],
        found=json.loads(row[27]),
        embargo_until=from_text(row[28]) if row[28] else None,
        decided=row[29],
        reason=row[30],
        was_out=bool(row[31]),
        notice_until=from_text(row[32]) if row[32] else None,
    )


def facets(article: Article, filed: Sequence[str]) -> Facets:
    """By what feeds choose this article."""
    return Facets(
        categories=tuple(filed),
        city=article.city,
        district=article.district,
        source=article.source,
        language=article.language,
        kind=article.kind,
        live=article.status == "live",
        notice=article.is_notice,
    )


@lru_cache(maxsize=256)
def facets_to_json(value: Facets) -> str:
    return to_json(_flat(value))


def facets_from_json(text: str) -> Facets:
    values = json.loads(text)
    return Facets(**{**values, "categories": tuple(values["categories"])})


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_json(value: Any) -> str:
    return _ENCODE(value) if value else "{}" if isinstance(value, dict) else "[]"


@lru_cache(maxsize=256)  # the articles of a source have the same few
def _lines_to_json(lines: tuple[str, ...]) -> str:
    return to_json(lines)


@lru_cache(maxsize=256)
def _found_to_json(found: tuple[tuple[str, str], ...]) -> str:
    return to_json(dict(found))


@lru_cache(maxsize=256)
def _labels_to_json(labels: tuple[Label, ...]) -> str:
    return to_json([_label_to_json(label) for label in labels])


def _label_to_json(label: Label) -> list[str]:
    return (
        [label.axis, label.name, label.scheme, label.term] if label.scheme or label.term else [label.axis, label.name]
    )


def _flat(value: Any) -> dict[str, Any]:
    """The fields of a dataclass that holds no others; `dataclasses.asdict` copies deeply, at ten times the cost."""
    return {name: getattr(value, name) for name in value.__slots__}


@lru_cache(maxsize=256)
def _provenance_to_json(provenance: Provenance | None) -> str | None:
    if provenance is None:
        return None
    return to_json({**_flat(provenance), "updated": to_text(provenance.updated) if provenance.updated else None})


def provenance_from_json(text: str | None) -> Provenance | None:
    """What the column `provenance` holds."""
    if text is None:
        return None
    values = json.loads(text)
    updated: datetime | None = from_text(values["updated"]) if values["updated"] else None
    return Provenance(**{**values, "updated": updated})
