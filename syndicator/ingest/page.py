"""One article page, read once: its tree, its claims, the part that holds the article and the lines around the headline. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.ingest import blocks, fragment, wordings
from syndicator.ingest.charset import decode
from syndicator.ingest.clean import text_of
from syndicator.ingest.headline import Headlines
from syndicator.ingest.limits import bounded, without_scripts
from syndicator.ingest.links import page_base
from syndicator.ingest.noise import Noise, ancestors, is_meta, other_columns, picture_column
from syndicator.ingest.sections import section_of
from syndicator.ingest.structured import Claims, read_claims

_UNSEEN = ["script", "style", "svg"]  # what else nobody sees, `fragment` passes over
_SHORT = 170  # characters of a line beside the headline
_CAPTIONS = '[class*="caption"],[class*="ildunterschrift"],[class*="ildtext"],[class*="opyright"]'
_CREDITS = '[class*="opyright"],[class*="ource"],[class*="redit"],[class*="uelle"],[class*="achweis"],[class*="otograf"],[class*="photograph"]'
_CREDIT = re.compile(
    r"(?:^|[\s_-])(?:(?:img|image|picture|bild|photo|foto)?-?(?:copyright|source|credits?|quelle|nachweis)|bild(?:quelle|nachweis)|fotograf|photographer)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LONGEST_CREDIT = 200
_PICTURE_BOX = re.compile(
    r"image|img|bild|foto|photo|picture|visual|media|figure|thumb|gall?er|lightbox", re.IGNORECASE
)
_META = ",".join(
    f'[class*="{stem}"]' for stem in ("meta", "info", "uthor", "byline", "terms", "taxonomy", "etails", "date", "datum")
)
_MOST_META = 12
_LONGEST_CAPTION = 400  # characters
_MOST_PICTURES = 40
_AROUND = 5  # elements
_NEAR = 6  # blocks after the headline in which its date and topline stand


@dataclass
class Page:
    """A parsed page, and what is passed over in it."""

    tree: LexborHTMLParser
    address: str
    base: str
    claims: Claims
    zone: ZoneInfo
    now: datetime
    noise: Noise = field(default_factory=Noise)
    title: str = ""
    title_rule: str = ""
    headline: LexborNode | None = None

    def select(self, selector: str) -> list[LexborNode]:
        """What a configured selector matches, in the order of the page; "" matches nothing."""
        if not selector:
            return []
        return [node for node in self.tree.css(selector) if not self.noise.is_removed(node)]

    @cached_property
    def scope(self) -> LexborNode | None:
        """The part of the page that holds the article."""
        self.noise.keep(self.headline)
        scope = blocks.scope_of(self.tree, self.headline)
        if scope is not None and scope.parent is not None and picture_column(scope):
            scope = scope.parent
        if scope is not None:
            self.noise.keep(scope)
            if self.headline is not None:
                self.noise.drop((*other_columns(self.headline, scope), *blocks.beyond_main(self.headline, scope)))
        return scope

    @cached_property
    def before(self) -> list[LexborNode]:
        """What stands before the headline in the scope, the noise left out."""
        if self.scope is None or self.headline is None:
            return []
        return [node for node in blocks.before(self.headline, self.scope) if not self.noise.covers(node)]

    @cached_property
    def blocks(self) -> list[str]:
        """The scope's blocks from the headline on."""
        if self.scope is None:
            return []
        passed = {node.mem_id for node in self.before}
        if self.headline is not None:
            passed.add(self.headline.mem_id)
        return fragment.blocks(self.scope, self.base, skip=lambda node: node.mem_id in passed or node in self.noise)

    @cached_property
    def meta(self) -> frozenset[str]:
        """The lines of elements whose class says that they tell about the article: its author, day, section."""
        lines = (text_of(line) for node in self._meta_nodes for line in fragment.blocks(node, self.base, itself=True))
        return frozenset(filter(None, lines))

    @cached_property
    def meta_lines(self) -> list[str]:
        """The same, the parts of each apart: "14. November 2026 | Bauen"."""
        return [" | ".join(filter(None, map(blocks.line_of, node.iter()))) for node in self._meta_nodes]

    @cached_property
    def _meta_nodes(self) -> list[LexborNode]:
        nodes = self.scope.css(_META) if self.scope is not None else []
        return [node for node in nodes if is_meta(node)][:_MOST_META]

    @cached_property
    def headings(self) -> frozenset[str]:
        """The lines near the headline that are headings."""
        return frozenset(text_of(block) for block in self.blocks[:_NEAR] if block.startswith("<h"))

    @cached_property
    def captions(self) -> frozenset[str]:
        """The lines that the page calls captions by their class, or that share a box with a picture, where it has no `<figcaption>`."""
        nodes = self.scope.css(_CAPTIONS) if self.scope is not None else []
        lines = [blocks.line_of(node) for node in nodes]
        for box in self._picture_boxes():
            for block in fragment.blocks(box, self.base, itself=True):
                lines += [text_of(line) for line in block.split("<br>")] + [text_of(block)]
        return frozenset(line for line in lines if 0 < len(line) <= _LONGEST_CAPTION)

    @cached_property
    def credits(self) -> tuple[str, ...]:
        """The texts that the page calls credits by their class, beside its pictures."""
        nodes = self.scope.css(_CREDITS) if self.scope is not None else []
        named = [node for node in nodes if _CREDIT.search(node.attributes.get("class") or "")]
        lines = (blocks.line_of(node) for node in named[:_MOST_PICTURES])
        return tuple(dict.fromkeys(line for line in lines if 0 < len(line) <= _LONGEST_CREDIT))

    def _picture_boxes(self) -> Iterator[LexborNode]:
        """For each picture of the article, the largest element around it that is called a picture and holds no more than a caption's text."""
        for image in self.scope.css("img")[:_MOST_PICTURES] if self.scope is not None else ():
            box = None
            for outer in islice(ancestors(image), _AROUND):
                if (
                    outer.tag in {"figure", "p", "body"}
                    or len(outer.css("img")) > 1
                    or len(outer.text()) > 2 * _LONGEST_CAPTION
                ):
                    break
                if _PICTURE_BOX.search(f"{outer.attributes.get('class')} {outer.attributes.get('id')}"):
                    box = outer
            if box is not None and len(blocks.line_of(box)) <= _LONGEST_CAPTION:
                yield box

    @cached_property
    def lines_before(self) -> list[str]:
        """The short lines before the headline: names of the portal, credits of the header's picture, the topline."""
        found = []
        for node in self.before:
            if node.tag == "-text":
                found.append(" ".join((node.text_content or "").split()))
            else:
                found += [
                    text_of(block)
                    for block in fragment.blocks(node, self.base, itself=True, skip=self.noise.__contains__)
                ]
        return [line for line in found if 0 < len(line) <= _SHORT]

    @cached_property
    def lines_after(self) -> list[str]:
        """The short lines between the headline and the text."""
        found: list[str] = []
        for block in self.blocks[:_NEAR]:
            line = text_of(block)
            if len(line) > _SHORT or wordings.is_related(line):
                break
            found.append(line)
        return found


def open_page(body: bytes, address: str, content_type: str, timezone: str, now: datetime) -> Page:
    """Decode and parse a page. An address with a fragment names one of several items on it: the page is then that item alone."""
    tree = LexborHTMLParser(bounded(decode(without_scripts(body), content_type)))
    claims = read_claims(tree)
    base = page_base(tree, address)
    tree.strip_tags(_UNSEEN)
    if item := section_of(tree, address.partition("#")[2]):
        tree, claims = LexborHTMLParser(item), Claims()
    else:
        address = address.partition("#")[0]
    return Page(tree, address, base, claims, ZoneInfo(timezone), now)


def find_headline(page: Page, listed: str = "") -> None:
    """Fill in the headline by the page's own means, unless a selector has found it; `listed` is what the list calls the article."""
    headlines = Headlines(page.tree, page.claims, page.address, listed)
    if not page.title:
        page.title, page.title_rule = headlines.find()
    if page.headline is None and page.title:
        page.headline = headlines.node(page.title)
