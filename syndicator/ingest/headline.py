"""Which of the texts on a page is the article's headline. Pure. A page without one gets none invented."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.ingest import wordings
from syndicator.ingest.blocks import ancestors, is_within, line_of, noise
from syndicator.ingest.structured import Claims
from syndicator.text import fold, squeeze

_LONGEST = 400  # characters; what is longer is no headline
_HEAVY = re.compile(r"\s+[|»«·•]+\s+")
_LIGHT = re.compile(r"\s+[–—-]\s+")
_PLACE = re.compile(
    # A name and no sentence: "Stadt Musterheim an der Ruhr", but not "Stadt senkt Gebühren".
    r"(?:(?i:Stadt|(?:Samt|Verbands|Orts|Einheits)?gemeinde|(?:Land)?kreis|(?:Landeshaupt|Hanse|Kreis|Universitäts)stadt|Markt"
    r"|Verwaltung)\s[A-ZÄÖÜ][\w./()-]*(?:\s(?:[A-ZÄÖÜ(][\w./()-]*|an|am|auf|bei|der|dem|die|im|in|ob|und|v\.|a\.|d\.|[/–-])){0,6}"
    r"|(?i:.{2,30}\sdigital|[\w-]+\.(?:de|eu|info|org)))"
)
_TITLE_CLASS = re.compile(r"(?:^|[\s_-])(?:title|headline|heading|ueberschrift|titel)(?:$|[\s_-])", re.IGNORECASE)
_KICKER = re.compile(
    r"(?:^|[\s_-])(?:topline|kicker|dachzeile|overline|eyebrow|rubrik|roofline)(?:$|[\s_-])", re.IGNORECASE
)
_DATE = re.compile(r"\D{0,25}\d{1,2}\.\s?(?:\d{1,2}\.|\w{3,9}\.?)\s?\d{2,4}\D{0,12}")
_ELSEWHERE = frozenset({"nav", "footer", "aside", "dialog"})


class Headlines:
    """The texts of a page that may be its headline, in the order in which they are believed."""

    def __init__(self, tree: LexborHTMLParser, claims: Claims) -> None:
        self.tree = tree
        self.claims = claims
        self.site = fold(claim.value) if (claim := claims.first("site")) else ""
        self.headings = [node for node in tree.css("h1,h2,h3")[:60] if not _is_elsewhere(node)]

    def find(self) -> tuple[str, str]:
        """Headline and the rule that found it; both empty where the page has none."""
        first = next(self._headings("h1"), None)
        for text, rule in self._candidates():
            line = without_site(text, self.site)
            if not self._is_headline(line):
                continue
            if first and self._is_headline(first[0]) and _begins_alike(first[0], line):
                # What people see, where a claim only cuts it short or adds to it.
                return first[0], rule if fold(first[0]) == fold(line) else first[1]
            return line, rule
        return "", ""

    def node(self, title: str) -> LexborNode | None:
        """The heading that shows the headline, else the page's first."""
        wanted = fold(title)
        same = (node for node in self.headings if fold(line_of(node)).endswith(wanted))
        return next(same, None) or next((node for node in self.headings if node.tag == "h1"), None)

    def _candidates(self) -> Iterator[tuple[str, str]]:
        for claim in self.claims.of("title"):
            yield claim.value, claim.rule
        constant = False
        for text, rule in self._headings("h1"):
            constant = True
            yield text, rule
        if constant:  # a heading that names the portal on every page: the headline stands beside it
            yield from self._trail()
        yield from self._headings("h2")
        if constant and (title := self.tree.css_first("title")) is not None:
            yield line_of(title), "title"
        yield from self._lone_headings()

    def _headings(self, tag: str) -> Iterator[tuple[str, str]]:
        for node in self.headings:
            if node.tag == tag and (tag == "h1" or _is_inside(node)) and (text := _without_kicker(node)):
                yield text, f"heading {tag}"

    def _lone_headings(self) -> Iterator[tuple[str, str]]:
        """On a page without <h1> and <main>: the <h2> whose class calls it a title, or the only one; a teaser's is a link."""
        skipped = noise(self.tree.body, None) if self.tree.body is not None else set()
        second = [
            node
            for node in self.headings
            if node.tag == "h2" and node.css_first("a[href]") is None and not is_within(node, skipped)
        ]
        called = [node for node in second if _TITLE_CLASS.search(node.attributes.get("class") or "")]
        for node in called[:1] or (second if len(second) == 1 else ()):
            yield _without_kicker(node), "heading h2"

    def _trail(self) -> Iterator[tuple[str, str]]:
        if self.claims.trail:
            yield self.claims.trail[-1], "json-ld breadcrumb"
        for node in self.tree.css(
            '[class*="breadcrumb"],[id*="breadcrumb"],[aria-label*="rotkrume"],[aria-label*="readcrumb"]'
        ):
            last = node.css('[aria-current="page"]') or node.css("li,a,span,strong")
            if last:
                yield line_of(last[-1]), "breadcrumb"

    def _is_headline(self, line: str) -> bool:
        return (
            any(character.isalnum() for character in line)
            and len(line) <= _LONGEST
            and fold(line) != self.site
            and not _PLACE.fullmatch(line)
            and not _DATE.fullmatch(line)
            and not wordings.is_portal_name(line)
            and not wordings.is_error(line)
            and not wordings.is_related(line)
            and not wordings.is_press_contact(line)
        )


def is_place(text: str) -> bool:
    """Whether a line is the name of a city or of its site, as stands at the head of every page of it."""
    return bool(_PLACE.fullmatch(text))


def without_site(text: str, site: str = "") -> str:
    """A title without the name of the site behind it: "Neue Räder | Stadt X" is "Neue Räder"."""
    line = squeeze(text)
    for separator in (_HEAVY, _LIGHT):
        parts = list(separator.finditer(line))
        while parts and _names_site(line[parts[-1].end() :], site, heavy=separator is _HEAVY):
            line = line[: parts.pop().start()]
    return line


def _names_site(tail: str, site: str, *, heavy: bool) -> bool:
    if _PLACE.fullmatch(tail) or (site and fold(tail) == site):
        return True
    return heavy and (wordings.is_portal_name(tail) or bool(re.fullmatch(r".{0,20}portal.{0,20}", fold(tail))))


def _begins_alike(heading: str, claim: str) -> bool:
    one, other = fold(heading), fold(claim).rstrip(".…")
    return bool(other) and (one.startswith(other) or other.startswith(one))


def _is_elsewhere(node: LexborNode) -> bool:
    return any(outer.tag in _ELSEWHERE for outer in ancestors(node))


def _is_inside(node: LexborNode) -> bool:
    return any(outer.tag in {"article", "main"} or outer.attributes.get("role") == "main" for outer in ancestors(node))


def _without_kicker(node: LexborNode) -> str:
    """A heading's text without the topline that some pages put into it."""
    text = line_of(node)
    for part in node.css("[class]"):
        if part.mem_id != node.mem_id and _KICKER.search(part.attributes.get("class") or ""):
            text = squeeze(text.removeprefix(line_of(part)).lstrip(" :|–-"))
    return text
