"""The header fields that go with what we answer: how long it may be kept, and what a browser may do with it. Pure.

`cli/deploy` gives the same ones to web servers that stand in for this one.
"""

from collections.abc import Mapping

SERVER = "syndicator"
VARY = "Accept-Encoding"
ALLOW = "GET, HEAD, OPTIONS"
NO_STORE = "no-store"
MOVED = "public, max-age=3600"
FOR_ONE = (
    "no-store, im"  # a part that is of use to who has the rest; caches that know of such may keep it (RFC 3229, 10.7)
)
POLLED = 60

# Seconds for which a copy counts as fresh, by what the path below /feeds/ ends with or runs through; the first that fits.
# An archived page changes only when an article in it is corrected or taken back, which is to be seen within the day.
LIFETIMES: Mapping[str, int] = {"/archive/": 86400, ".css": 3600, ".svg": 86400}

# A reader that polls gets the next version within a minute of its publication. A cache in between may answer with the
# last one while it asks for the next, and for a day when we do not answer (RFC 5861).
_CACHE = "public, max-age={max_age}, stale-while-revalidate=300, stale-if-error=86400"

BASE: Mapping[str, str] = {"Server": SERVER, "X-Content-Type-Options": "nosniff"}

# Feeds are public: a script on any page may read them. The fields it may see beside those of the Fetch standard's own list.
CORS: Mapping[str, str] = {"Access-Control-Allow-Origin": "*"}
_EXPOSED: Mapping[str, str] = {"Access-Control-Expose-Headers": "ETag, Link, Retry-After"}
# It has to ask before it sends conditions or ranges; two hours are the most that a browser remembers the answer.
PREFLIGHT: Mapping[str, str] = {
    **CORS,
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "7200",
}

_PAGE: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "  # no page asks another host for anything
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
}
_FEED: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; sandbox",  # feed.css shows a feed in a browser
    **CORS,
    **_EXPOSED,
}
_XML: Mapping[str, str] = {**_FEED, "Vary": f"{VARY}, Sec-Fetch-Dest"}
_NEITHER: Mapping[str, str] = {}

# Chromium shows a feed as plain text and Firefox saves it as a file, unless it comes as XML like any other. Only browsers
# say where they want to show what they ask for (Fetch Metadata, W3C), so no reader of feeds ever sees this type.
SHOWN = "application/xml; charset=utf-8"
_XML_FEEDS = {"application/atom+xml", "application/rss+xml"}


def lifetime(path: str, polled: int = POLLED) -> int:
    """Seconds for which a published file may be kept without asking; `polled` for what no rule of `LIFETIMES` knows."""
    return next((seconds for part, seconds in LIFETIMES.items() if part in path), polled)


def cache_control(max_age: int) -> str:
    """`max_age` in seconds."""
    return _CACHE.format(max_age=max_age)


def private(fields: Mapping[str, str]) -> dict[str, str]:
    """The same fields for who has shown a token: no cache in between keeps the answer, no page of another site reads it."""
    kept = {name: value for name, value in fields.items() if not name.startswith("Access-Control-")}
    return {
        **kept,
        "Cache-Control": fields["Cache-Control"].replace("public", "private", 1),
        "Vary": f"{fields['Vary']}, Authorization",
        "Referrer-Policy": "no-referrer",  # a token may stand in the address
        "X-Robots-Tag": "noindex",
    }


def policy(media_type: str) -> Mapping[str, str]:
    """What a browser may do with a document of this type: pages, style sheets, and feeds, which are all others."""
    kind = _essence(media_type)
    if kind == "text/html":
        return _PAGE
    if kind in _XML_FEEDS:
        return _XML
    return _NEITHER if kind == "text/css" else _FEED


def is_shown(media_type: str, destination: str | None) -> bool:
    """Whether this is a feed that a browser is about to show; `destination` is its Sec-Fetch-Dest."""
    return destination == "document" and _essence(media_type) in _XML_FEEDS


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()
