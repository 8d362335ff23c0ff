"""The list of a portal: its teasers, and where the next page is. Pure."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.config import ListRules
from syndicator.ingest import fragment, wordings
from syndicator.ingest.address_keys import keys_of
from syndicator.ingest.charset import decode
from syndicator.ingest.clean import gate
from syndicator.ingest.identity import fingerprint, without_counters
from syndicator.ingest.limits import bounded, without_scripts
from syndicator.ingest.links import page_base
from syndicator.ingest.paging import next_page
from syndicator.ingest.repeating import repeating
from syndicator.ingest.teasers import Setting, date_of, day_above, image_of, labels_of, link_of, summary_of, title_of
from syndicator.model import Failed, Image, Label, Moment
from syndicator.text import fold, shorten

_UNSEEN = ["script", "style", "template", "svg", "iframe", "object"]
_MOST = 500  # teasers on one page
_LONGEST_TITLE = 400
GUESSED_KEY = "addresses of the list"
"""The rule by which a key was worked out that nobody states."""


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
    tree = LexborHTMLParser(bounded(decode(without_scripts(body), content_type)))
    setting = Setting(page_base(tree, address), address, ZoneInfo(timezone), now)
    tree.strip_tags(_UNSEEN)
    return tree, setting


def read_items(
    tree: LexborHTMLParser, items: list[LexborNode], rules: ListRules, setting: Setting
) -> Overview | Failed:
    """The teasers that these items of a page are."""
    found = [teaser for item in items[:_MOST] if (teaser := _teaser(item, rules, setting))]
    teasers: dict[str, Teaser] = {}
    for teaser in _told_apart(found):
        teasers.setdefault(teaser.address or teaser.title, teaser)
    if not teasers:
        return Failed("empty", _nothing(setting.address, rules, len(items)), setting.address)
    return Overview(_with_keys(tuple(teasers.values())), next_page(tree, rules.next, setting, frozenset(teasers)))


def _told_apart(teasers: list[Teaser]) -> list[Teaser]:
    """Fragments count only where several items are on one page: there they tell which."""
    pages = Counter(page for page, _ in {(t.address.partition("#")[0], t.address) for t in teasers if not t.body})
    return [
        teaser
        if teaser.body or pages[teaser.address.partition("#")[0]] > 1
        else replace(teaser, address=teaser.address.partition("#")[0])
        for teaser in teasers
    ]


def _with_keys(teasers: tuple[Teaser, ...]) -> tuple[Teaser, ...]:
    """The teasers with what the portal calls their articles, where their addresses tell."""
    own = [teaser for teaser in teasers if teaser.address and not teaser.body]
    keys = dict(zip((teaser.address for teaser in own), keys_of([teaser.address for teaser in own]), strict=True))
    return tuple(
        replace(teaser, key=key, found={"key": GUESSED_KEY}) if (key := keys.get(teaser.address)) else teaser
        for teaser in teasers
    )


def _nothing(address: str, rules: ListRules, items: int) -> str:
    if not rules.item:
        return f'On {address} no list of articles was found; name its items in [sources.list] with item = "a CSS selector".'
    if not items:
        return f"On {address} no article was found with selector {rules.item!r}; the page may have been rebuilt."
    return f"On {address} selector {rules.item!r} matches {items} times, but never an article with headline and link."


# ---------------------------------------------------------------- one teaser


def _teaser(item: LexborNode, rules: ListRules, setting: Setting) -> Teaser | None:
    address, found = link_of(item, rules.link, setting)
    if found is not None and not address:  # it leads elsewhere
        return None
    title = title_of(item, rules.title, found)
    if not title or wordings.is_portal_name(title):
        return None
    moment, text = date_of(item, rules.date, setting)
    if moment is None:
        moment, text = day_above(item, setting)
    return Teaser(
        address=address,
        title=shorten(title, _LONGEST_TITLE),
        published=moment,
        date_text=text,
        summary=summary_of(item, rules.summary, title, text, found),
        labels=labels_of(item, rules.category, title, setting),
        image=image_of(item, setting),
        body="" if found is not None else _body(item, title, text, setting),
    )


def _body(item: LexborNode, title: str, date_text: str, setting: Setting) -> str:
    blocks = [gate(block) for block in fragment.blocks(item, setting.base)]
    shown = {fold(title), fold(date_text)}
    return "".join(block for block in blocks if fold(re.sub("<[^>]*>", "", block)) not in shown)
