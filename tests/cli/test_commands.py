import json
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

import syndicator as package
from syndicator import config as configuration
from syndicator.cli import program

SHIPPED = Path(package.__file__).parent.parent / "config.toml"
EXAMPLES = [
    (name, line.split("   ")[0].strip())
    for name, command in program.commands.items()
    for line in (command.epilog or "").splitlines()
    if line.startswith("  ")
]


@pytest.mark.parametrize("name", program.commands)
def test_every_command_has_help_and_an_example(syndicator, name):
    said = syndicator(name, "--help")
    assert said.code == 0
    assert said.out.startswith(f"Usage: syndicator {name}")
    assert f"  syndicator {name}" in said.out
    assert max(map(len, said.out.splitlines())) <= 100


@pytest.mark.parametrize(("name", "line"), EXAMPLES)
def test_every_example_works_as_it_stands_with_the_shipped_configuration(name, line):
    called, word, *rest = shlex.split(line.split(">")[0])
    assert (called, word) == ("syndicator", name)
    given = program.commands[name].make_context(name, rest).params
    config = configuration.load(SHIPPED)
    target = given.get("source") or given.get("target") or config.sources[0].name
    if "://" in target:
        assert target.startswith(f"http://{config.demo.host}:{config.demo.port}/")
    else:
        assert target in {source.name for source in config.sources}


def test_the_overview_shows_each_command_in_one_whole_line(syndicator):
    said = syndicator("--help")
    column = max(map(len, program.commands)) + 2
    for name, command in program.commands.items():
        assert f"  {name:<{column}}{command.short_help}\n" in said.out
        assert isinstance(command, click.Command)


@pytest.mark.parametrize(
    "words", [["ingest", "--jsn"], ["statsu"], ["preview"], ["explain"], ["demo", "--port", "99999"]]
)
def test_wrong_usage_is_exit_code_2_and_silence_on_stdout(syndicator, words):
    said = syndicator(*words)
    assert (said.code, said.out) == (2, "")
    assert "Error: " in said.err


@pytest.mark.parametrize("name", ["run", "ingest", "publish", "check", "status", "preview", "categories", "explain"])
def test_a_missing_config_is_one_sentence_and_what_to_do(syndicator, name):
    target = ["dortmund"] if name in {"preview", "explain"} else []
    said = syndicator(name, *target, "--config", "none.toml")
    assert (said.code, said.out) == (2, "")
    assert said.err == "none.toml: there is no such file\nName another one with --config FILE.\n"


def test_check_tells_every_mistake_with_its_line(syndicator, edit):
    assert syndicator("check").out == "config.toml is valid: 2 sources, 1 category, 6 feeds.\n"
    edit('kind = "feed"', 'knd = "feed"')
    edit("[demo]", "[dmo]")
    said = syndicator("check")
    assert (said.code, said.out) == (2, "")
    assert [line.split(": ")[0] for line in said.err.splitlines()] == ["config.toml:8", "config.toml:24"]
    as_json = syndicator("check", "--json")
    assert (as_json.code, as_json.json["valid"], as_json.err) == (2, False, "")
    assert [mistake["line"] for mistake in as_json.json["mistakes"]] == [8, 24]
    assert as_json.json["mistakes"][1]["text"].startswith("sources[1].knd: unknown key")


def test_the_schema_is_json(syndicator):
    assert "sources" in json.loads(syndicator("schema").out)["properties"]


def test_a_full_disk_is_one_sentence():
    full = Path("/dev/full")  # every write to it fails with "No space left on device"
    with full.open("w") as out:
        done = subprocess.run(
            [sys.executable, "-m", "syndicator", "schema"], stdout=out, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (1, "Error: No space left on device.\n")


def test_no_color_is_respected_and_a_pipe_has_none(syndicator, edit, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    seen = []
    command = click.Command("color", callback=lambda: seen.append(click.get_current_context().color))
    monkeypatch.setitem(program.commands, "color", command)
    assert syndicator("color").code == 0
    assert seen == [False]
    assert "\x1b" not in syndicator("status").out
