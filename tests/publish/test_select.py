from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.model import Change, Facets, Feed, Selection, Without
from syndicator.publish.select import matches, touched, why_not

HERE = Facets(("vielfalt", "verkehr"), "Dortmund", "Hörde", "dortmund", "de", "news", live=True)


def facets(categories=("vielfalt",), city="Dortmund", *, live=True):
    return Facets(tuple(categories), city, "", city.lower(), "de", "news", live)


def names(feeds, *changes):
    return [feed.name for feed in touched(feeds, changes)]


FEEDS = (
    Feed("all", "", Selection()),
    Feed("vielfalt", "", Selection(categories=("vielfalt",))),
    Feed("verkehr", "", Selection(categories=("verkehr",))),
    Feed("dortmund", "", Selection(cities=("Dortmund",))),
    Feed("bochum", "", Selection(cities=("Bochum",))),
    Feed("dortmund-vielfalt", "", Selection(cities=("Dortmund",), categories=("vielfalt",))),
    Feed("joint", "", Selection(cities=("Dortmund", "Bochum"), query="Integration")),
)


def test_a_selection_matches_when_each_of_its_conditions_does():
    wanted = Selection(("verkehr",), ("Bochum", "Dortmund"), ("Hörde",), ("dortmund",), ("de",), ("news",))
    assert matches(wanted, HERE)
    assert matches(Selection(), HERE)
    others = {
        "categories": ("kultur",),
        "cities": ("Bochum",),
        "districts": ("Eving",),
        "sources": ("bochum",),
        "languages": ("en",),
    }
    for name, value in (others | {"kinds": ("press-invitation",)}).items():
        assert not matches(Selection(**{name: value}), HERE)


def test_what_is_not_live_matches_nothing():
    assert not matches(Selection(), facets(live=False))


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        (Selection(), ""),
        (Selection(("verkehr",), ("Dortmund",)), ""),
        (Selection(without=Without(cities=("Bochum",))), ""),
        (
            Selection(without=Without(categories=("verkehr", "vielfalt"), sources=("dortmund",))),
            "its category is vielfalt and verkehr, which the feed leaves out; its source is dortmund, which the feed leaves out",
        ),
        (Selection(cities=("Bochum", "Essen")), "its city is Dortmund, not Bochum or Essen"),
        (Selection(("kultur",)), "none of vielfalt, verkehr is kultur"),
        (
            Selection(languages=("en",), kinds=("press-invitation",)),
            "its language is de, not en; its kind is news, not press-invitation",
        ),
        (Selection(cities=("A", "B", "C", "D")), "its city is Dortmund, not one of the 4 that the feed takes"),
    ],
)
def test_a_selection_says_in_words_why_it_does_not_hold_an_article(selection, reason):
    filed = replace(HERE, categories=(*HERE.categories, "?own"))
    assert why_not(selection, filed) == reason
    assert why_not(selection, replace(filed, live=False)) == (reason or "the article is not live")


def test_what_an_article_lacks_is_said_so():
    bare = Facets((), "Dortmund", "", "dortmund", "", "news", live=True)
    assert why_not(Selection(("kultur",), languages=("de",)), bare) == (
        "it has no category, and the feed takes kultur; it has no language, and the feed takes de"
    )
    assert why_not(Selection(("kultur",)), replace(bare, categories=("?Wort",))).startswith("it has no category")


def test_of_a_query_only_who_knows_the_text_can_tell():
    assert matches(Selection(query="Wort"), HERE)
    assert why_not(Selection(query="Wort"), HERE, answers=False) == "headline and text do not answer its query Wort"


def test_what_is_filed_for_a_feed_is_what_the_feed_holds():
    own = Selection(("verkehr",), query="Wort", filed="?own")
    assert not matches(own, HERE)
    assert matches(own, replace(HERE, categories=("verkehr", "?own")))
    feeds = (*FEEDS, Feed("own", "", own))
    there = facets(["verkehr", "?own"], "Herne")
    assert names(feeds, Change(1, "a", None, there)) == ["all", "verkehr", "own"]
    assert names(feeds, Change(1, "a", None, facets(["verkehr"], "Herne"))) == ["all", "verkehr"]


def test_a_new_article_touches_its_feeds_in_the_order_given():
    assert names(FEEDS, Change(1, "a", None, facets())) == ["all", "vielfalt", "dortmund", "dortmund-vielfalt", "joint"]


def test_a_change_of_category_touches_the_feed_it_leaves_and_the_one_it_enters():
    moved = Change(1, "a", facets(["vielfalt"]), facets(["verkehr"]))
    assert {"vielfalt", "verkehr"} <= set(names(FEEDS, moved))


def test_a_retraction_touches_the_feeds_that_held_the_article():
    assert names(FEEDS, Change(1, "a", facets(), facets(live=False))) == [
        "all",
        "vielfalt",
        "dortmund",
        "dortmund-vielfalt",
        "joint",
    ]


def test_an_article_that_was_never_seen_touches_nothing():
    assert names(FEEDS, Change(1, "a", None, facets(live=False))) == []
    assert names(FEEDS) == []


CITIES = st.sampled_from(["Dortmund", "Bochum", "Essen"])
TOPICS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=2, unique=True).map(tuple)
FACETS = st.builds(lambda topics, city, live: facets(topics, city, live=live), TOPICS, CITIES, st.booleans())
TOWNS = st.lists(CITIES, max_size=2, unique=True).map(tuple)
SELECTIONS = st.builds(
    Selection, categories=TOPICS, cities=TOWNS, without=st.builds(Without, categories=TOPICS, cities=TOWNS)
)


@given(SELECTIONS, FACETS)
def test_there_is_a_reason_just_where_a_selection_does_not_match(selection, facets):
    assert bool(why_not(selection, facets)) != matches(selection, facets)


@given(st.lists(SELECTIONS, max_size=6), st.lists(st.tuples(st.none() | FACETS, FACETS), max_size=6))
def test_the_index_finds_what_comparing_everything_with_everything_finds(selections, steps):
    feeds = tuple(Feed(str(number), "", selection) for number, selection in enumerate(selections))
    changes = [Change(seq, "a", before, after) for seq, (before, after) in enumerate(steps)]
    sides = [side for change in changes for side in (change.before, change.after) if side is not None]
    plainly = {feed.name for feed, side in product(feeds, sides) if matches(feed.selection, side)}
    assert {feed.name for feed in touched(feeds, changes)} == plainly


def test_no_change_is_compared_with_a_feed_twice(monkeypatch):
    calls = []
    monkeypatch.setattr(
        "syndicator.publish.select.matches", lambda selection, side: calls.append(1) or matches(selection, side)
    )
    feeds = tuple(
        Feed(f"f{city}-{topic}", "", Selection((f"t{topic}",), (f"c{city}",)))
        for city in range(20)
        for topic in range(10)
    )
    changes = [Change(seq, "a", None, facets([f"t{seq % 10}"], f"c{seq % 20}")) for seq in range(10_000)]
    assert len(touched(feeds, changes)) == 20  # of 200, those whose city and topic meet
    assert len(calls) < 500  # not 2,000,000
