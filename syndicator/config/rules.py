"""The rules by which pages are read, as config.toml has them: selectors, parameters of addresses, regular expressions."""

import re
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator

_ATTRIBUTE = re.compile(r"@[A-Za-z_][\w:.-]*$")
_PARAMETER = re.compile(r"[\w.\[\]-]+")


@lru_cache(maxsize=65536)
def _unreadable(selector: str) -> bool:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    try:
        LexborHTMLParser("<p>").css_first(selector)
    except (SelectolaxError, UnicodeError):
        return True
    return False


def _selector(text: str) -> str:
    if text and ("\0" in text or _unreadable(text)):
        raise ValueError(f"is no CSS selector that can be read: '{text}'")
    return text


def _rule(text: str) -> str:
    """A selector, or one with "@attribute" at its end, or "@attribute" of the element itself."""
    _selector(_ATTRIBUTE.sub("", text))
    return text


def _id_rule(text: str) -> str:
    if text.startswith("/"):
        return _id_pattern(text)
    if _ATTRIBUTE.search(text):
        return _rule(text)
    if text and not _PARAMETER.fullmatch(text):
        raise ValueError(
            'expected the name of a query parameter ("nid"), /a regular expression/ with one group, '
            f"or \"selector@attribute\", not '{text}'"
        )
    return text


def _id_pattern(text: str) -> str:
    groups = _compiled(text).groups
    if groups != 1:
        raise ValueError(
            f"expected a regular expression with exactly one group (…), not {groups}; write others as (?:…)"
        )
    return text


def _pattern(text: str) -> str:
    if text:
        _compiled(text)
    return text


def _compiled(text: str) -> re.Pattern[str]:
    if not text.startswith("/") or len(text) < 3 or not text.endswith("/"):  # noqa: PLR2004  # two slashes and something between them
        raise ValueError(f"a regular expression stands between two slashes: /…/, not '{text}'")
    try:
        return re.compile(text[1:-1])
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is no regular expression: {error}") from None


Selector = Annotated[str, AfterValidator(_selector)]
Rule = Annotated[str, AfterValidator(_rule)]
IdRule = Annotated[str, AfterValidator(_id_rule)]
Pattern = Annotated[str, AfterValidator(_pattern)]
