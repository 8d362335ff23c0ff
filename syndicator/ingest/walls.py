"""Pages that ask whether a person is there: captchas, and what content delivery networks set before a site. Pure.

They are recognised to be told of, and for nothing else: no cookie is kept, no script run, no header made up.
"""

import re
from collections.abc import Mapping
from html import unescape

from syndicator.ingest.charset import decode
from syndicator.text import fold

STATUSES = frozenset({202, 401, 403, 405, 406, 429, 503})
"""With these, a wall is told from a plain refusal by the beginning of the body."""

SIZE = 32 * 1024
"""Bytes of a body that are looked at; what answers 200 and is larger is no wall."""

_HEAD = 4096  # bytes within which a title stands

# Headers by which two networks say so themselves: "Cf-Mitigated: challenge", "x-amzn-waf-action: captcha".
_HEADERS = ("cf-mitigated", "x-amzn-waf-action")
# The whole of a <title>, as walls have it in German and English.
_TITLES = re.compile(
    r"(?:just a moment|(?:nur )?einen moment(?:,? bitte)?|attention required! \| cloudflare|access (?:to this page has been )?denied"
    r"|zugriff (?:wurde )?(?:verweigert|gesperrt|abgelehnt)|(?:sind sie|bist du) ein (?:mensch|roboter)|are you (?:human|a (?:robot|human))"
    r"|(?:re)?captcha(?: challenge)?|robot check|bot[ -]?(?:verification|erkennung|schutz|check)|human verification"
    r"|(?:sicherheits|browser|security |browser )(?:ueber)?(?:pruefung|check)|pardon our interruption|ddos-guard|please wait\W*"
    r"|verifying you are human|making sure you(?:'|’)?re not a bot|wir stellen sicher,? dass sie kein (?:ro)?bot sind"
    r"|checking your browser(?: before accessing.*)?|validating your browser|request rejected)[\s.!?…]*"
)
# What only the wall itself holds, whatever the status; ordinary pages behind these networks hold other scripts of theirs.
_MARKS = (
    b"_cf_chl_opt",
    b"cf-challenge-running",
    b"incapsula incident id",
    b'id="main-iframe" src="/_incapsula_resource',
    b"/_sec/cp_challenge/",
    b"captcha-delivery.com",
    b"px-captcha",
    b"window.gokuprops",
    b"awswafcookiedomainlist",
    b"anubis_challenge",
)
# What beside a refusal means that a person could get in.
_WORDS = (
    b"captcha",
    b"_incapsula_resource",
    b"/cdn-cgi/",
    b"errors.edgesuite.net",
    b"ein mensch sind",
    b"kein roboter",
    b"you are human",
    b"you are a human",
    b"not a robot",
)
_TITLE = re.compile(rb"<title[^>]*>(.{1,200}?)</title", re.IGNORECASE | re.DOTALL)


def is_wall(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is a check for bots instead of the page: `body` is it, or the first `SIZE` bytes of it.

    Header names are lower case.
    """
    if any(headers.get(name, "").lower() in {"challenge", "captcha"} for name in _HEADERS):
        return True
    refused = status in STATUSES
    content_type = headers.get("content-type", "")
    if "html" not in content_type or not (refused or len(body) < SIZE):
        return False
    text = body.lower()  # and then words one by one, at a hundredth of what an expression that ignores case takes
    if any(mark in text for mark in (*_MARKS, *(_WORDS if refused else ()))):
        return True
    title = _TITLE.search(body[:_HEAD])
    return bool(title and _TITLES.fullmatch(fold(unescape(decode(title[1], content_type)))))
