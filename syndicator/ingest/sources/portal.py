"""A portal without a feed: its list tells which articles there are, their own pages tell what they say. Pure."""

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from syndicator.config import Source
from syndicator.ingest.harvesting import Asking, Basket, read_pages
from syndicator.ingest.identity import canonical
from syndicator.ingest.markers import marked
from syndicator.ingest.overview import Overview, Teaser, read_overview
from syndicator.ingest.walking import Listed, place_of, read_part
from syndicator.model import Ask, Draft, Failed, Harvest, Known, Parse, Recall, Request, Response, Walk
from syndicator.text import fold


def collect(source: Source, known: Known) -> Generator[Ask, Any, Harvest]:
    """Read the list, then the pages of the articles that are new, whose teaser changed, or that are due for another look."""
    if known.walk:
        return (yield from _walk(source, known, known.walk))
    basket = Basket()
    yield from _read_list(source, known, basket)
    if basket.ended and (basket.ended.failed or not known.recheck):
        return basket.ended
    yield from read_pages(source, known, basket)
    return basket.harvest()


def _walk(source: Source, known: Known, walk: Walk) -> Generator[Ask, Any, Harvest]:
    """One page of the list; its place is its address."""
    address = place_of(walk)[0] or source.url
    overview: Overview | Failed | None = yield from _overview(source, known, address, first=False)
    if not isinstance(overview, Overview):
        return Harvest(failed=overview or Failed("broken", f"{address} says that it is unchanged, unasked.", address))
    zone = ZoneInfo(known.timezone)
    listed = [
        Listed(
            teaser.address, teaser, None if teaser.address else marked(_from_teaser(teaser, source), zone, known.now)
        )
        for teaser in overview.teasers
    ]
    basket = Basket()
    page = yield from read_part(source, known, basket, listed, address, overview.next)
    return replace(basket.harvest(), page=page)


# ---------------------------------------------------------------- the list


def _read_list(source: Source, known: Known, basket: Basket) -> Asking:
    """Fill `basket.wanted` from the overview and its further pages, as long as these bring something."""
    address, seen = source.url, set[str]()
    while address and len(seen) < max(1, source.list.pages):
        seen.add(address)
        overview: Overview | Failed | None = yield from _overview(source, known, address, first=len(seen) == 1)
        if not isinstance(overview, Overview):
            if len(seen) == 1:
                basket.ended = Harvest(unchanged=True) if overview is None else Harvest(failed=overview)
            elif overview is not None:
                basket.problems.append(overview)
            return
        fingerprints: Mapping[str, str] = yield Recall(tuple(t.address for t in overview.teasers if t.address))
        if not _sort(overview.teasers, fingerprints, source, known, basket):
            return
        address = overview.next if overview.next not in seen else ""


def _overview(
    source: Source, known: Known, address: str, *, first: bool
) -> Generator[Ask, Any, Overview | Failed | None]:
    """One page of the list; None where the source says that nothing moved."""
    response: Response | Failed = yield Request(address, conditional=first)
    if isinstance(response, Failed):
        return response
    if response.unchanged:
        return None
    content_type = response.headers.get("content-type", "")
    overview: Overview | Failed = yield Parse(
        read_overview, (response.body, response.url, content_type, source.list, known.timezone, known.now)
    )
    return overview


def _sort(
    teasers: tuple[Teaser, ...], fingerprints: Mapping[str, str], source: Source, known: Known, basket: Basket
) -> bool:
    """Put aside what has to be read; whether there was anything new."""
    news = False
    for teaser in teasers:
        basket.items += 1
        basket.listed.append(teaser.title)
        if teaser.body or not teaser.address:
            draft = marked(_from_teaser(teaser, source), ZoneInfo(known.timezone), known.now)
            basket.drafts.setdefault(f"text:{fold(teaser.title)}", draft)
        elif fingerprints.get(teaser.address) != teaser.fingerprint:
            basket.wanted.setdefault(teaser.address, teaser)
            news = True
    return news


def _from_teaser(teaser: Teaser, source: Source) -> Draft:
    """An item without a page of its own; its text is what the list holds."""
    found = {"title": "list", "body": "list", "published": "list" if teaser.published else ""}
    return Draft(
        key="",
        address=teaser.address or canonical(source.url),
        title=teaser.title,
        summary=teaser.summary,
        body=teaser.body,
        published=teaser.published,
        labels=teaser.labels,
        images=(teaser.image,) if teaser.image else (),
        found={name: rule for name, rule in found.items() if rule},
    )
