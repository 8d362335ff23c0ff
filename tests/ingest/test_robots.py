import pytest

from syndicator.ingest.robots import LONGEST_DELAY, SIZE, crawl_delay, is_allowed, keep_ours, read_rules


def rules(text):
    return read_rules(keep_ours(text.encode() if isinstance(text, str) else text))


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /intern/", "/intern/a", False),
        ("User-agent: *\nDisallow: /intern/", "/news", True),
        ("User-agent: *\nDisallow:", "/news", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: syndicator\nDisallow: /x", "/news", True),
        ("User-agent: *\nDisallow:\n\nUser-agent: Syndicator/2.0\nDisallow: /", "/news", False),
        ("User-agent: other\nUser-agent: syndicator # us\nDisallow: /", "/news", False),
        ("User-agent: synd\nDisallow: /", "/news", True),
        ("User-agent: syndicatorbot\nDisallow: /", "/news", True),
        ("user agent: *\ndisallow: /news", "/news", False),
        ("User-agent: *\nDisallow: /\nAllow: /news", "/news/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /*?nid=", "/nachricht.jsp?nid=7", False),
        ("User-agent: *\nDisallow: /gr%C3%BCn", "/grün", False),
        ("\ufeffUser-agent: *\r\nDisallow: /", "/news", False),
        ("<html><body>Seite nicht gefunden</body></html>", "/news", True),
        (b"User-agent: *\nDisallow: /a\xff\nDisallow: /news\0", "/news", False),
    ],
)
def test_robots_txt_is_understood_as_rfc_9309_means_it(text, path, allowed):
    assert is_allowed(rules(text), f"https://www.bochum.example{path}") is allowed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: 10\nUser-agent: syndicator\nCrawl-delay: 3", 3),
        ("User-agent: other\nCrawl-delay: 10", 0),
        ("User-agent: *\nCrawl-delay: bald", 0),
        ("User-agent: *\nCrawl-delay: -1", 0),
        ("User-agent: *\nCrawl-delay: 1e9", LONGEST_DELAY),
    ],
)
def test_the_crawl_delay_is_that_of_our_group(text, seconds):
    assert crawl_delay(rules(text)) == seconds


def test_thousands_of_user_agents_are_three():
    text = "".join(f"User-agent: bot{i}\n" for i in range(SIZE // 40)) + "Disallow: /\n" * 50
    kept = read_rules(keep_ours((text + "User-agent: *\nDisallow: /a").encode()))
    assert len(kept._user_agents) == 2
    assert not is_allowed(kept, "https://www.bochum.example/a")
    assert is_allowed(kept, "https://www.bochum.example/b")
