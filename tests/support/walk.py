"""Archived feeds as a partner reads them: from the current document back, page by page (RFC 5005, 4)."""

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
TOMBSTONES = "{http://purl.org/atompub/tombstones/1.0}"


@dataclass(frozen=True)
class Walked:
    """`current`: ids of the current document's entries but notices, `pages`: path → ids of each archived page, newest first."""

    current: tuple[str, ...]
    pages: dict[str, tuple[str, ...]]

    @property
    def archived(self) -> list[str]:
        return [id_ for ids in self.pages.values() for id_ in ids]


def walk(feed: str, read: Callable[[str], bytes | None]) -> Walked:
    """`read` gives the bytes under a path; every link has to lead somewhere, and no page comes twice."""
    body = read(f"{feed}.atom")
    assert body is not None
    root = etree.fromstring(body)
    assert root.find(f"{HISTORY}archive") is None
    identity = root.findtext(f"{ATOM}id")
    pages: dict[str, tuple[str, ...]] = {}
    current = _ids(root)
    while path := _link(root, "prev-archive"):
        assert path not in pages, "a circle"
        body = read(path)
        assert body is not None, f"{path} is linked and not there"
        root = etree.fromstring(body)
        assert root.find(f"{HISTORY}archive") is not None
        assert root.findtext(f"{ATOM}id") == identity
        assert _link(root, "current") == f"{feed}.atom"
        assert _link(root, "self") == path
        pages[path] = _ids(root)
    return Walked(current, pages)


def _ids(root: etree._Element) -> tuple[str, ...]:
    buried = {one.get("ref") for one in root.findall(f"{TOMBSTONES}deleted-entry")}
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in root.findall(f"{ATOM}entry")]
    return tuple(id_ for id_ in ids if id_ not in buried)


def _link(root: etree._Element, relation: str) -> str:
    links = [one.get("href") for one in root.findall(f"{ATOM}link") if one.get("rel") == relation]
    assert len(links) <= 1
    return links[0].partition("/feeds/")[2] if links and links[0] else ""
