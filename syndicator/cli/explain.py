"""`explain`: why an article is as it is, where it stands, and why not elsewhere."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlite_utils import Database

from syndicator.cli.failures import WrongUsage
from syndicator.cli.fields import Field, in_columns, moment
from syndicator.cli.output import columns, count, indented, pad, print_json, printable, width, wrap
from syndicator.cli.revisions import changes, in_lines
from syndicator.cli.which import the_article
from syndicator.config import Config, planned_feeds
from syndicator.config.mistakes import near
from syndicator.ingest.clean import text_of
from syndicator.ingest.reasons import Reason
from syndicator.model import Article
from syndicator.pipeline.explain import Explanation, explain
from syndicator.store import articles
from syndicator.store.articles import Stored
from syndicator.store.glance import look
from syndicator.text import shorten

_LONGEST_TEXT = 200  # characters shown of a text
_MOST_REVISIONS = 5  # of which people are shown what changed
_LEAST_BESIDE = 36  # columns for what is said beside a name

# Rules as they are noted in `found`, for a person: the first pattern that fits, with what it holds.
_RULES = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"selector (.+)", "the selector {} of config.toml"),
        (r"json-ld (.+)", "JSON-LD of the page: {}"),
        (r"meta (.+)", "<meta> of the page: {}"),
        (r"class (.+)", "an element of the class {}"),
        (r"label (.+)", "an element labelled {}"),
        (r"heading (.+)", "the heading <{}>"),
        (r"address (.+)", "{} in its address"),
        (r"address", "the address it was read at"),
        (r"list", "the list of articles"),
        (r"feed (.+)", "the feed: {}"),
        (r"stated", "its own word"),
        (r"first-seen", "when it was first seen"),
        (r"text density", "where the page has most text"),
        (r"html lang", "<html lang> of the page"),
        (r"link (.+)", "<link rel={}> of the page"),
    )
)


def show(config: Config, text: str, feed: str | None, *, as_json: bool) -> int:
    """Print what is known of the article that `text` names, and of `feed`, whether it is one to expect or not. Reads only."""

    def ask(db: Database) -> Explanation:
        if feed:
            _check_feed(feed, config, articles.cities(db))
        return explain(db, config, the_article(db, text), (feed,) if feed else ())

    told = look(config.store.path, ask)
    if as_json:
        print_json(_values(told))
    else:
        for line in _lines(told, config, columns()):
            click.echo(line)
    return 0


def _check_feed(name: str, config: Config, cities: Iterable[str]) -> None:
    names = [feed.name for feed in planned_feeds(config, cities)]
    if name not in names:
        raise WrongUsage(
            f"No feed is called '{name}'{near(name, names) or '; / and `syndicator check` tell which there are'}"
        )


# ---------------------------------------------------------------- for people


def _lines(told: Explanation, config: Config, wide: int) -> Iterator[str]:
    article = told.stored.article
    yield from indented(article.title or "(no headline)", wide, 0)
    yield from indented(f"#{told.stored.n} of source '{article.source}', {article.id}", wide, 0)
    sections = (
        ("Status", _rows(_status(told), wide)),
        ("Fields and their rules", in_columns(list(_fields(told.stored, config.site.zone)), wide)),
        ("Filed under", _rows(_filing(told), wide)),
        ("Feeds", _rows(_feeds(told), wide)),
        ("Pictures", _rows(_pictures(told), wide)),
        ("Known as", _rows(_names(told), wide)),
        ("What changed", _history(told, config.site.zone, wide)),
    )
    for heading, lines in sections:
        if shown := list(lines):
            yield ""
            yield click.style(heading, bold=True)
            yield from shown


def _rows(rows: Iterable[tuple[str, str]], wide: int) -> Iterator[str]:
    """Each name with what is said of it beside it, or below where the terminal is narrow."""
    told = list(rows)
    ahead = max((width(name) for name, _ in told), default=0) + 4
    for name, text in told:
        if wide < ahead + _LEAST_BESIDE:
            yield f"  {printable(name)}"
            yield from indented(text, wide, 4)
            continue
        for n, line in enumerate(wrap(text, wide - ahead)):
            yield f"  {pad(printable(name) if n == 0 else '', ahead - 2)}{line}".rstrip()


def _status(told: Explanation) -> Iterator[tuple[str, str]]:
    article = told.stored.article
    released = "an admin let it out" if article.decided == "admin" else "it stands in the feeds that take it"
    yield article.status, told.hidden or released
    if told.unpublished:
        yield "", "it has changed since the feeds were last written; a running service does so within [publish] every"


def _fields(stored: Stored, zone: ZoneInfo) -> Iterator[Field]:
    article = stored.article

    def rule(*names: str) -> str:
        return next((in_words(article.found[name]) for name in names if name in article.found), by_default)

    by_default = "the feed" if article.provenance else ""
    block = "the block of its source"
    published = article.published
    yield "title", article.title, rule("title")
    yield "address", article.address, rule("address")
    yield "key", article.key, rule("key")
    yield "published", moment(published, zone), in_words(published.origin) if published else ""
    yield "updated", _clock(article.updated, zone), "when its text last changed"
    yield "first seen", _clock(article.first_seen, zone), ""
    yield "ordered by", _clock(article.sort_at, zone), _ordered_by(article)
    if article.embargo_until:
        yield "embargo", f"until {_clock(article.embargo_until, zone)}", rule("embargo")
    if stored.recheck_at:
        yield "next look", _clock(stored.recheck_at, zone), "due from then on"
    yield "summary", shorten(article.summary, _LONGEST_TEXT), rule("summary")
    text = text_of(article.body)
    yield "body", f"{len(text)} characters: {shorten(text, _LONGEST_TEXT)}" if text else "", rule("body")
    for label in article.labels:
        of = f" · {label.term} of {label.scheme}" if label.scheme else ""
        yield label.axis, f"{label.name}{of}", rule(label.axis, "labels")
    for author in article.authors:
        yield "author", author.name, rule("authors")
    yield "language", article.language, rule("language")
    yield "kind", article.kind, rule("kind") if article.kind != "news" else ""
    yield "city", article.city, rule("city") if "city" in article.found else block
    yield "rights", article.rights, rule("rights") if "rights" in article.found else block
    yield "license", article.license, rule("license") if "license" in article.found else block


def _ordered_by(article: Article) -> str:
    """Articles of one instant stand microseconds apart."""
    for name, at in (("published", article.published and article.published.at), ("first seen", article.first_seen)):
        if at and timedelta(0) <= article.sort_at - at < timedelta(seconds=1):
            return name
    return "the end of its embargo" if article.embargo_until == article.sort_at else "where its feed has it"


def in_words(rule: str) -> str:
    """A rule as it is noted in `found`, in words; one that is not known here as it stands."""
    for pattern, words in _RULES:
        if fits := pattern.fullmatch(rule):
            return words.format(*fits.groups())
    return rule


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _filing(told: Explanation) -> Iterator[tuple[str, str]]:
    for reason in told.reasons:
        yield reason.category, _because(reason)
    filing = {(reason.axis, reason.word) for reason in told.reasons if reason.place == "label"}
    for label in told.stored.article.labels:
        if label.axis != "district" and (label.axis, label.name) not in filing:
            yield "-", f"the {label.axis} “{label.name}” is a label of no category"
    if not told.reasons:
        yield "-", "no label and no keyword files it; `syndicator categories` shows what could"
    for name in told.stored.filed:
        if name.startswith("?"):
            yield "feed", f"it meets all conditions of the feed {name[1:]}"
    if set(told.filed_now) != set(told.stored.filed):
        yield (
            "now",
            f"the feeds go by {_named(told.stored.filed)}; a running service takes config.toml over at once, and `syndicator publish` does",
        )


def _because(reason: Reason) -> str:
    if reason.place == "label":
        return f"the {reason.axis} “{reason.word}” is its label {reason.rule}"
    around = f"{reason.before} [{reason.word}] {reason.after}".strip()
    return f"the keyword {reason.rule} stands in the {reason.place}: {around}"


def _named(filed: Collection[str]) -> str:
    return ", ".join(name for name in filed if not name.startswith("?")) or "no category"


def _feeds(told: Explanation) -> Iterator[tuple[str, str]]:
    if told.hidden:
        yield "none", told.hidden
        return
    for standing in sorted(told.feeds, key=lambda one: one.position is None):
        stale = "; its files are older, as it could not be rendered the last time" if standing.stale else ""
        where = (
            f"stands in it, as number {standing.position} of {standing.count}"
            if standing.position
            else f"not in it: {standing.reason}"
        )
        yield standing.feed.name, where + stale


def _pictures(told: Explanation) -> Iterator[tuple[str, str]]:
    for number, picture in enumerate(told.pictures, 1):
        credit = f", credit “{picture.image.credit}”" if picture.image.credit else ""
        yield (
            str(number),
            f"is not passed on: {picture.objection}" if picture.objection else f"is passed on with it{credit}",
        )
        yield "", picture.image.url or "no address"


def _names(told: Explanation) -> Iterator[tuple[str, str]]:
    yield "id", told.stored.article.id
    if told.stored.article.original_id:
        yield "its feed's", told.stored.article.original_id
    words = {"url": "address", "key": "key", "id": "name", "text": "headline"}
    for alias in told.aliases:
        nature, _, name = alias.partition(":")
        yield words.get(nature, nature), name


def _history(told: Explanation, zone: ZoneInfo, wide: int) -> Iterator[str]:
    steps = list(changes(told.past, told.stored.article))
    if len(steps) > _MOST_REVISIONS:
        yield from indented(f"{count(len(steps) - _MOST_REVISIONS, 'earlier change')}: --json tells them, too", wide, 2)
    for change in steps[-_MOST_REVISIONS:]:
        yield f"  revision {change.number}, {_clock(change.at, zone)}"
        if not change.fields:
            yield "    nothing that one reads"
        for name, pieces in change.fields.items():
            yield f"    {name}"
            yield from (f"      {line}" for line in in_lines(pieces, wide - 6))


# ---------------------------------------------------------------- for scripts


def _values(told: Explanation) -> dict[str, Any]:
    stored = told.stored
    return {
        "number": stored.n,
        "article": {**asdict(stored.article), "found": dict(stored.article.found)},
        "aliases": told.aliases,
        "status": {"hidden": told.hidden or None, "unpublished": told.unpublished},
        "filed": {
            "stored": stored.filed,
            "by_config": told.filed_now,
            "reasons": [asdict(reason) for reason in told.reasons],
        },
        "feeds": [
            {
                "name": standing.feed.name,
                "position": standing.position,
                "entries": standing.count,
                "reason": standing.reason or None,
                "stale": standing.stale,
            }
            for standing in told.feeds
        ],
        "pictures": [{**asdict(picture.image), "objection": picture.objection or None} for picture in told.pictures],
        "changes": [asdict(change) for change in changes(told.past, stored.article)],
    }
