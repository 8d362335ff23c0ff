"""An endpoint that answers with JSON, asked by GET or POST as config.toml says. Pure."""

import json
from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from syndicator.config import ApiRules, Source
from syndicator.ingest.article import same_site
from syndicator.ingest.asking import Turn, following, request_for
from syndicator.ingest.harvesting import Asking, Basket, read_pages
from syndicator.ingest.markers import marked
from syndicator.ingest.overview import Teaser
from syndicator.ingest.reading.api import Answer, Item, read_api
from syndicator.ingest.walking import Listed, place_of, read_part
from syndicator.model import Ask, Draft, Failed, FailureKind, Harvest, Known, Parse, Recall, Request, Response, Walk

# Where a link leads to no page that can be read, what the endpoint says is the article.
_FINAL: frozenset[FailureKind] = frozenset({"empty", "unreadable", "too-large"})


@dataclass
class _Basket(Basket):
    """Also what the endpoint itself says of the articles whose pages are wanted."""

    said: dict[str, Draft] = field(default_factory=dict)


def collect(source: Source, known: Known) -> Generator[Ask, Any, Harvest]:
    """Ask page by page as long as these bring something, then read the articles' own pages where that is wanted."""
    assert source.api is not None  # a configuration without is refused
    rules, basket = source.api, _Basket(final=_FINAL)
    if known.walk:
        return (yield from _walk(source, rules, known, known.walk))
    yield from _read_answers(source, rules, known, basket)
    due = tuple(address for address in known.recheck if _has_page(address, source, rules))
    if basket.ended and (basket.ended.failed or not due):
        return basket.ended
    yield from read_pages(source, replace(known, recheck=due), basket)
    _fall_back(known, basket)
    return basket.harvest()


def _walk(source: Source, rules: ApiRules, known: Known, walk: Walk) -> Generator[Ask, Any, Harvest]:
    """One page of the list; its place is the turn that asks for it."""
    place, _ = place_of(walk)
    turn = Turn(**json.loads(place)) if place else Turn(page=rules.page)
    answer: Answer | Failed | None = yield from _ask(
        request_for(source.url, rules, turn, conditional=False), rules, known
    )
    if not isinstance(answer, Answer):
        reason = f"{source.url} says that it is unchanged, unasked."
        return Harvest(failed=answer or Failed("broken", reason, source.url))
    after = following(turn, source.url, rules, answer.following, answer.total, answer.address)
    basket = _Basket(final=_FINAL, problems=[*answer.problems, *([after] if isinstance(after, Failed) else [])])
    listed = [_listed(item, source, rules, known) for item in answer.items]
    basket.said = {one.place: item.draft for one, item in zip(listed, answer.items, strict=True) if not one.draft}
    behind = json.dumps(asdict(after)) if isinstance(after, Turn) else ""
    page = yield from read_part(source, known, basket, listed, place or json.dumps(asdict(turn)), behind)
    _fall_back(known, basket)
    return replace(basket.harvest(), page=page)


def _listed(item: Item, source: Source, rules: ApiRules, known: Known) -> Listed:
    place, own = _place(item.draft, source, rules), _has_page(item.draft.address, source, rules)
    return Listed(place, _teaser(item), None if own else marked(item.draft, ZoneInfo(known.timezone), known.now))


def _has_page(address: str, source: Source, rules: ApiRules) -> bool:
    """Whether an article has a page that is to be read; those of other sites are not."""
    return bool(address) and rules.reads_pages and same_site(address, str(rules.base or source.url))


def _read_answers(source: Source, rules: ApiRules, known: Known, basket: _Basket) -> Asking:
    """Fill `basket` from the pages of the list; `ended` is set where nothing moved, and where the first cannot be read."""
    turn: Turn | Failed | None = Turn(page=rules.page)
    met: set[str] = set()
    while isinstance(turn, Turn) and len(met) < rules.pages:
        request = request_for(source.url, rules, turn, conditional=not met)
        if request.page in met:
            return
        met.add(request.page)
        answer: Answer | Failed | None = yield from _ask(request, rules, known)
        if not isinstance(answer, Answer):
            _end(basket, answer, first=len(met) == 1)
            return
        basket.problems += answer.problems
        basket.items += answer.total
        if not (yield from _sort(source, rules, answer.items, known, basket)):
            return
        turn = following(turn, source.url, rules, answer.following, answer.total, answer.address)
    if isinstance(turn, Failed):
        basket.problems.append(turn)


def _ask(request: Request, rules: ApiRules, known: Known) -> Generator[Ask, Any, Answer | Failed | None]:
    """One page of the list; None where it has not changed."""
    response: Response | Failed = yield request
    if isinstance(response, Failed):
        return response
    if response.unchanged:
        return None
    content_type = response.headers.get("content-type", "")
    answer: Answer | Failed = yield Parse(
        read_api, (response.body, response.url, content_type, rules, known.timezone, known.now)
    )
    return answer


def _end(basket: _Basket, answer: Failed | None, *, first: bool) -> None:
    """What it means that there is no answer, or none with articles: behind the last page that is to be expected."""
    if first:
        basket.ended = Harvest(unchanged=True) if answer is None else Harvest(failed=answer)
    elif answer is not None and answer.kind != "empty":
        basket.problems.append(answer)


def _sort(
    source: Source, rules: ApiRules, items: tuple[Item, ...], known: Known, basket: _Basket
) -> Generator[Ask, Any, bool]:
    """Put aside what is new or changed; whether anything was that can be told from what was there before."""
    places = [_place(item.draft, source, rules) for item in items]
    versions: Mapping[str, str] = yield Recall(tuple(filter(None, places)))
    news = False
    for item, place in zip(items, places, strict=True):
        draft = item.draft
        if place and versions.get(place) == item.version:
            continue
        news = news or bool(place)
        if _has_page(draft.address, source, rules):
            basket.wanted.setdefault(place, _teaser(item))
            basket.said.setdefault(place, draft)
            continue
        basket.drafts.setdefault(f"{place} {item.version}", marked(draft, ZoneInfo(known.timezone), known.now))
        if place:
            basket.fingerprints[place] = item.version
    return news


def _place(draft: Draft, source: Source, rules: ApiRules) -> str:
    """Under what an item's version is remembered: the address of its page, else what the endpoint calls it."""
    return draft.address if _has_page(draft.address, source, rules) else draft.key or draft.address


def _teaser(item: Item) -> Teaser:
    draft = item.draft
    return Teaser(
        address=draft.address,
        title=draft.title,
        published=draft.published,
        summary=draft.summary,
        labels=draft.labels,
        image=next(iter(draft.images), None),
        body=draft.body,
        key=draft.key,
        updated=draft.updated,
        language=draft.language,
        version=item.version,
        found=draft.found,
    )


def _fall_back(known: Known, basket: _Basket) -> None:
    """Let an article whose page is none stand as the endpoint tells it."""
    read = {address for draft in basket.drafts.values() for address in (draft.address, *draft.aliases)}
    gone = {problem.address for problem in basket.problems if problem.kind == "gone"}
    for address, draft in basket.said.items():
        if address in basket.fingerprints and address not in read | gone:
            basket.drafts.setdefault(draft.key or draft.address, marked(draft, ZoneInfo(known.timezone), known.now))
