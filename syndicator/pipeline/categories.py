"""Which labels the sources use, which category each leads to, and to which those may belong that lead nowhere."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from syndicator.config import Category, Config
from syndicator.ingest.classify import Filing
from syndicator.ingest.suggest import Suggester, Suggestion
from syndicator.ingest.vocabulary import Vocabulary
from syndicator.model import Label
from syndicator.store.labels import Use, label_uses, live_articles
from syndicator.text import fold

DISTRICT = "district"  # the axis of labels that need no category: places are told apart by themselves


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label of one source: how many articles have it, its categories by config.toml, and where it may belong if it has none.

    `settled`: config.toml says of this very label that it belongs to no category.
    """

    label: Label
    articles: int
    categories: tuple[str, ...]
    suggestion: Suggestion | None
    settled: bool = False

    @property
    def unmapped(self) -> bool:
        return not self.categories and not self.settled and self.label.axis != DISTRICT


@dataclass(frozen=True, slots=True)
class Filled:
    """A category with the number of its live articles, and those of its labels that no source has ever used."""

    name: str
    articles: int
    unseen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """`sources`: their labels, the most frequent first; sources that config.toml has no more come last."""

    sources: Mapping[str, tuple[Labelled, ...]]
    categories: tuple[Filled, ...]


def survey(db: Database, config: Config) -> Overview:
    """What the stored articles tell of labels and categories. Costs what `store.labels.label_uses` costs."""
    uses = label_uses(db)
    names = dict.fromkeys((*(source.name for source in config.sources), *sorted({source for source, _ in uses})))
    labelled: dict[str, list[Labelled]] = {name: [] for name in names}
    live = {name: live_articles(db, name) for name in config.categories}
    total = live_articles(db) or 1
    suggester = Suggester(config.categories, {name: count / total for name, count in live.items()})
    for source, row in _labelled(uses, config, suggester):
        labelled[source].append(row)
    seen = {fold(label.name) for _, label in uses}
    return Overview(
        sources={name: tuple(sorted(rows, key=_frequent_first)) for name, rows in labelled.items()},
        categories=tuple(
            Filled(name, live[name], tuple(label for label in category.labels if fold(label) not in seen))
            for name, category in config.categories.items()
        ),
    )


def additions(rows: Iterable[Labelled], categories: Mapping[str, Category]) -> dict[str, tuple[str, ...]]:
    """The `labels` of each category for which some label is suggested, with these behind its own, each once.

    A term of a partner's vocabulary is mapped where the partner is, and nowhere else: see `tables`.
    """
    labels: dict[str, dict[str, str]] = {}
    for row in rows:
        if row.suggestion and not row.label.scheme:
            name = row.suggestion.category
            known = labels.setdefault(name, {fold(label): label for label in categories[name].labels})
            known.setdefault(fold(row.label.name), row.label.name)
    return {name: tuple(labels[name].values()) for name in categories if name in labels}


def tables(overview: Overview) -> dict[str, dict[str, str]]:
    """For each source the terms of vocabularies that could stand in its [sources.terms], with the categories suggested."""
    suggested = {
        source: {row.label.name: row.suggestion.category for row in rows if row.suggestion and row.label.scheme}
        for source, rows in overview.sources.items()
    }
    return {source: table for source, table in suggested.items() if table}


def _labelled(
    uses: Mapping[tuple[str, Label], Use], config: Config, suggester: Suggester
) -> Iterator[tuple[str, Labelled]]:
    filing = Filing(config.categories)
    vocabulary = Vocabulary(config.categories, {source.name: source.terms for source in config.sources})
    company = _company(uses)
    suggested: dict[str, Suggestion | None] = {}
    for (source, label), use in uses.items():
        exact = vocabulary.leads_to(source, label)
        filed = filing.file_under((label,), "", "") if exact is None else exact
        suggestion = None
        if not filed and exact is None and label.axis != DISTRICT:
            word = fold(label.name)
            if word not in suggested:
                together = company[word]
                suggested[word] = suggester.suggest(label.name, together.articles, together.filed)
            suggestion = suggested[word]
        yield source, Labelled(label, use.articles, filed, suggestion, settled=exact == ())


def _company(uses: Mapping[tuple[str, Label], Use]) -> dict[str, Use]:
    """How each label is used by all sources together, and on all axes, however it is written."""
    company: dict[str, Use] = {}
    for (_, label), use in uses.items():
        total = company.setdefault(fold(label.name), Use())
        total.articles += use.articles
        for name, count in use.filed.items():
            total.filed[name] = total.filed.get(name, 0) + count
    return company


def _frequent_first(row: Labelled) -> tuple[int, str, str]:
    return -row.articles, row.label.axis, row.label.name
