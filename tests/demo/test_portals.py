"""The pages as a reader of the three portals meets them."""

from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from syndicator import demo
from syndicator.demo import timeline
from syndicator.demo.story import load

ATOM = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}


async def page(portal, address, encoding=None) -> LexborHTMLParser:
    async with portal.get(address) as response:
        assert response.status == 200, address
        return LexborHTMLParser(await response.text(encoding=encoding))


async def listed(portal, address, selector, encoding=None) -> list:
    """The nodes of every page of a list, from link rel=next to link rel=next."""
    nodes = []
    while True:
        tree = await page(portal, address, encoding)
        nodes += tree.css(selector)
        following = tree.css_first("a[rel=next]")
        if following is None:
            return nodes
        address = urljoin(address, following.attributes["href"])


async def test_every_link_and_picture_of_the_site_resolves(portal):
    origin = str(portal._base_url).rstrip("/")
    waiting, seen, bad = ["/"], set(), []
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        async with portal.get(address) as response:
            body = await response.read()
            if response.status != 200:
                bad.append((response.status, address))
            if response.content_type != "text/html":
                continue
        for node in LexborHTMLParser(body).css("a[href], link[href], img"):
            for name in ("href", "src", "data-src"):
                target = urljoin(origin + address, node.attributes.get(name) or "")
                parts = urlsplit(target)
                if node.attributes.get(name) and target.startswith(origin):
                    waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
                elif node.attributes.get(name):
                    bad.append(("foreign", target))
    assert bad == []
    assert len(seen) > 130


async def test_dortmund_lists_twelve_teasers_a_page_newest_first(portal):
    tree = await page(portal, "/dortmund/newsroom/")
    assert len(tree.css("article.teaser")) == 12
    teasers = await listed(portal, "/dortmund/newsroom/", "article.teaser")
    assert len(teasers) == len(load().stories["dortmund"]) + 5
    for teaser in teasers:
        for selector in ("a.teaser__link", "h3", "time", "p.teaser__text", ".teaser__topline"):
            assert teaser.css_first(selector).text(strip=True)
    assert len({t.css_first("a.teaser__link").attributes["href"] for t in teasers}) == len(teasers)


async def test_every_dortmund_article_answers_to_the_agreed_selectors(portal):
    dates = set()
    for link in await listed(portal, "/dortmund/newsroom/", "a.teaser__link"):
        tree = await page(portal, link.attributes["href"])
        assert tree.css_first("h1").text() == link.text()
        for selector in ("p.heading__topline", ".article__date", ".article__lead", ".article__text"):
            assert len(tree.css(selector)) == 1
            assert tree.css_first(selector).text(strip=True)
        for figure in tree.css("figure.article__picture"):
            assert figure.css_first("img").attributes["alt"]
            assert figure.css_first("figcaption .caption").text(strip=True)
            assert figure.css_first("figcaption .credit").text(strip=True)
        for selector in (".share", ".press-contact"):
            assert tree.css_first(selector) is not None
        dates.add("".join("0" if char.isdigit() else char for char in tree.css_first(".article__date").text()))
    assert len(dates) > 20


async def test_the_seed_article_stands_where_it_stood(portal):
    tree = await page(portal, "/dortmund/nachrichtenportal/nachricht.jsp?nid=605731")
    assert tree.css_first(".article__date").text() == "Nachricht vom 04.11.2019"
    assert tree.css_first("p.heading__topline").text() == "Vielfalt"


async def test_dortmund_has_the_habits_of_real_portals(portal):
    async with portal.get("/dortmund/nachrichtenportal/nachricht.jsp?nid=605988") as response:
        text = await response.text()
    assert text.startswith("\n<!DOCTYPE html>")
    assert len(LexborHTMLParser(text).css_first("script#navigation").text()) > 50_000
    assert "Bild (Bildlizenz/Fotograf/Grafiker): " in text


async def test_some_dortmund_articles_carry_json_ld_with_a_bare_date(portal):
    found = []
    for link in await listed(portal, "/dortmund/newsroom/", "a.teaser__link"):
        tree = await page(portal, link.attributes["href"])
        found += [node.text() for node in tree.css('script[type="application/ld+json"]')]
    assert 5 < len(found) < 20
    assert all('"@type": "Article"' in text for text in found)


async def test_an_article_of_a_district_is_the_same_under_its_own_path(portal):
    tree = await page(portal, "/dortmund/stadtbezirke/hoerde/")
    link = tree.css_first("a.teaser__link").attributes["href"]
    article = await page(portal, urljoin("/dortmund/stadtbezirke/hoerde/", link))
    assert article.css_first("link[rel=canonical]").attributes["href"].endswith("/dortmund/nachrichtenportal/" + link)


async def test_every_bochum_article_has_its_date_in_the_path_and_no_telling_class(portal):
    links = await listed(portal, "/bochum/Pressemeldungen/", "main li a", "windows-1252")
    assert len(links) == len(load().stories["bochum"]) + 5
    for link in links:
        tree = await page(portal, link.attributes["href"], "windows-1252")
        assert tree.css_first("h1").text() == link.text()
        assert tree.css_first("meta[property='og:title']").attributes["content"] == link.text()
        assert tree.css("[class]") == []
        assert tree.css("script") == []


async def test_the_newsfeed_is_valid_and_complete(portal):
    async with portal.get("/gelsenkirchen/newsfeed/") as response:
        body = await response.read()
        assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    tree = etree.fromstring(body)
    entries = tree.findall("a:entry", ATOM)
    for entry in entries:
        for name in ("id", "title", "updated", "published", "content", "summary", "category"):
            assert entry.find(f"a:{name}", ATOM) is not None
        assert entry.find("a:link", ATOM).get("href").startswith(str(portal._base_url))
    parsed = feedparser.parse(body)
    assert not parsed.bozo
    assert len(parsed.entries) == len(entries)
    ids = [entry.id for entry in parsed.entries]
    assert len(set(ids)) == len(ids)
    tombstones = [node.get("ref") for node in tree.findall("at:deleted-entry", ATOM)]
    assert "tag:gelsenkirchen.example,2019:artikel/47410" in tombstones
    assert not set(tombstones) & set(ids)
    assert sum("media_content" in entry for entry in parsed.entries) >= 4
    assert sum(entry.updated != entry.published for entry in parsed.entries) >= 2


async def test_a_withdrawn_article_of_gelsenkirchen_is_gone(portal):
    async with portal.get("/gelsenkirchen/de/aktuelles/artikel/47410-sommerfest-im-revierpark-abgesagt") as response:
        assert response.status == 410


async def test_two_sites_answer_the_same_instant_with_the_same_bytes(portal, clock):
    other = await demo.start("127.0.0.1", 0, clock)
    host, port = other.addresses[0][:2]
    headers = {"Host": "portal.example"}
    for path in (
        "/",
        "/dortmund/newsroom/",
        "/bochum/Pressemeldungen/",
        "/gelsenkirchen/newsfeed/",
        "/bochum/bilder/4118.png",
    ):
        async with (
            portal.get(path, headers=headers) as one,
            portal.get(f"http://{host}:{port}{path}", headers=headers) as two,
        ):
            assert await one.read() == await two.read()
            assert one.headers["ETag"] == two.headers["ETag"]
    await other.cleanup()


@pytest.mark.parametrize(
    ("address", "selector", "encoding"),
    [
        ("/dortmund/newsroom/", "a.teaser__link", None),
        ("/bochum/Pressemeldungen/", "main li a", "windows-1252"),
    ],
)
async def test_a_withdrawn_story_is_marked_on_list_and_page(portal, address, selector, encoding):
    links = [link for link in await listed(portal, address, selector, encoding) if "[GELÖSCHT]" in link.text()]
    assert links
    for link in links:
        tree = await page(portal, link.attributes["href"], encoding)
        assert tree.css_first("h1").text().startswith("[GELÖSCHT] ")
        assert "zurückgezogen" in tree.css_first("main").text()


async def test_an_old_live_story_still_answers_when_it_is_no_longer_listed(portal, clock):
    first = (await page(portal, "/dortmund/newsroom/")).css_first("a.teaser__link").attributes["href"]
    first_bochum = (
        (await page(portal, "/bochum/Pressemeldungen/", "windows-1252")).css_first("main li a").attributes["href"]
    )
    clock.now += timedelta(days=40)
    again = [link.attributes["href"] for link in await listed(portal, "/dortmund/newsroom/", "a.teaser__link")]
    assert first not in again
    assert (await page(portal, first)).css_first("h1")
    assert (await page(portal, first_bochum, "windows-1252")).css_first("h1")


@pytest.mark.parametrize("address", ["/dortmund/newsroom/", "/bochum/Pressemeldungen/", "/gelsenkirchen/newsfeed/"])
async def test_a_date_tells_of_each_change_of_a_list_and_of_nothing_else(portal, clock, address):
    known, last, changes = "Mon, 01 Jan 2018 00:00:00 GMT", b"", 0
    for _ in range(0, 4 * timeline.SLOT, 20):
        async with portal.get(address, headers={"If-Modified-Since": known}) as asked, portal.get(address) as whole:
            body = await whole.read()
            assert asked.status == (304 if body == last else 200)
            known, last, changes = asked.headers["Last-Modified"], body, changes + (body != last)
        clock.now += timedelta(seconds=20)
    assert changes > 1
