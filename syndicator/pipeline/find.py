"""Which article an admin means, by whatever names it."""

import re
from dataclasses import dataclass

from sqlite_utils import Database

from syndicator.ingest.recognise import aliases_of
from syndicator.model import Draft
from syndicator.store import articles
from syndicator.store.articles import Stored
from syndicator.text import fold

_LONGEST_NUMBER = 18  # digits: SQLite counts to 2**63
_MOST_TITLES = 100_000  # are looked through for what may have been meant
_SHORTEST = 3  # letters of a word by which a headline is sought
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Titled:
    """An article by its number, source and headline."""

    n: int
    source: str
    title: str


def find(db: Database, text: str) -> tuple[Stored, ...]:
    """The articles that this may mean: an id, any address it was met under, what its source calls it, or its number.

    Empty where there is none; several, in order of arrival, where two sources use one key, or a key is another's number.
    "#12" is the number and nothing else. An address may lack its scheme.
    """
    text = text.strip()
    number = text.removeprefix("#")
    n = int(number) if number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER else None
    aliases: tuple[str, ...] = ()
    if text and not (text.startswith("#") and n is not None):
        others = (f"https://{text}",) if "/" in text and "://" not in text else ()
        aliases = aliases_of(Draft(key=text, address="", title="", aliases=others))
    found = [articles.by_number(db, number) for number in articles.numbers(db, text, aliases, n)]
    return tuple(stored for stored in found if stored.article.id == text) or tuple(found)


def resembling(db: Database, text: str, count: int = 5) -> tuple[Titled, ...]:
    """Articles that may have been meant, where `find` finds none: those with the most of these words in their headline.

    At least half of the words have to stand there, the beginning of a longer word being enough; of equals, the newest first.
    """
    words = {word for word in _WORD.findall(fold(text)) if len(word) >= _SHORTEST}
    found: list[tuple[int, Titled]] = []
    for n, source, title in articles.titles(db, _MOST_TITLES) if words else ():
        folded = f" {' '.join(_WORD.findall(fold(title)))}"
        met = sum(f" {word}" in folded for word in words)
        if met * 2 >= len(words):
            found.append((met, Titled(n, source, title)))
    return tuple(titled for _, titled in sorted(found, key=lambda one: -one[0])[:count])
