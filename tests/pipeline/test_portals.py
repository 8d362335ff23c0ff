"""The portals of `tests/ingest/portals/` with a real store: what is one article stays one, and only a changed text is a change."""

import json
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web
from yarl import URL

from syndicator.ingest.identity import canonical
from syndicator.model import Article, Selection
from syndicator.pipeline.filing import Rules
from syndicator.pipeline.record import Recorder
from syndicator.pipeline.visit import Visitor
from syndicator.store import articles
from syndicator.store.database import Store
from tests.ingest.portal_folders import FOLDERS, NOW, PortalFolder, stamp
from tests.ingest.web import Memory
from tests.support.configs import a_config
from tests.support.warm import Warm

HEAD = """
[site]
title = "Nachrichten"
url = "https://news.example/"
publisher = "Stadt"
contact = "webredaktion@news.example"
"""


@pytest.fixture(params=FOLDERS, ids=lambda path: path.name)
def folder(request):
    return PortalFolder(request.param)


def expected(folder) -> list[dict]:
    return [article for article in folder.articles if article.get("stored", True)]


def record(db, folder, config, *, days=0, **visit):
    harvest = folder.visit(**visit)
    return Recorder(db, folder.source, Rules(config), config.site.host, NOW + timedelta(days=days)).record(harvest)


def stored(db) -> tuple[Article, ...]:
    return articles.select(db, Selection(limit=500))


def test_each_article_is_stored_once_and_another_look_changes_nothing(folder, db, tmp_path):
    config = a_config(tmp_path)
    first = record(db, folder, config)
    before = stored(db)
    again = record(db, folder, config, days=1)
    assert first.new == len(before) == len(expected(folder))
    assert not again
    assert stored(db) == before
    assert {article.revision for article in before} == {1}


LATER = [path for path in FOLDERS if "later" in PortalFolder(path).stated]


@pytest.mark.parametrize("path", LATER, ids=lambda path: path.name)
def test_what_a_portal_changes_later_is_as_its_folder_says(path, db, tmp_path):
    folder, config = PortalFolder(path), a_config(tmp_path)
    record(db, folder, config)
    first = {article.key: article for article in stored(db)}
    record(db, folder, config, days=1, later=True)
    now = {article.key: article for article in stored(db)}
    assert set(now) == set(first)
    for wanted in folder.stated["later"]["articles"]:
        before, after = first[wanted["key"]], now[wanted["key"]]
        assert after.id == before.id
        assert after.revision == wanted["revision"]
        assert (after.updated > before.updated) == (wanted["revision"] > before.revision)
        assert stamp(after.published, day=True) == wanted["published"]
        assert wanted["contains"] in after.title + after.body


# ---------------------------------------------------------------- the same over the wire


@asynccontextmanager
async def on_loopback(folder):
    """The portal at an address of its own, whatever its hosts are called."""
    site = folder.site()
    hosts = {address.split("/")[2] for address in (folder.source.url, *site)}

    def moved_here(text: str) -> str:
        return moved(text.encode()).decode()

    def moved(page: bytes) -> bytes:
        for host in sorted(hosts, key=len, reverse=True):
            for lead in (f"https://{host}", f"http://{host}", f"//{host}"):
                page = page.replace(lead.encode(), here.encode())
        return page

    async def answer(request: web.Request) -> web.StreamResponse:
        wanted = canonical(str(request.url))
        address = next((address for address in site if canonical(str(URL(moved_here(address)))) == wanted), None)
        if address is None:
            return web.Response(status=404)
        if address in site.moved:
            raise web.HTTPMovedPermanently(moved_here(site.moved[address]))
        page = site[address]
        return web.Response(body=moved(page.body), headers={"Content-Type": page.headers["content-type"]})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield moved_here(folder.source.url)
    finally:
        await runner.cleanup()


def block(name, folder, url) -> str:
    rules = {kind: folder.stated["source"].get(kind, {}) for kind in ("list", "article")}
    tables = [
        f"{kind} = {{ {', '.join(f'{key} = {json.dumps(value)}' for key, value in said.items())} }}"
        for kind, said in rules.items()
    ]
    return "\n".join(
        [
            "[[sources]]", f'name = "{name}"', f'city = "{folder.source.city}"', f'kind = "{folder.source.kind}"',
            f"url = {json.dumps(url)}", 'allow_private = true\ndelay = "0s"\nrobots = false', *tables, "",
        ]
    )  # fmt: skip


async def test_all_portals_are_read_over_the_wire_into_one_store(tmp_path):
    folders = {path.name: PortalFolder(path) for path in FOLDERS}
    memory, workers, store = Memory(), Warm(), Store(tmp_path / "store.db")
    memory.clock.now = NOW
    async with AsyncExitStack() as stack:
        stack.callback(store.close)
        stack.push_async_callback(workers.close)
        urls = {name: await stack.enter_async_context(on_loopback(folder)) for name, folder in folders.items()}
        client = await stack.enter_async_context(memory.client())
        text = HEAD + "\n".join(block(name, folder, urls[name]) for name, folder in folders.items())
        config = a_config(tmp_path, text)
        visitor = Visitor(config, store, client, workers, Rules(config), memory.clock)
        for days in (0, 1):
            memory.clock.forward(days=days)
            for source in config.sources:
                visit = await visitor.visit(source)
                assert visit.harvest.failed is None
        found = await store.read(articles.select, Selection(limit=1000))
    titles = {name: sorted(article["title"] for article in expected(folder)) for name, folder in folders.items()}
    assert {name: sorted(a.title for a in found if a.source == name) for name in folders} == titles
    assert {article.revision for article in found} == {1}
