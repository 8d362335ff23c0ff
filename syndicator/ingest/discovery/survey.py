"""What one page says about where its news can be read: feeds, lists, data, and whose page it is. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser

from syndicator.config import ArticleRules, ListRules
from syndicator.ingest import wordings
from syndicator.ingest.article import read_article
from syndicator.ingest.blocks import line_of
from syndicator.ingest.charset import decode
from syndicator.ingest.clean import plain
from syndicator.ingest.discovery import naming, signposts
from syndicator.ingest.discovery.naming import Identity
from syndicator.ingest.discovery.signposts import Named
from syndicator.ingest.limits import bounded
from syndicator.ingest.links import page_base
from syndicator.ingest.machine_dates import date_in_address
from syndicator.ingest.overview import Overview, read_overview
from syndicator.model import Draft
from syndicator.text import fold

_LEAST_TEASERS = 3  # that make a page a list
_LITTLE_TEXT = 250  # visible characters of a page that is put together by scripts
_APP = 'div[id="app"],div[id="root"],div[id="__next"],div[id="__nuxt"],app-root,[data-reactroot],[ng-app],[ng-version]'
_NEEDS_SCRIPTS = re.compile(r"javascript", re.IGNORECASE)
_LINK = re.compile(r"<a .*?</a>", re.DOTALL)
_UNSEEN = ["script", "style", "template", "svg", "noscript"]
_MAKERS = (  # by what a page names as its generator, or by addresses that only this system has
    ("wordpress", re.compile(r"wordpress|/wp-(?:content|includes|json)/", re.IGNORECASE)),
    ("typo3", re.compile(r"typo3|/fileadmin/", re.IGNORECASE)),
    ("drupal", re.compile(r"drupal|/sites/default/files/", re.IGNORECASE)),
    ("gsb", re.compile(r"government site builder|/SiteGlobals/|/SharedDocs/")),
    ("aspnet", re.compile(r"__VIEWSTATE|WebResource\.axd")),
)


@dataclass(frozen=True, slots=True)
class Survey:
    """One page as it was understood. `maker` is the system behind it where that shows, else ""."""

    address: str
    identity: Identity
    maker: str
    feeds: tuple[Named, ...]
    data: tuple[Named, ...]
    ways: tuple[Named, ...]  # links that look like the news list, the likeliest first
    back: tuple[Named, ...]  # from an article to its list, likewise
    overview: Overview | None
    article: Draft | None  # where the page is one article
    hollow: bool  # its text is put together by scripts, and is not here
    login: bool

    @property
    def is_home(self) -> bool:
        return signposts.is_home(self.address)

    @property
    def teasers(self) -> int:
        return len(self.overview.teasers) if self.overview else 0

    @property
    def dated(self) -> int:
        return sum(teaser.published is not None for teaser in self.overview.teasers) if self.overview else 0

    @property
    def is_list(self) -> bool:
        return self.teasers >= _LEAST_TEASERS and self.article is None


def read_survey(body: bytes, address: str, content_type: str, timezone: str, now: datetime) -> Survey:
    """All of that about an HTML page; `address` is the one that answered."""
    text = bounded(decode(body, content_type))
    tree = LexborHTMLParser(text)
    base = page_base(tree, address)
    maker = _maker(tree, text)
    feeds, data = signposts.feeds(tree, base), signposts.data(tree, text, base)
    hollow, login = _is_hollow(tree), _is_login(tree)
    tree.strip_tags(_UNSEEN)
    listed = read_overview(body, address, content_type, ListRules(), timezone, now)
    overview = listed if isinstance(listed, Overview) else None
    article = read_article(body, address, content_type, ArticleRules(), timezone, now)
    return Survey(
        address=address,
        identity=naming.identify(tree, address),
        maker=maker,
        feeds=feeds,
        data=data,
        ways=signposts.ways(tree, address, base),
        back=signposts.back(tree, address, base),
        overview=overview,
        article=article if isinstance(article, Draft) and _is_article(article, overview, ZoneInfo(timezone)) else None,
        hollow=hollow,
        login=login,
    )


def _is_article(article: Draft, overview: Overview | None, zone: ZoneInfo) -> bool:
    """Whether a page is one article and not a list of them, which has a headline and texts as well.

    A list's "headline" is that of one of its teasers, or its "text" is made of them; an article's are not, however many
    others are linked beside it.
    """
    if signposts.is_home(article.address) or wordings.is_portal_name(article.title):
        return False
    text, title = fold(plain(article.body)), fold(article.title)
    teasers = overview.teasers if overview else ()
    listed = len(teasers) >= _LEAST_TEASERS
    if listed and any(fold(teaser.title) == title and teaser.address != article.address for teaser in teasers):
        return False
    if listed and len(plain(_LINK.sub("", article.body))) * 2 < len(text):  # a menu
        return False
    shown = sum(fold(teaser.title) in text for teaser in teasers)
    if listed and shown * 2 >= len(teasers):
        return False
    return bool(article.published or date_in_address(article.address, zone)) or (
        len(text) >= _LITTLE_TEXT and not listed
    )


def _maker(tree: LexborHTMLParser, text: str) -> str:
    stated = tree.css_first('meta[name="generator"]')
    generator = (stated.attributes.get("content") or "") if stated is not None else ""
    for place in (generator, text):
        for maker, mark in _MAKERS:
            if mark.search(place):
                return maker
    return ""


def _is_hollow(tree: LexborHTMLParser) -> bool:
    """Whether the text of a page comes by script: hardly any is here, and a place to put it."""
    body = tree.body
    if body is None or tree.css_first("script") is None:
        return False
    without = "".join(node.text() for node in tree.css("noscript"))
    seen = LexborHTMLParser(body.html or "")
    seen.strip_tags(_UNSEEN)
    visible = line_of(seen.body) if seen.body is not None else ""
    asks = _NEEDS_SCRIPTS.search(f"{without} {visible}")
    return len(visible) < _LITTLE_TEXT and bool(tree.css_first(_APP) or asks or not visible)


def _is_login(tree: LexborHTMLParser) -> bool:
    """Whether the page is there to let people in: a password is asked for, and little else is on it."""
    return tree.css_first('input[type="password"]') is not None and len(tree.css("a[href]")) < 40  # noqa: PLR2004  # a portal's page with a login box has more
