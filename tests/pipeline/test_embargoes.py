"""No output ever holds an embargoed article before its time, and every output holds it afterwards."""

import gzip
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.model import Draft, Harvest, Label, Moment, Selection
from syndicator.pipeline.embargoes import let_out, lift_embargoes
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.pages import ArticlePages
from syndicator.pipeline.publish import Publisher
from syndicator.pipeline.record import Recorder
from syndicator.pipeline.twins import pair_waiting
from syndicator.publish.targets.folder import Folder
from syndicator.serve.shelf import Shelf
from syndicator.store import articles
from syndicator.store.database import Store
from tests.support.configs import BASE, a_config

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FEEDS = ("all", "dortmund", "vielfalt", "dortmund-vielfalt")
END = NOON + timedelta(hours=20)


@pytest.fixture
def config(tmp_path):
    return a_config(
        tmp_path, BASE.replace("[categories.vielfalt]", "[publish]\nentries = 500\n[categories.vielfalt]", 1)
    )


def draft(key="1", **changes):
    plain = Draft(
        key=key,
        address=f"https://portal.example/{key}",
        title=f"Meldung {key}",
        body=f"<p>Der Text der Meldung {key}.</p>",
        published=Moment(NOON - timedelta(days=1), "day", "list"),
        labels=(Label("topline", "Vielfalt"),),
        found={"embargo": "text 'Sperrfrist'"},
    )
    return replace(plain, **changes)


def record(db, config, *drafts, now=NOON):
    return Recorder(db, config.sources[0], Rules(config), config.site.host, now).record(Harvest(drafts=drafts))


def stored(db, n=1):
    return articles.by_number(db, n).article


def live(db):
    return {article.key for article in articles.select(db, Selection(limit=500))}


# ---------------------------------------------------------------- every output


@pytest.mark.parametrize("entries", [500, 5])
async def test_no_output_holds_an_article_before_its_time_and_all_hold_it_afterwards(config, entries):
    """A hundred articles, some embargoed in one way or another, some moved or lifted on the way; looked at as hours go by.

    With five entries in a feed, the others are in its archive.
    """
    config = config.model_copy(update={"publish": config.publish.model_copy(update={"entries": entries})})
    chance = random.Random(4711)
    store, folder = Store(config.store.path), Folder(config.publish.folder)
    shelf, clock = Shelf(folder.path), Clock()
    publisher = Publisher(config, store, [folder, shelf], clock, {}, folder)
    pages = ArticlePages(store, lambda: config)
    due = {}
    try:
        for hour in range(6):
            clock.now = NOON + timedelta(hours=hour)
            changed = [random_draft(chance, key, clock.now) for key in chance.sample(range(100), 30)]
            due.update((one.key, one.embargo or clock.now) for one in changed)
            await store.write(lambda db, all_=changed, now=clock.now: record(db, config, *all_, now=now))
            await let_out(store, clock)
            await publisher.publish()
            out = {key for key, at in due.items() if at <= clock.now}
            held = {}
            for name, shown in everything(folder, shelf):
                keys = {key for key in due if f"Kennwort{key}x" in shown}
                assert keys <= out, name
                held.setdefault(name.partition(".")[0].partition("/")[0], set()).update(keys)
                if entries == 500 and name.partition(".")[0] in FEEDS:
                    assert keys == out, name
            assert all(held[feed] == out for feed in FEEDS)
            answered = {}
            for stored in await store.read(articles.in_order_of_arrival, 0, 500):
                for language in ("de", "en"):
                    answered[stored.article.key, language] = await pages.page(stored.article.slug, language)
            both = {(key, language) for key in due for language in ("de", "en")}
            shown = {one for one, page in answered.items() if page and f"Kennwort{one[0]}x".encode() in page.body}
            assert shown == {one for one in both if one[0] in out}
            assert {one for one, page in answered.items() if page is None} == both - shown
        assert 10 < len(out) < len(due)
    finally:
        folder.close()
        store.close()


class Clock:
    now = NOON

    def __call__(self):
        return self.now


def random_draft(chance, number, now):
    until = None
    if chance.random() < 0.6:
        until = now + timedelta(minutes=chance.randrange(-120, 300))
    word = f"Kennwort{number:03}x"
    return draft(
        f"{number:03}", title=f"Titel {word}", summary=f"Anriss {word}", body=f"<p>Text {word}</p>", embargo=until
    )


def everything(folder, shelf):
    """All that lies in the folder, archives as well, and all that readers are answered, as text."""
    for path in folder.path.rglob("*.*"):
        name = str(path.relative_to(folder.path))
        if path.suffix == ".gz":
            yield name, gzip.decompress(path.read_bytes()).decode()
        elif path.suffix in {".atom", ".rss", ".json", ".html", ".opml"}:
            yield name, path.read_text(encoding="utf-8")
            answered = shelf.get(name)
            yield name, answered.variants["identity"].body.decode() if answered else ""


# ---------------------------------------------------------------- one article


def test_an_embargoed_article_is_stored_and_comes_out_when_its_time_has_come(db, config):
    record(db, config, draft(embargo=END))
    held_back = stored(db)
    assert (held_back.status, held_back.decided, held_back.embargo_until) == ("embargoed", "source", END)
    assert "Sperrfrist" in held_back.reason
    assert lift_embargoes(db, END - timedelta(seconds=1)) == 0
    assert lift_embargoes(db, END) == 1
    out = stored(db)
    assert (out.status, out.decided, out.reason) == ("live", "", "")
    assert out.sort_at == out.updated == END
    assert articles.changes_after(db, 1)[0].after.live


def test_an_embargo_that_ended_long_ago_is_dated_by_its_end(db, config):
    record(db, config, draft(embargo=END))
    lift_embargoes(db, END + timedelta(days=3))
    assert stored(db).sort_at == END


def test_a_past_embargo_changes_nothing(db, config):
    record(db, config, draft(embargo=NOON - timedelta(hours=1)), draft("2"))
    one, other = stored(db, 1), stored(db, 2)
    assert one.status == other.status == "live"
    assert (one.sort_at, one.updated, one.embargo_until) == (other.sort_at, other.updated, None)


def test_an_embargo_that_the_source_moves_is_followed(db, config):
    record(db, config, draft(embargo=END))
    later = END + timedelta(hours=5)
    record(db, config, draft(embargo=later), now=NOON + timedelta(hours=1))
    assert lift_embargoes(db, END) == 0
    assert lift_embargoes(db, later) == 1


def test_an_embargo_that_the_source_drops_is_over(db, config):
    record(db, config, draft(embargo=END))
    at = NOON + timedelta(hours=1)
    record(db, config, draft(), now=at)
    out = stored(db)
    assert (out.status, out.embargo_until, out.sort_at, out.updated) == ("live", at, at, at)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("text 'Sperrfrist'", {"body": ""}),  # a page that could only half be read
        ("list 'Sperrfrist'", {}),  # a look at the page alone
    ],
)
def test_an_embargo_is_not_over_because_nothing_was_read_of_it(db, config, rule, changes):
    record(db, config, draft(embargo=END, found={"embargo": rule}))
    record(db, config, draft(**changes), now=NOON + timedelta(hours=1))
    assert stored(db).status == "embargoed"


def test_an_embargo_that_is_stated_when_the_article_is_out_brings_it_in_again(db, config):
    record(db, config, draft())
    record(db, config, draft(embargo=END), now=NOON + timedelta(hours=1))
    assert live(db) == set()


def test_a_date_of_publication_that_runs_ahead_brings_nothing_in_again(db, config):
    record(db, config, draft())
    ahead = Moment(END, "minute", "time")
    record(db, config, draft(published=ahead, embargo=END, found={"embargo": "publication date"}))
    assert live(db) == {"1"}


def test_a_date_of_publication_ahead_is_followed_until_it_is_there(db, config):
    def dated(at, now=NOON):
        embargo = at if at > now else None
        rule = {"embargo": "publication date"} if embargo else {}
        return draft(published=Moment(at, "minute", "time"), embargo=embargo, found=rule)

    record(db, config, dated(END))
    assert stored(db).sort_at == NOON
    later = END + timedelta(hours=2)
    record(db, config, dated(later), now=NOON + timedelta(hours=1))
    assert (stored(db).embargo_until, stored(db).published.at) == (later, later)
    earlier, now = NOON + timedelta(hours=2), NOON + timedelta(hours=3)
    record(db, config, dated(earlier, now), now=now)
    assert (stored(db).status, stored(db).published.at) == ("live", earlier)


def test_an_hour_told_from_the_day_of_reading_counts_at_the_first_reading_only(db, config):
    rule = {"embargo": "text 'Sperrfrist: heute, 18 Uhr', told from the day of reading"}
    record(db, config, draft(embargo=END, found=rule))
    record(db, config, draft(embargo=END + timedelta(days=1), found=rule), now=NOON + timedelta(hours=13))
    assert stored(db).embargo_until == END
    lift_embargoes(db, END)
    record(db, config, draft(embargo=END + timedelta(days=1), found=rule), now=END + timedelta(hours=1))
    assert live(db) == {"1"}


def test_what_waits_for_an_event_is_held_until_someone_releases_it(db, config):
    record(db, config, draft(hold="Vor der Rede nicht."))
    assert (stored(db).status, stored(db).decided, stored(db).reason) == ("held", "source", "Vor der Rede nicht.")
    assert lift_embargoes(db, END) == 0
    record(db, config, draft(), now=END)  # the source says no more of it
    assert stored(db).status == "live"


def test_an_embargoed_article_that_is_withdrawn_never_comes_out(db, config):
    record(db, config, draft(embargo=END))
    record(db, config, draft(withdrawn=True, title="[GELÖSCHT]"))
    assert lift_embargoes(db, END) == 0
    assert stored(db).status == "retracted"


def test_a_withdrawn_article_that_rises_again_is_still_embargoed(db, config):
    record(db, config, draft(embargo=END))
    record(db, config, draft(withdrawn=True))
    record(db, config, draft(embargo=END))
    assert stored(db).status == "embargoed"


def test_its_text_is_kept_up_to_date_while_it_waits(db, config):
    record(db, config, draft(embargo=END))
    record(db, config, draft(embargo=END, body="<p>Berichtigt.</p>"))
    lift_embargoes(db, END)
    assert (stored(db).body, stored(db).revision) == ("<p>Berichtigt.</p>", 2)


def test_a_date_that_is_told_more_exactly_later_does_not_undo_the_end_of_the_embargo(db, config):
    record(db, config, draft(embargo=END))
    lift_embargoes(db, END)
    finer = Moment(NOON - timedelta(hours=20), "minute", "json-ld")
    record(db, config, draft(published=finer), now=END + timedelta(hours=1))
    assert stored(db).published == finer
    assert stored(db).sort_at == END


def test_an_embargoed_article_is_looked_at_before_its_time_in_case_that_it_moved(db, config):
    portal = config.sources[0].model_copy(update={"kind": "portal"})
    Recorder(db, portal, Rules(config), config.site.host, NOON).record(Harvest(drafts=(draft(embargo=END),)))
    looks, at = [], articles.by_number(db, 1).recheck_at
    while at and at < END:
        looks.append(at)
        Recorder(db, portal, Rules(config), config.site.host, at).record(Harvest(drafts=(draft(embargo=END),)))
        at = articles.by_number(db, 1).recheck_at
    assert looks[-1] == END - timedelta(minutes=30)


def test_the_next_embargo_is_known(db, config):
    assert articles.next_embargo(db) is None
    record(db, config, draft("1", embargo=END + timedelta(hours=1)), draft("2", embargo=END), draft("3"))
    assert articles.next_embargo(db) == END


def test_a_date_too_far_ahead_is_told(db, config):
    tally = record(db, config, draft(published=Moment(datetime(2099, 1, 1, tzinfo=UTC), "day", "feed")))
    assert tally.remarks == [
        "https://portal.example/1 is dated 2099-01-01, which is too far ahead: it is ordered by its first sight."
    ]


def test_an_embargoed_twin_is_named_nowhere_before_its_time(db, config):
    """The same release, which another city has published already."""
    text = (
        "<p>Die Städte bauen gemeinsam einen Radweg am Fluss, der elf Kilometer lang wird und im Sommer fertig sein soll. Das"
        " haben die Räte in ihren Sitzungen beschlossen. Die Kosten teilen sie sich nach der Länge der Strecke.</p>"
    )
    record(db, config, draft("1", title="Radweg am Fluss", body=text))
    other = draft("2", title="Radweg am Fluss", body=text, embargo=END)
    Recorder(db, config.sources[1], Rules(config), config.site.host, NOON).record(Harvest(drafts=(other,)))
    pair_waiting(db, NOON)
    (shown,) = articles.select(db, Selection())
    assert (shown.key, shown.alternates) == ("1", ())
    lift_embargoes(db, END)
    pair_waiting(db, END)
    (shown,) = articles.select(db, Selection())
    assert [alternate.source for alternate in shown.alternates] == ["bochum"]
