"""Which article an admin means, by whatever names it."""

from sqlite_utils import Database

from syndicator.ingest.recognise import aliases_of
from syndicator.model import Draft
from syndicator.store import articles
from syndicator.store.articles import Stored

_LONGEST_NUMBER = 18  # digits: SQLite counts to 2**63


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
