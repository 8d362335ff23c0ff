"""Whose page this is: title, city, rights and licence as it states them. Pure; what it does not say is not made up."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from syndicator.ingest.blocks import line_of
from syndicator.ingest.links import absolute, page_base
from syndicator.text import fold, shorten, slug, squeeze

_LONGEST = 80  # characters of a title
_KINDS = r"Landeshauptstadt|Universitätsstadt|Hansestadt|Kreisstadt|Kurstadt|Große Kreisstadt|Wissenschaftsstadt|Klingenstadt|Bundesstadt|Verbandsgemeinde|Samtgemeinde|Stadtverwaltung|Stadt|Gemeinde|Markt|Landkreis|Kreis|Bezirk"
# What may follow "Stadt" and is no name of one: "Stadt Aktuell", "Stadt Portal".
_WORD = r"(?!(?:Aktuell|Aktuelles|Portal|Info|Presse|News|Nachrichten|Rathaus|Verwaltung|Leben|Online|Startseite)\b)[A-ZÄÖÜ][\wäöüß.-]*"
_BEFORE = r"(?:(?:Bad|Sankt|St\.|Burg|Groß|Klein|Alt|Neu|Markt|Hohen)\s)?"
_CITY = rf"{_BEFORE}{_WORD}(?:\s(?:an der|am|im|in der|ob der|vor der|auf der|bei|unter|a\.\s?d\.|i\.\s?d\.|v\.\s?d\.)\s{_WORD})?"
_PLACE = re.compile(rf"\b(?P<kind>{_KINDS})\s+(?P<city>{_CITY})")
_ANY_CITY = re.compile(_CITY)
_SEPARATORS = re.compile(r"\s+[|»«·•–—:-]+\s+|\s*\|\s*")
_HOST_WORDS = re.compile(r"^(?:www\d?|stadt|gemeinde|portal|rathaus|online|presse|news|m)$")
_HOST_PARTS = re.compile(
    r"^(?:stadt|gemeinde|markt|kreis|landkreis)-|-(?:online|stadt|portal|digital|aktuell|de)$|^stadt(?=[a-z]{4})"
)
_RIGHTS = re.compile(r"(?:©|&copy;|\(c\)|Copyright)\s*(?:©|\(c\))?\s*(?:by\s)?(?P<who>[^|·•\n]{2,80})", re.IGNORECASE)
_YEARS = re.compile(r"\b(?:19|20)\d\d(?:\s*[-–/]\s*(?:(?:19|20)?\d\d|heute))?\b,?")
_TAIL = re.compile(r"[\s,.–-]*(?:Alle Rechte vorbehalten|All rights reserved).*$", re.IGNORECASE)
_RIGHTS_NAMES = ("dcterms.rightsholder", "dcterms.rights", "dc.rights", "copyright", "rights")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_CAPITAL = re.compile(r"[A-ZÄÖÜ]")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a page or feed says of whoever publishes it; empty where it does not. `city` may come from the host's name."""

    title: str = ""
    city: str = ""
    rights: str = ""
    license: str = ""


def identify(tree: LexborHTMLParser, address: str) -> Identity:
    """Whose page it is."""
    texts = list(dict.fromkeys(filter(None, map(squeeze, _names(tree)))))
    place = next((found for text in texts if (found := _PLACE.search(text))), None)
    city = place["city"].rstrip(".-") if place else _city_of_host(address, [*texts, _text(tree)])
    site = _meta(tree, "og:site_name") or _meta(tree, "application-name")
    title = place[0].rstrip(".-") if place else ("" if _HOST.fullmatch(site) else shorten(site, _LONGEST)) or city
    return Identity(title, city, _rights(tree, (title, city)), _license(tree, address))


def united(identities: Iterable[Identity]) -> Identity:
    """Of several pages of one site, the first that says something says it."""
    known = list(identities)
    named = next((one for one in known if one.title and one.title != one.city), None) or next(
        (one for one in known if one.title), Identity()
    )
    return Identity(
        named.title,
        named.city,
        next((one.rights for one in known if one.rights), ""),
        next((one.license for one in known if one.license), ""),
    )


def of_feed(title: str, rights: str, license_: str, address: str) -> Identity:
    """Whose feed it is, by its title: "Stadt Köln: Pressemeldungen"."""
    place = _PLACE.search(title)
    city = place["city"] if place else _city_of_host(address, [title])
    return Identity(place[0] if place else city, city, _bare_rights(rights), license_)


def unique_name(city: str, address: str, taken: Iterable[str]) -> str:
    """A name for the source, of a-z, 0-9 and hyphens, that none has: the city's, with the section's where that is taken."""
    known = set(taken)
    host = slug(_host_label(address)) if not _is_number(address) else ""
    name = slug(city) or host or "quelle"
    section = next((part for part in reversed(_sections(address)) if part and part != name), "")
    wishes = [name, f"{name}-{section}" if section else name, *(f"{name}-{n}" for n in range(2, 1000))]
    return next(wish[:80].strip("-") for wish in wishes if wish[:80].strip("-") not in known)


# ---------------------------------------------------------------- title and city


def _names(tree: LexborHTMLParser) -> Iterator[str]:
    """What a page calls its site, the most reliable first."""
    yield _meta(tree, "og:site_name")
    yield _meta(tree, "application-name")
    title = tree.css_first("head title,title")
    parts = _SEPARATORS.split(line_of(title)) if title is not None else []
    yield from (part for part in reversed(parts) if _PLACE.search(part))
    for name in ("publisher", "dcterms.publisher", "dc.publisher", "author", "copyright"):
        yield _meta(tree, name)
    for node in tree.css('header img[alt],[class*="logo"] img[alt],img[class*="logo"],a[href="/"] img[alt]')[:5]:
        yield node.attributes.get("alt") or ""
    for node in tree.css("footer,[id*='footer'],[class*='footer']")[:3]:
        yield from _copyrights(line_of(node))
    yield from parts[-1:]
    yield from (line_of(node) for node in tree.css("h1")[:1])


def _meta(tree: LexborHTMLParser, name: str) -> str:
    for node in tree.css("meta[content]"):
        says = node.attributes
        if name in {(says.get("property") or "").lower(), (says.get("name") or "").lower()}:
            return squeeze(says.get("content") or "")
    return ""


def _text(tree: LexborHTMLParser) -> str:
    return line_of(tree.body)[:20_000] if tree.body is not None else ""


def _city_of_host(address: str, texts: Iterable[str]) -> str:
    """The city that a host is named after, as the page spells it: of www.stadt-koeln.de, "Köln"."""
    if _is_number(address):
        return ""
    wanted = slug(_HOST_PARTS.sub("", _host_label(address)))
    for text in texts:
        for match in _ANY_CITY.finditer(text):
            for spelling in (match[0], match[0].split(" ")[0]):
                if slug(spelling).replace("-", "") == wanted.replace("-", ""):
                    return spelling.rstrip(".-")
    return "-".join(part.capitalize() for part in wanted.split("-")) if wanted else ""


def _host_label(address: str) -> str:
    """The part of the host that names somebody: of news.stadt.bochum.de, "bochum"."""
    labels = (urlsplit(address).hostname or "").split(".")
    named = [label for label in (labels[:-1] or labels) if not _HOST_WORDS.match(label)]
    return named[-1] if named else ""


def _is_number(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return not re.search("[a-z]", host) or ":" in host or host == "localhost"


def _sections(address: str) -> list[str]:
    names = [slug(re.sub(r"\.\w{2,5}$", "", part)) for part in urlsplit(address).path.split("/")]
    return [name for name in names if name not in {"index", "de", "rss", "feed", "atom"} and 2 < len(name) <= 30]  # noqa: PLR2004  # short enough for a name


# ---------------------------------------------------------------- rights


def _rights(tree: LexborHTMLParser, own: Iterable[str]) -> str:
    """The notice that the page shows in its foot, or states in its head; without the year, which would go stale.

    A foot may name whoever made the site: the notice counts where it names whom the site is of.
    """
    for node in tree.css("footer,[id*='footer'],[class*='footer']")[:6]:
        for who in _copyrights(line_of(node)):
            if _PLACE.search(who) or any(name and fold(name) in fold(who) for name in own):
                return f"© {who}"
    return next((found for name in _RIGHTS_NAMES if (found := _bare_rights(_meta(tree, name)))), "")


def _copyrights(text: str) -> Iterator[str]:
    for match in _RIGHTS.finditer(text):
        place = _PLACE.search(match["who"])
        who = _TAIL.sub("", _YEARS.sub("", match["who"])).strip(" ,.–-:")
        # A foot goes on with links in the same line: what follows the city's name is not known to be part of it.
        name = match["who"][place.start() : place.end()] if place else who
        if _CAPITAL.match(name) and len(name.split()) <= 8:  # noqa: PLR2004  # a name, no sentence
            yield squeeze(name).rstrip(".")


def _bare_rights(text: str) -> str:
    line = squeeze(_TAIL.sub("", _YEARS.sub("", text))).strip(" ,.–-:")
    line = re.sub(r"^(?:Copyright\s*)?(?:©|\(c\))?\s*", "", line, flags=re.IGNORECASE)
    return f"© {line}" if line and len(line) <= _LONGEST and "://" not in line else ""


def _license(tree: LexborHTMLParser, address: str) -> str:
    """The one licence that the page as a whole is under; one within an article or beside a picture is theirs."""
    base = page_base(tree, address)
    found = {
        absolute(node.attributes.get("href"), base)
        for node in tree.css("link[rel~=license],a[rel~=license],a[rel~=licence]")
        if not _is_of_a_part(node)
    }
    return found.pop() if len(found) == 1 else ""


def _is_of_a_part(node: object) -> bool:
    outer = getattr(node, "parent", None)
    while outer is not None:
        if outer.tag in {"article", "figure", "figcaption"}:
            return True
        outer = outer.parent
    return False


def same_city(city: str, known: Iterable[str]) -> str:
    """The spelling of a city that config.toml has already, else the given one."""
    return next((spelling for spelling in known if slug(spelling) == slug(city) or fold(spelling) == fold(city)), city)
