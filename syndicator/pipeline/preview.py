"""Looking without touching: what a source or an article address would give, and by which rules. Nothing is stored."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from syndicator.config import Config, Source
from syndicator.ingest.article import read_article
from syndicator.ingest.client import Client
from syndicator.ingest.drive import drive
from syndicator.ingest.identity import canonical
from syndicator.ingest.sources import collect
from syndicator.ingest.workers import Workers
from syndicator.model import Draft, Failed, Harvest, Known, Parse, Request, Response

_STOPPED = "the preview has seen enough"


async def preview_source(
    source: Source, timezone: str, client: Client, workers: Workers, now: Callable[[], datetime], articles: int
) -> Harvest:
    """The first articles of a source, read as a visit would read them; at most `articles` pages of it are fetched."""
    first_page = source.model_copy(update={"list": source.list.model_copy(update={"pages": 1})})
    left = articles + 1  # the list itself

    async def fetch(request: Request) -> Response | Failed:
        nonlocal left
        left -= 1
        if left < 0:
            return Failed("refused", _STOPPED, request.url)
        return await client.fetch(replace(request, conditional=False), source, None)

    async def recall(addresses: tuple[str, ...]) -> Mapping[str, str]:
        del addresses
        return {}

    harvest = await drive(collect(first_page, Known(now(), timezone)), fetch=fetch, parse=workers.run, recall=recall)
    problems = tuple(problem for problem in harvest.problems if problem.reason != _STOPPED)
    return replace(harvest, drafts=harvest.drafts[:articles], problems=problems)


async def preview_article(
    address: str, source: Source, timezone: str, client: Client, workers: Workers, now: Callable[[], datetime]
) -> Draft | Failed:
    """One article page, read by the rules of `source`."""
    answer = await client.fetch(Request(address), source, None)
    if isinstance(answer, Failed):
        return answer
    content_type = answer.headers.get("content-type", "")
    args = (answer.body, answer.url, content_type, source.article, timezone, now())
    draft: Draft | Failed = await workers.run(Parse(read_article, args))
    return draft


def source_for(address: str, config: Config) -> tuple[Source, bool]:
    """The source to whose site an address belongs, and whether it is this source's own list or feed.

    A source without any rules stands in for one that config.toml does not have yet.
    """
    same = [source for source in config.sources if canonical(source.url) == canonical(address)]
    if same:
        return same[0], True
    near = [source for source in config.sources if source.kind == "portal" and _site(source.url) == _site(address)]
    if near:
        return max(near, key=lambda source: _shared_path(source.url, address)), False
    return Source.model_validate(
        {"name": "preview", "title": "preview", "city": "", "kind": "portal", "url": address}
    ), False


def _site(address: str) -> str:
    return urlsplit(address).netloc.removeprefix("www.")


def _shared_path(one: str, other: str) -> int:
    segments = zip(urlsplit(one).path.split("/"), urlsplit(other).path.split("/"), strict=False)
    return next((n for n, (a, b) in enumerate(segments) if a != b), 99)
