"""The little markup of the article files, as HTML.

Blocks are parted by empty lines: `## sub-headline`, `- point`, `> quotation`, `| box` (its first line is its heading), and
anything else is a paragraph. Inside: `**strong**` and `[words](address)`. No-break spaces and soft hyphens become
entities, as editors of content management systems write them.
"""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

_STRONG = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def html(text: str) -> Markup:
    """The text's HTML, one block a line."""
    return Markup("\n").join(_block(block.split("\n")) for block in text.strip("\n ").split("\n\n"))


def _block(lines: Sequence[str]) -> Markup:
    first = lines[0]
    if first.startswith("## "):
        return Markup("<h2>{}</h2>").format(_inline(first[3:]))
    if first.startswith("- "):
        return Markup("<ul>{}</ul>").format(Markup("").join(_element("li", line[2:]) for line in lines))
    if first.startswith("> "):
        return Markup("<blockquote>{}</blockquote>").format(_element("p", " ".join(line[2:] for line in lines)))
    if first.startswith("| "):
        inside = [_element("h3", first[2:]), *(_element("p", line[2:]) for line in lines[1:])]
        return Markup("<div>{}</div>").format(Markup("").join(inside))
    return _element("p", " ".join(lines))


def _element(tag: str, text: str) -> Markup:
    return Markup(f"<{tag}>") + _inline(text) + Markup(f"</{tag}>")  # noqa: S704  # the tags above, never the text


def _inline(text: str) -> Markup:
    safe = str(escape(text)).replace("\xa0", "&nbsp;").replace("\xad", "&shy;")
    safe = _STRONG.sub(r"<strong>\1</strong>", safe)
    return Markup(_LINK.sub(r'<a href="\2">\1</a>', safe))  # noqa: S704  # escaped in the line before last
