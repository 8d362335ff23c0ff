"""Lists that portals really have, rebuilt: each `lists/*.html` has a `.toml` beside it that states what is to be found."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndicator.config import ListRules
from syndicator.ingest.overview import Overview, read_overview
from syndicator.model import Failed
from tests.support.inert import faults

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HERE = Path(__file__).parent
LISTS = sorted((HERE / "lists").glob("*.html"))


def read(body: bytes, address: str = "https://www.stadt.example/news/", **rules) -> Overview | Failed:
    return read_overview(body, address, "text/html", ListRules(**rules), "Europe/Berlin", NOW)


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_list_is_understood_as_the_file_beside_it_says(path):
    stated = tomllib.loads(path.with_suffix(".toml").read_text())
    result = read(path.read_bytes(), stated["address"], **stated.get("rules", {}))
    if "failed" in stated:
        assert isinstance(result, Failed)
        assert result.kind == stated["failed"]["kind"]
        assert stated["failed"]["reason_contains"] in result.reason
        return
    expect = stated["expect"]
    assert isinstance(result, Overview)
    assert [_shown(teaser, wanted) for teaser, wanted in zip(result.teasers, expect["teasers"], strict=True)] == expect[
        "teasers"
    ]
    assert result.next == expect.get("next", "")


def _shown(teaser, wanted):
    """What the expectation names of a teaser."""
    shown = {
        "address": teaser.address,
        "title": teaser.title,
        "published": teaser.published.at.strftime("%Y-%m-%dT%H:%M:%SZ") if teaser.published else "",
        "summary": teaser.summary,
        "labels": [label.name for label in teaser.labels],
        "image": teaser.image.url if teaser.image else "",
        "body": teaser.body,
    }
    return {name: shown[name] for name in wanted}


def test_a_teasers_fingerprint_follows_its_text_and_not_its_markup():
    one, same, other = (
        read(
            f'<div class="t"{more}><h3><a href="/n/1.html?sid={sid}">{title}</a></h3><p>{text}</p></div>'.encode(),
            item=".t",
        )
        for more, sid, title, text in (
            ("", "a1b2c3d4e5f6", "Ein Titel", "Der Text des Teasers, der lang genug ist."),
            (" id=x", "f6e5d4c3b2a1", "Ein&nbsp;Titel", "Der Text des  Tea&shy;sers, der lang genug ist."),
            ("", "a1b2c3d4e5f6", "Ein Titel", "Der Text des Teasers, der geändert wurde."),
        )
    )
    assert one.teasers[0].fingerprint == same.teasers[0].fingerprint != other.teasers[0].fingerprint


@pytest.mark.parametrize("payload", (HERE / "hostile" / "payloads.txt").read_text().splitlines())
def test_items_without_a_page_are_inert(payload):
    result = read(f'<div class="t"><h3>Titel</h3><p>Vorher {payload} nachher</p></div>'.encode(), item=".t")
    if isinstance(result, Overview):
        assert all(faults(teaser.body) == [] for teaser in result.teasers)


def test_a_teasers_own_more_link_is_not_the_next_page():
    teasers = "".join(
        f'<div class="t"><h3><a href="/news/{n}.html">Eine Meldung mit Nummer {n}</a></h3><a href="/news/{n}.html">weiter »</a></div>'
        for n in range(4)
    )
    box = '<div><a href="/service/">weiter</a></div>'
    pager = '<a href="/news/?seite=2">weiter</a>'
    assert read(f"<main>{teasers}</main>{box}{pager}".encode()).next == "https://www.stadt.example/news/?seite=2"
