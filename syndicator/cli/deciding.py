"""`retract`, `hold`, `release`: what an admin decides about one article."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from syndicator.cli.failures import WrongUsage
from syndicator.cli.output import columns, count, indented, print_json, printable
from syndicator.config import Config
from syndicator.errors import SyndicatorError
from syndicator.model import Article
from syndicator.pipeline.decide import Action, Decision, decide
from syndicator.store.articles import Stored
from syndicator.store.database import Store

_MOST_SHOWN = 20
_DONE = {"retract": "Retracted", "hold": "Held", "release": "Released"}
_NEXT = "`syndicator publish` brings the feeds up to date; a running service does so by itself."


async def show(
    config: Config, text: str, action: Action, reason: str, *, despite_embargo: bool = False, as_json: bool
) -> int:
    """Carry out a decision, and tell what became of it; 2 where `text` means no article or several."""
    store = opened(config)
    try:
        now = datetime.now(UTC)
        decision = await store.write(decide, text, action, reason, now, despite_embargo=despite_embargo)
    finally:
        store.close()
    if as_json:
        print_json(_values(decision))
        return 0 if decision.after else WrongUsage.exit_code
    only(decision.found, text)
    for line in _told(decision, action):
        click.echo(line)
    return 0


def opened(config: Config) -> Store:
    """The store as it is; raises SyndicatorError where nothing was ever stored."""
    if not config.store.path.exists():
        raise SyndicatorError(
            f"There is no article: {config.store.path} does not exist yet.", "`syndicator ingest` makes it."
        )
    return Store(config.store.path)


def only(found: Sequence[Stored], text: str) -> Stored:
    """The one article that was meant; wrong usage, listing them, where there are several, or none."""
    if len(found) == 1:
        return found[0]
    if not found:
        raise WrongUsage(
            f"No article is known by '{printable(text)}'. Give its id, any of its addresses, what its source calls it, or #number."
        )
    wide = columns()
    lines = [line for stored in found[:_MOST_SHOWN] for line in indented(_brief(stored), wide, 2)]
    raise WrongUsage(
        f"'{printable(text)}' means {count(len(found), 'article')}; name one by its number, such as '#{found[0].n}':\n"
        + "\n".join(lines)
    )


def _brief(stored: Stored) -> str:
    article = stored.article
    return f"#{stored.n} {article.source}, {article.first_seen:%Y-%m-%d}, {article.status}: {article.title}"


def _told(decision: Decision, action: Action) -> Iterator[str]:
    before, after = decision.found[0].article, decision.after
    assert after
    name = f"#{decision.found[0].n} “{after.title}” ({after.source})"
    yield from indented(f"{_word(decision, action)}: {name}", columns(), 0)
    if action == "hold" and not decision.changed and before.status == "retracted":
        yield "It is in no feed, as it was taken back. `syndicator release` would let it out again."
    elif after.status == "embargoed" and after.embargo_until:
        yield f"It is embargoed until {after.embargo_until:%Y-%m-%d %H:%M} UTC, and comes out by itself then. --despite-embargo lets it out now."
    elif (before.status == "live") != (after.status == "live"):
        yield _NEXT


def _word(decision: Decision, action: Action) -> str:
    if decision.changed:
        return _DONE[action]
    status = decision.found[0].article.status
    return f"Nothing to do, it is {status} already"


def _values(decision: Decision) -> dict[str, Any]:
    if decision.after is None:
        return {"changed": False, "article": None, "matches": list(_each(decision.found))}
    return {"changed": decision.changed, "article": _article(decision.found[0].n, decision.after)}


def _each(found: Iterable[Stored]) -> Iterator[dict[str, Any]]:
    return (_article(stored.n, stored.article) for stored in found)


def _article(n: int, article: Article) -> dict[str, Any]:
    return {
        "number": n,
        "id": article.id,
        "source": article.source,
        "title": article.title,
        "address": article.address,
        "status": article.status,
        "decided": article.decided,
        "reason": article.reason,
        "embargo_until": article.embargo_until,
    }
