import pytest

from syndicator.ingest.query import Queries

TITLE = "Städtekooperation wird fortgesetzt"
TEXT = "Der Integrationsrat lud zum runden Tisch über Sport und Straßenbau."


@pytest.mark.parametrize(
    ("query", "answers"),
    [
        ("Städtekooperation", True),
        ("staedtekooperation", True),
        ("Kooperation", False),
        ("*kooperation", True),
        ("Integrations*", True),
        ("Verkehr OR Sport", True),
        ("Verkehr OR Kultur", False),
        ("Sport Strassenbau", True),
        ("Sport AND Kultur", False),
        ('"runden Tisch"', True),
        ('"Tisch runden"', False),
        ('"runde* *tisch"', True),
        ('"runde* Stuhl*"', False),
        ("Integrations-Rat", True),
        ("Integrationsrat -Sport", False),
        ("Integrationsrat NOT Kultur", True),
        ("-Sport", False),
        ("", False),
        ('" " OR -', False),
    ],
)
def test_a_query_is_answered_by_the_words_of_headline_and_text(query, answers):
    assert Queries([query]).answered_by(TITLE, TEXT) == ((query,) if answers else ())


def test_all_queries_are_asked_at_once():
    queries = ["Sport", "Kultur", "Straßenbau"]
    assert Queries(queries).answered_by(TITLE, TEXT) == ("Sport", "Straßenbau")
