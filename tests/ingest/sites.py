"""Whole portals for the tests of discovery: each `sites/*.toml` holds pages, the address that is asked for, and what is expected."""

import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from syndicator.config.kinds import source_kinds
from syndicator.model import Response

SITES = Path(__file__).parent / "sites"
NAMES = sorted(path.stem for path in SITES.glob("*.toml") if path.stem != "articles")
_ARTICLES = tomllib.loads((SITES / "articles.toml").read_text(encoding="utf-8"))["articles"]
_EACH = re.compile(r"\[\[(each|list)\]\](.*?)\[\[end\]\]", re.DOTALL)


def read_site(name: str) -> dict[str, Any]:
    return tomllib.loads((SITES / f"{name}.toml").read_text(encoding="utf-8"))


def expected(site: dict[str, Any]) -> dict[str, Any]:
    """What is expected of a site; where it needs a kind of source that this version has not, what is expected without."""
    kind = site["expect"].get("kind")
    return site["expect"] if kind is None or kind in source_kinds() else site["expect_without_kind"]


def pages_of(site: dict[str, Any]) -> dict[str, Response]:
    """Every page of a site by its address."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(site["asked"]))
    texts = {page["path"]: page for page in site["pages"]}
    found = {}
    for page in site["pages"]:
        said = texts[page["same_as"]] if "same_as" in page else page
        for article in _ARTICLES if "{slug}" in page["path"] or "{number}" in page["path"] else [{}]:
            address = origin + _filled(page["path"], article)
            body = _filled(_EACH.sub(_repeated, said["body"]), article)
            headers = {"content-type": said.get("type", "text/html; charset=utf-8")}
            found[address] = Response(address, 200, headers, body.encode())
    return found


def _repeated(match: re.Match[str]) -> str:
    return (", " if match[1] == "list" else "").join(_filled(match[2], article) for article in _ARTICLES)


def _filled(text: str, article: dict[str, Any]) -> str:
    for name, value in article.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
