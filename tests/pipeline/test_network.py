"""Cities that read each other: corrections, retractions and embargoes reach all, whatever way they take, and nothing goes round."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from syndicator.model import Moment
from syndicator.pipeline.watch import look_at_all
from syndicator.publish.formats import available
from tests.support.network import a_draft, a_network

FORMATS = ["atom", "rss", "json"]


@pytest.fixture
async def network(tmp_path):
    async with a_network(tmp_path, "arn", "bonn", "celle") as made:
        yield made


def chain(network, kind="atom"):
    """Celle reads Bonn, which reads Arn."""
    arn, bonn, celle = network["arn"], network["bonn"], network["celle"]
    bonn.reads({"arn": arn.feed(f"all.{kind}")})
    celle.reads({"bonn": bonn.feed(f"all.{kind}")})
    return arn, bonn, celle


def a_feed(*entries, head=""):
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:at="http://purl.org/atompub/tombstones/1.0"><id>urn:feed</id><title>F</title>'
        f"<updated>2026-03-02T08:00:00Z</updated>{head}{''.join(entries)}</feed>"
    )


def an_entry(id_, title, *, updated="2026-03-02T07:00:00Z", text="", source="", link=""):
    named = f'<source><id>{source}</id><title>S</title><link rel="self" href="{source}"/></source>' if source else ""
    body = text or f"Der Wortlaut von {title} ist lang genug, um einer zu sein."
    link = link or f"https://www.stadt.example/{id_.rpartition(':')[2]}"
    return (
        f'<entry><id>{id_}</id><title>{title}</title><updated>{updated}</updated><link href="{link}"/>'
        f"<content>{body}</content>{named}</entry>"
    )


async def tell(town, *entries, head=""):
    """What this town's address answers instead of its own feed."""
    town.site.says("/feeds/all.atom", a_feed(*entries, head=head), content_type="application/atom+xml")


# ---------------------------------------------------------------- corrections and provenance


@pytest.mark.parametrize("kind", FORMATS)
async def test_an_article_keeps_id_source_rights_and_licence_on_its_way_and_a_correction_follows(network, kind):
    arn, bonn, celle = chain(network, kind)
    await arn.brings(a_draft(1, network.clock()))
    await network.round()
    original, copy = await arn.article("Meldung 1"), await celle.article("Meldung 1")
    assert copy.id == original.id
    assert (copy.rights, copy.license) == ("© Stadt Arn", "https://creativecommons.org/licenses/by/4.0/")
    assert (copy.provenance.feed_url, copy.provenance.publisher) == (arn.feed(f"all.{kind}"), "Stadt Arn")
    assert (copy.updated, copy.published.at) == (original.updated, original.published.at)
    text = "<p>Berichtigt ist, was gestern falsch gesagt war; es bleibt beim Termin am Freitag.</p>"
    await arn.brings(a_draft(1, network.clock(), published=original.published, body=text))
    await network.round()
    revised = [await town.article("Meldung 1") for town in (arn, bonn, celle)]
    assert [(one.revision, one.body, one.updated.replace(microsecond=0)) for one in revised] == [
        (2, text, revised[0].updated)
    ] * 3


async def test_what_states_no_rights_is_not_given_those_of_who_passes_it_on(network):
    arn, _, celle = chain(network)
    await tell(arn, an_entry("tag:127.0.0.2,2026:x", "Ohne Angaben"))
    await network.round("bonn", "celle")
    copy = await celle.article("Ohne Angaben")
    assert copy.rights == "© Stadt Arn"
    network["bonn"].site.pages.clear()
    await tell(network["bonn"], an_entry("tag:far.example,2026:y", "Von fern", source="https://far.example/feed"))
    await network.round("celle")
    passed_on = await celle.article("Von fern")
    assert (passed_on.rights, passed_on.license) == ("", "")
    await celle.publishes()
    assert (
        b"Stadt Bonn</rights>" not in celle.folder.read("all.atom").partition(b"Von fern")[2].partition(b"</entry>")[0]
    )


async def test_an_older_copy_does_not_undo_a_newer_text(network):
    arn, bonn, _ = chain(network)
    for hour, text in ((7, "Erste Fassung, noch mit dem falschen Tag."), (8, "Zweite Fassung mit dem richtigen Tag.")):
        await tell(arn, an_entry("tag:127.0.0.2,2026:x", "Termin", updated=f"2026-03-02T0{hour}:00:00Z", text=text))
        network.clock.forward(hours=1)
        await bonn.visits("arn")
    await tell(arn, an_entry("tag:127.0.0.2,2026:x", "Termin", text="Erste Fassung, noch mit dem falschen Tag."))
    await bonn.visits("arn")
    stored = await bonn.article("Termin")
    assert ("Zweite" in stored.body, stored.revision) == (True, 2)


async def test_a_correction_that_leaves_updated_as_it_was_still_comes_and_so_does_the_next(network):
    arn, bonn, _ = chain(network)
    for text in (
        "Erste Fassung, mit Fehler.",
        "Zweite Fassung, mit anderem Fehler.",
        "Dritte Fassung, wie sie bleibt.",
    ):
        await tell(arn, an_entry("tag:127.0.0.2,2026:x", "Termin", text=text))
        network.clock.forward(hours=1)
        await bonn.visits("arn")
    stored = await bonn.article("Termin")
    assert ("Dritte" in stored.body, stored.revision) == (True, 3)


# ---------------------------------------------------------------- retractions and embargoes


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_retraction_goes_on_from_city_to_city_and_what_is_published_again_comes_back(network, kind):
    arn, bonn, celle = chain(network, kind)
    await arn.brings(a_draft(1, network.clock()), a_draft(2, network.clock()))
    await network.round()
    await arn.decides("retract", "Meldung 1")
    await network.round()
    assert [await town.titles() for town in (arn, bonn, celle)] == [["Meldung 2"]] * 3
    when = {(await town.article("Meldung 1")).updated.replace(microsecond=0) for town in (arn, bonn, celle)}
    assert len(when) == 1
    assert {one.article.title for one in await celle.stored()} == {"Meldung 1", "Meldung 2"}
    network.clock.forward(minutes=5)
    await arn.decides("release", "Meldung 1")
    risen = (await arn.article("Meldung 1")).updated
    await network.round()
    assert [await town.titles() for town in (arn, bonn, celle)] == [["Meldung 1", "Meldung 2"]] * 3
    assert (await celle.article("Meldung 1")).updated.replace(microsecond=0) == risen.replace(microsecond=0)


async def test_a_retraction_names_whose_it_is(network):
    arn, bonn, _ = chain(network)
    await arn.brings(a_draft(1, network.clock()))
    await network.round()
    await arn.decides("retract", "Meldung 1")
    await network.round()
    _, _, tombstone = bonn.folder.read("all.atom").partition(b"deleted-entry")
    assert f"<id>{arn.url}/feeds/all</id>".encode() in tombstone.partition(b"deleted-entry>")[0]


async def test_a_tombstone_spares_what_is_newer_than_itself(network):
    arn, bonn, _ = chain(network)
    await tell(arn, an_entry("tag:127.0.0.2,2026:x", "Bleibt", updated="2026-03-02T07:30:00Z"))
    await bonn.visits("arn")
    await tell(arn, '<at:deleted-entry ref="tag:127.0.0.2,2026:x" when="2026-03-02T07:00:00Z"/>')
    await bonn.visits("arn")
    assert await bonn.titles() == ["Bleibt"]
    await tell(arn, '<at:deleted-entry ref="tag:127.0.0.2,2026:x" when="2026-03-02T07:45:00Z"/>')
    await bonn.visits("arn")
    assert await bonn.titles() == []
    await tell(arn, an_entry("tag:127.0.0.2,2026:x", "Bleibt", updated="2026-03-02T07:30:00Z"))
    await bonn.visits("arn")
    assert await bonn.titles() == []
    await tell(arn, an_entry("tag:127.0.0.2,2026:x", "Bleibt", updated="2026-03-02T07:50:00Z"))
    await bonn.visits("arn")
    assert await bonn.titles() == ["Bleibt"]


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_notice_of_what_nobody_had_is_not_stored_as_an_article(network, kind):
    arn, bonn, _ = chain(network, kind)
    await arn.brings(a_draft(1, network.clock(), title="Ein Fest"), a_draft(2, network.clock()))
    await arn.publishes()
    await arn.decides("retract", "Ein Fest")
    await network.round()
    assert "Zurückgezogen: Ein Fest".encode() in arn.folder.read("all.rss")
    assert [one.article.title for one in await bonn.stored()] == ["Meldung 2"]


@pytest.mark.parametrize("kind", FORMATS)
async def test_it_is_the_mark_and_not_the_words_that_tell_a_notice(network, kind):
    arn, bonn, _ = chain(network, kind)
    await arn.brings(a_draft(1, network.clock()))
    await network.round()
    await arn.decides("retract", "Meldung 1")
    await arn.publishes()
    body = (
        arn.folder.read(f"all.{kind}").decode().replace("Zurückgezogen: ", "").replace("at:deleted-entry", "at:other")
    )
    arn.site.says(f"/feeds/all.{kind}", body, content_type="application/xml" if kind != "json" else "application/json")
    await bonn.visits("arn")
    assert await bonn.titles() == []


@pytest.mark.parametrize("kept", ["embargoed", "held"])
async def test_what_is_embargoed_or_held_never_leaves_its_city(network, kept):
    arn, bonn, celle = chain(network)
    until = network.clock() + timedelta(days=1)
    wish = {"embargo": until} if kept == "embargoed" else {"hold": "Redeschluss"}
    await arn.brings(a_draft(1, network.clock(), title="Geheimes Kennwort", **wish), a_draft(2, network.clock()))
    for _ in range(2):
        await network.round()
        for town in (arn, bonn, celle):
            assert all(b"Kennwort" not in body for body in town.bytes().values())
        assert await celle.titles() == ["Meldung 2"]
    if kept == "embargoed":
        network.clock.forward(days=2)
        await network.round()
        assert set(await celle.titles()) == {"Geheimes Kennwort", "Meldung 2"}


async def test_what_was_out_and_is_held_then_is_not_told_as_withdrawn(network):
    arn, bonn, _ = chain(network)
    await arn.brings(a_draft(1, network.clock()))
    await network.round()
    await arn.decides("hold", "Meldung 1")
    await network.round()
    assert await arn.titles() == []
    assert await bonn.titles() == ["Meldung 1"]


# ---------------------------------------------------------------- loops


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_circle_of_cities_comes_to_rest_and_holds_each_article_once(network, kind):
    arn, bonn, celle = chain(network, kind)
    arn.reads({"celle": celle.feed(f"all.{kind}"), "bonn": bonn.feed(f"all.{kind}")})
    for number, town in enumerate((arn, bonn, celle), start=1):
        await town.brings(a_draft(number, network.clock()))
    for _ in range(3):
        await network.round()
    assert [await town.titles() for town in (arn, bonn, celle)] == [["Meldung 1", "Meldung 2", "Meldung 3"]] * 3
    before = [(town.bytes(), await town.changes()) for town in (arn, bonn, celle)]
    written = [await network.round() for _ in range(2)]
    assert set().union(*(paths for one in written for paths in one.values())) == set()
    assert [(town.bytes(), await town.changes()) for town in (arn, bonn, celle)] == before
    assert [len(await town.stored()) for town in (arn, bonn, celle)] == [3, 3, 3]
    await arn.decides("retract", "Meldung 1")
    for _ in range(2):
        await network.round()
    before = [(town.bytes(), await town.changes()) for town in (arn, bonn, celle)]
    await network.round()
    assert [(town.bytes(), await town.changes()) for town in (arn, bonn, celle)] == before
    assert [await town.titles() for town in (arn, bonn, celle)] == [["Meldung 2", "Meldung 3"]] * 3
    for town in (arn, bonn, celle):
        for name in town.partners:
            assert await town.problems(name) == ()


async def test_the_owners_feed_takes_an_article_over_from_who_passed_it_on_first(network):
    arn, bonn, celle = chain(network)
    await arn.brings(a_draft(1, network.clock()))
    await network.round()
    assert (await celle.article("Meldung 1")).source == "bonn"
    celle.reads({"arn": arn.feed()})
    await network.round("celle")
    taken = await celle.article("Meldung 1")
    assert (taken.source, taken.city, len(await celle.stored())) == ("arn", "Arn", 1)
    changes = await celle.changes()
    for _ in range(2):
        await network.round()
    assert await celle.changes() == changes
    await bonn.decides("retract", "Meldung 1")  # for its own readers
    await network.round()
    assert await celle.titles() == ["Meldung 1"]
    await arn.decides("retract", "Meldung 1")
    await network.round()
    assert await celle.titles() == []


async def test_of_two_that_pass_one_article_on_the_newer_text_counts(network):
    arn, bonn, celle = network["arn"], network["bonn"], network["celle"]
    celle.reads({"arn": arn.feed(), "bonn": bonn.feed()})
    far = {"source": "https://far.example/feed.atom"}
    await tell(arn, an_entry("tag:far.example,2026:x", "Termin", text="Erste Fassung, im Wortlaut.", **far))
    later = an_entry(
        "tag:far.example,2026:x", "Termin", updated="2026-03-02T07:30:00Z", text="Zweite Fassung, im Wortlaut.", **far
    )
    await tell(bonn, later)
    await network.round("celle")
    changes = await celle.changes()
    for _ in range(2):
        await network.round("celle")
    stored = await celle.article("Termin")
    assert ("Zweite" in stored.body, stored.source, len(await celle.stored())) == (True, "arn", 1)
    assert await celle.changes() == changes
    assert await celle.problems("bonn") == ()


async def test_who_is_read_no_more_gives_an_article_to_the_next_who_brings_it(network):
    arn, bonn, celle = network["arn"], network["bonn"], network["celle"]
    celle.reads({"bonn": bonn.feed()})
    entry = an_entry("tag:far.example,2026:x", "Termin", source="https://far.example/feed.atom")
    await tell(bonn, entry)
    await tell(arn, entry)
    await network.round("celle")
    celle.partners.clear()
    celle.reads({"arn": arn.feed()})
    await network.round("celle")
    assert (await celle.article("Termin")).source == "arn"


async def test_a_source_that_is_renamed_keeps_its_articles(network):
    arn, celle = network["arn"], network["celle"]
    celle.reads({"arn": arn.feed()})
    await tell(arn, an_entry("tag:far.example,2026:x", "Termin"))
    await network.round("celle")
    celle.partners.clear()
    celle.reads({"arnstadt": arn.feed()})
    await network.round("celle")
    assert ((await celle.article("Termin")).source, await celle.problems("arnstadt")) == ("arnstadt", ())


# ---------------------------------------------------------------- abuse


async def test_a_feed_neither_changes_nor_retracts_what_belongs_to_another(network):
    arn, bonn, celle = network["arn"], network["bonn"], network["celle"]
    celle.reads({"arn": arn.feed(), "bonn": bonn.feed()})
    await arn.brings(a_draft(1, network.clock()), a_draft(2, network.clock()))
    await network.round()
    one, two = [await arn.article(f"Meldung {number}") for number in (1, 2)]
    await tell(
        bonn,
        an_entry(one.id, "Gefälscht", updated="2026-03-02T08:20:00Z", link=one.address),
        an_entry("tag:127.0.0.2,2026:arn/99", "Erfunden", link="https://www.bonn.example/9"),
        an_entry("tag:127.0.0.3,2026:bonn/7", "Eigenes", link="https://www.bonn.example/7"),
        f'<at:deleted-entry ref="{two.id}" when="2026-03-02T08:25:00Z"/>',
    )
    await network.round("celle")
    assert sorted(await celle.titles()) == ["Eigenes", "Meldung 1", "Meldung 2"]
    assert (await celle.article("Meldung 1")).revision == 1
    (sentence,) = await celle.problems("bonn")
    assert "3 entries or tombstones have ids of arn" in sentence
    assert [incident.kind for incident in await celle.incidents("bonn")] == ["claims"]
    await network.round("celle")  # nothing moved
    await look_at_all(celle.store, celle.config, network.clock)
    assert [incident.kind for incident in await celle.incidents("bonn")] == ["claims"]
    await tell(bonn, an_entry("tag:127.0.0.3,2026:bonn/7", "Eigenes", link="https://www.bonn.example/7"))
    await network.round("celle")
    assert await celle.problems("bonn") == ()
    assert await celle.incidents("bonn") == []


async def test_nobody_gives_away_ids_of_ours(network):
    arn, bonn = network["arn"], network["bonn"]
    bonn.reads({"arn": arn.feed()})
    await bonn.brings(a_draft(1, network.clock()))
    ours = await bonn.article("Meldung 1")
    await tell(
        arn,
        an_entry(ours.id, "Gefälscht"),
        an_entry("tag:127.0.0.3,2026:bonn/77", "Erfunden"),
        an_entry("tag:127.0.0.2,2026:arn/1", "Eigenes", link="https://www.arn.example/1"),
    )
    await network.round("bonn")
    assert sorted(await bonn.titles()) == ["Eigenes", "Meldung 1"]
    (sentence,) = await bonn.problems("arn")
    assert "2 entries or tombstones have ids of this service" in sentence


async def test_a_copy_without_its_source_is_left_out_and_no_claim(network):
    arn, bonn, celle = network["arn"], network["bonn"], network["celle"]
    celle.reads({"arn": arn.feed(), "bonn": bonn.feed()})
    entry = an_entry("tag:127.0.0.2,2026:x", "Termin", link="https://www.arn.example/x")
    await tell(arn, entry)
    await tell(bonn, entry)
    await network.round("celle")
    assert (await celle.titles(), await celle.problems("bonn")) == (["Termin"], ())


async def test_a_relay_with_another_source_than_before_claims_what_it_does_not_own(network):
    arn, bonn, celle = network["arn"], network["bonn"], network["celle"]
    celle.reads({"arn": arn.feed(), "bonn": bonn.feed()})
    await tell(arn, an_entry("tag:far.example,2026:x", "Termin", source="https://far.example/feed.atom"))
    await tell(
        bonn,
        an_entry(
            "tag:far.example,2026:x", "Falsch", source="https://wrong.example/feed.atom", updated="2026-03-02T07:40:00Z"
        ),
    )
    await network.round("celle")
    assert await celle.titles() == ["Termin"]
    assert "1 entry or tombstone has an id of arn" in (await celle.problems("bonn"))[0]


async def test_all_formats_mark_a_notice_for_programs(network):
    arn = network["arn"]
    await arn.brings(replace(a_draft(1, network.clock()), updated=Moment(network.clock(), "second", "list")))
    await arn.publishes()
    await arn.decides("retract", "Meldung 1")
    await arn.publishes()
    for kind in set(available()) - {"html"}:
        body = arn.folder.read(f"all.{kind}").decode()
        assert "#status" in body or '"withdrawn"' in body


@pytest.mark.parametrize("published", ["", "<published>2026-03-02T06:00:00Z</published>"])
async def test_an_update_dated_in_the_future_is_read_and_blocks_none_after_it(network, published):
    arn, bonn, _ = chain(network)
    for text, updated in [
        ("Erste Fassung, im Wortlaut.", "2026-03-02T07:00:00Z"),
        ("Zweite Fassung, im Wortlaut.", "2099-01-01T00:00:00Z"),
        ("Dritte Fassung, im Wortlaut.", "2026-03-02T08:10:00Z"),
    ]:
        entry = an_entry("tag:127.0.0.2,2026:x", "Termin", text=text, updated=updated)
        await tell(arn, entry.replace("<content>", f"{published}<content>"))
        network.clock.forward(hours=1)
        await bonn.visits("arn")
        assert text.split()[0] in (await bonn.article("Termin")).body


async def test_a_tombstone_dated_in_the_future_does_not_keep_an_article_away_until_then(network):
    arn, bonn, _ = chain(network)
    await tell(arn, '<at:deleted-entry ref="tag:127.0.0.2,2026:x" when="2099-03-02T07:00:00Z"/>')
    await bonn.visits("arn")
    await tell(arn, an_entry("tag:127.0.0.2,2026:x", "Termin", updated=f"{network.clock():%Y-%m-%dT%H:%M:%SZ}"))
    await bonn.visits("arn")
    assert await bonn.titles() == []
    network.clock.forward(hours=5)
    await tell(arn, an_entry("tag:127.0.0.2,2026:x", "Termin", updated=f"{network.clock():%Y-%m-%dT%H:%M:%SZ}"))
    await bonn.visits("arn")
    assert await bonn.titles() == ["Termin"]


# ---------------------------------------------------------------- old articles, and all together


async def test_a_correction_of_what_feeds_no_longer_show_reaches_all_and_is_told_for_thirty_days(tmp_path):
    async with a_network(tmp_path, "arn", "bonn", "celle", entries=2) as network:
        arn, bonn, celle = chain(network)
        old = a_draft(9, network.clock(), title="Alte Meldung")
        await arn.brings(old)
        await network.round()
        await arn.brings(*(a_draft(number, network.clock()) for number in range(1, 4)))
        await network.round()
        assert b"Alte Meldung" not in arn.folder.read("all.atom")
        await arn.brings(replace(old, body="<p>Berichtigt ist, was an der alten Meldung falsch gewesen ist.</p>"))
        await network.round()
        for town in (arn, bonn, celle):
            assert "Berichtigt" in (await town.article("Alte Meldung")).body
        await arn.decides("retract", "Alte Meldung")
        await network.round()
        network.clock.forward(minutes=5)
        await arn.decides("release", "Alte Meldung")
        await network.round()
        assert (await celle.article("Alte Meldung")).status == "live"
        network.clock.forward(days=31)
        await network.round()
        assert b"Alte Meldung" not in arn.folder.read("all.atom")
        assert (await celle.article("Alte Meldung")).status == "live"


@pytest.mark.parametrize("seed", [3])
async def test_whatever_happens_in_whatever_order_all_cities_come_to_hold_the_same(tmp_path, seed):
    chance, names = random.Random(seed), ("arn", "bonn", "celle", "dorn")
    async with a_network(tmp_path, *names) as network:
        towns = list(network.towns.values())
        for town in towns:
            others = [other for other in towns if other is not town]
            town.reads({other.name: other.feed(f"all.{chance.choice(FORMATS)}") for other in others})
        own = {town.name: {} for town in towns}
        for step in range(25):
            network.clock.forward(minutes=chance.randint(1, 9))
            town, mine = (one := chance.choice(towns)), own[one.name]
            match chance.choice(["new", "new", "correct", "retract", "release", "turn", "turn", "turn"]):
                case "new":
                    address = f"https://www.{town.name}.example/{step}"
                    mine[step] = a_draft(step, network.clock() + timedelta(hours=step), address=address)
                    await town.brings(mine[step])
                case "correct" if mine:
                    number = chance.choice(list(mine))
                    mine[number] = replace(mine[number], body=a_draft(1000 + step, network.clock()).body)
                    await town.brings(mine[number])
                case "retract" | "release" as word if mine:
                    await town.decides(word, f"Meldung {chance.choice(list(mine))}")
                case _:
                    await town.turn()
        for _ in range(4):
            await network.round(*chance.sample(names, len(names)))
        held = [{(one.id, one.title, one.body) for one in await town.live()} for town in towns]
        assert held == [held[0]] * 4
        assert len(held[0]) > 2
        before = [(town.bytes(), await town.changes()) for town in towns]
        await network.round()
        assert [(town.bytes(), await town.changes()) for town in towns] == before
