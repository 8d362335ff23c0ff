import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.cli.output import width
from syndicator.model import Incident
from syndicator.store import articles, facts, messages, sources, watch
from syndicator.store.database import Store
from syndicator.store.sources import SourceState
from tests.support.articles import article

NOW = datetime.now(UTC)
WHY = "http://127.0.0.1/gelsenkirchen/newsfeed/: 127.0.0.1 has no page at this address."
STATES = (
    SourceState("dortmund", polled=NOW, succeeded=NOW, next_due=NOW + timedelta(minutes=10), items=24),
    SourceState(
        "gelsenkirchen",
        polled=NOW,
        succeeded=NOW - timedelta(days=3),
        failures=5,
        failing_since=NOW - timedelta(days=2),
        failure="missing",
        reason=WHY,
    ),
)


@pytest.fixture
def remember(folder):
    """Puts down how sources fared, as visits do."""

    async def remember(*states, **known):
        store = Store(folder / "syndicator.db")
        for state in states:
            await store.write(sources.save_state, state)
        for key, value in known.items():
            await store.write(facts.set_fact, key, value)
        store.close()

    return remember


async def test_a_failing_source_is_told_with_since_when_and_why(syndicator, remember):
    await remember(*STATES)
    said = syndicator("status")
    assert said.code == 1
    rows = {line.split()[0]: line.split()[1] for line in said.out.splitlines()[3:5]}
    assert rows == {"dortmund": "ok", "gelsenkirchen": "failing"}
    assert "failing since 2 d ago" in said.out
    assert "5 visits in a row" in said.out
    assert "no page at this address" in " ".join(said.out.split())
    assert f"SQLite {sqlite3.sqlite_version}" in said.out


async def test_json_tells_the_same(syndicator, remember):
    await remember(*STATES)
    said = syndicator("status", "--json")
    assert (said.code, said.err) == (1, "")
    dortmund, gelsenkirchen = said.json["sources"]
    assert (dortmund["state"], gelsenkirchen["state"]) == ("ok", "failing")
    assert (gelsenkirchen["reason"], gelsenkirchen["failures"]) == (WHY, 5)
    assert datetime.fromisoformat(gelsenkirchen["failing_since"]) == STATES[1].failing_since.replace(microsecond=0)


@pytest.mark.parametrize(
    ("state", "word", "code"),
    [
        (SourceState("dortmund"), "new", 0),
        (SourceState("dortmund", polled=NOW, succeeded=NOW), "ok", 0),
        (SourceState("dortmund", polled=NOW, succeeded=NOW, problems=("an article is unreadable",)), "warning", 0),
        (SourceState("dortmund", polled=NOW, succeeded=NOW, moved_to="https://new.example/"), "warning", 0),
        (SourceState("dortmund", polled=NOW, failures=1, reason="no answer"), "failing", 1),
        (SourceState("dortmund", polled=NOW, failures=1, reason="gone", stopped=True), "stopped", 1),
    ],
)
async def test_a_word_tells_how_a_source_fares(syndicator, remember, state, word, code):
    await remember(state)
    said = syndicator("status", "--json")
    assert (said.json["sources"][0]["state"], said.code) == (word, code)
    people = " ".join(syndicator("status").out.split())
    assert all(remark in people for remark in (*state.problems, state.moved_to, state.reason or ""))


async def test_a_source_that_is_off_does_not_fail(syndicator, remember, edit):
    await remember(*STATES)
    edit('kind = "feed"\n', 'kind = "feed"\nenabled = false\n')
    said = syndicator("status", "--json")
    assert (said.json["sources"][1]["state"], said.code) == ("off", 0)


def test_before_the_first_run_it_says_what_to_do_and_makes_nothing(syndicator, folder):
    said = syndicator("status")
    assert said.code == 0
    assert "nothing yet: `syndicator run` begins" in said.out
    assert syndicator("status", "--json").json["begun"] is False
    assert [path.name for path in folder.iterdir()] == ["config.toml"]


async def test_a_service_at_work_is_not_disturbed(syndicator, remember, folder):
    await remember(*STATES)
    service = sqlite3.connect(folder / "syndicator.db", isolation_level=None)
    service.execute("BEGIN IMMEDIATE")  # as in the midst of a harvest
    service.execute("UPDATE sources SET failures = 77")
    before = {path.name: path.read_bytes() for path in folder.glob("*.db*") if not path.name.endswith("-shm")}
    said = syndicator("status", "--json")
    after = {path.name: path.read_bytes() for path in folder.glob("*.db*") if not path.name.endswith("-shm")}
    service.execute("COMMIT")
    service.close()
    assert said.json["sources"][1]["failures"] == 5
    assert before == after


async def test_a_look_at_a_store_that_rests_leaves_no_file_behind(syndicator, remember, folder):
    await remember(*STATES)
    syndicator("status")
    assert sorted(path.name for path in folder.iterdir()) == ["config.toml", "syndicator.db"]


async def test_mistakes_in_config_toml_are_part_of_the_status(syndicator, remember, edit):
    await remember(*STATES)
    edit('kind = "feed"', 'knd = "feed"')
    said = syndicator("status")
    assert said.code == 2
    assert "gelsenkirchen  failing" in said.out
    assert "config.toml:24: sources[1].knd: unknown key, did you mean 'kind'?" in said.err
    as_json = syndicator("status", "--json")
    assert (as_json.code, as_json.err) == (2, "")
    assert "did you mean 'kind'?" in as_json.json["config_error"]


async def test_what_the_running_service_refused_is_told(syndicator, remember):
    await remember(STATES[0], config_error="config.toml:3: partners[0].token: the variable TOKEN is not set")
    said = syndicator("status")
    assert said.code == 1
    assert "the variable TOKEN is not set" in said.out


async def test_overdue_visits_mean_that_the_service_does_not_run(syndicator, remember):
    hours_ago = NOW - timedelta(hours=3)
    await remember(SourceState("dortmund", polled=hours_ago, succeeded=hours_ago, next_due=hours_ago))
    said = syndicator("status")
    assert "overdue for 3 h" in said.out
    assert "`syndicator run` starts it" in said.out


def test_a_file_that_is_no_database_is_one_sentence_and_what_to_do(syndicator, folder):
    (folder / "syndicator.db").write_text("no database " * 100, encoding="utf-8")
    said = syndicator("status")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(
        f"Error: The database {folder / 'syndicator.db'} cannot be read: file is not a database."
    )
    assert "restore a backup" in said.err


async def test_it_fits_a_narrow_terminal_without_breaking_addresses(syndicator, remember, monkeypatch):
    await remember(*STATES)
    monkeypatch.setenv("COLUMNS", "44")
    lines = syndicator("status").out.splitlines()
    assert "gelsenkirchen: failing, 0 articles" in lines
    too_long = [line for line in lines[:-3] if width(line) > 44]
    assert all("http://" in line for line in too_long)


async def test_foreign_text_cannot_command_the_terminal(syndicator, remember):
    await remember(SourceState("dortmund", polled=NOW, failures=1, reason="bad \x1b[2J\x9b31m\x07 \u202eword"))
    said = syndicator("status")
    assert all(character.isprintable() or character == "\n" for character in said.out)


RED = Incident(
    "dortmund",
    "date",
    "red",
    NOW - timedelta(hours=2),
    "Seit 14:00 Uhr hat keine von 12 Nachrichten ein Datum.",
    "Since Tue 24 Nov, 14:00, no article of 12 has a date; until then 98 % had.",
)


@pytest.fixture
def happen(folder):
    """Puts down incidents, articles in quarantine and messages, as the watchman does."""

    async def happen(*incidents, held=(), unsent=""):
        store = Store(folder / "syndicator.db")
        for incident in incidents:
            await store.write(watch.begin_incident, incident, NOW - timedelta(hours=1))
        for one in held:
            await store.write(articles.insert, one, (), "digest", (f"key:{one.key}",), NOW)
        if unsent:
            await store.write(messages.add_message, "email", "{}", NOW - timedelta(hours=3))
            await store.write(messages.put_off, 1, unsent, NOW)
        store.close()

    return happen


async def test_what_is_not_as_usual_is_told_with_its_level_in_words(syndicator, remember, happen):
    await remember(STATES[0])
    await happen(RED, replace(RED, kind="picture", severity="yellow", sentence_en="Since Tue, no picture."))
    said = syndicator("status")
    assert said.code == 1
    assert said.out.splitlines()[3].split()[:3] == ["dortmund", "alarm", "red"]
    people = " ".join(said.out.split())
    assert "red: Since Tue 24 Nov, 14:00, no article of 12 has a date; until then 98 % had. (noticed 1 h ago)" in people
    assert "yellow: Since Tue, no picture. (noticed 1 h ago)" in people
    row = syndicator("status", "--json").json["sources"][0]
    assert (row["state"], row["severity"]) == ("alarm", "red")
    assert row["incidents"][0]["kind"] == "date"
    assert row["incidents"][0]["sentence"] == RED.sentence_en
    assert datetime.fromisoformat(row["incidents"][0]["since"]) == RED.since.replace(microsecond=0)


async def test_a_yellow_incident_is_a_warning_and_no_failure(syndicator, remember, happen):
    await remember(STATES[0])
    await happen(replace(RED, kind="picture", severity="yellow"))
    said = syndicator("status", "--json")
    row = said.json["sources"][0]
    assert (row["state"], row["severity"], said.code) == ("warning", "yellow", 0)


@pytest.mark.parametrize(
    ("state", "word", "severity"),
    [
        (SourceState("dortmund", polled=NOW, succeeded=NOW), "ok", None),
        (SourceState("dortmund", polled=NOW, failures=2, failing_since=NOW - timedelta(hours=5)), "failing", "yellow"),
        (SourceState("dortmund", polled=NOW, failures=3, failing_since=NOW - timedelta(hours=5)), "failing", "red"),
        (SourceState("dortmund", polled=NOW, failures=1, failure="gone", stopped=True), "stopped", "red"),
        (SourceState("dortmund", polled=NOW, failures=1, failure="denied", reason="403"), "denied", "yellow"),
    ],
)
async def test_a_failure_is_yellow_before_it_is_red(syndicator, remember, state, word, severity):
    await remember(state)
    row = syndicator("status", "--json").json["sources"][0]
    assert (row["state"], row["severity"]) == (word, severity)


async def test_a_denial_says_that_a_person_has_to_ask(syndicator, remember):
    await remember(
        SourceState(
            "dortmund", polled=NOW, failures=1, failing_since=NOW - timedelta(hours=2), failure="denied", reason="403."
        )
    )
    said = syndicator("status")
    assert said.code == 1
    assert "yellow: denied since 2 h ago" in said.out
    assert "A person has to ask the city whether its news may be read." in " ".join(said.out.split())


async def test_articles_in_quarantine_are_shown_with_id_and_reason(syndicator, remember, happen):
    await remember(STATES[0])
    doubtful = [
        article(n, title=f"Fehler {500 + n}", status="held", decided="watchman", reason="It looks like an error page.")
        for n in range(5)
    ]
    await happen(held=doubtful)
    people = " ".join(syndicator("status").out.split())
    assert f"held back: “Fehler 504” ({doubtful[4].id}): It looks like an error page." in people
    assert "Fehler 501" not in people  # only the newest few
    assert "5 articles held back; if that is news, `syndicator release --source dortmund`" in people
    row = syndicator("status", "--json").json["sources"][0]
    assert (row["held"], [one["title"] for one in row["held_newest"]]) == (
        5,
        ["Fehler 504", "Fehler 503", "Fehler 502"],
    )


async def test_what_concerns_the_whole_service_and_messages_that_wait_are_told(syndicator, remember, happen):
    await remember(STATES[0])
    await happen(replace(RED, source="", kind="network", sentence_en="No source can be reached."), unsent="It is down.")
    said = syndicator("status")
    people = " ".join(said.out.split())
    assert said.code == 1
    assert "red: No source can be reached. (noticed 1 h ago)" in people
    assert "1 message of [alerts] could not be sent yet, the first of them since 3 h ago: It is down." in people
    told = syndicator("status", "--json").json
    assert [one["kind"] for one in told["incidents"]] == ["network"]
    assert told["unsent_alerts"][0]["problem"] == "It is down."


async def test_what_is_left_out_of_feeds_is_told(syndicator, remember):
    lack = {"all": [["tag:a,2024:x"], ["tag:a,2024:y", "tag:a,2024:z"]], "all/archive/1.atom": [["tag:a,2024:x"], []]}
    await remember(STATES[0], omissions=json.dumps(lack), failed='["vielfalt"]')
    said = syndicator("status")
    people = " ".join(said.out.split())
    assert said.code == 1
    assert "1 document cannot be rendered and stays as it was: vielfalt." in people
    assert "1 article cannot be rendered and left out of 2 documents: tag:a,2024:x." in people
    assert "feed all would be larger than 1 MB, so the last 2 of its articles stand in its archive alone." in people
    as_json = syndicator("status", "--json").json
    assert as_json["cannot_be_rendered"] == ["vielfalt"]
    assert as_json["left_out"][0] == {
        "document": "all",
        "cannot_be_rendered": ["tag:a,2024:x"],
        "too_large": ["tag:a,2024:y", "tag:a,2024:z"],
    }


async def test_what_a_feed_without_an_archive_has_no_room_for_stands_nowhere(syndicator, remember, edit):
    await remember(STATES[0], omissions=json.dumps({"all": [[], ["tag:a,2024:y"]]}))
    edit("[demo]", '[publish]\nformats = ["rss"]\n[demo]')
    said = syndicator("status")
    assert said.code == 0
    assert "stand nowhere" in " ".join(said.out.split())
