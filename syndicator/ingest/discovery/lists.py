"""The list of a portal and its articles' pages as a way to read the news: where it is, and by which selectors. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from syndicator.config import ArticleRules, ListRules
from syndicator.ingest.discovery import article_rules, judge, list_rules
from syndicator.ingest.discovery.article_rules import work_out_article
from syndicator.ingest.discovery.finding import Candidate
from syndicator.ingest.discovery.list_rules import work_out_list
from syndicator.ingest.discovery.paging_rules import work_out_id, work_out_next
from syndicator.ingest.discovery.search import Asking, Search
from syndicator.ingest.discovery.survey import Survey
from syndicator.ingest.identity import canonical
from syndicator.model import Draft, Failed, Harvest, Parse, Response

ARTICLES = 3  # whose pages are read
_MOST_FOLLOWED = 3
_FOLLOWED = 2  # links of one page
_PAGES = 2  # of the list: a day's news may be more than fits on one
_LEAST_TEXT = 150  # characters that make a page an article


def find_list(search: Search, page: Survey) -> Asking:
    """The page that lists the news: the one that was asked for, or one that it leads to; None if there is none."""
    if page.article is not None:
        return (yield from _list_of_article(search, page))
    if page.is_list and not page.is_home:
        return page
    followed = yield from _follow(search, page)
    lists = [survey for survey in followed if survey.is_list]
    if not lists:
        return page if page.is_list else None
    best = max(lists, key=_worth)
    if page.is_list and _worth(page)[0] > _worth(best)[0]:  # a home page mixes news with other things
        return page
    what = "is the home page" if page.is_home else "does not list news itself"
    search.steps.append(f"{page.address} {what}; the news is listed at {best.address}.")
    return best


def try_list(search: Search, page: Survey) -> Asking:
    """The candidate that a list is, with the selectors that read it as well as none do."""
    settings: dict[str, Any] = {"kind": "portal", "url": canonical(page.address)}
    plainly: Harvest = yield from search.sample(settings, ARTICLES)
    read = [draft for draft in plainly.drafts if judge.length(draft) >= _LEAST_TEXT]
    head = f"HTML list, {_count(page.teasers, 'teaser')}, {_dates(page)}"
    if plainly.failed or not plainly.drafts:
        reason = plainly.failed or next(iter(plainly.problems), None)
        return Candidate("portal", settings["url"], f"{head}; {reason.reason if reason else 'but no article in it'}")
    rules, harvest = yield from _with_rules(search, settings, plainly)
    chosen = _selectors(rules)
    rules, paged = yield from _with_paging(search, page, rules)
    rules = yield from _with_id(search, settings, page, rules, harvest)
    full = len(read) * 3 >= len(plainly.drafts) * 2
    dated = judge.measure(plainly.drafts).is_dated
    return Candidate(
        kind="portal",
        url=settings["url"],
        verdict=f"{head}; {_pages(plainly, len(read))}{chosen}{paged}",
        usable=True,
        full=full,
        rank=(full, dated or page.dated * 2 >= page.teasers, 1, True, page.teasers),
        settings=rules,
        harvest=harvest,
        identity=page.identity,
    )


# ---------------------------------------------------------------- where it is


def _follow(search: Search, page: Survey) -> Asking:
    """The pages behind the links that look like the list of news; of those that list nothing, the next likely ones once more."""
    found: list[Survey] = []
    waiting = [way.address for way in page.ways[:_FOLLOWED]]
    seen = {canonical(page.address)}
    while waiting and len(found) < _MOST_FOLLOWED:
        address = waiting.pop(0)
        if canonical(address) in seen:
            continue
        seen.add(canonical(address))
        survey = yield from search.survey(address)
        if isinstance(survey, Survey):
            found.append(survey)
            if not survey.is_list:
                waiting += [way.address for way in survey.ways[:_FOLLOWED]]
    return found


def _list_of_article(search: Search, page: Survey) -> Asking:
    """The list in which an article stands, else the first list that it leads back to."""
    own = {canonical(page.address)} | ({page.article.address} if page.article else set())
    lists: list[Survey] = []
    for way in (*page.back, *page.ways)[: _MOST_FOLLOWED + 1]:
        survey = yield from search.survey(way.address)
        if not isinstance(survey, Survey) or not survey.is_list or survey.overview is None:
            continue
        lists.append(survey)
        if any(teaser.address in own for teaser in survey.overview.teasers):
            break
    if not lists:
        return None
    search.steps.append(f"{page.address} is one article; the news is listed at {lists[-1].address}.")
    return lists[-1]


def _worth(page: Survey) -> tuple[bool, int]:
    """A list with dates before one without, and the longer one."""
    return page.dated * 2 >= page.teasers, page.teasers


# ---------------------------------------------------------------- its selectors


def _with_rules(search: Search, settings: Mapping[str, Any], plainly: Harvest) -> Asking:
    """The selectors that give the same harvest as none, and that harvest."""
    answer = search.pages.get(settings["url"])
    pages = [seen for draft in plainly.drafts if (seen := _page_of(search, draft))]
    if not isinstance(answer, Response):
        return {}, plainly
    of_list: ListRules | Failed = yield Parse(work_out_list, (*search.seen(answer), *search.setting))
    of_article: ArticleRules | Failed = yield Parse(work_out_article, (pages, *search.setting))
    said = {
        "list": list_rules.in_words(of_list) if isinstance(of_list, ListRules) else {},
        "article": article_rules.in_words(of_article) if isinstance(of_article, ArticleRules) else {},
    }
    for kept in (("list", "article"), ("list",), ("article",)):
        rules = {name: said[name] for name in kept if said[name]}
        if not rules:
            continue
        harvest: Harvest = yield from search.sample({**settings, **rules}, ARTICLES)
        if list(map(_bare, harvest.drafts)) == list(map(_bare, plainly.drafts)) and harvest.items == plainly.items:
            return rules, harvest
    return {}, plainly


def _with_paging(search: Search, page: Survey, rules: dict[str, Any]) -> Asking:
    """The rules with how the list goes on, and words for it, if its second page bears that out."""
    following = page.overview.next if page.overview else ""
    first = search.pages.get(canonical(page.address))
    if not following or not isinstance(first, Response):
        return rules, ""
    second: Response | Failed = yield from search.get(following)
    if isinstance(second, Failed):
        return rules, ""
    of_list = ListRules.model_validate(rules.get("list", {}))
    found: str | Failed | None = yield Parse(
        work_out_next, (search.seen(first), search.seen(second), of_list, *search.setting)
    )
    if not isinstance(found, str):
        return rules, ""
    said = {"next": found} if found else {}
    return {**rules, "list": {**rules.get("list", {}), **said, "pages": _PAGES}}, "; its second page was read as well"


def _with_id(
    search: Search, settings: Mapping[str, Any], page: Survey, rules: dict[str, Any], harvest: Harvest
) -> Asking:
    """The rules with what names an article in its address, if the articles keep the keys that they had without."""
    rule = work_out_id(page.overview.teasers) if page.overview else ""
    if not rule:
        return rules
    named = {**rules, "article": {**rules.get("article", {}), "id": rule}}
    after: Harvest = yield from search.sample({**settings, **named}, ARTICLES)
    keys = [draft.key for draft in harvest.drafts]
    return named if all(keys) and [draft.key for draft in after.drafts] == keys else rules


def _page_of(search: Search, draft: Draft) -> tuple[bytes, str, str] | None:
    for address in (draft.address, *draft.aliases):
        answer = search.pages.get(address)
        if isinstance(answer, Response):
            return search.seen(answer)
    return None


def _bare(draft: Draft) -> Draft:
    """What a draft says, whatever rule found it; a label of the list may come by a selector alone."""
    return replace(article_rules.bare(draft), labels=())


# ---------------------------------------------------------------- in words


def _dates(page: Survey) -> str:
    if page.dated == page.teasers:
        return "all with dates"
    return f"{page.dated} with dates" if page.dated else "none with a date"


def _pages(harvest: Harvest, read: int) -> str:
    looked = len(harvest.drafts) + len(harvest.problems)
    return f"{read} of the {_count(looked, 'page')} looked at hold full texts"


def _selectors(rules: Mapping[str, Any]) -> str:
    number = sum(len(table) for table in rules.values())
    return f"; {_count(number, 'selector')} that read it the same" if number else ""


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
