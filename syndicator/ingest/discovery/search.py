"""One look at a portal: what was fetched on the way, each address once, and what every step of it needs. Pure."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from syndicator.config import ArticleRules, Source
from syndicator.ingest.article import read_article
from syndicator.ingest.discovery.survey import Survey, read_survey
from syndicator.ingest.identity import canonical
from syndicator.ingest.trial import trial
from syndicator.model import Ask, Draft, Failed, Harvest, Known, Parse, Request, Response

Asking = Generator[Ask, Any, Any]

MOST = 40  # requests of one look
_ENOUGH = "enough has been asked of this portal"


@dataclass
class Search:
    """`private`: what was typed lies in a private network. `pages`: every answer, by the address asked for and that answered.

    `section` is the page that lists the news, if one was found; `only_section`: it was asked for, and not the whole site.
    """

    asked: str
    known: Known
    private: bool = False
    pages: dict[str, Response | Failed] = field(default_factory=dict)
    surveys: dict[str, Survey] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    section: Survey | None = None
    only_section: bool = False
    left: int = MOST

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.known.timezone)

    def get(self, address: str, accept: str = "") -> Generator[Ask, Any, Response | Failed]:
        """What an address holds; asked for only once."""
        request = Request(address, accept=accept) if accept else Request(address)
        return (yield from self._fetch(request))

    def survey(self, address: str) -> Generator[Ask, Any, Survey | Failed]:
        """A page as it is understood."""
        answer = yield from self.get(address)
        if isinstance(answer, Failed):
            return answer
        if answer.url not in self.surveys:
            found: Survey | Failed = yield Parse(read_survey, (*self.seen(answer), *self.setting))
            if isinstance(found, Failed):
                return found
            self.surveys[answer.url] = found
        return self.surveys[answer.url]

    def article(self, address: str) -> Generator[Ask, Any, Draft | Failed]:
        """The article on a page, read without selectors."""
        answer = yield from self.get(address)
        if isinstance(answer, Failed):
            return answer
        found: Draft | Failed = yield Parse(read_article, (*self.seen(answer), ArticleRules(), *self.setting))
        return found

    def sample(self, settings: Mapping[str, Any], articles: int) -> Generator[Ask, Any, Harvest]:
        """What a source with these settings would bring, as far as its first articles."""
        source = Source.model_validate({"name": "add", "city": "add", "allow_private": self.private, **settings})
        asking = trial(source, self.known, articles)
        answer: Any = None
        try:
            while True:
                ask = asking.send(answer)
                answer = (yield from self._fetch(ask)) if isinstance(ask, Request) else (yield ask)
        except StopIteration as end:
            harvest: Harvest = end.value
            return harvest

    def _fetch(self, request: Request) -> Generator[Ask, Any, Response | Failed]:
        key = getattr(request, "page", request.url)
        if key not in self.pages:
            if self.left == 0:
                return Failed("refused", _ENOUGH, request.url)
            self.left -= 1
            answer: Response | Failed = yield request
            self.pages[key] = answer
            if isinstance(answer, Response):
                for place in (answer.url, canonical(answer.url)):
                    self.pages.setdefault(place, answer)
        return self.pages[key]

    @staticmethod
    def seen(answer: Response) -> tuple[bytes, str, str]:
        """A page as the reading functions take it."""
        return answer.body, answer.url, answer.headers.get("content-type", "")

    @property
    def setting(self) -> tuple[Any, ...]:
        """What the reading functions take behind it."""
        return self.known.timezone, self.known.now
