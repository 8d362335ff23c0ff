# ruff: noqa: SIM905  # lists of element names read better as a line of words
"""Where on a page the article is. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.ingest.noise import Noise, ancestors
from syndicator.text import squeeze

_HEADER_PICTURES = re.compile(
    r"(?:^|[\s_-])(?:stage|buehne|hero|header|kopf|kopfbild|headerbild|slider|banner|logo)(?:$|[\s_-])", re.IGNORECASE
)
_ENDS_WORD = frozenset(
    "p div br h1 h2 h3 h4 h5 h6 li ul ol dl dt dd td th tr table caption section article header footer aside blockquote pre "
    "figure figcaption img hr address main form details summary".split(),
)
_SILENT = frozenset(
    "script style template noscript iframe object svg math select textarea -comment -doctype".split(),
)
SEAM = "\ue000"  # of the private use area: no page's text
_WORDS_APART = re.compile(rf"(?<=[^\W_]){SEAM}+(?=[A-ZÄÖÜ])|(?<=[^\W\d_]){SEAM}+(?=\d)")
_SEAMS = re.compile(f"{SEAM}+")
_MOST_PARTS = 2000  # texts and ends of words
_DEEPEST = 60  # elements within each other
_LONG = 200  # characters of text outside of an <article> that leave it a mere frame of the headline
_ENOUGH = 60  # characters of text besides the headline that make an <article> the article


def line_of(node: LexborNode) -> str:
    """The text of a node as one line; blocks and line breaks in it separate words. What nests or goes on without end is cut."""
    only = node.first_child
    if only is not None and only.next is None and only.tag == "-text":
        return squeeze(only.text_content or "")
    parts: list[str] = []
    _collect(node, parts, 0)
    text = "".join(parts)
    return squeeze(between_spans(text) if SEAM in text else text)


def between_spans(text: str) -> str:
    """A text in which `SEAM` stands where one `<span>` follows another without white space.

    Some sites put a day and a section so, others cut words: a capital or a number begins a word of its own.
    """
    return _SEAMS.sub("", _WORDS_APART.sub(" ", text))


def _collect(node: LexborNode, parts: list[str], depth: int) -> None:
    child = node.first_child
    while child is not None and len(parts) < _MOST_PARTS:
        tag = child.tag or ""
        if tag == "-text":
            parts.append(child.text_content or "")
        elif tag not in _SILENT and depth < _DEEPEST:
            if tag in _ENDS_WORD:
                parts.append(" ")
                _collect(child, parts, depth + 1)
                parts.append(" ")
            else:
                if tag == "span" and child.prev is not None and child.prev.tag == "span":
                    parts.append(SEAM)
                _collect(child, parts, depth + 1)
        child = child.next


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
    around = [node for node in ancestors(headline) if _is_main(node)]
    for node in around:
        if len(squeeze(node.text())) - length >= _ENOUGH:
            return node
    if headline is None:
        mains = [node for node in body.css('article,main,[role="main"]') if len(squeeze(node.text())) >= _ENOUGH]
        if mains:
            return max(mains, key=lambda node: _paragraphs(node.css("p")))
    scope, text = _densest(body, headline)
    return around[-1] if around and text < _LONG else scope


def beyond_main(headline: LexborNode, scope: LexborNode) -> list[LexborNode]:
    """What follows the page's `<main>` within the scope of an article whose headline stands before that."""
    main = scope.css_first('main,[role="main"]')
    if main is None or main.mem_id == scope.mem_id or len(squeeze(main.text())) < _ENOUGH:
        return []
    if any(outer.mem_id == main.mem_id for outer in ancestors(headline)):
        return []
    found: list[LexborNode] = []
    node: LexborNode | None = main
    while node is not None and node.mem_id != scope.mem_id:
        sibling = node.next
        while sibling is not None:
            found.append(sibling)
            sibling = sibling.next
        node = node.parent
    return found


def _is_main(node: LexborNode) -> bool:
    return node.tag in {"article", "main"} or node.attributes.get("role") == "main"


def _paragraphs(nodes: Iterable[LexborNode]) -> int:
    return sum(len(node.text()) for node in nodes)


def _densest(body: LexborNode, headline: LexborNode | None) -> tuple[LexborNode, float]:
    """The innermost element that holds the headline and the element with the most text in paragraphs of its own; and how much that is."""
    noise = Noise(headline)
    scores: dict[int, float] = defaultdict(float)
    nodes: dict[int, LexborNode] = {}
    for node in body.css("p,blockquote,li,td,div"):
        if noise.covers(node):
            continue
        flat = node.tag in {"div", "td"}
        text = len(squeeze(node.text(deep=not flat)))
        if text < (80 if flat else 25):
            continue
        text -= sum(len(link.text()) for link in node.css("a"))
        outer = node if flat else node.parent
        for share in (1.0, 0.5):
            if outer is not None and outer.tag not in {"html", None} and text > 0:
                nodes[outer.mem_id] = outer
                scores[outer.mem_id] += text * share
                outer = outer.parent
    if not scores:
        return body, 0
    most = max(scores.values())
    best = nodes[max(scores, key=scores.__getitem__)]
    around = {node.mem_id for node in ancestors(headline)}
    while headline is not None and best.mem_id not in around and best.parent is not None and best.tag != "body":
        best = best.parent
    return best, most


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
