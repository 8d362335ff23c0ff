import pytest

from syndicator.pipeline.find import find, resembling
from syndicator.store import articles
from tests.support.articles import T0, article


def put(db, number, source, *aliases):
    stored = article(number, source=source, id=f"tag:news.example,2019:{source}/{number}")
    return articles.insert(db, stored, (), "digest", aliases, T0)


def numbers(db, text):
    return [stored.n for stored in find(db, text)]


@pytest.mark.parametrize(
    "text",
    [
        "tag:news.example,2019:dortmund/605731",
        "605731",
        "https://www.portal.example/nachricht.jsp?nid=605731",
        "http://portal.example/nachricht.jsp?nid=605731&utm_source=x",
        "portal.example/nachricht.jsp?nid=605731",
        " 605731\n",
        "1",
        "#1",
        "urn:uuid:4711",
    ],
)
def test_an_article_is_found_by_whatever_names_it(db, text):
    one = put(db, 605731, "dortmund", "key:605731", "url:portal.example/nachricht.jsp?nid=605731", "id:urn:uuid:4711")
    put(db, 2, "bochum", "key:2222", "url:portal.example/other")
    assert numbers(db, text) == [one]


@pytest.mark.parametrize(
    "text", ["", "#", "#3", "3", "99999999999999999999999", "https://portal.example/", "https://[", "²"]
)
def test_what_names_no_article_finds_none(db, text):
    put(db, 1, "dortmund", "key:4711", "url:portal.example/one")
    assert numbers(db, text) == []


def test_a_key_that_two_sources_use_finds_both(db):
    both = [put(db, 1, "dortmund", "key:4711"), put(db, 2, "bochum", "key:4711")]
    assert numbers(db, "4711") == both


def test_a_key_that_is_another_articles_number_finds_both_and_the_hash_sign_tells_them_apart(db):
    first = put(db, 1, "dortmund", "key:2")
    second = put(db, 2, "dortmund", "key:4711")
    assert (numbers(db, "2"), numbers(db, "#2")) == ([first, second], [second])


def test_an_id_means_its_own_article_though_another_has_it_for_an_alias(db):
    one = put(db, 1, "dortmund", "key:1")
    put(db, 2, "bochum", "id:tag:news.example,2019:dortmund/1")
    assert numbers(db, "tag:news.example,2019:dortmund/1") == [one]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Einbürgerung Rathaus", [3, 1]),
        ("EINBUERGERUNGSFEIER", [1]),
        ("einbuergerung-im-rathaus.html", [3, 1]),
        ("nichts davon", []),
        ("Rat", [3, 1]),
        ("Haus", []),
        ("im", []),
        ("", []),
    ],
)
def test_where_none_is_named_so_the_headlines_with_the_most_of_its_words_are_offered(db, text, found):
    for number, title in enumerate(
        ["Einbürgerungsfeier im Rathaus", "Baumfest", "Einbürgerung: neue Urkunden im Rathaus"], 1
    ):
        stored = article(number, title=title)
        articles.insert(db, stored, (), "digest", (), T0)
    assert [titled.n for titled in resembling(db, text)] == found


def test_no_more_than_five_are_offered_and_the_newest_first(db):
    for number in range(1, 8):
        articles.insert(db, article(number, title=f"Baumfest {number}"), (), "digest", (), T0)
    assert [titled.n for titled in resembling(db, "Baumfest")] == [7, 6, 5, 4, 3]
