"""Licences by SPDX id or address: what they are called, where they stand, and whether they are open. Pure."""

import re
from functools import lru_cache
from typing import NamedTuple

# BY and BY-SA are open. NC and ND are not: they forbid uses that nobody can rule out once a feed is passed on.
_OPEN = {"cc0", "pdm", "pddl", "cc-by", "cc-by-sa", "dl-de-by", "dl-de-zero"}
_NEEDS_CREDIT = {"cc-by", "cc-by-sa", "dl-de-by"}

_CC_ID = re.compile(r"cc-(by(?:-nc)?(?:-nd|-sa)?)-(\d\.\d)(?:-([a-z]{2,3}))?", re.IGNORECASE)
_CC_ADDRESS = re.compile(r"creativecommons\.org/licenses/(by(?:-nc)?(?:-nd|-sa)?)/", re.IGNORECASE)
_SPDX_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
_NAMED = {
    "cc0-1.0": ("cc0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "cc-pdm-1.0": ("pdm", "https://creativecommons.org/publicdomain/mark/1.0/"),
    "pddl-1.0": ("pddl", "https://opendatacommons.org/licenses/pddl/1-0/"),
    "dl-de-by-2.0": ("dl-de-by", "https://www.govdata.de/dl-de/by-2-0"),
    "dl-de-zero-2.0": ("dl-de-zero", "https://www.govdata.de/dl-de/zero-2-0"),
}
_PLACES = (  # the beginning of an address after its scheme and "www."
    ("creativecommons.org/publicdomain/zero/", "cc0"),
    ("creativecommons.org/publicdomain/mark/", "pdm"),
    ("opendatacommons.org/licenses/pddl/", "pddl"),
    ("govdata.de/dl-de/by-2-0", "dl-de-by"),
    ("govdata.de/dl-de/zero-2-0", "dl-de-zero"),
)


class Licence(NamedTuple):
    """`family` is one of the words in `_OPEN`, or another id; `address` is where its text stands. Both may be empty."""

    family: str
    address: str

    @property
    def open(self) -> bool:
        """Whether anyone may pass the work on, changed or not, for any purpose (Open Definition 2.1)."""
        return self.family in _OPEN

    @property
    def needs_credit(self) -> bool:
        return self.family in _NEEDS_CREDIT


@lru_cache(1024)
def licence(text: str) -> Licence:
    """Understand an SPDX id, "dl-de/by-2-0" as German portals write it, or an address; nothing is known of anything else.

    `licence("CC-BY-4.0").address == "https://creativecommons.org/licenses/by/4.0/"`; "unknown" and free text have no address.
    """
    text = text.strip()
    if text.lower().startswith(("https://", "http://")):
        return Licence(_family_of_address(text), text)
    name = re.sub(r"^dl-de/(by|zero)-2-0$", r"dl-de-\1-2.0", text.lower())
    if name in _NAMED:
        return Licence(*_NAMED[name])
    if parts := _CC_ID.fullmatch(name):
        kind, version, country = parts.groups()
        ported = f"{country}/" if country else ""
        return Licence(f"cc-{kind}", f"https://creativecommons.org/licenses/{kind}/{version}/{ported}")
    if text and name != "unknown" and _SPDX_ID.fullmatch(text):
        return Licence(name, f"https://spdx.org/licenses/{text}.html")
    return Licence("", "")


def _family_of_address(address: str) -> str:
    place = re.sub(r"^https?://(www\.)?", "", address.lower())
    if parts := _CC_ADDRESS.match(place):
        return f"cc-{parts.group(1)}"
    return next((family for start, family in _PLACES if place.startswith(start)), "")
