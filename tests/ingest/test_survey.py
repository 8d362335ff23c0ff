"""Pages as portals have them are told apart: the lists and articles of the other tests, looked at as one comes upon them."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndicator.ingest.discovery.survey import Survey, read_survey

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HERE = Path(__file__).parent
# Lists that no rule finds without selectors, or that hold two items; pages that are no article at first sight: too short, no date.
NO_LISTS = {"bottrop", "dortmund-neu", "herne", "leer", "umgebaut"}
NO_ARTICLES = {
    "anmeldung",
    "fehlerseite",
    "leichte-sprache",
    "mit-selektoren",
    "muelheim",
    "ohne-ueberschrift",
    "zurueckgezogen",
}


def files(folder: str, but: set[str]) -> list[Path]:
    return [path for path in sorted((HERE / folder).glob("*.html")) if path.stem not in but]


def survey(body: str | bytes, address: str = "https://www.stadt-muenster.example/") -> Survey:
    body = body.encode() if isinstance(body, str) else body
    return read_survey(body, address, "text/html; charset=utf-8", "Europe/Berlin", NOW)


def survey_of(path: Path) -> Survey:
    return survey(path.read_bytes(), tomllib.loads(path.with_suffix(".toml").read_text())["address"])


@pytest.mark.parametrize("path", files("lists", NO_LISTS), ids=lambda path: path.stem)
def test_a_list_is_a_list_and_no_article(path):
    found = survey_of(path)
    assert found.is_list
    assert found.article is None
    assert not found.hollow


@pytest.mark.parametrize("path", files("pages", NO_ARTICLES), ids=lambda path: path.stem)
def test_an_article_is_an_article_and_no_list(path):
    found = survey_of(path)
    assert found.article is not None
    assert not found.is_list
    assert not found.hollow


# ---------------------------------------------------------------- signposts


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/a">', "/a"),
        ('<link rel="alternate" type="text/xml" href="/a">', "/a"),
        ('<link rel="Alternate feed" href="/a">', "/a"),
        ('<link rel="alternate" type="text/html" href="/rss.php">', "/rss.php"),  # mislabelled
        ('<a href="/service/newsfeed/">Abonnieren</a>', "/service/newsfeed/"),
        ('<a href="/aktuelles?type=9818">Abonnieren</a>', "/aktuelles?type=9818"),
        ('<a href="/aktuelles?feed=rss2">Abonnieren</a>', "/aktuelles?feed=rss2"),
        ('<a href="/x"><img alt=""> RSS</a>', "/x"),
        ('<a href="/x" title="RSS-Feed"></a>', "/x"),
        ('<a href="/service/presse.xml">Presse</a>', "/service/presse.xml"),
    ],
)
def test_what_a_page_names_as_a_feed_is_found(markup, address):
    assert [named.address for named in survey(markup).feeds] == [f"https://www.stadt-muenster.example{address}"]


@pytest.mark.parametrize(
    "markup",
    [
        '<link rel="alternate" hreflang="en" href="/en/">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed">',
        '<link rel="stylesheet alternate" type="text/css" href="/feed.css">',
        '<a href="/feedback">Ihr Feedback</a>',
        '<a href="/presse.pdf">RSS erklärt</a>',
        '<a href="https://www.rss.example/feed/">RSS</a>',  # of another site
        '<a href="/sitemap.xml">Sitemap</a>',
        '<a href="/t/wochenmarkt-atomar">Der Wochenmarkt</a>',
    ],
)
def test_what_only_resembles_a_feed_is_none(markup):
    named = [feed.address for feed in survey(markup).feeds]
    assert named == ([] if "pdf" not in markup else ["https://www.stadt-muenster.example/presse.pdf"])


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ('<div data-endpoint="/api/graphql/"></div>', "/api/graphql/"),
        ('<div data-src="/presse/liste.json?page=1"></div>', "/presse/liste.json?page=1"),
        ('<link rel="https://api.w.org/" href="/wp-json/">', "/wp-json/"),
        ('<script>fetch("/api/v2/news")</script>', "/api/v2/news"),
        ("<script>const url = '/graphql'</script>", "/graphql"),
    ],
)
def test_data_that_a_page_names_is_found(markup, address):
    assert [named.address for named in survey(markup).data] == [f"https://www.stadt-muenster.example{address}"]


def test_the_likeliest_way_to_the_news_comes_first():
    page = """<nav><a href="/presse">Presse</a><a href="/aktuelles">Aktuelles</a><a href="/presse/mitteilungen">Pressemitteilungen</a>
    <a href="/alle">Alle Meldungen »</a><a href="/rat">Rat</a><a href="https://news.example/">News</a></nav>"""
    assert [way.address.rpartition(".example")[2] for way in survey(page).ways] == [
        "/alle",
        "/presse/mitteilungen",
        "/aktuelles",
        "/presse",
    ]


def test_an_article_leads_back_by_its_link_its_trail_and_its_path():
    page = '<ol class="breadcrumb"><li><a href="/">Start</a></li><li><a href="/news">News</a></li></ol><a href="/liste">‹ Zurück</a>'
    back = [way.address.rpartition(".example")[2] for way in survey(page, "https://www.stadt.example/a/b/c.html").back]
    assert back == ["/liste", "/news", "/a/b/", "/a/"]


@pytest.mark.parametrize("path", ["", "/", "/index.html", "/de/", "/de/startseite.php", "/home"])
def test_a_home_page_is_told_by_its_address(path):
    assert survey("<h1>x</h1>", f"https://www.stadt.example{path}").is_home


# ---------------------------------------------------------------- pages that hold nothing


@pytest.mark.parametrize(
    "body",
    [
        '<div id="root"></div><script src="/app.js"></script>',
        "<noscript>Bitte JavaScript einschalten.</noscript><p>Laden …</p><script>go()</script>",
        '<app-root></app-root><script src="/main.js"></script>',
    ],
)
def test_a_page_that_scripts_put_together_is_hollow(body):
    assert survey(body).hollow


def test_a_short_page_with_a_script_is_not_hollow():
    assert not survey("<h1>Öffnungszeiten</h1><p>Montags von acht bis zwölf.</p><script>count()</script>").hollow


# ---------------------------------------------------------------- whose page it is


@pytest.mark.parametrize(
    ("head", "body", "address", "title", "city"),
    [
        ('<meta property="og:site_name" content="Stadt Bochum">', "", "https://x.example/", "Stadt Bochum", "Bochum"),
        (
            "<title>Presse | Stadt Mülheim an der Ruhr</title>",
            "",
            "https://x.example/",
            "Stadt Mülheim an der Ruhr",
            "Mülheim an der Ruhr",
        ),
        (
            "<title>Startseite - Landeshauptstadt Elbtal</title>",
            "",
            "https://x.example/",
            "Landeshauptstadt Elbtal",
            "Elbtal",
        ),
        ("", "<footer>© 2026 Stadt Herne | Impressum</footer>", "https://x.example/", "Stadt Herne", "Herne"),
        ("", "<p>Unser schönes Köln am Rhein</p>", "https://www.stadt-koeln.example/", "Köln", "Köln"),
        ("<title>Presse</title>", "", "https://www.bad-neustadt.example/", "Bad-Neustadt", "Bad-Neustadt"),
        (
            "<title>Presse</title>",
            "<p>Bad Neustadt</p>",
            "https://www.bad-neustadt.example/",
            "Bad Neustadt",
            "Bad Neustadt",
        ),
        ("<title>Stadt Bad Orb | Presse</title>", "", "https://x.example/", "Stadt Bad Orb", "Bad Orb"),
        ("<title>Stadt Aktuell | Herne</title>", "", "https://www.herne.example/", "Herne", "Herne"),
        ("<title>Presse</title>", "", "http://127.0.0.1:8090/", "", ""),
        ("<title>Presse</title>", "", "http://localhost/", "", ""),
    ],
)
def test_title_and_city_are_those_that_the_page_or_else_its_host_names(head, body, address, title, city):
    who = survey(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>", address).identity
    assert (who.title, who.city) == (title, city)


@pytest.mark.parametrize(
    ("markup", "rights"),
    [
        ("<footer>© 2019–2026 Stadt Essen, alle Rechte vorbehalten</footer>", "© Stadt Essen"),
        ("<footer>Copyright Stadt Essen 2026</footer>", "© Stadt Essen"),
        ("<footer>© 2026 Werbeagentur Muster GmbH</footer>", ""),  # who made the site
        ('<meta name="dcterms.rights" content="Stadt Essen">', "© Stadt Essen"),
        ("<p>Stadt Essen</p>", ""),
    ],
)
def test_rights_are_those_that_the_page_states_of_its_own(markup, rights):
    assert survey(f"<title>Stadt Essen</title>{markup}").identity.rights == rights


@pytest.mark.parametrize(
    ("markup", "license_"),
    [
        (
            '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">',
            "https://creativecommons.org/licenses/by/4.0/",
        ),
        ('<footer><a rel="license" href="/lizenz">Lizenz</a></footer>', "https://www.stadt-muenster.example/lizenz"),
        ('<figure><a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC</a></figure>', ""),
        ('<a rel="license" href="/a">a</a><a rel="license" href="/b">b</a>', ""),
        ("<p>Alle Texte CC BY 4.0</p>", ""),
    ],
)
def test_a_licence_is_never_guessed(markup, license_):
    assert survey(f"<body>{markup}</body>").identity.license == license_
