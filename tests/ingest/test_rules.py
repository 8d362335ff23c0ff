"""Selectors that were worked out: names that last, and only where the pages read the same with them."""

import json
from datetime import UTC, datetime

import pytest

from syndicator.config import ArticleRules, ListRules
from syndicator.ingest.article import read_article
from syndicator.ingest.discovery import article_rules, list_rules
from syndicator.ingest.discovery.article_rules import work_out_article
from syndicator.ingest.discovery.json_rules import work_out_api
from syndicator.ingest.discovery.list_rules import work_out_list
from syndicator.ingest.overview import Overview, read_overview

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LIST = "https://www.stadt.example/news/"
WORDS = "Der Rat hat am Abend lange beraten und dann einstimmig beschlossen. "


def a_list(teaser: str, outer: str = "<main>{}</main>", number: int = 4) -> bytes:
    teasers = "".join(
        teaser.format(n=n, title=f"Eine Meldung mit der Nummer {n}", day=f"{n}. November 2026", text=WORDS + str(n))
        for n in range(1, number + 1)
    )
    return f"<!doctype html><h1>Aktuelles</h1>{outer.format(teasers)}".encode()


def worked_out(body: bytes) -> dict[str, str]:
    return list_rules.in_words(work_out_list(body, LIST, "text/html", "Europe/Berlin", NOW))


def test_each_part_of_a_teaser_gets_the_name_that_says_most():
    teaser = (
        '<div class="col-md-6 teaser"><p class="dachzeile">Sport</p><h3 class="mt-2"><a href="/news/{n}">{title}</a></h3>'
        '<span class="datum">{day}</span><p class="teaser-text">{text}</p></div>'
    )
    assert worked_out(a_list(teaser)) == {
        "item": ".teaser",
        "link": "a",
        "title": "h3",
        "date": ".datum",
        "summary": ".teaser-text",
        "category": ".dachzeile",
    }


@pytest.mark.parametrize("name", ["css-1x9f3kq", "col-md-6", "mt-4", "sc-bdVaJa", "is-active", "c1234", "first", ""])
def test_a_name_that_will_not_last_is_not_written_down(name):
    teaser = f'<div class="{name}"><h3><a href="/news/{{n}}">{{title}}</a></h3><p>{{day}}</p><p>{{text}}</p></div>'
    assert worked_out(a_list(teaser)) == {}


def test_items_without_a_name_are_named_by_what_is_around_them():
    rules = worked_out(
        a_list('<li><a href="/news/{n}">{title}</a> <p>{text}</p></li>', '<ul class="meldungen">{}</ul>')
    )
    assert rules["item"] == ".meldungen > li"


def test_a_selector_that_matches_more_than_the_list_is_not_taken():
    other = '<div class="teaser"><h3><a href="/service/x">Noch ein Angebot der Verwaltung</a></h3></div>'
    teaser = '<div class="teaser"><h3><a href="/news/{n}">{title}</a></h3><time>{day}</time><p>{text}</p></div>'
    body = a_list(teaser, '<main class="news">{}</main><aside>' + other + "</aside>")
    rules = work_out_list(body, LIST, "text/html", "Europe/Berlin", NOW)
    plainly = read_overview(body, LIST, "text/html", ListRules(), "Europe/Berlin", NOW)
    assert isinstance(plainly, Overview)
    assert rules.item == ".news > div"
    assert read_overview(body, LIST, "text/html", rules, "Europe/Berlin", NOW) == plainly


def test_two_items_do_not_show_what_repeats():
    teaser = '<div class="teaser"><h3><a href="/news/{n}">{title}</a></h3><time>{day}</time><p>{text}</p></div>'
    assert worked_out(a_list(teaser, number=2)) == {}


# ---------------------------------------------------------------- articles


def articles(template: str, number: int = 3) -> list[tuple[bytes, str, str]]:
    return [
        (
            template.format(
                n=n, title=f"Eine Meldung mit der Nummer {n}", day=f"{n}. November 2026", text=WORDS * 5
            ).encode(),
            f"https://www.stadt.example/news/{n}",
            "text/html",
        )
        for n in range(1, number + 1)
    ]


def of_articles(pages: list[tuple[bytes, str, str]]) -> dict[str, object]:
    return article_rules.in_words(work_out_article(pages, "Europe/Berlin", NOW))


PLAIN = (
    '<main><h1 class="titel">{title}</h1><p class="datum">{day}</p><div class="text"><p>{text}</p>'
    '<figure class="bild"><img src="/b/{n}.jpg" alt="Ein Bild"></figure></div></main>'
)


def test_the_parts_of_an_article_get_selectors():
    assert of_articles(articles(PLAIN)) == {
        "title": ".titel",
        "date": ".datum",
        "body": ".text",
        "image": ".bild > img",
    }


def test_what_is_not_of_the_article_is_removed_by_its_own_selectors():
    share = '<div class="share">Teilen Drucken Merken und noch viel mehr</div>'
    rules = of_articles(articles(PLAIN.replace("<figure", f"{share}<figure")))
    assert (rules["body"], rules["remove"]) == (".text", [".share"])


def test_a_selector_that_loses_a_paragraph_is_not_taken():
    pages = articles(PLAIN)
    pages[1] = (
        pages[1][0].replace(
            b"</div></main>", b"</div><p>Und noch ein Absatz, der zur Meldung geh\xc3\xb6rt.</p></main>"
        ),
        *pages[1][1:],
    )
    rules = work_out_article(pages, "Europe/Berlin", NOW)
    assert rules.body == ""
    for page in pages:
        with_rules, without = (read_article(*page, one, "Europe/Berlin", NOW) for one in (rules, ArticleRules()))
        assert (with_rules.title, with_rules.body, with_rules.images) == (without.title, without.body, without.images)


def test_one_article_does_not_show_what_all_have():
    assert of_articles(articles(PLAIN, number=1)) == {}


# ---------------------------------------------------------------- JSON


def api(document: object) -> dict[str, str] | None:
    return work_out_api(json.dumps(document).encode(), "https://www.stadt.example/api", "Europe/Berlin", NOW)


def test_the_list_in_a_document_is_found_with_its_fields():
    items = [
        {
            "id": n,
            "type": "news",
            "teaser": {"headline": f"Eine Meldung {n}", "date": f"0{n}.11.2026", "link": {"url": f"/n/{n}"}},
        }
        for n in (1, 2, 3)
    ]
    document = {
        "data": {"filters": [{"name": "Alle Themen", "id": 1}, {"name": "Nur Sport", "id": 2}], "results": items}
    }
    assert api(document) == {
        "items": "data.results",
        "title": "teaser.headline",
        "link": "teaser.link.url",
        "date": "teaser.date",
        "id": "id",
    }


def test_the_posts_of_wordpress_are_understood():
    posts = [
        {
            "id": n,
            "date": f"2026-11-0{n}T10:00:00",
            "link": f"https://www.stadt.example/{n}/",
            "guid": {"rendered": f"https://www.stadt.example/?p={n}"},
            "title": {"rendered": f"Eine Meldung {n}"},
            "excerpt": {"rendered": "<p>Kurz gesagt.</p>"},
            "content": {"rendered": f"<p>{WORDS}</p>"},
        }
        for n in (1, 2)
    ]
    assert api(posts) == {
        "items": "$",
        "title": "title.rendered",
        "link": "link",
        "date": "date",
        "id": "id",
        "summary": "excerpt.rendered",
        "body": "content.rendered",
    }


@pytest.mark.parametrize(
    "document", [{}, [], [1, 2], {"a": [{"name": "x"}]}, [{"title": "Nur ein Titel ohne Link"}] * 3]
)
def test_a_document_without_articles_is_none(document):
    assert api(document) is None
