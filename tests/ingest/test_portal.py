"""A portal's visit, played with a dictionary of pages."""

from datetime import UTC, datetime

import pytest

from syndicator.config import Source
from syndicator.ingest.overview import read_overview
from syndicator.ingest.sources.portal import collect
from syndicator.model import Failed, Known, Label, Request, Response
from tests.support.play import play

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LIST = "https://www.stadt.example/news/"
ARTICLE = "https://www.stadt.example/news/{}.html"


def source(**more) -> Source:
    lists = {"item": "article", **more.pop("list", {})}
    return Source.model_validate(
        {
            "name": "stadt",
            "title": "Stadt",
            "city": "Stadt",
            "kind": "portal",
            "url": LIST,
            "rights": "© Stadt",
            "list": lists,
            **more,
        }
    )


def overview(*names: str, following: str = "", text: str = "Ein Vorspann im Teaser, der lang genug ist.") -> str:
    teasers = "".join(
        f'<article><p class="topline">Kultur</p><h3><a href="/news/{name}.html">Meldung {name}</a></h3><time>3. Mai 2026</time><p>{text}</p></article>'
        for name in names
    )
    return f"<!doctype html><main>{teasers}</main>" + (
        f'<a rel="next" href="{following}">weiter</a>' if following else ""
    )


def article(name: str, date: str = "Nachricht vom 04.05.2026") -> str:
    return f'<!doctype html><html lang="de"><main><h1>Meldung {name}</h1><p>{date}</p><p>Der ganze Text der Meldung {name} steht auf ihrer eigenen Seite.</p></main>'


def pages(*names: str, **more) -> dict:
    return {LIST: overview(*names), **{ARTICLE.format(name): article(name) for name in names}, **more}


def visit(site, known=None, *, asked=None, recheck=(), **more):
    return play(collect(source(**more), Known(NOW, recheck=tuple(recheck))), site, known, asked=asked)


def test_every_article_of_the_list_is_read_in_its_order():
    harvest = visit(pages("a", "b", "c"))
    assert [draft.title for draft in harvest.drafts] == ["Meldung a", "Meldung b", "Meldung c"]
    assert harvest.items == 3
    assert harvest.complete
    assert set(harvest.fingerprints) == {ARTICLE.format(name) for name in "abc"}


def test_the_list_is_asked_conditionally_and_articles_are_not():
    generator = collect(source(), Known(NOW))
    assert next(generator) == Request(LIST, conditional=True)
    generator.send(Response(LIST, 200, {}, overview("a").encode()))  # asks for it to be parsed
    generator.send(read_overview(overview("a").encode(), LIST, "text/html", source().list, "Europe/Berlin", NOW))
    assert generator.send({}) == Request(ARTICLE.format("a"))


def test_an_unchanged_list_costs_one_request():
    asked = []
    harvest = visit({LIST: Response(LIST, 304, {}, b"", unchanged=True)}, asked=asked)
    assert harvest.unchanged
    assert asked == [LIST]


def test_known_articles_are_not_fetched_again_until_their_teaser_changes():
    site = pages("a", "b")
    known = visit(site).fingerprints
    asked = []
    assert visit(site, known, asked=asked).drafts == ()
    assert asked == [LIST]
    site[LIST] = overview("a", "b", text="Der Vorspann wurde inzwischen neu geschrieben.")
    assert len(visit(site, known).drafts) == 2


def test_articles_due_for_another_look_are_fetched_though_the_list_is_unchanged():
    site = {**pages("a", "b"), LIST: Response(LIST, 304, {}, b"", unchanged=True)}
    asked = []
    harvest = visit(site, {}, asked=asked, recheck=[ARTICLE.format("b")])
    assert [draft.title for draft in harvest.drafts] == ["Meldung b"]
    assert harvest.unchanged  # the list, that is
    assert asked == [LIST, ARTICLE.format("b")]


def test_what_the_page_does_not_say_the_list_says():
    site = pages("a")
    site[ARTICLE.format("a")] = article("a", date="")
    draft = visit(site).drafts[0]
    assert draft.published.at == datetime(2026, 5, 2, 22, tzinfo=UTC)
    assert draft.found["published"] == draft.published.origin == "list"
    assert draft.labels == (Label("topline", "Kultur"),)


def test_what_the_page_says_wins():
    draft = visit(pages("a")).drafts[0]
    assert draft.published.at == datetime(2026, 5, 3, 22, tzinfo=UTC)


def test_a_date_in_the_address_is_the_last_resort():
    address = "https://www.stadt.example/news/5-Dezember-2024/Radweg"
    site = {
        LIST: '<article><h3><a href="/news/5-Dezember-2024/Radweg">Ein Radweg</a></h3></article>',
        address: article("Rad", ""),
    }
    draft = visit(site).drafts[0]
    assert draft.found["published"] == "address"
    assert draft.published.at == datetime(2024, 12, 4, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "broken",
    [
        Failed("busy", "503", ARTICLE.format("b")),
        Failed("unreachable", "no answer", ARTICLE.format("b")),
        "<!doctype html><main><h1></h1><p>Ohne Überschrift.</p></main>",
        b"",
    ],
)
def test_one_broken_article_is_a_problem_and_the_others_go_on(broken):
    site = pages("a", "b", "c")
    site[ARTICLE.format("b")] = broken
    harvest = visit(site)
    assert [draft.title for draft in harvest.drafts] == ["Meldung a", "Meldung c"]
    assert [problem.address for problem in harvest.problems] == [ARTICLE.format("b")]
    assert ARTICLE.format("b") not in harvest.fingerprints  # so that it is tried again
    assert not harvest.complete


def test_what_is_gone_for_good_is_not_asked_for_again():
    site = pages("a", "b")
    site[ARTICLE.format("b")] = Failed("gone", "410", ARTICLE.format("b"), permanent=True)
    harvest = visit(site)
    assert ARTICLE.format("b") in harvest.fingerprints
    assert harvest.complete


@pytest.mark.parametrize(
    "landed", ["https://www.stadt.example/", LIST, "https://www.stadt.example/news", "https://stadt.example/"]
)
def test_an_article_that_leads_to_the_home_page_or_the_list_is_none(landed):
    site = pages("a", "b")
    site[ARTICLE.format("b")] = Response(landed, 200, {"content-type": "text/html"}, article("Willkommen").encode())
    harvest = visit(site)
    assert [draft.title for draft in harvest.drafts] == ["Meldung a"]
    assert [problem.kind for problem in harvest.problems] == ["soft-404"]


def test_a_moved_article_keeps_its_old_address_as_an_alias():
    moved = "https://www.stadt.example/archiv/2026/b.html"
    site = pages("b")
    site[ARTICLE.format("b")] = Response(
        moved, 200, {"content-type": "text/html"}, article("b").encode(), moved_to=moved
    )
    draft = visit(site).drafts[0]
    assert draft.address == moved
    assert ARTICLE.format("b") in draft.aliases


@pytest.mark.parametrize("body", ["", "<!doctype html><p>Wartungsarbeiten</p>"])
def test_a_list_without_articles_is_a_failure(body):
    harvest = visit({LIST: body})
    assert harvest.failed.kind == "empty"
    assert "'article'" in harvest.failed.reason
    assert harvest.drafts == ()


def test_a_list_that_cannot_be_fetched_fails_the_source():
    harvest = visit({LIST: Failed("denied", "403", LIST)})
    assert harvest.failed.kind == "denied"


def second_page(site):
    site[LIST] = overview("a", "b", following="?page=2")
    site[f"{LIST}?page=2"] = overview("c", following="?page=3")
    site[f"{LIST}?page=3"] = overview("d", following="?page=1")
    return site


def test_further_pages_are_read_up_to_the_limit():
    site = second_page(pages("a", "b", "c", "d"))
    assert [draft.title for draft in visit(site).drafts] == ["Meldung a", "Meldung b"]
    assert len(visit(site, list={"pages": 2}).drafts) == 3
    assert len(visit(site, list={"pages": 9}).drafts) == 4


def test_reading_on_ends_where_a_page_brings_nothing_new():
    site = second_page(pages("a", "b", "c", "d"))
    known = visit(site, list={"pages": 9}).fingerprints
    asked = []
    visit(site, known, asked=asked, list={"pages": 9})
    assert asked == [LIST]


def test_a_further_page_that_fails_is_a_problem_and_no_failure():
    site = second_page(pages("a", "b"))
    site[f"{LIST}?page=2"] = Failed("busy", "503", f"{LIST}?page=2")
    harvest = visit(site, list={"pages": 3})
    assert len(harvest.drafts) == 2
    assert [problem.kind for problem in harvest.problems] == ["busy"]
    assert not harvest.failed


def test_an_item_without_a_page_is_an_article_of_its_own():
    item = "<article><h3>Markt verlegt</h3><time>26. Juni 2026</time><p>Der Markt zieht am Samstag um, und zwar auf den Kirchplatz.</p></article>"
    harvest = visit({LIST: f"<!doctype html><main>{item}</main>"})
    draft = harvest.drafts[0]
    assert draft.title == "Markt verlegt"
    assert "Kirchplatz" in draft.body
    assert draft.published.origin == "list"


def test_links_to_other_sites_are_not_followed():
    site = {
        LIST: overview("a") + '<article><h3><a href="https://evil.example/x">Fremdes</a></h3></article>',
        ARTICLE.format("a"): article("a"),
    }
    asked = []
    visit(site, asked=asked)
    assert asked == [LIST, ARTICLE.format("a")]


def test_selectors_of_the_configuration_reach_the_pages():
    draft = visit(pages("a"), article={"summary": "p:last-child", "id": "/news\\/(\\w)/"}).drafts[0]
    assert draft.found["summary"] == "selector p:last-child"
    assert draft.key == "a"
