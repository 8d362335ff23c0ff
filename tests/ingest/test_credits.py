import pytest

from syndicator.ingest.credits import bare_credit, is_credit, split_credit


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("Der neue Platz. Foto: Stadt X / Amt Y", "Der neue Platz.", "Stadt X / Amt Y"),
        ("Bild (Bildlizenz/Fotograf/Grafiker): Archiv", "", "Archiv"),
        ("Bild: Stadt Dortmund / Presseamt", "", "Stadt Dortmund / Presseamt"),
        ("Adobe Stock / Bildautor", "", "Adobe Stock / Bildautor"),
        ("stock.adobe.com / Bildautor", "", "stock.adobe.com / Bildautor"),
        ("Eine Bank. ©Fotostelle, Stadt Essen", "Eine Bank.", "©Fotostelle, Stadt Essen"),
        ("Bildrechte: Stadt Gelsenkirchen", "", "Stadt Gelsenkirchen"),
        ("© Amt | Stadt", "", "© Amt | Stadt"),
        ("Blick auf den See (Foto: Amt)", "Blick auf den See", "Amt"),
        ("Das Bild zeigt den Rat.", "Das Bild zeigt den Rat.", ""),
        ("Fotoausstellung im Rathaus", "Fotoausstellung im Rathaus", ""),
        ("", "", ""),
    ],
)
def test_caption_and_credit_are_told_apart(line, caption, credit):
    assert split_credit(line) == (caption, credit)
    assert is_credit(line) is (bool(credit) and not caption)


def test_a_credit_loses_the_word_that_announces_it():
    assert bare_credit("Foto: Stadt X") == "Stadt X"
    assert bare_credit("© Stadt X") == "© Stadt X"
