# ruff: noqa: SIM905  # lists of element names read better as a line of words
"""Markup bounded before a parser sees it. Pure.

HTML parsers take quadratic time over deep nesting, over many attributes on one tag, and over formatting elements that are
never closed: 200,000 nested tags or 300,000 attributes keep one busy for minutes. One linear pass counts them as the HTML
standard would (WHATWG HTML, 13.2), in doubt too many, and drops what is beyond the limits. Text is never dropped.
"""

import re

DEPTH = 200  # the deepest of the known portals goes to about 40
LOOSE = 24  # formatting elements open at a time
ATTRIBUTES = 100  # on one tag
HARMLESS = 12_000  # with fewer tags than this, and few left open, a parser needs 0.2 s at worst
SHORT = 100_000  # characters; no flood of attributes or formatting that fits in takes longer than 0.5 s
LONG_SCRIPT = 2000  # bytes

_TAG = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(/?)([a-zA-Z][^\s/>]*+)"
    r"((?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?+)?+)*+)(?:>|\Z)",
    re.DOTALL,
)
# A tag that may hold too many attributes. Long pieces count several times: no start of a match looks far ahead.
_FLOOD = re.compile(
    r"<[a-zA-Z](?:[^\s/>=]{1,300}+|[\s/]{1,300}+"
    r"|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]{0,300}+)?+)"
    f"{{{2 * ATTRIBUTES}}}",
)
_ATTRIBUTE = re.compile(
    r"[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?+)?+",
)
_LONG = 2 * ATTRIBUTES  # no tag shorter than this holds too many attributes

_LOOSE_TAG = re.compile(r"<(/?)(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE)

_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr frame keygen basefont bgsound".split()
)
_RAW = frozenset("script style textarea title xmp iframe noembed noframes".split())
_FOREIGN = frozenset({"svg", "math", "select"})  # in these, raw text is none
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_ONLY_ITSELF = _FORMATTING | {"form"}  # their end tags leave open what was opened within (13.2.6.4.7)
_SAME_ENDS = frozenset("p li dt dd td th tr option optgroup".split())  # a second one ends the first
_SCOPE = frozenset("applet caption html table td th marquee object template svg math select foreignobject desc".split())
_LIST = _SCOPE | {"ol", "ul"}
_BUTTON = _SCOPE | {"button"}
_TABLE = frozenset("table tbody thead tfoot tr td th caption".split())
_TABLE_SCOPE = frozenset({"html", "table", "template"})
_SPECIAL = _LIST | frozenset(
    "address article aside blockquote body button center col colgroup dd details dir div dl dt fieldset figcaption figure "
    "footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup iframe li link listing main menu nav noembed noframes "
    "noscript p plaintext pre script search section style summary tbody textarea tfoot thead title tr xmp".split(),
)


def bounded(html: str, depth: int = DEPTH) -> str:
    """The markup itself, or a copy without the tags that nest deeper than `depth` and the attributes beyond the limit."""
    if depth >= DEPTH and html.count("<") < HARMLESS and (len(html) < SHORT or _is_tidy(html)):
        return html
    counted = _Open(depth)
    dropped: list[tuple[int, int, str]] = []
    position = 0
    while (match := _TAG.search(html, position)) is not None:
        start, position = match.span()
        closing, name, attributes = match.groups()
        if name is None:
            continue
        name = name.lower()
        if not closing and name in _RAW and not counted.foreign:
            position = _end_of_raw(html, position, name)
        elif not (counted.close(name) if closing else counted.open(name)):
            dropped.append((start, match.end(), ""))
            continue
        if attributes is not None and len(attributes) > _LONG and len(_ATTRIBUTE.findall(attributes)) > ATTRIBUTES:
            dropped.append((start, match.end(), f"<{closing}{name}>"))
    return _without(html, dropped) if dropped else html


def without_scripts(body: bytes) -> bytes:
    """The page without the text of long scripts: portals keep their whole navigation there, ten times the page.

    Asked before the page is decoded. JSON-LD stays, and so does what may be no script at all: one in a comment, or with a
    comment or script within.
    """
    parts: list[bytes] = []
    done = 0
    start = body.find(b"<script")
    while start >= 0 and (inside := body.find(b">", start) + 1) and (end := body.find(b"</script", inside)) >= 0:
        if (
            end - inside > LONG_SCRIPT
            and b"ld+json" not in body[start:inside].lower()
            and not _holds_marks(body, inside, end)
        ):
            parts.append(body[done:inside])
            done = end
        start = body.find(b"<script", end)
    return b"".join((*parts, body[done:])) if parts else body


def _holds_marks(body: bytes, start: int, end: int) -> bool:
    """Whether there are comments or scripts within; the single bytes are looked for first, as that is many times faster."""
    if body.find(b"<", start, end) >= 0 and any(body.find(mark, start, end) >= 0 for mark in (b"<!--", b"<script")):
        return True
    return body.find(b">", start, end) >= 0 and body.find(b"-->", start, end) >= 0


class _Open:
    """The elements open at one place of the markup; estimates towards too many."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.stack: list[str] = []
        self.loose: dict[str, int] = {}
        self.foreign = 0

    def open(self, name: str) -> bool:
        stack = self.stack
        if name in _VOID and not self.foreign:
            return True
        if name in _SAME_ENDS and stack and stack[-1] == name:
            return True
        if len(stack) >= self.depth:
            return False
        if name in _FORMATTING:
            if sum(self.loose.values()) >= LOOSE:
                return False
            self.loose[name] = self.loose.get(name, 0) + 1
        stack.append(name)
        self.foreign += name in _FOREIGN
        return True

    def close(self, name: str) -> bool:
        stack = self.stack
        at = len(stack) - 1
        if at >= 0 and stack[at] != name:
            barrier = _barrier(name)
            while at >= 0 and stack[at] != name and stack[at] not in barrier:
                at -= 1
        if at < 0 or stack[at] != name:
            return True  # ignored by parsers, too
        if name in _FORMATTING:
            self.loose[name] -= 1
        if name in _ONLY_ITSELF:
            del stack[at]
        else:
            self.foreign -= sum(tag in _FOREIGN for tag in stack[at:]) if self.foreign else 0
            del stack[at:]
        return True


def _barrier(name: str) -> frozenset[str]:
    """The elements beyond which an end tag does not reach (13.2.4.2, the element has … in scope)."""
    if name == "li":
        return _LIST
    if name == "p":
        return _BUTTON
    if name in _TABLE:
        return _TABLE_SCOPE
    return _SCOPE if name in _SPECIAL or name in _FORMATTING else _SPECIAL


def _is_tidy(html: str) -> bool:
    return _left_open(html) <= LOOSE and not _FLOOD.search(html)


def _left_open(html: str) -> int:
    slashes = _LOOSE_TAG.findall(html)
    return len(slashes) - 2 * slashes.count("/")


def _end_of_raw(html: str, position: int, name: str) -> int:
    end = re.compile(f"</{name}[\\s/>]", re.IGNORECASE).search(html, position)
    return end.start() if end else len(html)


def _without(html: str, dropped: list[tuple[int, int, str]]) -> str:
    kept, position = [], 0
    for start, end, instead in dropped:
        kept += [html[position:start], instead]
        position = end
    return "".join(kept) + html[position:]
