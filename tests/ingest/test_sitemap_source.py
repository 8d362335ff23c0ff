"""A visit to a sitemap, played with a dictionary of pages."""

import gzip
from datetime import UTC, datetime

import pytest

from syndicator.config import Source
from syndicator.ingest.sources import collect
from syndicator.model import Failed, Known, Label, Request, Response
from tests.support.play import play
from tests.support.walking import walk_through

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SITE = "https://www.stadt.example"
ROOT = f"{SITE}/sitemap.xml"
UNCHANGED = Response(ROOT, 304, {}, b"", unchanged=True)


def source(**rules) -> Source:
    return Source.model_validate({"name": "stadt", "city": "Stadt", "kind": "sitemap", "url": ROOT, "sitemap": rules})


def place(name: str) -> str:
    return f"{SITE}/presse/{name}-meldung-aus-der-stadt.html"


def sitemap(*names: str, day: str = "2026-11-20", extra: str = "") -> str:
    entries = "".join(f"<url><loc>{place(n)}</loc><lastmod>{day}</lastmod></url>" for n in names)
    return f"<urlset>{entries}{extra}</urlset>"


def index(**parts: str) -> str:
    entries = "".join(
        f"<sitemap><loc>{SITE}/{name}.xml</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>"
        for name, day in parts.items()
    )
    return f"<sitemapindex>{entries}</sitemapindex>"


def article(name: str) -> str:
    return (
        f'<!doctype html><html lang="de"><main><h1>Meldung {name}</h1><p>Nachricht vom 04.05.2026</p>'
        f"<p>Der ganze Text der Meldung {name} steht auf ihrer eigenen Seite.</p></main>"
    )


def site(root: str | bytes | Response, *names: str, **parts) -> dict:
    return {
        ROOT: root,
        **{place(name): article(name) for name in names},
        **{f"{SITE}/{name}.xml": part for name, part in parts.items()},
    }


def visit(web, known=None, *, recheck=(), asked=None, **rules):
    return play(collect(source(**rules), Known(NOW, recheck=tuple(recheck))), web, known, asked=asked)


def first_request(known):
    """What is asked of the sitemap where that much is known."""
    generator = collect(source(), Known(NOW))
    recall = next(generator)
    return generator.send({address: known[address] for address in recall.addresses if address in known})


def titles(harvest):
    return [draft.title for draft in harvest.drafts]


# ---------------------------------------------------------------- one sitemap


def test_the_sitemap_is_asked_conditionally_and_may_be_larger_than_a_page():
    request = first_request({})
    assert (request.url, request.conditional) == (ROOT, True)
    assert request.limit > 2 * 2**20


def test_each_article_of_it_is_read():
    harvest = visit(site(sitemap("101", "102"), "101", "102"))
    assert titles(harvest) == ["Meldung 101", "Meldung 102"]
    assert (harvest.items, harvest.complete, harvest.unchanged) == (2, True, False)
    assert harvest.fingerprints[place("101")] == "2026-11-20"


def test_an_unchanged_sitemap_costs_one_request_and_known_articles_none():
    pages = site(sitemap("101", "102"), "101", "102")
    known = visit(pages).fingerprints
    asked = []
    assert visit({**pages, ROOT: UNCHANGED}, known, asked=asked).unchanged
    harvest = visit(pages, known, asked=asked)
    assert (harvest.drafts, harvest.items) == ((), 2)
    assert asked == [ROOT, ROOT]


def test_a_changed_lastmod_makes_the_page_be_read_again():
    pages = site(sitemap("101", "102"), "101", "102")
    known = visit(pages).fingerprints
    pages[ROOT] = sitemap("101").replace("</urlset>", "") + sitemap("102", day="2026-11-21").replace("<urlset>", "")
    asked = []
    assert titles(visit(pages, known, asked=asked)) == ["Meldung 102"]
    assert asked == [ROOT, place("102")]


def test_articles_due_for_another_look_are_fetched_though_the_sitemap_is_unchanged():
    asked = []
    harvest = visit({**site("", "101"), ROOT: UNCHANGED}, recheck=[place("101")], asked=asked)
    assert (titles(harvest), harvest.unchanged) == (["Meldung 101"], True)
    assert asked == [ROOT, place("101")]


def test_what_the_page_does_not_say_the_news_entry_says():
    news = f"""<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>{SITE}/x</loc>
        <i:image><i:loc>/bild.jpg</i:loc></i:image>
        <n:news><n:publication><n:language>de</n:language></n:publication><n:title>Meldung</n:title>
        <n:publication_date>2026-11-20T08:00:00+01:00</n:publication_date><n:keywords>Sport, Bad</n:keywords></n:news>
        </url></urlset>"""
    page = "<!doctype html><main><h1>Das Bad öffnet</h1><p>Der ganze Text der Meldung steht auf ihrer eigenen Seite.</p></main>"
    draft = visit({ROOT: news, f"{SITE}/x": page}).drafts[0]
    assert draft.published.at == datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert draft.language == "de"
    assert draft.labels == (Label("tag", "Sport"), Label("tag", "Bad"))
    assert [image.url for image in draft.images] == [f"{SITE}/bild.jpg"]
    assert {draft.found[name] for name in ("published", "language", "tag")} == {"news sitemap"}
    assert draft.found["image"] == "image sitemap"


def test_a_lastmod_is_no_date_of_publication():
    page = "<!doctype html><main><h1>Das Bad öffnet</h1><p>Der ganze Text der Meldung steht auf ihrer eigenen Seite.</p></main>"
    assert visit({ROOT: sitemap("101"), place("101"): page}).drafts[0].published is None


@pytest.mark.parametrize(
    ("page", "again"),
    [
        ("<!doctype html><main><h1></h1><p>Ohne Überschrift.</p></main>", False),
        (Response(place("102"), 200, {"content-type": "application/pdf"}, b"%PDF-1.7"), False),
        (Failed("missing", "404", place("102")), False),
        (Failed("busy", "503", place("102")), True),
        (Failed("denied", "403", place("102")), True),
    ],
)
def test_a_page_that_is_no_article_is_not_asked_for_again_until_its_entry_changes(page, again):
    pages = site(sitemap("101", "102"), "101")
    pages[place("102")] = page
    harvest = visit(pages)
    assert titles(harvest) == ["Meldung 101"]
    assert len(harvest.problems) == 1
    assert harvest.complete is not again
    asked = []
    visit(pages, harvest.fingerprints, asked=asked)
    assert asked == [ROOT, place("102")] if again else [ROOT]
    pages[ROOT] = sitemap("101", "102", day="2026-11-21")
    visit(pages, harvest.fingerprints, asked=asked)
    assert asked[-1] == place("102")


@pytest.mark.parametrize(
    ("root", "rules", "reason"),
    [
        ("<urlset></urlset>", {}, "holds no address"),
        (f"<urlset><url><loc>{SITE}/impressum</loc></url></urlset>", {}, 'name them with include = "/a regular'),
        (sitemap("101"), {"include": "/blog/"}, "None of the 1 addresses in the sitemap fits include = '/blog/'."),
        ("<html><body>Anmelden</body></html>", {}, "an HTML page"),
        (Failed("denied", "403", ROOT), {}, "403"),
    ],
)
def test_a_sitemap_without_articles_is_a_failure(root, rules, reason):
    harvest = visit({ROOT: root}, **rules)
    assert reason in harvest.failed.reason
    assert harvest.drafts == ()


def test_a_quiet_time_since_a_day_is_no_failure():
    assert visit(site(sitemap("101"), "101"), since="2026-11-21").failed is None


# ---------------------------------------------------------------- many addresses


NAMES = [f"{n:03}" for n in range(100, 200)]


def dated(*names: str) -> str:
    """A sitemap in which each name is a day newer than the one before."""
    days = (f"2026-{1 + n // 28:02}-{1 + n % 28:02}" for n in range(len(names)))
    entries = (f"<url><loc>{place(n)}</loc><lastmod>{day}</lastmod></url>" for n, day in zip(names, days, strict=True))
    return f"<urlset>{''.join(entries)}</urlset>"


def test_at_the_first_visit_the_newest_are_read_and_all_others_count_as_seen():
    pages, asked = site(dated(*NAMES), *NAMES), []
    harvest = visit(pages, newest=5, asked=asked)
    assert titles(harvest) == [f"Meldung {name}" for name in NAMES[:-6:-1]]
    assert asked == [ROOT, *(place(name) for name in NAMES[:-6:-1])]
    assert len(harvest.fingerprints) == harvest.items == 100
    assert harvest.complete
    assert visit(pages, harvest.fingerprints, newest=5).drafts == ()


def test_what_was_only_seen_is_read_when_its_entry_changes():
    pages = site(dated(*NAMES), *NAMES)
    known = visit(pages, newest=5).fingerprints
    pages[ROOT] = dated(*NAMES).replace("<lastmod>2026-01-01<", "<lastmod>2026-11-21<")
    assert titles(visit(pages, known, newest=5)) == ["Meldung 100"]


def test_what_comes_later_is_read_visit_by_visit():
    pages = site(dated(*NAMES), *NAMES)
    known = {place(name): f"2026-{1 + n // 28:02}-{1 + n % 28:02}" for n, name in enumerate(NAMES[:-8])}
    first = visit(pages, known, newest=5)
    assert titles(first) == [f"Meldung {name}" for name in NAMES[:-6:-1]]
    assert not first.complete  # so that the sitemap is not "unchanged" next time
    second = visit(pages, {**known, **first.fingerprints}, newest=5)
    assert titles(second) == [f"Meldung {name}" for name in NAMES[-6:-9:-1]]
    assert second.complete


def test_a_site_that_renews_all_its_addresses_is_not_crawled():
    pages = site(dated(*NAMES), *NAMES)
    known = {place(f"alt-{name}"): "2026-01-01" for name in NAMES}
    harvest = visit(pages, known, newest=5)
    assert len(harvest.drafts) == 5
    assert harvest.complete


def test_a_site_that_changes_all_its_pages_at_once_has_its_newest_read():
    pages = site(dated(*NAMES), *NAMES)
    harvest = visit(pages, dict.fromkeys(map(place, NAMES), "2025-01-01"), newest=5)
    assert len(harvest.drafts) == 5
    assert harvest.complete
    assert len(harvest.fingerprints) == 100


# ---------------------------------------------------------------- an index


def parted(**days: str) -> dict:
    """An index of two parts, of which the newer is packed."""
    days = {"alt": "2024-12-31", "neu": "2026-11-20"} | days
    neu = gzip.compress(sitemap("201", "202").encode(), mtime=0)
    return site(index(**days), "101", "201", "202", alt=sitemap("101", day="2024-12-01"), neu=neu)


def test_an_index_is_walked_the_newest_part_first():
    asked = []
    harvest = visit(parted(), asked=asked)
    assert asked[:3] == [ROOT, f"{SITE}/neu.xml", f"{SITE}/alt.xml"]
    assert titles(harvest) == ["Meldung 201", "Meldung 202", "Meldung 101"]
    assert harvest.items == 3


def test_a_part_whose_lastmod_is_known_is_not_fetched_again():
    known = visit(parted()).fingerprints
    pages, asked = parted(neu="2026-11-21"), []
    pages[f"{SITE}/neu.xml"] = sitemap("201", "202", "203")
    pages[place("203")] = article("203")
    assert titles(visit(pages, known, asked=asked)) == ["Meldung 203"]
    assert asked == [ROOT, f"{SITE}/neu.xml", place("203")]


def test_a_part_without_lastmod_is_asked_for_conditionally_at_each_visit():
    pages = parted(neu="")
    first = visit(pages)
    pages[f"{SITE}/neu.xml"] = Response(f"{SITE}/neu.xml", 304, {}, b"", unchanged=True)
    asked = []
    assert visit(pages, first.fingerprints, asked=asked).unchanged
    assert asked == [ROOT, f"{SITE}/neu.xml"]


def test_an_index_that_does_not_date_its_parts_is_read_though_it_is_unchanged():
    known = visit(parted(neu="")).fingerprints
    assert not first_request(known).conditional
    assert first_request(visit(parted()).fingerprints).conditional


def test_at_the_first_visit_no_more_parts_are_read_than_allowed():
    asked = []
    harvest = visit(parted(), pages=1, asked=asked)
    assert titles(harvest) == ["Meldung 201", "Meldung 202"]
    assert f"{SITE}/alt.xml" not in asked
    assert harvest.complete
    asked.clear()
    visit(parted(), harvest.fingerprints, pages=1, asked=asked)
    assert asked == [ROOT]


def test_changed_parts_beyond_the_limit_have_their_turn_at_the_next_visit():
    known = visit(parted()).fingerprints
    pages = parted(alt="2026-11-21", neu="2026-11-22")
    first = visit(pages, known, pages=1)
    assert not first.complete
    known = {**known, **first.fingerprints, f"{SITE}/neu.xml": "2026-11-22"}
    asked = []
    assert visit(pages, known, pages=1, asked=asked).complete
    assert asked == [ROOT, f"{SITE}/alt.xml"]


def test_a_part_that_fails_is_a_problem_and_is_asked_for_again():
    pages = parted()
    pages[f"{SITE}/neu.xml"] = Failed("busy", "503", f"{SITE}/neu.xml")
    harvest = visit(pages)
    assert titles(harvest) == ["Meldung 101"]
    assert [problem.kind for problem in harvest.problems] == ["busy"]
    assert not harvest.complete
    asked = []
    visit(pages, harvest.fingerprints, asked=asked)
    assert asked == [ROOT, f"{SITE}/neu.xml", f"{SITE}/alt.xml"]


def test_an_index_of_which_no_part_can_be_read_is_a_failure():
    pages = site(index(neu="2026-11-20"), neu=Failed("denied", "403", f"{SITE}/neu.xml"))
    assert visit(pages).failed.kind == "denied"


def test_an_article_that_could_not_be_read_keeps_its_part_from_being_forgotten():
    pages = parted()
    pages[place("202")] = Failed("busy", "503", place("202"))
    known = visit(pages).fingerprints
    pages[place("202")] = article("202")
    assert titles(visit(pages, known)) == ["Meldung 202"]


def test_an_index_within_an_index_is_followed_and_a_circle_ends():
    inner = index(neu="2026-11-20", mitte="2026-11-20")
    pages = site(index(mitte="2026-11-20"), "201", mitte=inner, neu=sitemap("201"))
    asked = []
    assert titles(visit(pages, asked=asked)) == ["Meldung 201"]
    assert asked == [ROOT, f"{SITE}/mitte.xml", f"{SITE}/neu.xml", place("201")]


def test_parts_and_pages_of_other_sites_are_not_fetched():
    foreign = "https://fremd.example/presse/301-meldung-von-dort.html"
    root = sitemap("101", extra=f"<url><loc>{foreign}</loc></url>")
    asked = []
    visit(site(root, "101"), asked=asked)
    assert asked == [ROOT, place("101")]


def test_it_asks_for_nothing_but_get_requests_without_headers():
    requests = []
    play(collect(source(), Known(NOW)), parted(), requests=requests)
    assert all(isinstance(one, Request) and one.method == "GET" and not one.headers for one in requests)


def test_addresses_that_all_answer_with_one_page_are_no_articles_and_not_asked_for_again():
    home = "<!doctype html><main><h1>Unsere Stadt von A bis Z</h1><p>Alles auf einen Blick, und zwar auf der neuen Seite.</p></main>"
    pages = site(sitemap("101", "102", "103", "104"), "104") | {place(n): home for n in ("101", "102", "103")}
    harvest = visit(pages)
    assert titles(harvest) == ["Meldung 104"]
    assert [problem.kind for problem in harvest.problems] == ["soft-404"] * 3
    assert harvest.complete
    assert place("101") in harvest.fingerprints


# ---------------------------------------------------------------- the archive


def test_an_archive_that_counts_as_seen_is_read_by_who_walks_through_it():
    names = ["a", "b", "c"]
    web = site(sitemap(*names), *names)
    first = visit(web, newest=1)
    assert len(first.drafts) == 1
    asked = []
    assert visit(web, first.fingerprints, asked=asked, newest=1).drafts == ()
    assert asked == [ROOT]
    walked = walk_through(source(newest=1), web, known=first.fingerprints)
    assert walked.titles == ["Meldung b", "Meldung c"]
    assert walked.walk.ended == "end"


def test_all_parts_of_an_index_are_walked_through_in_whatever_order_they_stand():
    parts = {"old": sitemap("a", day="2019-05-04"), "new": sitemap("b"), "inner": index(deep="")}
    web = site(index(old="", inner="", new=""), "a", "b", "c", **parts, deep=sitemap("c"))
    walked = walk_through(source(), web)
    assert walked.titles == ["Meldung a", "Meldung c", "Meldung b"]
    assert walked.walk.ended == "end"
    since = walk_through(source(), web, since=datetime(2026, 1, 1, tzinfo=UTC))
    assert since.titles == ["Meldung c", "Meldung b"]
    assert place("a") not in since.asked


def test_a_part_that_is_none_does_not_end_a_walk():
    web = site(index(broken="", whole=""), "a", broken="<p>Wartung</p>", whole=sitemap("a"))
    assert walk_through(source(), web).titles == ["Meldung a"]


def test_a_large_file_is_walked_through_in_parts_and_what_is_too_old_costs_none():
    names, old = [f"n{n}" for n in range(70)], [f"o{n}" for n in range(200)]
    entries = "".join(f"<url><loc>{place(n)}</loc><lastmod>2019-01-01</lastmod></url>" for n in old)
    web = site(sitemap(*names, extra=entries), *names)
    walked = walk_through(source(), web, since=datetime(2026, 1, 1, tzinfo=UTC))
    assert len(walked.titles) == 70
    assert walked.asked.count(ROOT) == 2
    assert (walked.walk.pages, walked.walk.found) == (1, 70)
