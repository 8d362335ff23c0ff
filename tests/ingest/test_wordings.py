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


@pytest.mark.parametrize(
    "title",
    [
        "[GELÖSCHT] Konzert im Park",
        "[gelöscht] Konzert im Park",
        "[ Gelöscht ]: Konzert im Park",
        "(gelöscht) Konzert im Park",
        "GELÖSCHT: Konzert im Park",
        "GELÖSCHT - Konzert im Park",
        "GELÖSCHT – Konzert im Park",
        "GELOESCHT – Konzert im Park",
        "*** gelöscht *** Konzert im Park",
        "+++ ZURÜCKGEZOGEN +++ Konzert im Park",
        "Zurückgezogen: Konzert im Park",
        "zurückgezogen – Konzert im Park",
        "(zurückgezogen) Konzert im Park",
        "[Zurückgezogen] Konzert im Park",
        "Zurückgenommen: Konzert im Park",
        "Pressemitteilung zurückgezogen: Konzert im Park",
        "Konzert im Park [gelöscht]",
        "Konzert im Park (zurückgezogen)",
        "[WITHDRAWN] Konzert im Park",
    ],
)
def test_a_withdrawal_is_marked_in_the_headline_and_says_which_one(title):
    assert wordings.is_withdrawn(title)
    assert wordings.headline_meant(title) == "konzert im park"


@pytest.mark.parametrize("title", ["Diese Pressemitteilung wurde zurückgezogen", "[GELÖSCHT]", "Gelöscht", "GELÖSCHT!"])
def test_a_withdrawal_may_name_nothing(title):
    assert wordings.is_withdrawn(title)
    assert wordings.headline_meant(title) == ""


@pytest.mark.parametrize(
    "title",
    [
        "Zurückgezogen lebt der Luchs",
        "Brand gelöscht",
        "Brand am Hafen (gelöscht)",
        "Gelöscht ist der Brand noch nicht",
        "Gelöscht – und dann? Feuerwehr übt am Hafen",
        "Gelöschte Akten: Stadt klärt auf",
        "Großbrand gelöscht: Dank an die Feuerwehr",
        "Kandidatur zurückgezogen: Rat wählt neu",
        "ABGESAGT: Konzert im Park",
        "Absage: Konzert im Park",
        "Konzert im Park entfällt",
        "[ABGESAGT] Konzert im Park",
    ],
)
def test_what_does_not_take_place_is_news_and_so_is_what_only_has_the_word(title):
    assert not wordings.is_withdrawn(title)
    assert wordings.headline_meant(title) == ""


@pytest.mark.parametrize(
    "title",
    [
        "Korrektur: Neue Bäume am Wall",
        "KORREKTUR – Neue Bäume am Wall",
        "Korrektur - Neue Bäume am Wall",
        "2. Korrektur: Neue Bäume am Wall",
        "Berichtigung: Neue Bäume am Wall",
        "KORRIGIERTE FASSUNG: Neue Bäume am Wall",
        "[Korrigierte Fassung] Neue Bäume am Wall",
        "Korrigierte Pressemitteilung: Neue Bäume am Wall",
        "Korrigiert: Neue Bäume am Wall",
        "Neufassung: Neue Bäume am Wall",
        "Korrektur zur Pressemitteilung vom 3. November 2026: Neue Bäume am Wall",
        "Korrektur der Meldung „Neue Bäume am Wall“",
        "Berichtigung zu unserer Pressemitteilung Nr. 12/2026: Neue Bäume am Wall",
        "Richtigstellung: Neue Bäume am Wall",
        "Neue Bäume am Wall (Korrektur)",
        "Neue Bäume am Wall – korrigierte Fassung",
        "Neue Bäume am Wall - Berichtigung",
        "+++ Korrektur +++ Neue Bäume am Wall",
    ],
)
def test_a_correction_says_which_headline_it_corrects(title):
    assert wordings.headline_meant(title) == "neue baeume am wall" == wordings.bare_headline(title)
    assert not wordings.is_withdrawn(title)


@pytest.mark.parametrize(
    "title",
    [
        "Korrektur am Haushalt nötig",
        "Neufassung der Hundesteuersatzung beschlossen",
        "Neue Fassung des Bebauungsplans liegt aus",
        "Berichtigung des Grundbuchs wird einfacher",
        "Neue Bäume am Wall",
        "Korrektur",
    ],
)
def test_a_headline_about_corrections_is_one(title):
    assert wordings.headline_meant(title) == ""


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
