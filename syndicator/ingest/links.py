"""Addresses inside a page. Pure. What identifies an article is `identity`'s affair; here a link stays what its author wrote."""

import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from syndicator.ingest.identity import LONGEST_ADDRESS

_LEGAL = "%/:?#[]@!$&'()*+,;=~"  # reserved characters and what is escaped already (RFC 3986, 2.2)
_BREAKS = str.maketrans("", "", "\t\n\r")
_EDGES = "".join(map(chr, range(0x21)))
_WEB = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_PERSONAL = re.compile(r"(mailto|tel):(?!/)\S", re.IGNORECASE)


@lru_cache(maxsize=1024)  # a page and a feed name the same few addresses again and again
def absolute(address: str | None, base: str) -> str:
    """The http(s) address that `address` names on a page whose base is `base`; "" where it names none.

    White space and quotation marks inside are escaped, everything else stays as written.
    """
    address = (address or "").strip(_EDGES).translate(_BREAKS)
    if not address or len(address) > LONGEST_ADDRESS:
        return ""
    try:
        joined = address if _WEB.match(address) else urljoin(base, address)
        parts = urlsplit(joined)
        host, port = parts.hostname or "", parts.port
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(f"[{host}]" if ":" in host else host):
        return ""
    authority = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    rest = joined.partition("//")[2][len(parts.netloc) :]
    return f"{parts.scheme}://{authority}{quote(rest, safe=_LEGAL)}"


@lru_cache(maxsize=1024)
def link(address: str | None, base: str) -> str:
    """Like `absolute`, and also mail addresses and telephone numbers; a link to a place on the same page is none."""
    address = (address or "").strip(_EDGES).translate(_BREAKS)
    if address.startswith("#"):
        return ""
    if _PERSONAL.match(address):
        scheme, _, rest = address.partition(":")
        return f"{scheme.lower()}:{quote(rest, safe=_LEGAL)}"
    if _ABSOLUTE.match(address) and not _WEB.match(address):
        return ""
    return absolute(address, base)


def page_base(tree: LexborHTMLParser, address: str) -> str:
    """What relative addresses on the page refer to: its first `<base href>`, itself resolved against the page's address.

    WHATWG HTML, 4.2.3. ASP.NET portals write two, both root-relative.
    """
    base = tree.css_first("base[href]")
    return absolute(base.attributes.get("href"), address) or address if base is not None else address
