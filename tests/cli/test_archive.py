"""`ingest SOURCE --pages --since` as it is typed, against a portal in this process, stopped and killed on the way."""

import asyncio
import os
import pty
import signal
import sys
import threading
from contextlib import ExitStack, asynccontextmanager, contextmanager

import pytest

from syndicator.model import Response
from syndicator.store import articles, walks
from syndicator.store.glance import glance
from tests.ingest.web import portal
from tests.store.test_locks import another
from tests.support.serving import served

CONFIG = """
[site]
title = "Nachrichten"
url = "http://127.0.0.1:8080/"
publisher = "Stadt Dortmund"
contact = "webredaktion@news.example"

[[sources]]
name = "dortmund"
city = "Dortmund"
url = "{url}/news/"
delay = "0s"
robots = false
allow_private = true
"""
PAGES = 4
COMMAND = [sys.executable, "-m", "syndicator", "ingest", "dortmund"]


HTML = {"content-type": "text/html; charset=utf-8"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    return tmp_path


def an_archive():
    """Four pages of two articles, one for each quarter from the end of 2025 back, by path."""
    told = {}
    for page in range(1, PAGES + 1):
        names = [f"{day}-{12 - 3 * (page - 1)}-2025" for day in (20, 10)]
        teasers = "".join(_teaser(name) for name in names)
        following = f'<a rel="next" href="/news/{page + 1}/">weiter</a>' if page < PAGES else ""
        told["/news/" if page == 1 else f"/news/{page}/"] = f"<!doctype html><main>{teasers}{following}</main>"
        told |= {f"/news/{name}.html": _article(name) for name in names}
    return told


@pytest.fixture
def pages():
    return {path: Response("", 200, HTML, text.encode()) for path, text in an_archive().items()}


@pytest.fixture
def asked():
    return []


@pytest.fixture
def ingest(syndicator, folder, pages, asked):
    """The command on this portal, which begins to answer with the first one, as it is typed."""
    with ExitStack() as stack:

        def run(*words):
            if not (folder / "config.toml").exists():
                site = {f"https://x.example{path}": page for path, page in pages.items()}
                origin = stack.enter_context(served(site, asked))
                (folder / "config.toml").write_text(CONFIG.format(url=origin), encoding="utf-8")
            return syndicator("ingest", "dortmund", *words)

        yield run


@asynccontextmanager
async def an_archive_that_waits(folder):
    """The same portal, in this process' event loop."""
    async with portal() as site:
        for path, text in an_archive().items():
            site.says(path, text, content_type="text/html")
        (folder / "config.toml").write_text(CONFIG.format(url=site.url), encoding="utf-8")
        yield site


def _teaser(name):
    return f'<article><h3><a href="/news/{name}.html">Aus dem Rathaus: {name}</a></h3><time>{name.replace("-", ".")}</time><p>Ein Vorspann im Teaser, der lang genug ist.</p></article>'


def _article(name):
    return f"<!doctype html><main><h1>Aus dem Rathaus: {name}</h1><p>Nachricht vom {name.replace('-', '.')}</p><p>Der ganze Text steht auf ihrer eigenen Seite: {name}.</p></main>"


async def started(*words):
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


def stored(folder):
    return (glance(folder / "syndicator.db", articles.counts) or {}).get("dortmund", 0)


def test_a_walk_tells_a_line_for_each_page_and_why_it_ends(ingest, folder):
    said = ingest("--pages", "all", "--since", "1.7.2025")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[:3] == [
        "page 1: 2 articles, 2 new, back to 2025-12-10",
        "page 2: 2 articles, 2 new, back to 2025-09-10",
        "page 3: 2 articles, 0 new, back to 2025-06-10",
    ]
    assert "dortmund: 3 pages, 6 articles, 4 new, back to 2025-06-10. It ends here: what follows is older" in said.out
    assert stored(folder) == 4


def test_json_of_a_walk_stands_alone(ingest):
    said = ingest("--pages", "2", "--json")
    assert said.code == 0
    assert (said.json["pages"], said.json["new"], said.json["ended"], said.json["failed"]) == (2, 4, "pages", None)
    assert said.json["back_to"].startswith("2025-09-09T22:00")


def test_a_walk_that_was_read_to_its_end_is_not_repeated_unasked(ingest, asked):
    ingest("--pages", "all")
    asked.clear()
    said = ingest("--pages", "all")
    assert (said.code, asked) == (0, [])
    assert said.out.startswith("dortmund: its archive was read already, back to 2025-03-10.")
    ingest("--pages", "all", "--restart")
    assert [path for path in asked if path.endswith("/")] == ["/news/", "/news/2/", "/news/3/", "/news/4/"]


@asynccontextmanager
async def stopped_at(site, path):
    """The command, at the instant when it asks for this path, which is not answered."""
    page, asked, gate = site.pages[path], asyncio.Event(), asyncio.Event()

    async def deaf(request):
        asked.set()
        await gate.wait()
        return await page(request)

    site.pages[path] = deaf
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "--pages", "all", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    await asked.wait()
    yield process
    gate.set()
    site.pages[path] = page
    site.requests.clear()


async def test_ctrl_c_stops_a_walk_cleanly_and_the_same_command_goes_on(folder):
    async with an_archive_that_waits(folder) as site:
        async with stopped_at(site, "/news/3/") as process:
            process.send_signal(signal.SIGINT)
            _, err = await process.communicate()
        assert process.returncode == 1
        assert "dortmund: 2 pages, 4 articles, 4 new, back to 2025-09-10. The same command goes on" in err.decode()
        assert "Traceback" not in err.decode()
        assert stored(folder) == 4
        code, out, _ = await started("--pages", "all")
        assert code == 0
        assert out.startswith("dortmund: going on after 2 pages, 4 articles")
        assert site.asked[0] == "/news/3/"
        assert stored(folder) == 8


async def test_a_walk_killed_amid_a_page_loses_that_page_only(folder):
    async with an_archive_that_waits(folder) as site:
        async with stopped_at(site, "/news/10-6-2025.html") as process:
            process.kill()
            await process.communicate()
        assert stored(folder) == 4
        assert (await asyncio.to_thread(glance, folder / "syndicator.db", _walk)).pages == 2
        await started("--pages", "all")
        assert site.asked[:3] == ["/news/3/", "/news/20-6-2025.html", "/news/10-6-2025.html"]
        assert stored(folder) == 8


def _walk(db):
    return walks.get_walk(db, "dortmund")


def test_a_page_that_cannot_be_read_is_exit_code_1_and_tells_what_was_done(ingest, pages):
    pages["/news/2/"] = Response("", 403, HTML, b"")
    said = ingest("--pages", "all")
    assert said.code == 1
    assert "dortmund: page 2 cannot be read." in said.out
    assert "denies access" in said.out
    assert "Read so far: 1 page, 2 articles, 2 new" in said.out


def test_two_processes_do_not_read_one_archive(ingest, folder, asked):
    with another(folder / "syndicator.db", "archive of dortmund"):
        said = ingest("--pages", "all")
    assert (said.code, asked) == (1, [])
    assert said.err.startswith("Error: Another process is reading the archive of dortmund.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--since", "morgen"], "--since morgen: expected a day that is over, like 2024-01-01 or 1.1.2024"),
        (["--since", "2999-01-01"], "expected a day that is over"),
        (["--pages", "0"], '--pages 0: expected a number from 1 to 5000, or "all"'),
        (["--pages", "alle"], "expected a number"),
    ],
)
def test_a_limit_that_is_none_is_wrong_usage(ingest, asked, words, said):
    done = ingest(*words)
    assert (done.code, done.out, asked) == (2, "", [])
    assert said in done.err


def test_the_archive_of_no_source_in_particular_is_wrong_usage(folder, syndicator):
    (folder / "config.toml").write_text(CONFIG.format(url="http://127.0.0.1:9"), encoding="utf-8")
    done = syndicator("ingest", "--pages", "all")
    assert done.code == 2
    assert "Name the source" in done.err


@contextmanager
def terminal(columns):
    """What a terminal of this width is shown, and its end to write to."""
    ours, theirs = pty.openpty()
    shown = []
    reading = threading.Thread(target=lambda: shown.append(_read_all(ours)))
    reading.start()
    with pytest.MonkeyPatch.context() as patch, os.fdopen(theirs, "w") as stream:
        patch.setenv("COLUMNS", str(columns))
        yield shown, stream
    reading.join()
    os.close(ours)


@pytest.mark.parametrize("words", [("--since", "2025-01-01"), ("--pages", "all"), ("--pages", "4")])
def test_on_a_terminal_a_bar_shows_how_far_it_is_and_fits(ingest, monkeypatch, words):
    with terminal(80) as (shown, stream):
        monkeypatch.setattr(sys, "stderr", stream)
        said = ingest(*words)
    monkeypatch.undo()
    drawn = shown[0].replace("\x1b[?25l", "").replace("\x1b[?25h", "").splitlines()
    assert said.code == 0
    assert any("back to 2025-09-10" in line for line in drawn)
    assert max(map(len, drawn)) <= 80
    assert "It ends here" in said.out
    if words != ("--pages", "all"):
        assert any("100%" in line for line in drawn)


def _read_all(descriptor):
    body = b""
    while True:
        try:
            part = os.read(descriptor, 4096)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        body += part
    return body.decode()
