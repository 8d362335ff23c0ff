"""Pages that portals really have, rebuilt: each `pages/*.html` has a `.toml` beside it that states what is to be found."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndicator.config import ArticleRules
from syndicator.ingest.article import read_article
from syndicator.model import Draft, Failed
from tests.ingest.portal_folders import lines_of
from tests.support.inert import faults

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
PLAIN = ("address", "key", "title", "summary", "body", "language", "kind", "withdrawn", "embargo", "hold")


def read(
    content: bytes, address: str = "https://www.stadt.example/n/1", content_type: str = "text/html", /, **rules
) -> Draft | Failed:
    return read_article(content, address, content_type, ArticleRules(**rules), "Europe/Berlin", NOW)


def page(inner: str, head: str = "") -> bytes:
    return (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8">{head}</head><body>{inner}</body></html>'.encode()
    )


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_is_understood_as_the_file_beside_it_says(path):
    stated = tomllib.loads(path.with_suffix(".toml").read_text())
    rules = ArticleRules.model_validate(stated.get("rules", {}))
    content_type = stated.get("content_type", "text/html")
    result = read_article(path.read_bytes(), stated["address"], content_type, rules, "Europe/Berlin", NOW)
    if "failed" in stated:
        assert isinstance(result, Failed)
        assert result.kind == stated["failed"]["kind"]
        assert stated["failed"]["reason_contains"] in result.reason
        return
    assert isinstance(result, Draft)
    _compare(result, stated["expect"])


def _compare(draft, expect):
    assert {name: getattr(draft, name) for name in PLAIN if name in expect} == {
        n: expect[n] for n in PLAIN if n in expect
    }
    for name in ("published", "updated"):
        if name in expect:
            moment = getattr(draft, name)
            assert (moment.at.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else "") == expect[name]
    if "precision" in expect:
        assert draft.published.precision == expect["precision"]
    if "text" in expect:
        assert lines_of(draft.body) == expect["text"]
    for text in expect.get("body_contains", ()):
        assert text in draft.body
    for text in expect.get("body_lacks", ()):
        assert text not in draft.body
    if "labels" in expect:
        assert [[label.axis, label.name] for label in draft.labels] == expect["labels"]
    if "aliases" in expect:
        assert list(draft.aliases) == expect["aliases"]
    if "images" in expect:
        names = ("url", "alt", "caption", "credit")
        assert [{name: getattr(image, name) for name in names} for image in draft.images] == expect["images"]
    assert {name: draft.found.get(name) for name in expect.get("found", {})} == expect.get("found", {})


def test_every_page_has_its_expectations():
    assert PAGES
    assert all(path.with_suffix(".toml").exists() for path in PAGES)


def test_what_is_no_html_is_unreadable():
    for body, content_type in ((b"", "text/html"), (b"%PDF-1.7", "application/pdf"), (b"{}", "application/json")):
        result = read(body, "https://www.stadt.example/n/1", content_type)
        assert isinstance(result, Failed)
        assert result.kind == "unreadable"


def test_a_selector_that_matches_nothing_leaves_the_field_to_be_found():
    draft = read(
        page("<main><h1>Ein neuer Brunnen</h1><p>Er steht vor dem Rathaus und sprudelt seit heute.</p></main>"),
        title=".no",
        body=".no",
    )
    assert draft.title == "Ein neuer Brunnen"
    assert draft.found["title"] == "heading h1"
    assert "sprudelt" in draft.body


def test_the_home_page_is_never_the_address_of_an_article():
    head = '<link rel="canonical" href="https://www.stadt.example/"><meta property="og:url" content="https://www.stadt.example/news/">'
    draft = read(
        page("<main><h1>Ein neuer Brunnen</h1><p>Text.</p></main>", head), "https://www.stadt.example/news/brunnen.html"
    )
    assert draft.address == "https://www.stadt.example/news/brunnen.html"


def test_another_site_cannot_claim_an_article():
    head = '<link rel="canonical" href="https://evil.example/news/brunnen.html">'
    draft = read(page("<main><h1>Ein neuer Brunnen</h1></main>", head), "https://www.stadt.example/news/brunnen.html")
    assert draft.address == "https://www.stadt.example/news/brunnen.html"


@pytest.mark.parametrize(
    "json",
    [
        "{",
        "[[[",
        '{"@type":"Article","headline":',
        "null",
        "[" * 5000,
        '{"@type": 1, "@graph": 2}',
        '{"@type":["Article"],"headline":{"a":[]},"image":[1,[2]],"keywords":[[]]}',
    ],
)
def test_broken_json_ld_is_passed_over(json):
    head = f'<script type="application/ld+json">{json}</script>'
    assert read(page("<h1>Ein neuer Brunnen</h1><p>Er sprudelt.</p>", head)).title == "Ein neuer Brunnen"


def test_a_date_within_a_sentence_is_not_the_publication():
    draft = read(
        page(
            "<main><h1>Forum</h1><h2>Ein Fest</h2><p>Das Fest beginnt am <time datetime='2027-05-05'>5. Mai</time> vor dem Rathaus, und alle sind willkommen, die gern tanzen.</p></main>"
        )
    )
    assert draft.published is None


def test_the_picture_in_the_page_header_is_not_the_articles():
    header = '<div class="stage"><img src="/kopf.jpg"><p>Bild (Bildlizenz/Fotograf/Grafiker): Archiv</p></div>'
    draft = read(
        page(
            f"<main><article>{header}<h1>Ein neuer Brunnen</h1><p>Er steht vor dem Rathaus und sprudelt seit heute.</p></article></main>"
        )
    )
    assert draft.images == ()
    assert "Archiv" not in draft.body


def test_a_picture_above_the_headline_is_the_articles_if_it_is_in_the_article():
    figure = '<figure><img src="/b.jpg" alt="Brunnen"><figcaption>Frisches Wasser. Foto: Bauamt</figcaption></figure>'
    draft = read(
        page(
            f"<article>{figure}<h1>Ein neuer Brunnen</h1><p>Er steht vor dem Rathaus und sprudelt seit heute früh.</p></article>"
        )
    )
    assert [(image.caption, image.credit) for image in draft.images] == [("Frisches Wasser.", "Bauamt")]


def test_a_headline_is_text_and_not_markup():
    draft = read(
        page("<main><h1>Brunnen &lt;script&gt;alert(1)&lt;/script&gt;<br>am <b>Markt</b></h1><p>Text.</p></main>")
    )
    assert draft.title == "Brunnen <script>alert(1)</script> am Markt"


def test_the_same_page_gives_the_same_draft():
    body = (Path(__file__).parent / "pages" / "dortmund-neu.html").read_bytes()
    assert read(body) == read(body)


@pytest.mark.parametrize("payload", (Path(__file__).parent / "hostile" / "payloads.txt").read_text().splitlines())
def test_a_hostile_page_gives_an_inert_draft(payload):
    head = f'<meta name="description" content="{payload.replace(chr(34), "&quot;")}">'
    text = "Der Brunnen steht vor dem Rathaus und sprudelt seit heute früh."
    content = page(
        f"<main><h1>Ein neuer Brunnen</h1><p>{text}</p><figure><img src='/a.jpg'><figcaption>{payload}</figcaption></figure>{payload}</main>",
        head,
    )
    for rules in ({}, {"body": "main"}):
        draft = read(content, **rules)
        assert isinstance(draft, Draft)
        assert faults(draft.body) == []
        assert text in draft.body
        assert all(image.url.startswith("https://") for image in draft.images)


@pytest.mark.parametrize(
    "title", ["Stadt senkt Gebühren", "Gemeinde Seedorf lädt zum Fest ein", "Markt bleibt geschlossen"]
)
def test_a_headline_that_begins_with_the_city_is_no_name_of_it(title):
    assert read(page(f"<main><h1>{title}</h1><p>So hat es der Rat am Dienstag beschlossen.</p></main>")).title == title


def test_a_caption_by_its_class_alone_belongs_to_the_picture():
    picture = '<div class="bild"><img src="/b.jpg"><div class="bildunterschrift">Der Brunnen im Abendlicht</div></div>'
    draft = read(page(f"<main><h1>Ein neuer Brunnen</h1>{picture}<p>Er sprudelt seit heute früh am Markt.</p></main>"))
    assert [image.caption for image in draft.images] == ["Der Brunnen im Abendlicht"]
    assert draft.found["caption"] == "text beside the picture"
    assert draft.summary == "Er sprudelt seit heute früh am Markt."
