"""How portals are treated, told by a portal on loopback that keeps a record. Each line of the promise is a test here."""

import asyncio
import sys
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from aiohttp import web

import syndicator
from syndicator.config import load
from syndicator.service import running
from syndicator.store.sources import get_state
from syndicator.visits import Visits
from syndicator.workshop import workshop
from tests.ingest.web import Clock, portal
from tests.support.configs import free_port
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("warm_workers")
HEAD = """[site]
title = "Nachrichten"
url = "http://127.0.0.1:{port}/"
publisher = "Stadt Dortmund"
contact = "webredaktion@news.example"
[server]
port = {port}
"""
SOURCE = """[[sources]]
name = "{name}"
city = "Dortmund"
url = "{url}/news/"
allow_private = true
{more}
"""
QUICK = 'delay = "0s"\nrobots = false'
NAMES = ("eins", "zwei", "drei")


class Record:
    """A portal with a list of articles, and what was asked of it when."""

    def __init__(self, site, folder):
        self.site, self.folder = site, folder
        self.clock = Clock()
        self.port = free_port()
        self.lists(*NAMES)

    def lists(self, *names, **answer):
        teasers = "".join(
            f'<article><h3><a href="/news/{name}.html">Aus dem Rathaus: {name}</a></h3><p>Ein Vorspann im Teaser, der lang genug ist.</p></article>'
            for name in names
        )
        self.site.says("/news/", f"<!doctype html><main>{teasers}</main>", content_type="text/html", **answer)
        for name in names:
            text = f"<!doctype html><main><h1>Aus dem Rathaus: {name}</h1><p>Der ganze Text steht auf ihrer Seite: {name}.</p></main>"
            self.site.says(f"/news/{name}.html", text, content_type="text/html")

    def refuses(self, status, text="", **answer):
        self.site.says("/news/", text, status=status, content_type="text/html", **answer)

    def config(self, more=QUICK, *others):
        """The configuration of one source, or of several with these keys."""
        path = self.folder / "config.toml"
        names = ("a", "b", "c")
        blocks = [
            SOURCE.format(name=name, url=self.site.url, more=keys)
            for name, keys in zip(names, (more, *others), strict=False)
        ]
        path.write_text(HEAD.format(port=self.port) + "".join(blocks), encoding="utf-8")
        return load(path)

    @asynccontextmanager
    async def visits(self, *keys):
        """Visits as the service makes them, at instants of our own choice."""
        config = self.config(*keys)
        async with workshop(config, self.clock, publishing=False) as shop:
            yield Visits(config, shop, asyncio.Event())

    async def visit(self, *keys):
        """One visit, by a service that was started just now; what is remembered of the source afterwards."""
        async with self.visits(*keys) as visits:
            return await self.go(visits)

    async def go(self, visits, name="a"):
        await visits.visit(name)
        return await visits._shop.store.read(get_state, name)

    @property
    def asked(self):
        return self.site.asked

    def polls(self):
        return self.asked.count("/news/")


@pytest.fixture
async def record(tmp_path):
    async with portal() as site:
        yield Record(site, tmp_path)


# ---------------------------------------------------------------- who we are, and what we are allowed


async def test_each_request_says_who_asks_and_whom_to_write_to(record):
    await record.visit('delay = "0s"')
    assert record.asked == ["/robots.txt", "/news/", *(f"/news/{name}.html" for name in NAMES)]
    ours = f"syndicator/{syndicator.__version__} (+http://127.0.0.1:{record.port}/; webredaktion@news.example)"
    assert {request.headers["User-Agent"] for request in record.site.requests} == {ours}


async def test_robots_txt_is_asked_first_and_what_it_forbids_is_not_asked_for(record):
    record.site.says("/robots.txt", "User-agent: *\nDisallow: /news/zwei")
    state = await record.visit('delay = "0s"')
    assert record.asked == ["/robots.txt", "/news/", "/news/eins.html", "/news/drei.html"]
    assert "robots.txt" in state.problems[0]


class Stopwatch:
    """When each request for a page of this portal arrived and was answered."""

    def __init__(self, site):
        self.spans = []
        site.pages = {path: self._timed(page) for path, page in site.pages.items()}

    def _timed(self, page):
        async def answer(request):
            clock = asyncio.get_running_loop().time
            began = clock()
            await asyncio.sleep(0.01)
            response = await page(request)
            self.spans.append((began, clock()))
            return response

        return answer

    @property
    def shortest_pause(self):
        return min(after[0] - before[1] for before, after in pairwise(sorted(self.spans)))


async def test_the_crawl_delay_of_robots_txt_lies_between_two_requests(record):
    record.site.says("/robots.txt", "User-agent: *\nCrawl-delay: 0.2")
    watch = Stopwatch(record.site)
    await record.visit('delay = "0s"')
    assert len(watch.spans) == 2 + len(NAMES)
    assert watch.shortest_pause > 0.19


# ---------------------------------------------------------------- one connection with pauses


async def test_one_host_is_asked_one_thing_at_a_time_with_a_pause_however_many_sources_it_has(record):
    watch = Stopwatch(record.site)
    paused = 'delay = "0.05s"\nrobots = false'
    async with record.visits(paused, paused, paused) as visits:
        await asyncio.gather(*(visits.visit(name) for name in "abc"))
    assert record.site.most_at_once == 1
    assert len(watch.spans) == 3 * (1 + len(NAMES))
    assert watch.shortest_pause > 0.04


ASK = """
import asyncio, sys
from pathlib import Path
from syndicator.config import load
from syndicator.workshop import workshop
async def main():
    config = load(Path(sys.argv[1]))
    source = next(source for source in config.sources if source.name == sys.argv[2])
    async with workshop(config, publishing=False) as shop:
        print(flush=True)
        sys.stdin.readline()
        await shop.visitor.visit(source)
asyncio.run(main())
"""


async def test_that_holds_among_processes_too_as_for_a_command_beside_the_service(record):
    watch = Stopwatch(record.site)
    paused = 'delay = "0.05s"\nrobots = false'
    path = record.config(paused, paused).path
    pipe = asyncio.subprocess.PIPE
    commands = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", ASK, str(path), name, stdin=pipe, stdout=pipe)
        for name in "ab"
    ]
    for command in commands:
        await command.stdout.readline()
    for command in commands:
        command.stdin.write(b"\n")
    await asyncio.gather(*(command.communicate() for command in commands))
    assert [command.returncode for command in commands] == [0, 0]
    assert record.site.most_at_once == 1
    assert len(watch.spans) == 2 * (1 + len(NAMES))
    assert watch.shortest_pause > 0.04


# ---------------------------------------------------------------- only what changed


@pytest.mark.parametrize(
    ("header", "value", "asks"),
    [
        ("ETag", "W/\"a b--'gzip", "If-None-Match"),
        ("ETag", "unquoted:1", "If-None-Match"),
        ("Last-Modified", "Mo, 02 Mrz 2026 08:00:00 MEZ", "If-Modified-Since"),
        ("Last-Modified", "0", "If-Modified-Since"),
    ],
)
async def test_validators_are_sent_back_byte_for_byte(record, header, value, asks):
    record.lists(*NAMES, headers={header: value})
    await record.visit()
    record.clock.forward(minutes=11)
    await record.visit()
    first, *_, last = record.site.requests
    assert asks not in first.headers
    assert last.headers[asks] == value


# ---------------------------------------------------------------- when to come back


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("value", ["7200", "Mon, 02 Mar 2026 10:00:00 GMT"])
async def test_retry_after_is_kept_even_over_a_restart(record, status, value):
    record.refuses(status, headers={"Retry-After": value})
    state = await record.visit()
    assert state.next_due - record.clock.now >= timedelta(hours=2)
    record.clock.forward(hours=1)
    await record.visit()  # which nobody should ask for, and which finds the door still closed
    assert record.polls() == 1
    record.clock.forward(hours=1)
    await record.visit()
    assert record.polls() == 2


async def test_two_polls_are_never_nearer_than_the_interval_not_after_restarts_either(record):
    config = record.config(f'{QUICK}\nevery = "1h"')
    for _ in range(3):
        async with running(config) as service:
            await until(lambda: record.polls() == 1)
            await until(lambda: not service.visits.under_way)
            await until(lambda planned=service.visits.schedule: planned.planned())
            assert service.visits.schedule.planned()["a"] - service.shop.now() > timedelta(minutes=59)
    assert record.polls() == 1


async def test_a_visit_that_was_killed_counts_as_a_poll(record):
    asked, gate = asyncio.Event(), asyncio.Event()

    async def deaf(_):
        asked.set()
        await gate.wait()
        return web.Response()

    record.site.pages["/news/"] = deaf
    async with record.visits() as visits:
        visit = asyncio.create_task(visits.visit("a"))
        await asked.wait()
        visit.cancel()
        await asyncio.gather(visit, return_exceptions=True)
    gate.set()
    async with record.visits() as visits:
        await visits.plan()
        assert visits.schedule.planned()["a"] - record.clock.now >= timedelta(minutes=10)


@pytest.mark.parametrize("status", [403, 404, 500, 503])
async def test_who_fails_is_asked_less_and_less_often_down_to_once_a_day(record, status):
    record.refuses(status)
    waits = []
    async with record.visits() as visits:
        for _ in range(11):
            state = await record.go(visits)
            waits.append(state.next_due - record.clock.now)
            record.clock.now = state.next_due
    for before, after in pairwise(waits):
        assert after > before * 1.5 or after > timedelta(hours=21)
    assert waits[0] < timedelta(minutes=12)
    assert timedelta(hours=21) < max(waits) <= timedelta(days=1)
    assert state.waits == "failures"


async def test_one_success_ends_the_waiting(record):
    record.refuses(500)
    async with record.visits() as visits:
        for _ in range(5):
            state = await record.go(visits)
            record.clock.now = state.next_due
        record.lists(*NAMES)
        state = await record.go(visits)
    assert state.next_due - record.clock.now <= timedelta(minutes=11)
    assert state.waits == ""


# ---------------------------------------------------------------- habits


async def habits(record, visits):
    """Three weeks of a portal that publishes at about ten on workdays. The clock stands at Monday night then, 3 o'clock."""
    for day in range(21):
        for minute in (0, 10):
            record.clock.now = record.clock.now.replace(hour=9, minute=minute)  # ten o'clock in Berlin
            if minute and record.clock.now.weekday() < 5:
                record.lists(f"tag{day}", *NAMES)
            await record.go(visits)
        record.clock.forward(days=1)
    record.clock.now = record.clock.now.replace(hour=2, minute=0)


async def test_a_portal_that_publishes_daily_is_not_asked_every_ten_minutes_at_night(record):
    async with record.visits() as visits:
        await habits(record, visits)
        state = await record.go(visits)
        assert timedelta(minutes=50) < state.next_due - record.clock.now <= timedelta(minutes=66)
        assert state.waits == "quiet hours"
        record.clock.forward(hours=7)
        state = await record.go(visits)
        assert state.next_due - record.clock.now <= timedelta(minutes=11)
        assert state.waits == ""
        record.clock.forward(days=5)  # to a Saturday
        state = await record.go(visits)
        assert state.next_due - record.clock.now > timedelta(minutes=50)


@pytest.mark.parametrize(("rule", "longest"), [('every = "10m"', 11), ('cron = "*/10 * * * *"', 10)])
async def test_unless_it_is_configured_so(record, rule, longest):
    async with record.visits(f"{QUICK}\n{rule}") as visits:
        await habits(record, visits)
        state = await record.go(visits)
        assert state.next_due - record.clock.now <= timedelta(minutes=longest)


async def test_an_interval_written_into_the_block_counts_at_once_even_where_it_is_the_default(record):
    async with record.visits() as visits:
        await habits(record, visits)
        state = await record.go(visits)
        assert state.waits == "quiet hours"
        await visits.adopt(record.config(f'{QUICK}\nevery = "10m"'))
        assert visits.schedule.planned()["a"] - record.clock.now <= timedelta(minutes=10)


async def test_a_new_portal_is_watched_for_two_weeks_before_it_is_asked_less_often(record):
    state = await record.visit()
    record.clock.forward(days=9, hours=18)
    state = await record.visit()
    assert state.next_due - record.clock.now <= timedelta(minutes=11)


# ---------------------------------------------------------------- closed doors

CHALLENGE = "<!doctype html><title>Just a moment...</title><form method=post><input name=answer></form>"


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (401, {"headers": {"WWW-Authenticate": "Basic"}}, "asks for a password"),
        (403, {}, "denies access"),
        (403, {"text": CHALLENGE, "headers": {"Set-Cookie": "pass=1"}}, "check for bots (captcha). Ask the city"),
        (503, {"text": CHALLENGE, "headers": {"cf-mitigated": "challenge"}}, "check for bots (captcha). Ask the city"),
        (200, {"text": CHALLENGE, "headers": {"Set-Cookie": "pass=1"}}, "check for bots (captcha). Ask the city"),
    ],
)
async def test_a_closed_door_is_shown_as_a_state_and_never_worked_around(record, status, answer, reason):
    record.refuses(status, **answer)
    async with record.visits() as visits:
        for failures in (1, 2, 3):
            state = await record.go(visits)
            assert (state.failure, state.failures) == ("denied", failures)
            assert reason in state.reason
            assert state.next_due - record.clock.now >= timedelta(minutes=9) * 2 ** (failures - 1)
            record.clock.now = state.next_due
    assert record.asked == ["/news/"] * 3
    first, *others = record.site.requests
    for request in others:
        assert dict(request.headers) == dict(first.headers)
        assert not {"Cookie", "Authorization", "Referer"} & request.headers.keys()


async def test_where_one_article_after_the_other_is_denied_the_rest_is_not_tried(record):
    names = [f"nummer{n}" for n in range(9)]
    record.lists(*names)
    for name in names:
        record.site.says(f"/news/{name}.html", status=403)
    state = await record.visit()
    assert len(record.asked) == 1 + 5
    assert (state.failure, state.failures) == ("denied", 1)


async def test_one_article_that_is_denied_is_told_and_stops_no_other(record):
    record.site.says("/news/zwei.html", status=403)
    state = await record.visit()
    assert len(record.asked) == 1 + len(NAMES)
    assert state.failure is None
    assert "denies access" in state.problems[0]
