"""The articles that a sitemap names, the newest first. Pure; runs in a worker.

A sitemap lists all pages of a site: articles are those that the configuration names, else the entries for news, else the
addresses that look like news.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from syndicator.config import SitemapRules
from syndicator.ingest.article import same_site
from syndicator.ingest.identity import fingerprint
from syndicator.ingest.links import absolute
from syndicator.ingest.machine_dates import date_in_address, read_machine_date
from syndicator.ingest.newslike import looks_like_news
from syndicator.ingest.overview import Teaser
from syndicator.ingest.reading.sitemapfile import Document, Entry, read_entries
from syndicator.model import Failed, Image, Label
from syndicator.text import squeeze

MOST = 50_000  # addresses in one file (sitemaps.org, "Sitemap file limits")

_MOST_TEASERS = 2_000  # of which more is told than the address
_MOST_KEYWORDS = 25
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=-|_|$)")
# One moment for all of them is when the sitemap was made, and says nothing of the pages.
_AT_ONCE, _MANY = timedelta(minutes=1), 5


class Found(NamedTuple):
    """The address of an article. `version` moves when its entry does; `at`: seconds since 1970, 0 where no date is known."""

    address: str
    version: str
    at: float


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap says. `found` stands newest first, and so do the `parts` of an index: address and `lastmod`.

    `teasers` tell more of the newest where there is more to tell. `total` addresses were read, of which `items` are articles'.
    """

    found: tuple[Found, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    teasers: dict[str, Teaser] = field(default_factory=dict)
    items: int = 0
    total: int = 0
    problems: tuple[Failed, ...] = ()


def read_sitemap(body: bytes, address: str, content_type: str, rules: SitemapRules, timezone: str) -> Sitemap | Failed:
    """The articles' addresses, or the parts of an index; `address` is the one that answered."""
    document = read_entries(body, address, content_type)
    if isinstance(document, Failed):
        return document
    zone = ZoneInfo(timezone)
    parts = [part for part in document.parts if same_site(part.address, address)]
    for part in parts:
        part.at = read_machine_date(part.lastmod, zone, origin="")
    entries = _articles([entry for entry in document.entries[:MOST] if same_site(entry.address, address)], rules)
    _date(entries, zone)
    dated = [entry for entry in entries if not _is_before(entry, rules, zone)]
    dated.sort(key=_newest_first)
    parts.sort(key=_newest_first)
    return Sitemap(
        found=tuple(Found(e.address, _version(e), e.at.at.timestamp() if e.at else 0.0) for e in dated),
        parts=tuple((part.address, part.lastmod) for part in parts),
        teasers={entry.address: _teaser(entry, zone, address) for entry in dated[:_MOST_TEASERS] if _says_more(entry)},
        items=len(entries),
        total=len(document.entries),
        problems=tuple(_problems(document, address)),
    )


def _problems(document: Document, address: str) -> Iterator[Failed]:
    if len(document.entries) > MOST:
        reason = f"The sitemap holds {len(document.entries)} addresses; the first {MOST} were read."
        yield Failed("too-large", reason, address, permanent=True)
    if document.broken:
        yield Failed("broken", f"The sitemap breaks off or is misspelt: {document.broken}.", address)


# ---------------------------------------------------------------- which entries are articles, and how new they are


def _articles(entries: list[Entry], rules: SitemapRules) -> list[Entry]:
    """Each address once, by the rule on top of this file."""
    once = {entry.address: entry for entry in entries}
    candidates = list(once.values())
    if rules.exclude:
        candidates = [entry for entry in candidates if not re.search(rules.exclude[1:-1], entry.address)]
    if rules.include:
        return [entry for entry in candidates if re.search(rules.include[1:-1], entry.address)]
    if any(entry.news is not None for entry in candidates):
        return [entry for entry in candidates if entry.news is not None]
    return [entry for entry in candidates if looks_like_news(entry.address)]


def _date(entries: list[Entry], zone: ZoneInfo) -> None:
    """Put down when each was published or, for want of that, changed. A `lastmod` that tells nothing is dropped."""
    changed = [read_machine_date(entry.lastmod, zone, origin="") for entry in entries]
    exact = [moment.at for moment in changed if moment and moment.precision != "day"]
    made = len(exact) >= _MANY and max(exact) - min(exact) < _AT_ONCE
    for entry, moment in zip(entries, changed, strict=True):
        if made:
            entry.lastmod = ""
        told = read_machine_date((entry.news or {}).get("publication_date", ""), zone, origin="news sitemap")
        entry.at = told or (None if made else moment) or date_in_address(entry.address, zone)


def _is_before(entry: Entry, rules: SitemapRules, zone: ZoneInfo) -> bool:
    return rules.since is not None and entry.at is not None and entry.at.at.astimezone(zone).date() < rules.since


def _newest_first(entry: Entry) -> float:
    """Entries without a date stand last, in their own order."""
    return -entry.at.at.timestamp() if entry.at else 0.0


def _version(entry: Entry) -> str:
    """What moves with an entry; never empty, as a page of which nothing is known has an empty one in the store."""
    title = (entry.news or {}).get("title", "")
    return fingerprint(title, entry.lastmod) if title else entry.lastmod or "undated"


# ---------------------------------------------------------------- what is told of an article beside its address


def _says_more(entry: Entry) -> bool:
    return bool(entry.news or entry.image)


def _teaser(entry: Entry, zone: ZoneInfo, address: str) -> Teaser:
    news, image = entry.news or {}, entry.image or {}
    keywords = dict.fromkeys(squeeze(word) for word in news.get("keywords", "").split(","))
    language = _LANGUAGE.match(news.get("language", ""))
    picture = absolute(image.get("loc"), address)
    return Teaser(
        address=entry.address,
        title=news.get("title", ""),
        published=read_machine_date(news.get("publication_date", ""), zone, origin="news sitemap"),
        labels=tuple(Label("tag", word) for word in list(keywords)[:_MOST_KEYWORDS] if word),
        image=Image(picture, caption=image.get("caption", ""), license=absolute(image.get("license"), address))
        if picture
        else None,
        language=language[0].lower() if language else "",
        version=_version(entry),
        found={"tag": "news sitemap", "language": "news sitemap", "image": "image sitemap"},
    )
