"""`categories`: which labels lead to which category, which lead nowhere, and what could be written into config.toml."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from syndicator.cli.failures import WrongUsage
from syndicator.cli.output import columns, count, indented, pad, print_json, printable, width, wrap
from syndicator.config import Category, Config
from syndicator.config.mistakes import near
from syndicator.pipeline.categories import DISTRICT, Labelled, Overview, additions, survey, tables
from syndicator.store.glance import look
from syndicator.text import shorten, slug

_MOST_ROWS = 30  # of each source, where not one is asked for
_MOST_NEW = 5  # categories that are offered
_LABEL, _AXIS = 32, 9  # columns at most
_NARROW = 72


def show(config: Config, source: str | None, axis: str | None, *, unmapped: bool, as_json: bool) -> int:
    """Print the labels of all sources, or of one, with the categories they lead to. Reads only."""
    overview = look(config.store.path, lambda db: survey(db, config))
    chosen = _choose(overview, source, axis, unmapped=unmapped)
    if as_json:
        print_json(_values(chosen, config))
    else:
        for line in _lines(chosen, config, columns(), rows=None if source else _MOST_ROWS):
            click.echo(line)
    return 0


def _choose(overview: Overview, source: str | None, axis: str | None, *, unmapped: bool) -> Overview:
    if source and source not in overview.sources:
        raise WrongUsage(f"No source is called '{source}'{near(source, overview.sources)}")
    axes = sorted({row.label.axis for rows in overview.sources.values() for row in rows})
    if axis and axes and axis not in axes:
        raise WrongUsage(f"No label is of the axis '{axis}'; there are: {', '.join(axes)}")
    sources = {
        name: tuple(row for row in rows if (not axis or row.label.axis == axis) and (row.unmapped or not unmapped))
        for name, rows in overview.sources.items()
        if source in {None, name}
    }
    return replace(overview, sources=sources)


def _all_rows(overview: Overview) -> list[Labelled]:
    rows = [row for rows in overview.sources.values() for row in rows]
    return sorted(rows, key=lambda row: -row.articles)


# ---------------------------------------------------------------- for people


def _lines(overview: Overview, config: Config, wide: int, rows: int | None) -> Iterator[str]:
    for name, labelled in overview.sources.items():
        nowhere = sum(row.unmapped for row in labelled)
        none = f", {nowhere} of them in no category" if nowhere else ""
        for line in wrap(f"{name}: {count(len(labelled), 'label')}{none}", wide):
            yield click.style(line, bold=True)
        yield from _of_source(name, labelled, wide, rows)
        yield ""
    if not overview.categories:
        yield "config.toml has no [categories] yet."
    for category in overview.categories:
        unseen = f"; no source has ever used its {_quoted(category.unseen)}" if category.unseen else ""
        articles = count(category.articles, "article") if category.articles else "no article"
        yield from indented(f"{category.name}: {articles}{unseen}", wide, 0)
    yield from _proposals(overview, config.categories, wide)


def _of_source(name: str, labelled: Sequence[Labelled], wide: int, most: int | None) -> Iterator[str]:
    rows = [row for row in labelled if not _is_place(row)]
    yield from _table(rows[:most], wide)
    if most and len(rows) > most:
        rarer = f"… and {len(rows) - most} rarer ones: `syndicator categories --source {name}` shows all"
        yield from indented(rarer, wide, 2)
    if places := [f"{row.label.name} {row.articles}" for row in labelled if _is_place(row)]:
        more = f" and {len(places) - most} more" if most and len(places) > most else ""
        yield from indented(f"Districts, which need no category: {', '.join(places[:most])}{more}", wide, 2)


def _is_place(row: Labelled) -> bool:
    return row.label.axis == DISTRICT and not row.categories


def _table(rows: Sequence[Labelled], wide: int) -> Iterator[str]:
    beside = min(max((width(row.label.name) for row in rows), default=0), _LABEL)
    for row in rows:
        name = printable(row.label.name)
        leads = _leads_to(row)
        if wide < _NARROW:
            yield from indented(f"{row.articles}× {name} ({row.label.axis})", wide, 2)
            yield from indented(leads, wide, 6)
            continue
        ahead = 2 + 6 + 2 + beside + 2 + _AXIS
        for n, line in enumerate(wrap(leads, wide - ahead)):
            start = f"  {row.articles:>6}  {pad(shorten(name, beside), beside)}  {pad(row.label.axis, _AXIS)}"
            yield f"{start if n == 0 else ' ' * ahead}{line}"


def _leads_to(row: Labelled) -> str:
    of = f" · {printable(row.label.term)} of {printable(row.label.scheme)}" if row.label.scheme else ""
    if row.categories:
        return ", ".join(row.categories) + of
    if row.settled:
        return f"no category, as config.toml says{of}"
    if row.suggestion:
        return f"- {row.suggestion.category}? {row.suggestion.because}{of}"
    return f"- new category?{of}"


def _quoted(labels: tuple[str, ...]) -> str:
    names = ", ".join(f"“{label}”" for label in labels)
    return f"label{'s' * (len(labels) > 1)} {names}"


def _proposals(overview: Overview, categories: Mapping[str, Category], wide: int) -> Iterator[str]:
    """Lines for config.toml, to be copied: so they are not broken."""
    rows = _all_rows(overview)
    suggested, partners = additions(rows, categories), tables(overview)
    new = _new_categories(rows, categories)
    if suggested or partners or new:
        yield ""
        yield from indented("As far as the suggestions are right, these lines can go into config.toml:", wide, 0)
    for name, labels in suggested.items():
        yield ""
        yield f"[categories.{name}]"
        yield f"labels = {_toml(labels)}"
    for source, terms in partners.items():
        yield ""
        yield f"[sources.terms]  # in the block of {source}"
        yield from (f"{_toml(term)} = {_toml(category)}" for term, category in terms.items())
    for name, label in new.items():
        yield ""
        yield f"# [categories.{name}]"
        yield f"# title = {_toml(label)}"
        yield f"# labels = {_toml((label,))}"


def _new_categories(rows: list[Labelled], categories: Mapping[str, Category]) -> dict[str, str]:
    """Names and labels of the most frequent that are like no category, if several articles have them."""
    new: dict[str, str] = {}
    for row in rows:
        name = slug(row.label.name)
        if row.unmapped and not row.suggestion and row.articles > 1 and name and name not in categories:
            new.setdefault(name, row.label.name)
    return dict(list(new.items())[:_MOST_NEW])


def _toml(value: str | tuple[str, ...]) -> str:
    """A value of TOML, whose strings are those of JSON; what cannot be printed is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in text)


# ---------------------------------------------------------------- for scripts


def _values(overview: Overview, config: Config) -> dict[str, Any]:
    return {
        "sources": {
            name: [
                {
                    "label": row.label.name,
                    "axis": row.label.axis,
                    "scheme": row.label.scheme,
                    "term": row.label.term,
                    "articles": row.articles,
                    "categories": row.categories,
                    "unmapped": row.unmapped,
                    "suggestion": row.suggestion
                    and {"category": row.suggestion.category, "because": row.suggestion.because},
                }
                for row in rows
            ]
            for name, rows in overview.sources.items()
        },
        "categories": [
            {"name": category.name, "articles": category.articles, "labels_never_seen": category.unseen}
            for category in overview.categories
        ],
        "labels": additions(_all_rows(overview), config.categories),
        "terms": tables(overview),
    }
