"""Which picture an `<img>` really shows. Pure."""

import re

from selectolax.lexbor import LexborNode

from syndicator.ingest.links import absolute

_LAZY = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-image",
    "data-url",
    "data-full",
    "data-hi-res-src",
)
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_LOOKS_LIKE_ONE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"(?:^|/)(?:dummy|placeholder|platzhalter|blank|spacer|pixel|transparent|loading|lazy|empty|leer|1x1|clear)"
    r"[\w-]*\.(?:gif|png|svg|jpe?g|webp)(?:[?#]|$)",
    re.IGNORECASE,
)
_WIDE_ENOUGH = 1600  # pixels; beyond it a picture only costs its readers
_TINY = 3  # pixels; counters and spacers


def source(image: LexborNode, base: str) -> str:
    """The absolute address of the picture that an `<img>` shows, "" where it shows none.

    Pages that load pictures late put a placeholder into `src` and the real one into a `data-` attribute, into `srcset`, or
    into the `<source>`s of the `<picture>` around it.
    """
    attributes = image.attributes
    if _is_tiny(attributes.get("width")) or _is_tiny(attributes.get("height")):
        return ""
    for candidate in _candidates(image, attributes):
        if candidate and not _PLACEHOLDER.search(candidate) and (found := absolute(candidate, base)):
            return found
    return ""


def _candidates(image: LexborNode, attributes: dict[str, str | None]) -> list[str | None]:
    lazy = [attributes.get(name) for name in _LAZY]
    lazy += [
        v
        for name, v in attributes.items()
        if v and name.startswith("data-") and _LOOKS_LIKE_ONE.search(v) and " " not in v
    ]
    sets = [attributes.get(name) for name in _LAZY_SETS]
    parent = image.parent
    if parent is not None and parent.tag == "picture":
        sets += [node.attributes.get("srcset") or node.attributes.get("data-srcset") for node in parent.css("source")]
    return [*lazy, attributes.get("src"), *map(best_of_set, sets)]


def best_of_set(srcset: str | None) -> str:
    """The largest picture of a `srcset` that is no wider than needed (WHATWG HTML, 4.8.4.2.1), "" of an empty one."""
    found: list[tuple[float, str]] = []
    for part in re.split(r",\s+|,(?=https?:|/)", srcset or ""):
        words = part.split()
        if not words:
            continue
        size = re.fullmatch(r"([\d.]{1,9})([wx])", words[-1]) if len(words) > 1 else None
        try:
            width = float(size[1]) * (1 if size[2] == "w" else 800) if size else 800.0
        except ValueError:
            width = 800.0
        found.append((width, words[0].rstrip(",")))
    small = [entry for entry in found if entry[0] <= _WIDE_ENOUGH]
    if small:
        return max(small, key=lambda entry: entry[0])[1]
    return min(found, key=lambda entry: entry[0])[1] if found else ""


def _is_tiny(size: str | None) -> bool:
    return (
        bool(size) and (size or "").removesuffix("px").isdecimal() and int((size or "").removesuffix("px")[:6]) <= _TINY
    )
