"""Which of the texts on a page is the article's headline. Pure. A page without one gets none invented."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.ingest import wordings
from syndicator.ingest.blocks import line_of
from syndicator.ingest.error_pages import is_error_title
from syndicator.ingest.noise import Noise, Within, is_unseen
from syndicator.ingest.structured import Claims
from syndicator.text import fold, squeeze

_LONGEST = 400  # characters; what is longer is no headline
_HEAVY = re.compile(r"\s+[|»«·•]+\s+")
_LIGHT = re.compile(r"\s+[–—-]\s+")
_PLACE = re.compile(
    # A name and no sentence: "Stadt Musterheim an der Ruhr", but not "Stadt senkt Gebühren".
    r"(?:(?i:Stadt|(?:Samt|Verbands|Orts|Einheits)?gemeinde|(?:Land)?kreis|(?:Landeshaupt|Hanse|Kreis|Universitäts)stadt|Markt"
    r"|Verwaltung)\s[A-ZÄÖÜ][\w./()-]*(?:\s(?:[A-ZÄÖÜ(][\w./()-]*|an|am|auf|bei|der|dem|die|im|in|ob|und|v\.|a\.|d\.|[/–-])){0,6}"
    r"|[A-ZÄÖÜ][\w-]{2,30}\s[dD]igital|[\w-]+\.(?:de|eu|info|org|net))"
)
_FIRST = re.compile(r"(?P<site>.{3,60}?)(?:\s[|»·•–—-]\s|:\s)(?=.{8})")
_MOST_ELEMENTS = 3000
_SPACE = 40  # characters of white space around a headline
_LEAST_NAME = 4  # letters of a host's name
_MOST_WORDS = 6
_TITLE_CLASS = re.compile(r"(?:^|[\s_-])(?:title|headline|heading|ueberschrift|titel)(?:$|[\s_-])", re.IGNORECASE)
_KICKER = re.compile(
    r"(?:^|[\s_-])(?:topline|kicker|dachzeile|overline|eyebrow|rubrik|roofline)(?:$|[\s_-])", re.IGNORECASE
)
_HEADLINE_PART = re.compile(r"(?:^|[\s_-])(?:headline|title|titel)(?:$|[\s_-])", re.IGNORECASE)
_DATE = re.compile(r"\D{0,25}\d{1,2}\.\s?(?:\d{1,2}\.|\w{3,9}\.?)\s?\d{2,4}\D{0,12}")
_ELSEWHERE = frozenset({"nav", "footer", "aside", "dialog"})


class Headlines:
    """The texts of a page that may be its headline, in the order in which they are believed."""

    def __init__(self, tree: LexborHTMLParser, claims: Claims, address: str = "", listed: str = "") -> None:
        self.tree = tree
        self.host = _letters(urlsplit(address).hostname or "")
        self.claims = claims
        self.listed = squeeze(listed)
        self.site = fold(claim.value) if (claim := claims.first("site")) else ""
        self._is_elsewhere = Within(_is_no_place)
        self._is_inside = Within(_is_main)
        self.headings = [node for node in tree.css("h1,h2,h3")[:60] if not self._is_elsewhere(node)]

    def find(self) -> tuple[str, str]:
        """Headline and the rule that found it; both empty where the page has none."""
        if shown := self._as_listed():
            return shown
        first = next(self._headings("h1"), None)
        for text, rule in self._candidates():
            line = self._bare(text, rule)
            if not self._is_headline(line):
                continue
            if first and self._is_headline(first[0]) and _begins_alike(first[0], line):
                # What people see, where a claim only cuts it short or adds to it.
                return first[0], rule if fold(first[0]) == fold(line) else first[1]
            return line, rule
        return (self.listed, "list") if self._is_headline(self.listed) and not self._is_error_page() else ("", "")

    def _bare(self, text: str, rule: str) -> str:
        """A candidate without the name of the site behind it, and in the page's title also before it."""
        line = without_site(text, self.site, self.host)
        if rule.startswith("heading"):
            return line
        head = _FIRST.match(line)
        named = head is not None and (
            _names_site(head["site"], self.site, self.host) or wordings.is_portal_name(head["site"])
        )
        return line[head.end() :] if head is not None and named else line

    def _is_error_page(self) -> bool:
        named = [*self.headings, *self.tree.css("title")]
        return any(is_error_title(fold(without_site(line_of(node), self.site, self.host))) for node in named)

    def _as_listed(self) -> tuple[str, str] | None:
        """The heading that says what the list said, on a page whose first one says something else."""
        wanted = fold(self.listed)
        if not wanted:
            return None
        shown = [(text, rule) for tag in ("h1", "h2", "h3") for text, rule in self._headings(tag, anywhere=True)]
        if not shown or fold(shown[0][0]) == wanted or not any(fold(text) == wanted for text, _ in shown[1:]):
            return None
        return next((text, rule) for text, rule in shown if fold(text) == wanted)

    def node(self, title: str) -> LexborNode | None:
        """The heading that shows the headline, else the page's first."""
        wanted = fold(title)
        same = (node for node in self.headings if fold(line_of(node)).endswith(wanted))
        first = (node for node in self.headings if node.tag == "h1")
        return next(same, None) or next(self._called_so(title), None) or next(first, None)

    def _called_so(self, title: str) -> Iterator[LexborNode]:
        """Elements that are no headings and hold the headline and nothing else."""
        for node in self.tree.css("div,p,td,b,strong,font,big,span,dt,legend")[:_MOST_ELEMENTS]:
            own = node.text(deep=False)
            if (
                len(title) <= len(own) <= 2 * len(title) + _SPACE
                and squeeze(own) == title
                and not self._is_elsewhere(node)
            ):
                yield node

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
        yield from self._lone_headings()
        if (title := self.tree.css_first("title")) is not None and (constant or self._is_shown(line_of(title))):
            yield line_of(title), "title"

    def _is_shown(self, title: str) -> bool:
        """Whether a page without headings shows what its <title> says, in bold or in an element of its own."""
        wanted = fold(self._bare(title, "title"))
        bold = self.tree.css("b,strong,font,big,[class*='itel'],[class*='eadline']")[:60]
        return any(fold(line_of(node)) == wanted for node in bold) or any(self._called_so(self._bare(title, "title")))

    def _headings(self, tag: str, *, anywhere: bool = False) -> Iterator[tuple[str, str]]:
        for node in self.headings:
            if (
                node.tag == tag
                and (tag == "h1" or anywhere or self._is_inside(node))
                and (text := without_kicker(node))
            ):
                yield text, f"heading {tag}"

    def _lone_headings(self) -> Iterator[tuple[str, str]]:
        """On a page without <h1> and <main>: the <h2> whose class calls it a title, or the only one; a teaser's is a link."""
        noise = Noise()
        second = [
            node
            for node in self.headings
            if node.tag == "h2" and node.css_first("a[href]") is None and not noise.covers(node)
        ]
        called = [node for node in second if _TITLE_CLASS.search(node.attributes.get("class") or "")]
        for node in called[:1] or (second if len(second) == 1 else ()):
            yield without_kicker(node), "heading h2"

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
            and not is_error_title(fold(line))
            and not wordings.is_related(line)
            and not wordings.is_press_contact(line)
        )


def is_place(text: str) -> bool:
    """Whether a line is the name of a city or of its site, as stands at the head of every page of it."""
    return bool(_PLACE.fullmatch(text))


def without_site(text: str, site: str = "", host: str = "") -> str:
    """A title without the name of the site behind it: "Neue Räder | Stadt X" is "Neue Räder".

    `site` is its name, folded; `host` its host name's letters, as a name that is part of it is the site's, too.
    """
    line = squeeze(text)
    for separator in (_HEAVY, _LIGHT):
        parts = list(separator.finditer(line))
        while parts and _is_site(line[parts[-1].end() :], site, host, heavy=separator is _HEAVY):
            line = line[: parts.pop().start()]
    return line


def _is_site(tail: str, site: str, host: str, *, heavy: bool) -> bool:
    if _names_site(tail, site, host):
        return True
    return heavy and (wordings.is_portal_name(tail) or bool(re.fullmatch(r".{0,20}portal.{0,20}", fold(tail))))


def _names_site(part: str, site: str, host: str) -> bool:
    if _PLACE.fullmatch(part) or (site and fold(part) == site):
        return True
    words, name = part.split(), _letters(part)
    return len(name) >= _LEAST_NAME and (
        (name in host and len(words) <= _MOST_WORDS)
        or (len(words) == 2 and words[0][:1].isupper() and _letters(words[1]) in host.split("."))  # noqa: PLR2004  # "Markt Mühlbach"
    )


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9.]", "", fold(text.encode("ascii", "ignore").decode() if "xn--" in text else text))


def _begins_alike(heading: str, claim: str) -> bool:
    one, other = fold(heading), fold(claim).rstrip(".…")
    return bool(other) and (one.startswith(other) or other.startswith(one))


def _is_no_place(node: LexborNode) -> bool:
    """Whether no headline stands in an element."""
    return node.tag in _ELSEWHERE or is_unseen(node)


def _is_main(node: LexborNode) -> bool:
    return node.tag in {"article", "main"} or node.attributes.get("role") == "main"


def without_kicker(node: LexborNode) -> str:
    """A heading's text without the topline that some pages put into it."""
    text = line_of(node)
    parts = [part for part in node.css("[class]") if part.mem_id != node.mem_id]
    for part in parts:
        if (
            _HEADLINE_PART.search(part.attributes.get("class") or "")
            and (line := line_of(part))
            and len(line) < len(text)
        ):
            return line
    for part in parts:
        if _KICKER.search(part.attributes.get("class") or ""):
            text = squeeze(text.removeprefix(line_of(part)).lstrip(" :|–-"))
    return text
