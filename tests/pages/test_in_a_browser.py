"""The pages as people meet them: in Debian's Chromium, from a running service with the sample portal's news."""

import asyncio
import os
import shutil
import threading
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from syndicator import demo
from syndicator.config import load
from syndicator.service import running
from tests.serve.serving import Server
from tests.support.configs import free_port
from tests.support.waiting import until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CONFIG = """
[site]
title = "Nachrichten"
url = "http://127.0.0.1:{port}/"
publisher = "Stadt Dortmund"
contact = "webredaktion@news.example"
[server]
port = {port}
[[sources]]
name = "gelsenkirchen"
title = "Stadt Gelsenkirchen"
city = "Gelsenkirchen"
kind = "feed"
url = "http://127.0.0.1:{portal}/gelsenkirchen/newsfeed/"
delay = "0s"
allow_private = true
[[partners]]
name = "bochum"
token = "env:NOT_SET"
[categories.vielfalt]
title = "Vielfalt"
labels = ["Vielfalt", "Integration"]
[categories.verkehr]
title = "Verkehr"
labels = ["Verkehr"]
"""


async def look_like_a_reader(port):
    """So that the page for admins has something to tell."""
    agent = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 1212 subscribers; like FeedFetcher-Google)"
    await Server("127.0.0.1", port).ask("/feeds/vielfalt.atom", User_Agent=agent)


async def serve(folder, port, ready, stop):
    portal = await demo.start("127.0.0.1", 0, clock=lambda: datetime(2026, 11, 22, 12, 1, tzinfo=UTC))
    path = folder / "config.toml"
    path.write_text(CONFIG.format(port=port, portal=portal.addresses[0][1]), encoding="utf-8")
    try:
        async with running(load(path)) as service:
            feed = folder / "feeds" / "vielfalt.atom"
            await until(lambda: feed.exists() and b"<entry>" in feed.read_bytes())
            await look_like_a_reader(port)
            await service.keep_books()
            ready.set()
            while not stop.is_set():  # the event belongs to another thread
                await asyncio.sleep(0.1)
    finally:
        await portal.cleanup()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    port = free_port()
    ready, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(serve(tmp_path_factory.mktemp("site"), port, ready, stop)))
    thread.start()
    try:
        assert ready.wait(30)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop.set()
        thread.join()


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=[1280, 320], ids=["wide", "narrow"])
def tab(request, browser, site):
    context = browser.new_context(viewport={"width": request.param, "height": 800}, locale="de-DE", base_url=site)
    opened = context.new_page()
    opened.trouble = []
    opened.asked = []
    opened.on("console", lambda message: opened.trouble.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: opened.trouble.append(str(error)))
    opened.on("request", lambda asked: opened.asked.append(asked.url))
    yield opened
    context.close()


@pytest.fixture
def page(tab):
    """A tab that shows nothing yet; a new one for each test would start a process each time."""
    tab.goto("about:blank")
    tab.trouble.clear()
    tab.asked.clear()
    return tab


PAGES = [
    ("/", "de"),
    ("/feeds/vielfalt", "de"),
    ("/feeds/verkehr", "de"),
    ("/feeds/gelsenkirchen", "de"),
    ("/barrierefreiheit", "de"),
    ("/feeds/en/", "en"),
    ("/feeds/en/vielfalt", "en"),
    ("/feeds/en/barrierefreiheit", "en"),
    ("/admin", "de"),
    ("/admin/en", "en"),
]


@pytest.mark.parametrize(("path", "language"), PAGES)
def test_a_page_is_whole_and_asks_nobody_else(page, site, path, language):
    answer = page.goto(path)
    assert answer.status == 200
    assert page.evaluate("document.documentElement.lang") == language
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    assert page.trouble == []
    assert [url for url in page.asked if not url.startswith(site)] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate("getComputedStyle(document.body).fontFamily") != ""
    assert page.evaluate("[...document.styleSheets].length") > 0


def test_the_keyboard_reaches_the_content_first(page):
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#")
    page.keyboard.press("Enter")
    target = page.evaluate("location.hash.slice(1)")
    assert page.evaluate(f"document.getElementById('{target}').closest('main') !== null")


def test_from_the_list_to_a_feed_to_its_articles(page):
    page.goto("/")
    page.get_by_role("link", name="Vielfalt", exact=True).first.click()
    assert page.url.endswith("/feeds/vielfalt")
    announced = page.locator('link[rel="alternate"]').evaluate_all("links => links.map(link => link.type)")
    assert {"application/atom+xml", "application/rss+xml", "application/feed+json"} <= set(announced)
    assert page.locator("article").count() >= 1
    for address in page.locator('link[rel="alternate"]').evaluate_all("links => links.map(link => link.href)"):
        assert page.request.get(address).status == 200


def test_dark_is_dark(browser, site):
    context = browser.new_context(color_scheme="dark", base_url=site)
    page = context.new_page()
    page.goto("/")
    ground = page.evaluate(
        "getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.body).backgroundColor"
    )
    context.close()
    assert "rgb(255, 255, 255)" not in ground


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_breaks_a_rule_of_accessibility_that_axe_knows(browser, site, scheme, width):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, base_url=site)
    page = context.new_page()
    broken = {}
    for path in ("/", "/feeds/en/vielfalt", "/barrierefreiheit", "/admin"):
        page.goto(path)
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        broken |= {(path, rule["id"]): [node["html"] for node in rule["nodes"]] for rule in found}
    context.close()
    assert broken == {}


def test_articles_and_searches_break_none_either(browser, site):
    context = browser.new_context(viewport={"width": 320, "height": 800}, base_url=site)
    page = context.new_page()
    broken = {}
    page.goto("/feeds/en/vielfalt")
    own = page.get_by_role("link", name="Read it here").first.get_attribute("href")
    for path in (own, own.replace("/en/", "/"), "/feeds/en/search?q=stadt", "/search?q=stadt"):
        assert page.goto(path).status == 200
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        broken |= {(path, rule["id"]): [node["html"] for node in rule["nodes"]] for rule in found}
    context.close()
    assert broken == {}


def test_what_is_focused_can_be_seen(page):
    page.goto("/feeds/vielfalt")
    outline = """() => { const style = getComputedStyle(document.activeElement);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 }"""
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(outline), page.evaluate("document.activeElement.outerHTML")


def test_all_links_are_large_enough_to_be_hit(page):
    """WCAG 2.2, 2.5.8: 24 px, unless a link stands within a sentence."""
    page.goto("/feeds/vielfalt")
    small = page.evaluate(
        """() => [...document.querySelectorAll('a')].filter(link => !link.closest('p, .skip'))
            .filter(link => link.getBoundingClientRect().height < 24).map(link => link.outerHTML)"""
    )
    assert small == []


def test_one_changes_the_language_and_back(page):
    page.goto("/feeds/vielfalt")
    page.get_by_role("link", name="English").click()
    assert page.url.endswith("/feeds/en/vielfalt")
    assert page.locator("article").count() >= 1
    page.get_by_role("link", name="Deutsch").click()
    assert page.url.endswith("/feeds/vielfalt")


LUMINANCE = """selector => {
    const lum = colour => { const c = colour.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] };
    const node = document.querySelector(selector);
    const ground = getComputedStyle(document.documentElement).backgroundColor;
    const [high, low] = [lum(getComputedStyle(node).color), lum(ground)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05) }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "title", "headline"),
    [
        ("/feeds/vielfalt.atom", "feed > title", "entry > title"),
        ("/feeds/vielfalt.rss", "channel > title", "item > title"),
    ],
)
def test_a_feed_itself_can_be_read_in_a_browser(browser, site, scheme, path, title, headline):
    context = browser.new_context(viewport={"width": 320, "height": 800}, color_scheme=scheme, base_url=site)
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))  # where Chromium warns that XSLT goes
    assert page.goto(path).status == 200
    assert page.evaluate("document.styleSheets.length") == 1
    assert page.locator(title).first.text_content() == "Vielfalt"
    for shown in (title, headline):
        assert page.locator(shown).first.is_visible()
        assert page.evaluate(LUMINANCE, shown) >= 4.5
    root = page.evaluate("document.documentElement.localName === 'feed' ? 'feed' : 'channel'")
    note = page.evaluate("name => getComputedStyle(document.querySelector(name), '::before').content", root)
    assert "Dies ist ein Feed" in note
    shown = "[...document.querySelectorAll('*')].filter(e => !e.children.length && e.getClientRects().length)"
    assert not page.evaluate(f"{shown}.some(e => e.textContent.includes('<'))")  # HTML that is escaped twice
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert said == []
    context.close()
