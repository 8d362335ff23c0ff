"""The pages as people meet them: in Debian's Chromium, from a running service with the sample portal's news."""

import asyncio
import os
import shutil
import threading
from datetime import UTC, datetime

import pytest
from playwright.sync_api import sync_playwright

from syndicator import demo
from syndicator.config import load
from syndicator.service import running
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
[categories.vielfalt]
title = "Vielfalt"
labels = ["Vielfalt", "Integration"]
[categories.verkehr]
title = "Verkehr"
labels = ["Verkehr"]
"""


async def serve(folder, port, ready, stop):
    portal = await demo.start("127.0.0.1", 0, clock=lambda: datetime(2026, 11, 22, 12, 1, tzinfo=UTC))
    path = folder / "config.toml"
    path.write_text(CONFIG.format(port=port, portal=portal.addresses[0][1]), encoding="utf-8")
    try:
        async with running(load(path)):
            feed = folder / "feeds" / "vielfalt.atom"
            await until(lambda: feed.exists() and b"<entry>" in feed.read_bytes())
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


@pytest.fixture(params=[1280, 320], ids=["wide", "narrow"])
def page(request, browser, site):
    context = browser.new_context(viewport={"width": request.param, "height": 800}, locale="de-DE", base_url=site)
    opened = context.new_page()
    opened.trouble = []
    opened.asked = []
    opened.on("console", lambda message: opened.trouble.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: opened.trouble.append(str(error)))
    opened.on("request", lambda asked: opened.asked.append(asked.url))
    yield opened
    context.close()


@pytest.mark.parametrize("path", ["/", "/feeds/vielfalt", "/feeds/verkehr", "/feeds/gelsenkirchen"])
def test_a_page_is_whole_and_asks_nobody_else(page, site, path):
    answer = page.goto(path)
    assert answer.status == 200
    assert page.evaluate("document.documentElement.lang") == "de"
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
