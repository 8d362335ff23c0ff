"""How much goes out of one article and in one feed, and how what is longer is cut. Pure; docs/formats.md states the limits."""

import re
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

TITLE = 300  # characters; headlines of portals stay below 200
SUMMARY = 4_000  # characters
CONTENT = 100_000  # characters of HTML: some 30 pages of print
WORDS = 300  # characters of a name, a label, a line of rights, a caption
TERMS = 100  # categories of one entry
PICTURES = 50  # of one entry
AUTHORS = 20  # of one entry
ALTERNATES = 50  # of one entry
FEED = 1_000_000  # bytes of a feed in one format; readers give up at some point between one and five million

_DEEPEST = 8  # elements within each other that a cut goes down: body, table, tbody, tr, td, ul, li, p
_HALF_ENTITY = re.compile(r"&#?\w{0,32}$")
_READ_ON = {"de": "weiterlesen", "en": "read on"}


def beginning(html: str) -> tuple[str, bool]:
    """The HTML of an article up to the last block that ends within the limit, and whether anything was left out.

    Every tag is closed. A block that alone is longer is cut within: a list between its items, a paragraph between words.
    """
    if len(html) <= CONTENT:
        return html, False
    tree = LexborHTMLParser(_at_a_word(html[:CONTENT]))  # which closes what the cut leaves open
    if tree.body is None:
        return "", True
    _drop_last(tree.body)
    return tree.body.inner_html or "", True


def read_on(link: str, language: str) -> str:
    """The paragraph behind a text that was cut: it leads to the whole one."""
    words = _READ_ON.get(language.partition("-")[0], _READ_ON["de"])
    return f'<p>… <a href="{escape(link)}">{words}</a></p>'


def _at_a_word(html: str) -> str:
    """Without the word, entity or tag that the cut goes through."""
    opened = html.rfind("<")
    if opened > html.rfind(">"):
        return html[:opened]
    words = html.rsplit(maxsplit=1)
    return words[0] if len(words) > 1 and ">" not in words[1] else _HALF_ENTITY.sub("", html)


def _drop_last(node: LexborNode) -> None:
    """Take out the last block, which the cut went through; within it, where it is most of the article."""
    for _ in range(_DEEPEST):
        children = list(node.iter(include_text=False))
        if not children:
            return
        last = children[-1]
        if len(last.html or "") <= CONTENT // 2:
            if len(children) > 1:
                last.decompose()
            return
        node = last
