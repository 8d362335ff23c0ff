"""Why an article is filed where it is: which label, or which keyword in which place, files it under each category. Pure.

It asks `classify.Filing` about one rule at a time, so that it cannot say anything else than what files.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from syndicator.ingest.classify import Filing, FilingRules, Words
from syndicator.model import Label
from syndicator.text import squeeze

_AROUND = 6  # words told on either side of what matches
_PUNCTUATION = ".,;:!?()[]„“”‚‘’»«\"'…–"


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that files an article under `category`: `rule` is the label or keyword as config.toml writes it.

    `word` is what the article says there, as it writes it, `axis` that of a label; `before` and `after` stand around a word,
    with an ellipsis where the text goes on.
    """

    category: str
    place: Literal["label", "headline", "text"]
    rule: str
    word: str
    axis: str = ""
    before: str = ""
    after: str = ""


def reasons(
    categories: Mapping[str, FilingRules], labels: Iterable[Label], title: str, text: str
) -> tuple[Reason, ...]:
    """Every rule by which `Filing(categories)` files an article with these labels, headline and plain text.

    Of a keyword that stands there several times, the first place is told. Costs a filing for each keyword of the categories
    that the article is filed under, and some more for each that is met.
    """
    labels = tuple(labels)
    return tuple(
        reason
        for name in Filing(categories).file_under(labels, title, text)
        for reason in (
            *_by_labels(name, categories[name].labels, labels),
            *_by_keywords(name, categories[name].keywords, "headline", title),
            *_by_keywords(name, categories[name].keywords, "text", text),
        )
    )


def _by_labels(name: str, rules: Iterable[str], labels: Iterable[Label]) -> Iterator[Reason]:
    for rule in rules:
        filing = Filing({name: Words(labels=(rule,))})
        for label in labels:
            if filing.file_under((label,), "", ""):
                yield Reason(name, "label", rule, label.name, axis=label.axis)


def _by_keywords(name: str, rules: Iterable[str], place: Literal["headline", "text"], text: str) -> Iterator[Reason]:
    words = squeeze(text).split()
    for rule in rules:
        filing = Filing({name: Words((rule,))})
        if found := _first_stretch(filing, words):
            there = " ".join(words[found.start : found.stop]).strip(_PUNCTUATION)
            yield Reason(name, place, rule, there, before=_before(words, found.start), after=_after(words, found.stop))


def _before(words: list[str], at: int) -> str:
    return " ".join(["…", *words[at - _AROUND : at]] if at > _AROUND else words[:at])


def _after(words: list[str], at: int) -> str:
    return " ".join([*words[at : at + _AROUND], "…"] if at + _AROUND < len(words) else words[at:])


def _first_stretch(filing: Filing, words: list[str]) -> range | None:
    """Where the first words stand that are enough to file a text; what does not file, files not with less of it, either."""

    def files(start: int, stop: int) -> bool:
        return bool(filing.file_under((), "", " ".join(words[start:stop])))

    if not files(0, len(words)):
        return None
    stop = bisect_left(range(len(words)), True, key=lambda last: files(0, last + 1)) + 1
    return range(next(start for start in reversed(range(stop)) if files(start, stop)), stop)
