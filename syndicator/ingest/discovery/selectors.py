"""CSS selectors for elements that were found without any: short ones, of names that mean something. Pure.

A selector is worth writing down only if the names in it stay when the portal is built anew: "teaser" does, "css-1x9f3k"
and "col-md-6" do not.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from syndicator.ingest.noise import ancestors

_WORD = re.compile(r"-?[A-Za-z_][A-Za-z_-]*[A-Za-z]")
_LONGEST = 40
# Names of looks and of layout, of the item's place in a row, and of states: they say nothing of what it is.
_MEANINGLESS = re.compile(
    r"(?:col|row|grid|flex|span|offset|container|wrapper|inner|outer|wrap|clearfix|cf|left|right|center|first|last|odd|even|active"
    r"|current|new|hidden|invisible|visible|show|aural|sr-only|visually-hidden|visuallyhidden|fade|in|open|lazy|lazyload|loaded|fluid|responsive|frame|default|layout|bodytext)"
    r"|(?:col|row|grid|flex|span|offset|container|d|m|p|mt|mb|ml|mr|mx|my|pt|pb|pl|pr|px|py|w|h|sm|md|lg|xl|text|bg|border|rounded"
    r"|shadow|btn|align|justify|order|float|font|gap|self|space|frame|layout|img|is|has|js|no|hover|focus|group|u|o)-.*",
    re.IGNORECASE,
)
_HASHED = re.compile(r"[a-z][A-Z][a-z]?[A-Z]|[bcdfghjklmnpqrstvwxz]{6}", re.ASCII)


def words(node: LexborNode) -> list[str]:
    """The class names of an element that mean something, as they stand."""
    names = (node.attributes.get("class") or "").split()
    return [name for name in dict.fromkeys(names) if _means_something(name)]


def _means_something(name: str) -> bool:
    return (
        bool(_WORD.fullmatch(name))
        and len(name) <= _LONGEST
        and not _MEANINGLESS.fullmatch(name)
        and not _HASHED.search(name)
    )


def own(node: LexborNode) -> Iterator[str]:
    """Selectors for an element by what is said of it itself: what it holds, its classes."""
    tag = node.tag or "*"
    prop = node.attributes.get("itemprop") or ""
    if _WORD.fullmatch(prop):
        yield f'[itemprop="{prop}"]'
    names = words(node)
    yield from (f".{name}" for name in names)
    yield from (f"{tag}.{name}" for name in names)
    if len(names) > 1:
        yield f".{names[0]}.{names[1]}"


def of_nodes(
    nodes: list[LexborNode], outermost: LexborNode | None = None, bare: frozenset[str] = frozenset({"article"})
) -> Iterator[str]:
    """Selectors for any of some elements that hold the same, the most telling first.

    By itself; by its tag, if that is one of `bare` and so says enough; by what is around it, within `outermost`.
    """
    for node in nodes:
        yield from own(node)
    yield from (node.tag for node in nodes if node.tag in bare)
    for node in nodes:
        parent = node.parent
        if parent is not None and not _is(parent, outermost):
            yield from (f"{outer} > {node.tag}" for outer in own(parent))
        for outer in _outwards(parent, outermost):
            yield from (f"{name} {node.tag}" for name in own(outer))


def of_container(node: LexborNode) -> Iterator[str]:
    """Selectors for a part of a page, by its id as well: a page has one of each, where that is no number."""
    ident = node.attributes.get("id") or ""
    yield from own(node)
    if _means_something(ident):
        yield f"#{ident}"


def _outwards(node: LexborNode | None, outermost: LexborNode | None) -> Iterator[LexborNode]:
    """An element and two around it, within the outermost."""
    if node is None:
        return
    for _, outer in zip(range(3), (node, *ancestors(node)), strict=False):
        if _is(outer, outermost) or outer.tag in {"body", "html"}:
            return
        yield outer


def _is(node: LexborNode, other: LexborNode | None) -> bool:
    return other is not None and node.mem_id == other.mem_id
