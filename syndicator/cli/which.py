"""Which article a command is about: the one that was meant, or a sentence that helps to name it."""

from collections.abc import Iterable

from sqlite_utils import Database

from syndicator.cli.output import count, printable
from syndicator.errors import SyndicatorError
from syndicator.pipeline.find import Titled, find, resembling
from syndicator.store.articles import Stored
from syndicator.text import shorten

_LONGEST_TITLE = 60  # characters


def the_article(db: Database, text: str) -> Stored:
    """The article that this id, address, key or number names. Raises SyndicatorError where it names none, or several."""
    found = find(db, text)
    if len(found) == 1:
        return found[0]
    if found:
        several = (Titled(stored.n, stored.article.source, stored.article.title) for stored in found)
        raise SyndicatorError(
            f"'{printable(text)}' may mean {count(len(found), 'article')}. Name one by its number, in quotation marks:",
            _listed(several),
        )
    message = f"No article is known as '{printable(text)}'."
    if near := resembling(db, text):
        raise SyndicatorError(
            f"{message} Did you mean one of these?" if near[1:] else f"{message} Did you mean this one?", _listed(near)
        )
    raise SyndicatorError(message, "Name it by its id, its address, what its source calls it, or its number ('#17').")


def _listed(titled: Iterable[Titled]) -> str:
    return "\n".join(f"  #{one.n}  {one.source}: {shorten(printable(one.title), _LONGEST_TITLE)}" for one in titled)
