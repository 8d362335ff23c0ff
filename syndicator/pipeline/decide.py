"""What an admin decides about one article: it is taken back, kept back, or let out."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlite_utils import Database

from syndicator.ingest import revise
from syndicator.model import Article
from syndicator.pipeline.find import find
from syndicator.store import articles
from syndicator.store.articles import Stored

Action = Literal["retract", "hold", "release"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Which articles were meant, and what became of the one; `after` is None unless exactly one was meant."""

    found: tuple[Stored, ...]
    after: Article | None = None

    @property
    def changed(self) -> bool:
        return self.after is not None and self.after != self.found[0].article


def decide(
    db: Database, text: str, action: Action, reason: str, now: datetime, *, despite_embargo: bool = False
) -> Decision:
    """Carry it out on the one article that `text` means; where it means none or several, nothing is changed.

    An embargo stands when an article is released, unless that is to be ended, too.
    """
    found = find(db, text)
    if len(found) != 1:
        return Decision(found)
    stored = found[0]
    after = _decided(stored.article, action, reason, now, despite_embargo=despite_embargo)
    if after != stored.article:
        articles.replace(db, stored, after, stored.filed, stored.digest, now)
    return Decision(found, after)


def _decided(article: Article, action: Action, reason: str, now: datetime, *, despite_embargo: bool) -> Article:
    match action:
        case "retract":
            done = article.status == "retracted" and article.decided == "admin"
            return replace(article, reason=reason) if done else revise.retracted(article, now, "admin", reason)
        case "hold":  # what is taken back is in no feed, and would come out when it is released
            return article if article.status == "retracted" else revise.held(article, "admin", reason)
        case "release":
            out = article.status == "live" or (article.status == "embargoed" and not despite_embargo)
            return (
                article
                if out
                else replace(revise.released(article, now, despite_embargo=despite_embargo), reason=reason)
            )
