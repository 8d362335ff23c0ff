"""Feeds that end say so, go on under another name, or come back."""

import json

import pytest

from syndicator.config import former_names
from syndicator.publish.farewell import SHOWN
from syndicator.store import feeds
from tests.pipeline.test_publish import process
from tests.publish.checks import check_atom, check_html, check_json, check_rss
from tests.support.configs import BASE, a_config

OWN = """
[[feeds]]
name = "joint"
title = "Gemeinsames & Mehr"
cities = ["Dortmund", "Bochum"]
"""


@pytest.fixture
async def begun(tmp_path):
    """A store with an own feed that was published once, in the folder of the configurations to come."""
    async with process(a_config(tmp_path, BASE + OWN)) as service:
        await service.insert(1)
        await service.publish()
        assert len(items(service)) == 1
    return tmp_path


def items(service, name="joint"):
    return json.loads(service.lies(f"{name}.json"))["items"]


async def test_a_feed_that_is_no_longer_configured_says_so_in_every_format(begun):
    async with process(a_config(begun, BASE)) as service:
        done = await service.publish()
        (last,) = items(service)
        assert last["title"] == "Dieser Feed ist eingestellt: Gemeinsames & Mehr"
        assert last["url"] == "https://news.example/"
        assert {f"joint.{ending}" for ending in ("atom", "rss", "json", "html")} <= set(done.written)
        for ending, check in (("atom", check_atom), ("rss", check_rss), ("json", check_json), ("html", check_html)):
            assert check(service.lies(f"joint.{ending}")) == []
        assert "joint" not in service.lies("index.html").decode()
        assert service.publisher.ended == {"joint"}


async def test_it_is_written_once_and_reads_the_same_after_a_restart(begun):
    async with process(a_config(begun, BASE)) as service:
        await service.publish()
        before = service.lies("joint.atom")
        await service.insert(2)
        assert not [path for path in (await service.publish()).written if path.startswith("joint.")]
    async with process(a_config(begun, BASE.replace("Stadt Bochum", "Bochum"))) as service:
        service.minutes = 10_000
        await service.publish()
        assert service.lies("joint.atom") == before


async def test_after_its_time_its_files_go_and_its_name_is_still_known(begun):
    async with process(a_config(begun, BASE)) as service:
        await service.publish()
        service.minutes += int(SHOWN.total_seconds()) // 60
        await service.insert(2)
        assert "joint.atom" in (await service.publish()).removed
        assert service.publisher.ended == {"joint"}
        await service.insert(3)
        assert (await service.publish()).removed == ()


async def test_a_feed_that_comes_back_is_what_it_was(begun):
    async with process(a_config(begun, BASE)) as service:
        await service.publish()
    async with process(a_config(begun, BASE + OWN)) as service:
        await service.publish()
        assert [item["title"] for item in items(service)] == ["Nachricht 1"]
        assert service.publisher.ended == set()
    async with process(a_config(begun, BASE)) as service:
        service.minutes = 99
        await service.publish()
        (last,) = items(service)
        assert last["date_published"].startswith("2026-11-22T14:4")  # it ended now, and not the first time


async def test_a_renamed_feed_has_not_ended(begun):
    config = a_config(begun, BASE + OWN.replace('"joint"', '"both"\naliases = ["joint"]'))
    assert former_names(config)["joint"] == "both"
    async with process(config) as service:
        done = await service.publish()
        assert "joint.atom" in done.removed
        assert "joint" not in service.publisher.ended
        assert len(items(service, "both")) == 1
        assert "joint" not in await service.store.read(feeds.listed)


async def test_what_a_removed_category_had_ends_for_each_city(begun):
    async with process(a_config(begun, BASE[: BASE.index("[categories.verkehr]")] + OWN)) as service:
        await service.publish()
        assert service.publisher.ended == {"verkehr", "dortmund-verkehr", "bochum-verkehr"}
        (last,) = items(service, "dortmund-verkehr")
        assert last["title"].endswith("Dortmund: Verkehr")


def test_former_names_are_those_of_categories_in_each_city_and_of_own_feeds(tmp_path):
    config = a_config(tmp_path, BASE + OWN + 'aliases = ["old"]')
    assert former_names(config, ["Essen"]) == {
        "diversity": "vielfalt",
        "dortmund-diversity": "dortmund-vielfalt",
        "bochum-diversity": "bochum-vielfalt",
        "essen-diversity": "essen-vielfalt",
        "old": "joint",
    }
