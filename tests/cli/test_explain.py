import sqlite3
from dataclasses import replace
from datetime import timedelta

import click
import pytest

from syndicator import config
from syndicator.cli.explain import in_words
from syndicator.cli.output import width
from syndicator.cli.revisions import in_lines
from syndicator.ingest import revise
from syndicator.model import Image, Label
from syndicator.pipeline.differences import Piece
from syndicator.pipeline.filing import Rules
from syndicator.store import articles
from syndicator.store.database import Store
from tests.support.articles import T0, article

LONG = "Ein langer Satz, der davor steht und sich nicht ändert, damit die Änderung gesucht werden muss. " * 5


@pytest.fixture
def put(folder):
    """Stores articles as visits do, and changes of them."""

    async def put(*versions):
        rules = Rules(config.load(folder / "config.toml"))
        store = Store(folder / "syndicator.db")
        for version in versions:
            filed, under = rules.file(version)
            known = await store.read(articles.numbers, version.id, ())
            if known:
                before = await store.read(articles.by_number, known[0])
                await store.write(
                    articles.replace, before, filed, under, "digest", T0 + timedelta(hours=version.revision)
                )
            else:
                aliases = [f"key:{version.key}", f"url:dortmund.example/nachricht.jsp?nid={version.key}"]
                await store.write(articles.insert, filed, under, "digest", aliases, T0)
        store.close()

    return put


ONE = article(
    7,
    key="605731",
    title="Einbürgerung im Rathaus",
    body=f"<p>{LONG}</p><p>Der Integrationsrat lädt um 17 Uhr ein.</p>",
    labels=(Label("topline", "Integration"), Label("tag", "Rathaus"), Label("district", "Eving")),
    images=(Image("https://dortmund.example/bild.jpg", credit="Adobe Stock"),),
)


def said(out: str) -> str:
    """What is said, whatever the width."""
    return " ".join(out.split())


@pytest.mark.parametrize(
    "name",
    [
        "#1",
        "605731",
        ONE.id,
        "http://www.dortmund.example/nachricht.jsp?nid=605731",
        "dortmund.example/nachricht.jsp?nid=605731",
    ],
)
async def test_an_article_is_explained_by_whatever_names_it(syndicator, put, name):
    await put(ONE)
    told = syndicator("explain", name)
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith(f"Einbürgerung im Rathaus\n#1 of source 'dortmund', {ONE.id}\n")


async def test_it_tells_fields_rules_feeds_pictures_and_names(syndicator, put, edit, monkeypatch):
    monkeypatch.setenv("COLUMNS", "70")
    edit(
        "[categories.vielfalt]",
        '[categories.verkehr]\ntitle = "Verkehr"\n\n[categories.vielfalt]\nkeywords = ["Integrations*"]',
    )
    await put(ONE, article(8))
    out = said(syndicator("explain", "#1").out)
    for told in (
        "title the selector h1 of config.toml Einbürgerung im Rathaus",
        "published the selector .date of config.toml 2019-11-04 17:00 (to the minute)",
        "vielfalt the topline “Integration” is its label Integration",
        "vielfalt the keyword Integrations* stands in the text: … die Änderung gesucht werden muss. Der [Integrationsrat] lädt um 17 Uhr ein.",
        "- the tag “Rathaus” is a label of no category",
        "all stands in it, as number 2 of 2",
        "dortmund-vielfalt stands in it, as number 1 of 1",
        "1 is not passed on: source 'dortmund' has no image_rights",
        "https://dortmund.example/bild.jpg",
        "address dortmund.example/nachricht.jsp?nid=605731",
        "it has changed since the feeds were last written",
    ):
        assert told in out
    assert "Eving” is a label of no category" not in out
    assert "not in it: its category is vielfalt, not verkehr" in said(
        syndicator("explain", "#1", "--feed", "verkehr").out
    )


async def test_what_changed_is_shown_in_brackets_and_fits_80_columns(syndicator, put, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    await put(
        ONE,
        replace(ONE, revision=2, title="Einbürgerung im Stadthaus", body=ONE.body.replace("17 Uhr", "18 Uhr im Saal")),
    )
    lines = syndicator("explain", "#1").out.splitlines()
    shown = said("\n".join(lines[lines.index("What changed") :]))
    assert "revision 2, 2019-11-04 12:00" in shown
    assert "title Einbürgerung im [-Rathaus-] {+Stadthaus+}" in shown
    assert "text … werden muss. Der Integrationsrat lädt um [-17-] {+18+} Uhr {+im Saal+} ein." in shown
    assert [line for line in lines if width(line) > 80 and "http" not in line] == []


async def test_of_many_revisions_the_last_five_are_shown_and_json_has_all(syndicator, put):
    await put(*(replace(ONE, revision=number, title=f"Ticker, Stand {number}") for number in range(1, 9)))
    out = syndicator("explain", "#1").out
    assert "2 earlier changes: --json tells them, too" in out
    assert out.count("  revision ") == 5
    changes = syndicator("explain", "#1", "--json").json["changes"]
    assert [change["number"] for change in changes] == [2, 3, 4, 5, 6, 7, 8]
    assert changes[0]["fields"]["title"][-2:] == [{"kind": "removed", "text": "1"}, {"kind": "added", "text": "2"}]


async def test_json_tells_the_same(syndicator, put):
    await put(ONE)
    told = syndicator("explain", "#1", "--json")
    assert (told.code, told.err) == (0, "")
    assert (told.json["number"], told.json["article"]["title"], told.json["status"]["hidden"]) == (1, ONE.title, None)
    assert {feed["name"]: (feed["position"], feed["reason"]) for feed in told.json["feeds"]} == {
        "all": (1, None),
        "vielfalt": (1, None),
        "dortmund": (1, None),
        "dortmund-vielfalt": (1, None),
    }
    assert told.json["filed"]["reasons"][0] == {
        "category": "vielfalt", "place": "label", "rule": "Integration", "word": "Integration", "axis": "topline", "before": "", "after": "",
    }  # fmt: skip
    assert "no image_rights" in told.json["pictures"][0]["objection"]


async def test_what_is_held_back_stands_in_no_feed(syndicator, put):
    await put(revise.held(ONE, "watchman", "its text is an error page"))
    out = said(syndicator("explain", "#1").out)
    assert "held it is held back by the watchman: its text is an error page" in out
    assert "Feeds none it is held back" in out


async def test_an_embargo_that_is_over_is_told_with_its_rule(syndicator, put, monkeypatch):
    monkeypatch.setenv("COLUMNS", "70")
    await put(article(1, embargo_until=T0, found={"embargo": "text Sperrfrist"}))
    out = said(syndicator("explain", "#1").out)
    assert "live it stands in the feeds that take it" in out
    assert "embargo text Sperrfrist until 2019-11-04 10:00" in out


async def test_what_an_admin_let_out_is_told_so(syndicator, put):
    await put(revise.released(ONE, T0))
    assert "live an admin let it out" in said(syndicator("explain", "#1").out)


async def test_an_article_that_nothing_files_is_told_so(syndicator, put):
    await put(article(1))
    assert "no label and no keyword files it; `syndicator categories` shows what could" in said(
        syndicator("explain", "#1").out
    )


async def test_where_none_is_named_so_headlines_with_the_words_are_offered(syndicator, put):
    await put(ONE, article(8, title="Baumfest"))
    told = syndicator("explain", "einbuergerung rathaus", "--json")
    assert (told.code, told.out) == (1, "")
    assert told.err == (
        "Error: No article is known as 'einbuergerung rathaus'. Did you mean this one?\n  #1  dortmund: Einbürgerung im Rathaus\n"
    )
    assert "Name it by its id" in syndicator("explain", "nichts").err


async def test_a_name_that_means_two_is_told_with_both(syndicator, put):
    await put(ONE, replace(ONE, id="tag:x", source="gelsenkirchen"))
    told = syndicator("explain", "605731")
    assert (told.code, told.out) == (1, "")
    assert "may mean 2 articles" in told.err
    assert [line.split()[0] for line in told.err.splitlines()[1:]] == ["#1", "#2"]


async def test_a_feed_that_there_is_not_is_wrong_usage(syndicator, put):
    await put(ONE)
    told = syndicator("explain", "#1", "--feed", "vielfallt")
    assert (told.code, told.out) == (2, "")
    assert "did you mean 'vielfalt'?" in told.err


def test_before_the_first_run_it_says_what_to_do_and_makes_nothing(syndicator, folder):
    told = syndicator("explain", "#1")
    assert (told.code, told.out) == (1, "")
    assert "`syndicator run` begins" in told.err
    assert [path.name for path in folder.iterdir()] == ["config.toml"]


async def test_a_service_at_work_is_not_disturbed(syndicator, put, folder):
    await put(ONE)
    service = sqlite3.connect(folder / "syndicator.db", isolation_level=None)
    service.execute("BEGIN IMMEDIATE")
    service.execute("UPDATE articles SET title = 'unfinished'")
    told = syndicator("explain", "#1", "--json")
    service.execute("COMMIT")
    service.close()
    assert told.json["article"]["title"] == ONE.title


async def test_foreign_text_cannot_command_the_terminal(syndicator, put):
    evil = "Böse \x1b[2J\x9b31m\u202ewörtlich"
    image = Image(f"https://x.example/{evil}", credit=evil)
    await put(
        article(
            1,
            title=evil,
            summary=evil,
            body=f"<p>{evil}</p>",
            labels=(Label("tag", evil),),
            images=(image,),
            found={"title": evil},
        ),
        article(1, title=f"{evil} zwei", summary=evil, body=f"<p>{evil} {evil}</p>", revision=2),
    )
    told = syndicator("explain", "#1")
    assert told.code == 0
    for out in (told.out, syndicator("explain", "böse").err):
        assert all(character.isprintable() or character == "\n" for character in out)


@pytest.mark.parametrize("columns", [30, 44, 72, 200])
async def test_it_fits_any_terminal_without_breaking_addresses(syndicator, put, monkeypatch, columns):
    await put(ONE, replace(ONE, revision=2, summary="Anders gesagt."))
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = syndicator("explain", "#1").out.splitlines()
    assert [line for line in lines if width(line) > columns and len(line.split()[-1]) <= columns // 2] == []


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("selector .date", "the selector .date of config.toml"),
        ("json-ld headline", "JSON-LD of the page: headline"),
        ("meta og:title", "<meta> of the page: og:title"),
        ("address nid", "nid in its address"),
        ("feed published", "the feed: published"),
        ("something new", "something new"),
        ("", ""),
    ],
)
def test_a_rule_is_put_into_words(rule, words):
    assert in_words(rule) == words


def test_colours_only_repeat_what_the_brackets_say():
    pieces = (Piece("same", "am"), Piece("removed", "Montag um neun"), Piece("added", "Dienstag"), Piece("skipped"))
    lines = list(in_lines(pieces, 16))
    assert [click.unstyle(line) for line in lines] == ["am [-Montag um", "neun-]", "{+Dienstag+} …"]
    assert [line.count("\x1b[31m") for line in lines] == [2, 1, 0]
