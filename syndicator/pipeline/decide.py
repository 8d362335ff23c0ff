"""What an admin decides about one article: it is taken back, kept back, or let out."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from sqlite_utils import Database

from syndicator.ingest import revise
from syndicator.model import Article
from syndicator.store import articles, watch
from syndicator.store.articles import Stored

Action = Literal["retract", "hold", "release"]


def decide(
    db: Database, stored: Stored, action: Action, reason: str, now: datetime, *, despite_embargo: bool = False
) -> Article:
    """Carry it out; returns the article as it is now, which is as it was where that was decided already.

    An embargo stands when an article is released, unless that is to be ended, too.
    """
    after = _decided(stored.article, action, reason, now, despite_embargo=despite_embargo)
    if after != stored.article:
        articles.replace(db, stored, after, stored.filed, stored.digest, now)
    return after


def release_held(db: Database, source: str, reason: str, now: datetime) -> int:
    """Let out all articles of a source that the watchman holds back; how many there were."""
    numbers = watch.held_numbers(db, source)
    for n in numbers:
        decide(db, articles.by_number(db, n), "release", reason, now)
    return len(numbers)


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
