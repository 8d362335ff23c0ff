from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from syndicator.model import IncidentKind
from syndicator.watch.memory import Memory
from syndicator.watch.signs import Standing, signs
from syndicator.watch.trouble import severity_of
from tests.watch.looks import ZONE

SINCE = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
HOUR = 3600.0


@pytest.mark.parametrize(
    ("failures", "hours", "severity"),
    [(1, 0, "yellow"), (2, 5, "yellow"), (30, 0.9, "yellow"), (3, 1, "red"), (200, 48, "red")],
)
def test_a_failure_is_red_after_three_visits_and_an_hour(failures, hours, severity):
    assert severity_of("unreachable", failures, SINCE, SINCE + timedelta(hours=hours)) == severity


def test_a_portal_that_sleeps_each_night_is_red_when_it_sleeps_for_longer():
    nights = [3 * HOUR] * 5
    assert severity_of("busy", 20, SINCE, SINCE + timedelta(hours=4), nights) == "yellow"
    assert severity_of("busy", 20, SINCE, SINCE + timedelta(hours=5), nights) == "red"


def test_one_long_outage_makes_no_other_usual():
    assert severity_of("busy", 20, SINCE, SINCE + timedelta(hours=1), [60, 90 * HOUR]) == "red"


def test_however_usual_outages_are_half_a_day_is_told():
    assert severity_of("busy", 20, SINCE, SINCE + timedelta(hours=12), [40 * HOUR] * 9) == "red"


def test_what_is_gone_for_good_is_red_at_once():
    assert severity_of("gone", 1, SINCE, SINCE) == "red"


@pytest.mark.parametrize(
    ("failure", "kind", "said"),
    [
        ("denied", "denied", "a person has to ask the city"),
        ("gone", "gone", "gone for good"),
        ("unreachable", "failing", "every visit fails (4 in a row): the server cannot be reached"),
        ("empty", "failing", "no article is found on the page any more"),
        ("broken", "failing", "the server's answers are faulty"),
    ],
)
def test_each_failure_has_a_sentence(failure, kind, said):
    standing = Standing(failure=failure, failures=4, since=SINCE)
    (sign,) = signs("bochum", Memory(), standing, SINCE + timedelta(hours=2), ZONE)
    assert (sign.kind, sign.severity, sign.since) == (kind, "red", SINCE)
    assert said in sign.sentence_en
    assert sign.sentence_de.startswith("Seit Mo 2.3., 14:00 Uhr ")


def test_each_kind_of_incident_is_explained():
    page = (Path(__file__).parents[2] / "docs" / "watchman.md").read_text(encoding="utf-8")
    assert [kind for kind in get_args(IncidentKind) if f"`{kind}`" not in page] == []
