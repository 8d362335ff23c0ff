"""JSON Feed 1.0 and 1.1 (jsonfeed.org): feedparser reads none. What has no word there, feeds of this service say under `_syndicator`."""

from collections.abc import Iterator
from typing import Any

from syndicator.ingest.reading.entry import MOST_ENTRIES, NOTHING, Document, Entry, Head, Text, is_picture, number
from syndicator.ingest.reading.sniff import Json
from syndicator.model import Author, Failed, Image, Label, Provenance
from syndicator.text import xml_safe

_OURS = "_syndicator"
_VERSIONS = ("https://jsonfeed.org/version/", "http://jsonfeed.org/version/")


def read(document: Json, address: str) -> Document | Failed:
    """The feed in this document; what has another type than the specification gives it counts as not there."""
    feed = document.value
    if not isinstance(feed, dict) or not _string(feed, "version").startswith(_VERSIONS):
        return Failed(
            "unreadable",
            "The address answers with JSON that is no JSON Feed: it names no version of one. It can be read as a source of "
            "kind 'api', with paths to its fields.",
            address,
        )
    items = feed.get("items")
    if not isinstance(items, list):
        return Failed("unreadable", "The JSON Feed has no list of `items`.", address)
    entries = tuple(_entry(item if isinstance(item, dict) else {}) for item in items[:MOST_ENTRIES])
    return Document(_head(feed, address), entries, len(items))


def _head(feed: dict[str, Any], address: str) -> Head:
    ours = _object(feed, _OURS)
    return Head(
        id=_string(ours, "id"),
        title=Text(_string(feed, "title")),
        url=_string(feed, "home_page_url"),
        feed_url=_string(feed, "feed_url") or address,
        hubs=tuple(_hubs(feed)),
        topic=_string(feed, "feed_url"),
        language=_string(feed, "language"),
        authors=tuple(_authors(feed)),
        older=_string(ours, "archive") or _string(feed, "next_url"),
        archived=bool(_string(ours, "archive")),
        rights=Text(_string(ours, "rights")),
        updated=_string(ours, "updated"),
        vocabularies=tuple(text for text in _list(ours, "vocabularies") if isinstance(text, str)),
    )


def _hubs(feed: dict[str, Any]) -> Iterator[str]:
    """Those that speak WebSub; another type is another protocol, such as rssCloud."""
    for hub in _list(feed, "hubs"):
        if isinstance(hub, dict) and _string(hub, "type").lower() == "websub":
            yield _string(hub, "url")


def _entry(item: dict[str, Any]) -> Entry:
    html, text = _string(item, "content_html"), _string(item, "content_text")
    ours = _object(item, _OURS)
    source = _object(ours, "source")
    return Entry(
        id=_identifier(item.get("id")),
        links=tuple(filter(None, (_string(item, "url") or _string(item, "external_url"),))),
        title=Text(_string(item, "title")),
        summary=Text(_string(item, "summary")),
        content=Text(html, markup=True) if html else Text(text) if text else NOTHING,
        published=_string(item, "date_published"),
        updated=_string(item, "date_modified"),
        labels=tuple(_own_labels(ours)) or tuple(_tags(item)),
        images=tuple(_images(item)),
        authors=tuple(_authors(item)),
        language=_string(item, "language"),
        rights=Text(_string(ours, "rights")),
        license=_string(ours, "license"),
        provenance=_provenance(source) if source else None,
        source_updated=_string(source, "updated"),
        publisher=_string(ours, "publisher"),
        withdrawn=bool(_string(ours, "withdrawn")),
        city=_string(ours, "city"),
        available=_string(ours, "available"),
    )


def _provenance(source: dict[str, Any]) -> Provenance:
    id_, title, url, feed_url, rights = (_string(source, name) for name in ("id", "title", "url", "feed_url", "rights"))
    return Provenance(id_, title, url, feed_url, rights)


def _tags(item: dict[str, Any]) -> Iterator[Label]:
    return (Label("feed", tag) for tag in _list(item, "tags") if isinstance(tag, str) and tag.strip())


def _own_labels(ours: dict[str, Any]) -> Iterator[Label]:
    """With their vocabularies, which `tags` have no word for."""
    for term in (*_list(ours, "categories"), *_list(ours, "labels")):
        if isinstance(term, dict) and (name := _string(term, "name")):
            yield Label("feed", _string(term, "title") or name, _string(term, "scheme"), name)
    if district := _string(ours, "district"):
        yield Label("district", district)


def _authors(element: dict[str, Any]) -> Iterator[Author]:
    """A list since 1.1, one `author` in 1.0."""
    for author in _list(element, "authors") or [element.get("author")]:
        if isinstance(author, dict) and (name := _string(author, "name") or _string(author, "url")):
            yield Author(name, _string(author, "url"))


def _images(item: dict[str, Any]) -> Iterator[Image]:
    yield from (Image(url) for key in ("image", "banner_image") if (url := _string(item, key)))
    for attachment in _list(item, "attachments"):
        if isinstance(attachment, dict) and (url := _string(attachment, "url")):
            kind = _string(attachment, "mime_type").lower()
            if is_picture(url, kind):
                length = number(attachment.get("size_in_bytes"))
                yield Image(url, alt=_string(attachment, "title"), type=kind, length=length)


def _identifier(value: Any) -> str:
    """An id that is a number is meant as its digits (JSON Feed 1.1, "items")."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    return xml_safe(str(value)).strip()


def _string(element: dict[str, Any], key: str) -> str:
    value = element.get(key)
    return xml_safe(value).strip() if isinstance(value, str) else ""


def _object(element: dict[str, Any], key: str) -> dict[str, Any]:
    value = element.get(key)
    return value if isinstance(value, dict) else {}


def _list(element: dict[str, Any], key: str) -> list[Any]:
    value = element.get(key)
    return value if isinstance(value, list) else []
