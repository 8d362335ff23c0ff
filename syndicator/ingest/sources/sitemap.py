"""A sitemap: it tells which pages there are and when they changed, the pages tell what they say. Pure."""

from collections import deque
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from syndicator.config import Source
from syndicator.ingest.archive import FOR_NOW, is_old
from syndicator.ingest.harvesting import Asking, Basket, read_pages
from syndicator.ingest.overview import Teaser
from syndicator.ingest.reading.sitemap import MOST, Found, Sitemap, read_sitemap
from syndicator.ingest.reading.sitemapfile import LIMIT
from syndicator.ingest.walking import Listed, place_of, read_part
from syndicator.model import Ask, Failed, FailureKind, Harvest, Known, Parse, Recall, Request, Response, Walk

_ACCEPT = "application/xml,text/xml;q=0.9,text/plain;q=0.8,*/*;q=0.1"
# A sitemap names pages that are no articles, and some that are no more: they are not asked for again until their entry changes.
_FINAL: frozenset[FailureKind] = frozenset({"empty", "unreadable", "missing", "soft-404", "too-large"})
# What is remembered of an index: one that does not say when its parts changed stays the same while they do not.
_UNREAD = "not read: "  # before the version of an article that counts as seen: who walks through the archive reads it
_DEEPEST = 3  # indexes of indexes
_DATED, _UNDATED = "index with lastmod", "index without lastmod"


@dataclass(slots=True)
class _Found:
    """What the sitemap and its parts hold; `versions` are those of the parts, remembered once all they brought was read."""

    articles: dict[str, Found] = field(default_factory=dict)
    teasers: dict[str, Teaser] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    total: int = 0
    items: int = 0
    read: bool = False  # whether anything was, that had changed
    kept: bool = False  # whether any part has not changed

    def add(self, sitemap: Sitemap) -> None:
        self.read = True
        self.total += sitemap.total
        self.items += sitemap.items
        self.teasers |= sitemap.teasers
        for one in sitemap.found:
            self.articles.setdefault(one.address, one)


def collect(source: Source, known: Known) -> Generator[Ask, Any, Harvest]:
    """Read the sitemap and those of its parts that changed, then the pages that are new or changed, the newest first."""
    if known.walk:
        return (yield from _walk_on(source, known, known.walk))
    basket = Basket(final=_FINAL)
    found = _Found()
    yield from _read_sitemap(source, known, basket, found)
    if basket.ended and (basket.ended.failed or not (known.recheck or basket.problems)):
        return replace(basket.ended, fingerprints=found.versions)
    yield from _choose(source, basket, found)
    yield from read_pages(source, known, basket)
    harvest = basket.harvest()
    return replace(harvest, fingerprints={**harvest.fingerprints, **found.versions}) if harvest.complete else harvest


# ---------------------------------------------------------------- the sitemap and its parts


def _read_sitemap(source: Source, known: Known, basket: Basket, found: _Found) -> Asking:
    """Fill `found`; `basket.ended` is set where nothing moved, and where nothing can be read."""
    state: Mapping[str, str] = yield Recall((source.url,))
    whole = yield from _fetch(source, known, source.url, conditional=state.get(source.url) != _UNDATED)
    if not isinstance(whole, Sitemap):
        basket.ended = Harvest(unchanged=True) if whole is None else Harvest(failed=whole)
        return
    basket.problems += whole.problems
    if whole.parts:
        found.versions[source.url] = _DATED if all(version for _, version in whole.parts) else _UNDATED
        yield from _walk(source, known, basket, found, whole.parts)
    else:
        found.add(whole)
    if found.kept and not found.read:
        basket.ended = Harvest(unchanged=True)
    elif not found.kept and not found.items:
        basket.ended = Harvest(failed=basket.problems[0] if basket.problems else _empty(source, found))


def _walk(source: Source, known: Known, basket: Basket, found: _Found, parts: tuple[tuple[str, str], ...]) -> Asking:
    """Read the parts of an index that changed, the newest first, as many as are allowed. A part may be an index itself."""
    queue, met = deque(parts), {address for address, _ in parts}
    versions: dict[str, str] = dict((yield Recall(tuple(met))))
    asked = 0
    while queue and asked < source.sitemap.pages and len(found.articles) < MOST:
        address, version = queue.popleft()
        if version and versions.get(address) == version:
            found.kept = True
            continue
        asked += 1
        part = yield from _fetch(source, known, address, conditional=True)
        if isinstance(part, Failed):
            basket.problems.append(replace(part, address=part.address or address))
            continue
        found.versions[address] = version
        if part is None:
            found.kept = True
            continue
        found.add(part)
        basket.problems += part.problems
        inner = [one for one in part.parts if one[0] not in met]
        met.update(one for one, _ in inner)
        versions |= yield Recall(tuple(one for one, _ in inner))
        queue.extendleft(reversed(inner))
    left = {address: version for address, version in queue if version and versions.get(address) != version}
    if versions:
        basket.partial = bool(left)
    else:  # the first visit: what is older counts as seen
        found.versions |= left


def _fetch(
    source: Source, known: Known, address: str, *, conditional: bool
) -> Generator[Ask, Any, Sitemap | Failed | None]:
    """One file of the sitemap; None where it has not changed."""
    response: Response | Failed = yield Request(address, conditional=conditional, accept=_ACCEPT, limit=LIMIT)
    if isinstance(response, Failed):
        return response
    if response.unchanged:
        return None
    content_type = response.headers.get("content-type", "")
    sitemap: Sitemap | Failed = yield Parse(
        read_sitemap, (response.body, response.url, content_type, source.sitemap, known.timezone)
    )
    return sitemap


def _empty(source: Source, found: _Found) -> Failed:
    rules = source.sitemap
    if not found.total:
        reason = f"The sitemap {source.url} holds no address."
    elif rules.include:
        reason = f"None of the {found.total} addresses in the sitemap fits include = {rules.include!r}."
    else:
        reason = (
            f"None of the {found.total} addresses in the sitemap looks like that of an article; name them with include = "
            '"/a regular expression/" in [sources.sitemap].'
        )
    return Failed("empty", reason, source.url)


# ---------------------------------------------------------------- the articles


def _choose(source: Source, basket: Basket, found: _Found) -> Asking:
    """Fill `basket.wanted` with the newest of what is new or changed.

    What is beyond is left for the next visit, unless there is a whole archive of it: at the first visit, and when all
    addresses were renewed, it counts as seen, and so does the change of a page that is not among the newest.
    """
    versions: Mapping[str, str] = yield Recall(tuple(found.articles))
    newest_first = sorted(found.articles.values(), key=lambda one: -one.at)
    moved = [one for one in newest_first if versions.get(one.address, "").removeprefix(_UNREAD) != one.version]
    archive = 2 * sum(one.address not in versions for one in moved) > len(newest_first)
    limit = source.sitemap.newest
    for one in moved[:limit]:
        basket.wanted[one.address] = _teaser(one, found.teasers)
    for one in moved[limit:]:
        if archive or one.address in versions:
            basket.fingerprints[one.address] = f"{_UNREAD}{one.version}"
        else:
            basket.partial = True
    basket.items = found.items


def _teaser(one: Found, teasers: Mapping[str, Teaser]) -> Teaser:
    return teasers.get(one.address) or Teaser(one.address, "", version=one.version)


# ---------------------------------------------------------------- the archive


def _walk_on(source: Source, known: Known, walk: Walk) -> Generator[Ask, Any, Harvest]:
    """One file of the sitemap; its place is the way to it from index to index: addresses with a space between."""
    way = place_of(walk)[0].split()
    sitemap = yield from _fetch(source, known, way[-1] if way else source.url, conditional=False)
    if not isinstance(sitemap, Sitemap):
        failed = sitemap or Failed("broken", f"{source.url} says that it is unchanged, unasked.", source.url)
        if not way or failed.kind in FOR_NOW:
            return Harvest(failed=failed)
        sitemap = Sitemap(problems=(failed,))  # the others are read all the same
    inner = [part for part, _ in sitemap.parts if part not in way] if len(way) < _DEEPEST else []
    following = " ".join([*way, inner[0]]) if inner else (yield from _behind(source, known, way))
    basket = Basket(final=_FINAL, problems=list(sitemap.problems))
    found = [one for one in sitemap.found if not is_old(walk, _last(one))]
    listed = [Listed(one.address, _teaser(one, sitemap.teasers)) for one in found]
    page = yield from read_part(source, known, basket, listed, " ".join(way), following)
    # Other files may hold newer articles, as an index need not have an order.
    return replace(basket.harvest(), page=replace(page, old=0, undated=page.undated + page.old))


def _behind(source: Source, known: Known, way: list[str]) -> Generator[Ask, Any, str]:
    """The place of the file that comes after the one at the end of this way; "" behind the last."""
    while way:
        way, last = way[:-1], way[-1]
        index = yield from _fetch(source, known, way[-1] if way else source.url, conditional=False)
        parts = [part for part, _ in index.parts] if isinstance(index, Sitemap) else []
        if last in parts[:-1]:
            return " ".join([*way, parts[parts.index(last) + 1]])
    return ""


def _last(one: Found) -> datetime | None:
    """When the article was published at the latest, as it was changed then."""
    return datetime.fromtimestamp(one.at, UTC) if one.at else None
