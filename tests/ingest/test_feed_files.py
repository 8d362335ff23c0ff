"""Each file in feeds/ is a feed, or what stands at the address of one, and says what is expected of it.

XML and HTML say it in a comment `<!-- expect … -->` in TOML, JSON under the key `_expect`: of the harvest `items`, `ttl`,
`withdrawn`, `complete`, `hubs`, `topic`, `problems` (parts of their sentences) and `failed` (`kind`, a part of its `reason`), of the n-th
draft what the table [n] names. Dates are written "UTC precision origin". A file added here is a test.
"""

import json
import re
import tomllib
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from syndicator.ingest.reading.feed import read_feed
from syndicator.model import Draft, Failed, Harvest, Moment

FEEDS = Path(__file__).with_name("feeds")
ADDRESS = "https://stadt.example/news/feed.xml"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def expectation(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return json.loads(text)["_expect"]
    found = re.search(r"<!-- expect\n(.*?)-->", text, re.DOTALL)
    assert found, f"{path.name} does not say what it expects"
    return tomllib.loads(found[1])


@pytest.mark.parametrize("path", sorted(FEEDS.iterdir()), ids=lambda path: path.name)
def test_a_feed_is_read_as_it_says(path):
    expected = expectation(path)
    result = read_feed(path.read_bytes(), ADDRESS, expected.pop("content_type", ""), "Europe/Berlin", NOW)
    if "failed" in expected:
        assert isinstance(result, Failed)
        assert result.kind == expected["failed"]["kind"]
        assert expected["failed"]["reason"] in result.reason
        return
    assert isinstance(result, Harvest)
    drafts = {number: expected.pop(number) for number in list(expected) if number.isdigit()}
    assert shown(result) | expected == shown(result)
    assert len(result.drafts) == len(drafts)
    for number, wanted in drafts.items():
        draft = shown_draft(result.drafts[int(number) - 1], wanted)
        assert draft | wanted == draft


def shown(harvest: Harvest) -> dict[str, Any]:
    """As the expectations are written."""
    problems = [
        re.sub(r".*(without title and text|breaks off|the second was left out).*", r"\1", p.reason)
        for p in harvest.problems
    ]
    return {
        "items": harvest.items,
        "ttl": harvest.ttl,
        "withdrawn": list(harvest.withdrawn),
        "complete": harvest.complete,
        "problems": problems,
        "hubs": list(harvest.hubs),
        "topic": harvest.topic,
    }


def shown_draft(draft: Draft, wanted: dict[str, Any]) -> dict[str, Any]:
    """As the expectations are written: of pictures, provenance and `found` only what is asked for."""
    images = wanted.get("images", [])
    partly = [
        {key: value for key, value in asdict(image).items() if key in (images[i] if i < len(images) else {"url"})}
        for i, image in enumerate(draft.images)
    ]
    provenance = asdict(draft.provenance) if draft.provenance else {}
    return asdict(draft) | {
        "published": shown_moment(draft.published),
        "updated": shown_moment(draft.updated),
        "labels": [label.name for label in draft.labels],
        "authors": [author.name for author in draft.authors],
        "aliases": list(draft.aliases),
        "images": partly,
        "provenance": {key: provenance.get(key) for key in wanted.get("provenance", {})},
        "found": {key: draft.found.get(key) for key in wanted.get("found", {})},
    }


def shown_moment(moment: Moment | None) -> str:
    return f"{moment.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S} {moment.precision} {moment.origin}" if moment else ""
