from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.serve.negotiation import Conditions, byte_range, choose_encoding, evaluate, format_date, parse_date

ALL = ("br", "zstd", "gzip", "identity")
TAG = '"abc"'
MODIFIED = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)
NOW = datetime(2024, 11, 4, tzinfo=UTC)
THEN = "Sun, 06 Nov 1994 08:49:37 GMT"
BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT"
AFTER = "Sun, 06 Nov 1994 08:49:38 GMT"
FUTURE = "Wed, 01 Jan 2025 00:00:00 GMT"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("GZip", "gzip"),
        ("x-gzip", "gzip"),
        ("br;q=0.8, gzip", "gzip"),
        ("br ; q=0.8,gzip ;q=0.8", "br"),
        ("gzip;q=0", "identity"),
        ("gzip;q=0.000, br;q=0", "identity"),
        ("gzip;q=0, *", "br"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("identity;q=0", "identity"),
        ("identity;q=0, gzip", "gzip"),
        ("*;q=0, identity", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("gzip;q=0.001", "gzip"),
        ("br;q=0.1, *;q=0.2", "zstd"),
        ("gzip, deflate, zstd", "zstd"),
        ("zstd;q=0.9, gzip", "gzip"),
        ("deflate", "identity"),
        ("gzip;q=2, br;q=x", "identity"),
        ("gzip;q=0.1234", "identity"),
        (",, ,gzip,", "gzip"),
        ("sgzip, brx", "identity"),
    ],
)
def test_the_encoding_is_the_one_the_client_likes_best(accept: str | None, chosen: str):
    assert choose_encoding(accept, ALL) == chosen


def test_an_encoding_that_is_not_at_hand_is_not_chosen():
    assert choose_encoding("br, gzip;q=0.5", ("gzip", "identity")) == "gzip"
    assert choose_encoding("br", ("gzip", "identity")) == "identity"


@given(st.text(alphabet='gzipbr,;q=01.* identity"\t', max_size=60))
def test_any_accept_encoding_gets_a_coding_at_hand(accept: str):
    assert choose_encoding(accept, ALL) in ALL


@pytest.mark.parametrize(
    ("conditions", "verdict"),
    [
        (Conditions(), "send"),
        (Conditions(if_none_match=TAG), "not-modified"),
        (Conditions(if_none_match='"other"'), "send"),
        (Conditions(if_none_match=f"W/{TAG}"), "not-modified"),
        (Conditions(if_none_match="*"), "not-modified"),
        (Conditions(if_none_match=f'"x", {TAG}'), "not-modified"),
        (Conditions(if_none_match=f'"x",W/"y" ,\t{TAG}'), "not-modified"),
        (Conditions(if_none_match=f'"a,b",{TAG}'), "not-modified"),
        (Conditions(if_none_match='"x, abc"'), "send"),
        (Conditions(if_none_match="abc"), "send"),
        (Conditions(if_none_match='"ABC"'), "send"),
        (Conditions(if_none_match='w/"abc"'), "send"),
        (Conditions(if_none_match=f'x"y"{TAG}'), "send"),
        (Conditions(if_none_match=""), "send"),
        (Conditions(if_none_match='"other"', if_modified_since=AFTER), "send"),
        (Conditions(if_none_match=TAG, if_modified_since=BEFORE), "not-modified"),
        (Conditions(if_modified_since=THEN), "not-modified"),
        (Conditions(if_modified_since=AFTER), "not-modified"),
        (Conditions(if_modified_since=BEFORE), "send"),
        (Conditions(if_modified_since=FUTURE), "send"),
        (Conditions(if_modified_since="1994-11-07"), "send"),
        (Conditions(if_modified_since=f"{THEN}, {THEN}"), "send"),
        (Conditions(if_modified_since="Sunday, 06-Nov-94 08:49:37 GMT"), "not-modified"),
        (Conditions(if_modified_since="Sun Nov  6 08:49:37 1994"), "not-modified"),
        (Conditions(if_match=TAG), "send"),
        (Conditions(if_match="*"), "send"),
        (Conditions(if_match=f"W/{TAG}"), "failed"),
        (Conditions(if_match='"other"'), "failed"),
        (Conditions(if_match=""), "failed"),
        (Conditions(if_match='"other"', if_none_match=TAG), "failed"),
        (Conditions(if_match=TAG, if_none_match=TAG), "not-modified"),
        (Conditions(if_match=TAG, if_unmodified_since=BEFORE), "send"),
        (Conditions(if_unmodified_since=BEFORE), "failed"),
        (Conditions(if_unmodified_since=THEN), "send"),
        (Conditions(if_unmodified_since="never"), "send"),
        (Conditions(if_unmodified_since=BEFORE, if_none_match=TAG), "failed"),
    ],
)
def test_conditions_are_weighed_in_the_order_of_the_rfc(conditions: Conditions, verdict: str):
    assert evaluate(conditions, TAG, MODIFIED, NOW) == verdict


def test_our_own_date_is_known_again_after_the_clock_was_set_back():
    since = Conditions(if_modified_since=THEN)
    assert evaluate(since, TAG, MODIFIED, MODIFIED - timedelta(days=1)) == "not-modified"


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, ٠٦ Nov 1994 08:49:37 GMT",
        "0",
        "",
    ],
)
def test_what_is_no_http_date_is_none(text: str):
    assert parse_date(text) is None


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # bounds must be naive
def test_a_date_is_read_as_it_was_written(moment: datetime):
    assert parse_date(format_date(moment)) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("bytes=0-0", range(1)),
        ("bytes=0-99", range(10)),
        ("bytes=3-5", range(3, 6)),
        ("bytes=3-", range(3, 10)),
        ("bytes=-4", range(6, 10)),
        ("bytes=-40", range(10)),
        ("Bytes=0-1", range(2)),
        ("bytes=10-", range(0)),
        ("bytes=-0", range(0)),
        ("bytes=5-3", None),
        ("bytes=0-1,3-4", None),
        ("bytes=-", None),
        ("items=0-1", None),
        ("bytes=a-b", None),
        ("bytes=0-" + "9" * 4000, None),
    ],
)
def test_one_range_is_answered_and_what_is_none_gets_everything(field: str, wanted: range | None):
    assert byte_range(field, None, TAG, 10) == wanted


@pytest.mark.parametrize("if_range", ['"other"', f"W/{TAG}", THEN, ""])
def test_a_range_of_another_version_gets_everything(if_range: str):
    assert byte_range("bytes=0-1", if_range, TAG, 10) is None


def test_a_range_of_the_same_version_is_answered():
    assert byte_range("bytes=0-1", TAG, TAG, 10) == range(2)
