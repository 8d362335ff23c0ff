"""Fixtures: `agents.toml` says of each User-Agent what is to be read in it."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.serve.aggregators import read_agent

AGENTS = tomllib.loads((Path(__file__).parent / "agents.toml").read_text(encoding="utf-8"))["agents"]


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent["sent"][:40])
def test_what_services_say_of_their_readers_is_read(agent):
    said = read_agent(agent["sent"])
    if agent["name"]:
        assert said is not None
        assert (said.name, said.readers) == (agent["name"], agent["readers"])
        assert bool(said.feed_id) == agent.get("feed_id", False)
    else:
        assert said is None


def test_two_feed_ids_are_told_apart_and_not_kept_in_their_own_words():
    one, other = (read_agent(f"Feedbin feed-id:{number} - 7 subscribers") for number in (1234, 1235))
    assert one is not None
    assert other is not None
    assert one.feed_id != other.feed_id
    assert "1234" not in one.feed_id


@settings(max_examples=60)
@given(st.text(max_size=200), st.integers(0, 10**6))
def test_whatever_is_sent_gives_a_short_plain_name_or_nothing(text, readers):
    for sent in (
        text,
        f"{text}/1.0 ({readers} subscribers)",
        f"Mozilla/5.0 (compatible; {text}; {readers} subscribers)",
    ):
        said = read_agent(sent)
        if said is not None:
            assert 0 < len(said.name) <= 40
            assert sum(map(str.isdigit, said.name)) <= 2
            assert not set(said.name) & set("<>&\"'%:/@")


@settings(max_examples=60)
@given(
    st.from_regex(r"[A-Za-z]{3,12}", fullmatch=True).filter(
        lambda name: (
            name.lower() not in {"mozilla", "compatible", "windows", "macintosh", "linux", "like", "http", "https"}
        )
    ),
    st.integers(0, 10**6),
)
def test_a_number_behind_a_plain_name_is_read_as_sent(name, readers):
    said = read_agent(f"{name}/2.0 (+https://{name}.example/; {readers} subscribers)")
    assert said is not None
    assert (said.name, said.readers) == (name.lower(), readers)


@pytest.mark.parametrize("address", ["192.0.2.77", "2001:db8::77", "192-0-2-77.dsl.example", "a192.0.2.77"])
def test_no_name_is_an_address(address):
    for sent in (f"{address} (3 subscribers)", f"Mozilla/5.0 (compatible; {address}; 3 subscribers)"):
        said = read_agent(sent)
        assert said is None or "77" not in said.name
