"""What looks like news and what does not: both lists matter, as news held back is lost to its readers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.ingest.error_pages import is_error_text, is_error_title
from syndicator.ingest.suspicion import Doubts, doubts_about
from syndicator.model import Draft, Moment
from syndicator.text import checksum, fold

NEWS = "Der Rat hat am Donnerstag beschlossen, den Platz vor dem Bahnhof neu zu gestalten. " * 8
REST = (
    "Die Website ist wegen Wartungsarbeiten vorübergehend nicht erreichbar. Bitte versuchen Sie es später noch einmal."
)


@pytest.mark.parametrize(
    "title",
    [
        "Fehler 500",
        "HTTP-Fehler 403: Zugriff verweigert",
        "Error 404 (Not Found)!!1",
        "404 Not Found",
        "503 Service Unavailable",
        "502 Bad Gateway",
        "Bridge returned error 500! (19000)",
        "Access denied",
        "Access to this page has been denied.",
        "Zugriff verweigert",
        "Just a moment...",
        "Just a moment…",
        "Attention Required! | Cloudflare",
        "Checking your browser before accessing stadt.example",
        "Sind Sie ein Mensch?",
        "Sicherheitsüberprüfung",
        "Die angeforderte Seite wurde nicht gefunden",
        "Seite nicht gefunden",
        "Es ist ein unerwarteter Fehler aufgetreten.",
        "Interner Serverfehler",
        "Error establishing a database connection",
        "Wartungsmodus",
        "Website im Wartungsmodus – wir sind gleich zurück",
        "Sitzung abgelaufen",
        "Anmelden",
        "Index of /presse",
        "Untitled",
        "undefined",
    ],
)
def test_nothing_but_an_error_is_headed_like_this(title):
    assert is_error_title(fold(title))
    assert Doubts().about(title, "", f"<p>{NEWS}</p>").startswith("It is headed like an error page")


@pytest.mark.parametrize(
    "title",
    [
        "500 Jahre Rathaus",
        "403 Bürgerinnen und Bürger eingebürgert",
        "Fehler im System: Stadt sucht nach der Ursache der falschen Gebührenbescheide",
        "Fehler 404: Ausstellung im Kunsthaus",
        "Wartungsarbeiten an der Gasleitung in der Nordstadt",
        "Wartungsarbeiten",
        "Störung im Bürgerbüro",
        "Bürgerbüro am Freitag nicht erreichbar",
        "Anmeldung zum Kita-Jahr beginnt",
        "Sicherheit im Straßenverkehr",
        "Zugang zum Park gesperrt",
        "Einen Moment für die Natur",
        "Null Toleranz bei Müll",
        "Captchas und Cookies: Kurs der Volkshochschule",
        "Moment mal! Kunst im Vorübergehen",
    ],
)
def test_news_may_be_headed_like_this(title):
    assert Doubts().about(title, "", f"<p>{NEWS}</p>") == ""


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Wartungsarbeiten", REST),
        ("Wartungsarbeiten", "Diese Seite wird gerade gewartet."),
        ("Hinweis", "Bitte aktivieren Sie JavaScript, um diese Seite zu sehen."),
        ("Störung", "Der Server ist zurzeit überlastet."),
        (
            "Nachrichten aus dem Rathaus",
            "Fatal error: Uncaught Error: Call to undefined function in /var/www/index.php on line 12",
        ),
        ("Nachrichten aus dem Rathaus", "Traceback (most recent call last): File app.py"),
        ("Neues Familienbüro", "You have an error in your SQL syntax; check the manual"),
        ("Neues Familienbüro", "Verify you are human. Cloudflare Ray ID: 8c1f"),
        ("Neues Familienbüro", "403 Forbidden nginx"),
    ],
)
def test_a_text_that_only_a_program_writes_is_doubtful(title, text):
    assert is_error_text(fold(title), text)
    assert Doubts().about(title, "", f"<p>{text}</p>") == Doubts().about(title, text, "") != ""


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Wartungsarbeiten im Tunnel",
            "Der Tunnel ist wegen Wartungsarbeiten von 22 bis 5 Uhr gesperrt. Eine Umleitung ist eingerichtet.",
        ),
        ("Bürgerbüros schließen früher", REST),
        ("Störung", "Wegen eines Wasserrohrbruchs fährt die Linie 4 nicht."),
        ("Warnung vor Hitze", "Warning: Hitze. Trinken Sie genug."),
        ("Neue Website der Stadt", "Die Website der Stadt wird überarbeitet und ist am Sonntag nicht erreichbar. " * 6),
    ],
)
def test_news_about_things_that_do_not_work_is_news(title, text):
    assert Doubts().about(title, "", f"<p>{text}</p>") == ""


def drafts(*, count=5, **changes):
    return [
        replace(Draft(str(n), f"https://stadt.example/{n}", f"Meldung {n}", body=f"<p>{NEWS} {n}</p>"), **changes)
        for n in range(count)
    ]


def about(draft, *, among, names=("Stadt Bochum", "bochum"), repeated=()):
    return doubts_about(among, names, repeated).about(draft.title, draft.summary, draft.body)


@pytest.mark.parametrize("title", ["", "  ", "…", "***", "12.03.2026"])
def test_what_has_no_headline_is_doubtful(title):
    assert about(drafts(title=title)[0], among=()) == "It has no headline."


@pytest.mark.parametrize("title", ["Stadt Bochum", "STADT BOCHUM", "bochum"])
def test_the_name_of_the_source_is_no_headline(title):
    assert "name of the source" in about(drafts(title=title)[0], among=())


def test_a_text_that_most_of_a_harvest_share_is_doubtful_and_the_others_are_not():
    banner = f"<p>{'Diese Website verwendet Cookies und ähnliches. ' * 4}</p>"
    harvest = [*drafts(body=banner)[:3], *drafts()[3:]]
    assert [bool(about(one, among=harvest)) for one in harvest] == [True, True, True, False, False]
    assert not about(harvest[0], among=harvest[1:])  # two of four are no most


def test_short_texts_may_be_alike():
    harvest = drafts(body="<p>Die Mitteilung steht im Anhang.</p>")
    assert not any(about(one, among=harvest) for one in harvest)


def test_a_text_that_the_articles_before_had_is_doubtful_as_well():
    one = drafts()[0]
    assert "very same text" in about(one, among=[one], repeated={checksum(one.body)})


def test_a_headline_that_all_have_is_doubtful_but_not_one_that_many_have():
    harvest = drafts(title="Aktuelle Pressemeldungen der Verwaltung")
    assert all(about(one, among=harvest) for one in harvest)
    harvest[0] = replace(harvest[0], title="Erzieherinnen gesucht")
    assert not any(about(one, among=harvest) for one in harvest)
    assert not about(harvest[1], among=harvest[1:3])  # two alike are chance


def test_a_notice_that_comes_each_week_is_news_each_week():
    weeks = [Moment(datetime(2026, 3, 2, tzinfo=UTC) + timedelta(weeks=n), "day", "feed") for n in range(4)]
    notice = {"title": "Der Wochenmarkt fällt aus", "body": f"<p>{NEWS}</p>"}
    harvest = [replace(one, published=week) for one, week in zip(drafts(count=4, **notice), weeks, strict=True)]
    assert not any(about(one, among=harvest) for one in harvest)
    undated = [replace(one, published=None) for one in harvest]
    assert all(about(one, among=undated) for one in undated)


def test_broken_letters_are_doubtful_only_where_they_are_many():
    broken = "Stra\ufffde, B\ufffdrger und Gr\ufffdn"
    assert "broken" in about(drafts(body=f"<p>{broken}</p>")[0], among=())
    assert "broken" in about(drafts(title="Gr\ufffdnfl\ufffdchen")[0], among=())
    assert not about(drafts(body=f"<p>{broken} {NEWS * 3}</p>")[0], among=())
    assert not about(drafts(body=f"<p>{NEWS} São Paulo, Ângela und Besançon.</p>")[0], among=())
