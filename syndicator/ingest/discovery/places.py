"""Where feeds and sitemaps usually are, by the system behind a portal: few guesses, the likeliest first. Pure."""

import re
from urllib.parse import urlsplit

MOST = 8  # guesses for one portal

_ANYWHERE = (
    "/feed/",
    "/rss.xml",
    "/rss",
    "/atom.xml",
    "/feed.xml",
    "/index.xml",
    "/newsfeed/",
    "/externe-dienste/rss/pressemeldungen.xml",
)
_BY_MAKER = {
    "wordpress": ("{section}feed/", "/feed/", "/?feed=rss2"),
    "typo3": ("{page}?type=9818", "{page}?type=100", "/?type=9818", "/rss.xml", "/feed.xml"),
    "drupal": ("{page}/rss.xml", "{page}/feed", "/rss.xml"),
    "gsb": ("/SiteGlobals/Functions/RSSFeed/DE/RSSNewsfeed/RSSNewsfeed.xml", "/rss.xml"),
    "aspnet": ("/newsfeed/", "/rss.aspx", "/rss.xml", "/feed/"),
}
_SITEMAPS = ("/sitemap.xml", "/news-sitemap.xml", "/sitemap_index.xml")
_SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_NEWS = re.compile(r"news|presse|aktuell|nachricht|meldung", re.IGNORECASE)
_MOST_SITEMAPS = 3


def usual_feeds(address: str, maker: str) -> tuple[str, ...]:
    """Addresses at which a feed may be that the page does not name."""
    root, section, page = _parts(address)
    found = dict.fromkeys(
        f"{root}{place.format(section=section, page=page)}" for place in _BY_MAKER.get(maker, _ANYWHERE)
    )
    return tuple(found)[:MOST]


def usual_sitemaps(address: str, robots: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names, those of news first; where it names none, the places where they usually are."""
    named = sorted(dict.fromkeys(_SITEMAP_LINE.findall(robots)), key=lambda place: not _NEWS.search(place))
    root, _, _ = _parts(address)
    return tuple(named or (f"{root}{place}" for place in _SITEMAPS))[:_MOST_SITEMAPS]


def robots_of(address: str) -> str:
    return f"{_parts(address)[0]}/robots.txt"


def _parts(address: str) -> tuple[str, str, str]:
    """The site, the section with its slash, and the page without one: of https://a/b/c.html, /b/ and /b/c.html."""
    parts = urlsplit(address)
    section = (
        parts.path.rpartition("/")[0] + "/" if "." in parts.path.rpartition("/")[2] else f"{parts.path.rstrip('/')}/"
    )
    return f"{parts.scheme}://{parts.netloc}", section, parts.path.rstrip("/")
