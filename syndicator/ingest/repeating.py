"""Which blocks of a page are the items of its list, where nobody has said so. Pure.

Blocks of one make that each hold a link to one article of this site, or one heading, are candidates; those win that look most like
teasers: with headlines, days and text.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.ingest import wordings
from syndicator.ingest.article import same_site
from syndicator.ingest.blocks import line_of
from syndicator.ingest.identity import canonical
from syndicator.ingest.noise import Noise, ancestors
from syndicator.ingest.teasers import (
    CLICKED,
    HEADING_TAGS,
    HEADINGS,
    Setting,
    date_of,
    day_above,
    href_of,
    is_day,
    is_in_prose,
    link_of,
    title_of,
)

_LEAST_TITLE = 12  # characters of a headline, on average
_MOST_TEXT = 400  # characters of an item that count
_MOST_OF_THEM = 0.5
_ALONE = 0.25  # what a single teaser counts beside a list with days
_JUDGED = 30  # items of a group that are looked at
_MOST_FLAT, _LONGEST_FLAT = 200, 60  # items, and elements of one
_TOO_HIGH = frozenset({"ul", "ol", "main", "body", "html", "table", "tbody", "form", "dl"})
_VARYING = re.compile(
    r"^(?:[a-z]|hell|dunkel|gerade|ungerade|light|dark|alt|first|last|odd|even|active|new|top|is-.*|.*--.*|.*\d.*|category-.*|tag-.*|kategorie-.*)$"
)
_EVENT = re.compile(
    r"(?:^|[\s_/.-])(?:events?|termine?|veranstaltung(?:en|skalender)?|kalender|calendar)(?:$|[\s_/.-])", re.IGNORECASE
)
_SECTION_LINK = re.compile(r"(?:^|[\s_-])(?:category|kategorie|tags?|author)(?:$|[\s_-])", re.IGNORECASE)

Anchor = tuple[LexborNode, str]


def repeating(tree: LexborHTMLParser, setting: Setting) -> list[LexborNode]:
    """The items of the page's list in their order; empty where it has none."""
    body = tree.body
    if body is None:
        return []
    noise = Noise(teasers=False)
    best: tuple[float, list[LexborNode]] = (0, [])
    for anchors in _anchors(body, noise, setting):
        groups = _groups(anchors)
        best = _best(groups, setting)
        if best[0] > 0:
            best = (best[0], [*_leading(groups, best[1], setting), *best[1]])
            break
    for group in (*_groups(_headings(body, noise)), *_flat(body, noise)):
        score = _score(group, setting, headed=True)
        if score > best[0] * (1.2 if best[1] else 1) and len(group) > 1:
            best = (score, group)
    return _without_events(best[1], setting)


def _best(groups: list[list[LexborNode]], setting: Setting) -> tuple[float, list[LexborNode]]:
    """The group that looks most like a list of teasers; one alone is shown above a list as often as it is one."""
    scored = [(_score(group, setting), group) for group in groups]
    is_beside = any(score > 0 and len(group) > 1 and date_of(group[0], "", setting)[0] for score, group in scored)
    weighed = [(score * (_ALONE if len(group) == 1 and is_beside else 1), group) for score, group in scored]
    return max(weighed, key=lambda entry: entry[0], default=(0, []))


# ---------------------------------------------------------------- candidates


def _anchors(body: LexborNode, noise: Noise, setting: Setting) -> Iterator[list[Anchor]]:
    """Links to articles: those in headings or around them first, as what is beside them leads elsewhere."""
    own = setting.own
    links = []
    for node in [*body.css("a[href]"), *body.css(CLICKED)]:
        if _is_elsewhere(node, noise) or _names_section(node):  # first, as most links of a page are its navigation's
            continue
        address = canonical(href_of(node), setting.base)
        if not address or address == own or not same_site(address, own) or len(urlsplit(address).path) <= 1:
            continue
        if is_in_prose(node):
            continue
        if _is_pager(address, own):
            continue
        links.append((node, address))
    headed = [
        (node, address)
        for node, address in links
        if node.css_first(HEADINGS) is not None or any(outer.tag in HEADING_TAGS for outer in _near(node))
    ]
    if len({address for _, address in headed}) > 1:
        yield headed
    yield links


def _headings(body: LexborNode, noise: Noise) -> list[Anchor]:
    """Headings of items that need no page of their own, each under a name that tells it from the others."""
    nodes = [node for node in body.css("h2,h3,h4,h5") if not _is_elsewhere(node, noise)]
    lines = ((node, line_of(node)) for node in nodes)
    return [(node, str(node.mem_id)) for node, line in lines if not wordings.is_portal_name(line) and not is_day(line)]


def _flat(body: LexborNode, noise: Noise) -> Iterator[list[LexborNode]]:
    """Items that no element holds: where headings and their texts follow one another, each with all up to the next."""
    parents: dict[tuple[int, str], list[LexborNode]] = defaultdict(list)
    for node in body.css("h2,h3,h4,h5"):
        if node.parent is not None and not _is_elsewhere(node, noise) and not is_day(line_of(node)):
            parents[node.parent.mem_id, node.tag or ""].append(node)
    for headings in parents.values():
        if len(headings) > 1:
            markup = "".join(f"<section>{_up_to_next(heading)}</section>" for heading in headings[:_MOST_FLAT])
            yield LexborHTMLParser(f"<!doctype html><body>{markup}").css("body>section")


def _up_to_next(heading: LexborNode) -> str:
    parts = [heading.html or ""]
    node = heading.next
    while node is not None and node.tag not in {heading.tag, "hr", "h1"} and len(parts) < _LONGEST_FLAT:
        parts.append(node.html or "")
        node = node.next
    return "".join(parts)


def _is_elsewhere(node: LexborNode, noise: Noise) -> bool:
    """Whether a link is in the navigation; a teaser's own class does not make it noise here."""
    if any(outer.tag in {"nav", "footer", "aside"} for outer in ancestors(node)):
        return True
    return noise.covers(node) and not any(_is_item(outer) for outer in ancestors(node))


def _is_item(node: LexborNode) -> bool:
    name = node.attributes.get("class") or ""
    return (node.tag == "article" or "easer" in name) and not re.search(r"related|verwandt", name, re.IGNORECASE)


def _names_section(node: LexborNode) -> bool:
    rel = (node.attributes.get("rel") or "").split()
    return "category" in rel or "author" in rel or bool(_SECTION_LINK.search(node.attributes.get("class") or ""))


def _is_pager(address: str, own: str) -> bool:
    one, other = urlsplit(address), urlsplit(own)
    return (
        one.path == other.path
        and one.hostname == other.hostname
        and bool(re.search(r"page|seite|(?:^|&)p=|offset|start", one.query, re.IGNORECASE))
    )


def _near(node: LexborNode) -> list[LexborNode]:
    return [outer for outer, _ in zip(ancestors(node), range(3), strict=False)]


# ---------------------------------------------------------------- groups of one make


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
    for item, words in _with_words(_side_by_side(items)):
        groups[_make(item, words)].append(item)
    return list(groups.values())


def _side_by_side(items: dict[int, LexborNode]) -> Iterator[LexborNode]:
    """The items that are in no other: looking into what nests would cost the square of its depth."""
    within: dict[int, bool] = {}
    for item in items.values():
        path: list[int] = []
        inside = False
        for outer in ancestors(item):
            place = outer.mem_id
            if place in items or place in within:
                inside = place in items or within[place]
                break
            path.append(place)
        within.update(dict.fromkeys(path, inside))
        if not inside:
            yield item


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


def _leading(groups: list[list[LexborNode]], best: list[LexborNode], setting: Setting) -> list[LexborNode]:
    """The articles that a page shows larger above its list: with a heading and a day, and of the same kind or in the same folder."""
    folders = Counter(_folder(item, setting) for item in best)
    folder = folders.most_common(1)[0][0]
    kind = _kind(best[0])
    found: list[LexborNode] = []
    for group in groups:  # in the order of the page
        if group is best:
            break
        found += [
            item
            for item in group
            if len(group) < len(best)
            and item.css_first(HEADINGS) is not None
            and date_of(item, "", setting)[0]
            and (_folder(item, setting) == folder or (kind and _kind(item) == kind))
        ]
    return found


def _folder(item: LexborNode, setting: Setting) -> str:
    return urlsplit(link_of(item, "", setting)[0]).path.rpartition("/")[0]


def _kind(item: LexborNode) -> str:
    words = _words(item)
    return f"{item.tag}.{'.'.join(sorted(words))}" if words else ""


# ---------------------------------------------------------------- which of them is the list


def _score(group: list[LexborNode], setting: Setting, *, headed: bool = False) -> float:
    """How much a group looks like teasers of articles: many, with headings, dates, and with text besides the title.

    Titles alone count little, as a menu has more of them than a list has teasers. What lies in the future are events.
    """
    judged = group[:_JUDGED]
    titles = [title_of(item, "", _link(item, setting)) for item in judged]
    if (
        Counter(titles).most_common(1)[0][1] > max(2, len(judged) // 2)
        or sum(map(len, titles)) / len(judged) < _LEAST_TITLE
    ):
        return 0
    text = sum(
        min(len(line_of(item)) - len(title), _MOST_TEXT) + len(title) / 5
        for item, title in zip(judged, titles, strict=True)
    )
    text *= len(group) / len(judged)
    with_heading = sum(item.css_first(HEADINGS) is not None for item in judged) / len(judged)
    days = [date_of(item, "", setting)[0] or day_above(item, setting)[0] for item in judged]
    known = [day for day in days if day]
    dated = len(known) / len(judged)
    if (
        headed and max(dated, _share_with_links(judged, setting)) < _MOST_OF_THEM
    ):  # headings alone are the parts of a text
        return 0
    if len(group) == 1 and not (dated and (with_heading or text > _LEAST_TITLE)):
        return 0
    to_come = sum(day.at > setting.now for day in known)
    weight = (
        0.5 if not known else 0.1 if to_come > len(judged) / 2 else 1
    )  # services have no days, events those to come
    return text * (1 + with_heading + 2 * dated) * weight


def _share_with_links(items: list[LexborNode], setting: Setting) -> float:
    """How many items say "mehr" and lead to an article."""
    links = [_link(item, setting) for item in items]
    return sum(link is not None and wordings.is_more(line_of(link)) for link in links) / len(items)


def _link(item: LexborNode, setting: Setting) -> LexborNode | None:
    return link_of(item, "", setting)[1]


def _without_events(items: list[LexborNode], setting: Setting) -> list[LexborNode]:
    """The items without those that are events by their class or address, unless the list is one of events."""
    news = [item for item in items if not _looks_like_event(item)]
    return news if news and not _EVENT.search(urlsplit(setting.own).path) else items


def _looks_like_event(item: LexborNode) -> bool:
    link = item if item.tag == "a" else item.css_first("a[href]")
    address = (link.attributes.get("href") or "").partition("?")[0] if link is not None else ""
    *folders, _ = address.split("/")
    return bool(_EVENT.search(item.attributes.get("class") or "") or _EVENT.search("/".join(folders)))
