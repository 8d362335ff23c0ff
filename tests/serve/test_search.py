"""Searches over HTTP: a real server, a real store."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from syndicator.pipeline.search import Searches
from syndicator.serve import search as answering
from syndicator.serve.search import Search
from syndicator.serve.shelf import Shelf
from syndicator.store import articles
from tests.serve.serving import Server, serving, site
from tests.support.articles import T0, article
from tests.support.configs import a_config


class Counted(Searches):
    """Counts how many answers are made; `gate` holds them back."""

    def __init__(self, *args):
        super().__init__(*args)
        self.made = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def answer(self, *args):
        self.made += 1
        await self.gate.wait()
        return await super().answer(*args)


@pytest.fixture
def searches(store, tmp_path):
    config = a_config(tmp_path)
    return Counted(store, lambda: config)


@asynccontextmanager
async def answered(tmp_path, searches, url="https://news.example/") -> AsyncIterator[Server]:
    search = Search(searches, lambda: site(url))
    async with serving(Shelf(tmp_path), url=url, search=search.handle) as server:
        yield server


async def put(store, number, title, **changes):
    await store.write(articles.insert, article(number, title=title, **changes), (), f"d{number}", (), T0)


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [("atom", "application/atom+xml"), ("rss", "application/rss+xml"), ("json", "application/feed+json")],
)
async def test_a_search_is_a_feed_that_knows_its_own_address(tmp_path, store, searches, extension, media_type):
    await put(store, 1, "Städtekooperation")
    await put(store, 2, "Anderes")
    async with answered(tmp_path, searches) as server:
        answer = await server.ask(f"/feeds/search.{extension}?city=dortmund&q=kooperation")
    assert answer.status == 200
    assert answer["Content-Type"].startswith(media_type)
    text = answer.body.decode()
    assert "Städtekooperation" in text
    assert "Anderes" not in text
    ours = f"https://news.example/feeds/search.{extension}?q=kooperation&city=dortmund"
    assert ours in text.replace("&amp;", "&")
    assert "https://news.example/search?q=kooperation&city=dortmund" in text.replace("&amp;", "&")


async def test_what_has_not_changed_is_not_sent_again_and_not_looked_up_again(tmp_path, store, searches):
    await put(store, 1, "Fest")
    async with answered(tmp_path, searches) as server:
        first = await server.ask("/feeds/search.atom?q=fest", Accept_Encoding="gzip")
        again = await server.ask("/feeds/search.atom?q=fest", Accept_Encoding="gzip", If_None_Match=first["ETag"])
        assert (again.status, searches.made) == (304, 1)
        await put(store, 2, "Nichts davon")
        other = await server.ask("/feeds/search.atom?q=fest", Accept_Encoding="gzip", If_None_Match=first["ETag"])
        assert (other.status, searches.made) == (304, 2)
        await put(store, 3, "Noch ein Fest")
        new = await server.ask("/feeds/search.atom?q=fest", Accept_Encoding="gzip", If_None_Match=first["ETag"])
    assert new.status == 200
    assert new["ETag"] != first["ETag"]


async def test_who_asks_the_same_at_once_waits_for_one_answer(tmp_path, store, searches):
    await put(store, 1, "Fest")
    searches.gate.clear()
    async with answered(tmp_path, searches) as server:
        asking = [asyncio.create_task(server.ask("/feeds/search.atom?q=fest")) for _ in range(8)]
        while not searches.made:
            await asyncio.sleep(0.01)
        assert (await server.ask("/healthz")).status == 200
        searches.gate.set()
        answers = await asyncio.gather(*asking)
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert searches.made == 1


async def test_more_searches_than_can_wait_are_told_to_come_back(tmp_path, store, searches, monkeypatch):
    monkeypatch.setattr(answering, "_WAITING", 1)
    searches.gate.clear()
    async with answered(tmp_path, searches) as server:
        waiting = asyncio.create_task(server.ask("/feeds/search.atom?q=a"))
        while not searches.made:
            await asyncio.sleep(0.01)
        refused = await server.ask("/feeds/search.atom?q=b")
        searches.gate.set()
        assert (await waiting).status == 200
    assert refused.status == 503
    assert refused["Retry-After"]


async def test_answers_are_kept_within_a_limit(tmp_path, store, searches, monkeypatch):
    monkeypatch.setattr(answering, "_KEPT", 2)
    async with answered(tmp_path, searches) as server:
        for q in ("a", "b", "c", "c", "a"):
            assert (await server.ask(f"/feeds/search.json?q={q}")).status == 200
    assert searches.made == 4


@pytest.mark.parametrize("question", ["", "?q=-fest", "?q=" + "x" * 201, "?city=atlantis", "?q=" + "x" * 5000, "?x=y"])
async def test_what_cannot_be_answered_is_refused_without_an_echo(tmp_path, searches, question):
    async with answered(tmp_path, searches) as server:
        answer = await server.ask(f"/feeds/search.rss{question}")
    assert answer.status == 400
    assert b"xxx" not in answer.body
    assert b"atlantis" not in answer.body


async def test_people_get_a_form_and_what_they_searched_for(tmp_path, store, searches):
    await put(store, 1, "Fest & <b>Markt</b>")
    async with answered(tmp_path, searches) as server:
        form = await server.ask("/search")
        page = await server.ask("/search?q=fest+%3Cscript%3E&city=dortmund")
        found = await server.ask("/search?q=fest&city=dortmund")
    assert form.status == page.status == found.status == 200
    assert b'role="search"' in form.body
    assert b"<script" not in page.body
    text = found.body.decode()
    assert "Fest &amp; &lt;b&gt;Markt&lt;/b&gt;" in text
    assert '<option value="dortmund" selected>Dortmund' in text
    assert "https://news.example/feeds/search.atom?q=fest&amp;city=dortmund" in text


async def test_the_page_is_there_in_english_with_the_same_question(tmp_path, store, searches):
    await put(store, 1, "Fest")
    async with answered(tmp_path, searches) as server:
        german = await server.ask("/search?q=fest&city=dortmund")
        english = await server.ask("/feeds/en/search?q=fest&city=dortmund")
    assert (german["Content-Language"], english["Content-Language"]) == ("de", "en")
    said = english.body.decode()
    assert "<h1>Search: fest · Dortmund</h1>" in said
    assert 'action="/feeds/en/search"' in said
    assert "Read it here" in said
    assert '<a href="/search?q=fest&amp;city=dortmund" hreflang="de" lang="de">Deutsch</a>' in said
    assert 'href="/feeds/en/search?q=fest&amp;city=dortmund" hreflang="en"' in german.body.decode()


async def test_searches_are_answered_below_the_path_of_the_site_and_nowhere_else(tmp_path, store, searches):
    await put(store, 1, "Fest")
    async with answered(tmp_path, searches, "https://news.example/nachrichten/") as server:
        assert (await server.ask("/nachrichten/feeds/search.json?q=fest")).status == 200
        assert (await server.ask("/nachrichten/search?q=fest")).status == 200
        assert (await server.ask("/nachrichten/feeds/en/search?q=fest")).status == 200
        assert (await server.ask("/anders/search?q=fest")).status == 404
        assert (await server.ask("/feeds/search.pdf?q=fest")).status == 404
        assert (await server.ask("/feeds/search.html?q=fest")).status == 404


async def test_a_search_answers_head_and_no_other_method(tmp_path, store, searches):
    async with answered(tmp_path, searches) as server:
        head = await server.ask("/feeds/search.json?q=fest", "HEAD")
        post = await server.ask("/feeds/search.json?q=fest", "POST")
    assert (head.status, head.body) == (200, b"")
    assert post.status == 405


async def test_what_is_found_is_read_by_readers(tmp_path, store, searches):
    await put(store, 1, "Fest")
    async with answered(tmp_path, searches) as server:
        feed = json.loads((await server.ask("/feeds/search.json?q=fest")).body)
    assert feed["feed_url"] == "https://news.example/feeds/search.json?q=fest"
    assert [item["title"] for item in feed["items"]] == ["Fest"]
    assert feed["title"] == "Suche: fest"
