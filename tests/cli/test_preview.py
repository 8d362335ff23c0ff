import pytest

from syndicator.cli.output import width

ARTICLE = "/dortmund/nachrichtenportal/nachricht.jsp?nid=605731"


@pytest.fixture
def site(port):
    return f"http://127.0.0.1:{port}"


def fields(out: str) -> dict[str, str]:
    """What stands behind each name, rule and value."""
    return {line.split()[0]: " ".join(line.split()[1:]) for line in out.splitlines() if line[:1].islower()}


def test_a_source_is_shown_with_the_rule_of_each_field(syndicator, folder):
    said = syndicator("preview", "dortmund", "--articles", "1")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Source 'dortmund', http://127.0.0.1:")
    shown = fields(said.out)
    assert {"title", "address", "key", "published", "summary", "body", "categories", "language"} <= shown.keys()
    assert shown["title"].startswith("heading h1 ")
    assert shown["key"].startswith("address nid ")
    assert [path.name for path in folder.iterdir()] == ["config.toml"]  # nothing is stored


def test_no_line_is_longer_than_100_columns_but_for_an_address(syndicator):
    lines = syndicator("preview", "gelsenkirchen").out.splitlines()
    assert sum(line.startswith("title ") for line in lines) == 3
    assert all(width(line) <= 100 or "http://" in line for line in lines)


def test_one_article_is_read_by_the_rules_of_its_portal(syndicator, site):
    said = syndicator("preview", f"{site}{ARTICLE}", "--json")
    assert (said.code, said.err) == (0, "")
    assert (said.json["read_as"], said.json["rules_of"]) == ("article", "dortmund")
    (article,) = said.json["articles"]
    assert "Städtekooperation" in article["title"]
    assert (article["key"], article["found"]["key"]) == ("605731", "address nid")
    assert set(article) >= {"title", "body", "labels", "images", "found", "categories"}
    assert article["categories"] == ["vielfalt"]
    assert article["published"]["at"] == "2019-11-03T23:00:00+00:00"


@pytest.mark.parametrize(
    ("path", "read_as", "rules", "least"),
    [
        ("/dortmund/newsroom/", "source", "dortmund", 1),
        ("/dortmund/newsroom", "source", "dortmund", 1),  # by a redirect
        ("/gelsenkirchen/newsfeed/?alle", "feed", None, 2),
        ("/bochum/Pressemeldungen/", "list", "dortmund", 1),
    ],
)
def test_an_address_is_read_as_what_it_is(syndicator, site, path, read_as, rules, least):
    said = syndicator("preview", f"{site}{path}", "--json", "--articles", "2")
    assert said.code == 0
    assert (said.json["read_as"], said.json["rules_of"]) == (read_as, rules)
    assert said.json["items"] > 2
    assert least <= len(said.json["articles"]) <= 2
    assert all(article["title"] for article in said.json["articles"])


def test_an_unknown_site_is_read_without_selectors(syndicator, edit, site):
    edit(f'url = "{site}/dortmund/newsroom/"', 'url = "https://portal.example/newsroom/"')
    said = syndicator("preview", f"{site}{ARTICLE}")
    assert said.code == 0
    assert "config.toml has no source for it; read without selectors" in " ".join(said.out.split())
    assert "Städtekooperation" in said.out


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/dortmund/bilder/platzhalter.gif", "is image/gif, not HTML"),
        ("/dortmund/nichts", "no page at this address"),
        ("/intern/", "robots.txt"),
    ],
)
def test_what_holds_no_article_is_a_problem_and_exit_code_1(syndicator, site, path, reason):
    said = syndicator("preview", f"{site}{path}")
    assert said.code == 1
    assert said.err.startswith("Problem: ")
    assert reason in said.err


def test_json_tells_problems_too(syndicator, site):
    said = syndicator("preview", f"{site}/dortmund/nichts", "--json")
    assert (said.code, said.err, said.json["articles"]) == (1, "", [])
    assert "no page at this address" in said.json["problems"][0]


@pytest.mark.parametrize(
    "target", ["ftp://portal.example/", "http://", "https://name:word@portal.example/", "http://[/"]
)
def test_what_is_no_address_is_wrong_usage(syndicator, target):
    said = syndicator("preview", target)
    assert (said.code, said.out) == (2, "")
    assert 'An address looks like this: "https://' in said.err


def test_a_forgotten_https_is_told(syndicator):
    said = syndicator("preview", "www.dortmund.de/newsroom")
    assert said.code == 2
    assert "https://www.dortmund.de/newsroom" in said.err
