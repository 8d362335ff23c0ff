# ruff: noqa: SIM905  # lists of element names read better as a line of words
"""Foreign markup written anew with a few elements in a fixed order: paragraphs, headings, lists, tables, figures. Pure.

Not a filter but a rewrite: whatever the page nested into what, the outcome is a flat row of blocks that hold text, and
writing it anew once more changes nothing. What is no news (scripts, forms' controls, navigation) has no place in it.
"""

import re
from collections.abc import Callable
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.ingest import pictures
from syndicator.ingest.limits import bounded
from syndicator.ingest.links import link
from syndicator.text import squeeze, xml_safe

_DROPPED = frozenset(
    "script style template iframe frame frameset object embed applet param video audio source track canvas svg math "
    "select input textarea option optgroup datalist label meter progress nav dialog head title meta link base map area "
    "noembed noframes xmp plaintext marquee bgsound keygen menu col colgroup -comment -doctype".split(),
)
_INLINE = {
    "a": "a", "em": "em", "i": "em", "strong": "strong", "b": "strong", "sub": "sub", "sup": "sup", "abbr": "abbr",
    "acronym": "abbr", "time": "time", "code": "code", "q": "q", "cite": "cite", "del": "del", "ins": "ins", "s": "del",
    "strike": "del",
}  # fmt: skip
_TRANSPARENT = frozenset(
    "span font mark small big u nobr bdi bdo ruby rb rt rp rtc data output var samp kbd dfn tt wbr blink".split(),
)
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6"}
_SECTIONS = {"thead", "tbody", "tfoot"}
_DEEPEST = 50
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_ESCAPED_INVISIBLE = re.compile("&(?:#|shy|zw|ZeroWidth|NoBreak|Negative)")
_OPENS = re.compile(r"collapse|accordion|akkordeon", re.IGNORECASE)
_DATETIME = re.compile(r"[0-9A-Z:+. -]{4,40}", re.IGNORECASE)

Skip = Callable[[LexborNode], bool]
Item = tuple[str, str]  # ("p", inline markup) | ("img", markup) | ("caption", inline markup) | ("block", markup)


def rewrite(html: str, base: str) -> str:
    """The markup as a row of blocks, addresses absolute against `base`."""
    html = xml_safe(_INVISIBLE.sub("", html))
    tree = LexborHTMLParser(f"<!doctype html><body>{bounded(html)}")
    escaped = _ESCAPED_INVISIBLE.search(html) is not None
    return _Writer(base, escaped=escaped).document(tree.body) if tree.body is not None else ""


def blocks(node: LexborNode, base: str, *, itself: bool = False, skip: Skip | None = None) -> list[str]:
    """The blocks that a part of a page holds, one string of markup each.

    `itself`: with the node's own element; `skip`: whether to pass over an element. What is written so has yet to pass
    `clean.gate`.
    """
    writer = _Writer(base, escaped=True, skip=skip)
    items = writer.contents(node, only=itself)
    return [markup if kind == "block" else f"<p>{markup}</p>" for kind, markup in items]


class _Line:
    """Inline markup as it grows; elements open only when text comes, so that none is empty."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.opened: list[str] = []
        self.space = False
        self.breaks = 0
        self.filled = False

    def add(self, markup: str, wrappers: list[Item]) -> None:
        if self.filled:
            self.parts.append("<br>" if self.breaks else " " if self.space else "")
        for tag, opening in wrappers[len(self.opened) :]:
            self.parts.append(opening)
            self.opened.append(tag)
        self.parts.append(markup)
        self.filled, self.space, self.breaks = True, False, 0

    def ends_before(self, words: str) -> bool:
        """Whether what is there and `words` are two words, though nothing parts them: a capital or a number begins one."""
        last, first = self.parts[-1][-1:] if self.parts else "", words[:1]
        return last.isalnum() and (first.isupper() or (first.isdigit() and not last.isdigit()))

    def close(self, depth: int) -> None:
        while len(self.opened) > depth:
            self.parts.append(f"</{self.opened.pop()}>")

    def finish(self) -> str:
        self.close(0)
        return "".join(self.parts)


class _Writer:
    def __init__(self, base: str, *, escaped: bool, skip: Skip | None = None) -> None:
        self.base = base
        self.skip = skip
        self.escaped = escaped  # whether references may stand for characters that text must not hold
        self.items: list[Item] = []
        self.line = _Line()
        self.wrappers: list[Item] = []
        self.inline = False  # inside a heading or caption: blocks are only line breaks there
        self.figure = False
        self.depth = 0
        self.shown: set[str] = set()  # addresses of pictures
        self.seam = False  # one <span> has ended and another begun

    def document(self, node: LexborNode) -> str:
        return _paragraphs(self.contents(node))

    # ------------------------------------------------------------ lines

    def text(self, raw: str) -> None:
        if self.escaped:
            raw = _INVISIBLE.sub("", xml_safe(raw))
        words = " ".join(raw.split())
        if raw[:1].isspace() or (self.seam and self.line.ends_before(words)):
            self.line.space = True
        self.seam = False
        if words:
            if "&" in words or "<" in words or ">" in words:
                words = escape(words, quote=False)
            self.line.add(words, self.wrappers)
            self.line.space = raw[-1:].isspace()

    def line_break(self) -> None:
        self.line.breaks += 1
        if self.line.breaks > 1 and not self.inline:
            self.flush()

    def flush(self) -> None:
        """End the line: as a paragraph, or where only inline markup is allowed as a line break."""
        if self.inline:
            self.line.breaks += self.line.filled and not self.line.breaks
            return
        if self.line.filled:
            self.items.append(("p", self.line.finish()))
            self.line = _Line()
        self.line.space, self.line.breaks = False, 0

    def inner_line(self, node: LexborNode) -> str:
        """What is in a heading, caption or term, as one line."""
        self.flush()
        before, self.inline = self.inline, True
        line, self.line = self.line, _Line()
        self.flow(node)
        markup = self.line.finish()
        self.inline, self.line = before, line
        return markup

    def contents(self, node: LexborNode, *, only: bool = False, figure: bool = False) -> list[Item]:
        """The blocks in a node, or with `only` those of the node itself."""
        self.flush()
        items, self.items = self.items, []
        before, self.figure = self.figure, figure
        if only:
            self.node(node)
        else:
            self.flow(node)
        self.flush()
        found, self.items, self.figure = self.items, items, before
        return found

    # ------------------------------------------------------------ the walk

    def flow(self, node: LexborNode) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            self.text(node.text())
        else:
            child = node.first_child
            while child is not None:
                self.node(child)
                child = child.next
        self.depth -= 1

    def node(self, node: LexborNode) -> None:  # noqa: C901  # one line for each kind of element
        tag = node.tag or ""
        if tag == "-text":
            self.text(node.text_content or "")
        elif tag in _DROPPED or (self.skip and self.skip(node)):
            return
        elif tag in _INLINE:
            self.inline_element(node, _INLINE[tag])
        elif tag in _TRANSPARENT:
            self.seam = tag == "span" and node.prev is not None and node.prev.tag == "span"
            self.flow(node)
        elif tag == "br":
            self.line_break()
        elif tag == "img":
            self.image(node)
        elif tag == "noscript":
            self.noscript(node)
        elif tag == "button":
            self.button(node)
        elif tag == "figcaption" and self.figure:
            if caption := self.inner_line(node):
                self.items.append(("caption", caption))
        elif self.inline or tag not in _BLOCKS:
            self.flush()
            self.flow(node)
            self.flush()
        else:
            self.flush()
            _BLOCKS[tag](self, node)

    def inline_element(self, node: LexborNode, tag: str) -> None:
        opening = self.opening(node, tag)
        if not opening or any(tag == outer for outer, _ in self.wrappers):
            self.flow(node)
            return
        self.wrappers.append((tag, opening))
        self.flow(node)
        self.wrappers.pop()
        self.line.close(len(self.wrappers))

    def opening(self, node: LexborNode, tag: str) -> str:
        if tag == "a":
            address = link(node.attributes.get("href"), self.base)
            return f'<a href="{escape(address)}">' if address else ""
        if tag == "abbr":
            title = squeeze(node.attributes.get("title") or "")
            return f'<abbr title="{escape(title)}">' if title else ""
        if tag == "time":
            instant = (node.attributes.get("datetime") or "").strip()
            return f'<time datetime="{escape(instant)}">' if _DATETIME.fullmatch(instant) else ""
        return f"<{tag}>"

    def image(self, node: LexborNode) -> None:
        address = pictures.source(node, self.base)
        if not address:
            return
        self.shown.add(address)
        attributes = node.attributes
        markup = f'<img src="{escape(address)}" alt="{escape(squeeze(attributes.get("alt") or ""))}"'
        for name in ("width", "height"):
            size = attributes.get(name) or ""
            markup += f' {name}="{size}"' if re.fullmatch("[1-9][0-9]{0,4}", size) else ""
        if not self.figure or self.inline:
            self.line.add(markup + ">", self.wrappers)
            return
        self.flush()
        around = next((opening for tag, opening in self.wrappers if tag == "a"), "")
        self.items.append(("img", f"{around}{markup}>" + ("</a>" if around else "")))

    def noscript(self, node: LexborNode) -> None:
        """The picture that a page shows without scripts, unless the one beside it told its address already."""
        before = node.prev
        while before is not None and before.tag == "-text" and not (before.text_content or "").strip():
            before = before.prev
        beside = (
            [before] if before is not None and before.tag == "img" else before.css("img") if before is not None else []
        )
        if len(beside) == 1 and pictures.source(beside[0], self.base):
            return
        for picture in node.css("img"):
            if pictures.source(picture, self.base) not in self.shown:
                self.image(picture)

    def button(self, node: LexborNode) -> None:
        """What opens a part of an accordion is that part's heading."""
        if "aria-expanded" in node.attributes or _OPENS.search(
            f"{node.attributes.get('data-toggle')} {node.attributes.get('data-bs-toggle')} {node.attributes.get('class')}"
        ):
            self.flush()
            self.flow(node)
            self.flush()

    # ------------------------------------------------------------ blocks

    def block(self, markup: str) -> None:
        if markup:
            self.items.append(("block", markup))

    def heading(self, node: LexborNode) -> None:
        tag = _HEADINGS[node.tag or ""]
        if markup := self.inner_line(node):
            if squeeze(re.sub("<[^>]*>", "", markup)):
                self.block(f"<{tag}>{markup}</{tag}>")
            else:
                self.items.append(("p", markup))  # a heading that only holds a picture

    def listing(self, node: LexborNode) -> None:
        entries = [_cell(found) for found in self.entries(node, "li")]
        start = node.attributes.get("start") or ""
        number = (
            f' start="{start}"' if node.tag == "ol" and re.fullmatch("[1-9][0-9]{0,3}", start) and start != "1" else ""
        )
        tag = "ol" if node.tag == "ol" else "ul"
        if entries:
            self.block(f"<{tag}{number}>" + "".join(f"<li>{entry}</li>" for entry in entries) + f"</{tag}>")

    def entries(self, node: LexborNode, tag: str) -> list[list[Item]]:
        found = []
        child = node.first_child
        while child is not None:
            if contents := self.contents(child, only=child.tag != tag):
                found.append(contents)
            child = child.next
        return found

    def definitions(self, node: LexborNode) -> None:
        markup = self.terms(node)
        self.block(f"<dl>{markup}</dl>" if markup else "")

    def terms(self, node: LexborNode) -> str:
        markup = ""
        child = node.first_child
        while child is not None:
            if child.tag == "dt":
                term = self.inner_line(child)
                markup += f"<dt>{term}</dt>" if term else ""
            elif child.tag == "div":
                markup += self.terms(child)
            elif contents := self.contents(child, only=child.tag != "dd"):
                markup += f"<dd>{_cell(contents)}</dd>"
            child = child.next
        return markup

    def quotation(self, node: LexborNode) -> None:
        markup = _paragraphs(self.contents(node))
        self.block(f"<blockquote>{markup}</blockquote>" if markup else "")

    def preformatted(self, node: LexborNode) -> None:
        text = xml_safe(_INVISIBLE.sub("", node.text())).replace("\u00a0", " ").replace("\r", "").strip("\n").rstrip()
        self.block(f"<pre>{escape(text, quote=False)}</pre>" if text.strip() else "")

    def picture_frame(self, node: LexborNode) -> None:
        """A figure holds pictures and one caption: all text in it, as credits stand beside the `figcaption`, too."""
        if self.figure:
            self.flow(node)
            self.flush()
            return
        items = self.contents(node, figure=True)
        images = "".join(markup for kind, markup in items if kind == "img")
        if not images or any(kind == "block" for kind, _ in items):
            self.items += [("p" if kind != "block" else kind, markup) for kind, markup in items]
            return
        caption = "<br>".join(markup for kind, markup in items if kind != "img")
        self.block(f"<figure>{images}" + (f"<figcaption>{caption}</figcaption>" if caption else "") + "</figure>")

    # ------------------------------------------------------------ tables

    def table(self, node: LexborNode) -> None:
        caption, sections = "", ""
        cells: list[list[Item]] = []
        for child in node.iter():
            if child.tag == "caption":
                caption = self.inner_line(child)
            elif child.tag in _SECTIONS:
                rows = "".join(self.row(row, cells) for row in child.iter() if row.tag == "tr")
                sections += f"<{child.tag}>{rows}</{child.tag}>" if rows else ""
        if len(cells) > 1:
            self.block(f"<table>{f'<caption>{caption}</caption>' if caption else ''}{sections}</table>")
        else:  # laid out, not tabulated
            self.items += [*([("p", caption)] if caption else ()), *(item for cell in cells for item in cell)]

    def row(self, row: LexborNode, cells: list[list[Item]]) -> str:
        """One row's markup; what its cells hold is added to `cells`."""
        markup = ""
        for node in row.iter():
            if node.tag in {"td", "th"}:
                cells.append(self.contents(node))
                markup += f"<{node.tag}{_spans(node)}>{_cell(cells[-1])}</{node.tag}>"
        return f"<tr>{markup}</tr>" if markup else ""


_BLOCKS = {
    **dict.fromkeys(_HEADINGS, _Writer.heading),
    **dict.fromkeys(("ul", "ol"), _Writer.listing),
    "dl": _Writer.definitions,
    "blockquote": _Writer.quotation,
    "pre": _Writer.preformatted,
    "figure": _Writer.picture_frame,
    "table": _Writer.table,
}


def _paragraphs(items: list[Item]) -> str:
    return "".join(markup if kind == "block" else f"<p>{markup}</p>" for kind, markup in items)


def _cell(items: list[Item]) -> str:
    """The contents of a list entry or table cell: a single paragraph needs no `<p>` there."""
    single = sum(kind != "block" for kind, _ in items) == 1
    return "".join(markup if single or kind == "block" else f"<p>{markup}</p>" for kind, markup in items)


def _spans(node: LexborNode) -> str:
    spans = ""
    for name in ("colspan", "rowspan"):
        span = node.attributes.get(name) or ""
        spans += f' {name}="{span}"' if re.fullmatch("[1-9][0-9]?", span) and span != "1" else ""
    scope = node.attributes.get("scope") or ""
    return spans + (f' scope="{scope}"' if node.tag == "th" and scope in {"row", "col", "rowgroup", "colgroup"} else "")
