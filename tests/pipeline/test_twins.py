"""Twins from the harvest to the published bytes, with a real store and a real folder."""

import json
import tomllib
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlite_utils import Database

from syndicator.config import Source
from syndicator.ingest.likeness import MARKS
from syndicator.ingest.reading.feed import read_feed
from syndicator.model import Draft, Harvest, Label, Moment, Selection
from syndicator.pipeline.explain import explain
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.publish import Publisher
from syndicator.pipeline.record import Recorder
from syndicator.pipeline.twins import pair_waiting
from syndicator.publish.targets.folder import Folder
from syndicator.store import articles
from syndicator.store.database import Store, connect
from syndicator.store.schema import migrations
from tests.publish.checks import ATOM, CHECKS
from tests.support.configs import BASE, a_config

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TEXTS = tomllib.loads((Path(__file__).parents[1] / "ingest" / "likeness.toml").read_text(encoding="utf-8"))["texts"]
MORE = """
[[sources]]
name = "dortmund-gesundheitsamt"
title = "Gesundheitsamt Dortmund"
city = "Dortmund"
kind = "feed"
url = "https://portal.example/gesundheitsamt/"

[[sources]]
name = "herne"
title = "Stadt Herne"
city = "Herne"
kind = "feed"
url = "https://herne.example/feed.xml"

[[feeds]]
name = "dortmund-und-bochum"
title = "Dortmund und Bochum"
cities = ["Dortmund", "Bochum"]
"""


def paragraphs(name):
    return [f"<p>{part}</p>" for part in TEXTS[name]["body"].strip().split("\n\n")]


def draft(key, text="netzwerk", hours=0.0, **changes):
    """An article of this text, published `hours` before now."""
    title, body = TEXTS[text]["title"], "".join(paragraphs(text))
    values = {
        "key": str(key),
        "address": f"https://portal.example/{key}",
        "title": title,
        "body": body,
        "published": Moment(NOW - timedelta(hours=hours), "minute", "feed"),
    }
    values |= changes
    return Draft(**values)


class Town:
    """A store, what is recorded into it, and what a publisher makes of it."""

    def __init__(self, folder: Path) -> None:
        self.config = a_config(folder, BASE + MORE)
        self.store = Store(self.config.store.path)
        self.folder = Folder(self.config.publish.folder)
        self.publisher = Publisher(self.config, self.store, [self.folder], lambda: NOW, {}, self.folder)
        self.rules = Rules(self.config)

    async def bring(self, source, *drafts, withdrawn=(), now=NOW):
        return await self.store.write(record, self.config, source, self.rules, drafts, withdrawn, now)

    async def change(self, key, **changes):
        await self.store.write(change, key, changes)

    async def publish(self):
        return await self.publisher.publish()

    async def shows(self, feed):
        """Per entry of a published feed: its key, and the titles of the links to its twins; the same in all formats."""
        await self.publish()
        files = {name: self.folder.read(f"{feed}.{name}") for name in ("atom", "rss", "json", "html")}
        assert all(CHECKS[name](body) == [] for name, body in files.items())
        entries = etree.fromstring(files["atom"]).findall(f"{ATOM}entry")
        items = etree.fromstring(files["rss"]).findall("channel/item")
        shown = [(key_of(entry.findtext(f"{ATOM}id")), related(entry)) for entry in entries]
        assert shown == [(key_of(item.findtext("guid")), related(item)) for item in items]
        said = [(item["id"], item["_syndicator"].get("alternates", [])) for item in json.loads(files["json"])["items"]]
        assert [(key_of(iri), len(twins)) for iri, twins in said] == [(key, len(twins)) for key, twins in shown]
        assert files["html"].decode().count("<li>Auch bei ") + files["html"].decode().count("<li>Auch als ") == sum(
            len(twins) for _, twins in shown
        )
        return shown

    async def close(self):
        self.folder.close()
        self.store.close()


def record(db, config, source, rules, drafts, withdrawn=(), now=NOW):
    chosen: Source = next(block for block in config.sources if block.name == source)
    tally = Recorder(db, chosen, rules, config.site.host, now).record(Harvest(drafts=drafts, withdrawn=withdrawn))
    while pair_waiting(db, now):
        pass
    return tally


def change(db: Database, key, changes):
    n = db.execute("SELECT n FROM articles WHERE key = ?", [key]).fetchone()[0]
    before = articles.by_number(db, n)
    articles.replace(db, before, replace(before.article, **changes), before.filed, before.digest, NOW)


def key_of(iri):
    return iri.rpartition("/")[2]


def related(entry):
    return [link.get("title") for link in entry.findall(f"{ATOM}link") if link.get("rel") == "related"]


@pytest.fixture
async def town(tmp_path):
    made = Town(tmp_path)
    yield made
    await made.close()


# ---------------------------------------------------------------- what readers see


async def test_a_release_of_two_cities_is_shown_once_where_both_are_and_stays_in_each_citys_feed(town):
    await town.bring("dortmund", draft("d", hours=5))
    await town.bring("bochum", draft("b", hours=2, title="Wir machen weiter"))
    assert await town.shows("all") == [("d", ["Stadt Bochum"])]
    assert await town.shows("dortmund-und-bochum") == [("d", ["Stadt Bochum"])]
    assert await town.shows("dortmund") == [("d", [])]
    assert await town.shows("bochum") == [("b", [])]


async def test_the_one_that_was_published_first_is_shown_whichever_came_first(town):
    await town.bring("bochum", draft("b", hours=2))
    assert await town.shows("all") == [("b", [])]
    await town.bring("dortmund", draft("d", hours=5))
    assert await town.shows("all") == [("d", ["Stadt Bochum"])]


async def test_three_cities_name_two_others(town):
    for source, key, hours in (("herne", "h", 1), ("dortmund", "d", 5), ("bochum", "b", 30)):
        await town.bring(source, draft(key, hours=hours))
    assert await town.shows("all") == [("b", ["Stadt Dortmund", "Stadt Herne"])]
    assert await town.shows("dortmund-und-bochum") == [("b", ["Stadt Dortmund"])]


async def test_a_twin_outside_of_a_category_is_neither_shown_nor_named_in_it(town):
    await town.bring("dortmund", draft("d", hours=5))
    await town.bring("bochum", draft("b", hours=2, labels=(Label("feed", "Vielfalt"),)))
    await town.bring("herne", draft("h", hours=1, labels=(Label("feed", "Vielfalt"),)))
    assert await town.shows("vielfalt") == [("b", ["Stadt Herne"])]
    assert await town.shows("all") == [("d", ["Stadt Bochum", "Stadt Herne"])]


async def test_a_twin_that_a_selection_leaves_out_stands_for_no_other(town):
    await town.bring("dortmund", draft("d", hours=5, language="en"))
    await town.bring("bochum", draft("b", hours=2, language="de"))
    await town.bring("herne", draft("h", hours=1, language="de"))
    (shown,) = await town.store.read(articles.select, Selection(languages=("de",)))
    assert (shown.key, [twin.city for twin in shown.alternates]) == ("b", ["Herne"])
    (shown,) = await town.store.read(articles.select, Selection(sources=("herne",), cities=("Herne", "Bochum")))
    assert (shown.key, shown.alternates) == ("h", ())


async def test_two_sections_of_one_city_are_shown_once_in_its_feed_too(town):
    await town.bring("dortmund", draft("d", "hitze", hours=5))
    await town.bring("dortmund-gesundheitsamt", draft("g", "hitze", hours=2, title="Tipps gegen die Hitze"))
    assert await town.shows("dortmund") == [("d", ["Gesundheitsamt Dortmund"])]
    assert await town.shows("all") == [("d", ["Gesundheitsamt Dortmund"])]


async def test_one_source_that_lists_a_release_twice_is_shown_once_with_the_other_headline(town):
    await town.bring("dortmund", draft("1", hours=2), draft("2", hours=1, title="Netzwerk bleibt bestehen"))
    assert await town.shows("dortmund") == [("1", ["Netzwerk bleibt bestehen"])]
    assert "Auch als <a" in town.folder.read("dortmund.html").decode()


async def test_what_comes_each_week_is_news_each_week(town):
    await town.bring("dortmund", *(draft(week, "markt", hours=week * 168) for week in range(3)))
    assert await town.shows("all") == [("0", []), ("1", []), ("2", [])]


async def test_a_feed_is_filled_though_twins_are_passed_over(town):
    texts = ["netzwerk", "hitze", "radweg", "theater", "foerderung"]
    for source in ("dortmund", "bochum", "herne"):
        await town.bring(source, *(draft(f"{source}-{text}", text, hours=5) for text in texts))
    selected = await town.store.read(articles.select, Selection(limit=4))
    assert [len(shown.alternates) for shown in selected] == [2, 2, 2, 2]
    everything = await town.store.read(articles.select, Selection(limit=50))
    assert len(everything) == len(texts)
    assert everything[:4] == selected


async def test_an_alternate_without_a_page_is_named_without_a_link(town):
    await town.bring("dortmund", draft("d", hours=5))
    await town.bring("bochum", draft("b", address="", hours=2))
    await town.publish()
    assert "Auch bei Stadt Bochum" in town.folder.read("all.html").decode()
    (item,) = json.loads(town.folder.read("all.json"))["items"]
    (twin,) = item["_syndicator"]["alternates"]
    assert (key_of(twin["id"]), twin["city"], "url" in twin) == ("b", "Bochum", False)
    assert b'rel="related"' not in town.folder.read("all.atom")


async def test_who_reads_a_joint_feed_does_not_take_the_twin_for_another_address_of_the_article(town):
    await town.bring("dortmund", draft("d", hours=5))
    await town.bring("bochum", draft("b", hours=2))
    await town.publish()
    for name in ("atom", "rss", "json"):
        harvest = read_feed(town.folder.read(f"all.{name}"), "https://x.example/", "", "Europe/Berlin", NOW)
        assert [(read.address, read.aliases) for read in harvest.drafts] == [("https://portal.example/d", ())]


async def test_explain_says_which_twin_stands_in_an_articles_place(town):
    await town.bring("dortmund", draft("d", hours=5))
    await town.bring("bochum", draft("b", hours=2))
    stored = await town.store.read(articles.by_number, 2)
    told = await town.store.read(explain, town.config, stored)
    feeds = {standing.feed.name: standing for standing in told.feeds}
    assert feeds["bochum"].position == 1
    assert "the same text stands there as tag:news.example,2026:dortmund/d," in feeds["all"].reason


# ---------------------------------------------------------------- changes


async def test_when_the_one_shown_is_retracted_the_other_takes_its_place(town):
    await town.bring("dortmund", draft("d", hours=5, original_id="urn:x:d"))
    await town.bring("bochum", draft("b", hours=2))
    await town.publish()
    await town.bring("dortmund", withdrawn=("urn:x:d",))
    assert "all.atom" in (await town.publish()).written
    assert await town.shows("all") == [("b", []), ("d", [])]  # which is the notice of that
    assert await town.shows("dortmund") == [("d", [])]


async def test_a_retracted_alternate_is_named_no_longer(town):
    await town.bring("dortmund", draft("d", hours=5))
    await town.bring("bochum", draft("b", hours=2))
    await town.publish()
    await town.change("b", status="retracted")
    assert await town.shows("all") == [("d", [])]
    await town.change("b", status="live")
    assert await town.shows("all") == [("d", ["Stadt Bochum"])]


@pytest.mark.parametrize("status", ["embargoed", "held"])
@pytest.mark.parametrize("hours", [1, 9])
async def test_a_twin_that_may_not_be_seen_yet_leaves_no_trace(town, status, hours):
    await town.bring("dortmund", draft("d", hours=5))
    await town.bring("bochum", draft("b", hours=hours, title="Streng geheim"))
    await town.change("b", status=status)
    assert await town.shows("all") == [("d", [])]
    files = (town.folder.read(f"all.{name}") for name in ("atom", "rss", "json", "html"))
    assert not any(b"geheim" in body or b"portal.example/b" in body for body in files)
    await town.change("b", status="live")
    assert await town.shows("all") == ([("d", ["Stadt Bochum"])] if hours < 5 else [("b", ["Stadt Dortmund"])])


async def test_a_text_that_is_corrected_into_another_is_a_twin_no_longer(town):
    await town.bring("dortmund", draft("d", hours=5))
    await town.bring("bochum", draft("b", hours=2))
    await town.publish()
    await town.bring("bochum", draft("b", "radweg", hours=2))
    assert await town.shows("all") == [("b", []), ("d", [])]
    await town.bring("bochum", draft("b", hours=2))
    assert await town.shows("all") == [("d", ["Stadt Bochum"])]


async def test_a_corrected_headline_is_that_of_the_alternate_too(town):
    await town.bring("dortmund", draft("1", hours=2), draft("2", hours=1, title="Netzwek bleibt"))
    await town.publish()
    await town.bring("dortmund", draft("2", hours=1, title="Netzwerk bleibt"))
    assert await town.shows("all") == [("1", ["Netzwerk bleibt"])]


async def test_a_feed_is_rendered_again_when_two_of_its_articles_become_twins_by_a_third(town):
    whole = paragraphs("netzwerk")
    await town.bring("dortmund", draft("d", body="".join(whole[:2]), hours=3))
    await town.bring("bochum", draft("b", body="".join(whole[2:]), hours=2))
    assert await town.shows("dortmund-und-bochum") == [("b", []), ("d", [])]
    await town.bring("herne", draft("h", hours=5))
    assert await town.shows("dortmund-und-bochum") == [("d", ["Stadt Bochum"])]
    await town.bring("herne", draft("h", "radweg", hours=5))
    assert await town.shows("dortmund-und-bochum") == [("b", []), ("d", [])]


async def test_a_page_that_lost_its_text_is_compared_by_the_one_that_is_kept(town):
    await town.bring("dortmund", draft("d", hours=5))
    await town.bring("bochum", draft("b", hours=2))
    await town.bring("bochum", draft("b", hours=2, body="", summary=" ".join(TEXTS["radweg"]["body"].split())))
    assert await town.shows("all") == [("d", ["Stadt Bochum"])]


async def test_a_fault_in_looking_for_twins_keeps_no_article_out(town, caplog):
    await town.bring("dortmund", draft("d", hours=5))
    await town.store.write(lambda db: db.execute("UPDATE sketches SET sketch = x'00'"))
    await town.bring("bochum", draft("b", hours=2))
    assert await town.shows("all") == [("b", []), ("d", [])]
    assert "Twins could not be looked for" in caplog.text


async def test_a_text_that_one_source_has_again_and_again_is_a_form_of_words(town):
    await town.bring("dortmund", *(draft(n, hours=n / 10) for n in range(4)))
    await town.bring("bochum", draft("b", hours=2))
    assert [twins for _, twins in await town.shows("all")] == [[]] * 5


# ---------------------------------------------------------------- in whatever order


SOURCES = ("dortmund", "bochum", "herne", "dortmund-gesundheitsamt")
VERSIONS = {
    "whole": [0, 1, 2, 3],
    "first": [0, 1],
    "last": [2, 3],
    "other": None,
}
ARRIVALS = st.lists(
    st.tuples(
        st.sampled_from(SOURCES),
        st.sampled_from(sorted(VERSIONS)),
        st.integers(0, 220),
        st.sampled_from(sorted(VERSIONS)),
    ),
    min_size=2,
    max_size=7,
)


@contextmanager
def a_store():
    with TemporaryDirectory() as folder:
        db = Database(connect(Path(folder) / "store.db"))
        migrations.apply(db)
        config = a_config(Path(folder), BASE + MORE)
        yield db, config, Rules(config)
        db.conn.close()


def version(key, name, hours):
    if (kept := VERSIONS[name]) is None:
        return draft(key, "radweg", hours)
    whole = paragraphs("netzwerk")
    return draft(key, hours=hours, body="".join(whole[n] for n in kept))


def groups(db):
    sql = "SELECT one.key, group_concat(other.key) FROM twin_groups JOIN articles AS one ON one.n = leader JOIN articles AS other ON other.n = article GROUP BY leader"
    return {leader: frozenset(keys.split(",")) for leader, keys in db.execute(sql)}


@settings(max_examples=25, deadline=None)
@given(ARRIVALS, st.randoms(use_true_random=False))
def test_the_same_articles_are_grouped_the_same_in_whatever_order_they_come(arrivals, chance):
    """Some come with another text first and are corrected later."""
    numbered = [(f"{n}", *arrival) for n, arrival in enumerate(arrivals)]
    steps = [(key, source, first, hours) for key, source, _, hours, first in numbered]
    chance.shuffle(steps)
    last = [(key, source, final, hours) for key, source, final, hours, _ in numbered]
    with a_store() as (db, config, rules), a_store() as (other, other_config, other_rules):
        for key, source, name, hours in last:
            record(db, config, source, rules, (version(key, name, hours),))
        for key, source, name, hours in steps:
            record(other, other_config, source, other_rules, (version(key, name, hours),))
        chance.shuffle(last)
        for key, source, name, hours in last:
            record(other, other_config, source, other_rules, (version(key, name, hours),))
        assert groups(db) == groups(other)
        (shown, others) = (articles.select(each, Selection()) for each in (db, other))
        assert {(one.key, tuple(twin.id for twin in one.alternates)) for one in shown} == {
            (one.key, tuple(twin.id for twin in one.alternates)) for one in others
        }


# ---------------------------------------------------------------- what it costs


@pytest.fixture
def store():
    with a_store() as opened:
        yield opened


WORDS = ["".join(chr(97 + (n * 2_654_435_761 >> shift) % 26) for shift in (3, 8, 13, 18, 23)) for n in range(2000)]


def alone(key, hours=0.0):
    """An article with a text of its own."""
    body = " ".join(Random(key).choices(WORDS, k=90))
    return draft(key, hours=hours, title=f"Meldung {key}", body=f"<p>{body}</p>")


def steps(db, act):
    """How many thousands of SQLite's own steps `act` takes."""
    taken = 0

    def tick():
        nonlocal taken
        taken += 1

    db.conn.set_progress_handler(tick, 100)
    act()
    db.conn.set_progress_handler(None, 0)
    return taken


def test_an_article_costs_no_more_when_more_are_stored(store):
    db, config, rules = store

    def bring(*numbers):
        record(db, config, "dortmund", rules, tuple(alone(n, n / 100) for n in numbers))

    db.execute("BEGIN")
    bring(*range(50))
    few = steps(db, lambda: bring(*range(50, 60)))
    bring(*range(60, 1500))
    assert steps(db, lambda: bring(*range(1500, 1510))) <= few * 1.2


def test_an_article_without_twins_takes_a_handful_of_statements(store):
    db, config, rules = store
    record(db, config, "dortmund", rules, tuple(map(alone, range(30))))
    said = []
    db.conn.set_trace_callback(said.append)
    record(db, config, "dortmund", rules, tuple(map(alone, range(30, 60))))
    db.conn.set_trace_callback(None)
    of_twins = [sql for sql in said if "marks" in sql or "sketches" in sql or "twin" in sql]
    inserted = [sql for sql in of_twins if sql.startswith("INSERT")]
    assert len(inserted) == 30 * (2 + MARKS)
    assert len(of_twins) - len(inserted) <= 2 * 30 + 6


def test_every_question_is_answered_from_an_index(store):
    db, config, rules = store
    record(db, config, "dortmund", rules, (draft("d", hours=5),))
    said = []
    db.conn.set_trace_callback(said.append)
    record(db, config, "bochum", rules, (draft("b"),))
    articles.select(db, Selection())
    articles.select(db, Selection(filed="?own"))
    db.conn.set_trace_callback(None)
    asked = [sql for sql in said if ("twin" in sql or "marks" in sql or "sketches" in sql) and "SELECT" in sql]
    assert len(asked) > 8
    for sql in asked:
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
        scans = [line for line in plan if line.startswith("SCAN") and "json_each" not in line and "(" not in line]
        assert not scans or "ORDER BY article LIMIT" in sql, sql  # a few from the beginning of the table
        walked = sql.lstrip().startswith("SELECT filings.sort_at")
        assert not (walked and any("TEMP B-TREE" in line for line in plan)), sql


def test_a_flood_of_one_text_is_bounded(store):
    db, config, rules = store
    db.execute("BEGIN")

    def bring(start, number):
        record(db, config, "dortmund", rules, tuple(draft(start + n, hours=n / 1000) for n in range(number)))

    bring(0, 200)
    many = steps(db, lambda: bring(1000, 10))
    bring(2000, 600)
    assert steps(db, lambda: bring(5000, 10)) <= many * 1.5
    assert len(articles.select(db, Selection(limit=50))) == 50


def test_sketches_are_forgotten_when_nothing_can_be_their_twin_any_more(store):
    db, config, rules = store
    record(db, config, "dortmund", rules, tuple(map(alone, range(20))))
    later = NOW + timedelta(days=90)
    moved = tuple(replace(alone(n), published=Moment(later, "minute", "feed")) for n in range(100, 110))
    record(db, config, "dortmund", rules, moved, now=later)
    assert db.execute("SELECT count(*), min(article) FROM sketches").fetchone() == (10, 21)
    assert db.execute("SELECT count(*) FROM marks").fetchone() == (10 * MARKS,)


def test_twins_stay_twins_when_their_sketches_are_forgotten(store):
    db, config, rules = store
    record(db, config, "dortmund", rules, (draft("d", hours=5),))
    record(db, config, "bochum", rules, (draft("b"),))
    record(db, config, "dortmund", rules, tuple(map(alone, range(3))), now=NOW + timedelta(days=90))
    assert db.execute("SELECT count(*) FROM sketches").fetchone() == (3,)
    assert groups(db) == {"d": {"d", "b"}}
