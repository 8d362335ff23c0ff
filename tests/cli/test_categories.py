import sqlite3
import tomllib

import pytest

from syndicator import config
from syndicator.cli.output import width
from syndicator.model import Label
from syndicator.pipeline.filing import Rules
from syndicator.store import articles
from syndicator.store.database import Store
from tests.support.articles import T0, article


@pytest.fixture
def put(folder):
    """Stores articles with these labels, filed as visits file them."""
    numbers = iter(range(1, 1000))

    async def put(*labels, source="dortmund", times=1):
        rules = Rules(config.load(folder / "config.toml"))
        store = Store(folder / "syndicator.db")
        for number in (next(numbers) for _ in range(times)):
            filed, under = rules.file(article(number, id=f"tag:{number}", source=source, labels=labels))
            await store.write(articles.insert, filed, under, "digest", (), T0)
        store.close()

    return put


@pytest.fixture
async def filled(put):
    await put(Label("topline", "Vielfalt"), Label("tag", "Integrationspolitik"), times=3)
    await put(Label("tag", "Sport"), Label("district", "Eving"), times=2)
    await put(Label("feed", "Sport"), source="gelsenkirchen")


def rows(out):
    return [line.split() for line in out.splitlines() if line.startswith("   ")]


def test_labels_are_shown_with_how_often_and_where_they_lead(syndicator, filled):
    said = syndicator("categories")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("dortmund: 4 labels, 2 of them in no category\n")
    assert rows(said.out) == [
        ["3", "Integrationspolitik", "tag", "-", "vielfalt?", "it", "begins", "like", "its", "label", "Integration"],
        ["3", "Vielfalt", "topline", "vielfalt"],
        ["2", "Sport", "tag", "-", "new", "category?"],
        ["1", "Sport", "feed", "-", "new", "category?"],
    ]
    assert "  Districts, which need no category: Eving 2\n" in said.out
    assert "vielfalt: 3 articles; no source has ever used its labels “Integration”, “Interkulturelles”\n" in said.out


def test_what_it_proposes_can_be_copied_into_config_toml(syndicator, filled, folder):
    out = syndicator("categories").out
    proposed = out[out.index("config.toml:\n") + len("config.toml:\n") :]
    assert tomllib.loads(proposed)["categories"] == {
        "vielfalt": {"labels": ["Vielfalt", "Integration", "Interkulturelles", "Integrationspolitik"]}
    }
    assert '# [categories.sport]\n# title = "Sport"\n# labels = ["Sport"]\n' in proposed
    path = folder / "config.toml"
    old, new = (
        f"labels = [{labels}]"
        for labels in ('"Vielfalt", "Integration", "Interkulturelles"', '"Integrationspolitik", "Sport", "Vielfalt"')
    )
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert "config.toml:" not in syndicator("categories").out


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--source", "gelsenkirchen"], ["Sport"]),
        (["--axis", "topline"], ["Vielfalt"]),
        (["--axis", "district"], ["Eving"]),
        (["--unmapped"], ["Integrationspolitik", "Sport", "Sport"]),
        (["--unmapped", "--axis", "tag"], ["Integrationspolitik", "Sport"]),
    ],
)
def test_only_what_is_asked_for_is_shown(syndicator, filled, words, shown):
    said = syndicator("categories", *words, "--json")
    assert (said.code, said.err) == (0, "")
    assert [row["label"] for labels in said.json["sources"].values() for row in labels] == shown


def test_json_tells_the_same(syndicator, filled):
    told = syndicator("categories", "--json").json
    assert told["sources"]["dortmund"][0] == {
        "label": "Integrationspolitik",
        "axis": "tag",
        "scheme": "",
        "term": "",
        "articles": 3,
        "categories": [],
        "unmapped": True,
        "suggestion": {"category": "vielfalt", "because": "it begins like its label Integration"},
    }
    assert told["categories"] == [
        {"name": "vielfalt", "articles": 3, "labels_never_seen": ["Integration", "Interkulturelles"]}
    ]
    assert told["labels"] == {"vielfalt": ["Vielfalt", "Integration", "Interkulturelles", "Integrationspolitik"]}


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--source", "dortmnd"], "did you mean 'dortmund'?"),
        (["--axis", "tags"], "there are: district, feed, tag, topline"),
    ],
)
def test_a_source_or_axis_that_there_is_not_is_wrong_usage(syndicator, filled, words, hint):
    said = syndicator("categories", *words)
    assert (said.code, said.out) == (2, "")
    assert hint in said.err


async def test_of_many_labels_the_most_frequent_are_shown_and_all_of_one_source(syndicator, put):
    await put(*(Label("topline", f"Thema {number}") for number in range(40)))
    out = syndicator("categories").out
    assert len(rows(out)) == 30
    assert "… and 10 rarer ones: `syndicator categories --source dortmund` shows all" in out
    assert len(rows(syndicator("categories", "--source", "dortmund").out)) == 40


def test_before_the_first_run_it_says_what_to_do_and_makes_nothing(syndicator, folder):
    said = syndicator("categories")
    assert (said.code, said.out) == (1, "")
    assert "`syndicator run` begins" in said.err
    assert [path.name for path in folder.iterdir()] == ["config.toml"]


async def test_a_configuration_without_categories_is_offered_some(syndicator, put, folder):
    path = folder / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").split("[categories.")[0], encoding="utf-8")
    await put(Label("tag", "Sport"), times=2)
    out = syndicator("categories").out
    assert "config.toml has no [categories] yet." in out
    assert "# [categories.sport]" in out


def test_a_service_at_work_is_not_disturbed(syndicator, filled, folder):
    service = sqlite3.connect(folder / "syndicator.db", isolation_level=None)
    service.execute("BEGIN IMMEDIATE")
    service.execute("UPDATE articles SET labels = '[]'")
    said = syndicator("categories", "--json")
    service.execute("COMMIT")
    service.close()
    assert len(said.json["sources"]["dortmund"]) == 4


async def test_foreign_text_cannot_command_the_terminal_and_config_toml_stays_readable(syndicator, put):
    await put(Label("tag", 'Böse "\x1b[2J\x9b31m\u202e Integration'), Label("district", "\x9bEving"), times=2)
    out = syndicator("categories").out
    assert all(character.isprintable() or character == "\n" for character in out)
    labels = tomllib.loads(out[out.index("config.toml:\n") + 13 :])["categories"]["vielfalt"]["labels"]
    assert labels[-1] == 'Böse "\x1b[2J\x9b31m\u202e Integration'


@pytest.mark.parametrize("columns", [30, 44, 72, 200])
def test_it_fits_any_terminal_but_for_the_lines_to_copy(syndicator, filled, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = syndicator("categories").out.splitlines()
    too_long = [line for line in lines if width(line) > columns]
    assert all(line.startswith(("labels = ", "# ")) for line in too_long)


async def test_terms_of_partners_are_shown_with_their_vocabulary_and_where_they_could_be_mapped(
    syndicator, put, folder
):
    scheme = "https://stadt.example/themen"
    terms = (Label("feed", "Integrationspolitik", scheme, "17"), Label("feed", "Amtliches", scheme, "3"))
    await put(*terms, source="gelsenkirchen", times=2)
    out = syndicator("categories").out
    assert f"- vielfalt? it begins like its label Integration · 17 of {scheme} " in " ".join(out.split())
    proposed = '\n[sources.terms]  # in the block of gelsenkirchen\n"Integrationspolitik" = "vielfalt"\n'
    assert proposed in out
    path = folder / "config.toml"
    text, next_table = path.read_text(encoding="utf-8"), "\n[categories.vielfalt]"
    path.write_text(text.replace(next_table, f'{proposed}"{scheme} 3" = []\n{next_table}'), encoding="utf-8")
    (one, two) = syndicator("categories", "--json").json["sources"]["gelsenkirchen"]
    assert (one["label"], one["unmapped"], two["categories"], two["term"]) == ("Amtliches", False, ["vielfalt"], "17")
