import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.ingest.dates import date_in_address, is_update, read_date, read_day_and_time, read_machine_date
from syndicator.model import Moment

FOLDER = Path(__file__).parent / "dates"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2020, 5, 8, 12, tzinfo=UTC)
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


def cases(name: str) -> list[Any]:
    table = tomllib.loads((FOLDER / name).read_text("utf-8"))
    usual = {key: value for key, value in table.items() if key != "case"}
    return [pytest.param(usual | case, id=case.get("text", case.get("address")) or "nothing") for case in table["case"]]


def agrees(found: Moment | None, case: dict[str, Any], precision: str, zone: ZoneInfo | None = None) -> None:
    if "reads" not in case:
        assert found is None
        return
    assert found
    assert found.at.tzinfo is UTC
    assert found.at.astimezone(zone or UTC).replace(tzinfo=None) == datetime.fromisoformat(case["reads"])
    assert found.precision == case.get("precision", precision)


@pytest.mark.parametrize("case", cases("written.toml"))
def test_a_date_as_people_write_it(case):
    reference = datetime.fromisoformat(case["reference"]).replace(tzinfo=BERLIN)
    agrees(read_date(case["text"], BERLIN, reference=reference, origin="list"), case, "day", BERLIN)


@pytest.mark.parametrize("case", cases("machine.toml"))
def test_a_date_as_machines_write_it(case):
    agrees(read_machine_date(case["text"], BERLIN, origin="feed"), case, "second")


@pytest.mark.parametrize("case", cases("addresses.toml"))
def test_a_date_in_an_address(case):
    agrees(date_in_address(case["address"], BERLIN), case, "day", BERLIN)


WORDINGS = tomllib.loads((FOLDER / "updates.toml").read_text("utf-8"))


@pytest.mark.parametrize("text", WORDINGS["update"])
def test_a_wording_that_tells_of_an_update(text):
    assert is_update(text)


@pytest.mark.parametrize("text", WORDINGS["publication"])
def test_a_wording_that_tells_of_the_publication(text):
    assert not is_update(text)


def test_a_moment_says_which_rule_found_it():
    assert read_date("04.11.2019", BERLIN, reference=NOW, origin="selector .date") == Moment(
        datetime(2019, 11, 3, 23, tzinfo=UTC), "day", "selector .date"
    )
    found = date_in_address("https://www.stadt.example/2019/11/04/", BERLIN)
    assert found
    assert found.origin == "address"


def test_the_first_of_two_equal_times_is_taken_when_clocks_are_set_back():
    found = read_date("27.10.2019, 02:30 Uhr", BERLIN, reference=NOW, origin="list")
    assert found
    assert found.at == datetime(2019, 10, 27, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "local", "precision"),
    [
        ("Mo 7. Juli 2025", "12:52 Uhr", "2025-07-07 12:52", "minute"),
        ("Mo 7. Juli 2025", "12.52 Uhr", "2025-07-07 12:52", "minute"),
        ("Mo 7. Juli 2025", "| 9 Uhr", "2025-07-07 09:00", "minute"),
        ("Mo 7. Juli 2025", "24:00", "2025-07-08 00:00", "minute"),
        ("Mo 7. Juli 2025", "", "2025-07-07 00:00", "day"),
        ("Mo 7. Juli 2025", "Innenstadt-Nord", "2025-07-07 00:00", "day"),
        ("Mo 7. Juli 2025", "99:99 Uhr", "2025-07-07 00:00", "day"),
        ("7. Juli 2025, 08:15 Uhr", "12:52 Uhr", "2025-07-07 08:15", "minute"),
        ("Juli 2025", "12:52 Uhr", "2025-07-01 00:00", "month"),
    ],
)
def test_a_time_that_stands_apart_belongs_to_the_day(day, clock, local, precision):
    reference = datetime(2025, 7, 9, tzinfo=UTC)
    found = read_day_and_time(day, clock, BERLIN, reference=reference, origin="list")
    assert found
    assert found.at.astimezone(BERLIN).replace(tzinfo=None) == datetime.fromisoformat(local)
    assert found.precision == precision


def test_a_time_without_a_day_is_no_date():
    assert read_day_and_time("Vielfalt", "12:52 Uhr", BERLIN, reference=NOW, origin="list") is None


@pytest.mark.parametrize(
    "text",
    [
        "0" * 1_000_000,
        " " * 1_000_000,
        "1." * 500_000,
        "a, den " * 150_000,
        "4. Mai " * 150_000,
        "mo." * 300_000,
        "|" * 1_000_000,
    ],
)
def test_a_text_without_end_is_read_as_far_as_a_date_reaches(text):
    for found in (
        read_date(text, BERLIN, reference=NOW, origin="list"),
        read_machine_date(text, BERLIN, origin="feed"),
        date_in_address("https://www.stadt.example/" + text, BERLIN),
    ):
        assert found is None
    assert not is_update(text)


PIECES = st.sampled_from(
    [*MONTHS, *WEEKDAYS, "Nachricht vom ", "Stand", "heute", "gestern", "KW", "Uhr", " ", ".", ",", ":", "-", "–", "(", ")", "|",
     "T", "Z", "+", "0", "1", "4", "12", "31", "99", "1989", "2019", "2020", "9999", "0000", "bis", "und", "/", "GMT", "٣", "²"]
)  # fmt: skip
ANYTHING = st.text() | st.lists(PIECES, max_size=12).map("".join)


@given(ANYTHING)
def test_no_text_raises(text):
    for found in (
        read_date(text, BERLIN, reference=NOW, origin="list"),
        read_day_and_time(text, text, BERLIN, reference=NOW, origin="list"),
        read_machine_date(text, BERLIN, origin="feed"),
        date_in_address(text, BERLIN),
    ):
        assert found is None or found.at.utcoffset() == timedelta()
    assert is_update(text) in {True, False}


DAYS = st.dates(date(1990, 1, 2), date(2022, 12, 31))
MINUTES = st.times().map(lambda time: time.replace(second=0, microsecond=0))


@given(
    DAYS, st.sampled_from(["Nachricht vom {}", "{}", "Kultur | {}", "{} | Kultur", "{} Kultur", "({})", "Datum: {}"])
)
def test_a_day_is_read_back_however_it_is_written(day, sentence):
    forms = (
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day}. {MONTHS[day.month - 1]} {day.year}",
        f"{WEEKDAYS[day.weekday()]}, {day.day}. {MONTHS[day.month - 1][:3]}. {day.year}",
        f"{WEEKDAYS[day.weekday()][:2]} {day.day:02}. {MONTHS[day.month - 1].upper()} {day.year}",
        day.isoformat(),
    )
    for form in forms:
        found = read_date(sentence.format(form), BERLIN, reference=NOW, origin="list")
        assert found, form
        assert (found.at.astimezone(BERLIN).date(), found.precision) == (day, "day"), form


def instants(first: int, last: int) -> st.SearchStrategy[datetime]:
    return st.dates(date(first, 1, 1), date(last, 1, 1)).flatmap(
        lambda day: st.times().map(lambda time: datetime.combine(day, time.replace(microsecond=0), UTC))
    )


@given(DAYS, MINUTES)
def test_a_day_with_a_time_is_read_back(day, time):
    local = datetime.combine(day, time, BERLIN)
    shown = local.astimezone(UTC).astimezone(BERLIN)  # 02:30 may not exist on that day
    for form in (
        f"{day:%d.%m.%Y}, {time:%H:%M} Uhr",
        f"{day.day}. {MONTHS[day.month - 1]} {day.year}, {time:%H.%M} Uhr",
    ):
        found = read_date(form, BERLIN, reference=NOW, origin="list")
        assert found, form
        assert (found.at, found.precision) == (shown.astimezone(UTC), "minute"), form


@given(instants(1971, 9998), st.integers(-14 * 60, 14 * 60))
def test_a_machines_instant_is_read_back(at, minutes_east):
    there = at.astimezone(timezone(timedelta(minutes=minutes_east)))
    for form in (there.isoformat(), there.isoformat(" "), f"{there:%a, %d %b %Y %H:%M:%S %z}"):
        found = read_machine_date(form, BERLIN, origin="feed")
        assert found == Moment(at, "second", "feed"), form


@given(
    st.integers(1, 28),
    st.integers(1, 12),
    instants(2000, 2090),
)
def test_a_day_without_a_year_is_the_latest_one_not_after_the_reading(day, month, reference):
    found = read_date(f"{day}. {MONTHS[month - 1]}", BERLIN, reference=reference, origin="list")
    assert found
    local = found.at.astimezone(BERLIN)
    assert (local.day, local.month) == (day, month)
    assert timedelta(days=-366) <= found.at - reference <= timedelta(days=2)
