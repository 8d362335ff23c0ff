"""JSON Feed 1.1 (jsonfeed.org/version/1.1); what it has no word for stands under `_syndicator`."""

import json
from typing import Any

from syndicator.model import Author, Image
from syndicator.publish import addresses
from syndicator.publish.entry import Entry, Term, Twin, language_tag
from syndicator.publish.formats import Document

EXTENSION = "json"
MEDIA_TYPE = "application/feed+json; charset=utf-8"
TITLE = "JSON Feed"
_SAID_ELSEWHERE = frozenset({"category", "city", "district", "kind", "status"})

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def render(document: Document) -> bytes:
    """The feed as UTF-8 JSON, one item a line."""
    head = _encode(_known(_feed(document)))
    items = ",\n".join(_encode(_known(_item(entry, document))) for entry in document.entries)
    return f'{head[:-1]}, "items": [\n{items}\n]}}\n'.encode()


def _feed(document: Document) -> dict[str, Any]:
    site = document.site
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": document.title,
        "home_page_url": document.page,
        "feed_url": addresses.file(site, document.feed.name, EXTENSION),
        "description": document.description,
        "authors": [_author(document.publisher)],
        "hubs": [{"type": "WebSub", "url": document.hub}] if document.hub else [],
        "language": language_tag(site.language),
        "_syndicator": _known(
            {
                "about": site.url,
                "id": document.page,
                "updated": document.changed.isoformat(),
                "rights": document.rights,
                "archive": document.older,
            }
        ),
    }


def _item(entry: Entry, document: Document) -> dict[str, Any]:
    # One of the contents is required; an item that is nothing but a headline has that.
    text = "" if entry.body else entry.summary or entry.title
    return {
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.body,
        "content_text": text,
        "image": entry.pictures[0].url if entry.pictures else "",
        "date_published": entry.published.isoformat() if entry.published else "",
        "date_modified": entry.updated.isoformat(),
        "authors": [_author(author) for author in entry.authors],
        "tags": list(dict.fromkeys(term.label for term in entry.terms)),
        "language": entry.language if entry.language != document.site.language else "",
        "attachments": [_attachment(picture) for picture in entry.pictures if picture.type],
        "_syndicator": _known(_beyond(entry)),
    }


def _beyond(entry: Entry) -> dict[str, Any]:
    article = entry.article
    date = article.published
    return {
        "categories": [_term(term) for term in entry.terms if term.axis == "category"],
        "labels": [_term(term) for term in entry.terms if term.axis not in _SAID_ELSEWHERE],
        "publisher": entry.publisher,
        "city": entry.city,
        "district": entry.district,
        "kind": article.kind,
        "cut": entry.cut,
        "date": {"origin": date.origin, "precision": date.precision} if date else {},
        "revision": article.revision,
        "rights": entry.rights,
        "license": entry.license,
        "pictures": [_picture(picture) for picture in entry.pictures],
        "source": _origin(entry),
        "alternates": [_twin(twin) for twin in entry.alternates],
        "withdrawn": entry.updated.isoformat() if article.status == "retracted" else "",
    }


def _author(author: Author) -> dict[str, str]:
    return _known({"name": author.name, "url": author.url or (f"mailto:{author.email}" if author.email else "")})


def _attachment(picture: Image) -> dict[str, Any]:
    size = max(picture.length, 0)
    return _known({"url": picture.url, "mime_type": picture.type, "title": picture.caption, "size_in_bytes": size})


def _term(term: Term) -> dict[str, str]:
    return _known({"scheme": term.scheme, "name": term.name, "title": term.label if term.label != term.name else ""})


def _picture(picture: Image) -> dict[str, Any]:
    words = {"alt": picture.alt, "caption": picture.caption, "credit": picture.credit, "license": picture.license}
    return _known({"url": picture.url, **words, "width": max(picture.width, 0), "height": max(picture.height, 0)})


def _origin(entry: Entry) -> dict[str, str]:
    if (origin := entry.origin) is None:
        return {}
    updated = origin.updated.isoformat() if origin.updated else ""
    known = {"id": origin.id, "title": origin.title, "url": origin.url, "feed_url": origin.feed_url}
    return _known({**known, "rights": origin.rights, "updated": updated})


def _twin(twin: Twin) -> dict[str, str]:
    return _known({"id": twin.id, "url": twin.link, "title": twin.title, "city": twin.city})


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that say something: JSON Feed leaves out what is not known."""
    return {name: value for name, value in fields.items() if value}
