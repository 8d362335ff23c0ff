"""The page for admins, made when it is asked for."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from sqlite_utils import Database

from syndicator.config import Config, planned_feeds
from syndicator.model.usage import Use
from syndicator.pipeline import standing, usage
from syndicator.pipeline.standing import Known, Row
from syndicator.publish.admin import SourceLine, render_admin
from syndicator.store import articles
from syndicator.store.database import Store


class AdminPages:
    """`problems`: what is wrong with a partner's token, by its name."""

    def __init__(
        self,
        store: Store,
        config: Callable[[], Config],
        problems: Callable[[], Mapping[str, str]],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._config = config
        self._problems = problems
        self._now = now

    async def page(self, language: str) -> bytes:
        """As UTF-8 HTML. Raises SyndicatorError when the store cannot be read."""
        config, now = self._config(), self._now()
        known, use, cities = await self._store.read(_gather, config, now)
        return await asyncio.to_thread(self._render, config, now, known, use, cities, language)

    def _render(
        self, config: Config, now: datetime, known: Known, use: Use, cities: tuple[str, ...], language: str
    ) -> bytes:
        titles = {source.name: source.title for source in config.sources}
        problems = self._problems()
        return render_admin(
            config.site,
            language,
            now,
            [_line(row, titles[row.name], language) for row in standing.rows_of(config, known, now)],
            use,
            titles={feed.name: feed.title for feed in planned_feeds(config, cities)},
            rejected=known.rejected,
            problems={partner.name: problems.get(partner.name, "") for partner in config.partners},
        )


def _gather(db: Database, config: Config, now: datetime) -> tuple[Known, Use, tuple[str, ...]]:
    return standing.gather(db), usage.gather(db, config, now.date()), articles.cities(db)


def _line(row: Row, title: str, language: str) -> SourceLine:
    return SourceLine(
        row.name,
        title,
        row.state,
        row.severity or "",
        row.articles,
        row.visited,
        row.next,
        tuple(_remarks(row, language)),
    )


def _remarks(row: Row, language: str) -> Iterator[tuple[str, str]]:
    """What is unusual in the page's language where there are such words, else as the log says it."""
    for told in row.incidents:
        yield (told.sentence_de, "de") if language == "de" else (told.sentence, "en")
    if row.reason and not row.incidents:
        yield row.reason, "en"
    if row.push and row.push.warning:
        yield row.push.warning, "en"
    yield from ((problem, "en") for problem in row.problems)
