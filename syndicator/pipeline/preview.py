"""Looking without touching: what a source or any address would give, and by which rules. Nothing is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from yarl import URL

from syndicator.config import Config, ListRules, Source
from syndicator.errors import SyndicatorError
from syndicator.ingest.addresses import objection
from syndicator.ingest.article import read_article
from syndicator.ingest.client import Client
from syndicator.ingest.drive import drive
from syndicator.ingest.identity import canonical
from syndicator.ingest.overview import Overview, read_overview
from syndicator.ingest.reading.feed import read_feed
from syndicator.ingest.reading.sitemapfile import is_sitemap
from syndicator.ingest.trial import trial
from syndicator.ingest.workers import Workers
from syndicator.model import Draft, Failed, Harvest, Known, Parse, Request, Response

ReadAs = Literal["source", "feed", "sitemap", "list", "article"]

_EXAMPLE = 'An address looks like this: "https://www.example.org/news/".'
_LEAST_TEASERS = 3  # that make a page a list


class AddressError(SyndicatorError):
    """What was given is no address that this program would ever fetch."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Look:
    """What an address turned out to be: `rules` names the source by whose rules it was read, "" if none of config.toml fits."""

    address: str
    read_as: ReadAs
    rules: str
    harvest: Harvest


@dataclass(frozen=True, slots=True)
class Previewer:
    """`articles`: how many are read at most; so many pages are fetched beside the list."""

    config: Config
    client: Client
    workers: Workers
    now: Callable[[], datetime]
    articles: int

    async def source(self, source: Source, seen: Response | None = None) -> Harvest:
        """The first articles of a source, read as a visit would read them. `seen`: what its list holds, if that is known."""

        async def fetch(request: Request) -> Response | Failed:
            if seen and request.url == source.url:
                return seen
            return await self.client.fetch(request, source, None)

        async def recall(addresses: tuple[str, ...]) -> Mapping[str, str]:
            del addresses
            return {}

        known = Known(self.now(), self.config.site.timezone)
        asking = trial(source, known, self.articles)
        return await drive(asking, fetch=fetch, parse=self.workers.run, recall=recall)

    async def address(self, address: str) -> Look:
        """Whatever is at an address. Raises AddressError when nothing can be."""
        if own := _own(address, self.config):
            return Look(address, "source", own.name, await self.source(own))
        near = _nearest(address, self.config)
        source, rules = near or stand_in(address), near.name if near else ""
        answer = await self.client.fetch(Request(address), source, None)
        if isinstance(answer, Failed):
            return Look(address, "article", rules, Harvest(failed=answer))
        if own := _own(answer.url, self.config):  # by a redirect
            return Look(address, "source", own.name, await self.source(own))
        read_as, harvest = await self._read(answer, source)
        return Look(address, read_as, "" if read_as == "feed" else rules, harvest)

    async def _read(self, answer: Response, source: Source) -> tuple[ReadAs, Harvest]:
        """A feed, a sitemap, an article or a list, whichever the bytes turn out to be."""
        feed = await self.workers.run(Parse(read_feed, self._args(answer)))
        if isinstance(feed, Harvest):
            return "feed", replace(feed, drafts=feed.drafts[: self.articles])
        if is_sitemap(answer.body):
            listed = source.model_copy(update={"kind": "sitemap", "url": answer.url})
            return "sitemap", await self.source(listed, seen=answer)
        article = await self.workers.run(Parse(read_article, self._args(answer, source.article)))
        rules = await self._rules_of_list(answer, source) if _may_be_list(article) else None
        if rules is not None:
            listed = source.model_copy(update={"url": answer.url, "list": rules})
            return "list", await self.source(listed, seen=answer)
        if isinstance(article, Draft):
            return "article", Harvest((article,), items=1)
        return ("feed", Harvest(failed=feed)) if _means_feed(answer) else ("article", Harvest(failed=article))

    async def _rules_of_list(self, answer: Response, source: Source) -> ListRules | None:
        """The rules by which a page is a list: those of the source, or none at all; None if it is no list."""
        for rules in dict.fromkeys((source.list, ListRules())):
            overview = await self.workers.run(Parse(read_overview, self._args(answer, rules)))
            if isinstance(overview, Overview) and len(overview.teasers) >= _LEAST_TEASERS:
                return rules
        return None

    def _args(self, answer: Response, *rules: object) -> tuple[object, ...]:
        content_type = answer.headers.get("content-type", "")
        return (answer.body, answer.url, content_type, *rules, self.config.site.timezone, self.now())


def _may_be_list(article: Draft | Failed) -> bool:
    """A list has no headline of its own, or none with a date."""
    return article.kind == "empty" if isinstance(article, Failed) else article.published is None


def _means_feed(answer: Response) -> bool:
    media_type = answer.headers.get("content-type", "").partition(";")[0].lower()
    return "html" not in media_type and ("xml" in media_type or "json" in media_type)


def _own(address: str, config: Config) -> Source | None:
    """The source whose own list or feed this is."""
    return next((source for source in config.sources if canonical(source.url) == canonical(address)), None)


def _nearest(address: str, config: Config) -> Source | None:
    """The portal of config.toml to whose site the address belongs."""
    near = [source for source in config.sources if source.kind == "portal" and _site(source.url) == _site(address)]
    return max(near, key=lambda source: _shared_path(source.url, address), default=None)


def stand_in(address: str, *, private: bool = True) -> Source:
    """A source without any rules. It may live in a private network, since this address was not found but typed."""
    try:
        url = URL(address)
        reason = objection(url, url)
        values = {"name": "preview", "city": "preview", "url": address, "allow_private": private}
        source = Source.model_validate(values)
    except ValueError as error:
        raise AddressError(f"{address} is no address that can be fetched.", _EXAMPLE) from error
    if reason:
        raise AddressError(f"{address} cannot be fetched. {reason}", _EXAMPLE)
    return source


def _site(address: str) -> str:
    return urlsplit(canonical(address)).netloc.removeprefix("www.")


def _shared_path(one: str, other: str) -> int:
    segments = zip(urlsplit(one).path.split("/"), urlsplit(other).path.split("/"), strict=False)
    return next((n for n, (a, b) in enumerate(segments) if a != b), 99)
