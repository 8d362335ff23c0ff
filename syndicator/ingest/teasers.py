"""What one item of a list says of its article: where it is, its headline, day, summary, labels and picture. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborNode

from syndicator.ingest import wordings
from syndicator.ingest.article import same_site
from syndicator.ingest.blocks import line_of
from syndicator.ingest.clean import plain
from syndicator.ingest.credits import is_credit
from syndicator.ingest.dates import read_date, read_day_and_time
from syndicator.ingest.headline import without_kicker
from syndicator.ingest.identity import canonical
from syndicator.ingest.machine_dates import read_machine_date
from syndicator.ingest.moments import read_dateline
from syndicator.ingest.pictures import source
from syndicator.model import Image, Label, Moment
from syndicator.text import fold, shorten, squeeze

HEADINGS = "h1,h2,h3,h4,h5,h6"
HEADING_TAGS = frozenset(HEADINGS.split(","))
CLICKED = "[data-href],[data-url],[data-link],[onclick*='location']"
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|odt|rtf)$", re.IGNORECASE)
_FILE_SIZE = re.compile(r"\s*[\[(](?:PDF|DOCX?|ODT|RTF)?[^\])]{0,20}\b(?:[KMk]i?B|PDF)[\])]\s*$")
_GOES_TO = re.compile(r"location(?:\.href)?\s*=\s*['\"]([^'\"]+)")
_LINKS_OF_HEADINGS = "h1 a[href],h2 a[href],h3 a[href],h4 a[href],h5 a[href],h6 a[href]"
_CALLED_TITLES = (
    '[class*="itle"],[class*="eadline"],[class*="itel"],[class*="berschrift"],[itemprop="headline"],[itemprop="name"]'
)
_CALLED_TITLE = re.compile(
    r"(?:^|[\s_-])(?:\w*title|\w*headline|\w*titel|ueberschrift|überschrift|name)(?:$|[\s_-])", re.IGNORECASE
)
_A_DAY = r"(?:(?:Mo|Di|Mi|Do|Fr|Sa|So)[a-z]*\.?,?\s)?\d{1,2}\.\s?(?:\d{1,2}\.|[A-ZÄ][a-zä]{2,8}\.?)\s?\d{2,4}(?:,?\s\d{1,2}[:.]\d\d(?:\sUhr)?)?"
_DAY_BEFORE = re.compile(rf"^[\[(]?{_A_DAY}[\])]?\s*(?:[|:–—-]\s*|\s)(?=.{{8}})")
_DAY_AFTER = re.compile(rf"(?<=.{{8}})\s*(?:[|–—-]\s|[\[(]){_A_DAY}[\])]?\s*$")
_MONTH = re.compile(r"(?:[A-ZÄ][a-zä]{2,8}\s)?(?:19|20)\d\d")
_DAY = re.compile(r"\d{1,2}\.\s?(?:\d{1,2}\.|[A-Z]\w{2,8}\.?)\s?\d{2,4}|\d{4}-\d\d-\d\d")
_LEADING_DAY = re.compile(
    r"(?:[Vv]om |[Aa]m )?(\d{1,2}\.\s?(?:\d{1,2}\.|[A-ZÄ][a-zä]{2,8}\.?)\s?\d{4})(?=[,;|]\s(?!\d))"
)
_DAY_ALONE = re.compile(r"\W*(?:[A-Z][a-z]{1,9}\.?,?\s)?\d{1,2}\.\s?(?:\d{1,2}\.|[A-ZÄ][a-zä]{2,8})\W*")
_LETTERS_OF_DAY = len("Donnerstag, September Uhr")
_LONGEST_DAY = 40
_NO_TITLE = re.compile(r"sub-?(?:title|headline|titel)|unter(?:titel|zeile)|(?:^|[\s_-])intro", re.IGNORECASE)
_WHOLLY_IN_BRACKETS = re.compile(r"\[\s*([^\[\]]*?)\s*\]")  # "[GELÖSCHT] Konzert" is not
_BREAK = re.compile(r"<br[^>]*>", re.IGNORECASE)
_BESIDE_BOLD = 10  # characters of a link besides what is bold in it
_LEAST_TITLE = 5
_LONGEST_TITLE = 250
_LONGEST_SUMMARY = 1200
_LEAST_SUMMARY = 30
_LONGEST_BYLINE = 60  # characters beside the date
_LONGEST_LABEL = 60
_PROSE = 4  # letters before a link in a sentence
# Only after the end of a sentence: "Es gibt kein Zurück mehr" is one.
_MORE = re.compile(
    r"(?<=[.!?…\])])\s*[\[(]?(?:weiter ?lesen|weiter|mehr(?: lesen| erfahren| dazu)?)[\])]?\s*[»›→>….]*$", re.IGNORECASE
)
_TOPLINES = (
    '[class*="topline" i],[class*="kicker" i],[class*="dachzeile" i],[class*="category" i],[class*="kategorie" i],[class*="rubrik" i],'
    '[class*="overline" i],[class*="eyebrow" i],[class*="badge" i]'
)
_ABOVE = frozenset({"dt", "th", *HEADING_TAGS})
_LEVELS = 4  # around an item, on which a day may stand above it
_BACK = 60  # elements before an item


@dataclass(frozen=True, slots=True)
class Setting:
    """The page that a list is on. `own` is its canonical address."""

    base: str
    address: str
    zone: ZoneInfo
    now: datetime

    @property
    def own(self) -> str:
        return canonical(self.address)


# ---------------------------------------------------------------- where it leads


def link_of(item: LexborNode, rule: str, setting: Setting) -> tuple[str, LexborNode | None]:
    """The article's address, with its fragment, and the element that names it.

    No address, but an element: it leads to another site. No element: the item has no page of its own, but perhaps a place on
    this one or a document, which is then the address.
    """
    selector, _, attribute = rule.partition("@")
    nodes = _selected(item, selector) if selector else _links(item)
    elsewhere = None
    for node in nodes:
        href = (node.attributes.get(attribute) or "") if attribute else href_of(node)
        address = canonical(href, setting.base, keep_fragment=True)
        page, _, fragment = address.partition("#")
        if not address or (page == setting.own and not fragment):
            continue
        if page == setting.own or (not selector and _DOCUMENT.search(urlsplit(page).path)):
            return address, None
        if same_site(address, setting.own):
            return address, node
        elsewhere = elsewhere or node
    return "", elsewhere


def href_of(node: LexborNode) -> str:
    """Where a click on an element leads, also where a script does it."""
    attributes = node.attributes
    href = attributes.get("href") or ""
    if href and not href.startswith(("#", "javascript:")):
        return href
    for name in ("data-href", "data-url", "data-link"):
        if value := attributes.get(name):
            return value
    said = _GOES_TO.search(attributes.get("onclick") or "")
    return said[1] if said else href


def _selected(item: LexborNode, selector: str) -> list[LexborNode]:
    return ([item] if item.css_matches(selector) else []) + item.css(selector)


def _links(item: LexborNode) -> list[LexborNode]:
    """The links that may lead to the item's article, the likeliest first; one in a sentence leads elsewhere."""
    if item.tag == "a":
        return [item]
    links = item.css("a[href]")
    if not any(map(href_of, links)):
        return [node for node in (item, *item.css(CLICKED)) if href_of(node)]
    if len(links) <= 1 and item.css_first(HEADINGS) is None:
        return links
    headed = item.css(_LINKS_OF_HEADINGS) or [link for link in links if link.css_first(HEADINGS) is not None]
    if headed:
        return headed
    free = [link for link in links if not is_in_prose(link) and not _names_section(link)]
    if item.css_first(HEADINGS) is None:
        free = free or links
    named = [link for link in free if not wordings.is_more(line_of(link))]
    return sorted(named, key=lambda link: -len(line_of(link))) + [link for link in free if link not in named]


def is_in_prose(link: LexborNode) -> bool:
    """Whether a link is part of a sentence, and not "mehr" at its end."""
    before = link.prev
    if before is None or before.tag != "-text" or wordings.is_more(line_of(link)):
        return False
    said = squeeze(before.text_content or "")
    return sum(map(str.isalpha, said)) >= _PROSE and not is_day(said) and not _DAY_ALONE.fullmatch(said)


def _names_section(link: LexborNode) -> bool:
    rel = (link.attributes.get("rel") or "").split()
    around = f"{link.attributes.get('class')} {link.parent.attributes.get('class') if link.parent is not None else ''}"
    return "category" in rel or bool(
        re.search(r"category|kategorie|topline|kicker|rubrik|author|tag(?:s|list)\b", around, re.IGNORECASE)
    )


# ---------------------------------------------------------------- headline


def title_of(item: LexborNode, selector: str, link: LexborNode | None) -> str:
    """The headline of an item; a line that is little more than a day only where there is no other."""
    dated = ""
    for line in _titles(item, selector, link):
        title = _unbracketed(line if selector else _FILE_SIZE.sub("", _without_day(line)))
        if not _LEAST_TITLE <= len(title) <= _LONGEST_TITLE or wordings.is_more(title):
            continue
        if not is_day(line):
            return title
        dated = dated or (title if len(title.split()) > 1 else "")
    return dated


def _unbracketed(line: str) -> str:
    whole = _WHOLLY_IN_BRACKETS.fullmatch(line)
    return whole[1] if whole else line


def _without_day(line: str) -> str:
    """A headline without the day that some lists put into the link: "12.11.2026 | Neue Räder", "Neue Räder (12.11.2026)"."""
    return _DAY_AFTER.sub("", _DAY_BEFORE.sub("", line))


def _titles(item: LexborNode, selector: str, link: LexborNode | None) -> Iterator[str]:
    if selector:
        yield from (line_of(node) for node in item.css(selector))
    yield from (without_kicker(node) for node in item.css(HEADINGS))
    if link is not None and not _is_card(link):
        yield _first_line(link)
    for node in item.css(_CALLED_TITLES):
        name = f"{node.attributes.get('class')} {node.attributes.get('itemprop')}"
        if node.mem_id != item.mem_id and _CALLED_TITLE.search(name) and not _NO_TITLE.search(name):
            yield line_of(node)
    yield from (line_of(node) for node in item.css("b,strong"))
    if link is not None:
        for name in ("title", "aria-label"):
            yield wordings.without_more(squeeze(link.attributes.get(name) or ""))
    yield from lines_of(item)


def _is_card(link: LexborNode) -> bool:
    """Whether a link is around a whole teaser."""
    inner = [
        node
        for node in link.css("*")
        if node.tag not in {"img", "picture", "source", "svg", "i", "br", "wbr", "b", "strong", "em", "font"}
    ]
    texts = [line for node in inner if (line := squeeze(node.text(deep=False)))]
    bold = link.css_first("b,strong")
    return len(texts) > 1 or (bold is not None and len(link.text()) > len(bold.text()) + _BESIDE_BOLD)


def _first_line(link: LexborNode) -> str:
    """The text of a link up to the first line break that parts two texts."""
    if link.css_first("br") is None:
        return line_of(link)
    lines = (plain(part) for part in _BREAK.split(link.html or ""))
    return next((line for line in lines if len(line) >= _LEAST_TITLE and not is_day(line)), line_of(link))


def is_day(line: str) -> bool:
    """Whether a line is a day, perhaps with a time or a section beside it, or a month or a year."""
    if _MONTH.fullmatch(line):
        return True
    letters = sum(map(str.isalpha, line))
    return letters <= _LETTERS_OF_DAY and len(line) <= _LONGEST_DAY and bool(_DAY.search(line))


# ---------------------------------------------------------------- day


def date_of(item: LexborNode, selector: str, setting: Setting) -> tuple[Moment | None, str]:
    """When it was published by what the item says, and the words that say so."""
    nodes = item.css(selector) if selector else item.css("time,[itemprop='datePublished']")
    for n, node in enumerate(nodes):
        text = line_of(node)
        stated = read_machine_date(
            node.attributes.get("datetime") or node.attributes.get("content") or "", setting.zone, origin="list"
        )
        following = line_of(nodes[n + 1]) if n + 1 < len(nodes) else ""
        shown = read_dateline(text, setting.zone, reference=setting.now, origin="list")
        if shown and following:
            shown = read_day_and_time(text, following, setting.zone, reference=setting.now, origin="list") or shown
        moment = shown if shown and (stated is None or stated.precision == "day") else stated
        if moment:
            return moment, text or (node.attributes.get("datetime") or "")
    if selector and nodes:
        return None, line_of(nodes[0])
    for line in lines_of(item):
        moment = read_dateline(line, setting.zone, reference=setting.now, origin="list")
        if moment is None and len(line) <= _LONGEST_BYLINE and (day := _LEADING_DAY.match(line)):
            moment = read_date(day[1], setting.zone, reference=setting.now, origin="list")
        if moment:
            return moment, line
    return None, ""


def day_above(item: LexborNode, setting: Setting) -> tuple[Moment | None, str]:
    """The day under which a list has put an item: the nearest heading, term or row head before it, if that states one."""
    node: LexborNode | None = item
    for _ in range(_LEVELS):
        if node is None or node.tag in {"body", "main"}:
            break
        before = node.prev
        for _ in range(_BACK):
            if before is None:
                break
            if before.tag in _ABOVE or (before.tag == "tr" and len(before.css("th,td")) == 1):
                line = line_of(before)
                moment = read_dateline(line, setting.zone, reference=setting.now, origin="list")
                return (moment, line) if moment and moment.precision == "day" else (None, "")
            before = before.prev
        node = node.parent
    return None, ""


def lines_of(item: LexborNode) -> list[str]:
    """The item's texts, each element's own."""
    lines = (squeeze(node.text(deep=False)) for node in [item, *item.css("*")])
    return [line for line in lines if line]


# ---------------------------------------------------------------- the rest


def summary_of(item: LexborNode, selector: str, title: str, date_text: str, link: LexborNode | None) -> str:
    if selector and (node := item.css_first(selector)) is not None:
        return shorten(line_of(node), _LONGEST_SUMMARY)
    lines = [_without_more(node, link) for node in item.css("p")] + lines_of(item)
    for line in lines:
        if len(line) < _LEAST_SUMMARY or fold(line) == fold(title) or is_credit(line) or _is_byline(line, date_text):
            continue
        return shorten(line, _LONGEST_SUMMARY)
    return ""


def _without_more(node: LexborNode, link: LexborNode | None) -> str:
    """A teaser's text without the "weiterlesen" at its end: a link to the article once more, or the word alone."""
    line = line_of(node)
    for more in node.css("a[href]")[-1:]:
        shown = line_of(more)
        if link is not None and shown != line and more.attributes.get("href") == link.attributes.get("href"):
            line = line.removesuffix(shown).rstrip()
    return _MORE.sub("", line)


def _is_byline(line: str, date_text: str) -> bool:
    """Whether a line is the date with who wrote it and how many commented, as in "1.7.2025 von Redaktion (Kommentare: 0)"."""
    rest = line.removeprefix(date_text)
    return line == date_text or (rest != line and len(rest) <= _LONGEST_BYLINE and not re.search(r"[.!?]", rest))


def labels_of(item: LexborNode, selector: str, title: str, setting: Setting) -> tuple[Label, ...]:
    lines = [line_of(node) for node in item.css(selector or _TOPLINES)]
    return tuple(
        Label("topline", line)
        for line in dict.fromkeys(lines)
        if 1 < len(line) <= _LONGEST_LABEL
        and fold(line) != fold(title)
        and (selector or not (wordings.is_portal_name(line) or wordings.is_record(line)))
        and not read_date(line, setting.zone, reference=setting.now, origin="")
    )


def image_of(item: LexborNode, setting: Setting) -> Image | None:
    for node in item.css("img")[:3]:
        if address := source(node, setting.base):
            return Image(address, alt=squeeze(node.attributes.get("alt") or ""))
    return None
