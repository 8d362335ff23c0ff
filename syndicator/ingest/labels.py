"""The words under which a page files its article: topline, tags, districts. Pure."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from syndicator.ingest import wordings
from syndicator.ingest.blocks import is_within, line_of
from syndicator.ingest.credits import is_credit
from syndicator.ingest.dates import read_date
from syndicator.ingest.headline import is_place
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
    for stem in ("topline", "kicker", "dachzeile", "overline", "eyebrow", "ubrik", "roofline", "spitzmarke")
)
_SECTION = re.compile(r"(?:^|[\s_-])(?:category|kategorie|category-name|cat-links)(?:$|[\s_-])", re.IGNORECASE)
_SECTIONS = '[class*="ategor"],[class*="cat-links"],a[rel~="category"]'
_TAGS = re.compile(r"(?:^|[\s_-])(?:tags?|tag-?list|keywords?|schlagworte?|schlagwoerter)(?:$|[\s_-])", re.IGNORECASE)
_TAG_PLACES = '[class*="tag"],[class*="eyword"],[class*="chlagw"],[aria-label*="chlagw"],a[rel~="tag"]'
_DISTRICT = re.compile(r"(?:^|[\s_-])(?:districts?|stadtbezirke?|bezirke?)(?:$|[\s_-])", re.IGNORECASE)
_DISTRICT_PLACES = '[class*="istrict"],[class*="ezirk"],[aria-label*="ezirk"]'
_SAYS_DISTRICT = re.compile(r"Stadtbezirke?n?:?\s+(.{2,200})")
_HEADING = re.compile(
    r"^(?:Stadtbezirke?|Schlagw(?:ort|orte|örter)|Tags|Themen|Kategorien?|Rubrik)\s*:\s*", re.IGNORECASE
)
_MOST_KEYWORDS = 10  # with more of them they are those of the site


Labelled = tuple[Label, str]


def find_labels(page: Page, *, topline: bool = True) -> dict[Label, str]:
    """The labels of a page, each with the rule that found it; without `topline` only tags and districts."""
    found: dict[Label, str] = {}
    for label, rule in (*(_topline(page) if topline else ()), *_tags(page), *_districts(page)):
        if len(found) < _MOST:
            found.setdefault(label, rule)
    return found


def topline_of(page: Page) -> list[str]:
    """The topline that an element of the article states, which its text need not repeat."""
    return [line for line, _ in _stated(page)]


def _topline(page: Page) -> list[Labelled]:
    for line, rule in _stated(page):
        return [(Label("topline", line), rule)]
    for claim in page.claims.of("section"):
        if _is_label(claim.value, page):
            return [(Label("topline", claim.value), claim.rule)]
    for line, rule in _filed(page):
        return [(Label("topline", line), rule)]
    line = page.lines_before[-1] if page.lines_before else ""
    if line and len(line.split()) <= 4 and not _names_page(line) and _is_label(line, page):  # noqa: PLR2004  # "Service und Beteiligung", no sentence
        return [(Label("topline", line), "text before the headline")]
    return []


def _names_page(line: str) -> bool:
    return wordings.is_portal_name(line) or is_place(line)


def _stated(page: Page) -> list[tuple[str, str]]:
    for node in page.scope.css(_TOPLINES) if page.scope is not None else ():
        name = node.attributes.get("class") or ""
        if (
            _TOPLINE.search(name)
            and not is_within(node, page.skipped | page.removed)
            and _is_label(line := line_of(node), page)
        ):
            return [(line, f"class {name}")]
    return []


def _filed(page: Page) -> list[tuple[str, str]]:
    """The section that an article is filed under, where the page names it beside the day or below the text."""
    for node in page.scope.css(_SECTIONS) if page.scope is not None else ():
        name, rel = node.attributes.get("class") or "", (node.attributes.get("rel") or "").split()
        if "category" not in rel and not _SECTION.search(name):
            continue
        if page.headline is not None and is_within(
            page.headline, {node.mem_id}
        ):  # an article's class names its section
            continue
        if any(outer.tag in {"nav", "aside"} for outer in _around(node, page)) or _is_another_article(node, page):
            continue
        if _is_label(line := _HEADING.sub("", line_of(node.css_first("a") or node)), page):
            return [(line, "rel category" if "category" in rel else f"class {name}")]
    return []


def _is_another_article(node: LexborNode, page: Page) -> bool:
    """Whether a label stands in a teaser beside the article; the article's own header and footer are no teasers."""
    return any(
        outer.mem_id in page.skipped and outer.tag not in {"header", "footer"} for outer in (node, *_around(node, page))
    )


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
        if page.headline is not None and is_within(page.headline, {node.mem_id}):  # an article's class names its tags
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
    return read_date(text, page.zone, reference=page.now, origin="") is None
