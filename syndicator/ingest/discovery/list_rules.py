"""The selectors of a list that was read without any: each is kept only if the list reads the same with it, or better. Pure."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.config import ListRules
from syndicator.ingest.blocks import line_of
from syndicator.ingest.discovery import selectors
from syndicator.ingest.identity import canonical
from syndicator.ingest.overview import Overview, Teaser, open_list, read_items
from syndicator.ingest.repeating import repeating
from syndicator.ingest.teasers import Setting
from syndicator.text import fold

_LEAST_ITEMS = 3  # fewer do not show what repeats
_MOST = 24  # selectors tried for one field
_LOOKED_AT = 3  # items whose elements give the candidates

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Elements that say enough without a class, in an item.
_BARE = {
    "link": frozenset({"a"}),
    "title": _HEADINGS | {"a"},
    "date": frozenset({"time"}),
    "summary": frozenset({"p"}),
}

Finder = Callable[[LexborNode, Teaser, Setting], Iterable[LexborNode]]


def work_out_list(body: bytes, address: str, content_type: str, timezone: str, now: datetime) -> ListRules:
    """Selectors for the items of a list and what is in them; none where what was found has no name that would last."""
    tree, setting = open_list(body, address, content_type, timezone, now)
    items = repeating(tree, setting)
    plainly = read_items(tree, items, ListRules(), setting)
    if not isinstance(plainly, Overview) or len(plainly.teasers) < _LEAST_ITEMS:
        return ListRules()
    rules = _item_rule(tree, items, plainly, setting)
    if not rules.item:
        return rules
    for name, find in _FINDERS.items():
        rules = _with_field(tree, rules, name, find, setting)
    return rules


def _item_rule(tree: LexborHTMLParser, items: list[LexborNode], plainly: Overview, setting: Setting) -> ListRules:
    for selector in _candidates(selectors.of_nodes([item]) for item in items[:_LOOKED_AT]):
        matched = tree.css(selector)
        if len(matched) > 2 * len(items):
            continue
        rules = ListRules(item=selector)
        if read_items(tree, matched, rules, setting) == plainly:
            return rules
    return ListRules()


def _with_field(tree: LexborHTMLParser, rules: ListRules, name: str, find: Finder, setting: Setting) -> ListRules:
    """The rules with a selector for one more field, if one reads every teaser as it was read, or fills what was empty."""
    items = tree.css(rules.item)
    before = read_items(tree, items, rules, setting)
    assert isinstance(before, Overview)
    shown = list(_shown(items, before, setting))
    for selector in _candidates(
        selectors.of_nodes(list(find(item, teaser, setting)), item, _BARE.get(name, frozenset()))
        for item, teaser in shown[:_LOOKED_AT]
    ):
        changed = rules.model_copy(update={name: selector})
        after = read_items(tree, items, changed, setting)
        if isinstance(after, Overview) and _is_as_good(before, after, name) and _matches_most(items, selector):
            return changed
    return rules


def _shown(items: list[LexborNode], overview: Overview, setting: Setting) -> Iterator[tuple[LexborNode, Teaser]]:
    """Items with their teasers, told by the address that both have."""
    by_address = {teaser.address: teaser for teaser in overview.teasers if teaser.address}
    for item in items:
        links = ([item] if item.tag == "a" else []) + item.css("a[href]")
        for link in links:
            place = canonical(link.attributes.get("href") or "", setting.base)
            if place in by_address:
                yield item, by_address.pop(place)
                break


def _candidates(found: Iterable[Iterator[str]]) -> list[str]:
    """Each selector once; those that all elements gave first come first, as the next element may lack the rarer ones."""
    counted: dict[str, int] = {}
    for selectors_of_one in found:
        for selector in dict.fromkeys(selectors_of_one):
            counted[selector] = counted.get(selector, 0) + 1
    return list(islice(sorted(counted, key=lambda selector: -counted[selector]), _MOST))


def _matches_most(items: list[LexborNode], selector: str) -> bool:
    """A selector that seldom matches leaves the field to the automatic rules, and says nothing."""
    return sum(item.css_first(selector) is not None for item in items) * 5 >= len(items) * 4


def _is_as_good(before: Overview, after: Overview, name: str) -> bool:
    """Whether every teaser says what it said; what it did not say it may say now, where the field is its own."""
    return len(before.teasers) == len(after.teasers) and all(
        _says(one) == _says(other) or (name in _FILLABLE and _says(one, but=name) == _says(other, but=name))
        for one, other in zip(before.teasers, after.teasers, strict=True)
    )


_FILLABLE = frozenset({"category"})


def _says(teaser: Teaser, but: str = "") -> tuple[object, ...]:
    moment = teaser.published
    labels = () if but == "category" and not teaser.labels else teaser.labels
    return (
        teaser.address,
        teaser.title,
        (moment.at, moment.precision) if moment else None,
        teaser.summary,
        labels,
        teaser.image,
        teaser.body,
    )


# ---------------------------------------------------------------- which elements say it


def _links(item: LexborNode, teaser: Teaser, setting: Setting) -> Iterator[LexborNode]:
    """The links to the article, the headline's own before pictures and "weiterlesen"."""
    leading = [
        node
        for node in item.css("a[href]")
        if canonical(node.attributes.get("href") or "", setting.base) == teaser.address
    ]
    named = [node for node in leading if line_of(node).strip("[] ") == teaser.title]
    yield from named or leading


def _titles(item: LexborNode, teaser: Teaser, _: Setting) -> Iterator[LexborNode]:
    nodes = _innermost(item, lambda line: line.strip("[] ") == teaser.title)
    yield from sorted(nodes, key=lambda node: node.tag not in _HEADINGS)


def _dates(item: LexborNode, teaser: Teaser, _: Setting) -> Iterator[LexborNode]:
    if teaser.published is not None:
        yield from _innermost(item, lambda line: line == teaser.date_text)


def _summaries(item: LexborNode, teaser: Teaser, _: Setting) -> Iterator[LexborNode]:
    if teaser.summary:
        yield from _innermost(item, lambda line: line.startswith(teaser.summary.rstrip("…")))


def _categories(item: LexborNode, teaser: Teaser, _: Setting) -> Iterator[LexborNode]:
    named = {fold(label.name) for label in teaser.labels}
    if named:
        yield from _innermost(item, lambda line: fold(line) in named)


def _innermost(item: LexborNode, fits: Callable[[str], bool]) -> Iterator[LexborNode]:
    """The elements whose text fits, and none around them whose text is the same."""
    fitting = [node for node in item.css("*") if (line := line_of(node)) and fits(line)]
    inside = {outer.mem_id for node in fitting if (outer := node.parent) is not None}
    yield from (node for node in fitting if node.mem_id not in inside)
    yield from (node for node in fitting if node.mem_id in inside)


_FINDERS: dict[str, Finder] = {
    "link": _links,
    "title": _titles,
    "date": _dates,
    "summary": _summaries,
    "category": _categories,
}


def in_words(rules: ListRules) -> dict[str, str]:
    """The selectors that are set, as config.toml has them."""
    return {name: value for name in ("item", *_FINDERS) if (value := getattr(rules, name))}
