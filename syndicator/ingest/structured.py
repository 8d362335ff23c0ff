"""What a page says about itself for machines: JSON-LD, OpenGraph and other `<meta>`. Pure."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from syndicator.text import squeeze

_ARTICLES = frozenset(
    {
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "BackgroundNewsArticle",
        "PressRelease",
        "BlogPosting",
        "LiveBlogPosting",
        "Report",
        "SpecialAnnouncement",
    },
)
_MOST_SCRIPTS = 20
_LONGEST_SCRIPT = 300_000
_LONGEST = 5000  # characters of one value
_LONGEST_BODY = 200_000
_DEEPEST = 6
_AROUND = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_JSON_LD = (
    ("title", "headline"),
    ("title", "name"),
    ("summary", "description"),
    ("body", "articleBody"),
    ("published", "datePublished"),
    ("published", "dateCreated"),
    ("updated", "dateModified"),
    ("embargo", "embargoDate"),
    ("section", "articleSection"),
    ("tags", "keywords"),
    ("address", "url"),
    ("language", "inLanguage"),
)
_META = (
    ("title", "og:title"),
    ("title", "twitter:title"),
    ("title", "dc.title"),
    ("summary", "og:description"),
    ("summary", "description"),
    ("summary", "twitter:description"),
    ("summary", "dc.description"),
    ("published", "article:published_time"),
    ("published", "og:article:published_time"),
    ("published", "datepublished"),
    ("published", "dcterms.issued"),
    ("published", "dcterms.created"),
    ("published", "dc.date.issued"),
    ("published", "dc.date"),
    ("published", "date"),
    ("published", "publish_date"),
    ("updated", "article:modified_time"),
    ("updated", "og:updated_time"),
    ("updated", "datemodified"),
    ("updated", "dcterms.modified"),
    ("section", "article:section"),
    ("tags", "article:tag"),
    ("tags", "news_keywords"),
    ("tags", "keywords"),
    ("address", "og:url"),
    ("image", "og:image"),
    ("image", "og:image:url"),
    ("image", "twitter:image"),
    ("image alt", "og:image:alt"),
    ("site", "og:site_name"),
    ("site", "application-name"),
    ("key", "article:id"),
    ("key", "article-id"),
    ("key", "articleid"),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One value of a field, as text, and the rule that found it ("json-ld headline", "meta og:title")."""

    value: str
    rule: str
    credit: str = ""  # of a picture


@dataclass(frozen=True, slots=True)
class Claims:
    """What a page claims about its article, in the order in which it is believed: JSON-LD before `<meta>`."""

    fields: dict[str, list[Claim]] = field(default_factory=dict)
    trail: tuple[str, ...] = ()  # the names in its JSON-LD breadcrumb

    def of(self, name: str) -> list[Claim]:
        return self.fields.get(name, [])

    def first(self, name: str) -> Claim | None:
        return next(iter(self.of(name)), None)


def read_claims(tree: LexborHTMLParser) -> Claims:
    """All that a page says about its article in JSON-LD and `<meta>`; what cannot be read is passed over."""
    fields: dict[str, list[Claim]] = {}
    things = list(_things(tree))
    article = next((thing for thing in things if _types(thing) & _ARTICLES), None)
    if article:
        for name, prop in _JSON_LD:
            for value in [_whole(article.get(prop))] if name == "body" else _texts(article.get(prop)):
                fields.setdefault(name, []).append(Claim(value, f"json-ld {prop}"))
        fields["image"] = list(_images(article))
    for name, claim in _metas(tree):
        fields.setdefault(name, []).append(claim)
    return Claims(fields, _trail(things))


# ---------------------------------------------------------------- <meta>


def _metas(tree: LexborHTMLParser) -> Iterator[tuple[str, Claim]]:
    said: dict[str, list[str]] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = (
            attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or _misspelt(attributes)
        )
        content = squeeze((attributes.get("content") or "")[:_LONGEST])
        if name and content:
            said.setdefault(name.lower(), []).append(content)
    for field_name, name in _META:
        for content in said.get(name, []):
            yield field_name, Claim(content, f"meta {name}")


def _misspelt(attributes: dict[str, str | None]) -> str:
    """Some portals write `propoerty="og:title"`."""
    return next((value for name, value in attributes.items() if name.startswith("prop") and value and ":" in value), "")


# ---------------------------------------------------------------- JSON-LD


def _things(tree: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    for script in tree.css('script[type*="ld+json"]')[:_MOST_SCRIPTS]:
        text = script.text()
        if len(text) <= _LONGEST_SCRIPT:
            yield from _flat(_loads(text), _DEEPEST)


def _loads(text: str) -> Any:
    """JSON as it is written into pages: with raw line breaks in strings, in a comment, with a comma too many."""
    for attempt in (text, _TRAILING_COMMA.sub("", _AROUND.sub("", text.strip()))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _flat(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(value, list) and depth:
        for entry in value:
            yield from _flat(entry, depth - 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity"):
            if depth and isinstance(value.get(key), list | dict):
                yield from _flat(value[key], depth - 1)


def _types(thing: dict[str, Any]) -> set[str]:
    return {name.rpartition("/")[2] for name in _texts(thing.get("@type"))}


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value that may be a string, a number, a thing with a name, or a list of these."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = squeeze(str(value)[:_LONGEST])
        if text:
            yield text
    elif isinstance(value, dict):
        yield from _texts(value.get("name") or value.get("@value") or value.get("url") or value.get("@id"))
    elif isinstance(value, list):
        for entry in value[:50]:
            if not isinstance(entry, list):
                yield from _texts(entry)


def _whole(value: Any) -> str:
    """A text with its line breaks."""
    return value[:_LONGEST_BODY] if isinstance(value, str) else ""


def _images(article: dict[str, Any]) -> Iterator[Claim]:
    value = article.get("image")
    for entry in value[:10] if isinstance(value, list) else [value]:
        if isinstance(entry, str):
            yield Claim(squeeze(entry), "json-ld image")
        elif isinstance(entry, dict):
            url = next(_texts(entry.get("url") or entry.get("contentUrl") or entry.get("@id")), "")
            credit = next(_texts(entry.get("creditText") or entry.get("creator") or entry.get("copyrightHolder")), "")
            if url:
                yield Claim(url, "json-ld image", credit)


def _trail(things: list[dict[str, Any]]) -> tuple[str, ...]:
    for thing in things:
        if "BreadcrumbList" in _types(thing) and isinstance(thing.get("itemListElement"), list):
            entries = [entry for entry in thing["itemListElement"][:20] if isinstance(entry, dict)]
            return tuple(next(_texts(entry.get("name") or entry.get("item")), "") for entry in entries)
    return ()
