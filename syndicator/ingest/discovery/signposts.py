"""The links on a page that lead to its news in another form: feeds, data, the list, the list that an article stands in. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.ingest.article import same_site
from syndicator.ingest.blocks import line_of
from syndicator.ingest.identity import canonical
from syndicator.ingest.links import absolute
from syndicator.text import fold, squeeze


class Named(NamedTuple):
    """An address and what it is called where it is named; `how` says in which way it is: "link", "anchor", "guess", "asked".

    `type` is what it is announced as.
    """

    address: str
    title: str = ""
    how: str = "link"
    type: str = ""


_MOST = 12
_MOST_NODES = 20_000
_LONGEST_LABEL = 80  # characters of a link that is a signpost and no headline

# ---------------------------------------------------------------- feeds

_FEED_TYPE = re.compile(r"rss|atom|rdf\+xml|feed\+json|(?:text|application)/xml$", re.IGNORECASE)
_NO_FEED_TYPE = re.compile(r"oembed|opensearch|wlwmanifest|rsd\+xml", re.IGNORECASE)
_FEED_PATH = re.compile(
    r"(?:^|[/._-])(?:rss|atom|rdf|feeds?|newsfeed|rssfeed|rss-?feeds?|rssnewsfeed|rss2)(?:$|[/._-])", re.IGNORECASE
)
_FEED_QUERY = re.compile(r"^(?:rss2?|atom|rdf|feed|json)$", re.IGNORECASE)
_FEED_WORDS = re.compile(r"(?:^|\s)(?:rss|atom|newsfeed|rss-?(?:news)?feeds?|feeds?|newsreader)(?:$|\s|-)")
_TYPO3_FEEDS = frozenset({"100", "9818"})  # `type` of EXT:news and its forerunner
_NO_FEED_PATH = re.compile(r"\.(?:pdf|jpe?g|png|gif|svg|ics|zip|css|js|docx?|mp3|mp4)$", re.IGNORECASE)
_FEED_ENDING = re.compile(r"\.(?:xml|rss|atom|rdf)$", re.IGNORECASE)
_SITEMAP = re.compile(r"sitemap", re.IGNORECASE)


def feeds(tree: LexborHTMLParser, base: str) -> tuple[Named, ...]:
    """The feeds that a page names, in its head or among its links; whether they are any is for their bytes to say."""
    found: dict[str, Named] = {}
    for named in (*_declared(tree, base), *_linked(tree, base)):
        found.setdefault(canonical(named.address) or named.address, named)
    return tuple(found.values())[:_MOST]


def _declared(tree: LexborHTMLParser, base: str) -> Iterator[Named]:
    for node in tree.css("link[href],a[rel][type][href]"):
        says = node.attributes
        relations = (says.get("rel") or "").lower().split()
        kind, href = says.get("type") or "", says.get("href") or ""
        if not {"alternate", "feed"} & set(relations) or "stylesheet" in relations or _NO_FEED_TYPE.search(kind):
            continue
        address = absolute(href, base)
        typed = _FEED_TYPE.search(kind) and not _SITEMAP.search(href)
        # "text/html" and no type at all are met on feeds, too; a translation of the page says its language.
        if address and (typed or "feed" in relations or (not says.get("hreflang") and looks_like_feed(address))):
            yield Named(address, squeeze(says.get("title") or ""), type=kind)


def _linked(tree: LexborHTMLParser, base: str) -> Iterator[Named]:
    for node in tree.css("a[href]"):
        href = node.attributes.get("href") or ""
        label = line_of(node) or squeeze(node.attributes.get("title") or node.attributes.get("aria-label") or "")
        if not (looks_like_feed(href) or (len(label) <= _LONGEST_LABEL and _FEED_WORDS.search(fold(label)))):
            continue
        address = absolute(href, base)
        if address and same_site(address, base):
            yield Named(address, label, "anchor")


def looks_like_feed(address: str) -> bool:
    """Whether an address is of a shape that feeds have."""
    parts = urlsplit(address)
    if _NO_FEED_PATH.search(parts.path) or _SITEMAP.search(parts.path):
        return False
    query = dict(parse_qsl(parts.query))
    if query.get("type") in _TYPO3_FEEDS or any(_FEED_QUERY.match(value) for value in query.values()):
        return True
    return bool(_FEED_ENDING.search(parts.path) or _FEED_PATH.search(parts.path))


# ---------------------------------------------------------------- data

_LONGEST_DATA = 300  # characters of an attribute that is an address and no data
_DATA_NAMES = re.compile(r"api|endpoint|graphql|json|service|source|src|url|feed", re.IGNORECASE)
_DATA_ADDRESS = re.compile(r"/graphql\b|/api/|/wp-json/|\.json(?:$|\?)|format=json", re.IGNORECASE)
_DATA_IN_SCRIPT = re.compile(
    r"""["'](?P<address>(?:https?://[^"'\s/<>{}\\]{1,100})?(?:/[^"'\s<>{}\\]{1,200})?/"""
    r"""(?:graphql/?|api/[^"'\s<>{}\\]{1,200}|wp-json/[^"'\s<>{}\\]{0,200}))["']"""
)
_NO_DATA = re.compile(
    r"oembed|manifest|webmanifest|\.js(?:$|\?)|consent|cookie|captcha|login|search/suggest|matomo", re.IGNORECASE
)


def data(tree: LexborHTMLParser, text: str, base: str) -> tuple[Named, ...]:
    """The addresses of JSON and GraphQL that a page of this site names: in links, attributes and scripts."""
    found: dict[str, Named] = {}
    for href, how in (*_data_links(tree), *_data_attributes(tree), *_data_in_scripts(text)):
        address = absolute(href, base)
        if address and same_site(address, base) and not _NO_DATA.search(address):
            found.setdefault(address, Named(address, how=how))
    return tuple(found.values())[:_MOST]


def _data_links(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for node in tree.css(
        'link[href][type="application/json"],a[href][type="application/json"],link[rel="https://api.w.org/"]'
    ):
        yield node.attributes.get("href") or "", "link"


def _data_attributes(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for node in tree.css("*")[:_MOST_NODES]:
        for name, value in node.attributes.items():
            if (
                name.startswith("data-")
                and value
                and len(value) <= _LONGEST_DATA
                and _DATA_NAMES.search(name)
                and _DATA_ADDRESS.search(value)
                and not value.lstrip().startswith(("{", "["))
            ):
                yield value, "attribute"


def _data_in_scripts(text: str) -> Iterator[tuple[str, str]]:
    for match in _DATA_IN_SCRIPT.finditer(text.replace("\\/", "/")):  # JSON may escape slashes
        yield match["address"], "script"


# ---------------------------------------------------------------- the list

_HOME = re.compile(
    r"/?(?:(?:de|deu|de-de|deutsch)/?)?(?:(?:index|home|startseite|start|default|willkommen)(?:\.\w{2,5})?/?)?",
    re.IGNORECASE,
)
# The more a link is called by what the list holds, the likelier it leads there. Folded text.
_WAYS = (
    (
        6,
        re.compile(
            r"(?:alle|zu allen|zu den|aktuelle|weitere|mehr|unsere) (?:aktuellen )?(?:presse|medien)?-?(?:mitteilungen|meldungen|informationen|nachrichten|neuigkeiten|news)"
        ),
    ),
    (
        5,
        re.compile(
            r"(?:staedtische )?(?:presse|medien)(?:mitteilungen|meldungen|informationen|nachrichten)(?: der stadt.*)?"
        ),
    ),
    (
        4,
        re.compile(
            r"(?:nachrichten|meldungen|neuigkeiten|newsroom|news|nachrichtenportal|nachrichtenarchiv|stadtnachrichten|rathausnachrichten|newsportal)(?: (?:der|aus der|aus dem) .{3,30})?"
        ),
    ),
    (
        3,
        re.compile(
            r"aktuelles(?: (?:und|&|aus) .{3,30})?|aktuell|rathaus aktuell|stadt aktuell|neues(?: aus .{3,30})?"
        ),
    ),
    (
        2,
        re.compile(r"presse(?:stelle|portal|bereich|dienst|service)?(?: (?:und|&) .{3,30})?|medien(?:portal|service)?"),
    ),
)
_BACK = re.compile(
    r"[^a-z]*(?:zurueck(?: zur? .{1,40})?|(?:zur|zu allen) (?:uebersicht|liste|meldungen|nachrichten|pressemitteilungen).{0,20}"
    r"|uebersicht|alle (?:meldungen|nachrichten|pressemitteilungen|pressemeldungen|artikel|beitraege|news)|mehr (?:meldungen|nachrichten|news))[^a-z]*"
)
_CRUMBS = '[class*="breadcrumb"] a[href],[id*="breadcrumb"] a[href],[aria-label*="rotkr"] a[href],[aria-label*="readcrumb"] a[href]'


def is_home(address: str) -> bool:
    """Whether an address is a site's home page."""
    parts = urlsplit(address)
    return bool(_HOME.fullmatch(parts.path)) and not parts.query


def ways(tree: LexborHTMLParser, address: str, base: str) -> tuple[Named, ...]:
    """The links of this site that are called like a list of news, the likeliest first, of equals the first on the page."""
    worth: dict[str, tuple[int, Named]] = {}
    for node in tree.css("a[href]"):
        label = _label(node)
        score = max((points for points, words in _WAYS if label and words.fullmatch(label)), default=0)
        place = _place(node, address, base) if score else ""
        if place and score > worth.get(place, (0, None))[0]:
            worth[place] = score, Named(place, squeeze(line_of(node) or label), "anchor")
    ordered = sorted(worth.values(), key=lambda entry: -entry[0])
    return tuple(named for _, named in ordered)[:_MOST]


def back(tree: LexborHTMLParser, address: str, base: str) -> tuple[Named, ...]:
    """Where an article says that it comes from: a link back, the last crumbs of the trail, the path above its own."""
    found: dict[str, Named] = {}
    for node in tree.css("a[href]"):
        if _BACK.fullmatch(_label(node)) and (place := _place(node, address, base)):
            found.setdefault(place, Named(place, squeeze(line_of(node)), "anchor"))
    crumbs = [place for node in tree.css(_CRUMBS) if (place := _place(node, address, base))]
    above = _above(address)
    for place in (*reversed(crumbs), *above):
        if not is_home(place):
            found.setdefault(place, Named(place))
    return tuple(found.values())[:_MOST]


def _above(address: str) -> Iterator[str]:
    """The paths above an address: of /a/b/c.html, /a/b/ and /a/."""
    parts = urlsplit(address)
    names = [name for name in parts.path.split("/") if name][:-1]
    while names:
        yield f"{parts.scheme}://{parts.netloc}/{'/'.join(names)}/"
        names.pop()


def _place(node: LexborNode, address: str, base: str) -> str:
    """The address of another page of this site that a link leads to; "" for any other link."""
    href = node.attributes.get("href") or ""
    place = "" if href.startswith("#") else canonical(href, base)
    return place if place and place != canonical(address) and same_site(place, address) else ""


def _label(node: LexborNode) -> str:
    text = line_of(node) or node.attributes.get("title") or node.attributes.get("aria-label") or ""
    return fold(text).strip(" »›>→…|·-–:[]") if len(text) <= _LONGEST_LABEL else ""
