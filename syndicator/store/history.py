"""What an article was before, and under which names it was met."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from syndicator.store.instants import from_text


@dataclass(frozen=True, slots=True)
class Revision:
    """A text that an article had before: `until` the next one took its place."""

    number: int
    until: datetime
    title: str
    summary: str
    body: str


def past_revisions(db: Database, n: int) -> tuple[Revision, ...]:
    """The former texts of article number `n`, the oldest first; the present one is the article's own."""
    sql = "SELECT revision, until, title, summary, body FROM revisions WHERE article = ? ORDER BY revision"
    return tuple(Revision(row[0], from_text(row[1]), *row[2:]) for row in db.execute(sql, [n]))


def aliases(db: Database, n: int) -> tuple[str, ...]:
    """Every key and address by which article number `n` is recognised, each behind what it is: "key:", "id:", "url:", "text:"."""
    return tuple(row[0] for row in db.execute("SELECT alias FROM aliases WHERE article = ? ORDER BY alias", [n]))
