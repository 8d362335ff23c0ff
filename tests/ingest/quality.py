"""How right articles are read: scores of headline, day, body and labels over all fixtures of pages and portals.

`quality.toml` pins them, and `test_quality.py` fails when one falls. After a change that reads more:

    python -m tests.ingest.quality           # writes the scores that rose, and those of new fixtures
    python -m tests.ingest.quality --lower   # also those that fell, which wants a good reason
"""

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from syndicator.config import ArticleRules
from syndicator.ingest.article import read_article
from syndicator.model import Draft
from tests.ingest.portal_folders import FOLDERS, NOW, PortalFolder, lines_of, stamp

HERE = Path(__file__).parent
PINNED = HERE / "quality.toml"
_GRAM = 4  # words
_CLOSE = 0.0005  # of a pinned score, which is rounded


@dataclass(frozen=True)
class Scores:
    """Each from 0 to 1. Headline and day are right or wrong; body and labels are F1, by 4-grams and by label."""

    headline: float
    day: float
    body: float
    labels: float

    def rounded(self) -> dict[str, float]:
        return {field.name: round(getattr(self, field.name), 3) for field in fields(self)}


_PERFECT = Scores(1, 1, 1, 1).rounded()


def measure() -> dict[str, Scores]:
    """The scores of every fixture that states a text."""
    scores: dict[str, Scores] = {}
    for path in sorted((HERE / "pages").glob("*.toml")):
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
        if expect := stated.get("expect"):
            scores[f"pages/{path.stem}"] = score(_page(path, stated), expect)
    for folder in map(PortalFolder, FOLDERS):
        harvest = folder.visit()
        titles = {draft.title: draft for draft in harvest.drafts}
        drafts = {draft.address: draft for draft in harvest.drafts}
        found = [titles.get(a["title"]) or drafts.get(a.get("address", "")) for a in folder.articles]
        scores[f"portals/{folder.path.name}"] = mean(map(score, found, folder.articles))
    return scores


def _page(path: Path, stated: dict[str, Any]) -> Draft | None:
    rules = ArticleRules.model_validate(stated.get("rules", {}))
    body, content_type = path.with_suffix(".html").read_bytes(), stated.get("content_type", "text/html")
    draft = read_article(body, stated["address"], content_type, rules, "Europe/Berlin", NOW)
    return draft if isinstance(draft, Draft) else None


def score(draft: Draft | None, expect: dict[str, Any]) -> Scores:
    """How much of what is expected was found; what a fixture does not state counts as right."""
    if draft is None:
        return Scores(0, 0, 0, 0)
    wanted_day = expect.get("published")
    day = _day_of(wanted_day, draft) if wanted_day is not None else True
    body = f1(grams(lines_of(draft.body)), grams(expect["text"])) if "text" in expect else 1.0
    labels = [(label.axis, label.name) for label in draft.labels]
    return Scores(
        float(draft.title == expect["title"]),
        float(day),
        body,
        f1(Counter(labels), Counter(map(tuple, expect["labels"]))) if "labels" in expect else 1.0,
    )


def _day_of(wanted: str, draft: Draft) -> bool:
    """Pages state UTC ("2025-09-17T22:00:00Z"), portals the day or minute of the city."""
    if wanted.endswith("Z"):
        return draft.published is not None and draft.published.at.strftime("%Y-%m-%dT%H:%M:%SZ") == wanted
    return stamp(draft.published, day=True) == wanted[:10]


def grams(lines: Iterable[str]) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", " ".join(lines).casefold())
    return Counter(tuple(words[n : n + _GRAM]) for n in range(max(1, len(words) - _GRAM + 1)))


def f1(found: Counter[Any], wanted: Counter[Any]) -> float:
    """The harmonic mean of precision and recall; 1 where nothing is wanted and nothing found."""
    common, both = (found & wanted).total(), found.total() + wanted.total()
    return 2 * common / both if both else 1.0


def mean(scores: Iterable[Scores]) -> Scores:
    rows = list(scores)
    return Scores(*(sum(getattr(row, field.name) for row in rows) / len(rows) for field in fields(Scores)))


# ---------------------------------------------------------------- what is pinned


def pinned() -> dict[str, dict[str, float]]:
    return tomllib.loads(PINNED.read_text(encoding="utf-8")) if PINNED.exists() else {}


def fallen(now: dict[str, Scores], before: dict[str, dict[str, float]]) -> Iterator[str]:
    """A sentence for each score that is lower than it was; a fixture without scores has to be read without a fault."""
    for name, scores in now.items():
        for what, was in before.get(name, _PERFECT).items():
            if (is_now := getattr(scores, what)) < was - _CLOSE:
                yield f"{name}: {what} fell from {was:.3f} to {is_now:.3f}"
    yield from (f"{name} is no fixture any more" for name in before if name not in now)


def write(now: dict[str, Scores], before: dict[str, dict[str, float]], *, lower: bool) -> None:
    lines = ["# Written by `python -m tests.ingest.quality`: what reading articles comes to, fixture by fixture."]
    for name, scores in now.items():
        kept = {} if lower else before.get(name, {})
        values = {what: max(value, kept.get(what, 0.0)) for what, value in scores.rounded().items()}
        lines.append(f'"{name}" = {{ {", ".join(f"{what} = {value:.3f}" for what, value in values.items())} }}')
    PINNED.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    now, before = measure(), pinned()
    write(now, before, lower="--lower" in arguments)
    means = ", ".join(f"{what} {value:.3f}" for what, value in mean(now.values()).rounded().items())
    sys.stdout.write("\n".join([f"{len(now)} fixtures: {means}", *fallen(now, before), ""]))


if __name__ == "__main__":
    main(sys.argv[1:])
