"""The list of a portal: its teasers, and where the next page is. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.config import ListRules
from syndicator.ingest import fragment, wordings
from syndicator.ingest.article import same_site
from syndicator.ingest.blocks import ancestors, is_within, line_of, noise
from syndicator.ingest.charset import decode
from syndicator.ingest.clean import gate
from syndicator.ingest.credits import is_credit
from syndicator.ingest.dates import read_date
from syndicator.ingest.identity import canonical, fingerprint, without_counters
from syndicator.ingest.limits import bounded, without_scripts
from syndicator.ingest.links import page_base
from syndicator.ingest.machine_dates import read_machine_date
from syndicator.ingest.moments import read_dateline
from syndicator.ingest.pictures import source
from syndicator.model import Failed, Image, Label, Moment
from syndicator.text import fold, shorten, squeeze

_UNSEEN = ["script", "style", "template", "svg", "iframe", "object"]
_MOST = 500  # teasers on one page
_LONGEST_TITLE = 400
_LONGEST_SUMMARY = 1200
_LEAST_SUMMARY = 30
_LEAST_TITLE = 12
_HEADINGS = "h1,h2,h3,h4,h5,h6"
_HEADING_TAGS = frozenset(_HEADINGS.split(","))
_TOO_HIGH = frozenset({"ul", "ol", "main", "body", "html", "table", "tbody", "form", "dl"})
_VARYING = re.compile(r"^(?:first|last|odd|even|active|new|top|is-.*|.*--.*|.*\d.*)$")
_NEXT = re.compile(
    r"(?:(?:zur )?naechste[nr]?(?: seite)?|weiter(?:e (?:nachrichten|meldungen))?|aeltere? .{3,20}|next(?: page)?|vor(?:waerts)?"
    r"|[›»>]+)(?: [›»>]+)?"
)
_NEXT_CLASS = re.compile(r"(?:^|[\s_-])(?:next|forward)(?:$|[\s_-])", re.IGNORECASE)
_NEXT_PLACES = 'a[class*="next"],[class*="next"]>a,a[class*="forward"],[class*="forward"]>a'
# Only after the end of a sentence: "Es gibt kein Zurück mehr" is one.
_MORE = re.compile(
    r"(?<=[.!?…\])])\s*[\[(]?(?:weiter ?lesen|weiter|mehr(?: lesen| erfahren| dazu)?)[\])]?\s*[»›→>….]*$", re.IGNORECASE
)
_WHOLLY_IN_BRACKETS = re.compile(r"\[\s*([^\[\]]*?)\s*\]")  # "[GELÖSCHT] Konzert" is not
_LONGEST_BYLINE = 60  # characters beside the date
_TOPLINES = '[class*="topline"],[class*="kicker"],[class*="dachzeile"],[class*="category"],[class*="ategorie"],[class*="rubrik"]'


@dataclass(frozen=True, slots=True)
class Teaser:
    """One article as a list shows it, of whatever kind the list is.

    An overview's item has a `body` only if it has no page of its own. `key` is what the list calls the article, `version`
    what moves with it where the list says so itself. `found` tells by which rule a field was found, if not just "list".
    """

    address: str
    title: str
    published: Moment | None = None
    date_text: str = ""
    summary: str = ""
    labels: tuple[Label, ...] = ()
    image: Image | None = None
    body: str = ""
    key: str = ""
    updated: Moment | None = None
    language: str = ""
    version: str = ""
    found: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        date, summary = without_counters(self.date_text), without_counters(self.summary)
        return self.version or fingerprint(self.title, date, summary)


@dataclass(frozen=True, slots=True)
class Overview:
    teasers: tuple[Teaser, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What addresses and dates on a page are read against."""

    base: str
    address: str
    zone: ZoneInfo
    now: datetime


def read_overview(
    body: bytes, address: str, content_type: str, rules: ListRules, timezone: str, now: datetime
) -> Overview | Failed:
    """The teasers of a list in their order, each address once; "empty" where there are none, as that is not 'no news'."""
    tree, setting = open_list(body, address, content_type, timezone, now)
    return read_items(tree, tree.css(rules.item) if rules.item else repeating(tree, setting), rules, setting)


def open_list(
    body: bytes, address: str, content_type: str, timezone: str, now: datetime
) -> tuple[LexborHTMLParser, Setting]:
    """The tree of a page, without what nobody sees, and what its dates and addresses are read against."""
    tree = LexborHTMLParser(bounded(without_scripts(decode(body, content_type))))
    setting = Setting(page_base(tree, address), address, ZoneInfo(timezone), now)
    tree.strip_tags(_UNSEEN)
    return tree, setting


def read_items(
    tree: LexborHTMLParser, items: list[LexborNode], rules: ListRules, setting: Setting
) -> Overview | Failed:
    """The teasers that these items of a page are."""
    address = setting.address
    teasers: dict[str, Teaser] = {}
    for item in items[:_MOST]:
        teaser = _teaser(item, rules, setting)
        if teaser:
            teasers.setdefault(teaser.address or teaser.title, teaser)
    if not teasers:
        return Failed("empty", _nothing(address, rules, len(items)), address)
    return Overview(tuple(teasers.values()), _next(tree, rules, setting, frozenset(teasers)))


def _nothing(address: str, rules: ListRules, items: int) -> str:
    if not rules.item:
        return f'On {address} no list of articles was found; name its items in [sources.list] with item = "a CSS selector".'
    if not items:
        return f"On {address} no article was found with selector {rules.item!r}; the page may have been rebuilt."
    return f"On {address} selector {rules.item!r} matches {items} times, but never an article with headline and link."


# ---------------------------------------------------------------- one teaser


def _teaser(item: LexborNode, rules: ListRules, setting: Setting) -> Teaser | None:
    address, found = _link(item, rules.link, setting)
    if found and not address:  # it leads elsewhere
        return None
    title = _title(item, rules.title, found)
    if not title or wordings.is_portal_name(title):
        return None
    moment, text = _date(item, rules.date, setting)
    return Teaser(
        address=address,
        title=shorten(title, _LONGEST_TITLE),
        published=moment,
        date_text=text,
        summary=_summary(item, rules.summary, title, text, found),
        labels=_labels(item, rules.category, title, setting),
        image=_image(item, setting),
        body="" if address else _body(item, title, text, setting),
    )


def _link(item: LexborNode, rule: str, setting: Setting) -> tuple[str, LexborNode | None]:
    """The article's address and the element that names it; no address where it is of another site or the list itself."""
    selector, _, attribute = rule.partition("@")
    for node in _links(item, selector):
        address = canonical(node.attributes.get(attribute or "href") or "", setting.base)
        if address and same_site(address, setting.address) and address != canonical(setting.address):
            return address, node
    return "", next(iter(_links(item, selector)), None)


def _links(item: LexborNode, selector: str) -> list[LexborNode]:
    if selector:
        return ([item] if item.css_matches(selector) else []) + item.css(selector)
    own = [item] if item.tag == "a" else []
    return [*own, *item.css("h1 a[href],h2 a[href],h3 a[href],h4 a[href],h5 a[href],h6 a[href]"), *item.css("a[href]")]


def _title(item: LexborNode, selector: str, link: LexborNode | None) -> str:
    nodes = [*(item.css(selector) if selector else ()), *item.css(_HEADINGS)]
    lines = [line_of(node) for node in nodes]
    if link is not None:
        lines += [line_of(link), squeeze(link.attributes.get("title") or "")]
    return next((_unbracketed(line) for line in lines if line), "")


def _unbracketed(line: str) -> str:
    whole = _WHOLLY_IN_BRACKETS.fullmatch(line)
    return whole[1] if whole else line


def _date(item: LexborNode, selector: str, setting: Setting) -> tuple[Moment | None, str]:
    nodes = item.css(selector) if selector else item.css("time")
    for node in nodes:
        text = line_of(node)
        stated = read_machine_date(node.attributes.get("datetime") or "", setting.zone, origin="list")
        shown = read_date(text, setting.zone, reference=setting.now, origin="list")
        moment = shown if shown and (stated is None or stated.precision == "day") else stated
        if moment:
            return moment, text or (node.attributes.get("datetime") or "")
    if selector and nodes:
        return None, line_of(nodes[0])
    for line in _lines(item):
        moment = read_dateline(line, setting.zone, reference=setting.now, origin="list")
        if moment:
            return moment, line
    return None, ""


def _lines(item: LexborNode) -> list[str]:
    """The item's texts, each element's own."""
    lines = (squeeze(node.text(deep=False)) for node in [item, *item.css("*")])
    return [line for line in lines if line]


def _summary(item: LexborNode, selector: str, title: str, date_text: str, link: LexborNode | None) -> str:
    if selector and (node := item.css_first(selector)) is not None:
        return shorten(line_of(node), _LONGEST_SUMMARY)
    lines = [_without_more(node, link) for node in item.css("p")] + _lines(item)
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


def _labels(item: LexborNode, selector: str, title: str, setting: Setting) -> tuple[Label, ...]:
    lines = [line_of(node) for node in item.css(selector or _TOPLINES)]
    return tuple(
        Label("topline", line)
        for line in dict.fromkeys(lines)
        if 1 < len(line) <= 60  # noqa: PLR2004  # longer ones are no labels
        and fold(line) != fold(title)
        and not read_date(line, setting.zone, reference=setting.now, origin="")
    )


def _image(item: LexborNode, setting: Setting) -> Image | None:
    node = item.css_first("img")
    address = source(node, setting.base) if node is not None else ""
    return Image(address, alt=squeeze(node.attributes.get("alt") or "")) if node is not None and address else None


def _body(item: LexborNode, title: str, date_text: str, setting: Setting) -> str:
    blocks = [gate(block) for block in fragment.blocks(item, setting.base)]
    shown = {fold(title), fold(date_text)}
    return "".join(block for block in blocks if fold(re.sub("<[^>]*>", "", block)) not in shown)


# ---------------------------------------------------------------- without selectors


def repeating(tree: LexborHTMLParser, setting: Setting) -> list[LexborNode]:
    """The largest group of blocks of one make that each hold one link to an article of this site."""
    body = tree.body
    if body is None:
        return []
    for anchors in _anchors(body, setting):
        groups = _groups(anchors)
        scored = [(score, group) for group in groups if (score := _score(group, setting)) > 0]
        if scored:
            return max(scored, key=lambda entry: entry[0])[1]
    return []


Anchor = tuple[LexborNode, str]


def _anchors(body: LexborNode, setting: Setting) -> Iterable[list[Anchor]]:
    """Links to articles: those in headings or around them first, as what is beside them leads elsewhere."""
    skipped = noise(body, None)
    own = canonical(setting.address)
    links = []
    for node in body.css("a[href]"):
        if _is_elsewhere(node, skipped):  # first, as most links of a page are its navigation's
            continue
        address = canonical(node.attributes.get("href") or "", setting.base)
        if not address or address == own or not same_site(address, own) or len(urlsplit(address).path) <= 1:
            continue
        if _is_pager(address, own):
            continue
        links.append((node, address))
    headed = [
        (node, address)
        for node, address in links
        if node.css_first(_HEADINGS) is not None or any(outer.tag in _HEADING_TAGS for outer in _near(node))
    ]
    if len({address for _, address in headed}) > 1:
        yield headed
    yield links


def _is_elsewhere(node: LexborNode, skipped: set[int]) -> bool:
    """Whether a link is in the navigation; a teaser's own class does not make it noise here."""
    return any(outer.tag in {"nav", "footer", "aside"} for outer in ancestors(node)) or (
        is_within(node, skipped)
        and not any(
            outer.tag == "article" or "easer" in (outer.attributes.get("class") or "") for outer in ancestors(node)
        )
    )


def _is_pager(address: str, own: str) -> bool:
    one, other = urlsplit(address), urlsplit(own)
    return (
        one.path == other.path
        and one.hostname == other.hostname
        and bool(re.search(r"page|seite|(?:^|&)p=|offset|start", one.query, re.IGNORECASE))
    )


def _near(node: LexborNode) -> list[LexborNode]:
    return [outer for outer, _ in zip(ancestors(node), range(3), strict=False)]


def _groups(anchors: list[Anchor]) -> list[list[LexborNode]]:
    """The blocks around the links, as large as they hold no other's link, by their make."""
    held: dict[int, set[str]] = defaultdict(set)
    for node, address in anchors:
        for outer in ancestors(node):
            held[outer.mem_id].add(address)
    items: dict[int, LexborNode] = {}
    for node, _ in anchors:
        item = node
        for outer in ancestors(node):
            if outer.tag in _TOO_HIGH or len(held[outer.mem_id]) > 1:
                break
            item = outer
        items.setdefault(item.mem_id, item)
    groups: dict[str, list[LexborNode]] = defaultdict(list)
    for item, words in _with_words(items.values()):
        groups[_make(item, words)].append(item)
    return list(groups.values())


def _with_words(items: Iterable[LexborNode]) -> Iterator[tuple[LexborNode, frozenset[str]]]:
    """Each item with the class words of its make: those that most of its siblings have, too.

    The first of a list is "topnews", and others bear their topic as a class; they are of one make all the same.
    """
    siblings: dict[tuple[int, str], list[tuple[LexborNode, frozenset[str]]]] = defaultdict(list)
    for item in items:
        place = (item.parent.mem_id if item.parent is not None else 0, item.tag or "")
        siblings[place].append((item, _words(item)))
    for row in siblings.values():
        counted = Counter(word for _, words in row for word in words)
        common = frozenset(word for word, count in counted.items() if count > len(row) / 2)
        for item, words in row:
            yield item, words & common or words


def _words(node: LexborNode) -> frozenset[str]:
    return frozenset(word for word in (node.attributes.get("class") or "").split() if not _VARYING.match(word))


def _make(item: LexborNode, words: frozenset[str]) -> str:
    """What items of one list have in common: element and class, and those of the two around, as a `<tr>` has none."""
    around = [outer for outer, _ in zip(ancestors(item), range(2), strict=False)]
    return " ".join(
        f"{node.tag}.{'.'.join(sorted(names))}"
        for node, names in [(item, words), *((outer, _words(outer)) for outer in around)]
    )


def _score(group: list[LexborNode], setting: Setting) -> float:
    """How much a group looks like teasers of articles: many, with headings, dates, and with text besides the title.

    Titles alone count little, as a menu has more of them than a list has teasers.
    """
    titles = [_title(item, "", item if item.tag == "a" else item.css_first("a[href]")) for item in group]
    if (
        Counter(titles).most_common(1)[0][1] > max(1, len(group) // 2)
        or sum(map(len, titles)) / len(group) < _LEAST_TITLE
    ):
        return 0
    text = sum(
        min(len(line_of(item)) - len(title), 400) + len(title) / 5
        for item, title in zip(group[:_MOST], titles, strict=False)
    )
    headed = sum(item.css_first(_HEADINGS) is not None for item in group) / len(group)
    dated = sum(_date(item, "", setting)[0] is not None for item in group[:30]) / min(len(group), 30)
    if len(group) == 1 and not (headed and dated):
        return 0
    return text * (1 + headed + 2 * dated)


# ---------------------------------------------------------------- further pages


def _next(tree: LexborHTMLParser, rules: ListRules, setting: Setting, teasers: frozenset[str]) -> str:
    """Where the list goes on; "" at its end. A teaser's own "weiter" leads to its article and never there."""
    selector, _, attribute = rules.next.partition("@")
    nodes = tree.css(selector) if selector else tree.css('a[rel~="next"],link[rel~="next"]')
    if not nodes and not selector:
        marked = {node.mem_id for node in tree.css(_NEXT_PLACES) if _is_marked(node)}
        nodes = [node for node in tree.css("a[href]") if node.mem_id in marked or _leads_on(node)]
    own = canonical(setting.address)
    found = [canonical(node.attributes.get(attribute or "href") or "", setting.base) for node in nodes]
    found = [address for address in found if address and same_site(address, own) and address not in {own, *teasers}]
    # A link in a box beside the list says "weiter" as well; the list goes on at its own path.
    return min(found, key=lambda address: not _is_below(address, own), default="")


def _is_marked(node: LexborNode) -> bool:
    own, outer = (part.attributes.get("class") or "" if part is not None else "" for part in (node, node.parent))
    return bool(_NEXT_CLASS.search(own) or _NEXT_CLASS.search(outer))


def _is_below(address: str, own: str) -> bool:
    one, other = urlsplit(address).path, urlsplit(own).path
    return one == other or one.startswith(other.rpartition(".")[0] or f"{other.rstrip('/')}/")


def _leads_on(node: LexborNode) -> bool:
    label = node.attributes.get("aria-label") or node.attributes.get("title") or ""
    return any(_NEXT.fullmatch(fold(text)) for text in (label, line_of(node)) if text)
