"""GET and HEAD of searches: any question as a feed at /feeds/search.<format>, as a page for people at /search, in English at /feeds/en/search.

An answer is kept until something changes, and those who ask the same at once wait for one answer.
"""

import asyncio
import functools
import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from syndicator.config import Config, Site
from syndicator.model import File
from syndicator.pipeline.search import Question, Refused, Searches
from syndicator.publish import encodings, formats
from syndicator.publish.words import LANGUAGES
from syndicator.serve import plain
from syndicator.serve.feeds import Feeds
from syndicator.serve.plain import plain as answer
from syndicator.serve.shelf import Shelf

_AT_ONCE = 2  # answers made at once, which is how many readers the store has
_WAITING = 64
_KEPT = 256  # answers
_MEMORY = 16 * 2**20  # bytes for them
_LONGEST = 4000  # characters of an address's question
_NOWHERE = Path(os.devnull)  # what does not fit into memory is made anew

Asked = tuple[Question, str]  # and the extension of a format, or the language of a page


class Search:
    """Answers like `Feeds`, from a shelf of its own."""

    def __init__(self, searches: Searches, site: Callable[[], Site]) -> None:
        self._searches = searches
        self._shelf = Shelf(_NOWHERE, _MEMORY, about=_about)
        self._feeds = Feeds(self._shelf, site)
        self._kept: OrderedDict[Asked, tuple[int, str]] = (
            OrderedDict()
        )  # by which change it holds, and the digest of the bytes
        self._config: Config | None = None
        self._under_way: dict[Asked, asyncio.Task[str]] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A request at `<root>/search`, `<root>/feeds/en/search` or `<root>/feeds/search.<extension>`, the root being that of `site.url` or none."""
        root = request.match_info.get("root", "")
        extension = request.match_info.get("extension", "")
        language = request.match_info.get("language", LANGUAGES[0])
        if (root and f"/{root}/" != self._feeds.root) or (extension and extension not in _extensions()):
            return answer(404, plain.NOT_FOUND)
        try:
            if len(request.query_string) > _LONGEST:
                raise Refused("Die Suche ist zu lang.")  # noqa: TRY301
            path = await self._prepared((Question.of(list(request.query.items())), extension or language))
        except Refused as refused:
            if refused.later:
                return answer(503, refused.sentence, {"Retry-After": "60"})
            return answer(400, refused.sentence)
        return await self._feeds.file(request, path)

    async def _prepared(self, asked: Asked) -> str:
        """The path on the shelf of an answer that is right now."""
        task = self._under_way.get(asked)
        if task is None:
            if len(self._under_way) >= _WAITING:
                raise Refused("Gerade wird sehr viel gesucht. Bitte versuchen Sie es gleich wieder.", later=True)
            task = self._under_way[asked] = asyncio.create_task(self._prepare(asked))
            task.add_done_callback(functools.partial(self._done, asked))
        return await asyncio.shield(task)  # who goes away takes it from nobody

    def _done(self, asked: Asked, task: asyncio.Task[str]) -> None:
        del self._under_way[asked]
        if not task.cancelled():
            task.exception()  # whoever asked may have gone away before it was there

    async def _prepare(self, asked: Asked) -> str:
        question, form = asked
        path = _path(asked)
        change, config = await self._searches.stand()
        if config is not self._config:
            self._forget(len(self._kept))
            self._config = config
        before = self._kept.get(asked)
        if before is None or before[0] != change:
            async with self._places:
                page = await self._searches.answer(question, form)
                if before is None or before[1] != page.digest:
                    coded = await asyncio.to_thread(encodings.encode, page.body)
                    self._put(File(path, page.media_type, datetime.now(UTC), page.body, coded))
            self._kept[asked] = change, page.digest
        self._kept.move_to_end(asked)
        return path

    def _put(self, file: File) -> None:
        room = len(file.body) + sum(map(len, file.encodings.values()))
        while self._kept and (len(self._kept) >= _KEPT or self._shelf.in_memory + room > _MEMORY):
            self._forget(1)
        self._shelf.put([file])

    def _forget(self, count: int) -> None:
        """The answers that nobody has asked for the longest."""
        for _ in range(count):
            asked, _ = self._kept.popitem(last=False)
            self._shelf.remove([_path(asked)])


@functools.cache
def _extensions() -> frozenset[str]:
    """Of what is a feed in a format for programs."""
    return frozenset(kind.EXTENSION for kind in formats.available().values()) - {"html"}


def _path(asked: Asked) -> str:
    question, form = asked
    return f"{hashlib.sha256(question.name.encode()).hexdigest()}.{form}"


def _about(path: str) -> Mapping[str, str]:
    form = path.rpartition(".")[2]
    return {"Content-Language": form} if form in LANGUAGES else {}
