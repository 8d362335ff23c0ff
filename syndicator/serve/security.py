"""/.well-known/security.txt (RFC 9116): whom to tell of a weakness. Pure.

It is answered by the service and not published into the folder: it has to name a day by which it is out of date, and
published files do not change with the time.
"""

from datetime import UTC, datetime

from syndicator.config import Site

_MONTHS = 6  # for which it holds; more than a year is advised against (2.5.5)


def security_txt(site: Site, now: datetime) -> str:
    """The text, the same for a whole month."""
    year, month = divmod(now.year * 12 + now.month - 1 + _MONTHS, 12)
    expires = datetime(year, month + 1, 1, tzinfo=UTC)
    contact = site.contact if site.contact.startswith(("https://", "http://")) else f"mailto:{site.contact}"
    return (
        f"Contact: {contact}\n"
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}\n"
        "Preferred-Languages: de, en\n"
        f"Canonical: {site.url}.well-known/security.txt"
    )
