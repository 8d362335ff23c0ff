"""What robots.txt (RFC 9309) asks of us. Pure; fetching and keeping it is the client's."""

import re

from protego import Protego

TOKEN = "syndicator"  # noqa: S105  # the product token that robots.txt knows us by
SIZE = 500 * 1024  # bytes that have to be understood at least (RFC 9309, 2.5); more are not read
LONGEST_DELAY = 600.0  # seconds; a Crawl-delay beyond this would never let a source be read

_AGENT = re.compile(r"\s*user[- ]?agent\s*:?\s*([^#]*)", re.IGNORECASE)
_PRODUCT = re.compile(r"\*$|[a-z_-]+", re.IGNORECASE)


def keep_ours(body: bytes) -> str:
    """The text of a robots.txt in which all user agents but ours and "*" carry one name.

    The names are not needed, and a file that names thousands takes Protego seconds; Protego would also take a token that
    ours begins with, or that is followed by a version, for another than RFC 9309, 2.2.1 does.
    """
    lines = body.decode("utf-8-sig", "replace").replace("\0", "").splitlines()
    return "\n".join(_with_known_agent(line) for line in lines)


def read_rules(text: str) -> Protego:
    """The rules in a text from `keep_ours`; takes up to a second for the largest."""
    return Protego.parse(text)


def is_allowed(rules: Protego, url: str) -> bool:
    return bool(rules.can_fetch(url, TOKEN))


def crawl_delay(rules: Protego) -> float:
    """Seconds that have to lie between two requests; 0 where nothing is said."""
    return min(rules.crawl_delay(TOKEN) or 0.0, LONGEST_DELAY)


def _with_known_agent(line: str) -> str:
    agent = _AGENT.match(line)
    if not agent:
        return line
    product = _PRODUCT.match(agent[1].strip())
    name = product[0].lower() if product else ""
    return f"User-agent: {name if name in ('*', TOKEN) else 'other'}"
