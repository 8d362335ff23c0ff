from dataclasses import replace

import pytest

from syndicator.config import Config
from syndicator.ingest import identity
from syndicator.model import Draft, Harvest, Label, Selection
from syndicator.pipeline import filing
from syndicator.pipeline.filing import Rules, file_all_anew, settle
from syndicator.pipeline.record import Recorder
from syndicator.store import articles, facts
from tests.support.articles import T0, article
from tests.support.configs import BASE, a_config


def now():
    return T0


def edited(tmp_path, *changes: tuple[str, str]) -> Config:
    text = BASE
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return a_config(tmp_path, text)


NEW_LABEL = ('labels = ["Vielfalt", "Integration"]', 'labels = ["Vielfalt", "Umwelt"]')


def draft(number=1, **changes):
    values = {
        "key": str(number),
        "address": f"https://portal.example/{number}",
        "title": f"Nachricht {number}",
        "labels": (Label("tag", "Umwelt"),),
    }
    return Draft(**{**values, **changes})


async def record(store, config, *drafts, rules=None):
    rules = rules or Rules(config)

    def commit(db):
        recorder = Recorder(db, config.sources[0], rules, config.site.host, T0)
        recorder.record(Harvest(drafts=drafts))
        settle(db, rules, recorder.touched, T0)

    await store.write(commit)


async def live(store, **selection):
    return await store.read(articles.select, Selection(**selection))


async def test_edited_categories_reach_what_is_stored(store, config, tmp_path):
    await file_all_anew(store, Rules(config), now)
    await record(store, config, draft())
    assert await live(store, categories=("vielfalt",)) == ()
    assert await file_all_anew(store, Rules(edited(tmp_path, NEW_LABEL)), now) == 1
    assert len(await live(store, categories=("vielfalt",))) == 1
    assert await file_all_anew(store, Rules(edited(tmp_path, NEW_LABEL)), now) == 0


async def test_more_articles_than_fit_into_one_transaction_are_filed(store, config, tmp_path, monkeypatch):
    monkeypatch.setattr(filing, "_AT_ONCE", 3)
    await record(store, config, *map(draft, range(9)))
    assert await file_all_anew(store, Rules(edited(tmp_path, NEW_LABEL)), now) == 9


async def test_a_visit_that_ends_after_an_edit_leaves_nothing_filed_by_the_old_rules(store, config, tmp_path):
    await file_all_anew(store, Rules(config), now)
    after = edited(tmp_path, NEW_LABEL)
    await file_all_anew(store, Rules(after), now)
    await record(store, config, draft(1))  # by the old rules
    assert await live(store, categories=("vielfalt",)) == ()
    await record(store, after, draft(2))  # the next visit, of whatever source
    assert len(await live(store, categories=("vielfalt",))) == 2


async def test_what_such_a_visit_left_is_filed_at_the_next_start_at_the_latest(store, config, tmp_path):
    after = edited(tmp_path, NEW_LABEL)
    await file_all_anew(store, Rules(after), now)
    await record(store, config, draft(1))
    assert await file_all_anew(store, Rules(after), now) == 1
    assert await file_all_anew(store, Rules(after), now) == 0
    assert len(await live(store, categories=("vielfalt",))) == 1


async def test_going_back_to_the_old_rules_amid_a_walk_files_all_by_them(store, config, tmp_path, monkeypatch):
    monkeypatch.setattr(filing, "_AT_ONCE", 1)
    await file_all_anew(store, Rules(config), now)
    await record(store, config, draft(1), draft(2))
    calls = []

    def stop():
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return T0

    with pytest.raises(KeyboardInterrupt):
        await file_all_anew(store, Rules(edited(tmp_path, NEW_LABEL)), stop)
    assert len(await live(store, categories=("vielfalt",))) == 1
    await file_all_anew(store, Rules(config), now)
    assert await live(store, categories=("vielfalt",)) == ()


async def test_a_corrected_city_moves_its_articles_and_ends_its_feeds(store, config, tmp_path):
    await record(store, config, draft())
    assert await store.read(articles.cities) == ("Dortmund",)
    await file_all_anew(store, Rules(edited(tmp_path, ('city = "Dortmund"', 'city = "Dorsten"'))), now)
    assert await store.read(articles.cities) == ("Dorsten",)
    assert len(await live(store, cities=("Dorsten",))) == 1


async def test_edited_rights_reach_stored_articles_but_not_those_that_state_their_own(store, config, tmp_path):
    await record(store, config, draft(1), draft(2, rights="© Agentur", license="CC0-1.0"))
    rights = ('city = "Dortmund"', 'city = "Dortmund"\nrights = "© Stadt Dortmund"\nlicense = "CC-BY-4.0"')
    await file_all_anew(store, Rules(edited(tmp_path, rights)), now)
    told = {one.title: (one.rights, one.license) for one in await live(store)}
    assert told == {"Nachricht 1": ("© Stadt Dortmund", "CC-BY-4.0"), "Nachricht 2": ("© Agentur", "CC0-1.0")}
    await file_all_anew(store, Rules(config), now)
    told = {one.title: (one.rights, one.license) for one in await live(store)}
    assert told == {"Nachricht 1": ("", ""), "Nachricht 2": ("© Agentur", "CC0-1.0")}


async def test_articles_of_a_source_that_is_no_more_keep_what_they_had(store, config):
    gone = replace(article(1), source="herne", city="Herne", rights="© Herne")
    digest = identity.text_digest(gone.title, gone.summary, gone.body)
    await store.write(articles.insert, gone, (), digest, (), T0)
    await file_all_anew(store, Rules(config), now)
    (kept,) = await live(store)
    assert (kept.city, kept.rights) == ("Herne", "© Herne")


async def test_an_edit_that_moves_nothing_is_no_change(store, config, tmp_path):
    await record(store, config, draft())
    before = len(await store.read(articles.changes_after, 0))
    await file_all_anew(store, Rules(edited(tmp_path, ('title = "Vielfalt"', 'title = "Diversität"'))), now)
    assert len(await store.read(articles.changes_after, 0)) == before
    assert await store.read(facts.get_fact, "misfiled") == "[]"


OWN = """
[[feeds]]
name = "own"
title = "Own"
categories = ["vielfalt"]
query = "Rathaus OR Markt*"
without = { cities = ["Bochum"], kinds = ["press-invitation"], districts = ["Hörde"] }
"""


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({"title": "Im Rathaus"}, True),
        ({"title": "Marktfest"}, True),
        ({"title": "Nichts davon"}, False),
        ({"title": "Im Rathaus", "labels": (Label("tag", "Verkehr"),)}, False),
        ({"title": "Im Rathaus", "source": "bochum"}, False),
        ({"title": "Im Rathaus", "kind": "press-invitation"}, False),
        ({"title": "Im Rathaus", "district": "Hörde"}, False),
        ({"title": "Im Rathaus", "district": "Eving"}, True),
    ],
)
def test_an_article_is_filed_for_an_own_feed_when_it_meets_all_its_conditions(tmp_path, changes, held):
    rules = Rules(a_config(tmp_path, BASE + OWN))
    one = article(1, **{"labels": (Label("tag", "Vielfalt"),), **changes})
    _, filed = rules.file(one)
    assert ("?own" in filed) is held


def test_what_decides_of_an_own_feed_belongs_to_the_rules_and_its_looks_do_not(tmp_path):
    def fingerprint(text):
        return Rules(a_config(tmp_path, BASE + text)).fingerprint

    known = fingerprint(OWN)
    assert fingerprint(OWN.replace('["Bochum"]', '["Dortmund"]')) != known
    assert fingerprint(OWN.replace("Markt*", "Markt")) != known
    assert fingerprint(OWN.replace('title = "Own"', 'title = "Other"\nentries = 7\nformats = ["rss"]')) == known
