"""From a request that was counted to what a person is told of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from syndicator.model import Subscription
from syndicator.model.usage import Count, Counted, PartnerCount
from syndicator.pipeline import usage
from syndicator.pipeline.admin import AdminPages
from syndicator.serve.shelf import Shelf
from syndicator.serve.usage import Usage
from syndicator.store import subscribers
from syndicator.store import usage as stored
from syndicator.store.database import Store
from tests.publish.checks import check_html
from tests.serve.serving import file, serving
from tests.support.configs import BASE, a_config

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PARTNERS = """
[[partners]]
name = "bochum"
token = "env:BOCHUM"
url = "https://news.bochum.example/"
[[partners]]
name = "essen"
token = "env:ESSEN"
"""


@pytest.fixture
def config(tmp_path):
    return a_config(tmp_path, BASE + PARTNERS)


def counted(day=TODAY, **files: Count) -> Counted:
    named = {name.replace("_", "."): count for name, count in files.items()}
    return Counted(day, named, dict.fromkeys(named, 3))


def pulled(*articles: int, **more) -> PartnerCount:
    taken = {number.to_bytes(8): None for number in articles}
    return PartnerCount(**{"count": Count(1, 0, 100), "pulled": NOW, "articles": taken, **more})


def test_what_is_counted_adds_up_over_formats_and_days_and_is_forgotten_in_the_end(db, config):
    for day in (0, 0, 6, 7, 89):
        usage.save(db, counted(TODAY - timedelta(days=day), all_atom=Count(1, 2, 10, 20, 5), all_rss=Count(1)), ())
    use = usage.gather(db, config, TODAY)
    assert [(one.feed, one.count) for one in use.feeds] == [("all", Count(6, 6, 30, 60, 15))]
    assert use.feeds[0].pollers == 3
    usage.save(db, counted(TODAY + timedelta(days=30), all_atom=Count(1)), ())
    assert min(row[0] for row in db.execute("SELECT day FROM usage_days")) == TODAY.isoformat()[:4] + "-11-17"


def test_the_last_number_of_each_service_counts_and_feed_ids_are_added_up(db, config):
    def hear(day, **said):
        readers = {
            ("all.atom", name.partition("_")[0], name.partition("_")[2]): number for name, number in said.items()
        }
        usage.save(db, replace(counted(day, all_atom=Count(1)), readers=readers), ())

    hear(TODAY, feedly=12, feedbin_a=7, feedbin_b=2)
    hear(TODAY, feedly=13)
    hear(TODAY - timedelta(days=7), bazqux=100)  # too long ago
    (use,) = usage.gather(db, config, TODAY).feeds
    assert (use.subscribers, use.services) == (22, {"feedly": 13, "feedbin": 9})


def test_who_makes_up_services_fills_no_disk(db):
    said = {("all.atom", f"service{number}", ""): 5 for number in range(1000)}
    usage.save(db, replace(counted(all_atom=Count(1)), readers=said), ())
    assert db.execute("SELECT count(*) FROM usage_services").fetchone()[0] == 200
    usage.save(db, replace(counted(all_atom=Count(1)), readers={("all.atom", "service0", ""): 6}), ())
    assert db.execute("SELECT readers FROM usage_services WHERE service = 'service0'").fetchone()[0] == 6


async def test_who_makes_up_services_keeps_none_from_telling_how_many_read_by_it_now(tmp_path, monkeypatch):
    monkeypatch.setattr("syndicator.serve.usage._READERS", 2)
    counting, shelf = Usage(lambda: NOW), Shelf(tmp_path)
    shelf.put([file("all.atom")])
    async with serving(shelf, usage=counting) as server:
        for agent in (
            "Leser/1 (3 subscribers)",
            "Zwei/1 (1 subscribers)",
            "Drei/1 (1 subscribers)",
            "Leser/1 (4 subscribers)",
        ):
            await server.ask("/feeds/all.atom", User_Agent=agent)
    assert counting.drain().readers == {("all.atom", "leser", ""): 4, ("all.atom", "zwei", ""): 1}


def test_articles_are_new_to_a_partner_once_for_each_feed(db, config):
    names = ("bochum", "essen")
    for feed, articles in (("all", (1, 2)), ("all", (1, 2, 3)), ("vielfalt", (2,)), ("all", ())):
        usage.save(db, Counted(TODAY, partners={("bochum", feed): pulled(*articles)}), names)
    refused = PartnerCount(refused=2, refused_at=NOW, refusal="token")
    usage.save(db, Counted(TODAY, partners={("bochum", "all"): refused}), names)
    rows = {(row.partner, row.feed): row for row in usage.gather(db, config, TODAY).partners}
    assert {key: row.taken for key, row in rows.items()} == {
        ("bochum", "all"): 3,
        ("bochum", "vielfalt"): 1,
        ("essen", ""): 0,
    }
    assert (rows["bochum", "all"].pulled, rows["bochum", "all"].refused, rows["bochum", "all"].refusal) == (
        NOW,
        2,
        "token",
    )
    usage.save(db, Counted(TODAY, partners={("essen", "all"): pulled(1)}), ("essen",))
    assert {row.partner for row in stored.all_pulls(db)} == {"essen"}, "who is a partner no more leaves nothing behind"


def test_pushes_count_for_the_feed_and_for_the_partner_whose_callback_it_is(db, config):
    for n, (path, pushes) in enumerate((("all.atom", 4), ("all.rss", 3), ("vielfalt.atom", 0)), start=1):
        topic = subscribers.add_topic(db, f"https://news.example/feeds/{path}", path, "")
        for host, failures in (("news.bochum.example", n // 3), ("news.bochum.example:8443", 5), ("essen.example", 0)):
            subscription = Subscription(NOW, NOW + timedelta(days=9), "", 0, failures=failures)
            subscribers.save(db, topic.n, f"https://{host}/callback/{n}", host, subscription)
        subscribers.note_outcomes(db, (), {topic.n: pushes})
    use = usage.gather(db, config, TODAY)
    assert {one.feed: one.pushes for one in use.feeds} == {"all": 7, "vielfalt": 0}
    assert use.total.pushes == 7
    assert {(row.partner, row.feed): row.push for row in use.partners} == {
        ("bochum", "all"): "subscribed",
        ("bochum", "vielfalt"): "failing",
        ("essen", ""): "",
    }


async def test_each_request_is_counted_and_what_could_not_be_stored_is_not_lost(tmp_path):
    days = [NOW]
    counting = Usage(lambda: days[-1])
    shelf = Shelf(tmp_path)
    shelf.put([file("all.atom"), file("all.rss"), file("index.html", media_type="text/html; charset=utf-8")])
    async with serving(shelf, usage=counting) as server:
        whole = await server.ask("/feeds/all.atom", Accept_Encoding="gzip", User_Agent="A")
        await server.ask("/feeds/all.atom", If_None_Match=whole["ETag"], Accept_Encoding="gzip", User_Agent="A")
        await server.ask("/feeds/all.rss", User_Agent="B", X_Forwarded_For="192.0.2.7")
        await server.ask("/feeds/all.rss", User_Agent="B", X_Forwarded_For="192.0.2.8")
        await server.ask("/feeds/all.rss", "HEAD", User_Agent="C")
        await server.ask("/", User_Agent="D")
        await server.ask("/feeds/none.atom", User_Agent="E")
        first = counting.drain()
        counting.restore(first)
        again = counting.drain()
        assert (first.files, first.pollers) == (again.files, again.pollers)
        assert not counting.drain()
        days.append(NOW + timedelta(days=1))
        counting.drain()
        await server.ask("/feeds/all.atom", User_Agent="A")
        assert (counting.drain().day, again.day) == (TODAY + timedelta(days=1), TODAY)
    plain, coded = shelf.get("all.atom").variants["identity"], shelf.get("all.atom").variants["gzip"]
    assert again.files == {
        "all.atom": Count(1, 1, coded.length, coded.length, plain.length - coded.length),
        "all.rss": Count(2, 0, 2 * plain.length),
    }
    assert again.pollers == {"all.atom": 3, "all.rss": 3}


@pytest.mark.parametrize("language", ["de", "en"])
async def test_the_page_for_admins_is_whole_and_tells_of_sources_usage_and_partners(tmp_path, config, language):
    store = Store(config.store.path)
    try:
        readers = {("all.atom", "feedly", ""): 1212}
        many = {
            ("bochum", "all"): pulled(1, 2),
            ("bochum", ""): PartnerCount(refused=1, refused_at=NOW, refusal="token"),
        }
        batch = replace(counted(all_atom=Count(5, 4, 12_345_678)), readers=readers, partners=many)
        await store.write(usage.save, batch, ("bochum", "essen"))
        pages = AdminPages(store, lambda: config, lambda: {"essen": "the token is <too> short"}, lambda: NOW)
        page = await pages.page(language)
    finally:
        store.close()
    text = page.decode()
    assert check_html(page) == []
    assert f'<html lang="{language}">' in text
    german = language == "de"
    for said in (
        "Stadt Dortmund",
        "1.212" if german else "1,212",
        "12,3 MB" if german else "12.3 MB",
        "falscher Schlüssel" if german else "wrong token",
        "24.11.2026, 10:00" if german else "2026-11-24, 10:00",
        "the token is &lt;too&gt; short",
        "feedly",
    ):
        assert said in text
