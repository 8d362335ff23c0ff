"""Where on a page the article is, and what around and in it is none. Pure. Nodes are never removed: a set says which to pass over.

(A removed node leaves dangling those within it that are still to be looked at.)
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.ingest.clean import plain
from syndicator.text import squeeze

# Whole words in class, id, role or slot. "teaser" is none of them: it may be the lead.
_NOISE = (
    "share|sharing|teilen|social|socialmedia|related|breadcrumbs?|cookies?|consent|newsletter|comments?|kommentare?|readspeaker|rsbtn"
    "|vorlesen|toolbar|pagination|pager|paging|sidebar|marginal|marginalspalte|navigation|navbar|nav|subnav|menu|menue|print|drucken|skip"
    "|skiplinks?|press-?contact|pressekontakt|contact-press|presskontakt|herausgeber|advert|modal|popup|tooltip|tags|taglist|tag-list"
    "|schlagworte?|schlagwoerter|keywords|districts?|stadtbezirke?|sr-only|visually-?hidden|screenreader|feedback|rating|back-?link"
    "|backtotop|totop|weitere-meldungen|cta|video|optin|opt-in|two-click|zweiklick|langswitch|language-switcher"
)
_WORDS = re.compile(rf"(?:^|[\s_-])(?:{_NOISE})(?:$|[\s_-])", re.IGNORECASE)
# A first, coarse choice in C; `_WORDS` decides.
_STEMS = [
    "share",
    "sharing",
    "teilen",
    "social",
    "related",
    "breadcrumb",
    "cookie",
    "consent",
    "newsletter",
    "omment",
    "readspeaker",
    "rsbtn",
    "vorlesen",
    "toolbar",
    "pag",
    "sidebar",
    "marginal",
    "nav",
    "menu",
    "print",
    "drucken",
    "skip",
    "press",
    "herausgeber",
    "advert",
    "modal",
    "popup",
    "tooltip",
    "tag",
    "schlagwo",
    "keyword",
    "istrict",
    "tadtbezirk",
    "sr-only",
    "isually",
    "screenreader",
    "feedback",
    "rating",
    "back",
    "totop",
    "weitere",
    "cta",
    "video",
    "opt",
    "click",
    "klick",
    "lang",
    "menue",
    "ommentar",
]  # words
_SUSPECTS = ",".join(f'[class*="{stem}"],[id*="{stem}"]' for stem in _STEMS)
_ALWAYS = (
    'nav,footer,aside,header,dialog,[hidden],[role="navigation"],[role="search"],[role="contentinfo"],[role="complementary"],'
    '[role="banner"],[slot="video"],[slot="cta"],[style*="display:none"],[style*="display: none"]'
)
_HEADER_PICTURES = re.compile(
    r"(?:^|[\s_-])(?:stage|buehne|hero|header|kopf|kopfbild|headerbild|slider|banner|logo)(?:$|[\s_-])", re.IGNORECASE
)
_TEASER = re.compile(r"(?:^|[\s_-])(?:teasers?|cards?|teaserlist|teaser-list)(?:$|[\s_-]|list)", re.IGNORECASE)
_MOST_PARAGRAPHS = 1500
_ENOUGH = 60  # characters of text besides the headline that make an <article> the article


def line_of(node: LexborNode) -> str:
    """The text of a node as one line; blocks and line breaks in it separate words."""
    only = node.first_child
    if only is not None and only.next is None and only.tag == "-text":
        return squeeze(only.text_content or "")
    return plain(node.html or "")


def ancestors(node: LexborNode | None) -> Iterator[LexborNode]:
    while node is not None and (node := node.parent) is not None:
        yield node


def is_within(node: LexborNode, skipped: set[int]) -> bool:
    """Whether a node or one around it is passed over."""
    return node.mem_id in skipped or any(outer.mem_id in skipped for outer in ancestors(node))


def noise(scope: LexborNode, keep: LexborNode | None) -> set[int]:
    """The parts of a page that are no article by their element, class, id or role; never one around `keep`."""
    kept = {node.mem_id for node in ancestors(keep)} | ({keep.mem_id} if keep is not None else set())
    found = {node.mem_id for node in scope.css(_ALWAYS)}
    for node in scope.css(_SUSPECTS):
        attributes = node.attributes
        if _WORDS.search(attributes.get("class") or "") or _WORDS.search(attributes.get("id") or ""):
            found.add(node.mem_id)
    for node in scope.css('[class*="teaser"],[class*="card"]'):
        if (
            _TEASER.search(node.attributes.get("class") or "")
            and node.css_first("a[href]") is not None
            and node.tag != "p"
        ):
            found.add(node.mem_id)
    return found - kept - {scope.mem_id}


def is_header_picture(node: LexborNode, scope: LexborNode) -> bool:
    """Whether a picture stands in a part of the page that is its stage or header."""
    inside = [node]
    for outer in ancestors(node):
        if outer.mem_id == scope.mem_id:
            break
        inside.append(outer)
    return any(
        _HEADER_PICTURES.search(f"{part.attributes.get('class') or ''} {part.attributes.get('id') or ''}")
        for part in inside
    )


def scope_of(tree: LexborHTMLParser, headline: LexborNode | None) -> LexborNode | None:
    """The part of the page that holds the article: its `<article>` or `<main>`, else where the paragraphs are densest."""
    body = tree.body
    if body is None:
        return None
    length = len(line_of(headline)) if headline is not None else 0
    for node in ancestors(headline):
        if _is_main(node) and len(squeeze(node.text())) - length >= _ENOUGH:
            return node
    if headline is None:
        mains = [node for node in body.css('article,main,[role="main"]') if len(squeeze(node.text())) >= _ENOUGH]
        if mains:
            return max(mains, key=lambda node: _paragraphs(node.css("p")))
    return _densest(body, headline)


def _is_main(node: LexborNode) -> bool:
    return node.tag in {"article", "main"} or node.attributes.get("role") == "main"


def _paragraphs(nodes: Iterable[LexborNode]) -> int:
    return sum(len(node.text()) for node in nodes)


def _densest(body: LexborNode, headline: LexborNode | None) -> LexborNode:
    """The innermost element that holds the headline and the element with the most text in paragraphs of its own."""
    skipped = noise(body, headline)
    scores: dict[int, float] = defaultdict(float)
    nodes: dict[int, LexborNode] = {}
    for node in body.css("p,blockquote,li,td,div")[:_MOST_PARAGRAPHS]:
        flat = node.tag in {"div", "td"}
        text = len(squeeze(node.text(deep=not flat)))
        if text < (80 if flat else 25) or is_within(node, skipped):
            continue
        text -= sum(len(link.text()) for link in node.css("a"))
        outer = node if flat else node.parent
        for share in (1.0, 0.5):
            if outer is not None and outer.tag not in {"html", None} and text > 0:
                nodes[outer.mem_id] = outer
                scores[outer.mem_id] += text * share
                outer = outer.parent
    if not scores:
        return body
    best = nodes[max(scores, key=scores.__getitem__)]
    around = {node.mem_id for node in ancestors(headline)}
    while headline is not None and best.mem_id not in around and best.parent is not None and best.tag != "body":
        best = best.parent
    return best


def before(headline: LexborNode, scope: LexborNode) -> list[LexborNode]:
    """What stands before the headline within the scope, in the order of the page."""
    found: list[LexborNode] = []
    node: LexborNode | None = headline
    while node is not None and node.mem_id != scope.mem_id:
        sibling = node.prev
        while sibling is not None:
            if sibling.tag not in {"-comment", None} and (
                sibling.tag != "-text" or squeeze(sibling.text_content or "")
            ):
                found.append(sibling)
            sibling = sibling.prev
        node = node.parent
    return found[::-1]
