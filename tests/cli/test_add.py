import io
import tomllib

import pytest

from syndicator.model import Response
from tests.ingest.sites import pages_of, read_site
from tests.support.configs import free_port
from tests.support.serving import served


@pytest.fixture
def before(folder):
    return (folder / "config.toml").read_bytes()


@pytest.fixture
def now(folder):
    return (folder / "config.toml").read_bytes


@pytest.fixture
def site():
    """Serves a site of tests/ingest/sites; returns the address to ask for, or another of its pages."""
    running = []

    def serve(name, path=None):
        told = read_site(name)
        context = served(pages_of(told))
        origin = context.__enter__()
        running.append(context)
        return origin + (told["asked"].split(".example", 1)[1] if path is None else path)

    yield serve
    for context in running:
        context.__exit__(None, None, None)


def page(body, status=200, path="/", **headers):
    return {f"https://x.example{path}": Response("", status, {"content-type": "text/html", **headers}, body.encode())}


def test_a_portal_is_found_shown_and_written_behind_the_last_source(syndicator, site, before, now):
    address = site("typo3")
    said = syndicator("add", address, "--yes")
    assert (said.code, said.err) == (0, "")
    shown = " ".join(said.out.split())
    assert f"* {address} HTML list, 5 teasers, all with dates" in shown
    assert f"- {address}?type=9818 Feed (RSS 2.0), 5 entries, teasers of about 80 characters each" in shown
    assert "as the feed leaves most of the texts out, and this gives them in full." in shown
    assert "Spielplatz am Hafen wird grüner" in shown
    assert "Written to config.toml as source 'musterheim'" in shown
    assert "for the city to say" in shown
    block = said.out[said.out.index("# Gefunden mit") : said.out.index("\nWritten to")]
    assert now().replace(block.encode() + b"\n", b"") == before
    source = tomllib.loads(now().decode())["sources"][-1]
    assert (source["name"], source["kind"], source["url"]) == ("musterheim", "portal", address)
    assert (source["allow_private"], source["license"]) == (True, "unknown")
    assert source["list"]["item"] == ".article"


def test_what_was_added_can_be_previewed_and_ingested(syndicator, site):
    syndicator("add", site("typo3"), "--yes")
    said = syndicator("preview", "musterheim", "--json", "--articles", "1")
    (article,) = said.json["articles"]
    assert article["title"] == "Spielplatz am Hafen wird grüner"
    assert article["found"]["title"] == 'selector [itemprop="headline"]'
    assert syndicator("check").code == 0


@pytest.mark.parametrize(("answer", "written"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_it_asks_before_it_writes(syndicator, site, before, now, monkeypatch, answer, written):
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    said = syndicator("add", site("aspnet"))
    assert said.code == 0
    assert "Write this block into config.toml? [y/N]" in said.out
    assert ("Nothing was written." in said.out) is not written
    assert (now() != before) is written


def test_without_anybody_to_answer_nothing_is_written(syndicator, site, before, now, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert syndicator("add", site("aspnet")).code == 1
    assert now() == before


def test_print_puts_the_block_alone_on_stdout(syndicator, site, before, now):
    address = site("aspnet")
    said = syndicator("add", address, "--print")
    assert said.code == 0
    assert now() == before
    (source,) = tomllib.loads(said.out)["sources"]
    assert (source["kind"], source["name"]) == ("feed", "kanalhausen")
    assert said.out.startswith("# Gefunden mit `syndicator add`: ein Feed.\n[[sources]]\n")
    assert "announced as RSS" in " ".join(said.err.split())
    assert "is one article; the news is listed at" in " ".join(said.err.split())


def test_how_the_list_goes_on_and_what_names_an_article_are_written_where_they_are_sure(syndicator, site):
    (source,) = tomllib.loads(syndicator("add", site("seiten"), "--print").out)["sources"]
    assert (source["list"]["next"], source["list"]["pages"]) == ("a[rel~=next]", 2)
    assert source["article"]["id"] == r"//(\d{4,12})[-_.][^/]*$/"


def test_json_tells_all_and_writes_only_with_yes(syndicator, site, before, now):
    address = site("drupal")
    said = syndicator("add", address, "--json")
    assert (said.code, said.err, now()) == (0, "", before)
    assert said.json["written"] is False
    assert said.json["chosen"] == f"{address}rss.xml"
    assert said.json["source"]["city"] == "Flussstadt"
    assert tomllib.loads(said.json["block"])["sources"] == [said.json["source"]]
    assert [one["usable"] for one in said.json["candidates"]] == [True]
    assert len(said.json["articles"]) == 3
    assert syndicator("add", address, "--json", "--yes").json["written"] is True
    assert now() != before


def test_what_is_there_already_is_not_added_again(syndicator, site, now):
    address = site("typo3")
    syndicator("add", address, "--yes")
    after = now()
    for words in ((address,), (f"{address}/",), (address, "--json"), (address, "--print")):
        said = syndicator("add", *words, "--yes")
        assert said.code == 0
        assert "musterheim" in said.out + said.err
        assert now() == after


def test_a_home_page_whose_feed_is_there_already_adds_nothing(syndicator, site, now):
    address = site("drupal")
    syndicator("add", address, "--yes")
    after = now()
    said = syndicator("add", address, "--yes")
    assert (said.code, now()) == (0, after)
    assert "has it already, as source 'flussstadt'" in said.out


def test_name_city_and_kind_can_be_said(syndicator, site, now):
    said = syndicator("add", site("typo3"), "--name", "rathaus", "--city", "Dortmund", "--kind", "feed", "--yes")
    assert said.code == 0
    source = tomllib.loads(now().decode())["sources"][-1]
    assert (source["name"], source["city"], source["kind"]) == ("rathaus", "Dortmund", "feed")
    assert source["url"].endswith("?type=9818")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--name", "Neue Stadt"), "as 'neue-stadt' is"),
        (("--name", "dortmund"), "has a source 'dortmund' already"),
        (("--kind", "feeds"), "did you mean 'feed'?"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_asked_for(syndicator, words, sentence):
    said = syndicator("add", f"http://127.0.0.1:{free_port()}/", *words)
    assert (said.code, said.out) == (2, "")
    assert sentence in " ".join(said.err.split())


def test_a_city_that_is_the_name_of_a_category_is_a_mistake_and_nothing_is_written(syndicator, site, before, now):
    said = syndicator("add", site("typo3"), "--city", "Vielfalt", "--yes")
    assert said.code == 2
    assert "'vielfalt' is taken as the name of a feed" in said.err
    assert "Nothing was written." in said.err
    assert now() == before


# ---------------------------------------------------------------- what cannot be added

NEEDS_SCRIPTS = '<div id="root"></div><script src="/app.js"></script>'
LOGIN = '<form><input type="password"></form>'
NO_LIST = "<h1>Öffnungszeiten</h1><p>Montags bis freitags von acht bis zwölf Uhr.</p>"


@pytest.mark.parametrize(
    ("pages", "sentence", "advice"),
    [
        (page(NEEDS_SCRIPTS), "is put together by JavaScript", "developer tools"),
        (page(LOGIN), "asks for a login", "public feed"),
        (page(NO_LIST), "no feed and no list of articles was found", "Name the page that lists the news"),
        (page("", status=404), "has no page at this address", "go to the page that lists the news"),
        (page("", status=401), "asks for a password", "public feed"),
        (page("", status=403), "denies access", "public feed"),
        (page("", status=503), "overloaded or under maintenance", "Try again later"),
        (page("User-agent: *\nDisallow: /", path="/robots.txt"), "robots.txt", "let this program read"),
        (page("%PDF-1.7", **{"content-type": "application/pdf"}), "is application/pdf and no page", "Name the page"),
    ],
    ids=["scripts", "login", "no list", "404", "401", "403", "503", "robots", "PDF"],
)
def test_what_cannot_be_read_is_one_sentence_and_the_next_step(syndicator, before, now, pages, sentence, advice):
    with served(pages) as origin:
        said = syndicator("add", f"{origin}/", "--yes")
    assert said.code == 1
    assert sentence in said.err
    assert advice in said.err
    assert said.out == ""
    assert now() == before


def test_json_tells_a_failure_too(syndicator):
    said = syndicator("add", f"http://127.0.0.1:{free_port()}/", "--json")
    assert (said.code, said.err, said.json["written"]) == (1, "", False)
    assert "refuses connections" in said.json["problem"]
    assert "in a browser" in said.json["advice"]


def test_an_address_that_is_none_is_wrong_usage(syndicator):
    said = syndicator("add", "ftp://portal.example/")
    assert said.code == 2
    assert 'An address looks like this: "https://' in said.err


def test_a_page_without_a_city_asks_for_one(syndicator, before, now):
    teasers = "".join(
        f'<article><h3><a href="/n/{n}">Eine Meldung Nummer {n}</a></h3><time>{n}.11.2026</time></article>'
        for n in (1, 2, 3)
    )
    articles = {
        f"https://x.example/n/{n}": Response(
            "",
            200,
            {"content-type": "text/html"},
            f"<main><h1>Eine Meldung Nummer {n}</h1><p>{'Wort ' * 60}</p></main>".encode(),
        )
        for n in (1, 2, 3)
    }
    with served(page(f"<main><h1>Aktuelles</h1>{teasers}</main>", path="/news") | articles) as origin:
        said = syndicator("add", f"{origin}/news", "--yes")
    assert said.code == 1
    assert "--city" in said.err
    assert now() == before
