"""Sitemaps, and data that a page names, as ways to read the news, where this program has a kind of source for them. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from syndicator.config.kinds import source_kinds
from syndicator.ingest.discovery import judge, places
from syndicator.ingest.discovery.finding import Candidate
from syndicator.ingest.discovery.json_rules import work_out_api
from syndicator.ingest.discovery.search import Asking, Search
from syndicator.ingest.discovery.survey import Survey
from syndicator.model import Failed, Parse, Response

_ARTICLES = 3
_MOST_DATA = 2
_LEAST_TEXT = 150
_SITEMAP_ROOTS = (b"<urlset", b"<sitemapindex", b":urlset", b":sitemapindex")
_POSTS = "wp-json/wp/v2/posts?per_page=20"
_XML = "application/xml,text/xml;q=0.9,*/*;q=0.1"
_JSON = "application/json,*/*;q=0.1"


def try_sitemaps(search: Search, address: str) -> Asking:
    """The sitemaps that robots.txt names, or that are where they usually are."""
    answer = yield from search.get(places.robots_of(address), "text/plain,*/*;q=0.1")
    robots = answer.body.decode("utf-8", "replace") if isinstance(answer, Response) else ""
    found: list[Candidate] = []
    for place in places.usual_sitemaps(address, robots):
        candidate = yield from try_sitemap(search, place)
        if candidate is not None:
            found.append(candidate)
            if candidate.usable:
                break
    return found


def try_sitemap(search: Search, place: str) -> Asking:
    """The candidate that an address is if a sitemap is there; None if not."""
    answer = yield from search.get(place, _XML)
    if isinstance(answer, Failed) or not is_sitemap(answer):
        return None
    news = b"sitemap-news" in answer.body[:5000]
    what = "News sitemap" if news else "Sitemap"
    if "sitemap" not in source_kinds():
        return Candidate("sitemap", place, f"{what}; this version has no kind of source for it")
    return (yield from _tried(search, {"kind": "sitemap", "url": place}, what, 3 if news else 0))


def is_sitemap(answer: Response) -> bool:
    head = answer.body[:3000].lower()
    return answer.body[:2] == b"\x1f\x8b" or any(root in head for root in _SITEMAP_ROOTS)


def try_data(search: Search, surveys: Iterable[Survey]) -> Asking:
    """The JSON that pages name; of GraphQL only that it is there, as its query is not known."""
    found: list[Candidate] = []
    places_ = dict.fromkeys(place for survey in surveys for place in _data_places(survey))
    tried = 0
    for place in places_:
        if "/graphql" in urlsplit(place).path:
            found.append(Candidate("api", place, "GraphQL endpoint; which query it answers is not written on the page"))
        elif tried < _MOST_DATA:
            tried += 1
            candidate = yield from try_json(search, place)
            found += [candidate] if candidate else []
    return found


def try_json(search: Search, place: str) -> Asking:
    """The candidate that an address is if it answers with a list of articles in JSON; None if not."""
    answer = yield from search.get(place, _JSON)
    if isinstance(answer, Failed):
        return None
    rules: Mapping[str, str] | Failed | None = yield Parse(work_out_api, (answer.body, answer.url, *search.setting))
    if not rules or isinstance(rules, Failed):
        return None
    if "api" not in source_kinds():
        return Candidate("api", place, "JSON with a list of articles; this version has no kind of source for it")
    settings = {"kind": "api", "url": place, "api": dict(rules)}
    return (yield from _tried(search, settings, "JSON", 2))


def _data_places(survey: Survey) -> list[str]:
    found = [named.address for named in survey.data]
    root = next((place.partition("wp-json/")[0] for place in found if "wp-json/" in place), "")
    return [f"{root}{_POSTS}"] if root else found


def _tried(search: Search, settings: Mapping[str, Any], what: str, preference: int) -> Asking:
    harvest = yield from search.sample(settings, _ARTICLES)
    kind, url = str(settings["kind"]), str(settings["url"])
    if harvest.failed or not harvest.drafts:
        reason = harvest.failed or next(iter(harvest.problems), None)
        return Candidate(kind, url, f"{what}; {reason.reason if reason else 'it holds no news'}")
    measured = judge.measure(harvest.drafts)
    full = measured.text >= _LEAST_TEXT
    verdict = f"{what}, {harvest.items} entries, {judge.texts_of(measured, full=full)}, {judge.day_of(measured.newest, search.zone)}"
    return Candidate(
        kind=kind,
        url=url,
        verdict=verdict,
        usable=True,
        full=full,
        rank=(full, measured.is_dated, preference, True, harvest.items),
        settings={name: table for name, table in settings.items() if name not in {"kind", "url"}},
        harvest=harvest,
    )
