"""Who an article is: addresses and keys in one form, ids that are minted once, and digests that move with the text. Pure.

Identity is source *and* key, so that the ids one feed sets cannot overwrite another's articles (FreshRSS#2273).
"""

import hashlib
import html
import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urljoin

from yarl import URL

from syndicator.text import squeeze, xml_safe

LONGEST_ADDRESS = 8192  # characters; what is longer is no address that a server would take
_LONGEST_KEY = 180  # characters of an id's last part; beyond it a hash tells keys apart
_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_ABSOLUTE = re.compile(r"https?://[^/?#]", re.IGNORECASE)
# An address in which there is nothing to change, as most are: no port, no query, no dot that may be a segment.
_PLAIN = re.compile(r"https?://([a-z0-9.-]+)/(?:[A-Za-z0-9_~-][A-Za-z0-9_~.-]*+/?+)*+")
_AUTHORITY = re.compile(r"(?:[^@]*@)?(?P<host>\[[0-9a-f:.]+\]|[^@:\[\]%]+)(?::(?P<port>[0-9]{0,5}))?", re.IGNORECASE)
_HOST = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_DEFAULT_PORT = {"http": "80", "https": "443"}
# A percent-encoded octet, a character that an address cannot hold as it is, or a stray percent sign.
_ENCODE = re.compile(r"%[0-9a-fA-F]{2}|[^A-Za-z0-9\-._~:/?@!$&'()*+,;=]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_PARAMETER = re.compile(r";([^/;]*)")
_PATH_SESSION_SEGMENT = re.compile(r"/\((?:[A-Z]\([^/()]*\))+\)(?=/)")  # ASP.NET without cookies
_TRACKING = re.compile(
    r"utm_.*|mtm_.*|pk_.*|piwik_.*|matomo_.*|etcc_.*|hsa_.*|wt_z?mc|wt_cc\d*|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid"
    r"|yclid|twclid|ttclid|igshid|mc_[ce]id|_ga|_gl|_hsenc|_hsmi|mkt_tok|xtor|at_medium|at_campaign",
    re.IGNORECASE,
)
_SESSION = re.compile(
    r"jsessionid|phpsessid|aspsessionid.*|cfid|cftoken|sessid|oscsid|zenid|fe_typo_user", re.IGNORECASE
)
# These names are also given to things ("sid=4711" is a story): only a value that looks like a token is a session.
_PERHAPS_SESSION = re.compile(r"sid|session_?id|session|ftu", re.IGNORECASE)
_TOKEN = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[\w,-]{10,}|[\w,-]{20,}")

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BEFORE_QUERY = re.compile(r"[^?#]*")
# Fragments that say where on the page, or who sent the reader, and not which item.
_PLACE_FRAGMENT = re.compile(
    r"(?:.*:~:|utm_|mtm_|pk_|wt_|xtor).*|top|main|main-content|content|inhalt|respond|comments?|rss", re.IGNORECASE
)


def canonical(address: str, base: str = "", *, keep_fragment: bool = False) -> str:
    """The one form of an http(s) address, absolute and without tracking parameters and session ids; "" if it is none.

    Follows RFC 3986, 6.2.2 and 6.2.3. User names and passwords go; the host is never made of anything but the host
    (GHSA-64wp-jh9p-5cg2). `keep_fragment` is for pages whose items are told apart by it. Idempotent.
    """
    if len(address) > LONGEST_ADDRESS:
        return ""
    if (plain := _PLAIN.fullmatch(address)) and _ascii_host(plain[1]) == plain[1]:
        return address
    text = _CONTROL.sub("", address).strip()
    if "\\" in text:  # browsers take it for a slash
        text = _BEFORE_QUERY.sub(lambda found: found[0].replace("\\", "/"), text, count=1)
    if not text or not (base or "://" in text):
        return ""
    try:
        whole = _PARTS.fullmatch(urljoin(base, text) if base and not _ABSOLUTE.match(text) else text)
    except ValueError:
        return ""
    return _normal(whole, keep_fragment=keep_fragment) if whole else ""


def _normal(whole: re.Match[str], *, keep_fragment: bool) -> str:
    scheme = whole["scheme"].lower()
    place = _place(whole["authority"], scheme)
    if not place:
        return ""
    query = _query(whole["query"] or "")
    fragment = _fragment(whole["fragment"] or "") if keep_fragment else ""
    result = f"{scheme}://{place}{_path(whole['path'])}" + (query and f"?{query}") + (fragment and f"#{fragment}")
    return result if len(result) <= LONGEST_ADDRESS else ""


def key_from_address(rule: str, address: str) -> str:
    """What a source calls an article, read from its address: `rule` is a query parameter's name or "/regex/" with one group.

    Empty where the address does not hold it.
    """
    if len(rule) > 1 and rule.startswith("/") and rule.endswith("/"):
        found = re.search(rule[1:-1], address)
        return (found[1] or "") if found and found.re.groups else ""
    return next((value for name, value in _parameters(address) if name == rule), "")


def mint(host: str, year: int, source: str, key: str) -> str:
    """A tag URI (RFC 4151) for an article of `source`; the same arguments always give the same id."""
    specific = quote(key, safe="/?:@!$&'()*+,;=~", errors="replace")
    if len(specific) > _LONGEST_KEY:
        head = re.sub(r"%[0-9A-F]?$", "", specific[:100])
        specific = f"{head}~{hashlib.sha256(key.encode(errors='replace')).hexdigest()[:32]}"
    return f"tag:{_tag_authority(host)},{year:04d}:{quote(source, safe='-')}/{specific}"


def minted_for(iri: str) -> str:
    """The host and the source that an id was minted for, whoever minted it; "" for another id than `mint` makes."""
    found = _MINTED.match(iri)
    return f"{found[1]}:{found[2]}" if found else ""


def is_ours(host: str, iri: str) -> bool:
    """Whether an id was minted here, or names a feed of ours (`…/feeds/<name>`); `host` is the one in `site.url`.

    A port other than the scheme's own has to be part of `host` for feeds to be recognised.
    """
    lowered = iri.strip().lower()
    place, _, path = lowered.partition("://")[2].partition("/")
    is_feed = place == host.lower() and lowered.startswith(("http://", "https://")) and _OUR_FEED.search(path)
    return lowered.startswith(f"tag:{_tag_authority(host)},") or bool(is_feed)


_MINTED = re.compile(r"tag:([a-z0-9.-]+),\d{4}:([a-z0-9-]+)/")
_OUR_FEED = re.compile(r"(?:^|/)feeds/[a-z0-9-]+(?:\.[a-z]+)?$")
_IRI = re.compile(
    r"(?:https?://[^/?#\s]+|tag:[^,:/?#\s]+,\d{4}(?:-\d\d){0,2}:|urn:[a-z0-9][a-z0-9-]{1,31}:(?=.))"
    r"(?:%[0-9a-f]{2}|[^%\s<>\"{}|\\^`\x00-\x20\x7f-\x9f\u200e\u200f\u202a-\u202e])*",
    re.IGNORECASE,
)


def is_iri(text: str) -> bool:
    """Whether the text can stand as an Atom id as it is: an absolute IRI (RFC 3987, 4.1 included) of http(s), tag or urn."""
    well_formed = bool(_IRI.fullmatch(text)) and xml_safe(text) == text
    return well_formed and (not text.lower().startswith("http") or bool(canonical(text)))


_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|em|i|mark|q|s|small|span|strong|sub|sup|time|u|wbr)(?:\s[^<>]*|/)?>"
)
# A run of tags; what begins with a letter of its own is found ten times as fast as a group that repeats.
_TAGS = re.compile(r"<[^<>]*>(?:<[^<>]*>)*")
_HREF = re.compile(r' href="([^"]*)"')


@lru_cache(maxsize=4)  # asked for each article by its digest and by its filing, one after the other
def words(body_html: str) -> str:
    """The text of a tidy body, with a space where a block ends: cheaper than parsing what is known to be tidy."""
    return html.unescape(_TAGS.sub(" ", _INLINE.sub("", body_html))).strip()


def text_digest(title: str, summary: str, body_html: str) -> str:
    """A digest that moves when the words or the link targets change, not when bytes or markup do."""
    text = words(body_html)
    links = " ".join(_target(href) for href in _HREF.findall(body_html))
    return fingerprint(title, summary, text, links)


def without_counters(text: str) -> str:
    """A text for comparison, without what changes by itself: "123 mal gelesen", "Aufrufe: 45", "vor 3 Stunden"."""
    if "or " in text:
        text = _AGO.sub("", text)
    return _COUNTERS.sub("", text) if any(word in text for word in _COUNTED) else text


_AGO = re.compile(
    r"or (?:\d+|ein(?:er|em)|wenigen|einigen|zwei|drei|vier|fünf|sechs) (?:Sekunde|Minute|Stunde|Tag|Woche|Monat|Min\.|Std\.)(?:en|n)?\b"
)
_COUNTED = (
    "gelesen",
    "Gelesen",
    "aufgerufen",
    "angesehen",
    "angeklickt",
    "geteilt",
    "ufrufe",
    "ugriffe",
    "Klicks",
    "Views",
    "Likes",
)
_COUNTERS = re.compile(
    r"\d[\d.]*\s?(?:[mM]al|x)\s(?:gelesen|aufgerufen|angesehen|angeklickt|geteilt)"
    r"|(?:[gG]elesen|(?:Seiten)?[aA]ufrufe|Zugriffe|Klicks|Views|Likes)(?:\sgesamt)?:\s?\d[\d.]*(?:\s?[mM]al)?"
)


def is_untouched(body: str, other: str) -> bool:
    """Whether two tidy texts differ in nothing that anybody wrote: in session ids of links, in counters, or not at all."""
    if body == other:
        return True
    one, two = (without_counters(_HREF.sub(_canonical_href, text)) for text in (body, other))
    return one == two


def _canonical_href(found: re.Match[str]) -> str:
    return f' href="{_target(found[1])}"'


@lru_cache(maxsize=1024)  # an article often links to one page several times, and each poll asks again
def _target(href: str) -> str:
    return canonical(html.unescape(href)) or href


def fingerprint(*parts: str) -> str:
    """A digest of some texts, 32 hex digits; white space and invisible characters do not count."""
    line = "\x1f".join(unicodedata.normalize("NFC", squeeze(part)) for part in parts)
    return hashlib.blake2b(line.encode(), digest_size=16).hexdigest()


def _place(authority: str, scheme: str) -> str:
    """Host and, where it is not the default, port; empty if the authority is nonsense."""
    found = _AUTHORITY.fullmatch(authority)
    host = _ascii_host(found["host"]) if found else ""
    if not found or not host:
        return ""
    port = (found["port"] or "").lstrip("0")
    if found["port"] and not (port and int(port) < 65536):  # noqa: PLR2004  # the highest port
        return ""
    return f"{host}:{port}" if port and port != _DEFAULT_PORT[scheme] else host


@lru_cache(maxsize=1024)
def _ascii_host(host: str) -> str:
    try:
        if host.startswith("["):
            return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
        ascii_host = (URL.build(scheme="http", host=host).raw_host or "").lower().removesuffix(".")
    except ValueError:
        return ""
    return ascii_host if _HOST.fullmatch(ascii_host) else ""


def _encoded(text: str) -> str:
    """RFC 3986, 6.2.2.2: unreserved characters as they are, upper-case hex for the others that cannot stand as they are."""

    def one(found: re.Match[str]) -> str:
        octet = found[0]
        if len(octet) == 3:  # noqa: PLR2004  # %XX
            character = chr(int(octet[1:], 16))
            return character if character in _UNRESERVED else octet.upper()
        return "".join(f"%{byte:02X}" for byte in octet.encode(errors="replace"))

    return _ENCODE.sub(one, text)


def _path(path: str) -> str:
    """Without session ids and dot segments (RFC 3986, 5.2.4)."""
    path = _PATH_PARAMETER.sub(lambda found: "" if _is_noise(found[1]) else found[0], _encoded(path))
    path = _PATH_SESSION_SEGMENT.sub("", path)
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _fragment(fragment: str) -> str:
    encoded = _encoded(fragment)
    return "" if _PLACE_FRAGMENT.fullmatch(encoded) else encoded


def _query(query: str) -> str:
    return "&".join(pair for pair in _encoded(query).split("&") if pair and not _is_noise(pair))


def _is_noise(pair: str) -> bool:
    name, _, value = pair.removeprefix("amp;").partition("=")
    if _TRACKING.fullmatch(name) or _SESSION.fullmatch(name):
        return True
    return bool(_PERHAPS_SESSION.fullmatch(name) and _TOKEN.fullmatch(value))


def _parameters(address: str) -> list[tuple[str, str]]:
    try:
        return list(URL(address).query.items())
    except ValueError:
        return []


@lru_cache(maxsize=64)
def _tag_authority(host: str) -> str:
    """A host as RFC 4151 lets it name a tag: lower case, without a port, letters, digits, dots and hyphens only."""
    bare = host.strip().strip("[]").lower()
    try:
        return ipaddress.IPv6Address(bare.partition("]")[0]).exploded.replace(":", "-")
    except ValueError:
        name = (_ascii_host(bare.partition(":")[0]) or "localhost").replace("_", "-")
        return ".".join(label.strip("-") or "0" for label in name.split("."))
