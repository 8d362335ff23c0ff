"""Where a list goes on. Pure."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.ingest.article import same_site
from syndicator.ingest.blocks import line_of
from syndicator.ingest.identity import canonical
from syndicator.ingest.noise import ancestors
from syndicator.ingest.teasers import Setting, href_of
from syndicator.text import fold, squeeze

# On folded text. Older is further on, wherever the arrow points.
_OLDER = re.compile(r"[^a-z0-9]*(?:zu )?aeltere[nr]? .{3,30}|[^a-z0-9]*older (?:posts|entries)[^a-z0-9]*")
_NEXT = re.compile(
    r"(?:(?:zur )?naechste[nr]?(?: seite| \d+ .{3,20})?|weiter(?:e (?:nachrichten|meldungen|beitraege|artikel|news))?"
    r"|next(?: page)?|vor(?:waerts)?|(?:mehr|weitere) (?:(?:nachrichten|meldungen|beitraege|artikel|news|eintraege) )?(?:laden|anzeigen)"
    r"|load more|[›»>→]+)(?: [›»>→]+)?"
)
_NEXT_CLASS = re.compile(r"(?:^|[\s_-])(?:next|forward|load-?more)(?:$|[\s_-])", re.IGNORECASE)
_NEXT_PLACES = 'a[class*="next"],[class*="next"]>a,a[class*="forward"],[class*="forward"]>a'
_CLICKED = "a[href],button[data-url],button[data-href],[data-next-url],[data-load-more-url]"
_NUMBER = re.compile(r"(?:seite )?(\d{1,3})")
_MOST_SPACE = 40  # characters of a number with white space
_AROUND = 4  # elements from a number to the bar of numbers


def next_page(tree: LexborHTMLParser, rule: str, setting: Setting, teasers: frozenset[str]) -> str:
    """The address of the list's next page; "" at its end. A teaser's own "weiter" leads to its article and never there."""
    selector, _, attribute = rule.partition("@")
    if selector:
        nodes = tree.css(selector)
        return next(iter(_addresses(nodes, attribute, setting, teasers)), "")
    for candidates in _candidates(tree, setting):
        found = list(_addresses(candidates, "", setting, teasers))
        if found:
            # A link in a box beside the list says "weiter" as well; the list goes on at its own path.
            return min(found, key=lambda address: not _is_below(address, setting.own))
    return ""


def _candidates(tree: LexborHTMLParser, setting: Setting) -> Iterator[list[LexborNode]]:
    """The links that may lead on, in the order in which they are believed."""
    yield tree.css('a[rel~="next"],link[rel~="next"]')
    links = tree.css(_CLICKED)
    yield [node for node in links if _says(node, _OLDER)]
    marked = {node.mem_id for node in tree.css(_NEXT_PLACES) if _is_marked(node)}
    yield [node for node in links if node.mem_id in marked or _says(node, _NEXT)]
    yield _numbered(links, setting)


def _addresses(nodes: list[LexborNode], attribute: str, setting: Setting, teasers: frozenset[str]) -> Iterator[str]:
    for node in nodes:
        attributes = node.attributes
        said = attributes.get(attribute) if attribute else _leads_to(node)
        address = canonical(said or "", setting.base)
        if address and same_site(address, setting.own) and address not in {setting.own, *teasers}:
            yield address


def _leads_to(node: LexborNode) -> str:
    return node.attributes.get("data-next-url") or node.attributes.get("data-load-more-url") or href_of(node)


def _is_marked(node: LexborNode) -> bool:
    own, outer = (part.attributes.get("class") or "" if part is not None else "" for part in (node, node.parent))
    return bool(_NEXT_CLASS.search(own) or _NEXT_CLASS.search(outer))


def _is_below(address: str, own: str) -> bool:
    one, other = urlsplit(address).path, urlsplit(own).path
    return one == other or one.startswith(other.rpartition(".")[0] or f"{other.rstrip('/')}/")


def _says(node: LexborNode, words: re.Pattern[str]) -> bool:
    label = node.attributes.get("aria-label") or node.attributes.get("title") or ""
    return any(words.fullmatch(fold(text)) for text in (label, line_of(node)) if text)


def _numbered(links: list[LexborNode], setting: Setting) -> list[LexborNode]:
    """The number after that of the page, in a bar of numbers that has no word for "next"."""
    numbers: dict[int, LexborNode] = {}
    for node in links:
        if said := _NUMBER.fullmatch(fold(node.text()[:_MOST_SPACE])):
            numbers.setdefault(int(said[1]), node)
    if not numbers:
        return []
    here = next((n for n, node in numbers.items() if canonical(href_of(node), setting.base) == setting.own), 0)
    here = here or _shown_number(next(iter(numbers.values()))) or (1 if 1 not in numbers else 0)
    return [numbers[here + 1]] if here and here + 1 in numbers else []


def _shown_number(link: LexborNode) -> int:
    """The number in the bar that is no link, which is that of the page."""
    for outer, _ in zip(ancestors(link), range(_AROUND), strict=False):
        for node in outer.css("strong,b,span,em,li"):
            if node.css_first("a") is None and (said := _NUMBER.fullmatch(fold(squeeze(node.text())[:_MOST_SPACE]))):
                return int(said[1])
    return 0
