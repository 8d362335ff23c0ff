"""Searches in a real store: what is found, what is never found, and how the index follows the articles."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.model import Selection
from syndicator.pipeline import search as searching
from syndicator.pipeline.search import Question, Refused, Searches, take_in_some
from syndicator.store import articles, search, twins
from syndicator.store.database import Store
from syndicator.store.schema import migrations
from tests.publish.checks import check_atom, check_html, check_json, check_rss, loaded
from tests.support.articles import T0, article


@pytest.fixture
def searches(store, config):
    return Searches(store, lambda: config)


async def put(store, *titles, **changes):
    return [
        await store.write(articles.insert, article(number, title=title, **changes), (), f"{title}{number}", (), T0)
        for number, title in enumerate(titles, start=1)
    ]


async def found(searches, q="", **conditions):
    pairs = [("q", q), *((key, value) for key, values in conditions.items() for value in values)]
    page = await searches.answer(Question.of(pairs), "json")
    return [item["title"] for item in json.loads(page.body)["items"]]


@pytest.mark.parametrize(
    ("q", "title"),
    [
        ("kooperation", "Städtekooperation im Revier"),
        ("STAEDTEKOOPERATION", "Städtekooperation im Revier"),
        ("kooperation städte", "Städtekooperation im Revier"),
        ("strasse", "Straße gesperrt"),
        ("integrationsrat", "Integrations-Rat tagt"),
        ("rat", "Integrations-Rat tagt"),
        ("bürgerinnen", "Bürger*innen wählen"),
        ('"runder tisch"', "Ein Runder Tisch für Vielfalt"),
        ('"runder tis*"', "Ein Runder Tisch für Vielfalt"),
        ("viel*", "Ein Runder Tisch für Vielfalt"),
        ("*falt", "Ein Runder Tisch für Vielfalt"),
        ("tisch vielfalt", "Ein Runder Tisch für Vielfalt"),
        ("nirgends OR tisch", "Ein Runder Tisch für Vielfalt"),
        ("tisch & vielfalt", "Ein Runder Tisch für Vielfalt"),
    ],
)
async def test_words_find_articles(store, searches, q, title):
    await put(store, "Städtekooperation im Revier", "Straße gesperrt", "Integrations-Rat tagt")
    await put(store, "Bürger*innen wählen", id="tag:4", body="<p>Heute.</p>", key="4")
    await put(store, "Ein Runder Tisch für Vielfalt", id="tag:5", key="5", body="<p>Heute.</p>")
    assert title in await found(searches, q)


@pytest.mark.parametrize("q", ['"tisch runder"', "isch*", "rund -tisch", "tisch -viel*", "tisch fehlt", "unde", "tis"])
async def test_what_does_not_answer_is_not_found(store, searches, q):
    await put(store, "Ein Runder Tisch für Vielfalt", body="", summary="")
    expected = ["Ein Runder Tisch für Vielfalt"] if q == "unde" else []  # four letters are found within a word
    assert await found(searches, q) == expected


async def test_the_newest_come_first_however_they_arrived(store, searches):
    for number in (3, 1, 4, 2):
        await store.write(articles.insert, article(number, title=f"Fest {number}"), (), str(number), (), T0)
    assert await found(searches, "fest") == ["Fest 4", "Fest 3", "Fest 2", "Fest 1"]
    assert (await found(searches, "fest"))[:2] == ["Fest 4", "Fest 3"]


async def test_within_a_minute_the_order_is_that_of_every_feed(store, searches):
    for number, second in ((1, 30), (2, 10), (3, 50), (4, 10)):
        at = T0.replace(second=second)
        await store.write(articles.insert, article(number, title=f"Fest {number}", sort_at=at), (), str(number), (), T0)
        await searches.catch_up()
    everything = [one.title for one in await store.read(articles.select, Selection())]
    assert await found(searches, "fest") == everything == ["Fest 3", "Fest 1", "Fest 4", "Fest 2"]


@pytest.mark.parametrize("status", ["held", "embargoed", "retracted"])
async def test_what_is_not_live_is_never_found(store, searches, status):
    await put(store, "Geheim", status=status)
    (n,) = await put(store, "Geheim bald", id="tag:2", key="2")
    assert await found(searches, "geheim") == ["Geheim bald"]
    await store.write(_change, n, status=status)
    assert await found(searches, "geheim") == []
    assert await found(searches, city=["dortmund"]) == []
    await store.write(_change, n, status="live")
    assert await found(searches, "geheim") == ["Geheim bald"]


def _change(db, n, digest="", **changes):
    before = articles.by_number(db, n)
    articles.replace(db, before, replace(before.article, **changes), before.filed, digest or before.digest, T0)


async def test_a_changed_article_is_found_by_its_new_words_alone_and_at_its_new_date(store, searches):
    one, _ = await put(store, "Altes Fest", "Neues Fest")
    assert await found(searches, "altes") == ["Altes Fest"]
    await store.write(_change, one, "new", title="Anderes Fest", sort_at=article(9).sort_at)
    assert await found(searches, "altes") == []
    assert await found(searches, "fest") == ["Anderes Fest", "Neues Fest"]


async def test_conditions_narrow_a_search_and_do_without_words(store, searches):
    await put(store, "Fest", "Markt")
    await put(store, "Fest", city="Bochum", source="bochum", district="Mitte", language="en", id="tag:3", key="3")
    assert await found(searches, "fest", city=["bochum"]) == ["Fest"]
    assert await found(searches, city=["Bochum"], language=["en"]) == ["Fest"]
    assert await found(searches, district=["Mitte"], source=["dortmund"]) == []
    assert len(await found(searches, city=["bochum", "dortmund"])) == 3


async def test_of_twins_that_answer_the_first_is_found_and_of_others_the_one_that_answers(store, searches):
    first, second = await put(store, "Radweg", "Radweg mit Ampel")
    await store.write(twins.lead, [first, second], {first: first, second: first})
    assert await found(searches, "radweg") == ["Radweg"]
    assert await found(searches, "ampel") == ["Radweg mit Ampel"]


async def test_what_was_stored_before_there_was_an_index_comes_in_step_by_step(tmp_path, config):
    with_index = Store(tmp_path / "store.db")
    await put(with_index, *(f"Fest {number}" for number in range(1, 8)))

    def as_before(db):
        for table in ("search", "search_pieces", "search_words", "searchable"):
            db.execute(f"DROP TABLE {table}")
        db.execute("DELETE FROM meta WHERE key IN ('searchable', 'search_below')")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm090_search'")

    await with_index.write(as_before)
    with_index.close()
    store = Store(tmp_path / "store.db")
    assert await store.read(search.behind) == 7
    assert await store.write(take_in_some, 3)
    assert [row[0] for row in await store.read(_indexed)] == [5, 6, 7]
    assert await found(Searches(store, lambda: config), "fest") == [f"Fest {number}" for number in range(7, 0, -1)]
    assert await store.read(search.behind) == 0
    store.close()


def _indexed(db):
    return db.execute("SELECT article FROM searchable ORDER BY article").fetchall()


async def test_while_the_index_is_far_behind_nobody_is_told_that_there_is_nothing(store, searches, monkeypatch):
    monkeypatch.setattr(searching, "_SOON", 1)
    await put(store, "Fest 1", "Fest 2")
    with pytest.raises(Refused) as refused:
        await found(searches, "fest")
    assert refused.value.later
    await searches.catch_up()
    assert await found(searches, "fest") == ["Fest 2", "Fest 1"]


async def test_changes_that_are_forgotten_unseen_are_made_up_for(store, searches):
    await put(store, "Fest 1", "Fest 2", "Fest 3")

    def forget(db):
        search.skip_changes_before(db, 3)
        articles.drop_changes_before(db, 3)

    await store.write(forget)
    assert len(await found(searches, "fest")) == 3


async def test_an_article_whose_words_stay_is_not_taken_in_again(store, searches):
    (n,) = await put(store, "Fest")
    await searches.catch_up()
    await store.write(articles.touch, n, T0)
    assert (await store.read(search.next_step, 9)).articles == ()


async def test_thousands_of_one_minute_find_a_place(store, searches, monkeypatch):
    monkeypatch.setattr(search, "SLOTS", 2)
    for number in range(1, 6):
        await store.write(articles.insert, article(number, title="Fest", sort_at=T0), (), str(number), (), T0)
    assert len(await found(searches, "fest")) == 5


@pytest.mark.parametrize(
    "pairs",
    [
        [("q", "x" * 201)],
        [("q", " ".join("abcdefghijk"))],
        [("q", "-fest")],
        [("q", "***")],
        [("q", "fest"), ("category", "gibtsnicht")],
        [("city", "Atlantis")],
        [("source", "x")],
        [("district", str(number)) for number in range(11)],
        [],
    ],
)
async def test_a_search_has_limits_and_says_which(searches, pairs):
    with pytest.raises(Refused) as refused:
        await searches.answer(Question.of(pairs), "atom")
    assert refused.value.sentence.endswith(".")
    assert not refused.value.later


async def test_a_search_that_takes_too_long_is_ended(store, searches, monkeypatch):
    await put(store, *(f"Fest {number}" for number in range(40)))
    await searches.catch_up()
    monkeypatch.setattr(searching, "_TIME", -1.0)
    monkeypatch.setattr(searching, "_TICK", 1)
    with pytest.raises(Refused):
        await found(searches, "fest")
    monkeypatch.undo()
    assert len(await found(searches, "fest")) == 40  # the connection is as it was


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(['"', "*", "OR", "NOT", "-", "(", "NEAR", "fest", "{", ":", "^"]), max_size=10).map(
        " ".join
    )
)
def test_no_input_is_an_operator_of_the_database(shared, q):
    try:
        wanted = searching.alternatives(q)
    except Refused:
        return
    expression = search.expression(shared, wanted)
    articles.select(shared, Selection(query=q), expression)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    from sqlite_utils import Database

    from syndicator.store.database import connect

    db = Database(connect(tmp_path_factory.mktemp("shared") / "store.db"))
    migrations.apply(db)
    articles.insert(db, article(1, title="Fest oder not near"), (), "1", (), T0)
    while take_in_some(db):
        pass
    yield db
    db.conn.close()


def test_the_order_and_spelling_of_conditions_make_no_other_search():
    one = Question.of([("city", "b"), ("q", "  x  y "), ("city", "a"), ("category", "")])
    assert one == Question.of([("city", "a"), ("city", "b"), ("city", "a"), ("q", "x y")])
    assert one.name == "search?q=x+y&city=a&city=b"


def test_a_query_that_nothing_was_filed_for_is_never_answered_without_its_words(shared):
    with pytest.raises(ValueError):
        articles.select(shared, Selection(query="Fest"))


async def test_the_same_store_gives_the_same_bytes(store, searches):
    await put(store, "Fest 1", "Fest 2")
    question = Question.of([("q", "fest")])
    for extension in ("atom", "rss", "json", "de", "en"):
        assert await searches.answer(question, extension) == await searches.answer(question, extension)


async def test_the_page_is_sound_and_loads_nothing_from_elsewhere(store, searches):
    await put(store, "Fest & <b>Markt</b>", "Fest 2", district="Hörde")
    for pairs in ([], [("q", "fest"), ("city", "dortmund"), ("district", "Hörde")], [("q", "nirgends")]):
        for language in ("de", "en"):
            body = (await searches.answer(Question.of(pairs), language)).body
            assert check_html(body) == []
            assert f'<html lang="{language}">' in body.decode()
            assert all(address.startswith(("/", "https://news.example/")) for address in loaded(body))


async def test_what_is_found_is_a_feed_that_the_strictest_reader_accepts(store, searches):
    await put(store, "Fest & <b>Markt</b>", "Fest 2")
    question = Question.of([("q", '"fest" OR markt -x"&<>'), ("city", "dortmund")])
    for extension, check in (("atom", check_atom), ("rss", check_rss), ("json", check_json)):
        assert check((await searches.answer(question, extension)).body) == []


async def test_the_title_says_what_was_asked_for_in_words_for_people(store, searches):
    question = Question.of([("q", "fest"), ("city", "dortmund"), ("category", "diversity")])
    feed = json.loads((await searches.answer(question, "json")).body)
    assert feed["title"] == "Suche: fest · Vielfalt · Dortmund"
