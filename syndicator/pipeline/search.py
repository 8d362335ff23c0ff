"""Searching: what somebody asks for, as a feed like any other; and the index of words, which follows the articles step by step."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import chain
from typing import ClassVar
from urllib.parse import urlencode

from sqlite_utils import Database

from syndicator.config import Config
from syndicator.ingest import classify, query
from syndicator.ingest.identity import words
from syndicator.model import Article, Feed, Selection
from syndicator.pipeline import render
from syndicator.publish import formats, searchpage
from syndicator.publish.formats import Document
from syndicator.publish.words import LANGUAGES
from syndicator.store import articles, facts, search
from syndicator.store.database import Store
from syndicator.store.instants import from_text
from syndicator.store.search import Alternative, Term
from syndicator.text import slug, squeeze

LONGEST = 200  # characters of a query
MOST_TERMS = 10
MOST_VALUES = 10  # of one condition
_TIME = 1.0  # seconds for one search
_OPEN = 4  # letters: a word so long, or longer, is found within others as well
_AT_ONCE = 50  # articles that come into the index in one transaction, so that harvests get their turn between
_SOON = 500  # steps that a search waits for
_TICK = 1000  # of SQLite's steps, between two looks at the clock


class Refused(Exception):  # noqa: N818  # an answer rather than an error
    """A search that is not answered, with a sentence for a person; `later`: it may be, in a minute."""

    def __init__(self, sentence: str, *, later: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.later = later


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody searches for: a query in the language of [[feeds]], and conditions by name."""

    q: str = ""
    category: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    language: tuple[str, ...] = ()

    KEYS: ClassVar[tuple[str, ...]] = ("category", "city", "district", "source", "language")

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]]) -> "Question":
        """From the pairs of an address; the order of conditions and what is empty make no difference."""
        said: dict[str, set[str]] = {}
        for key, value in pairs:
            if squeeze(value):
                said.setdefault(key, set()).add(squeeze(value))
        values = {key: tuple(sorted(said[key])) for key in cls.KEYS if key in said}
        if any(len(chosen) > MOST_VALUES for chosen in values.values()):
            raise Refused(f"Von einer Bedingung können höchstens {MOST_VALUES} Werte genannt werden.")
        q = " ".join(squeeze(value) for key, value in pairs if key == "q").strip()
        if len(q) > LONGEST or any(len(value) > LONGEST for chosen in values.values() for value in chosen):
            raise Refused(f"Die Suche ist zu lang: Sie darf höchstens {LONGEST} Zeichen haben.")
        return cls(q, **values)

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    @property
    def name(self) -> str:
        """The name of its feed, which makes its addresses (`publish.addresses`): the same for each way to ask the same."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [(key, value) for key in self.KEYS for value in getattr(self, key)]
        return f"search?{urlencode(pairs)}"


class Searches:
    """Answers questions from the store, under the configuration of the moment."""

    def __init__(self, store: Store, config: Callable[[], Config]) -> None:
        self._store = store
        self._config = config
        self._catching_up = asyncio.Lock()

    async def stand(self) -> tuple[int, Config]:
        """What an answer depends on beside its question: the last change, and the configuration."""
        return await self._store.read(articles.last_change), self._config()

    async def catch_up(self) -> None:
        """Bring the index of words up to date, with pauses for other writers."""
        async with self._catching_up:
            more = True
            while more:
                more = await self._store.write(take_in_some)

    async def answer(self, question: Question, form: str) -> render.Page:
        """The feed of a question in the format of this extension, or the page for people in this language. Raises Refused."""
        config = self._config()
        if not question:
            if form not in LANGUAGES:
                raise Refused("Es fehlt, wonach gesucht wird: q, category, city, district, source oder language.")
            return await asyncio.to_thread(_page, question, None, config, form)
        feed = feed_of(question, config, await self._store.read(articles.cities))
        wanted = alternatives(question.q)
        if question.q:
            await self._wait_for_the_index()
        found, began = await self._store.read(find, feed.selection, wanted)
        return await asyncio.to_thread(_rendered, question, form, render.document(feed, found, config, began), config)

    async def _wait_for_the_index(self) -> None:
        behind = await self._store.read(search.behind)
        if behind > _SOON:
            raise Refused(
                "Der Suchindex wird gerade aufgebaut. Bitte versuchen Sie es in einer Minute wieder.", later=True
            )
        if behind:
            await self.catch_up()


def feed_of(question: Question, config: Config, cities: Sequence[str]) -> Feed:
    """The feed that a question asks for. Raises Refused for names that lead nowhere."""
    spellings: dict[str, list[str]] = {}
    for city in dict.fromkeys((*(source.city for source in config.sources), *cities)):
        spellings.setdefault(slug(city), []).append(city)
    now = {alias: name for name, category in config.categories.items() for alias in category.aliases}
    categories = tuple(now.get(name, name) for name in question.category)
    _known(categories, config.categories, "Dieses Thema")
    _known(question.source, config.source_of, "Diese Quelle")
    _known([slug(city) for city in question.city], spellings, "Diese Stadt")
    selection = Selection(
        categories=categories,
        cities=tuple(chain.from_iterable(spellings[slug(city)] for city in question.city)),
        districts=question.district,
        sources=question.source,
        languages=question.language,
        query=question.q,
        limit=config.publish.entries,
    )
    titles = (config.categories[name].title for name in categories)
    towns = dict.fromkeys(spellings[slug(city)][0] for city in question.city)
    said = (question.q, *titles, *towns, *question.district, *question.source, *question.language)
    title = f"Suche: {' · '.join(filter(None, said))}"
    return Feed(question.name, title, selection, f"Meldungen aus „{config.site.title}“, die dieser Suche entsprechen.")


def take_in_some(db: Database, count: int = _AT_ONCE) -> bool:
    """Take the next articles into the index. Whether there are more."""
    if not search.behind(db):
        return False
    step = search.next_step(db, count)
    texts = (f"{one.title} {one.summary} {words(one.body)}" for one in step.articles)
    search.take_in(db, step, [classify.word_list(text) for text in texts])
    return search.behind(db) > 0


def _known(names: Sequence[str], known: Mapping[str, object], what: str) -> None:
    if not all(name in known for name in names):
        raise Refused(f"{what} gibt es hier nicht.")


def alternatives(q: str) -> tuple[Alternative, ...]:
    """What the index is asked for a query. Raises Refused for one without a word that is wanted, or with too many."""
    asked = query.parse(q)
    if sum(len(one.wanted) + len(one.unwanted) for one in asked) > MOST_TERMS:
        raise Refused(f"Die Suche hat zu viele Wörter: Es dürfen höchstens {MOST_TERMS} sein.")
    made = tuple(Alternative(_spelt(one.wanted), _spelt(one.unwanted, whole=True)) for one in asked)
    if q and not (made and all(one.wanted for one in made)):
        raise Refused(
            "Gesucht werden Wörter. Zu einem, das nicht vorkommen soll, gehört wenigstens eines, das vorkommt."
        )
    return made


def _spelt(terms: frozenset[str], *, whole: bool = False) -> tuple[tuple[Term, ...], ...]:
    """The spellings of each term that has a word, as "&" has none.

    A long word that is wanted is found within others, too; in a phrase it is that word.
    """
    spellings = filter(None, map(classify.terms, sorted(terms)))
    return tuple(tuple(_term(row, within=not whole and len(row) == 1) for row in rows) for rows in spellings)


def _term(row: tuple[classify.Term, ...], *, within: bool) -> Term:
    starred = row[0].open_start or row[-1].open_end
    opened = within and not starred and len(row[0].word) >= _OPEN
    return Term(tuple(each.word for each in row), opened or row[0].open_start, opened or row[-1].open_end)


def find(db: Database, selection: Selection, wanted: Sequence[Alternative]) -> tuple[tuple[Article, ...], datetime]:
    """The articles of a selection and when the store began, or Refused when that takes too long."""
    end = time.monotonic() + _TIME
    db.conn.set_progress_handler(lambda: time.monotonic() > end, _TICK)
    try:
        found = articles.select(db, selection, search.expression(db, wanted) if selection.query else None)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        raise Refused("Diese Suche dauert zu lange. Bitte suchen Sie nach selteneren Wörtern.") from error
    finally:
        db.conn.set_progress_handler(None, 0)
    return found, from_text(facts.get_fact(db, "began"))


def _rendered(question: Question, form: str, document: Document, config: Config) -> render.Page:
    if form in LANGUAGES:
        return _page(question, document, config, form)
    known = {kind.EXTENSION: kind for kind in formats.available().values()}
    return render.Page(f"search.{form}", known[form].MEDIA_TYPE, formats.render_all(document, [known[form]])[1][0])


def _page(question: Question, document: Document | None, config: Config, language: str) -> render.Page:
    chosen = {key: getattr(question, key) for key in question.KEYS}
    body = searchpage.render(question.name, question.q, chosen, document, config, language)
    return render.Page("search.html", "text/html; charset=utf-8", body)
