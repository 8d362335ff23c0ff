"""`retract`, `hold`, `release`: what an admin decides about one article."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click
from sqlite_utils import Database

from syndicator.cli.output import columns, count, indented, print_json
from syndicator.cli.which import the_article
from syndicator.config import Config
from syndicator.model import Article
from syndicator.pipeline.decide import Action, decide, release_held
from syndicator.store.articles import Stored
from syndicator.store.database import Store
from syndicator.store.glance import look

_DONE = {"retract": "Retracted", "hold": "Held", "release": "Released"}
_NEXT = "`syndicator publish` brings the feeds up to date; a running service does so by itself."


async def show(
    config: Config, text: str, action: Action, reason: str, *, despite_embargo: bool = False, as_json: bool
) -> None:
    """Carry out a decision on the article that `text` names, and tell what became of it.

    Raises SyndicatorError where it names none, or several: nothing is changed then.
    """
    look(config.store.path, lambda db: the_article(db, text))  # before a file is made where none is

    def act(db: Database) -> tuple[Stored, Article]:
        stored = the_article(db, text)
        return stored, decide(db, stored, action, reason, datetime.now(UTC), despite_embargo=despite_embargo)

    store = Store(config.store.path)
    try:
        stored, after = await store.write(act)
    finally:
        store.close()
    if as_json:
        print_json(_values(stored, after))
        return
    for line in _told(stored, after, action):
        click.echo(line)


async def release_all(config: Config, source: str, reason: str, *, as_json: bool) -> None:
    """Let out everything that the watchman holds back of a source."""
    store = Store(config.store.path)
    try:
        released = await store.write(release_held, source, reason, datetime.now(UTC))
    finally:
        store.close()
    if as_json:
        print_json({"source": source, "released": released})
    elif released:
        click.echo(f"{source}: {count(released, 'article')} released.")
        click.echo(_NEXT)
    else:
        click.echo(f"{source}: no article is held back by the watchman.")


def _told(stored: Stored, after: Article, action: Action) -> Iterator[str]:
    before = stored.article
    word = _DONE[action] if after != before else f"Nothing to do, it is {before.status} already"
    yield from indented(f"{word}: #{stored.n} “{after.title}” ({after.source})", columns(), 0)
    if action == "hold" and before.status == "retracted":
        yield "It is in no feed, as it was taken back. `syndicator release` would let it out again."
    elif after.status == "embargoed" and after.embargo_until:
        until = f"{after.embargo_until:%Y-%m-%d %H:%M} UTC"
        yield f"It is embargoed until {until}, and comes out by itself then. --despite-embargo lets it out now."
    elif (before.status == "live") != (after.status == "live"):
        yield _NEXT


def _values(stored: Stored, after: Article) -> dict[str, Any]:
    return {
        "changed": after != stored.article,
        "number": stored.n,
        "id": after.id,
        "source": after.source,
        "title": after.title,
        "address": after.address,
        "status": after.status,
        "decided": after.decided,
        "reason": after.reason,
        "embargo_until": after.embargo_until,
    }
