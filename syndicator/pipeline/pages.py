"""The pages of articles, made when they are asked for, of what the store lets out at that moment."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from syndicator.config import Config
from syndicator.model import Article
from syndicator.publish import articles as rendering
from syndicator.store import articles
from syndicator.store.database import Store

_KEPT = 256  # pages, of some 20 kB each


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A page as UTF-8 HTML. `gone`: it says that the article was taken back."""

    body: bytes
    gone: bool


class ArticlePages:
    """Answers for the pages of articles, and keeps those that were asked for lately as long as their article stays the same."""

    def __init__(self, store: Store, config: Callable[[], Config]) -> None:
        self._store = store
        self._config = config
        self._kept: OrderedDict[tuple[str, str], tuple[Article, Config, ArticlePage]] = OrderedDict()

    async def page(self, slug: str, language: str) -> ArticlePage | None:
        """The page under this name, in this language; None where there is none, be it that nothing is there or that nobody may see it yet.

        Costs one query for an article whose page is kept. Raises SyndicatorError when the store cannot be read.
        """
        article = await self._store.read(articles.with_page, slug)
        if article is None:
            return None
        config = self._config()
        key = slug, language
        kept = self._kept.get(key)
        if kept is not None and kept[0] == article and kept[1] is config:
            self._kept.move_to_end(key)
            return kept[2]
        made = await asyncio.to_thread(_make, article, config, language)
        self._kept[key] = article, config, made
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return made


def _make(article: Article, config: Config, language: str) -> ArticlePage:
    if article.status == "retracted":
        return ArticlePage(rendering.render_withdrawn(config, language), gone=True)
    return ArticlePage(rendering.render_article(article, config, language), gone=False)
