from syndicator.publish.adminwords import ADMIN_WORDS, PUSHES, REFUSALS, STATES
from syndicator.publish.words import LANGUAGES


def test_both_languages_say_the_same_things_with_the_same_blanks():
    german, english = (ADMIN_WORDS[language] for language in LANGUAGES)
    assert german.keys() == english.keys()
    assert {key: text.count("{}") for key, text in german.items()} == {
        k: text.count("{}") for k, text in english.items()
    }
    assert REFUSALS["de"].keys() == REFUSALS["en"].keys()
    for words in (STATES, PUSHES):
        assert set(words) == set(LANGUAGES)
