"""Ids that the addresses of a list tell, and numbers that are none."""

import pytest

from syndicator.ingest.address_keys import keys_of


@pytest.mark.parametrize(
    ("addresses", "keys"),
    [
        (["/artikel/98765-ehrenamt", "/artikel/98764-haushalt", "/artikel/98760-schule"], ["98765", "98764", "98760"]),
        (["/m/pressemeldung_1512345.de.html", "/m/pressemeldung_1512340.de.html", "/m/pressemeldung_1512333.de.html"], ["1512345", "1512340", "1512333"]),
        (["/news/ein-titel-20411.php", "/news/noch-einer-20410.php", "/news/dritter-20399.php"], ["20411", "20410", "20399"]),
        (["/x?ID=2231&Source=a", "/x?ID=2230&Source=a", "/x?ID=2228&Source=a"], ["2231", "2230", "2228"]),
        (["/p/3f2504e0-4f89-41d3-9a0c-0305e82c3301/a", "/p/3F2504E0-4F89-41D3-9A0C-0305E82C3302/b"], ["3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82c3302"]),
        # a folder's id is the same for all; what comes after tells them apart
        (["/site/11111111-1111-4111-8111-111111111111/a", "/site/11111111-1111-4111-8111-111111111111/b"], ["", ""]),
        # years and days are no ids
        (["/2026/a", "/2025/b", "/2024/c"], ["", "", ""]),
        (["/20261105-a", "/20261104-b", "/20261103-c"], ["", "", ""]),
        # one of them has none, so that the others' numbers may be anything
        (["/n/10000-schritte", "/n/10001-nacht", "/n/fest"], ["", "", ""]),
        # two articles share it
        (["/n/10000-a", "/n/10000-b", "/n/10001-c"], ["", "", ""]),
        # too few to tell
        (["/artikel/98765-ehrenamt", "/artikel/98764-haushalt"], ["", ""]),
        ([], []),
    ],
)  # fmt: skip
def test_an_id_stands_in_all_addresses_and_is_another_in_each(addresses, keys):
    assert keys_of([f"https://www.stadt.example{address}" for address in addresses]) == keys
