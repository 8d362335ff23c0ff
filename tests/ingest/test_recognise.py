from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from syndicator.config import Source
from syndicator.ingest.identity import mint, text_digest
from syndicator.ingest.ownership import Feeds
from syndicator.ingest.recognise import Verdict, aliases_of, key_of, resolve, shared_aliases
from syndicator.model import Draft, Holder, Moment, Provenance

HOST = "news.example"
FEEDS = Feeds(
    Source(name=name, city=name, kind="feed", url=f"https://feeds.{name}.example/")
    for name in ("stadt", "umland", "evil", "eins", "zwei")
)
SITE = "https://www.stadt.example"


@dataclass
class Memory:
    """What any store keeps for recognising: aliases by source, and who has which id."""

    aliases: dict[tuple[str, str], int] = field(default_factory=dict)
    holders: dict[str, Holder] = field(default_factory=dict)
    count: int = 0

    def harvest(self, *drafts: Draft, source: str = "stadt", url: str = "") -> list[Verdict]:
        shared = shared_aliases(drafts, url)
        return [self._take(draft, source, shared) for draft in drafts]

    def _take(self, draft: Draft, source: str, shared: frozenset[str]) -> Verdict:
        aliases = aliases_of(draft, shared)
        known = {alias: self.aliases[source, alias] for alias in aliases if (source, alias) in self.aliases}
        verdict = resolve(draft, source, HOST, aliases, known, self.holders.get, FEEDS)
        if verdict.decision == "new":
            self.count += 1
            verdict = replace(verdict, article=self.count)
            minted = mint(HOST, 2024, source, key_of(draft, shared))
            digest = text_digest(draft.title, draft.summary, draft.body)
            held = Holder(self.count, source, draft.address, digest, "live", draft.is_republished, draft.provenance)
            self.holders[verdict.original_id or minted] = held
        if verdict.decision in {"new", "known"} and verdict.article is not None:
            for alias in aliases:
                self.aliases.setdefault((source, alias), verdict.article)
        return verdict


def numbers(verdicts: list[Verdict]) -> list[int | None]:
    return [verdict.article for verdict in verdicts]


def on(day: int) -> Moment:
    return Moment(datetime(2024, 5, day, tzinfo=UTC), "day", "list")


FIRST = Draft(key="605731", address=f"{SITE}/nachricht.jsp?nid=605731", title="Neue Bäume")


def test_what_was_never_met_is_new():
    assert Memory().harvest(FIRST) == [Verdict("new", 1)]


def test_an_article_that_comes_again_is_known():
    memory = Memory()
    memory.harvest(FIRST)
    assert memory.harvest(FIRST) == [Verdict("known", 1)]


def test_a_moved_article_keeps_its_id():
    memory = Memory()
    memory.harvest(FIRST)
    moved = replace(FIRST, address=f"{SITE}/stadtbezirke/index~1.jsp?nid=605731")
    assert numbers(memory.harvest(moved)) == [1]


def test_a_guid_that_changes_with_the_title_leaves_one_article():
    memory = Memory()
    memory.harvest(Draft(key="neue-baeume", address=f"{SITE}/a/1", title="Neue Bäume"))
    assert numbers(memory.harvest(Draft(key="viele-baeume", address=f"{SITE}/a/1", title="Viele Bäume"))) == [1]


def test_a_guid_that_is_made_anew_each_day_leaves_one_article():
    memory = Memory()
    for day in range(5):
        drafts = [Draft(key=f"{n}-{day}", address=f"{SITE}/a/{n}", title=f"Titel {n}") for n in range(3)]
        assert numbers(memory.harvest(*drafts)) == [1, 2, 3]


def test_an_address_may_change_again_and_again_while_the_guid_stays():
    memory = Memory()
    for day in range(5):
        draft = Draft(key="urn:uuid:1", original_id="urn:uuid:1", address=f"{SITE}/{day}/titel", title="Titel")
        assert numbers(memory.harvest(draft)) == [1]


def test_an_article_is_found_by_every_key_it_ever_had():
    memory = Memory()
    memory.harvest(Draft(key="a", address=f"{SITE}/1", title="Titel"))
    memory.harvest(Draft(key="b", address=f"{SITE}/1", title="Titel"))
    memory.harvest(Draft(key="b", address=f"{SITE}/2", title="Titel"))
    assert numbers(memory.harvest(Draft(key="a", address=f"{SITE}/3", title="Titel"))) == [1]
    assert numbers(memory.harvest(Draft(key="", address=f"{SITE}/2", title="Titel"))) == [1]


def test_an_article_is_found_by_where_its_address_led():
    memory = Memory()
    memory.harvest(Draft(key="", address=f"{SITE}/neu", aliases=(f"{SITE}/alt",), title="Titel"))
    assert numbers(memory.harvest(Draft(key="", address=f"{SITE}/alt", title="Titel"))) == [1]


def test_a_key_found_by_another_reading_is_the_same_key():
    memory = Memory()
    memory.harvest(Draft(key="guid-1", address=f"{SITE}/1", title="Titel"))
    assert numbers(memory.harvest(Draft(key="4711", aliases=("guid-1",), address=f"{SITE}/2", title="Titel"))) == [1]


def test_a_site_that_moves_to_https_or_drops_www_keeps_its_articles():
    memory = Memory()
    old = "http://www.stadt.example/a/1"
    memory.harvest(Draft(key=old, original_id=old, address=old, title="Titel"))
    new = "https://stadt.example/a/1"
    assert numbers(memory.harvest(Draft(key=new, original_id=new, address=new, title="Titel"))) == [1]


def test_tracking_and_sessions_make_no_new_article():
    memory = Memory()
    memory.harvest(Draft(key="", address=f"{SITE}/a.php?nid=1&PHPSESSID=abc", title="Titel"))
    again = Draft(key="", address=f"{SITE}/a.php?nid=1&PHPSESSID=xyz&utm_source=rss", title="Titel")
    assert numbers(memory.harvest(again)) == [1]


def test_the_key_decides_where_aliases_point_to_different_articles():
    memory = Memory()
    memory.harvest(
        Draft(key="1", address=f"{SITE}/eins", title="Eins"), Draft(key="2", address=f"{SITE}/zwei", title="Zwei")
    )
    assert numbers(memory.harvest(Draft(key="1", address=f"{SITE}/zwei", title="Eins"))) == [1]


def test_an_alias_stays_with_the_article_that_had_it_first():
    memory = Memory()
    memory.harvest(
        Draft(key="1", address=f"{SITE}/eins", title="Eins"), Draft(key="2", address=f"{SITE}/zwei", title="Zwei")
    )
    memory.harvest(Draft(key="1", address=f"{SITE}/zwei", title="Eins"))
    assert numbers(memory.harvest(Draft(key="", address=f"{SITE}/zwei", title="Zwei"))) == [2]


# ---------------------------------------------------------------- several items on one page


def test_two_items_on_one_page_with_fragments_are_two():
    memory = Memory()
    drafts = [Draft(key="", address=f"{SITE}/kurz#m{n}", title=f"Meldung {n}") for n in range(2)]
    assert numbers(memory.harvest(*drafts)) == [1, 2]
    assert numbers(memory.harvest(*drafts)) == [1, 2]


def test_items_of_one_page_that_come_one_by_one_are_several():
    memory = Memory()
    drafts = [Draft(key=f"g{n}", address=f"{SITE}/kurz#m{n}", title=f"Meldung {n}") for n in range(3)]
    assert [numbers(memory.harvest(draft)) for draft in drafts] == [[1], [2], [3]]


@pytest.mark.parametrize("address", [f"{SITE}/kurz", SITE, f"{SITE}/?utm_source=rss"])
def test_items_that_all_link_to_one_page_are_not_merged(address):
    memory = Memory()
    drafts = [Draft(key=f"g{n}", address=address, title=f"Meldung {n}") for n in range(3)]
    assert numbers(memory.harvest(*drafts)) == [1, 2, 3]
    assert numbers(memory.harvest(*drafts)) == [1, 2, 3]


def test_items_without_page_and_key_are_told_apart_by_headline_and_date():
    memory = Memory()
    drafts = [
        Draft(key="", address=f"{SITE}/kurz", title="Rat tagt", published=on(1)),
        Draft(key="", address=f"{SITE}/kurz", title="Rat tagt", published=on(8)),
        Draft(key="", address=f"{SITE}/kurz", title="Bad zu", published=on(8)),
    ]
    assert numbers(memory.harvest(*drafts)) == [1, 2, 3]
    assert numbers(memory.harvest(*drafts)) == [1, 2, 3]
    assert len(memory.holders) == 3


def test_the_sources_own_page_is_no_articles_address():
    memory = Memory()
    for n in range(3):
        draft = Draft(key=f"g{n}", address=f"{SITE}/meldungen/", title=f"Meldung {n}")
        assert numbers(memory.harvest(draft, url=f"{SITE}/meldungen/")) == [n + 1]


def test_the_home_page_is_no_articles_address():
    memory = Memory()
    drafts = [Draft(key=f"g{n}", address=f"{SITE}/", title=f"Meldung {n}") for n in range(2)]
    assert [numbers(memory.harvest(draft)) for draft in drafts] == [[1], [2]]


def test_one_guid_on_all_items_is_no_key():
    memory = Memory()
    drafts = [Draft(key="0", address=f"{SITE}/a/{n}", title=f"Meldung {n}") for n in range(3)]
    assert numbers(memory.harvest(*drafts)) == [1, 2, 3]
    assert numbers(memory.harvest(*drafts)) == [1, 2, 3]
    assert len(memory.holders) == 3


def test_two_versions_under_one_key_are_one_article():
    old = Draft(key="urn:uuid:1", address=f"{SITE}/a/1", title="Neue Bäume", published=on(1))
    new = replace(old, title="Viele neue Bäume")
    assert numbers(Memory().harvest(new, old)) == [1, 1]


def test_one_article_listed_twice_is_one():
    other = replace(FIRST, address=f"{SITE}/stadtbezirke/index~1.jsp?nid=605731")
    assert numbers(Memory().harvest(FIRST, FIRST, other)) == [1, 1, 1]


# ---------------------------------------------------------------- between sources


def test_two_sources_with_equal_guids_stay_two():
    memory = Memory()
    one = Draft(key="1", address="https://www.eins.example/a", title="Eins")
    other = Draft(key="1", address="https://www.zwei.example/a", title="Zwei")
    assert numbers(memory.harvest(one, source="eins")) == [1]
    assert numbers(memory.harvest(other, source="zwei")) == [2]
    assert numbers(memory.harvest(one, source="eins")) == [1]


def test_the_id_that_a_feed_gave_is_kept():
    draft = Draft(
        key="tag:stadt.example,2024:1", original_id="tag:stadt.example,2024:1", address=f"{SITE}/1", title="T"
    )
    assert Memory().harvest(draft)[0].original_id == "tag:stadt.example,2024:1"


def test_an_id_that_cannot_stand_as_one_is_not_kept():
    draft = Draft(key="4711", original_id="4711", address=f"{SITE}/1", title="T")
    assert Memory().harvest(draft)[0].original_id == ""


def test_an_article_that_another_source_brought_already_is_left_to_it():
    memory = Memory()
    draft = Draft(key="urn:uuid:1", original_id="urn:uuid:1", address=f"{SITE}/1", title="T")
    memory.harvest(draft, source="stadt")
    copy = replace(draft, address="http://stadt.example/1?utm_source=umland")
    assert memory.harvest(copy, source="umland") == [Verdict("elsewhere", 1, bond="copy")]


def test_a_source_cannot_take_over_anothers_id():
    memory = Memory()
    draft = Draft(key="urn:uuid:1", original_id="urn:uuid:1", address=f"{SITE}/1", title="T")
    memory.harvest(draft, source="stadt")
    forged = replace(draft, address="https://evil.example/1", title="Falsch")
    assert memory.harvest(forged, source="evil") == [Verdict("claimed", 1, owner="stadt")]
    assert memory.harvest(draft, source="stadt") == [Verdict("known", 1)]


def test_two_systems_that_do_not_know_their_own_name_give_one_id_to_two_articles():
    memory = Memory()
    one = Draft(
        key="http://localhost/?p=7",
        original_id="http://localhost/?p=7",
        address="https://www.eins.example/a",
        title="Eins",
    )
    memory.harvest(one, source="eins")
    other = replace(one, address="https://www.zwei.example/a", title="Zwei")
    assert numbers(memory.harvest(other, source="zwei")) == [2]


# ---------------------------------------------------------------- our own


@pytest.mark.parametrize(
    "draft",
    [
        Draft(key="", original_id="tag:news.example,2019:dortmund/1", address=f"{SITE}/1", title="T"),
        Draft(key="tag:news.example,2019:dortmund/1", address=f"{SITE}/1", title="T"),
        Draft(key="1", address=f"{SITE}/1", title="T", provenance=Provenance(id="https://news.example/feeds/all")),
    ],
)
def test_what_we_published_ourselves_is_dropped(draft):
    assert Memory().harvest(draft) == [Verdict("ours")]


def test_an_article_of_someone_else_with_a_source_is_not_ours():
    draft = Draft(key="1", address=f"{SITE}/1", title="T", provenance=Provenance(id="tag:stadt.example,2019:feed"))
    assert Memory().harvest(draft)[0].decision == "new"


# ---------------------------------------------------------------- aliases and keys


def test_aliases_tell_their_nature_and_stand_once():
    draft = Draft(
        key="605731",
        original_id="urn:uuid:1",
        address=f"{SITE}/a?utm_source=rss",
        aliases=("http://stadt.example/a", f"{SITE}/b", "urn:uuid:1", ""),
        title="T",
    )
    assert aliases_of(draft) == (
        "key:605731",
        "id:605731",
        "id:urn:uuid:1",
        "url:stadt.example/a",
        "url:stadt.example/b",
    )


def test_every_draft_has_an_alias_and_a_key():
    assert aliases_of(Draft(key="", address="", title=""))
    assert key_of(Draft(key="", address="", title=""))


def test_an_id_is_minted_from_key_address_or_headline():
    assert key_of(FIRST) == "605731"
    assert key_of(replace(FIRST, key="")) == f"{SITE}/nachricht.jsp?nid=605731"
    assert key_of(replace(FIRST, key="", address="")) == key_of(replace(FIRST, key="", address="", title="NEUE BAEUME"))
