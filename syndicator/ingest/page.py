"""One article page, read once: its tree, its claims, the part that holds the article and the lines around the headline. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.ingest import blocks, fragment
from syndicator.ingest.charset import decode
from syndicator.ingest.clean import text_of
from syndicator.ingest.headline import Headlines
from syndicator.ingest.limits import bounded, without_scripts
from syndicator.ingest.links import page_base
from syndicator.ingest.structured import Claims, read_claims

_UNSEEN = ["script", "style", "template", "svg", "iframe", "object", "canvas", "math"]
_SHORT = 170  # characters of a line beside the headline
_CAPTIONS = '[class*="caption"],[class*="ildunterschrift"],[class*="ildtext"],[class*="opyright"]'
_LONGEST_CAPTION = 400  # characters
_NEAR = 6  # blocks after the headline in which its date and topline stand


@dataclass
class Page:
    """A parsed page. `skipped` holds the `mem_id`s of what is passed over in it."""

    tree: LexborHTMLParser
    address: str
    base: str
    claims: Claims
    zone: ZoneInfo
    now: datetime
    skipped: set[int] = field(default_factory=set)
    removed: set[int] = field(default_factory=set)  # by the configuration
    title: str = ""
    title_rule: str = ""
    headline: LexborNode | None = None

    def select(self, selector: str) -> list[LexborNode]:
        """What a configured selector matches, in the order of the page; "" matches nothing."""
        if not selector:
            return []
        return [node for node in self.tree.css(selector) if not blocks.is_within(node, self.removed)]

    @cached_property
    def scope(self) -> LexborNode | None:
        """The part of the page that holds the article; what is none in it gets skipped from here on."""
        scope = blocks.scope_of(self.tree, self.headline)
        if scope is not None:
            self.skipped |= blocks.noise(scope, self.headline)
        return scope

    @cached_property
    def before(self) -> list[LexborNode]:
        """What stands before the headline in the scope, the noise left out."""
        if self.scope is None or self.headline is None:
            return []
        return [node for node in blocks.before(self.headline, self.scope) if not blocks.is_within(node, self.skipped)]

    @cached_property
    def blocks(self) -> list[str]:
        """The scope's blocks from the headline on."""
        if self.scope is None:
            return []
        skipped = self.skipped | self.removed | {node.mem_id for node in self.before}
        if self.headline is not None:
            skipped.add(self.headline.mem_id)
        return fragment.blocks(self.scope, self.base, skipped=skipped)

    @cached_property
    def captions(self) -> frozenset[str]:
        """The lines that the page calls captions by their class, where it has no `<figcaption>`."""
        nodes = self.scope.css(_CAPTIONS) if self.scope is not None else []
        return frozenset(line for node in nodes if 0 < len(line := blocks.line_of(node)) <= _LONGEST_CAPTION)

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
                    for block in fragment.blocks(node, self.base, itself=True, skipped=self.skipped | self.removed)
                ]
        return [line for line in found if 0 < len(line) <= _SHORT]

    @cached_property
    def lines_after(self) -> list[str]:
        """The short lines between the headline and the text."""
        found: list[str] = []
        for block in self.blocks[:_NEAR]:
            line = text_of(block)
            if len(line) > _SHORT:
                break
            found.append(line)
        return found


def open_page(body: bytes, address: str, content_type: str, timezone: str, now: datetime) -> Page:
    """Decode and parse a page, and find its headline where the page itself says it."""
    tree = LexborHTMLParser(bounded(without_scripts(decode(body, content_type))))
    claims = read_claims(tree)
    base = page_base(tree, address)
    tree.strip_tags(_UNSEEN)
    return Page(tree, address, base, claims, ZoneInfo(timezone), now)


def find_headline(page: Page) -> None:
    """Fill in the headline by the page's own means, unless a selector has found it."""
    headlines = Headlines(page.tree, page.claims)
    if not page.title:
        page.title, page.title_rule = headlines.find()
    if page.headline is None and page.title:
        page.headline = headlines.node(page.title)
