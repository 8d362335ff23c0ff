from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.config.values import duration, write_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10m", 600),
        ("1s", 1),
        ("0s", 0),
        ("1h30m", 5400),
        ("2d", 172_800),
        ("0.5s", 0.5),
        ("1d1h1m1s", 90_061),
        ("90m", 5400),
    ],
)
def test_a_duration_is_read(text, seconds):
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "10", "10 m", "m", "30m1h", "1w", "1.5h", "10m ", "١m", "1h-5m", "PT10M", "99999999999d", "367d"]
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="expected"):
        duration(text)


@given(st.integers(0, 366 * 86_400))
def test_a_duration_is_read_as_it_was_written(seconds):
    length = timedelta(seconds=seconds)
    assert duration(write_duration(length)) == length
