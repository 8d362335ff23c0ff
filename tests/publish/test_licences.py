import pytest

from syndicator.publish.licences import licence


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("cc-by-sa-3.0-de", "https://creativecommons.org/licenses/by-sa/3.0/de/"),
        ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("dl-de/by-2-0", "https://www.govdata.de/dl-de/by-2-0"),
        ("DL-DE-ZERO-2.0", "https://www.govdata.de/dl-de/zero-2-0"),
        ("http://creativecommons.org/licenses/by/4.0/deed.de", "http://creativecommons.org/licenses/by/4.0/deed.de"),
        ("EUPL-1.2", "https://spdx.org/licenses/EUPL-1.2.html"),
        ("unknown", ""),
        ("Unknown", ""),
        ("", ""),
        ("alle Rechte vorbehalten", ""),
    ],
)
def test_a_licence_has_the_address_of_its_text(text, address):
    assert licence(text).address == address


@pytest.mark.parametrize(
    "text",
    [
        "CC-BY-4.0",
        "CC-BY-SA-3.0-DE",
        "CC0-1.0",
        "CC-PDM-1.0",
        "PDDL-1.0",
        "dl-de/by-2-0",
        "dl-de/zero-2-0",
        "DL-DE-BY-2.0",
        "https://creativecommons.org/licenses/by-sa/4.0/deed.de",
        "http://www.govdata.de/dl-de/zero-2-0",
        "https://creativecommons.org/publicdomain/mark/1.0/",
    ],
)
def test_open_licences_are_known_by_id_and_address(text):
    assert licence(text).open
    assert licence(licence(text).address).open


@pytest.mark.parametrize(
    "text",
    [
        "CC-BY-NC-4.0",
        "CC-BY-ND-4.0",
        "CC-BY-NC-SA-4.0",
        "https://creativecommons.org/licenses/by-nd/4.0/",
        "unknown",
        "",
        "MIT",
        "https://creativecommons.org.evil.example/licenses/by/4.0/",
        "https://evil.example/creativecommons.org/licenses/by/4.0/",
    ],
)
def test_what_forbids_or_is_not_known_is_not_open(text):
    assert not licence(text).open
