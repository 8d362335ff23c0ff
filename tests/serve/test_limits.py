import random

from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.publish.restraint import Bucket
from syndicator.serve.distinct import Distinct
from syndicator.serve.limits import Networks


@settings(max_examples=60)
@given(st.lists(st.floats(0, 5), max_size=60), st.integers(1, 600), st.integers(1, 20))
def test_no_more_is_let_through_than_the_burst_and_what_time_has_filled(steps, per_minute, burst):
    bucket, now = Bucket(burst, per_minute / 60), 0.0
    for taken, step in enumerate(steps, start=1):
        now += step
        if not bucket.take(now):
            now += bucket.wait + 1e-6
            assert bucket.take(now)
        assert taken <= burst + now * per_minute / 60 + 1e-6


def test_failures_are_counted_by_network_and_none_is_remembered():
    failures = Networks(b"k" * 16, 10, 10)
    waits = [failures.note("192.0.2.0/24", now=1.0) for _ in range(12)]
    assert [wait > 0 for wait in waits] == [False] * 10 + [True] * 2
    assert failures.note("198.51.100.0/24", now=1.0) == 0.0
    assert failures.note("192.0.2.0/24", now=61.0) == 0.0
    assert "192.0.2" not in repr(vars(failures))
    for number in range(20_000):
        failures.note(f"10.{number % 256}.{number // 256}.0/24", now=2.0)
    assert len(failures._slots) <= 4096


@settings(max_examples=25)
@given(st.integers(0, 20_000), st.integers(0, 2**31))
def test_about_as_many_readers_are_told_as_there_were(number, seed):
    seen, chance = Distinct(), random.Random(seed)
    for value in (chance.getrandbits(64) for _ in range(number)):
        seen.add(value)
        seen.add(value)
    assert abs(seen.count() - number) <= max(4, number * 0.16)  # five times the standard error of 1024 registers


def test_the_hash_of_python_spreads_addresses_well_enough_to_count_them():
    for number in (10, 300, 5000):
        seen = Distinct()
        for address in range(number):
            seen.add(hash((12345, f"192.0.{address // 256}.{address % 256}", "FreshRSS/1.24")) & (2**64 - 1))
        assert abs(seen.count() - number) <= max(3, number * 0.16)
