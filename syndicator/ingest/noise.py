"""Which parts of a page are no article: navigation, bars of buttons, sidebars, teasers of others. Pure.

Nodes are never removed: `Noise` says which to pass over. (A removed node leaves dangling those within it that are still to
be looked at.) It judges a node when it is asked about it, so that a page's navigation costs nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from selectolax.lexbor import LexborNode

# Whole words in class or id. "teaser" is none of them: it may be the lead.
_WORDS = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|teilen|social(?!-)|socialmedia|social-(?:media|bookmarks?|share|links|icons|bar)|related|verwandt\w*"
    r"|breadcrumbs?|cookies?|consent|external-notice|newsletter|comments?|kommentare?"
    r"|readspeaker|rsbtn|rs[_-]box|vorlesen|toolbar|toolbox|werkzeuge?|pagination|pager|paging|sidebar|seitenleiste|marginal(?:ien?|spalte)?|randspalte"
    r"|rechte-?spalte|spalte-?rechts|right-?col(?:umn)?|col(?:umn)?-?right|content-?right|kontextspalte|fusszeile"
    r"|navigation|navbar|navi|nav|subnav|menu|menue|print(?!-only)|drucken|(?<!rs[_-])skip|skip-?links?"
    r"|press-?contact|presse-?kontakt|contact-press|presskontakt|medienkontakt|herausgeber|advert|modal|popup|tooltip"
    r"|feedback|rating|back-?link|back-?to-?top|to-?top|to-?list|weitere-meldungen|cta|video|opt-?in|two-?click|zwei-?klick|lang-?switch"
    r"|language-switcher|post-navigation|document-?actions)(?:$|[\s_-])",
    re.IGNORECASE,
)
# Labels are read from these, as text they repeat themselves.
_LABELS = re.compile(
    r"(?:^|[\s_-])(?:tags|tag-?(?:list|cloud|links|items|wrap(?:per)?)|tags-summary|schlagworte?|schlagwoerter|keywords|districts?|stadtbezirke?)(?:$|[\s_-])",
    re.IGNORECASE,
)
# Where a page says who wrote it, when, and under what it is filed: no text, but the day is read from it.
_META = re.compile(
    r"(?:^|[\s_-])(?:(?:entry|post|article|news|artikel|beitrags?|meldungs?)[_-]{0,2}(?:meta|info|details|author|terms|date|datum)\w*|byline|author(?:-name|-box)?"
    r"|post-author-name|taxonomy-(?:category|post_tag))(?:$|[\s_-])",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"(?:^|[\s_-])(?:sr-only|visually-?hidden|screen-?reader(?:-text)?|hide-accessible|element-(?:invisible|hidden)|hiddenstructure"
    r"|invisible|unsichtbar|clip-?text|assistive(?:-text)?|off-?screen)(?:$|[\s_-])",
    re.IGNORECASE,
)
_UNSEEN_WORDS = frozenset({"hidden", "hide", "d-none"})
# Names of places on a page, where they are the whole name: "btn-secondary" and a picture to the "right" are none.
_PLACES = frozenset({"right", "rechts", "sidebar", "aside"})
_PLACES_BY_ID = _PLACES | {"left", "links", "secondary", "print", "kopf", "top"}
_FOOTER = re.compile(r"(?:^|[\s_-])(?:foot|footer|fuss)(?:$|[\s_-])", re.IGNORECASE)
_RELATED = re.compile(r"related|verwandt", re.IGNORECASE)
_FILES = re.compile(r"files|downloads?|dateien|dokumente?|attachments?|anlagen", re.IGNORECASE)
_FOLDED = re.compile(
    r"accordion|akkordeon|collaps|toggle|faq|tab-?(?:content|pane|panel)|panel|aufklapp|expand|fold", re.IGNORECASE
)
_TAGS = frozenset({"nav", "footer", "aside", "dialog"})
_FRAMES = frozenset({"html", "body", "main", "h1"})
_ROLES = frozenset({"tablist", "navigation", "search", "contentinfo", "complementary", "banner"})
_SLOTS = frozenset({"video", "cta"})
_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_TEASER = re.compile(r"(?:^|[\s_-])(?:teasers?|cards?|teaserlist|teaser-list)(?:$|[\s_-]|list)", re.IGNORECASE)
_LINKED = 0.3  # share of a teaser's text that is links
_WIDTH = re.compile(
    r"(?:^|[\s_-])(?:col|span|grid|large|medium|columns?|w|spalten?)[_-]?(?:(?:xs|sm|md|lg|xl|xxl)[_-]?)?(\d{1,2})(?=$|\s)"
)
_WIDE, _NARROW = 6, 5  # of a grid's twelve columns
_DEEPEST = 400  # elements around one; pages go to about 40
_LONGEST_META = 400  # characters, white space included
_CAPTION = 300  # characters beside a picture that has a column of its own


def ancestors(node: LexborNode | None) -> Iterator[LexborNode]:
    """The elements around a node, the innermost first."""
    for _ in range(_DEEPEST):
        if node is None or (node := node.parent) is None:
            return
        yield node


def is_unseen(node: LexborNode) -> bool:
    """Whether an element is there for screen readers or scripts only."""
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or _NOT_SHOWN.search(attributes.get("style") or ""):
        return True
    name = attributes.get("class")
    if not name:
        return False
    words = name.split()
    shown = any(word.startswith(("d-", "visible-")) and word != "d-none" for word in words)  # on some screens
    return (not shown and not _UNSEEN_WORDS.isdisjoint(words)) or bool(_UNSEEN.search(name))


class Noise:
    """The nodes of a page that are passed over. Never one around `keep`, the headline.

    `node in noise`: whether it is passed over by itself; `noise.covers(node)`: by itself or with one around it.
    """

    def __init__(
        self, keep: LexborNode | None = None, removed: Iterable[LexborNode] = (), *, teasers: bool = True
    ) -> None:
        """`teasers`: whether teasers are noise, as on the page of an article; on a list they are what is looked for."""
        self._teasers = teasers
        self._removed = {node.mem_id for node in removed}
        self._judged: dict[int, bool] = {}
        self._covers = Within(self.__contains__)
        self.keep(keep)

    def keep(self, node: LexborNode | None) -> None:
        """Never pass over a node and those around it."""
        for kept in (*ancestors(node), *((node,) if node is not None else ())):
            self._judged[kept.mem_id] = False
        self._covers.forget()

    def drop(self, nodes: Iterable[LexborNode]) -> None:
        """Pass over these, whatever they are."""
        self._judged.update((node.mem_id, True) for node in nodes)
        self._covers.forget()

    def is_removed(self, node: LexborNode) -> bool:
        """Whether the configuration takes a node or one around it away."""
        return bool(self._removed) and (
            node.mem_id in self._removed or any(outer.mem_id in self._removed for outer in ancestors(node))
        )

    def __contains__(self, node: LexborNode) -> bool:
        place = node.mem_id
        if place in self._removed:
            return True
        judged = self._judged.get(place)
        if judged is None:
            judged = self._judged[place] = _is_noise(node) or (self._teasers and _is_teaser(node))
        return judged

    def covers(self, node: LexborNode) -> bool:
        return self._covers(node)


class Within:
    """Whether a node or one around it is of a kind; `judge` tells that of one node. What was found out is kept."""

    def __init__(self, judge: Callable[[LexborNode], bool]) -> None:
        self._judge = judge
        self._known: dict[int, bool] = {}

    def forget(self) -> None:
        self._known.clear()

    def __call__(self, node: LexborNode) -> bool:
        known = self._known
        path: list[LexborNode] = []
        outer: LexborNode | None = node
        while outer is not None and outer.mem_id not in known and len(path) < _DEEPEST:
            path.append(outer)
            outer = outer.parent
        found = outer is not None and known.get(outer.mem_id, False)
        for outer in reversed(path):  # from outside: what is within the navigation need not be judged
            found = found or self._judge(outer)
            known[outer.mem_id] = found
        return found


def _is_noise(node: LexborNode) -> bool:
    tag = node.tag or ""
    if tag[:1] == "-" or tag in _FRAMES:
        return False
    if tag in _TAGS or (tag == "header" and not _introduces(node)):
        return True
    if "-" in tag and _says_noise(tag):  # the elements that a site has made up for itself have telling names
        return True
    attributes = node.attributes
    return bool(attributes) and (
        attributes.get("role") in _ROLES
        or attributes.get("slot") in _SLOTS
        or (is_unseen(node) and not _is_folded(node))
        or _is_called_noise(node, attributes.get("class") or "", attributes.get("id") or "")
    )


def _is_called_noise(node: LexborNode, name: str, place: str) -> bool:
    if place and (place in _PLACES_BY_ID or _says_noise(place)):
        return True
    if not name:
        return False
    return (_says_noise(name) and not _has_files(node, name)) or _is_place(node, name)


def _has_files(node: LexborNode, name: str) -> bool:
    """Whether it holds the article's own documents, which are "related" as other articles are."""
    if not _RELATED.search(name):
        return False
    return (
        bool(_FILES.search(name))
        or node.css_first('[class*="files"],[class*="ownload"],[class*="okument"]') is not None
    )


def is_meta(node: LexborNode) -> bool:
    """Whether an element only tells about the article: its author, day, section."""
    name = node.attributes.get("class") if node.tag not in _FRAMES else None
    return bool(name) and _says_meta(name or "") and len(node.text()) <= _LONGEST_META


@lru_cache(maxsize=2048)
def _says_meta(name: str) -> bool:
    return bool(_META.search(name))


@lru_cache(maxsize=2048)  # the names of a site's elements are few
def _says_noise(name: str) -> bool:
    return bool(_WORDS.search(name) or _LABELS.search(name))


def _introduces(node: LexborNode) -> bool:
    """Whether a `<header>` is that of an article or of the main part, and not the page's (HTML 4.3.8)."""
    return any(outer.tag in {"article", "main"} for outer in ancestors(node)) and node.css_first("nav,form") is None


def _is_folded(node: LexborNode) -> bool:
    """Whether an element is out of sight only until its heading is clicked, as the parts of an accordion are."""
    if node.attributes.get("role") == "tabpanel":
        return True
    around = (node, node.parent, node.parent.parent if node.parent is not None else None)
    return any(part is not None and _FOLDED.search(part.attributes.get("class") or "") for part in around)


def _is_place(node: LexborNode, name: str) -> bool:
    if not _PLACES.isdisjoint(name.split()):
        return node.tag != "img" and not _is_pictorial(node)
    return bool(_FOOTER.search(name)) and node.css_first("time") is None  # an article's own footer tells its day


def _is_teaser(node: LexborNode) -> bool:
    """Whether it advertises another article: a teaser that is one link, or has one in its heading; a lead may hold one in a sentence."""
    tag, name = node.tag or "-", node.attributes.get("class")
    if not name or tag[0] == "-" or tag in _FRAMES or tag == "p" or not _TEASER.search(name):
        return False
    links = node.css("a[href]")
    if not links or node.css_first(".collapse,.accordion-body,[aria-expanded]") is not None:
        return False
    if node.css_first("h1 a,h2 a,h3 a,h4 a,h5 a,a h2,a h3,a h4,a h5") is not None:
        return True
    return sum(len(link.text()) for link in links) > _LINKED * len(" ".join(node.text().split()))


def other_columns(headline: LexborNode, scope: LexborNode) -> list[LexborNode]:
    """Columns beside that of the headline that the page's grid makes narrower: what stands there is the page's own.

    One with nothing but a picture is the article's.
    """
    found = []
    node: LexborNode | None = headline
    while node is not None and node.mem_id != scope.mem_id:
        if _width(node) >= _WIDE:
            found += [
                sibling for sibling in _siblings(node) if 0 < _width(sibling) <= _NARROW and not _is_pictorial(sibling)
            ]
        node = node.parent
    return found


def picture_column(scope: LexborNode) -> bool:
    """Whether a column holds nothing but the picture of the article in the column beside it."""
    return _width(scope) >= _WIDE and any(
        0 < _width(node) <= _NARROW and _is_pictorial(node) for node in _siblings(scope)
    )


def _siblings(node: LexborNode) -> Iterator[LexborNode]:
    child = node.parent.first_child if node.parent is not None else None
    while child is not None:
        if child.mem_id != node.mem_id and (child.tag or "-")[0] != "-":
            yield child
        child = child.next


def _width(node: LexborNode) -> int:
    return max(map(int, _WIDTH.findall(node.attributes.get("class") or "")), default=0)


def _is_pictorial(node: LexborNode) -> bool:
    return (
        node.css_first("img") is not None
        and node.css_first("h2,h3,h4,h5,li") is None
        and len(" ".join(node.text().split())) <= _CAPTION
    )
