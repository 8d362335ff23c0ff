"""Floods that keep HTML parsers busy for minutes. No time is asserted: what the parser is handed is small enough."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from syndicator.ingest.clean import plain, tidy
from syndicator.ingest.limits import ATTRIBUTES, DEPTH, LOOSE, bounded, without_scripts

FLOODS = {
    "nested": "<div>" * 50_000,
    "nested inline": "<span>" * 50_000,
    "names of their own": "".join(f"<x{n}>" for n in range(20_000)),
    "closed in vain": "<div><table></div></table>" * 10_000,
    "closed by a parent that cannot": "<span><div></span>" * 10_000,
    "formatting left open": "<a><div></a>" * 10_000,
    "form": "<form><div></form>" * 10_000,
    "tables": "<table><tr><td>" * 10_000,
    "lists": "<ul><li>" * 20_000,
    "in svg style": "<svg><style>" + "<g>" * 20_000,
    "after a title in a select": "<select><title></select>" + "<div>" * 20_000,
}


def depth(html: str) -> int:
    deepest, stack = 0, [(LexborHTMLParser(html).root, 0)]
    while stack:
        node, level = stack.pop()
        deepest = max(deepest, level)
        child = node.first_child
        while child is not None:
            stack.append((child, level + 1))
            child = child.next
    return deepest


@pytest.mark.parametrize("name", FLOODS)
def test_nesting_ends_at_the_limit(name):
    assert depth(bounded(FLOODS[name] + "Text")) <= 2 * DEPTH


@pytest.mark.parametrize(
    "tag",
    [
        "<div " + " ".join(f'a{n}="x"' for n in range(50_000)) + ">",
        '<div a=">" ' + " ".join(f"a{n}" for n in range(50_000)) + ">",
        "<div " + " ".join(f"a{n}='>'" for n in range(50_000)) + ">",
        "<div\n" + "/".join(f"a{n}" for n in range(50_000)) + ">",
        "<div a " + " ".join(f"<a{n}" for n in range(20_000)),
    ],
)
def test_attributes_end_at_the_limit(tag):
    nodes = LexborHTMLParser(bounded(f"{tag}<p>Text")).css("div")
    assert all(len(node.attributes) <= ATTRIBUTES for node in nodes)


def test_formatting_that_is_never_closed_is_not_multiplied():
    html = bounded("".join(f"<font color={n}>" for n in range(30_000)) + "<p>x" * 30_000)
    assert html.count("<font") == LOOSE
    assert html.count("<p>") == 30_000


def test_text_is_never_dropped():
    html = "".join(f"<div>{n} " for n in range(5_000))
    assert re.findall(r"\d+", plain(bounded(html))) == [str(n) for n in range(5_000)]


def test_an_ordinary_page_is_handed_on_untouched():
    html = "<main>" + '<p class="a" id=b>Text <b>fett</b><br><img src=x></p><ul><li>a<li>b</ul>' * 3_000 + "</main>"
    assert bounded(html) is html


@pytest.mark.parametrize(
    "name", sorted(FLOODS.keys() - {"in svg style", "after a title in a select"})
)  # there it is no text
def test_the_text_after_a_flood_is_still_there(name):
    assert "Text" in tidy(FLOODS[name] + "Text", "https://stadt.example/")


@pytest.mark.parametrize(
    "start", ["<!--", "<a ", '<a b="', "<a b='", "<a=", "</", "<title>", "<script></scrip", "&#", "<![CDATA[", "<?"]
)
def test_unfinished_markup_is_survived(start):
    assert isinstance(tidy(start * 50_000, "https://stadt.example/"), str)


LONG = "var navigation = [" + '{"title": "Rathaus"},' * 200 + "];"


def test_the_text_of_a_long_script_is_not_parsed():
    page = f"<head><script>{LONG}</script></head><body><p>Text</p><script type='text/javascript'>{LONG}</script></body>"
    assert without_scripts(page.encode()).decode() == (
        "<head><script></script></head><body><p>Text</p><script type='text/javascript'></script></body>"
    )


@pytest.mark.parametrize(
    "page",
    [
        "<p>Text</p>",
        "<script>brief()</script><p>Text</p>",
        f'<script type="application/ld+json">{LONG}</script><p>Text</p>',
        f"<!-- <script> --><p>{LONG}</p><script>brief()</script>",
        f"<script><!-- <script>{LONG}</script> --></script><p>Text</p>",
        f"<script>{LONG}",
        "<script",
    ],
    ids=["none", "brief", "JSON-LD", "in a comment", "with a comment", "without an end", "cut off"],
)
def test_what_may_be_more_than_a_script_stays(page):
    assert without_scripts(page.encode()).decode() == page
