"""How the client treats the servers it asks: robots.txt, pauses, Retry-After."""

import asyncio
import gzip
from datetime import timedelta

import pytest
from aiohttp import web

from syndicator.ingest.client import HostState
from syndicator.ingest.turns import Gate
from syndicator.model import Failed, Request, Response
from tests.ingest.web import Memory, a_source, portal, raw_server

BAN = "User-agent: *\nDisallow: /intern/\n"


@pytest.fixture
async def city():
    async with portal() as served:
        served.says("/news", "Neues")
        served.says("/intern/news", "Internes")
        yield served


@pytest.fixture
def memory():
    return Memory()


async def ask(memory, url, home="", **settings):
    """Fetch `url` with a client that was started just now."""
    async with memory.client(seconds=5) as client:
        source = a_source(home or url, **({"robots": True} | settings))
        return await client.fetch(Request(url), source, None)


# ---------------------------------------------------------------- robots.txt


async def test_robots_txt_is_read_first_and_once_a_day_even_across_restarts(city, memory):
    city.says("/robots.txt", BAN)
    for _ in range(3):
        assert isinstance(await ask(memory, f"{city.url}/news"), Response)
    assert city.asked == ["/robots.txt", "/news", "/news", "/news"]
    memory.clock.forward(hours=24)
    await ask(memory, f"{city.url}/news")
    assert city.asked[4:] == ["/robots.txt", "/news"]


async def test_what_robots_txt_forbids_is_not_asked_for(city, memory):
    city.says("/robots.txt", BAN)
    result = await ask(memory, f"{city.url}/intern/news?token=1")
    assert (result.kind, result.permanent) == ("refused", False)  # it may be relaxed
    assert "robots.txt" in result.reason
    assert result.reason.endswith("/intern/news.")
    assert city.asked == ["/robots.txt"]


async def test_a_source_can_be_told_to_ignore_robots_txt(city, memory):
    city.says("/robots.txt", BAN)
    assert isinstance(await ask(memory, f"{city.url}/intern/news", robots=False), Response)
    assert city.asked == ["/intern/news"]


async def test_a_redirect_does_not_lead_to_where_robots_txt_forbids(city, memory):
    city.says("/robots.txt", BAN)
    city.redirects("/way", "/intern/news")
    assert (await ask(memory, f"{city.url}/way")).kind == "refused"
    assert "/intern/news" not in city.asked


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_a_server_without_robots_txt_allows_everything(city, memory, status):
    city.says("/robots.txt", BAN, status=status)
    assert isinstance(await ask(memory, f"{city.url}/intern/news"), Response)


@pytest.mark.parametrize(("status", "kind"), [(500, "refused"), (502, "refused"), (503, "busy"), (429, "busy")])
async def test_a_robots_txt_that_cannot_be_read_forbids_everything_for_now(city, memory, status, kind):
    city.says("/robots.txt", status=status)
    result = await ask(memory, f"{city.url}/news")
    assert (result.kind, result.permanent) == (kind, False)
    assert city.asked == ["/robots.txt"]
    city.says("/robots.txt", BAN)
    assert isinstance(await ask(memory, f"{city.url}/news"), Response)


async def test_the_last_good_robots_txt_stands_in_for_one_that_cannot_be_read(city, memory):
    city.says("/robots.txt", BAN)
    await ask(memory, f"{city.url}/news")
    memory.clock.forward(days=2)
    city.says("/robots.txt", status=500)
    city.requests.clear()
    assert isinstance(await ask(memory, f"{city.url}/news"), Response)
    assert (await ask(memory, f"{city.url}/intern/news")).kind == "refused"
    assert city.asked == ["/robots.txt", "/news"]
    memory.clock.forward(hours=1)
    await ask(memory, f"{city.url}/news")
    assert city.asked[2:] == ["/robots.txt", "/news"]


async def test_a_server_that_is_down_is_unreachable_and_not_refused(memory):
    async with raw_server() as url:
        pass
    assert (await ask(memory, url)).kind == "unreachable"


async def test_robots_txt_may_be_moved(city, memory):
    for step in range(5):
        city.redirects(f"/robots{step or ''}.txt", f"/robots{step + 1}.txt", 301)
    city.says("/robots5.txt", BAN)
    assert (await ask(memory, f"{city.url}/intern/news")).kind == "refused"


async def test_a_robots_txt_behind_six_redirects_is_none(city, memory):
    city.redirects("/robots.txt", "/robots.txt")
    assert isinstance(await ask(memory, f"{city.url}/intern/news"), Response)


async def test_of_a_huge_robots_txt_the_beginning_counts(city, memory):
    body = BAN.encode() + b"Disallow: /x\n" * 200_000 + b"Disallow: /news\n"
    city.sends("/robots.txt", body)
    assert (await ask(memory, f"{city.url}/intern/news")).kind == "refused"
    assert isinstance(await ask(memory, f"{city.url}/news"), Response)


async def test_a_compressed_robots_txt_is_read(city, memory):
    city.sends("/robots.txt", gzip.compress(BAN.encode()), headers={"Content-Encoding": "gzip"})
    assert (await ask(memory, f"{city.url}/intern/news")).kind == "refused"


async def test_robots_txt_is_read_once_however_many_ask_at_once(city, memory):
    city.says("/robots.txt", BAN)
    async with memory.client() as client:
        source = a_source(city.url, robots=True)
        await asyncio.gather(*(client.fetch(Request(f"{city.url}/news?{i}"), source, None) for i in range(5)))
    assert city.asked[0] == "/robots.txt"
    assert city.asked.count("/robots.txt") == 1
    assert len(city.asked) == 6


async def test_each_origin_has_a_robots_txt_of_its_own(memory):
    async with portal("127.0.0.1") as one, portal("127.0.0.2") as other:
        one.says("/robots.txt", "User-agent: *\nDisallow: /")
        other.says("/news")
        assert (await ask(memory, f"{one.url}/news")).kind == "refused"
        assert isinstance(await ask(memory, f"{other.url}/news"), Response)
        assert set(memory.hosts) == {one.url, other.url}


# ---------------------------------------------------------------- turns and pauses


async def test_one_origin_is_asked_one_thing_at_a_time_and_in_order(city, memory):
    async with memory.client() as client:
        source = a_source(city.url)
        await asyncio.gather(*(client.fetch(Request(f"{city.url}/news?{i}"), source, None) for i in range(8)))
    assert city.most_at_once == 1
    assert city.asked == [f"/news?{i}" for i in range(8)]


async def test_origins_do_not_wait_for_each_other(memory):
    met = asyncio.Barrier(3)

    async def meet(_):
        async with asyncio.timeout(5):
            await met.wait()  # answers only once all three servers have been asked
        return web.Response()

    async with portal("127.0.0.1") as a, portal("127.0.0.2") as b, portal("127.0.0.3") as c, memory.client() as client:
        for city in (a, b, c):
            city.pages["/"] = meet
        answers = await asyncio.gather(*(client.fetch(Request(x.url), a_source(x.url), None) for x in (a, b, c)))
    assert all(isinstance(answer, Response) for answer in answers)


class Arrivals:
    """When requests arrived and were answered, on the loop's clock."""

    def __init__(self, city):
        self.spans = []
        city.pages["/news"] = self.answer

    async def answer(self, _):
        clock = asyncio.get_running_loop().time
        began = clock()
        await asyncio.sleep(0.03)
        self.spans.append((began, clock()))
        return web.Response()

    @property
    def shortest_pause(self):
        return min(after[0] - before[1] for before, after in zip(self.spans, self.spans[1:], strict=False))


@pytest.mark.parametrize(
    ("delay", "robots", "pause"),
    [("0.1s", "", 0.1), ("0.05s", "Crawl-delay: 0.15", 0.15), ("0.15s", "Crawl-delay: 0.05", 0.15)],
)
async def test_the_longer_of_delay_and_crawl_delay_lies_between_two_requests(city, memory, delay, robots, pause):
    arrivals = Arrivals(city)
    city.says("/robots.txt", f"User-agent: *\n{robots}")
    async with memory.client() as client:
        source = a_source(city.url, delay=delay, robots=True)
        await asyncio.gather(*(client.fetch(Request(f"{city.url}/news"), source, None) for _ in range(3)))
    assert len(arrivals.spans) == 3
    assert arrivals.shortest_pause > pause - 0.01  # for the grain of the clock


async def test_who_gives_up_waiting_leaves_the_queue_to_the_others(city, memory):
    async with memory.client() as client:
        source = a_source(city.url)
        tasks = [asyncio.create_task(client.fetch(Request(f"{city.url}/news?{i}"), source, None)) for i in range(4)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        tasks[2].cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer) for answer in answers[1::2]] == [Response, Response]


async def test_idle_origins_are_forgotten(memory, monkeypatch):
    monkeypatch.setattr("syndicator.ingest.turns._KEPT", 3)
    async with memory.client() as client:
        for last in range(1, 20):
            url = f"http://127.0.0.{last}:1/"
            await client.fetch(Request(url), a_source(url), None)
        assert len(client._origins) <= 3


# ---------------------------------------------------------------- Retry-After


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("value", ["3600", "Mon, 02 Mar 2026 09:00:00 GMT"])
async def test_retry_after_is_honoured_even_across_restarts(city, memory, status, value):
    city.says("/news", status=status, headers={"Retry-After": value})
    result = await ask(memory, f"{city.url}/news", robots=False)
    assert (result.kind, result.retry_after) == ("busy", 3600)
    assert memory.hosts == {city.url: HostState(not_before=memory.clock.now + timedelta(hours=1))}
    city.says("/news", "Neues")
    memory.clock.forward(minutes=45)
    result = await ask(memory, f"{city.url}/intern/news", robots=False)
    assert (result.kind, result.retry_after, result.permanent) == ("busy", 900, False)
    assert "2026-03-02 09:00:00 UTC" in result.reason
    assert city.asked == ["/news"]
    memory.clock.forward(minutes=15)
    assert isinstance(await ask(memory, f"{city.url}/news", robots=False), Response)


async def test_requests_that_wait_in_the_queue_hear_of_it(city, memory):
    city.says("/news", status=429, headers={"Retry-After": "60"})
    async with memory.client() as client:
        source = a_source(city.url)
        answers = await asyncio.gather(*(client.fetch(Request(f"{city.url}/news"), source, None) for _ in range(3)))
    assert [answer.kind for answer in answers] == ["busy"] * 3
    assert city.asked == ["/news"]


async def test_a_retry_after_of_robots_txt_counts_too(city, memory):
    city.says("/robots.txt", status=503, headers={"Retry-After": "60"})
    for _ in range(2):
        assert (await ask(memory, f"{city.url}/news")).kind == "busy"
    assert city.asked == ["/robots.txt"]


async def test_nobody_keeps_us_away_for_longer_than_a_day(city, memory):
    city.says("/news", status=503, headers={"Retry-After": "99999999"})
    assert (await ask(memory, f"{city.url}/news", robots=False)).retry_after == 86400


async def test_a_clock_that_was_set_back_does_not_prolong_it(city, memory):
    memory.hosts[city.url] = HostState(not_before=memory.clock.now + timedelta(days=400))
    assert isinstance(await ask(memory, f"{city.url}/news", robots=False), Response)


async def test_a_busy_server_that_does_not_say_how_long_is_asked_again(city, memory):
    city.says("/news", status=503)
    assert await ask(memory, f"{city.url}/news", robots=False) == Failed(
        "busy", f"{city.url.removeprefix('http://')} is overloaded or under maintenance.", f"{city.url}/news"
    )
    assert memory.hosts == {}


async def test_a_crowd_passes_the_gate_a_few_in_each_turn_of_the_loop():
    gate, through, turn = Gate(3), [], 0

    async def pass_():
        await gate()
        through.append(turn)

    tasks = [asyncio.create_task(pass_()) for _ in range(10)]
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0)
        turn += 1
    assert max(map(through.count, through)) == 3
    assert len(through) == 10
