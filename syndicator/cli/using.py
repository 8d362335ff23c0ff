"""What is read, and what partners take: for people and for scripts."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click
from sqlite_utils import Database

from syndicator.cli.output import ago, bytes_of, columns, count, indented, pad, print_json, printable
from syndicator.config import Config
from syndicator.config.tokens import mistakes_in_tokens
from syndicator.model.usage import DAYS, Count, FeedUse, PartnerUse, Use
from syndicator.pipeline import usage
from syndicator.store.glance import glance

_WHY = {
    "token": "wrong token",
    "forbidden": "not its feed",
    "limited": "too many requests",
    "missing": "no such feed",
    "broken": "a fault here",
}


def use_of(db: Database, config: Config | None) -> Use:
    return usage.gather(db, config, datetime.now(UTC).date()) if config else Use()


def use_values(use: Use) -> dict[str, Any]:
    """For `status --json`: bytes and numbers of the last days."""
    return {
        "days": DAYS,
        "total": _feed_values(use.total),
        "feeds": {one.feed: {**_feed_values(one), "services": one.services} for one in use.feeds},
    }


def totals(use: Use) -> Iterator[str]:
    """One line for `status`; none where nothing was read."""
    total = use.total
    if use.feeds:
        saved = bytes_of(total.count.saved + total.count.compressed)
        yield (
            f"read       {count(total.count.answers + total.count.unchanged, 'time')} in {DAYS} days, {saved} saved; "
            f"{count(total.subscribers, 'subscriber')} as services report"
        )


def show_partners(config: Config, *, as_json: bool) -> int:
    """Print what each partner took of each feed; 1 where a partner's token is not in order."""
    use = glance(config.store.path, lambda db: use_of(db, config)) or Use(
        partners=tuple(PartnerUse(partner.name, "") for partner in config.partners)
    )
    problems = {
        config.partners[int(path[1])].name: (text, sure)
        for path, text, sure in mistakes_in_tokens(config)
        if path[0] == "partners"
    }
    if as_json:
        print_json({"partners": [_partner_values(name, config, use, problems) for name in _names(config)]})
    else:
        for line in _lines(config, use, problems):
            click.echo(line)
    return int(any(sure for _, sure in problems.values()))


def _names(config: Config) -> list[str]:
    return [partner.name for partner in config.partners]


def _feed_values(use: FeedUse) -> dict[str, Any]:
    own = {"subscribers": use.subscribers, "pushes": use.pushes} | ({"pollers": use.pollers} if use.feed else {})
    return own | _count_values(use.count)


def _count_values(counted: Count) -> dict[str, int]:
    return {
        "answers": counted.answers,
        "unchanged": counted.unchanged,
        "bytes_sent": counted.sent,
        "bytes_saved_unchanged": counted.saved,
        "bytes_saved_compressed": counted.compressed,
    }


def _partner_values(name: str, config: Config, use: Use, problems: dict[str, tuple[str, bool]]) -> dict[str, Any]:
    partner = next(one for one in config.partners if one.name == name)
    rows = [asdict(one) | _count_values(one.count) for one in use.partners if one.partner == name]
    for row in rows:
        del row["partner"], row["count"]
    return {
        "name": name,
        "allowed": list(partner.feeds),
        "token_problem": problems.get(name, (None, False))[0],
        "feeds": [row for row in rows if row["feed"]],
        "refused": sum(row["refused"] for row in rows),
        "last_refusal": max(
            ({"at": row["refused_at"], "why": row["refusal"]} for row in rows if row["refused_at"]),
            key=lambda refusal: refusal["at"],
            default=None,
        ),
    }


# ---------------------------------------------------------------- for people


def _lines(config: Config, use: Use, problems: dict[str, tuple[str, bool]]) -> Iterator[str]:
    if not config.partners:
        yield f"{config.path.name} names no partners; `syndicator partner add NAME` makes one."
        return
    now = datetime.now(UTC)
    head = ("partner", "feed", "last pull", "new", "answers", "304", "saved", "refused", "push")
    rows = [_row(one, now) for one in use.partners]
    yield from _table([head, *rows])
    for one in use.partners:
        if one.refusal and one.refused_at:
            where = f" ({one.feed})" if one.feed else ""
            text = (
                f"{one.partner}{where}: last refused {ago(one.refused_at, now)}: {_WHY.get(one.refusal, one.refusal)}"
            )
            yield from indented(text, columns(), 2)
    for name, (text, sure) in problems.items():
        for line in indented(f"{name}: {text}", columns(), 2):
            yield click.style(line, fg="red" if sure else "yellow")


def _row(one: PartnerUse, now: datetime) -> tuple[str, ...]:
    c = one.count
    return (
        one.partner,
        one.feed or "-",
        ago(one.pulled, now),
        *(str(number) for number in (one.taken, c.answers, c.unchanged)),
        bytes_of(c.saved + c.compressed),
        str(one.refused),
        one.push or "-",
    )


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    if sum(widths) + 2 * len(widths) > columns():
        head, *rest = rows
        for row in rest:
            yield printable(f"{row[0]}, {row[1]}")
            yield from indented(
                ", ".join(f"{name} {cell}" for name, cell in zip(head[2:], row[2:], strict=True)), columns(), 2
            )
        return
    for row in rows:
        yield "  ".join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
