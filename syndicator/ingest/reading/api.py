"""What an endpoint answers in JSON, by the paths that config.toml names. Pure; runs in a worker.

A path that leads nowhere is told with the keys that are there, as an endpoint is changed without a word to its readers.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from syndicator.config import ApiRules, jsonpath
from syndicator.ingest import wordings
from syndicator.ingest.charset import decode
from syndicator.ingest.credits import bare_credit
from syndicator.ingest.identity import fingerprint
from syndicator.ingest.links import absolute
from syndicator.ingest.reading.draft import addresses_of, language_tag
from syndicator.ingest.reading.entry import MOST_ENTRIES, Entry, Text
from syndicator.ingest.reading.jsonvalues import explain, one, texts, values
from syndicator.ingest.reading.moments import Setting, moments
from syndicator.ingest.reading.texts import line, summary_and_body
from syndicator.model import Draft, Failed, Image, Label, Moment
from syndicator.text import shorten, squeeze

_LONGEST_LINE = 500  # characters of a title, a label, a key
_LONGEST_SUMMARY = 2_000
_MOST_LABELS = 50
_MOST_IMAGES = 20
_AXES = {"category": "topline", "tags": "tag", "district": "district"}
_EXPECTED = ("id", "link", "date")  # that no item has one of these is a mistake; other fields may be empty for once


@dataclass(frozen=True, slots=True)
class Item:
    """One article of the answer; `version` moves when anything of it does."""

    draft: Draft
    version: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of the list, as `address` answered. `following` is what `next` leads to, "" at the end; `total`: its items."""

    address: str
    items: tuple[Item, ...]
    following: str = ""
    total: int = 0
    problems: tuple[Failed, ...] = ()


def read_api(
    body: bytes, address: str, content_type: str, rules: ApiRules, timezone: str, now: datetime
) -> Answer | Failed:
    """The articles of an answer; "empty" where it holds none, "denied" where it is a login page, else "unreadable"."""
    document = _json(decode(body, content_type).strip("\ufeff\0 \t\r\n"), address)
    if isinstance(document, Failed):
        return document
    value = document[0]
    items = _items(value, rules, address)
    if isinstance(items, Failed):
        return items
    setting = Setting(str(rules.base or absolute("/", address)), ZoneInfo(timezone), now)
    drafts, problems = _drafts(items[:MOST_ENTRIES], rules, setting)
    if not drafts and problems:
        return problems[0]
    if said := _errors_of(value):
        problems.append(Failed("unreadable", f"Beside articles the endpoint names an error: {said}", permanent=True))
    following = one(value, rules.next)
    return Answer(
        address, tuple(Item(draft, _version(draft)) for draft in drafts), following, len(items), tuple(problems)
    )


# ---------------------------------------------------------------- the document and its items


def _json(text: str, address: str) -> tuple[Any] | Failed:
    if not text:
        return Failed("empty", "The endpoint answers with nothing at all.", address)
    if text.startswith("<"):
        lowered = text.lower()
        if "type=password" in lowered.replace('"', "").replace("'", ""):
            return Failed("denied", "The endpoint asks for a login: it answers with a page for a password.", address)
        what = "an HTML page" if "<html" in lowered or "<!doctype html" in lowered else "XML"
        return Failed("unreadable", f"The endpoint answers with {what}, not JSON.", address)
    try:
        return (json.loads(text),)
    except (ValueError, RecursionError):
        return Failed("unreadable", "The endpoint answers with what is no JSON, or JSON that breaks off.", address)


def _items(value: Any, rules: ApiRules, address: str) -> list[Any] | Failed:
    steps = jsonpath.steps(rules.items)
    found = values(value, steps)
    if None in steps:
        listed = bool(found) or isinstance(values(value, steps[: steps.index(None)])[0], list | dict)
    else:  # the path leads to one list
        listed = isinstance(found[0], list)
        found = found[0] if listed else []
    if not listed:
        reason = explain("items", rules.items, value, "the answer")
        said = _errors_of(value)
        return Failed("unreadable", f"The endpoint names an error: {said} — {reason}" if said else reason, address)
    items = [item for item in found if item is not None]
    return items or Failed("empty", f"items = '{rules.items}': the list is empty.", address)


def _errors_of(value: Any) -> str:
    """What GraphQL (October 2021, 7.1.2) and others say went wrong, in the endpoint's own words."""
    errors = value.get("errors") or value.get("error") if isinstance(value, dict) else None
    listed = errors if isinstance(errors, list) else [errors]
    messages = [error.get("message") if isinstance(error, dict) else error for error in listed]
    lines = [squeeze(message) for message in messages if isinstance(message, str)]
    return shorten(" / ".join(filter(None, lines[:3])), 300)


# ---------------------------------------------------------------- from items to drafts


def _drafts(items: list[Any], rules: ApiRules, setting: Setting) -> tuple[list[Draft], list[Failed]]:
    """A draft for each item that has a headline; a failure for what no item has, and for how many had no headline."""
    entitled = [item for item in items if line(Text(one(item, rules.title)))]
    if not entitled:
        return [], [Failed("unreadable", explain("title", rules.title, items[0], "the item"))]
    problems = list(_missing(entitled, rules))
    if len(entitled) < len(items):
        left = len(items) - len(entitled)
        reason = f"{left} of {len(items)} items have no headline and were left out."
        problems.append(Failed("unreadable", reason, permanent=True))
    published = moments([one(item, rules.date) for item in entitled], f"path {rules.date}", setting)
    updated = moments([one(item, rules.updated) for item in entitled], f"path {rules.updated}", setting)
    links = ([link] if (link := one(item, rules.link)) else [] for item in entitled)
    places = addresses_of([(link, setting.address) for link in links])
    rows = zip(entitled, published, updated, places, strict=True)
    return [
        _draft(item, first, last, next(iter(place), ""), rules, setting) for item, first, last, place in rows
    ], problems


def _missing(items: list[Any], rules: ApiRules) -> Iterator[Failed]:
    for name in _EXPECTED:
        rule = getattr(rules, name)
        if rule and not any(one(item, rule) for item in items):
            yield Failed("unreadable", explain(name, rule, items[0], "the item"), permanent=True)


def _draft(
    item: Any, published: Moment | None, updated: Moment | None, address: str, rules: ApiRules, setting: Setting
) -> Draft:
    title = shorten(line(Text(one(item, rules.title))), _LONGEST_LINE)
    summary, body = _summary_and_body(item, rules, setting)
    labels = tuple(_labels(item, rules))
    toplines = [label.name for label in labels if label.axis == "topline"]
    return Draft(
        key=squeeze(one(item, rules.id))[:_LONGEST_LINE],
        address=address,
        title=title,
        summary=summary,
        body=body,
        published=published,
        updated=updated,
        labels=labels,
        images=tuple(_images(item, rules, setting)),
        language=language_tag(one(item, rules.language)),
        kind="press-invitation" if any(map(wordings.is_invitation, (title, *toplines))) else "news",
        withdrawn=wordings.is_withdrawn(title),
        found=_found(item, rules, published, updated),
    )


def _summary_and_body(item: Any, rules: ApiRules, setting: Setting) -> tuple[str, str]:
    said, text = Text(one(item, rules.summary)), Text(one(item, rules.body), markup=True)
    if text.value:
        return summary_and_body(Entry(summary=said, content=text), setting.address)
    return shorten(line(said), _LONGEST_SUMMARY), ""


def _labels(item: Any, rules: ApiRules) -> Iterator[Label]:
    found = dict.fromkeys(
        Label(axis, name)
        for key, axis in _AXES.items()
        for text in texts(item, getattr(rules, key))
        if (name := line(Text(rules.labels.get(text, text)))[:_LONGEST_LINE])
    )
    return iter(list(found)[:_MOST_LABELS])


def _images(item: Any, rules: ApiRules, setting: Setting) -> Iterator[Image]:
    """Each picture with what stands at its own place: a credit is never taken for another picture's."""
    urls = texts(item, rules.image)[:_MOST_IMAGES]
    alts, captions, credits_ = (_beside(item, rule, len(urls)) for rule in (rules.alt, rules.caption, rules.credit))
    for url, alt, caption, credit in zip(urls, alts, captions, credits_, strict=True):
        if address := absolute(url, setting.address):
            yield Image(
                address, alt=line(Text(alt)), caption=line(Text(caption)), credit=bare_credit(line(Text(credit)))
            )


def _beside(item: Any, rule: str | None, number: int) -> list[str]:
    found = [line(Text(text)) for text in texts(item, rule)]
    return found if len(found) == number else (found[:1] + [""] * number)[:number]


def _found(item: Any, rules: ApiRules, published: Moment | None, updated: Moment | None) -> dict[str, str]:
    """The paths at which something stands, by the names of the fields of a draft."""
    names = {"id": "key", "link": "address", "date": "published", **_AXES}
    fields = ("title", "summary", "body", "updated", "image", "alt", "caption", "credit", "language", *names)
    found = {
        names.get(name, name): f"path {getattr(rules, name)}" for name in fields if one(item, getattr(rules, name))
    }
    unread = {name for name, moment in (("published", published), ("updated", updated)) if not moment}
    return {name: rule for name, rule in found.items() if name not in unread}


def _version(draft: Draft) -> str:
    dates = [moment.at.isoformat() if moment else "" for moment in (draft.published, draft.updated)]
    labels = [f"{label.axis} {label.name}" for label in draft.labels]
    images = [f"{image.url} {image.alt} {image.caption} {image.credit}" for image in draft.images]
    return fingerprint(draft.title, draft.summary, draft.body, *dates, *labels, *images)
