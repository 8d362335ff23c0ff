"""What `add` writes down of how a list goes on and of its articles' ids, and when it had better not."""

from datetime import UTC, datetime

import pytest

from syndicator.config import ListRules
from syndicator.ingest.discovery.paging_rules import work_out_id, work_out_next
from syndicator.ingest.overview import read_overview

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOST = "https://stadt.example"
ADDRESSES = [f"/presse/{name}" for name in "abcdefghijkl"]


def page(addresses, bar, at="/presse/"):
    items = "".join(
        f'<article><h2><a href="{address}">Eine Meldung aus dem Rathaus: {address}</a></h2><time>20.11.2026</time></article>'
        for address in addresses
    )
    return f"<main>{items}{bar}</main>".encode(), f"{HOST}{at}", "text/html; charset=utf-8"


def found(first_bar, second_bar, second=ADDRESSES[5:10]):
    pages = (page(ADDRESSES[:5], first_bar), page(second, second_bar, "/presse/?seite=2"))
    return work_out_next(*pages, ListRules(item="article"), "Europe/Berlin", NOW)


NEXT = '<a rel="next" href="/presse/?seite=2">Weiter</a>'
BACK = '<a rel="prev" href="/presse/">Zurück</a>'


@pytest.mark.parametrize(
    ("first", "second", "selector"),
    [
        (NEXT, BACK, "a[rel~=next]"),
        (
            '<div class="blaettern"><a class="seite-vor" href="/presse/?seite=2">Weiter</a></div>',
            f'<div class="blaettern">{BACK}<a class="seite-vor" href="/presse/?seite=3">Weiter</a></div>',
            ".seite-vor",
        ),
        (
            '<p class="bar"><a class="pfeil" href="/presse/?seite=2">Nächste Seite</a></p>',
            '<p class="bar"><a class="pfeil" href="/presse/">Vorige Seite</a></p>',
            "",  # the class would lead back
        ),
        (
            '<p class="bar"><b>1</b> <a href="/presse/?seite=2">2</a> <a href="/presse/?seite=3">3</a></p>',
            '<p class="bar"><a href="/presse/">1</a> <b>2</b> <a href="/presse/?seite=3">3</a></p>',
            "",
        ),
    ],
    ids=["relation", "class", "class of both", "numbers"],
)
def test_the_link_to_the_next_page_is_named_where_it_leads_nowhere_else(first, second, selector):
    assert found(first, second) == selector  # that the list goes on is sure without a name as well


@pytest.mark.parametrize("second", [ADDRESSES[:5], ADDRESSES[:4], []], ids=["the same", "less of the same", "nothing"])
def test_a_second_page_that_lists_nothing_new_is_none(second):
    assert found(NEXT, BACK, second) is None


def test_a_list_without_a_next_page_has_no_rule():
    assert found("", "") is None


def rule(*addresses):
    body, *place = page(addresses, "")
    return work_out_id(read_overview(body, *place, ListRules(item="article"), "Europe/Berlin", NOW).teasers)


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        ([f"/nachricht.jsp?nid={n}&rubrik=7" for n in (605731, 605802, 605911)], "nid"),
        ([f"/artikel/{n}-neues-vom-rat" for n in (98765, 98766, 98801)], r"//(\d{4,12})[-_.][^/]*$/"),
        ([f"/meldungen/pressemeldung_{n}.de.html" for n in (1412345, 1412377, 1412398)], r"/[-_.,=](\d{4,12})(?:\.[a-z]{2,5}){0,2}/?$/"),
        ([f"/presse/{n}/" for n in (47110, 47112, 47119)], r"//(\d{4,12})/?$/"),
        ([f"/presse/2026/{name}" for name in ("a-b-c", "d-e-f", "g-h-i")], ""),  # a year is no id
        ([f"/artikel/{n}-neues" for n in (98765, 98766)], ""),  # two tell nothing
        (["/artikel/98765-neues", "/artikel/98766-neues", "/artikel/ohne-nummer"], ""),
    ],
)  # fmt: skip
def test_what_names_an_article_in_its_address_is_named_where_all_of_a_list_have_it(addresses, expected):
    assert rule(*addresses) == expected
