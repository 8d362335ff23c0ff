"""The selectors of article pages that were read without any: each is kept only if all pages read the same with it. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from selectolax.lexbor import LexborNode

from syndicator.config import ArticleRules
from syndicator.ingest import blocks
from syndicator.ingest.article import read_article
from syndicator.ingest.clean import text_of
from syndicator.ingest.discovery import selectors
from syndicator.ingest.headline import without_site
from syndicator.ingest.moments import read_dateline
from syndicator.ingest.noise import Noise, ancestors
from syndicator.ingest.page import Page, find_headline, open_page
from syndicator.ingest.pictures import source
from syndicator.model import Draft, Failed, Moment
from syndicator.text import fold

_LEAST_PAGES = 2  # one page does not show what is the same on all
_MOST = 12  # selectors tried for one field
_LONGEST_DATE = 170  # characters of an element that is there for its date
_MOST_MATCHES = 2  # of what an article has once
_BEGINNING = 60  # characters by which a paragraph is known
_HEADINGS = frozenset({"h1", "h2", "h3"})

PageSeen = tuple[bytes, str, str]
"""The body of an article's page, its address, and the type that its server states."""


@dataclass(frozen=True, slots=True)
class _Setting:
    pages: Sequence[PageSeen]
    timezone: str
    now: datetime
    opened: list[Page] = field(default_factory=list)

    def read(self, rules: ArticleRules) -> Iterator[Draft | Failed]:
        return (read_article(*page, rules, self.timezone, self.now) for page in self.pages)


def work_out_article(pages: Sequence[PageSeen], timezone: str, now: datetime) -> ArticleRules:
    """Selectors for title, date, text and picture, and for what within the text belongs to the page."""
    setting = _Setting(pages, timezone, now)
    plainly = [draft for draft in setting.read(ArticleRules()) if isinstance(draft, Draft)]
    rules = ArticleRules()
    if len(plainly) < max(_LEAST_PAGES, len(pages)):
        return rules
    setting.opened.extend(_opened(page, timezone, now) for page in pages)
    page, draft = setting.opened[0], plainly[0]
    for name, found in (
        ("title", _titles(page, draft)),
        ("date", _dates(page, draft)),
        ("image", _images(page, draft)),
    ):
        rules = _first_as_good(({name: selector} for selector in _few(found)), rules, plainly, setting)
    return _first_as_good(_body_rules(page, draft), rules, plainly, setting)


def in_words(rules: ArticleRules) -> dict[str, str | list[str]]:
    """The selectors that are set, as config.toml has them."""
    said: dict[str, str | list[str]] = {
        name: value for name in ("title", "date", "body", "image") if (value := getattr(rules, name))
    }
    return {**said, "remove": list(rules.remove)} if rules.remove else said


def _opened(seen: PageSeen, timezone: str, now: datetime) -> Page:
    page = open_page(*seen, timezone, now)
    find_headline(page)
    return page


def _first_as_good(
    changes: Iterable[dict[str, object]], rules: ArticleRules, plainly: Sequence[Draft], setting: _Setting
) -> ArticleRules:
    for change in changes:
        changed = rules.model_copy(update=change)
        if all(_reads_as(after, before) for after, before in zip(setting.read(changed), plainly, strict=True)) and (
            _is_used(changed, next(iter(change)), setting)
        ):
            return changed
    return rules


def _is_used(rules: ArticleRules, name: str, setting: _Setting) -> bool:
    """Whether the rule finds something, rather than leaving the field to the automatic ones, and little beside it.

    Not every article has a picture. What matches all over a page would match something else on the next one.
    """
    selector = getattr(rules, name)
    matches = [len(page.tree.css(selector)) for page in setting.opened]
    if name == "image":
        return any(matches)
    return all(matches) and (name == "body" or max(matches) <= _MOST_MATCHES)


def _reads_as(after: Draft | Failed, before: Draft) -> bool:
    """Whether two drafts say the same, whatever rule found it."""
    return isinstance(after, Draft) and bare(after) == bare(before)


def bare(draft: Draft) -> Draft:
    """What a draft says, whatever rule found it."""
    return replace(draft, found={}, published=_dateless(draft.published), updated=_dateless(draft.updated))


def _dateless(moment: Moment | None) -> Moment | None:
    return replace(moment, origin="") if moment else None


def _few(nodes: Iterator[LexborNode]) -> Iterator[str]:
    return islice(dict.fromkeys(selectors.of_nodes(list(nodes), None, _HEADINGS | {"time"})), _MOST)


# ---------------------------------------------------------------- which elements say it


def _titles(page: Page, draft: Draft) -> Iterator[LexborNode]:
    wanted = fold(draft.title)
    yield from (
        node
        for node in page.tree.css("h1,h2,h3,[itemprop=headline]")
        if fold(without_site(blocks.line_of(node))) == wanted
    )


def _dates(page: Page, draft: Draft) -> Iterator[LexborNode]:
    published = draft.published
    if published is None or page.scope is None:
        return
    fitting = []
    for node in page.scope.css("time,p,span,div,li,dd,td,small,em,strong"):
        line = blocks.line_of(node) if len(node.text()) <= 2 * _LONGEST_DATE else ""
        if not 0 < len(line) <= _LONGEST_DATE:
            continue
        moment = read_dateline(line, page.zone, reference=page.now, origin="")
        if moment and moment.at.astimezone(page.zone).date() == published.at.astimezone(page.zone).date():
            fitting.append(node)
    around = {outer.mem_id for node in fitting for outer in ancestors(node)}
    yield from (node for node in fitting if node.mem_id not in around)


def _images(page: Page, draft: Draft) -> Iterator[LexborNode]:
    named = {image.url for image in draft.images}
    if named:
        yield from (node for node in page.tree.css("img") if source(node, page.base) in named)


def _body_rules(page: Page, draft: Draft) -> Iterator[dict[str, object]]:
    """Selectors for what holds the text, the narrowest first, each with those for what in it is not of the article."""
    tried = dict[str, tuple[str, ...]]()
    for holder in _holders(page, draft):
        removed = _removable(holder)
        for selector in selectors.of_container(holder):
            tried.setdefault(selector, removed)
    for selector, removed in islice(tried.items(), _MOST):
        yield {"body": selector}
        if removed:
            yield {"body": selector, "remove": removed}


def _holders(page: Page, draft: Draft) -> Iterator[LexborNode]:
    """The elements around the text's first and last paragraph, from the inside to the outside."""
    lines = _paragraphs(draft)
    if not lines:
        return
    first, last = _holding(page, lines[0]), _holding(page, lines[-1])
    if first is None:
        return
    beside = {outer.mem_id for outer in ancestors(last)} if last is not None else set[int]()
    for outer in ancestors(first):
        if outer.tag in {"body", "html"}:
            return
        if not beside or outer.mem_id in beside:
            yield outer


def _paragraphs(draft: Draft) -> list[str]:
    return [line for part in re.split("</(?:p|li|h[2-6]|figure|blockquote)>", draft.body) if (line := text_of(part))]


def _holding(page: Page, line: str) -> LexborNode | None:
    """The element of a text's line: a paragraph where there is one, as a part of the page begins with the same words."""
    beginning = line[:_BEGINNING]
    for places in ("p,li,h2,h3,h4,td,blockquote,figcaption,dd", "div"):
        for node in page.scope.css(places) if page.scope is not None else ():
            if blocks.line_of(node)[:_BEGINNING] == beginning:
                return node
    return None


def _removable(holder: LexborNode) -> tuple[str, ...]:
    """Selectors for what in an element belongs to the page: share bars, contacts, related articles."""
    found: dict[str, None] = {}
    noise = Noise()
    for node in holder.css("*"):
        if node in noise and not (node.parent is not None and noise.covers(node.parent)):
            name = next(selectors.own(node), "") or (node.tag if node.tag in {"nav", "aside", "footer"} else "")
            if not name:
                return ()
            found[name] = None
    return tuple(found)
