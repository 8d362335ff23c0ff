"""Wishes as press offices spell them: `embargoes.toml` says what each line means."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from syndicator.ingest.embargo import may_hold, read_wish, without_words
from syndicator.model import Moment

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2019, 11, 4, 9, 0, tzinfo=UTC)
LINES = tomllib.loads(Path(__file__).with_name("embargoes.toml").read_text(encoding="utf-8"))["line"]


@pytest.mark.parametrize("stated", LINES, ids=lambda stated: stated["text"])
def test_a_line_means_what_the_file_says(stated):
    wish = read_wish(stated["text"], BERLIN, None, NOW)
    until = f"{wish.until.astimezone(BERLIN):%Y-%m-%d %H:%M}" if wish and wish.until else "held" if wish else ""
    assert until == stated["until"]
    if wish:
        assert without_words(stated["text"], wish.words) == stated.get("rest", "")
        assert may_hold(stated["text"])


def until(line, published=None, now=NOW):
    moment = Moment(published, "day", "list") if published else None
    return read_wish(line, BERLIN, moment, now).until.astimezone(BERLIN)


def test_a_year_that_is_not_stated_is_the_one_nearest_to_the_publication():
    new_year = datetime(2019, 12, 30, 9, tzinfo=UTC)
    assert until("Sperrfrist: 2. Januar, 12 Uhr", now=new_year).year == 2020
    assert until("Sperrfrist: 30. Dezember, 12 Uhr", now=datetime(2020, 1, 2, 9, tzinfo=UTC)).year == 2019
    assert until("Sperrfrist: 2. Januar, 12 Uhr", published=new_year, now=new_year + timedelta(days=200)).year == 2020


def test_a_weekday_that_does_not_fit_its_date_moves_it_nowhere():
    assert f"{until('Sperrfrist: Freitag, 5. November, 12 Uhr'):%Y-%m-%d}" == "2019-11-05"


@pytest.mark.parametrize(
    ("line", "hour"), [("Sperrfrist: 27. Oktober 2019, 2.30 Uhr", 0), ("Sperrfrist: 31. März 2019, 2.30 Uhr", 1)]
)
def test_when_clocks_are_set_there_is_an_instant_all_the_same(line, hour):
    assert read_wish(line, BERLIN, None, NOW).until.hour == hour
