"""The labels that sources give their articles, counted."""

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from sqlite_utils import Database

from syndicator.model import Label


@dataclass(slots=True)
class Use:
    """How often a source uses a label, and under which categories those articles are filed, by whatever rule."""

    articles: int = 0
    filed: dict[str, int] = field(default_factory=dict)


def label_uses(db: Database) -> dict[tuple[str, Label], Use]:
    """For each source and label of it how it is used.

    Costs one walk through the articles, whatever became of them: 0.7 s for 100,000 of 3,000 characters (2026-11).
    """
    rows = Counter(db.execute("SELECT source, labels, filed FROM articles WHERE labels <> '[]'"))
    uses: dict[tuple[str, ...], Use] = {}
    for (source, labels, filed), count in rows.items():
        categories = [name for name in _decode(filed) if not name.startswith("?")]
        for parts in _decode(labels):
            place = source, *parts
            use = uses.get(place)
            if use is None:
                use = uses[place] = Use()
            use.articles += count
            for category in categories:
                use.filed[category] = use.filed.get(category, 0) + count
    return {(source, Label(*parts)): use for (source, *parts), use in uses.items()}


_decode = lru_cache(maxsize=4096)(json.loads)


def live_articles(db: Database, category: str = "") -> int:
    """How many live articles a category has; "" means any."""
    sql = "SELECT count(*) FROM filings WHERE category = ? AND city = ''"
    return int(db.execute(sql, [category]).fetchone()[0])
