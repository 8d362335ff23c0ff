"""Says what of a piece of HTML is not inert: anything beyond text, structure, pictures and links to the web."""

import re

from selectolax.lexbor import LexborHTMLParser

_TAGS = frozenset(
    [
        "p",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "a",
        "em",
        "strong",
        "sub",
        "sup",
        "abbr",
        "time",
        "code",
        "q",
        "cite",
        "del",
        "ins",
        "br",
        "img",
    ]
)
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "abbr": {"title"},
    "time": {"datetime"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_LINK = re.compile(r"https?://[\w.\[\]:-]+(/[^\s<>\"\\]*|\?[^\s<>\"\\]*|#[^\s<>\"\\]*)?|(?:mailto|tel):[^\s<>\"]+")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def faults(html: str) -> list[str]:
    """What a reader's browser could take for more than text; empty if the fragment is inert."""
    found = [f"character {match[0]!r}" for match in _NOT_XML.finditer(html)]
    tree = LexborHTMLParser(f"<!doctype html><body>{html}")
    for node in tree.root.traverse():
        if node.tag in {"html", "head", "body"}:
            continue
        if node.tag not in _TAGS:
            found.append(f"element {node.tag}")
        for name, value in node.attributes.items():
            if name not in _ATTRIBUTES.get(node.tag, ()):
                found.append(f"attribute {node.tag} {name}")
            if name in {"href", "src"} and not _LINK.fullmatch(value or ""):
                found.append(f"address {value!r}")
    return found
