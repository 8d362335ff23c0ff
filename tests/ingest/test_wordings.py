import pytest

from syndicator.ingest import wordings


@pytest.mark.parametrize(
    "text",
    [
        "Aktuelle Pressemeldungen",
        "Nachrichtenportal",
        "Newsroom",
        "Pressemitteilungen der Stadt Essen",
        "Nachrichten Bochum",
        "Willkommen in Dortmund",
    ],
)
def test_the_name_of_a_section_is_no_headline(text):
    assert wordings.is_portal_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "Rathaus geschlossen",
        "Presse lobt neues Museum",
        "Meldung eins",
        "Rathaus im neuen Glanz",
        "Willkommen im Stadtgarten: Das Fest beginnt",
        "Archiv öffnet",
    ],
)
def test_a_headline_may_begin_like_one(text):
    assert not wordings.is_portal_name(text)


@pytest.mark.parametrize("text", ["[GELÖSCHT] Konzert", "Zurückgezogen: Konzert", "GELÖSCHT: Konzert"])
def test_a_withdrawal_stands_before_the_headline(text):
    assert wordings.is_withdrawn(text)


@pytest.mark.parametrize(
    "text", ["Zurückgezogen lebt der Luchs", "Brand gelöscht", "Gelöscht ist der Brand noch nicht"]
)
def test_other_headlines_with_the_word_are_no_withdrawal(text):
    assert not wordings.is_withdrawn(text)


@pytest.mark.parametrize(
    "text", ["Presseeinladung: Spatenstich", "Einladung zum Pressetermin", "Fototermin am Hafen", "Presse-Einladung"]
)
def test_the_press_is_invited(text):
    assert wordings.is_invitation(text)


@pytest.mark.parametrize("text", ["Seite vorlesen", "Teilen", "Zurück zur Übersicht", "Nach oben", "Drucken"])
def test_buttons_are_noise(text):
    assert wordings.is_noise(text)


@pytest.mark.parametrize(
    "text",
    [
        "Teilen macht Freude",
        "Zurück in die Schule: Tipps für Eltern",
        "Mehr Grün für alle",
        "Vorlesen macht Kinder stark",
    ],
)
def test_sentences_that_begin_like_buttons_are_not(text):
    assert not wordings.is_noise(text)


@pytest.mark.parametrize("text", ["Seite nicht gefunden", "Fehler 404", "404 - Page not found"])
def test_an_error_is_no_headline(text):
    assert wordings.is_error(text)


@pytest.mark.parametrize(
    "text",
    [
        "Vermisster Hund noch nicht gefunden worden, Suche geht weiter",
        "Fehler im Haushalt: Kämmerin legt neue Zahlen vor",
    ],
)
def test_a_headline_about_errors_is_one(text):
    assert not wordings.is_error(text)
