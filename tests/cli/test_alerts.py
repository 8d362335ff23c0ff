import asyncio
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.config import load
from syndicator.model import Selection
from syndicator.pipeline.visit import reading_of
from syndicator.store import articles, sources
from syndicator.store.database import Store
from syndicator.store.sources import SourceState
from tests.support.articles import T0, article
from tests.support.smtp import mail_server


@contextmanager
def a_mail_server():
    """In a thread of its own, as the command has an event loop of its own."""
    ready, done = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()
    found = []

    async def serve():
        async with mail_server() as sink:
            found.append(sink)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()


def add(folder, *lines):
    with (folder / "config.toml").open("a", encoding="utf-8") as file:
        file.write("\n[alerts]\n" + "\n".join(lines) + "\n")


def test_a_test_message_arrives(syndicator, folder):
    with a_mail_server() as sink:
        add(folder, 'email = "presse@stadt.example"', f'smtp = "{sink.url}"')
        said = syndicator("alerts", "test")
        assert (said.code, said.out) == (0, "email: taken.\n")
        assert sink.mails[0]["Subject"] == "Probe: So melden sich Störungen [Nachrichten]"
        assert syndicator("alerts", "test", "--json").json == {"email": None}


def test_what_is_not_taken_is_told_with_the_reason(syndicator, folder):
    add(folder, 'email = "presse@stadt.example"', 'smtp = "smtp://127.0.0.1:9"', 'webhook = "http://127.0.0.1:9/hook"')
    said = syndicator("alerts", "test")
    assert said.code == 1
    assert "email: The mail server 127.0.0.1:9 cannot be used" in said.out
    assert "webhook: The server of 127.0.0.1:9 refuses connections." in said.out


def test_where_nobody_is_named_it_says_what_to_do(syndicator):
    said = syndicator("alerts", "test")
    assert said.code == 1
    assert "[alerts] has neither email nor webhook" in said.err


@pytest.fixture
def held(folder):
    async def hold(*among):
        store = Store(folder / "syndicator.db")
        for one in among:
            await store.write(articles.insert, one, (), "digest", (f"key:{one.key}",), T0)
        store.close()

    return hold


async def live(folder):
    store = Store(folder / "syndicator.db")
    try:
        return await store.read(articles.select, Selection())
    finally:
        store.close()


async def test_what_the_watchman_holds_back_of_a_source_is_let_out_and_nothing_else(syndicator, folder, held):
    doubtful = {"status": "held", "decided": "watchman", "reason": "It has no headline."}
    others = [article(3, status="held", decided="admin"), article(4, status="retracted", decided="source")]
    other_source = article(5, source="gelsenkirchen", id="tag:x", **doubtful)
    await held(article(1, **doubtful), article(2, **doubtful), *others, other_source)
    said = await asyncio.to_thread(syndicator, "release", "--source", "dortmund")
    assert (said.code, said.out.splitlines()[0]) == (0, "dortmund: 2 articles released.")
    assert [(one.key, one.decided, one.reason) for one in await live(folder)] == [
        ("2", "admin", ""),
        ("1", "admin", ""),
    ]
    again = await asyncio.to_thread(syndicator, "release", "--source", "dortmund", "--json")
    assert again.json == {"source": "dortmund", "released": 0}


@pytest.mark.parametrize(
    "words", [(), ("605731", "--source", "dortmund"), ("--source", "dortmund", "--despite-embargo")]
)
def test_release_wants_an_article_or_a_source(syndicator, words):
    said = syndicator("release", *words)
    assert said.code == 2
    assert "Expected an ARTICLE, or --source NAME" in said.err


def test_a_source_that_is_not_there_is_wrong_usage(syndicator):
    said = syndicator("release", "--source", "dortmud")
    assert said.code == 2
    assert "did you mean 'dortmund'?" in said.err


async def test_a_visit_by_hand_tells_what_is_wrong_as_no_service_may_be_there(syndicator, folder, edit):
    with a_mail_server() as sink:
        edit("/gelsenkirchen/newsfeed/", "/gelsenkirchen/nothing-here/")
        add(folder, 'email = "presse@stadt.example"', f'smtp = "{sink.url}"')
        source = load(folder / "config.toml").sources[1]
        since = datetime.now(UTC) - timedelta(hours=3)
        failing = SourceState(source.name, reading=reading_of(source), polled=since, failures=5, failing_since=since)
        store = Store(folder / "syndicator.db")
        await store.write(sources.save_state, failing)
        store.close()
        for _ in range(2):
            said = await asyncio.to_thread(syndicator, "ingest", "gelsenkirchen")
            assert said.code == 1
        assert [mail["Subject"] for mail in sink.mails] == ["ROT: Gelsenkirchen – Abruf scheitert [Nachrichten]"]
