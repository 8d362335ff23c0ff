"""The words under which a page files its article: topline, tags, districts. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from selectolax.lexbor import LexborNode

from syndicator.ingest import wordings
from syndicator.ingest.blocks import line_of
from syndicator.ingest.clean import text_of
from syndicator.ingest.credits import is_credit
from syndicator.ingest.dates import announcement, may_hold_date
from syndicator.ingest.headline import is_place
from syndicator.ingest.moments import read_dateline
from syndicator.ingest.noise import ancestors
from syndicator.ingest.page import Page
from syndicator.model import Label
from syndicator.text import fold

_LONGEST = 60  # characters of one label
_MOST = 25
_TOPLINE = re.compile(
    r"(?:^|[\s_-])(?:topline|kicker|dachzeile|overline|eyebrow|rubrik|roofline|spitzmarke)(?:$|[\s_-])", re.IGNORECASE
)
_TOPLINES = ",".join(
    f'[class*="{stem}"]'
    for stem in ("opline", "icker", "achzeile", "verline", "yebrow", "ubrik", "oofline", "pitzmarke")
)
_SECTION = re.compile(r"(?:^|[\s_-])(?:category|kategorie|category-name|cat-links)(?:$|[\s_-])", re.IGNORECASE)
_SECTIONS = '[class*="ategor"],[class*="cat-links"],a[rel~="category"]'
_TAGS = re.compile(
    r"(?:^|[\s_-])(?:tags?|tag-?(?:list|cloud|links|items)|keywords?|schlagworte?|schlagwoerter)(?:$|[\s_-])",
    re.IGNORECASE,
)
_TAG_PLACES = '[class*="tag"],[class*="eyword"],[class*="chlagw"],[aria-label*="chlagw"],a[rel~="tag"]'
_DISTRICT = re.compile(r"(?:^|[\s_-])(?:districts?|stadtbezirke?|bezirke?)(?:$|[\s_-])", re.IGNORECASE)
_DISTRICT_PLACES = '[class*="istrict"],[class*="ezirk"],[aria-label*="ezirk"]'
_SAYS_DISTRICT = re.compile(r"Stadtbezirke?n?:?\s+(.{2,200})")
_HEADING = re.compile(
    r"^(?:Stadtbezirke?|Schlagw(?:ort|orte|örter)|Tags|Themen|Kategorien?|Rubrik)\s*:\s*", re.IGNORECASE
)
_NAMED = re.compile(
    r"(?:Schlagw(?:ort|orte|örter)|Stichw(?:ort|orte|örter)|Tags?|Themen|Kategorien?|Rubrik(?:en)?|[Aa]bgelegt unter|Stadtbezirke?|Stadtteile?|Ortsteile?|Bezirke?)"
    r"\s?(?::|$|(?=\s))"
)
_STATED = re.compile(r"[\w ]{3,20}:\s?([^.!?:]{2,80})")
_IS_SECTION = re.compile(r"Rubrik|Kategorie")
_ROW = re.compile(r"<tr>|<li>|<dt>")
_CARD_WITHIN = 3  # blocks
_DAY = re.compile(
    r"\d{1,2}\.\s?(?:\d{1,2}\.|[A-Z][a-zä]{2,8}\.?)\s?\d{2,4}(?:[\s,|·–-]{1,4}\d{1,2}[:.]\d\d(?:\s?Uhr)?)?|\d{1,2}[:.]\d\d\s?Uhr"
)
_PARTS = re.compile(r"[|·•/,–—]")
_NAMES_WRITER = re.compile(r"(?:von|by|Von|Autor|Redaktion|Presse|Foto|Bild|Stand|Text|Uhr)\b")
_MOST_WORDS = 4  # "Service und Beteiligung", no sentence
_IS_DISTRICT = re.compile(r"Stadt|Orts|Bezirk")
_NAMED_WITHIN = 200  # characters of markup
_LINK = re.compile(r"<a [^>]*>(.*?)</a>", re.DOTALL)
_MOST_KEYWORDS = 10  # with more of them they are those of the site


Labelled = tuple[Label, str]


def find_labels(page: Page, *, topline: bool = True) -> dict[Label, str]:
    """The labels of a page, each with the rule that found it; without `topline` only tags and districts."""
    found: dict[Label, str] = {}
    for label, rule in (*(_topline(page) if topline else ()), *_tags(page), *_districts(page), *_named_lines(page)):
        again = label.axis == "tag" and Label("topline", label.name) in found
        if len(found) < _MOST and not again:
            found.setdefault(label, rule)
    return found


def label_lines(blocks: Sequence[str]) -> list[tuple[int, str, list[str]]]:
    """Which of a page's blocks name labels and nothing else ("Themen:" and links, "Rubrik: Umwelt"): their places, axis and words."""
    found: list[tuple[int, str, list[str]]] = []
    for n, block in enumerate(blocks):
        head = _NAMED.match(text_of(block[:_NAMED_WITHIN]))
        if not head:
            continue
        axis = _axis(head[0])
        if words := _only_links(block, head[0]) or _stated_words(text_of(block)):
            found.append((n, axis, words))
        elif text_of(block) == head[0].strip() and n + 1 < len(blocks) and (words := _only_links(blocks[n + 1], "")):
            found += [(n, axis, []), (n + 1, axis, words)]
    return found


def _axis(name: str) -> str:
    if _IS_DISTRICT.match(name):
        return "district"
    return "topline" if _IS_SECTION.match(name) else "tag"


def _stated_words(line: str) -> list[str]:
    """What a line says after the name and a colon, if that are words and no sentence."""
    said = _STATED.fullmatch(line)
    return [word.strip() for word in said[1].split(",")] if said else []


def _in_records(blocks: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What the rows of a page's card say of labels: "Rubrik: Umwelt" in a table or list near the headline."""
    for block in blocks[:_CARD_WITHIN]:
        if block.startswith(("<table>", "<dl>", "<ul>")):
            for row in _ROW.split(block):
                line = text_of(row.replace("</dt>", "</dt> "))
                if head := _NAMED.match(line):
                    yield from ((_axis(head[0]), word) for word in _stated_words(line))


def _only_links(block: str, head: str) -> list[str]:
    """The texts of the links of a block that holds nothing else but `head`."""
    rest = text_of(_LINK.sub("", block)).removeprefix(head.strip())
    return [text_of(link) for link in _LINK.findall(block)] if not any(map(str.isalnum, rest)) else []


def _named_lines(page: Page) -> Iterator[Labelled]:
    for axis, word in _in_records(page.blocks):
        if _is_label(word, page) and not _names_page(word):
            yield Label(axis, word), "text that names labels"
    for _, axis, words in label_lines(page.blocks):
        yield from ((Label(axis, word), "text that names labels") for word in words if _is_label(word, page))


def topline_of(page: Page) -> list[str]:
    """The topline that an element of the article states, which its text need not repeat."""
    return [line for line, _ in _stated(page)]


def _topline(page: Page) -> list[Labelled]:
    return [(Label("topline", line), rule) for line, rule in islice(_toplines(page), 1)]


def _toplines(page: Page) -> Iterator[tuple[str, str]]:
    """What may be the topline, in the order in which it is believed."""
    yield from _stated(page)
    if _is_label(line := _in_heading(page), page):
        yield line, "heading"
    for claim in page.claims.of("section"):
        if _is_label(claim.value, page) and not _names_list(claim.value):
            yield claim.value, claim.rule
    yield from _filed(page)
    for line in (*reversed(page.lines_before), *page.lines_after, *page.meta_lines):
        if word := _beside_day(line, page):
            yield word, "text beside the day"
    line = page.lines_before[-1] if page.lines_before else ""
    if line and len(line.split()) <= _MOST_WORDS and not _names_page(line) and _is_label(line, page):
        yield line, "text before the headline"


def _in_heading(page: Page) -> str:
    """What stands in the headline's own heading before it."""
    line = line_of(page.headline) if page.headline is not None else ""
    before = line.removesuffix(page.title)
    return before.strip(" :|–-") if before != line else ""


def _beside_day(line: str, page: Page) -> str:
    """The section in a line that states the day: "12. November 2026 · Bildung", "Mi 28. Februar 2024 Familie"."""
    if (
        not may_hold_date(line)
        or announcement(line)
        or read_dateline(line, page.zone, reference=page.now, origin="") is None
    ):
        return ""
    stamps = list(_DAY.finditer(line))
    rest = line[stamps[-1].end() :] if stamps else ""
    word = next((part.strip() for part in _PARTS.split(rest) if part.strip()), "")
    if len(word.split()) > _MOST_WORDS or not word[:1].isupper() or _NAMES_WRITER.match(word):
        return ""
    return word if _is_label(word, page) and not _names_page(word) else ""


def _names_page(line: str) -> bool:
    return wordings.is_portal_name(line) or is_place(line)


def _names_list(label: str) -> bool:
    """Whether a section is named as lists of news are: "Aktuelles" tells nothing; the "Rathaus" is one."""
    return _names_page(label) and fold(label) != "rathaus"


def _stated(page: Page) -> list[tuple[str, str]]:
    for node in page.scope.css(_TOPLINES) if page.scope is not None else ():
        name = node.attributes.get("class") or ""
        if _TOPLINE.search(name) and not page.noise.covers(node) and _is_label(line := line_of(node), page):
            return [(line, f"class {name}")]
    return []


def _filed(page: Page) -> list[tuple[str, str]]:
    """The section that an article is filed under, where the page names it beside the day or below the text."""
    for node in page.scope.css(_SECTIONS) if page.scope is not None else ():
        name, rel = node.attributes.get("class") or "", (node.attributes.get("rel") or "").split()
        if "category" not in rel and not _SECTION.search(name):
            continue
        if _is_around_headline(node, page):  # an article's class names its section
            continue
        if any(outer.tag in {"nav", "aside"} for outer in _around(node, page)) or _is_another_article(node, page):
            continue
        line = _HEADING.sub("", line_of(node.css_first("a") or node))
        if _is_label(line, page) and not _names_list(line):
            return [(line, "rel category" if "category" in rel else f"class {name}")]
    return []


def _is_around_headline(node: LexborNode, page: Page) -> bool:
    return page.headline is not None and any(
        outer.mem_id == node.mem_id for outer in (page.headline, *ancestors(page.headline))
    )


def _is_another_article(node: LexborNode, page: Page) -> bool:
    """Whether a label stands in a teaser beside the article; the article's own header and footer are no teasers."""
    return any(outer in page.noise and outer.tag not in {"header", "footer"} for outer in (node, *_around(node, page)))


def _tags(page: Page) -> Iterator[Labelled]:
    for claim in page.claims.of("tags"):
        words = [word.strip() for word in re.split(r"[,;]", claim.value)]
        if len(words) <= _MOST_KEYWORDS:
            yield from ((Label("tag", word), claim.rule) for word in words if _is_label(word, page))
    for node, rule in _places(page, _TAG_PLACES, _TAGS, "chlagw"):
        yield from ((Label("tag", word), rule) for word in _entries(node) if _is_label(word, page))


def _districts(page: Page) -> Iterator[Labelled]:
    for node, rule in _places(page, _DISTRICT_PLACES, _DISTRICT, "ezirk"):
        yield from ((Label("district", word), rule) for word in _entries(node) if _is_label(word, page))
    for line in (*page.lines_before, *page.lines_after):
        if said := _SAYS_DISTRICT.fullmatch(line):
            yield from (
                (Label("district", w.strip()), "text 'Stadtbezirk'")
                for w in re.split(r",|\sund\s", said[1])
                if _is_label(w.strip(), page)
            )


def _places(page: Page, selector: str, words: re.Pattern[str], called: str) -> Iterator[tuple[LexborNode, str]]:
    """Elements in the article that hold labels; they are noise as text, so being passed over does not count, unless they are elsewhere."""
    if page.scope is None:
        return
    for node in page.scope.css(selector):
        name, label = node.attributes.get("class") or "", node.attributes.get("aria-label") or ""
        rel = (node.attributes.get("rel") or "").split()
        if "category" in rel or ("tag" not in rel and not words.search(name) and called not in label):
            continue
        if _is_around_headline(node, page):  # an article's class names its tags
            continue
        elsewhere = {"nav", "aside"} if "tag" in rel else {"nav", "footer", "aside", "header"}
        if not any(outer.tag in elsewhere for outer in _around(node, page)):
            yield node, f"class {name}" if name else f"label {label}" if label else "rel tag"


def _around(node: LexborNode, page: Page) -> Iterator[LexborNode]:
    outer = node.parent
    while outer is not None and page.scope is not None and outer.mem_id != page.scope.mem_id:
        yield outer
        outer = outer.parent


def _entries(node: LexborNode) -> list[str]:
    entries = node.css("li") or node.css("a") or node.css("dd") or [node]
    lines = [_HEADING.sub("", line_of(entry)) for entry in entries]
    return [word.strip() for line in lines for word in line.split(",")]


def _is_label(text: str, page: Page) -> bool:
    if (
        not (1 < len(text) <= _LONGEST)
        or not any(character.isalpha() for character in text)
        or fold(text) == fold(page.title)
    ):
        return False
    if wordings.is_noise(text) or is_credit(text):
        return False
    return read_dateline(text, page.zone, reference=page.now, origin="") is None
