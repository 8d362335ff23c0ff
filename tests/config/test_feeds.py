from syndicator.config import load, planned_feeds
from syndicator.model import Feed, Selection, Without

TEXT = """
[site]
title = "Nachrichten der Stadt"
url = "http://n.example/"
publisher = "N"
contact = "n@n.example"
[publish]
entries = 20
[[sources]]
name = "muelheim"
city = "Mülheim an der Ruhr"
kind = "feed"
url = "https://a.example/"
[[sources]]
name = "muelheim-polizei"
city = "Mülheim an der Ruhr"
kind = "feed"
url = "https://b.example/"
[[sources]]
name = "bochum"
city = "Bochum"
kind = "feed"
url = "https://c.example/"
enabled = false
[categories.vielfalt]
title = "Vielfalt"
[categories.umwelt]
title = "Umwelt und Klima"
[[feeds]]
name = "eigener"
title = "Eigener Feed"
description = "Ein Satz."
categories = ["vielfalt"]
cities = ["Bochum"]
query = "a OR b"
languages = ["de"]
content = "summary"
formats = ["json"]
without = { sources = ["muelheim-polizei"] }
kinds = ["news"]
entries = 5
[[feeds]]
name = "z"
title = "Z"
"""


def plan(tmp_path, extra=()):
    path = tmp_path / "config.toml"
    path.write_text(TEXT, encoding="utf-8")
    return {feed.name: feed for feed in planned_feeds(load(path), extra)}


def test_feeds_come_in_the_order_in_which_they_are_listed(tmp_path):
    assert list(plan(tmp_path)) == [
        "all", "vielfalt", "umwelt", "muelheim-an-der-ruhr", "bochum",
        "muelheim-an-der-ruhr-vielfalt", "muelheim-an-der-ruhr-umwelt", "bochum-vielfalt", "bochum-umwelt",
        "eigener", "z",
    ]  # fmt: skip


def test_each_feed_selects_what_its_name_says(tmp_path):
    feeds = plan(tmp_path)
    assert feeds["all"].selection == Selection(limit=20)
    assert feeds["umwelt"].selection == Selection(categories=("umwelt",), limit=20)
    assert feeds["bochum"].selection == Selection(cities=("Bochum",), limit=20)
    city = feeds["muelheim-an-der-ruhr-umwelt"]
    assert city.title == "Mülheim an der Ruhr: Umwelt und Klima"
    assert city.selection == Selection(categories=("umwelt",), cities=("Mülheim an der Ruhr",), limit=20)


def test_an_own_feed_selects_what_its_block_says(tmp_path):
    selection = Selection(
        categories=("vielfalt",),
        cities=("Bochum",),
        languages=("de",),
        kinds=("news",),
        query="a OR b",
        limit=5,
        without=Without(sources=("muelheim-polizei",)),
        filed="?eigener",
    )
    feeds = plan(tmp_path)
    assert feeds["eigener"] == Feed("eigener", "Eigener Feed", selection, "Ein Satz.", "summary", ("json",))
    assert feeds["z"].selection == Selection(limit=20)


def test_a_city_with_stored_articles_keeps_its_feeds(tmp_path):
    feeds = plan(tmp_path, ["Essen", "Bochum"])
    assert len(feeds) == 11 + 3
    assert feeds["essen-vielfalt"].selection == Selection(categories=("vielfalt",), cities=("Essen",), limit=20)


def test_another_spelling_of_a_city_joins_its_feed(tmp_path):
    feeds = plan(tmp_path, ["Muelheim an der Ruhr"])
    assert len(feeds) == 11
    assert feeds["muelheim-an-der-ruhr"].title == "Mülheim an der Ruhr"
    assert feeds["muelheim-an-der-ruhr"].selection.cities == ("Mülheim an der Ruhr", "Muelheim an der Ruhr")


def test_a_stored_city_takes_no_name_from_another_feed(tmp_path):
    feeds = plan(tmp_path, ["Umwelt", "Eigener", "", "東京"])
    assert feeds["umwelt"].selection.categories == ("umwelt",)
    assert feeds["eigener"].title == "Eigener Feed"
