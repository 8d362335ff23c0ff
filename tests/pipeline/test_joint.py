"""A joint feed: what several instances publish of the same articles, whatever way and in whatever order these came to each."""

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlite_utils import Database

from syndicator.config import planned_feeds
from syndicator.ingest.identity import words
from syndicator.ingest.reading.feed import read_feed
from syndicator.model import Draft, Harvest, Label, Moment, Selection
from syndicator.pipeline import render
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.record import Recorder
from syndicator.pipeline.twins import pair_waiting
from syndicator.store import articles
from syndicator.store.database import connect
from syndicator.store.schema import migrations
from syndicator.text import slug
from tests.pipeline.test_twins import TEXTS, paragraphs
from tests.publish.checks import ATOM
from tests.support.configs import a_config

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CITIES = ("Dortmund", "Bochum", "Herne")
JOINT = "integration-interkommunal"
MEDIA_TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}
# Clocks differ, and so do the words by which each files its own.
SKEW = dict(zip(CITIES, (timedelta(0), timedelta(seconds=50), timedelta(seconds=-70)), strict=True))
KEYWORDS = dict(zip(CITIES, ('"Netzwerk*", "Einbürgerung*"', '"Sirenen", "Einbürgerung*"', '"Radweg*"'), strict=True))
VOCABULARY = "https://vokabular.example/themen"


def toml(city):
    sources = [(f"{slug(of)}-von-{slug(by)}", of, by) for of in CITIES for by in CITIES if city not in {of, by}]
    return f"""
[site]
title = "Nachrichten aus {city}"
url = "https://{slug(city)}.example/"
publisher = "Stadt {city}"
contact = "presse@{slug(city)}.example"

[[sources]]
name = "portal"
title = "Stadt {city}"
city = "{city}"
kind = "sitemap"
url = "https://www.{slug(city)}.example/sitemap.xml"
rights = "© Stadt {city}"

[categories.vielfalt]
title = "Vielfalt in {city}"
labels = ["Integration"]
keywords = [{KEYWORDS[city]}]
scheme = "{VOCABULARY}"
term = "integration"

[[feeds]]
name = "{JOINT}"
title = "Integration.Interkommunal"
categories = ["vielfalt"]
entries = 5
""" + "".join(
        f"""
[[sources]]
name = "{name}"
city = "{of}"
kind = "feed"
url = "https://{slug(by)}.example/feeds/{slug(of)}.atom"
"""
        for name, of, by in sources
    )


def release(key, text, hours, *, precision="minute", city="", label="Integration", **changes):
    at = NOW - timedelta(hours=hours)
    if precision == "day":
        at = at.replace(hour=0, minute=0)
    values = {
        "key": str(key),
        "address": f"https://www.{slug(city)}.example/{key}",
        "title": f"{TEXTS[text]['title']} in {city}",
        "body": "".join(paragraphs(text)),
        "published": Moment(at, precision, "list"),
        "labels": (Label("topline", label),) if label else (),
    }
    return Draft(**{**values, **changes})


def brought(city):
    """What the portal of a city brings, in harvests: twins, days without an hour, no date at all, one that is yet to come."""
    yield [
        release("beta", "netzwerk", 5, city=city),
        release("alpha", "einbuergerung", 30, precision="day", city=city, label=""),
    ]
    yield [
        release(2, "warntag", 28, precision="day", city=city),
        release(1, "radweg", 26, precision="day", city=city, label="Verkehr"),
    ]
    yield [release(10, "hitze", 0, city=city, published=None)]
    yield [release(9, "markt", -60, precision="second", city=city)]
    yield [replace(release("beta", "netzwerk", 5, city=city), title=f"Berichtigt: {city}")]
    yield [replace(release(2, "warntag", 28, precision="day", city=city), withdrawn=city == "Bochum")]


class Instance:
    """One city's store, and what it publishes."""

    def __init__(self, city: str, folder: Path, empty: Database) -> None:
        folder.mkdir()
        self.city, self.config = city, a_config(folder, toml(city))
        self.rules = Rules(self.config)
        self.db = Database(connect(folder / "store.db"))
        empty.conn.backup(self.db.conn)
        self.waiting = list(brought(city))
        self.now = NOW + SKEW[city]

    def read_portal(self):
        if self.waiting:
            self.record("portal", Harvest(drafts=tuple(self.waiting.pop(0))))

    def read(self, other: "Instance", of: str, form: str):
        body = other.feed(slug(of), form)
        harvest = read_feed(body, f"https://{slug(other.city)}.example/", MEDIA_TYPES[form], "Europe/Berlin", self.now)
        assert isinstance(harvest, Harvest), harvest
        self.record(f"{slug(of)}-von-{slug(other.city)}", harvest)

    def record(self, source, harvest):
        self.now += timedelta(seconds=7)
        block = next(one for one in self.config.sources if one.name == source)
        with self.db.conn:
            self.db.conn.execute("BEGIN IMMEDIATE")
            Recorder(self.db, block, self.rules, self.config.site.host, self.now).record(harvest)
            while pair_waiting(self.db, self.now):
                pass

    def feed(self, name, form="json"):
        feed = next(one for one in planned_feeds(self.config, articles.cities(self.db)) if one.name == name)
        shown = articles.select_for_feed(self.db, feed.selection)
        document = render.document(feed, shown, self.config, NOW)
        return render.formats.available()[form].render(document)

    def joint(self):
        """Of each entry of the joint feed what has to be the same everywhere."""
        items = json.loads(self.feed(JOINT))["items"]
        live = [item for item in items if "withdrawn" not in item["_syndicator"]]
        return [
            (
                item["id"],
                item["title"],
                item["summary"],
                words(item["content_html"]),
                item["_syndicator"]["rights"],
                item["_syndicator"]["city"],
                sorted(twin["id"] for twin in item["_syndicator"].get("alternates", [])),
            )
            for item in live
        ]


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    database = Database(connect(tmp_path_factory.mktemp("empty") / "store.db"))
    migrations.apply(database)
    yield database
    database.conn.close()


@contextmanager
def instances(empty):
    with TemporaryDirectory() as folder:
        made = {city: Instance(city, Path(folder) / slug(city), empty) for city in CITIES}
        try:
            yield made
        finally:
            for one in made.values():
                one.db.conn.close()


def settle(made, form):
    """All read all, until nobody has anything new."""
    for one in made.values():
        while one.waiting:
            one.read_portal()
    for _ in range(3):
        for one in made.values():
            for of in CITIES:
                for other in made.values():
                    if one.city not in {of, other.city}:
                        one.read(other, of, form)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("portal"), st.sampled_from(CITIES)),
        st.tuples(st.just("feed"), st.permutations(CITIES), st.booleans(), st.sampled_from(sorted(MEDIA_TYPES))),
    ),
    max_size=30,
)


@settings(max_examples=6, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # shrinking takes minutes
@given(STEPS, st.sampled_from(sorted(MEDIA_TYPES)))
def test_all_cities_publish_the_same_joint_feed_whatever_came_when_from_where(empty, steps, form):
    with instances(empty) as made:
        for step in steps:
            if step[0] == "portal":
                made[step[1]].read_portal()
                continue
            _, (reader, other, third), passed_on, form = step
            made[reader].read(made[other], third if passed_on else other, form)
        settle(made, form)
        dortmund, bochum, herne = (one.joint() for one in made.values())
    assert dortmund == bochum == herne
    assert len(dortmund) == 5
    assert sum(len(entry[-1]) for entry in dortmund) >= 2


def entry(instance, feed, number):
    """What three formats say of the categories of one entry: (scheme, term) each."""
    (item,) = (one for one in json.loads(instance.feed(feed))["items"] if one["id"].endswith(f"/{number}"))
    beyond = item["_syndicator"]
    said = [(term["scheme"], term["name"]) for term in (*beyond.get("categories", []), *beyond.get("labels", []))]
    atom = next(
        one for one in etree.fromstring(instance.feed(feed, "atom")).iter(f"{ATOM}entry") if one[0].text == item["id"]
    )
    rss = next(
        one for one in etree.fromstring(instance.feed(feed, "rss")).iter("item") if one.findtext("guid") == item["id"]
    )
    in_atom = [(one.get("scheme"), one.get("term")) for one in atom.iter(f"{ATOM}category")]
    in_rss = [(one.get("domain"), one.text) for one in rss.iter("category")]
    assert set(said) <= set(in_atom)
    assert {term for term in said if VOCABULARY in term[0]} <= set(in_rss)
    return said


def test_the_common_term_is_published_and_a_chain_keeps_the_terms_of_the_first(empty):
    with instances(empty) as made:
        dortmund, bochum, herne = made.values()
        for _ in range(2):
            dortmund.read_portal()
        assert entry(dortmund, "vielfalt", 2) == [
            ("https://dortmund.example/#category", "vielfalt"),
            (VOCABULARY, "integration"),
            ("https://dortmund.example/#topline", "Integration"),
        ]
        bochum.read(dortmund, "Dortmund", "atom")
        herne.read(bochum, "Dortmund", "rss")
        theirs = entry(herne, "vielfalt", 2)
        assert ("https://herne.example/#category", "vielfalt") in theirs
        assert (VOCABULARY, "integration") in theirs
        assert ("https://dortmund.example/#topline", "Integration") in theirs
        assert not [term for term in theirs if "bochum" in term[0]]


def test_the_lists_order_of_one_day_is_kept_and_told(empty):
    with instances(empty) as made:
        dortmund, bochum, _ = made.values()
        for _ in range(2):
            dortmund.read_portal()
        bochum.read(dortmund, "Dortmund", "json")
        order = [
            [item["id"].rpartition("/")[2] for item in json.loads(one.feed("dortmund"))["items"]]
            for one in made.values()
        ]
        assert order[:2] == [["beta", "2", "1", "alpha"]] * 2


def test_what_a_feed_dates_alike_stands_in_the_order_of_its_ids_whichever_came_first(empty):
    with instances(empty) as made:
        at = Moment(NOW - timedelta(days=1), "day", "feed published")
        drafts = [
            Draft(str(n), "", f"Meldung {n}", published=at, original_id=f"tag:stadt.example,2026:{n}", city="Witten")
            for n in (9, 10, 11)
        ]
        for one, order in zip(made.values(), ((0, 1, 2), (2, 1, 0), (1, 2, 0)), strict=True):
            source = next(block.name for block in one.config.sources if block.kind == "feed")
            for n in order:
                one.record(source, Harvest(drafts=(drafts[n],)))
            shown = articles.select(one.db, Selection())
            assert [article.title for article in shown] == ["Meldung 11", "Meldung 10", "Meldung 9"]


def test_a_partners_own_term_is_mapped_and_an_edit_files_what_is_stored_anew(empty):
    with instances(empty) as made:
        dortmund, bochum, _ = made.values()
        dortmund.read_portal()
        dortmund.read_portal()
        bochum.read(dortmund, "Dortmund", "atom")
        before = entry(bochum, "all", 1)
        text = toml("Bochum").replace(
            '[[sources]]\nname = "dortmund-von-herne"',
            '[sources.terms]\nVerkehr = "vielfalt"\n\n[[sources]]\nname = "dortmund-von-herne"',
        )
        edited = Rules(a_config(Path(bochum.config.path).parent, text))
        assert edited.fingerprint != bochum.rules.fingerprint
        (stored,) = (one for one in articles.in_order_of_arrival(bochum.db, 0, 99) if one.article.key.endswith("/1"))
        assert (before[0], edited.file(stored.article)[1]) == (
            ("https://dortmund.example/#topline", "Verkehr"),
            ("vielfalt",),
        )
