"""A visit to an endpoint, played with a dictionary of answers."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from syndicator.config import Secret, Source
from syndicator.ingest.sources import collect
from syndicator.model import Failed, Known, Label, Request, Response
from tests.support.play import play
from tests.support.walking import walk_through

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SITE = "https://www.duisburg.example"
API = f"{SITE}/api/graphql/"
QUERY = "query ($page: Int) { search(page: $page) { results { id teaser { headline } } } }"
JSON = "application/json"


def source(url: str = API, **rules) -> Source:
    paths = {
        "items": "data.search.results",
        "id": "id",
        "title": "teaser.headline",
        "summary": "teaser.text",
        "date": "teaser.date",
        "link": "teaser.link.url",
    }
    given = {name: rule for name, rule in {**paths, **rules}.items() if rule != ""}
    return Source.model_validate({"name": "stadt", "city": "Duisburg", "kind": "api", "url": url, "api": given})


def item(n: int, **more) -> dict:
    teaser = {
        "headline": f"Meldung {n}",
        "text": f"Anriss {n} der Meldung.",
        "date": "03.11.2026",
        "link": {"url": f"/presse/{n}.php"},
    }
    return {"id": n, "teaser": {**teaser, **more}}


def answer(*items, **more) -> str:
    return json.dumps({"data": {"search": {"results": list(items), **more}}})


def page(n: int) -> Response:
    body = (
        f'<!doctype html><html lang="de"><main><p class="topline">Kultur</p><h1>Meldung {n}</h1>'
        f"<p>Der ganze Text der Meldung {n} steht auf ihrer eigenen Seite und ist länger.</p></main>"
    )
    return Response(f"{SITE}/presse/{n}.php", 200, {"content-type": "text/html"}, body.encode())


def web(list_: str | Response | Failed, *pages: int, **more) -> dict:
    return {API: list_, **{f"{SITE}/presse/{n}.php": page(n) for n in pages}, **more}


def visit(web, known=None, *, recheck=(), asked=None, requests=None, url=API, **rules):
    generator = collect(source(url, **rules), Known(NOW, recheck=tuple(recheck)))
    return play(generator, web, known, asked=asked, requests=requests, media_type=JSON)


def titles(harvest):
    return [draft.title for draft in harvest.drafts]


# ---------------------------------------------------------------- one page


def test_the_answer_and_the_articles_pages_are_put_together():
    draft = visit(web(answer(item(7)), 7)).drafts[0]
    assert (draft.key, draft.address, draft.title) == ("7", f"{SITE}/presse/7.php", "Meldung 7")
    assert "Der ganze Text der Meldung 7" in draft.body
    assert draft.published.at == datetime(2026, 11, 2, 23, tzinfo=UTC)
    assert draft.labels == (Label("topline", "Kultur"),)
    assert (draft.summary, draft.found["summary"]) == ("Anriss 7 der Meldung.", "path teaser.text")
    assert draft.found["published"] == "path teaser.date"
    assert draft.found["key"] == "path id"


def test_what_the_page_calls_the_article_becomes_an_alias():
    own = page(7).body.replace(b"<h1>", b'<h1 data-nid="4711">')
    answers = web(answer(item(7)))
    answers[f"{SITE}/presse/7.php"] = replace(page(7), body=own)
    draft = visit(answers).drafts[0]
    assert draft.key == "7"
    assert "4711" in draft.aliases


def test_a_body_in_the_answer_makes_the_page_unnecessary():
    asked = []
    harvest = visit(web(answer(item(7, html="<p>Alles &amp; mehr</p>"))), asked=asked, body="teaser.html")
    assert harvest.drafts[0].body == "<p>Alles &amp; mehr</p>"
    assert asked == [API]


def test_the_page_is_read_beside_a_body_where_that_is_wanted():
    asked = []
    visit(web(answer(item(7, html="<p>x</p>")), 7), asked=asked, body="teaser.html", article=True)
    assert asked == [API, f"{SITE}/presse/7.php"]


def test_pages_of_other_sites_are_not_read():
    asked = []
    links = ({"link": {"url": url}} for url in ("https://fremd.example/a", f"{SITE}/presse/2.php"))
    harvest = visit(web(answer(*(item(n, **more) for n, more in enumerate(links, 1))), 2), asked=asked)
    assert titles(harvest) == ["Meldung 1", "Meldung 2"]
    assert asked == [API, f"{SITE}/presse/2.php"]


def test_an_endpoint_on_another_host_names_its_site():
    api = "https://cms.example/v1/news"
    answers = {api: answer(item(2)), **web("", 2)}
    assert "Der ganze Text" in visit(answers, url=api, base=f"{SITE}/").drafts[0].body


@pytest.mark.parametrize(
    "there",
    [
        Response(f"{SITE}/presse/7.php", 200, {"content-type": "application/pdf"}, b"%PDF-1.7"),
        Response(f"{SITE}/presse/7.php", 200, {"content-type": "text/html"}, b"<main><p>Ohne.</p></main>"),
    ],
)
def test_an_article_whose_page_is_none_stands_as_the_answer_tells_it(there):
    harvest = visit({**web(answer(item(7))), f"{SITE}/presse/7.php": there})
    assert (titles(harvest), harvest.drafts[0].summary) == (["Meldung 7"], "Anriss 7 der Meldung.")
    assert len(harvest.problems) == 1
    assert harvest.complete


@pytest.mark.parametrize(("kind", "again"), [("missing", True), ("busy", True), ("gone", False)])
def test_an_article_whose_page_is_missing_is_not_passed_on(kind, again):
    place = f"{SITE}/presse/7.php"
    harvest = visit({**web(answer(item(7))), place: Failed(kind, "x", place, permanent=kind == "gone")})
    assert harvest.drafts == ()
    assert (place not in harvest.fingerprints) is again


# ---------------------------------------------------------------- what changed


def test_what_did_not_change_is_neither_read_nor_handed_over_again():
    answers = web(answer(item(1), item(2)), 1, 2)
    for rules in ({}, {"article": False}, {"article": False, "link": ""}, {"article": False, "id": ""}):
        known = visit(answers, **rules).fingerprints
        asked = []
        again = visit(answers, known, asked=asked, **rules)
        assert (again.drafts, again.items, again.complete) == ((), 2, True)
        assert asked == [API]
        changed = {**answers, API: answer(item(1), item(2, text="Berichtigt wurde die Zahl."))}
        assert titles(visit(changed, known, **rules)) == ["Meldung 2"]


def test_items_that_nothing_tells_apart_are_all_handed_over():
    answers = {API: answer(item(1), item(2))}
    harvest = visit(answers, id="", link="")
    assert titles(harvest) == ["Meldung 1", "Meldung 2"]
    assert titles(visit(answers, harvest.fingerprints, id="", link="")) == ["Meldung 1", "Meldung 2"]


def test_an_unchanged_answer_costs_one_request():
    asked = []
    answers = {API: Response(API, 200, {}, b"", unchanged=True)}
    assert visit(answers, asked=asked).unchanged
    assert asked == [API]


def test_another_look_is_had_at_pages_that_are_read_and_at_no_others():
    unchanged = {**web("", 7), API: Response(API, 200, {}, b"", unchanged=True)}
    due = [f"{SITE}/presse/7.php", "https://fremd.example/a"]
    asked = []
    assert titles(visit(unchanged, asked=asked, recheck=due)) == ["Meldung 7"]
    assert asked == [API, f"{SITE}/presse/7.php"]
    asked.clear()
    assert visit(unchanged, asked=asked, recheck=due, article=False).unchanged
    assert asked == [API]


def test_an_answer_that_is_none_fails_the_source():
    harvest = visit({API: '{"data": null, "errors": [{"message": "Unknown field"}]}'})
    assert (harvest.failed.kind, harvest.drafts) == ("unreadable", ())
    assert "Unknown field" in harvest.failed.reason
    assert visit({API: Failed("denied", "401", API)}).failed.kind == "denied"


# ---------------------------------------------------------------- how it is asked


def first_request(**settings) -> Request:
    return next(collect(source(**settings), Known(NOW)))


def test_a_post_carries_its_data_as_json_and_is_conditional():
    request = first_request(
        method="POST", data={"query": QUERY, "variables": {"page": "{page}", "after": "{cursor}"}}, next="n"
    )
    assert (request.method, request.url, request.conditional) == ("POST", API, True)
    assert json.loads(request.data) == {"query": QUERY, "variables": {"page": 1, "after": None}}
    assert request.headers == {"Content-Type": "application/json"}
    assert request.accept.startswith("application/json")


def test_text_is_sent_as_it_is_written():
    text = '{ "query": "{ news(first: 10, page: {page}) { id } }" }'
    request = first_request(method="POST", data=text, headers={"content-type": "application/graphql"}, pages=2)
    assert request.data.decode() == text.replace("{page}", "1")
    assert request.headers == {"content-type": "application/graphql"}


def test_a_secret_stays_sealed_until_it_is_sent(monkeypatch):
    monkeypatch.setenv("DUISBURG_TOKEN", "Bearer kanarienvogel-1")
    request = first_request(headers={"Authorization": "env:DUISBURG_TOKEN"})
    assert request.headers == {"Authorization": Secret("env", "DUISBURG_TOKEN")}
    assert "kanarienvogel" not in repr(request)


def test_another_post_is_another_page():
    one, other = (first_request(method="POST", data={"q": text}) for text in "ab")
    assert one.page != other.page
    assert one.page == first_request(method="POST", data={"q": "a"}).page
    assert first_request().page == API


# ---------------------------------------------------------------- further pages


def posted(answers: dict[int | str | None, str], where: str, **rules):
    """What a visit brings whose pages are told apart by a value in the data, and the values it asked for."""
    data = {"variables": {where: f"{{{where}}}"}}
    rules = {"method": "POST", "data": data, "article": False, "pages": 9, **rules}
    pages = {Request(API, method="POST", data=json.dumps({"variables": {where: value}}).encode()).page: text
             for value, text in answers.items()}  # fmt: skip
    requests = []
    harvest = visit(pages, requests=requests, **rules)
    return harvest, [json.loads(request.data)["variables"][where] for request in requests]


@pytest.mark.parametrize(
    ("where", "values", "rules"),
    [
        ("page", [1, 2, 3], {}),
        ("page", [0, 1, 2], {"page": 0}),
        ("offset", [0, 2, 4], {}),
    ],
)
def test_pages_are_counted_until_one_is_empty(where, values, rules):
    answers = dict(zip(values, [answer(item(1), item(2)), answer(item(3), item(4)), answer()], strict=True))
    harvest, asked = posted(answers, where, **rules)
    assert titles(harvest) == [f"Meldung {n}" for n in (1, 2, 3, 4)]
    assert asked == values
    assert (harvest.complete, harvest.items) == (True, 4)


def test_a_cursor_leads_from_page_to_page():
    answers = {None: answer(item(1), end="Y3/=="), "Y3/==": answer(item(2), end=None)}
    harvest, asked = posted(answers, "cursor", next="data.search.end")
    assert titles(harvest) == ["Meldung 1", "Meldung 2"]
    assert asked == [None, "Y3/=="]


def test_a_cursor_that_does_not_move_ends():
    harvest, asked = posted(
        {None: answer(item(1), end="a"), "a": answer(item(2), end="a")}, "cursor", next="data.search.end"
    )
    assert titles(harvest) == ["Meldung 1", "Meldung 2"]
    assert asked == [None, "a"]


def test_no_more_pages_are_read_than_allowed():
    answers = {n: answer(item(n)) for n in range(1, 9)}
    assert posted(answers, "page", pages=3)[1] == [1, 2, 3]


def test_reading_on_ends_where_a_page_brings_nothing_new():
    url = f"{SITE}/api?seite={{page}}"
    answers = {f"{SITE}/api?seite={n}": answer(item(n)) for n in (1, 2, 3)}
    rules = {"url": url, "article": False, "pages": 9}
    known = visit(answers, **rules).fingerprints
    asked = []
    answers[f"{SITE}/api?seite=1"] = answer(item(1, text="Neu gefasst."))
    visit(answers, known, asked=asked, **rules)
    assert asked == [f"{SITE}/api?seite=1", f"{SITE}/api?seite=2"]


@pytest.mark.parametrize(
    "following", ["?seite=2", "/api/graphql/?seite=2", f"{API}?seite=2", "http://duisburg.example/n?2"]
)
def test_next_may_be_an_address(following):
    place = following if "://" in following else f"{API}?seite=2"
    requests = []
    answers = {API: answer(item(1), more=following), place: answer(item(2))}
    rules = {"article": False, "next": "data.search.more", "pages": 5, "headers": {"Authorization": "env:X"}}
    assert titles(visit(answers, requests=requests, **rules)) == ["Meldung 1", "Meldung 2"]
    assert requests[1].url == place
    assert bool(requests[1].headers) is place.startswith(SITE)  # they go to the source's own origin alone


@pytest.mark.parametrize(
    ("following", "reason"),
    [
        ("https://fremd.example/n", "of another site"),
        ("Y3Vyc29y", "which is no address; a cursor needs {cursor} in url or data"),
        ("//[", "of another site"),
    ],
)
def test_a_next_that_leads_elsewhere_is_told_and_not_followed(following, reason):
    asked = []
    harvest = visit(
        {API: answer(item(1), more=following)}, asked=asked, article=False, next="data.search.more", pages=5
    )
    assert titles(harvest) == ["Meldung 1"]
    assert reason in harvest.problems[0].reason
    assert asked == [API]


def test_a_further_page_that_fails_is_a_problem_and_no_failure():
    answers = {1: answer(item(1)), 2: "<!doctype html><h1>Wartung</h1>"}
    harvest, _ = posted(answers, "page")
    assert titles(harvest) == ["Meldung 1"]
    assert not harvest.failed
    assert not harvest.complete


def test_what_the_endpoint_asks_for_in_words_is_followed():
    listed = answer(
        item(1, headline="Sperrfrist 24.11., 10 Uhr: Meldung 1"), item(2, headline="Pressetermin: Meldung 2")
    )
    for harvest in (visit({API: listed}, link=""), visit(web(listed, 1, 2))):
        first, second = harvest.drafts
        assert first.embargo == datetime(2026, 11, 24, 9, tzinfo=UTC)
        assert "Sperrfrist" not in first.title
        assert second.kind == "press-invitation"


# ---------------------------------------------------------------- the archive


def archive(pages=3):
    """Pages of two items, and an empty one behind them."""
    answers = {
        f"{API}?page={n}": answer(item(2 * n, date=f"0{9 - n}.11.2026"), item(2 * n + 1, date=f"0{9 - n}.11.2026"))
        for n in range(1, pages + 1)
    }
    return web("", *range(2, 2 * pages + 2), **answers, **{f"{API}?page={pages + 1}": answer()})


def walk(site, **more):
    rules = more.pop("rules", {})
    return walk_through(source(f"{API}?page={{page}}", **rules), site, media_type=JSON, **more)


def test_an_endpoint_is_walked_through_page_by_page_to_its_end():
    walked = walk(archive())
    assert walked.titles == [f"Meldung {n}" for n in range(2, 8)]
    assert (walked.walk.ended, walked.walk.pages) == ("empty", 3)


def test_a_walk_through_an_endpoint_ends_at_its_day():
    walked = walk(archive(), since=datetime(2026, 11, 6, 12, tzinfo=UTC))
    assert walked.titles == [f"Meldung {n}" for n in range(2, 6)]
    assert walked.walk.ended == "since"


def test_what_the_endpoint_says_stands_for_a_page_that_is_none():
    site = archive(1)
    site[f"{SITE}/presse/3.php"] = "<!doctype html><p></p>"
    assert walk(site).titles == ["Meldung 2", "Meldung 3"]


def test_items_without_pages_are_walked_through_as_they_are():
    walked = walk(archive(2), rules={"link": ""})
    assert len(walked.titles) == 4
    assert walked.asked == [f"{API}?page={n}" for n in (1, 2, 3)]
