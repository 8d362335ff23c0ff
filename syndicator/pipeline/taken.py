"""Which articles a published feed holds, and which of them a partner had not got before. Pure."""

import hashlib
import json
from collections.abc import Iterable

from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"
_SIZE = 8  # bytes of a hash that stand for an article
_KEPT = 500  # articles that are remembered beyond those of the newest edition: ten editions of fifty


def articles_in(body: bytes) -> tuple[bytes, ...]:
    """Eight bytes for each entry's id, in their order; the same in each format. Of bytes that we made ourselves.

    None of bytes that are no feed, as when somebody has written into the folder.
    """
    try:
        ids = _ids(body)
    except (ValueError, LookupError, TypeError, etree.XMLSyntaxError):
        return ()
    return tuple(hashlib.sha256(str(id_).encode()).digest()[:_SIZE] for id_ in ids)


def _ids(body: bytes) -> list[str | None]:
    if body.lstrip().startswith(b"{"):
        return [item["id"] for item in json.loads(body)["items"]]
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    found = [*root.iterfind(f"{_ATOM}entry/{_ATOM}id"), *root.iterfind("channel/item/guid")]
    return [element.text for element in found]


def take(before: bytes, articles: Iterable[bytes]) -> tuple[int, bytes]:
    """How many of these articles are not among those had `before`, and what is had now; both as hashes one behind the other."""
    had = [before[at : at + _SIZE] for at in range(0, len(before), _SIZE)]
    known, given = set(had), list(dict.fromkeys(articles))
    new = sum(article not in known for article in given)
    now = set(given)
    return new, b"".join([*given, *(article for article in had if article not in now)][: len(given) + _KEPT])
