"""What a portal calls its articles, worked out from the addresses of a list: `/artikel/98765-ehrenamt` is 98765. Pure.

One address does not tell an id from any other number. Those of a list do: an id stands in all of them at the same place, and
is another in each. An article keeps its id when its headline, and with it the rest of the address, changes.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_NUMBER = re.compile(r"\d{4,12}")
_HEAD = re.compile(r"(\d{4,12})(?=[-_.])")
_TAIL = re.compile(r"[-_.,=](\d{4,12})(?=(?:\.[a-z]{2,5}){0,2}$)")
_DATE = re.compile(r"(?:19|20)\d\d|(?:19|20)\d{6}|\d{2}(?:19|20)\d\d")  # years, 20241205, 122024
_LEAST = {"uuid": 2, "number": 3}  # addresses that tell

_BY_PART = {
    "head": (r"//(\d{4,12})[-_.][^/]*$/", r"//(\d{4,12})[-_.]/"),
    "tail": (r"/[-_.,=](\d{4,12})(?:\.[a-z]{2,5}){0,2}/?$/",),
    "whole": (r"//(\d{4,12})/?$/", r"//(\d{4,12})//"),
}

Place = tuple[str, str, str]  # uuid or number; where in the address; which part of that


def keys_of(addresses: Sequence[str]) -> list[str]:
    """The key of each article; empty where the addresses do not tell."""
    found = [dict(_ids(address)) for address in addresses]
    places = [place for place in (found[0] if found else {}) if all(place in ids for ids in found)]
    for place in sorted(places, key=lambda place: place[0] != "uuid"):
        keys = [ids[place] for ids in found]
        if len(keys) >= _LEAST[place[0]] and len(set(keys)) == len(set(addresses)):
            return keys
    return [""] * len(addresses)


def rules_for(addresses: Sequence[str]) -> Iterator[str]:
    """The rules, as `article.id` in config.toml has them, that may read the keys of these addresses."""
    for (kind, where, part), _ in _ids(addresses[0]) if addresses else ():
        named, _, name = where.partition(" ")
        if named == "query":
            yield name
        elif kind == "uuid":
            yield f"/({_UUID.pattern})/"
        else:
            yield from _BY_PART[part]


def _ids(address: str) -> Iterator[tuple[Place, str]]:
    """Whatever may be an id in an address, with its place, that in the path counted from the end: the last part first, as it names most."""
    parts = urlsplit(address)
    segments = [segment for segment in unquote(parts.path, errors="replace").split("/") if segment]
    for n, segment in enumerate(reversed(segments[-3:])):
        if uuid := _UUID.search(segment):
            yield ("uuid", f"path {n}", ""), uuid[0].lower()
        for part, pattern in (("head", _HEAD), ("tail", _TAIL)):
            if (
                number := pattern.match(segment) if pattern is _HEAD else pattern.search(segment)
            ) and not _DATE.fullmatch(number[1]):
                yield ("number", f"path {n}", part), number[1]
        if _NUMBER.fullmatch(segment) and not _DATE.fullmatch(segment):
            yield ("number", f"path {n}", "whole"), segment
    for pair in parts.query.split("&"):
        name, _, value = pair.partition("=")
        if _UUID.fullmatch(value):
            yield ("uuid", f"query {unquote(name)}", ""), value.lower()
        elif _NUMBER.fullmatch(value) and not _DATE.fullmatch(value):
            yield ("number", f"query {unquote(name)}", ""), value
