"""A feed's way through this program: read, stored, published in three formats, and read back by three readers."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import fastfeedparser
import feedparser
from selectolax.lexbor import LexborHTMLParser
from sqlite_utils import Database

from syndicator.config import Category, Config, Site, Source
from syndicator.ingest.reading.feed import read_feed
from syndicator.model import Draft, Failed, Feed, Harvest, Selection
from syndicator.pipeline import render
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.record import Recorder
from syndicator.publish import formats
from syndicator.publish.entry import Entry
from syndicator.store import articles
from tests.publish.checks import CHECKS, instant

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADDRESS = "https://stadt.example/news/feed.xml"
SITE = Site(title="Nachrichten", url="https://news.example/", publisher="Stadt", contact="web@news.example")
SOURCE = Source(name="stadt", city="Musterhausen", title="Stadt Musterhausen", kind="feed", url=ADDRESS)
CONFIG = Config(
    site=SITE,
    sources=(SOURCE,),
    categories={"vielfalt": Category(name="vielfalt", title="V")},
    path=Path("config.toml"),
)
RULES = Rules(CONFIG)
FEED = Feed("all", "Alle", Selection(limit=500))
FORMATS = ("atom", "rss", "json")
_TOLD = ("DuplicateUpdated", "InvalidUUID")  # of what a source states to the second, and of ids, which stay as they are


@dataclass(frozen=True)
class Item:
    """What a reader has of an entry; None is what a reader or format does not tell apart."""

    id: str
    title: str | None
    link: str
    published: datetime | None
    updated: datetime | None
    text: str


@dataclass
class Tour:
    """`read` drafts became `published` entries; `lost` says what did not, and why. `differences` are those of the readers."""

    read: int = 0
    published: int = 0
    lost: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def tour(db: Database, body: bytes, address: str = ADDRESS) -> Tour:
    """Through an empty store, which is empty again afterwards."""
    harvest = read_feed(body, address, "", "Europe/Berlin", NOW)
    if isinstance(harvest, Failed):
        return Tour(lost=[f"no feed: {harvest.reason}"])
    db.execute("BEGIN")
    try:
        Recorder(db, SOURCE, RULES, SITE.host, NOW).record(harvest)
        live = articles.select(db, FEED.selection)
        stored = db.execute("SELECT title, address, status, reason FROM articles WHERE status <> 'live'").fetchall()
    finally:
        db.execute("ROLLBACK")
    made = Tour(len(harvest.drafts), len(live), [problem.reason for problem in harvest.problems])
    made.lost += [f"{status}: {reason}" for _, _, status, reason in stored]
    if len(live) + len(stored) < len(harvest.drafts):
        made.lost.append(_withheld(harvest, len(harvest.drafts) - len(live) - len(stored)))
    document = render.document(FEED, live, CONFIG, NOW)
    for name in FORMATS:
        published = formats.available()[name].render(document)
        made.differences += [
            f"{name}: {wrong}" for wrong in CHECKS[name](published) if not any(word in wrong for word in _TOLD)
        ]
        made.differences += _compared(document.entries, name, published)
    return made


def _withheld(harvest: Harvest, count: int) -> str:
    withdrawn = sum(draft.withdrawn for draft in harvest.drafts)
    return f"{count} not stored: {withdrawn} withdrawn, else ours, or another version of one that is"


def _compared(entries: tuple[Entry, ...], name: str, body: bytes) -> Iterator[str]:
    for reader, items in _readers(name, body):
        if len(items) != len(entries):
            yield f"{name}, {reader}: {len(entries)} entries, {len(items)} read"
            continue
        for entry, item in zip(entries, items, strict=True):
            for what, sent, got in _pairs(entry, item):
                if sent != got:
                    yield f"{name}, {reader}: {what} {sent!r} became {got!r}"


def _pairs(entry: Entry, item: Item) -> Iterator[tuple[str, object, object]]:
    yield "id", entry.id, item.id
    if item.title is not None:
        yield "title", entry.title, item.title
    yield "link", entry.link, item.link
    if item.published:  # readers take the one for the other where that is missing
        yield "published", _whole(entry.published or entry.updated), _whole(item.published)
    else:
        yield "published", entry.published, None
    if item.updated:
        yield "updated", _whole(entry.updated), _whole(item.updated)
    yield "text", _text(entry.body) or entry.summary, item.text


def _whole(instant: datetime) -> datetime:
    """Readers differ in whether they know fractions."""
    return instant.replace(microsecond=0)


def _text(html: str) -> str:
    tree = LexborHTMLParser(html)
    return " ".join(tree.body.text(separator=" ").split()) if tree.body and html else ""


def _readers(name: str, body: bytes) -> Iterator[tuple[str, list[Item]]]:
    if name != "json":  # which feedparser does not know
        yield "feedparser", _by_feedparser(name, body)
    yield "fastfeedparser", _by_fastfeedparser(name, body)
    yield "syndicator", _by_ourselves(body)


def _by_feedparser(name: str, body: bytes) -> list[Item]:
    headers = {"content-type": f"application/{name}+xml", "content-location": ADDRESS}
    parsed = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    items = []
    for one in parsed.entries:
        # What a title is, RSS leaves open, and feedparser takes one that looks like HTML for that.
        title = None if name == "rss" and set("<>&") & set(one.title) else one.title
        text = _text(one.content[0].value) if "content" in one else _plain(one.get("summary", ""), name)
        dates = [one.get("published"), one.get("updated")]
        items.append(
            Item(one.id, title, one.link, *(instant(date).astimezone(UTC) if date else None for date in dates), text)
        )
    return items


def _by_fastfeedparser(name: str, body: bytes) -> list[Item]:
    items = []
    for one in fastfeedparser.parse(body.decode()).entries:
        text = _plain(one.get("description", ""), name)
        if one.get("content"):
            (content,) = one["content"]
            text = content["value"] if content["type"] == "text/plain" else _text(content["value"])
        dates = [one.get("published"), one.get("updated")]
        items.append(
            Item(
                one["id"],
                one.get("title"),
                one["link"],
                *(datetime.fromisoformat(date).astimezone(UTC) if date else None for date in dates),
                text,
            )
        )
    return items


def _by_ourselves(body: bytes) -> list[Item]:
    harvest = read_feed(body, "https://news.example/feeds/all", "", "Europe/Berlin", NOW)
    assert isinstance(harvest, Harvest), harvest
    return list(map(_item, harvest.drafts))


def _item(draft: Draft) -> Item:
    published = draft.published and draft.published.at
    updated = draft.updated and draft.updated.at
    return Item(draft.key, draft.title, draft.address, published, updated, _text(draft.body) or draft.summary)


def _plain(summary: str, name: str) -> str:
    return _text(summary) if name == "rss" else summary
