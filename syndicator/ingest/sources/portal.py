"""A portal without a feed: its list tells which articles there are, their own pages tell what they say. Pure."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from syndicator.config import Source
from syndicator.ingest.article import read_article
from syndicator.ingest.identity import canonical
from syndicator.ingest.machine_dates import date_in_address
from syndicator.ingest.overview import Overview, Teaser, read_overview
from syndicator.model import Ask, Draft, Failed, Harvest, Known, Label, Parse, Recall, Request, Response
from syndicator.text import fold

Asking = Generator[Ask, Any, None]


@dataclass
class _Basket:
    """What a visit has brought so far."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    problems: list[Failed] = field(default_factory=list)
    fingerprints: dict[str, str] = field(default_factory=dict)
    wanted: dict[str, Teaser] = field(default_factory=dict)  # new or changed in the list
    items: int = 0
    ended: Harvest | None = None

    def harvest(self) -> Harvest:
        return Harvest(
            tuple(self.drafts.values()),
            tuple(self.problems),
            fingerprints=self.fingerprints,
            unchanged=self.ended is not None,
            items=self.items,
        )


def collect(source: Source, known: Known) -> Generator[Ask, Any, Harvest]:
    """Read the list, then the pages of the articles that are new, whose teaser changed, or that are due for another look."""
    basket = _Basket()
    yield from _read_list(source, known, basket)
    if basket.ended and (basket.ended.failed or not known.recheck):
        return basket.ended
    for address, teaser in basket.wanted.items():
        yield from _read_page(source, known, basket, Request(address), teaser)
    for address in known.recheck:
        if address not in basket.wanted:
            yield from _read_page(source, known, basket, Request(address, conditional=True), None)
    return basket.harvest()


# ---------------------------------------------------------------- the list


def _read_list(source: Source, known: Known, basket: _Basket) -> Asking:
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
        if not _sort(overview.teasers, fingerprints, source, basket):
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


def _sort(teasers: tuple[Teaser, ...], fingerprints: Mapping[str, str], source: Source, basket: _Basket) -> bool:
    """Put aside what has to be read; whether there was anything new."""
    news = False
    for teaser in teasers:
        basket.items += 1
        if not teaser.address:
            draft = _from_teaser(teaser, source)
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
        address=canonical(source.url),
        title=teaser.title,
        summary=teaser.summary,
        body=teaser.body,
        published=teaser.published,
        labels=teaser.labels,
        images=(teaser.image,) if teaser.image else (),
        found={name: rule for name, rule in found.items() if rule},
    )


# ---------------------------------------------------------------- the articles


def _read_page(source: Source, known: Known, basket: _Basket, request: Request, teaser: Teaser | None) -> Asking:
    """Fetch and read one article. What failed for now keeps no fingerprint, so that it is tried again."""
    response: Response | Failed = yield request
    if isinstance(response, Response):
        if response.unchanged:
            return
        result: Draft | Failed = _soft_404(request.url, response, source) or (
            yield Parse(
                read_article,
                (
                    response.body,
                    response.url,
                    response.headers.get("content-type", ""),
                    source.article,
                    known.timezone,
                    known.now,
                ),
            )
        )
    else:
        result = response
    if isinstance(result, Failed):
        # Another look that fails leaves nothing of the list unread: the article is stored, and its next look is planned.
        permanent = result.permanent or teaser is None
        basket.problems.append(replace(result, address=result.address or request.url, permanent=permanent))
        if not result.permanent:
            return
    else:
        draft = unite(result, teaser, request.url, known.timezone)
        basket.drafts.setdefault(draft.key or draft.address, draft)
    if teaser:
        basket.fingerprints[teaser.address] = teaser.fingerprint


def _soft_404(asked: str, response: Response, source: Source) -> Failed | None:
    """After a relaunch, portals answer for an old article with their home page or the list."""
    final = canonical(response.url)
    if final == canonical(asked):
        return None
    path = urlsplit(final).path.rstrip("/")
    if final != canonical(source.url) and path and not urlsplit(canonical(asked)).path.startswith(f"{path}/"):
        return None
    return Failed("missing", f"{asked} leads to {response.url}, which is a list or home page and no article.", asked)


def unite(draft: Draft, teaser: Teaser | None, asked: str, timezone: str) -> Draft:
    """The page's word with the list's beside it: the page wins where it says something, labels are put together."""
    found = dict(draft.found)
    published = draft.published
    if published is None and (
        published := (teaser.published if teaser else None) or date_in_address(draft.address, ZoneInfo(timezone))
    ):
        found["published"] = published.origin
    summary, images = draft.summary, draft.images
    if teaser and not summary and teaser.summary:
        summary, found["summary"] = teaser.summary, "list"
    if teaser and not images and teaser.image:
        images, found["image"] = (teaser.image,), "list"
    for label in teaser.labels if teaser else ():
        found.setdefault(label.axis, "list")
    others = dict.fromkeys([*draft.aliases, canonical(asked), *([teaser.address] if teaser else [])])
    return replace(
        draft,
        published=published,
        summary=summary,
        images=images,
        labels=_all_labels(draft.labels, teaser.labels if teaser else ()),
        aliases=tuple(address for address in others if address and address != draft.address),
        found=found,
    )


def _all_labels(labels: tuple[Label, ...], more: tuple[Label, ...]) -> tuple[Label, ...]:
    """Both, each word once on its axis however it is written."""
    united = {(label.axis, fold(label.name)): label for label in (*more, *labels)}
    ordered = dict.fromkeys((label.axis, fold(label.name)) for label in (*labels, *more))
    return tuple(united[place] for place in ordered)
