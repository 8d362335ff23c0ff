"""Whether an address looks like that of an article, judged by nothing but the address. Pure.

Asked for sitemaps, which hold all pages of a site. An address is one of an article if its path states a date, or if it
lies below a part that is called "news", "Pressemitteilungen" and the like and ends with a number or with several words.
Lists, files, and what is dated without being news (events, council meetings, job offers) are none. In doubt it is none.
"""

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from syndicator.ingest.machine_dates import date_in_address
from syndicator.text import fold

_NEWS = re.compile(
    r"(?:^|[-_.])(?:"
    r"(?:presse|medien|stadt|kurz)?-?(?:nachricht|meldung|mitteilung|information|info|artikel|bericht|beitrag|beitraege|archiv)(?:en|s)?"
    r"|news|newsroom|newsdetails?|newsarchiv|newsticker|aktuell|aktuelles|neues|neuigkeiten?|presse|blog|article|articles|post|posts|press"
    r")(?:portal|archiv|detail|details|liste|single)?(?=$|[-_.\d])"
)
_NOT_NEWS = re.compile(
    r"veranstaltung(?:en|skalender)?|termine?|terminkalender|kalender|events?|calendar|tagesordnung(?:en)?|sitzung(?:en)?"
    r"|sitzungskalender|ratsinformation(?:ssystem)?|stellen(?:angebote|markt|ausschreibungen)?|jobs?|karriere|ausschreibungen?|vergaben?"
    r"|amtsblatt|amtsblaetter|bekanntmachungen?|formulare?|dienstleistungen?|downloads?|galerien?|bilder|fotos|media|mediathek|videos?"
    r"|suche|search|login|rss|feeds?|tags?|schlagworte?|schlagwort|themen|kategorien?|category|categories|author|autor(?:en)?|users?"
    r"|kontakt|ansprechpartner|presse-?kontakte?|impressum|datenschutz|barrierefreiheit|sitemap"
)
_LIST = re.compile(r"(?:index|default|start(?:seite)?|archiv|uebersicht|seite|page|p)?[-_~]?\d{0,2}|(?:19|20)\d\d")
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|zip|ics|xml|json|rss|jpe?g|png|gif|webp|svg|mp[34]|css|js|txt|csv)$"
)
_ENDING = re.compile(r"(?:\.de|\.en)?\.(?:html?|php\d?|jsp|aspx?|xhtml|cfm|do)$")
_NUMBER = re.compile(r"\d{3,}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT = 30  # characters of a part that names a section; a headline is longer
_WORDS = 3  # of a headline at least
_ANYWHERE = ZoneInfo("UTC")


def looks_like_news(address: str) -> bool:
    """Whether an http(s) address is one of an article by the rule on top of this file."""
    parts = urlsplit(address)
    *sections, name = [part for part in fold(unquote(parts.path, errors="replace")).split("/") if part] or [""]
    bare = _ENDING.sub("", name)
    if _FILE.search(name) or any(map(_is_other, (*sections, bare))):
        return False
    number = _NUMBER.search(parts.query)
    if _LIST.fullmatch(bare) and not number:
        return False
    if any(map(_is_news, sections)) and (number or _is_headline(bare)):
        return True
    if _is_news(bare) and (number or _NUMBER.search(_YEAR.sub("", bare))):
        return True
    return date_in_address(address, _ANYWHERE) is not None


@lru_cache(maxsize=4096)  # the parts of a site are few
def _is_other(section: str) -> bool:
    return bool(_NOT_NEWS.fullmatch(section))


@lru_cache(maxsize=4096)
def _is_news(section: str) -> bool:
    return len(section) <= _SHORT and bool(_NEWS.search(section))


def _is_headline(name: str) -> bool:
    return bool(_NUMBER.search(name)) or len([word for word in re.split(r"[-_+ .,~]+", name) if word]) >= _WORDS
