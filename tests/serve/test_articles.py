"""Pages of articles over HTTP: from a real store, by the service's own routes."""

import contextlib
import gzip
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from syndicator.errors import SyndicatorError
from syndicator.ingest import revise
from syndicator.model import Image
from syndicator.pipeline.pages import ArticlePages
from syndicator.serve import app
from syndicator.serve.shelf import Shelf
from syndicator.store import articles
from syndicator.store.database import Store
from tests.publish.checks import check_html, loaded
from tests.serve.serving import Server
from tests.support.articles import article
from tests.support.configs import BASE, a_config

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TEXT = article(
    title="Neues <Rathaus> & mehr",
    body='<h1>Oben</h1><p>Der Text.</p><figure><img src="https://www.dortmund.example/a.jpg" alt=""></figure>',
    images=(Image("https://www.dortmund.example/a.jpg", alt="Rathaus", credit="Stadt Y", license="CC-BY-4.0"),),
    license="CC-BY-4.0",
    rights="© Stadt Dortmund",
    city="Dortmund",
    categories=("vielfalt",),
)


class City:
    def __init__(self, server, store, config):
        self.server, self.store, self.config = server, store, config

    async def put(self, one=TEXT, filed=("vielfalt",)):
        await self.store.write(articles.insert, one, filed, f"d{one.id}", (), NOW)
        return f"/articles/{one.slug}"

    async def alter(self, act, n=1):
        def write(db):
            before = articles.by_number(db, n)
            articles.replace(db, before, act(before.article), before.filed, before.digest, NOW)

        await self.store.write(write)


@contextlib.asynccontextmanager
async def a_city(folder, text=BASE, **changes):
    config = a_config(folder, text)
    store = Store(config.store.path)
    pages = ArticlePages(store, lambda: config).page
    built = app.build(Shelf(folder), site=lambda: config.site, **{"pages": pages, **changes})
    runner = await app.start(built, "127.0.0.1", 0)
    try:
        yield City(Server(*runner.addresses[0][:2]), store, config)
    finally:
        await runner.cleanup()
        store.close()


@pytest.fixture
async def city(tmp_path):
    async with a_city(tmp_path) as made:
        yield made


async def test_a_page_says_what_the_article_says_and_where_it_comes_from(city):
    answer = await city.server.ask(await city.put())
    page = answer.body.decode()
    assert (answer.status, answer["Content-Type"], answer["Content-Language"]) == (
        200,
        "text/html; charset=utf-8",
        "de",
    )
    assert check_html(answer.body) == []
    for said in (
        '<h1 dir="auto">Neues &lt;Rathaus&gt; &amp; mehr</h1>',
        "<h2>Oben</h2><p>Der Text.</p>",
        "4. November 2019",
        "© Stadt Dortmund",
        "https://creativecommons.org/licenses/by/4.0/",
        "Bild: Stadt Y",
        "bei Stadt Dortmund",
        f'<link rel="canonical" href="{TEXT.address}">',
        f'href="{TEXT.address}">Zur Meldung',
        'href="/feeds/dortmund">Dortmund',
        'href="/feeds/vielfalt">Vielfalt',
    ):
        assert said in page, said
    linked = {TEXT.address, "https://creativecommons.org/licenses/by/4.0/"}  # which is told, not loaded
    assert {address for address in loaded(answer.body) if "://" in address} == linked


async def test_the_page_is_there_in_english_and_each_leads_to_the_other(city):
    path = await city.put(replace(TEXT, district="Hörde"))
    german, english = [await city.server.ask(path.replace("/articles/", f"/articles/{it}")) for it in ("", "en/")]
    assert (english.status, english["Content-Language"]) == (200, "en")
    assert check_html(english.body) == []
    page = english.body.decode()
    for said in (
        '<html lang="en">',
        '<article class="one" lang="de">',
        '<ul class="facts" lang="en">',
        "4 November 2019",
        "To the article at Stadt Dortmund",
        'lang="de"><a href="/feeds/en/dortmund">Dortmund',
        '<li lang="de">Hörde',
        f'<link rel="canonical" href="{TEXT.address}">',
        f'<link rel="alternate" hreflang="de" href="https://news.example{path}">',
        f'<a href="{path}" hreflang="de" lang="de">Deutsch</a>',
    ):
        assert said in page, said
    assert f'<a href="/articles/en/{TEXT.slug}" hreflang="en" lang="en">English</a>' in german.body.decode()
    await city.alter(lambda one: revise.retracted(one, NOW))
    gone = await city.server.ask(f"/articles/en/{TEXT.slug}")
    assert (gone.status, gone["Content-Language"]) == (410, "en")
    assert check_html(gone.body) == []
    assert "was withdrawn" in gone.body.decode()


async def test_machines_find_the_article_in_it(city):
    page = (await city.server.ask(await city.put(replace(TEXT, title="Ende </script><b>")))).body.decode()
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    said = json.loads(data)
    assert (said["@type"], said["headline"]) == ("NewsArticle", "Ende </script><b>")
    assert (said["datePublished"], said["mainEntityOfPage"]) == ("2019-11-04T11:00:00+01:00", TEXT.address)
    assert said["author"] == [{"@type": "Organization", "name": "Stadt Dortmund"}]


async def test_what_was_taken_back_is_gone_and_the_page_says_so(city):
    path = await city.put()
    await city.alter(lambda one: revise.retracted(one, NOW, "admin", "Falsche Zahlen."))
    answer = await city.server.ask(path)
    assert answer.status == 410
    assert check_html(answer.body) == []
    page = answer.body.decode()
    assert "wurde zurückgezogen" in page
    assert not [word for word in ("Rathaus", "Der Text", "Zahlen", "dortmund.example") if word in page]
    await city.alter(lambda one: replace(one, notice_until=None))  # and for ever
    assert (await city.server.ask(path)).status == 410
    await city.alter(lambda one: revise.released(one, NOW))
    assert (await city.server.ask(path)).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "held", "decided": "admin"},
        {"status": "embargoed", "embargo_until": NOW},
        {"status": "retracted", "decided": "source"},  # that was never out
    ],
)
async def test_what_nobody_may_see_is_answered_like_what_is_not_there(city, changes):
    hidden = await city.server.ask(await city.put(replace(TEXT, **changes)))
    missing = await city.server.ask("/articles/0123456789abcdef")
    assert (hidden.status, hidden.body) == (missing.status, missing.body)
    assert hidden.status == 404
    assert {name for name, _ in hidden.fields} == {name for name, _ in missing.fields}


@pytest.mark.parametrize(
    "name", ["1", "", "x", "0123456789ABCDEF", "0123456789abcdef0", "../store", "%00", "a/b", "fr/0123456789abcdef"]
)
async def test_other_names_are_no_pages(city, name):
    await city.put()
    assert (await city.server.ask(f"/articles/{name}")).status == 404


async def test_a_page_is_asked_for_again_only_when_it_changed(city):
    path = await city.put()
    first = await city.server.ask(path, Accept_Encoding="gzip")
    assert b"Der Text" in gzip.decompress(first.body)
    again = await city.server.ask(path, Accept_Encoding="gzip", If_None_Match=first["ETag"])
    assert (again.status, again.body, again["ETag"]) == (304, b"", first["ETag"])
    assert (await city.server.ask(path, If_None_Match=first["ETag"])).status == 200  # another coding
    await city.alter(lambda one: replace(one, title="Berichtigt"))
    changed = await city.server.ask(path, Accept_Encoding="gzip", If_None_Match=first["ETag"])
    assert changed.status == 200
    head = await city.server.ask(path, "HEAD")
    assert (head.status, head.body) == (200, b"")


async def test_the_same_page_is_answered_below_the_path_of_the_site(tmp_path):
    async with a_city(tmp_path, BASE.replace("https://news.example/", "https://news.example/stadt/")) as city:
        path = await city.put()
        assert (await city.server.ask(f"/stadt{path}")).status == (await city.server.ask(path)).status == 200
        assert (await city.server.ask("/stadt/articles/x")).status == 404
        assert (await city.server.ask("/stadt/andere")).status == 404


async def test_a_store_that_cannot_be_read_is_told(tmp_path):
    async def broken(_slug, _language):
        raise SyndicatorError("The database cannot be used.", "")

    async with a_city(tmp_path, pages=broken) as city:
        assert (await city.server.ask("/articles/0123456789abcdef")).status == 503


async def test_an_article_without_a_page_at_its_portal_is_its_own_original(city):
    page = (await city.server.ask(await city.put(replace(TEXT, address="", published=None)))).body.decode()
    assert f'<link rel="canonical" href="https://news.example/articles/{TEXT.slug}">' in page
    assert "ohne Datum" in page
    assert "Zur Meldung" not in page


def test_names_of_pages_stay_the_same_for_ever():
    assert article(7).slug == "42b1b29fb9aea280"
