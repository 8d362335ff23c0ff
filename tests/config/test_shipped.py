"""The config.toml that is shipped: valid as it is, and valid with each of its suggestions taken."""

import re
from datetime import timedelta
from pathlib import Path

from syndicator.config import load, planned_feeds

SHIPPED = Path(__file__).parents[2] / "config.toml"


def with_suggestions(text: str) -> str:
    """Without the # before each commented-out table and key."""
    return re.sub(r"^# (?=\[{1,2}[a-z0-9.]+\]{1,2}$|[a-z_]+ = )", "", text, flags=re.MULTILINE)


def test_it_reads_the_sample_portal():
    config = load(SHIPPED)
    assert config.demo.enabled
    assert [(source.name, source.kind) for source in config.sources] == [
        ("dortmund", "portal"),
        ("bochum", "portal"),
        ("gelsenkirchen", "feed"),
    ]
    sample = f"http://{config.demo.host}:{config.demo.port}/"
    assert all(source.url.startswith(sample) and source.allow_private for source in config.sources)
    assert all((source.every, source.delay) == (timedelta(seconds=20), timedelta(0)) for source in config.sources)


def test_its_feeds_are_all_categories_cities_and_one_of_its_own():
    config = load(SHIPPED)
    names = [feed.name for feed in planned_feeds(config)]
    assert list(config.categories) == ["vielfalt", "verkehr", "gesundheit", "kultur", "bildung", "umwelt", "service"]
    assert len(names) == 1 + 7 + 3 + 3 * 7 + 1
    assert {"all", "vielfalt", "dortmund", "dortmund-vielfalt", "integration-interkommunal"} <= set(names)


def test_each_suggestion_in_it_is_valid(tmp_path):
    text = with_suggestions(SHIPPED.read_text(encoding="utf-8"))
    # Its real portal takes the place of the sample of the same name, as its remark says.
    sample = text.index('[[sources]]\nname = "dortmund"')
    text = text[:sample] + text[text.index('[[sources]]\nname = "bochum"') :]
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    config = load(path)
    assert [source.url for source in config.sources if source.name == "dortmund"] == [
        "https://www.dortmund.de/newsroom/"
    ]
    more = {source.name: source for source in config.sources[-2:]}
    assert (more["essen"].kind, more["essen"].sitemap.newest) == ("sitemap", 50)
    assert (more["duisburg"].kind, more["duisburg"].api.labels["17"]) == ("api", "Kultur")
    assert config.partners[0].token.place == "BOCHUM_TOKEN"
    assert config.publish.buckets == ("s3://stadt-feeds/nachrichten",)
    assert (config.hub.url, config.alerts.email) == ("self", "webredaktion@stadt.example")
    assert (config.feeds[0].cities, config.feeds[0].entries) == (("Dortmund", "Bochum"), 100)
