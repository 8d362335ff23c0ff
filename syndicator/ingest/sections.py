"""One of several items on a page, told apart by the fragment of its address. Pure."""

import re
from html import escape
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.ingest.noise import ancestors

_HEADINGS = "h1,h2,h3,h4,h5,h6"
_HEADING = re.compile("h[1-6]")
_LEAST = 20  # characters of an item's text
_MOST = 200  # elements of one item


def section_of(tree: LexborHTMLParser, fragment: str) -> str:
    """The item that a fragment names, as a page of its own; "" where it names none.

    It names an element that holds a heading and a text, or a heading (or an anchor in or before it): then the item goes to the
    next heading of its rank.
    """
    node = _named(tree, unquote(fragment))
    if node is None:
        return ""
    root = tree.css_first("html")
    language = (root.attributes.get("lang") or "") if root is not None else ""
    markup = _whole(node) or _from_heading(node)
    return f'<!doctype html><html lang="{escape(language)}"><body><main>{markup}</main></body></html>' if markup else ""


def _named(tree: LexborHTMLParser, name: str) -> LexborNode | None:
    if not name:
        return None
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return tree.css_first(f'[id="{quoted}"],a[name="{quoted}"]')


def _whole(node: LexborNode) -> str:
    """An element that is the whole item."""
    heading = node.css_first(_HEADINGS)
    if heading is None or _HEADING.fullmatch(node.tag or "") or len(node.text()) - len(heading.text()) < _LEAST:
        return ""
    return node.html or ""


def _from_heading(node: LexborNode) -> str:
    heading = next((outer for outer in (node, *ancestors(node)) if _HEADING.fullmatch(outer.tag or "")), None)
    if heading is None and (heading := _next_heading(node)) is None:
        return ""
    parts, rank = [heading.html or ""], heading.tag or ""
    following = heading.next
    while following is not None and len(parts) < _MOST:
        tag = following.tag or ""
        if _HEADING.fullmatch(tag) and tag <= rank:
            break
        if tag[:1] != "-" and following.css_first(rank) is not None:
            break
        parts.append(following.html or "")
        following = following.next
    return "".join(parts)


def _next_heading(node: LexborNode) -> LexborNode | None:
    """The heading right behind an anchor."""
    for start in (node, node.parent):
        following = start.next if start is not None else None
        while following is not None and following.tag == "-text":
            following = following.next
        if following is not None and _HEADING.fullmatch(following.tag or ""):
            return following
    return None
