"""Whole portals are looked at: each `sites/*.toml` is one, and states what is to be found."""

from datetime import UTC, datetime

import pytest

from syndicator.config import Source
from syndicator.ingest.discovery.discover import discover
from syndicator.ingest.discovery.finding import Finding
from syndicator.model import Known
from tests.ingest.sites import NAMES, expected, pages_of, read_site
from tests.support.play import play

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MOST_REQUESTS = 25


def look(name: str, *, asked: list[str] | None = None, kind: str = "") -> Finding:
    site = read_site(name)
    return play(discover(site["asked"], Known(NOW), kind=kind), pages_of(site), asked=asked)


@pytest.mark.parametrize("name", NAMES)
def test_a_site_is_understood_as_its_file_says(name):
    wanted, found = expected(read_site(name)), look(name)
    assert [
        one.verdict[: len(v)] for one, v in zip(found.candidates, wanted.get("verdicts", ()), strict=True)
    ] == wanted.get("verdicts", [])
    if "failed" in wanted:
        assert found.chosen is None
        assert wanted["failed"] in found.failed.reason
        assert wanted["advice"] in found.advice
        return
    chosen, who = found.chosen, found.identity
    assert chosen is not None
    assert (chosen.kind, chosen.url) == (wanted["kind"], wanted["url"])
    assert wanted.get("why", "") in found.why
    assert [draft.title for draft in chosen.harvest.drafts][: len(wanted["articles"])] == wanted["articles"]
    for part, told in zip(wanted.get("steps", ()), found.steps, strict=False):
        assert part in told
    for name_, value in wanted.get("settings", {}).items():
        assert chosen.settings[name_] == value
    for field in ("city", "title", "rights", "license"):
        if field in wanted:
            assert getattr(who, field) == wanted[field]
    Source.model_validate({"name": "x", "city": "x", "kind": chosen.kind, "url": chosen.url, **chosen.settings})


@pytest.mark.parametrize("name", NAMES)
def test_no_site_is_asked_too_often_or_twice_for_one_address(name):
    asked: list[str] = []
    look(name, asked=asked)
    assert len(asked) <= MOST_REQUESTS
    assert len(asked) == len(set(asked))
