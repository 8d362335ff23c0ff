"""Walks through archives, played with dictionaries of pages: where they go, what they read, where they end."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.config import Source
from syndicator.ingest import archive
from syndicator.ingest.sources import collect
from syndicator.model import Failed, Harvest, Known, Page, Response, Walk
from tests.support import walking
from tests.support.play import play

NOW = walking.NOW
LIST = "https://www.stadt.example/news/"
NEW_YEAR = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)


def source(kind="portal", **more) -> Source:
    block = {"name": "stadt", "city": "Stadt", "kind": kind, "url": LIST, **more}
    return Source.model_validate(block)


def address(name) -> str:
    return f"{LIST}{name}.html"


def teaser(name, date="") -> str:
    shown = f"<time>{date}</time>" if date else ""
    return f'<article><h3><a href="/news/{name}.html">Meldung Nummer {name}</a></h3>{shown}<p>Ein Vorspann im Teaser, der lang genug ist.</p></article>'


def overview(*teasers, following="") -> str:
    link = f'<a rel="next" href="{following}">weiter</a>' if following else ""
    return f"<!doctype html><main>{''.join(teasers)}{link}</main>"


def article(name, date="") -> str:
    line = f"<p>Nachricht vom {date}</p>" if date else ""
    return f"<!doctype html><main><h1>Meldung Nummer {name}</h1>{line}<p>Der ganze Text der Meldung {name} steht auf ihrer Seite.</p></main>"


def read(site, walk=None, known=None, *, asked=None, kind="portal"):
    """The harvest of one page."""
    media_type = "text/html" if kind == "portal" else "application/atom+xml"
    told = Known(NOW, walk=walk or Walk())
    return play(collect(source(kind), told), site, known, asked=asked, media_type=media_type)


def walk_through(site, *, since=None, most=None, kind="portal"):
    """The walk at its end, the titles that it brought in their order, and the list pages it read."""
    media_type = "text/html" if kind == "portal" else "application/atom+xml"
    walked = walking.walk_through(source(kind), site, since=since, most=most, media_type=media_type)
    return walked.walk, walked.titles, walked.places


def chronicle(days, per_page=2, *, listed=True, told=True):
    """An archive with one article for each of these days, newest first."""
    site, pages = {}, [days[at : at + per_page] for at in range(0, len(days), per_page)]
    for number, page in enumerate(pages):
        following = f"?page={number + 2}" if number + 1 < len(pages) else ""
        site[f"{LIST}?page={number + 1}" if number else LIST] = overview(
            *(teaser(n := day.replace(".", "-"), day if listed else "") for day in page), following=following
        )
        site |= {address(n := day.replace(".", "-")): article(n, day if told else "") for day in page}
    return site


DAYS = ["4.5.2026", "3.5.2026", "2.2.2026", "1.2.2026", "30.12.2025", "29.12.2025", "2.12.2025", "1.12.2025"]


def test_a_walk_follows_the_list_to_its_end_whatever_is_known():
    walk, titles, seen = walk_through(chronicle(DAYS))
    assert len(titles) == 8
    assert len(seen) == 4
    assert (walk.ended, walk.pages, walk.found, walk.new) == ("end", 4, 8, 8)


def test_a_page_asks_for_the_list_unconditionally_and_for_nothing_else():
    asked = []
    harvest = read(chronicle(DAYS), asked=asked)
    assert asked == [LIST, address("4-5-2026"), address("3-5-2026")]
    assert harvest.page.next == f"{LIST}?page=2"


def test_articles_that_are_known_as_they_are_are_not_fetched_again():
    site = chronicle(DAYS)
    known, asked = read(site).fingerprints, []
    harvest = read(site, known=known, asked=asked)
    assert asked == [LIST]
    assert (harvest.items, harvest.page.next) == (2, f"{LIST}?page=2")


def test_a_walk_ends_where_all_of_a_page_is_older_than_wanted():
    walk, titles, seen = walk_through(chronicle(DAYS), since=NEW_YEAR)
    assert [title.removeprefix("Meldung Nummer ") for title in titles] == [
        "4-5-2026", "3-5-2026", "2-2-2026", "1-2-2026",
    ]  # fmt: skip
    assert (walk.ended, len(seen)) == ("since", 3)


def test_what_is_older_than_wanted_is_not_fetched():
    asked = []
    read(chronicle(["1.1.2026", "31.12.2025"]), Walk(since=NEW_YEAR), asked=asked)
    assert asked == [LIST, address("1-1-2026")]


def test_a_pinned_article_of_long_ago_ends_no_walk_and_tells_of_no_date_reached():
    site = chronicle(DAYS)
    site[LIST] = overview(
        teaser("alt", "1.1.2019"), teaser("a", "3.5.2026"), teaser("b", "2.5.2026"), following="?page=2"
    )
    page = read(site, Walk(since=NEW_YEAR)).page
    assert (page.young, page.old) == (2, 1)
    assert page.reached == datetime(2026, 5, 1, 22, tzinfo=UTC)


def test_a_young_article_on_top_of_each_page_does_not_keep_a_walk_going():
    site = chronicle(DAYS)
    for place in (LIST, *(f"{LIST}?page={n}" for n in (2, 3, 4))):
        site[place] = site[place].replace("<main>", f"<main>{teaser('oben', '20.11.2026')}")
    walk, _, seen = walk_through(site, since=NEW_YEAR)
    assert (walk.ended, len(seen)) == ("since", 3)


def test_without_dates_in_the_list_those_of_the_articles_decide_and_several_pages_end_it():
    walk, titles, seen = walk_through(
        chronicle([*DAYS, "4.6.2025", "3.6.2025", "2.6.2025"], listed=False), since=NEW_YEAR
    )
    assert walk.ended == "since"
    assert len(seen) == 2 + 3
    assert len(titles) == 4


def test_an_article_found_too_old_is_left_to_a_later_walk():
    harvest = read(chronicle(["30.12.2025"], listed=False), Walk(since=NEW_YEAR))
    assert harvest.drafts == ()
    assert harvest.fingerprints == {}


def test_a_circle_of_next_links_ends():
    site = chronicle(DAYS)
    site[f"{LIST}?page=4"] = site[f"{LIST}?page=4"].replace("</main>", f'<a rel="next" href="{LIST}">weiter</a></main>')
    walk, titles, _ = walk_through(site)
    assert (walk.ended, len(titles)) == ("circle", 8)


def test_a_page_beyond_the_last_that_shows_the_last_again_ends():
    site = chronicle(DAYS)
    for number in range(4, 40):
        again = overview(teaser("1-12-2025"), teaser("2-12-2025"), following=f"?page={number + 1}")
        site[f"{LIST}?page={number}"] = again
    assert walk_through(site)[0].ended == "repeat"


def test_an_empty_page_behind_others_is_the_end_and_a_first_one_a_failure():
    site = {**chronicle(DAYS), f"{LIST}?page=3": "<!doctype html><main><p>Keine weiteren Meldungen.</p></main>"}
    assert walk_through(site)[0].ended == "empty"
    assert archive.advance(Walk(), read({LIST: site[f"{LIST}?page=3"]}), 0, most=None, been=False) == Walk()


def test_so_many_pages_as_were_asked_for_are_read():
    walk, titles, _ = walk_through(chronicle(DAYS), most=2)
    assert (walk.ended, len(titles)) == ("pages", 4)


def test_no_archive_is_read_for_ever():
    page = Harvest(page=Page(next="there", shown=("a",), young=1))
    walk = archive.advance(Walk(pages=archive.MOST_PAGES - 1), page, 1, most=None, been=False)
    assert walk.ended == "cap"


def test_a_list_that_holds_all_of_a_year_is_read_in_parts():
    names = [f"n{number}" for number in range(120)]
    site = {LIST: overview(*map(teaser, names)), **{address(name): article(name) for name in names}}
    walk, titles, seen = walk_through(site)
    assert [title.removeprefix("Meldung Nummer ") for title in titles] == names
    assert len(seen) == 3
    assert (walk.pages, walk.found, walk.ended) == (1, 120, "end")


# ---------------------------------------------------------------- articles without a date


def test_an_undated_article_lies_behind_what_stands_before_it():
    site = {LIST: overview(teaser("a", "3.5.2026"), teaser("b")), **{address(n): article(n) for n in "ab"}}
    dated, undated = read(site).drafts
    assert (dated.not_after, undated.published) == (None, None)
    assert undated.not_after == dated.published.at


def test_an_undated_article_on_top_of_the_archive_may_be_new():
    site = {LIST: overview(teaser("a"), teaser("b")), address("a"): article("a")}
    assert read(site, Walk(not_after=NEW_YEAR)).drafts[0].not_after is None


def test_undated_pages_lie_one_behind_the_other():
    site = chronicle(DAYS, listed=False, told=False)
    walk, bounds = Walk(not_after=NEW_YEAR), []
    for _ in range(4):
        harvest = read(site, walk)
        bounds.append(harvest.drafts[0].not_after)
        walk = archive.advance(walk, harvest, 2, most=None, been=False)
    assert bounds[0] is None
    assert bounds[1:] == sorted(bounds[1:], reverse=True)
    assert len(set(bounds[1:])) == 3
    assert max(bounds[1:]) < NEW_YEAR


# ---------------------------------------------------------------- what is in the way

BUSY = Failed("busy", "stadt.example says that it was asked too often.", retry_after=7.0)


def test_a_server_that_asks_for_a_pause_gets_it_and_the_page_is_gone_on_with():
    site = {**chronicle(DAYS), address("3-5-2026"): BUSY}
    asked = []
    harvest = read(site, asked=asked)
    assert [draft.title for draft in harvest.drafts] == ["Meldung Nummer 4-5-2026"]
    walk = archive.advance(Walk(), harvest, 1, most=None, been=False)
    assert (walk.at, walk.pages, walk.new) == ("", 0, 1)
    failed = archive.obstacle(harvest)
    assert archive.pause_before(failed, 0) == 7.0
    site[address("3-5-2026")] = article("3-5-2026", "3.5.2026")
    again = read(site, walk, harvest.fingerprints, asked=asked)
    assert asked[3:] == [LIST, address("3-5-2026")]
    assert archive.advance(walk, again, 1, most=None, been=False).found == 2


def test_a_server_that_is_gone_is_not_asked_for_each_article():
    names = "abcdefgh"
    site = {LIST: overview(*map(teaser, names))}
    site |= {address(name): Failed("unreachable", "no answer", address(name)) for name in names}
    asked = []
    harvest = read(site, asked=asked)
    assert len(asked) == 1 + 3
    assert not harvest.page.done
    assert archive.obstacle(harvest).kind == "unreachable"


def test_one_article_that_cannot_be_had_is_a_problem_and_the_walk_goes_on():
    site = {**chronicle(DAYS), address("3-5-2026"): Failed("broken", "500", address("3-5-2026"))}
    harvest = read(site)
    assert harvest.page.done
    assert archive.obstacle(harvest) is None
    assert [problem.kind for problem in harvest.problems] == ["broken"]


def test_dead_links_in_an_archive_are_no_obstacle():
    site = {LIST: overview(*map(teaser, "abcdef"))}
    assert read(site).page.done


@pytest.mark.parametrize(("tries", "seconds"), [(0, 30), (1, 120), (2, 600), (3, None)])
def test_a_page_is_tried_again_at_growing_intervals_and_then_left_for_later(tries, seconds):
    assert archive.pause_before(Failed("unreachable", "no answer"), tries) == seconds


@pytest.mark.parametrize("kind", ["denied", "refused", "missing", "gone", "unreadable", "empty", "too-large"])
def test_who_says_no_is_not_asked_again(kind):
    assert archive.pause_before(Failed(kind, "no"), 0) is None


def test_a_pause_of_hours_is_left_to_the_next_try():
    assert archive.pause_before(Failed("busy", "503", retry_after=7200.0), 0) is None


def test_a_failed_page_leaves_the_walk_where_it_is():
    walk = Walk(at=f"{LIST}?page=9", pages=8)
    harvest = read({}, walk)
    assert harvest.failed.kind == "missing"
    assert archive.advance(walk, harvest, 0, most=None, been=False) == walk


# ---------------------------------------------------------------- going on

HALF = Walk(since=NEW_YEAR, at=f"{LIST}?page=5", pages=4, found=40, new=40)


@pytest.mark.parametrize("since", [NEW_YEAR, NEW_YEAR + timedelta(days=40)])
def test_a_walk_goes_on_where_it_was(since):
    assert archive.resume(HALF, since, None).at == HALF.at


@pytest.mark.parametrize("since", [None, NEW_YEAR - timedelta(days=1)])
def test_an_earlier_day_begins_anew_as_older_articles_were_passed_by(since):
    assert archive.resume(HALF, since, None) == Walk(since=since)


def test_more_pages_go_on_where_fewer_ended():
    ended = Walk(at=f"{LIST}?page=3", pages=2, ended="pages")
    assert archive.resume(ended, None, 2).ended == "pages"
    assert archive.resume(ended, None, 5) == archive.resume(ended, None, None) == Walk(at=f"{LIST}?page=3", pages=2)


def test_what_was_read_to_its_end_is_not_begun_again():
    ended = Walk(at="", pages=9, ended="end")
    assert archive.resume(ended, NEW_YEAR, None) == ended


# ---------------------------------------------------------------- feeds

FEED = """<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title>F</title><updated>2026-05-04T10:00:00Z</updated>
{links}{entries}</feed>"""
ENTRY = "<entry><id>urn:{name}</id><title>Meldung {name}</title><updated>{day}T10:00:00Z</updated><published>{day}T10:00:00Z</published><content>Text der Meldung {name}.</content></entry>"


def feed(*entries, **links):
    return FEED.format(
        links="".join(f'<link rel="{rel.replace("_", "-")}" href="{href}"/>' for rel, href in links.items()),
        entries="".join(ENTRY.format(name=name, day=day) for name, day in entries),
    )


def test_an_archived_feed_is_followed_back_through_its_documents():
    site = {
        LIST: feed(("c", "2026-05-04"), prev_archive="2.atom", next="3.atom"),
        f"{LIST}2.atom": feed(("b", "2026-02-01"), prev_archive="1.atom"),
        f"{LIST}1.atom": feed(("a", "2026-01-01")),
    }
    walk, titles, _ = walk_through(site, kind="feed")
    assert titles == ["Meldung c", "Meldung b", "Meldung a"]
    assert (walk.ended, walk.pages) == ("end", 3)
    assert walk_through(site, kind="feed", since=datetime(2026, 1, 15, tzinfo=UTC))[1] == ["Meldung c", "Meldung b"]


def test_a_paged_feed_is_followed_by_its_next_links():
    site = {LIST: feed(("b", "2026-05-04"), next="?page=2"), f"{LIST}?page=2": feed(("a", "2026-05-03"))}
    assert walk_through(site, kind="feed")[1] == ["Meldung b", "Meldung a"]


def test_a_json_feed_is_followed_by_its_next_url():
    def page(name, **more):
        item = {
            "id": name,
            "title": f"Meldung {name}",
            "content_text": "Text.",
            "date_published": "2026-05-04T10:00:00Z",
        }
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [item], **more})

    site = {LIST: page("b", next_url="/news/2.json"), f"{LIST}2.json": page("a")}
    assert walk_through(site, kind="feed")[1] == ["Meldung b", "Meldung a"]


def test_a_feed_that_leads_to_another_site_ends_there():
    site = {LIST: feed(("a", "2026-05-04"), next="https://evil.example/feed")}
    assert walk_through(site, kind="feed")[0].ended == "end"


def test_an_archived_document_holds_copies_of_its_time():
    site = {LIST: feed(("b", "2026-05-04")), f"{LIST}1.atom": feed(("a", "2026-01-01"))}
    assert not read(site, kind="feed").page.copies
    assert read(site, Walk(at=f"{LIST}1.atom", pages=1), kind="feed").page.copies


def test_a_normal_visit_knows_nothing_of_archives():
    site = {LIST: Response(LIST, 304, {}, b"", unchanged=True)}
    harvest = play(collect(source(), Known(NOW)), site)
    assert (harvest.unchanged, harvest.page) == (True, None)
