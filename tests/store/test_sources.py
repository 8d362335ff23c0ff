from datetime import UTC, datetime

from syndicator.model import Failed, Validators
from syndicator.store import sources
from syndicator.store.sources import SourceState

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_state_comes_back_as_it_was_saved(db):
    state = SourceState(
        "dortmund",
        "b",
        "r",
        NOON,
        NOON,
        NOON,
        True,
        3,
        NOON,
        "missing",
        "The page is missing.",
        12,
        ("one", "zwei"),
        "https://x",
    )
    sources.save_state(db, state)
    assert sources.get_state(db, "dortmund") == state
    assert sources.all_states(db) == {"dortmund": state}


def test_nothing_is_known_of_a_source_that_was_never_visited(db):
    assert sources.get_state(db, "dortmund") == SourceState("dortmund")


def test_validators_are_kept_byte_for_byte_and_beside_the_fingerprint(db):
    validators = Validators(' W/"a b" ', "Mon, 02 Mar 2026 12:05:00 GMT", "00ff")
    sources.save_fingerprints(db, "dortmund", {"https://x/1": "abc"})
    sources.save_validators(db, "dortmund", {"https://x/1": validators})
    assert sources.get_validators(db, "dortmund", "https://x/1") == validators
    assert sources.get_fingerprints(db, "dortmund", ["https://x/1", "https://x/2"]) == {"https://x/1": "abc"}
    assert sources.get_validators(db, "bochum", "https://x/1") is None
    sources.forget_pages(db, "dortmund")
    assert sources.get_validators(db, "dortmund", "https://x/1") is None


def test_what_a_host_said_is_known_after_a_restart(db):
    sources.save_host(db, "https://x:443", "User-agent: *", NOON, None)
    assert sources.all_hosts(db) == {"https://x:443": ("User-agent: *", NOON, None)}


def test_a_failure_names_its_address_once():
    assert sources.describe(Failed("missing", "It is gone.", "https://x/1")) == "https://x/1: It is gone."
    assert sources.describe(Failed("missing", "https://x/1 is gone.", "https://x/1")) == "https://x/1 is gone."
