"""A source for a first look: its first articles, read as a visit would read them, and no more requests than that takes. Pure."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from syndicator.config import Source
from syndicator.ingest.sources import collect
from syndicator.model import Ask, Failed, Harvest, Known, Recall, Request

STOPPED = "the preview has seen enough"
"""The reason of the failure that an article meets which is not looked at any more; it is none of the harvest's problems."""

_PARTS = 3  # of a sitemap that is in several


def trial(source: Source, known: Known, articles: int) -> Generator[Ask, Any, Harvest]:
    """What `collect` gives for at most so many articles; nothing counts as known, and nothing is asked conditionally."""
    asking = collect(_shortened(source, articles), known)
    left = articles + (_PARTS + 2 if source.kind == "sitemap" else 1)  # beside the articles, the list itself
    answer: Any = None
    try:
        while True:
            ask = asking.send(answer)
            if isinstance(ask, Recall):
                answer = {}
            elif isinstance(ask, Request) and left == 0:
                answer = Failed("refused", STOPPED, ask.url)
            elif isinstance(ask, Request):
                left -= 1
                answer = yield replace(ask, conditional=False)
            else:
                answer = yield ask
    except StopIteration as end:
        harvest: Harvest = end.value
    problems = tuple(problem for problem in harvest.problems if problem.reason != STOPPED)
    return replace(harvest, drafts=harvest.drafts[:articles], problems=problems)


def _shortened(source: Source, articles: int) -> Source:
    """The source with the first page of its list alone."""
    changes: dict[str, Any] = {"list": source.list.model_copy(update={"pages": 1})}
    for name, limits in (("sitemap", {"pages": _PARTS, "newest": articles}), ("api", {"pages": 1})):
        rules = getattr(source, name, None)
        if rules is not None:
            changes[name] = rules.model_copy(update=limits)
    return source.model_copy(update=changes)
