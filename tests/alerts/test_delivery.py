"""Messages reach a mail server and a webhook on loopback, once, in order, over restarts and faults."""

import json
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from aiohttp import web

from syndicator.alerts import delivery
from syndicator.alerts.delivery import GATHER, GIVEN_UP, LONGEST_RETRY, PAUSE, deliver, next_try
from syndicator.model import Incident
from syndicator.store import messages, watch
from syndicator.store.database import Store
from tests.ingest.web import Memory, portal
from tests.support.configs import BASE, a_config
from tests.support.smtp import mail_server


class Desk:
    """Whoever is told, and the service that tells them."""

    def __init__(self, folder, memory, sink, hook, client):
        self.folder, self.clock, self.sink, self.hook, self.client = folder, memory.clock, sink, hook, client
        self.posted = []
        self.status = 204
        self.store = Store(folder / "store.db")
        hook.pages["/hook"] = self._take
        self.told()

    def told(self, *, email=True, webhook=False, more=""):
        lines = [f'smtp = "{self.sink.url}"']
        lines += ['email = "presse@stadt.example"'] if email else []
        lines += [f'webhook = "{self.hook.url}/hook"'] if webhook else []
        self.config = a_config(self.folder, BASE + "\n[alerts]\n" + "\n".join([*lines, more]))

    def restart(self):
        self.store.close()
        self.store = Store(self.folder / "store.db")

    async def _take(self, request):
        self.posted.append((request.headers["Content-Type"], await request.json()))
        return web.Response(status=self.status)

    async def begins(self, source="bochum", kind="date", severity="red"):
        said = Incident(source, kind, severity, self.clock.now, f"{source} hat {kind}.", f"{source} has {kind}.")
        await self.store.write(watch.begin_incident, said, self.clock.now)

    async def ends(self, *among):
        for one in await self.store.read(watch.all_open_incidents):
            if not among or one.source in among:
                await self.store.write(watch.end_incident, one.id, self.clock.now)

    async def round(self, gather=GATHER, **later):
        self.clock.forward(**later)
        return await deliver(self.store, self.client, self.config, self.clock, gather)

    @property
    def subjects(self):
        return [mail["Subject"].partition(" [")[0] for mail in self.sink.mails]


@pytest.fixture
async def desk(tmp_path):
    async with a_desk(tmp_path) as made:
        yield made


@asynccontextmanager
async def a_desk(folder):
    memory = Memory()
    async with mail_server() as sink, portal() as hook, memory.client(seconds=5) as client:
        desk = Desk(folder, memory, sink, hook, client)
        try:
            yield desk
        finally:
            desk.store.close()


async def test_an_incident_is_told_once_and_its_end_once_in_the_same_thread(desk):
    await desk.begins()
    assert await desk.round() == 0  # it is gathered for a minute
    assert await desk.round(minutes=1) == 1
    for _ in range(3):
        assert await desk.round(hours=1) == 0
    await desk.ends()
    await desk.round(minutes=2)
    assert await desk.round(hours=1) == 0
    begin, over = desk.sink.mails
    assert desk.subjects == ["ROT: Stadt Bochum – Datum fehlt", "Vorbei: Stadt Bochum – Datum fehlt"]
    assert over["In-Reply-To"] == begin["Message-ID"]
    assert desk.sink.recipients == ["presse@stadt.example"] * 2
    assert "bochum hat date." in begin.get_content()


async def test_a_webhook_is_sent_json(desk):
    desk.told(webhook=True)
    await desk.begins()
    assert await desk.round(minutes=1) == 2
    ((media_type, payload),) = desk.posted
    assert media_type == "application/json; charset=utf-8"
    assert (payload["event"], payload["incidents"][0]["sentence_de"]) == ("begin", "bochum hat date.")
    assert len(desk.sink.mails) == 1


async def test_twenty_sources_that_fail_together_are_one_message(desk):
    for number in range(20):
        await desk.begins(f"quelle-{number}", "failing")
        desk.clock.forward(seconds=2)
    await desk.round(minutes=1)
    assert desk.subjects == ["ROT: 20 Quellen (quelle-0, quelle-1, quelle-10 und 17 weitere)"]
    await desk.ends()
    await desk.round(minutes=11)
    assert len(desk.sink.mails) == 2


async def test_after_a_message_there_is_none_for_ten_minutes(desk):
    await desk.begins("a")
    await desk.round(minutes=1)
    for name in "bcd":
        await desk.begins(name)
        assert await desk.round(minutes=2) == 0
    await desk.round(minutes=5)
    assert len(desk.sink.mails) == 2
    assert "3 Quellen (b, c, d)" in desk.subjects[1]


async def test_ends_are_told_in_the_threads_of_their_beginnings(desk):
    await desk.begins("a")
    await desk.begins("b")
    await desk.round(minutes=1)
    await desk.begins("c")
    await desk.round(minutes=11)
    await desk.ends()
    await desk.round(minutes=11)
    first, second, *over = desk.sink.mails
    assert sorted((mail["In-Reply-To"], mail["Subject"].partition(" [")[0]) for mail in over) == sorted(
        [(first["Message-ID"], "Vorbei: 2 Quellen (a, b)"), (second["Message-ID"], "Vorbei: c – Datum fehlt")]
    )


async def test_what_was_over_before_it_was_told_is_not_told_at_all(desk):
    await desk.begins()
    await desk.ends()
    assert await desk.round(hours=1) == 0
    assert desk.sink.asked == 0


async def test_a_restart_loses_nothing_and_repeats_nothing(desk):
    await desk.begins("a")
    desk.restart()
    desk.sink.refuses = "451 later"
    await desk.round(minutes=1)
    desk.restart()
    desk.sink.refuses = ""
    await desk.round(minutes=2)
    desk.restart()
    assert await desk.round(hours=2) == 0
    assert desk.subjects == ["ROT: a – Datum fehlt"]


async def test_a_server_that_is_down_is_tried_again_with_growing_pauses(desk):
    await desk.begins()
    desk.sink.refuses = "451 try later"
    tries = []
    for _ in range(200):
        before = desk.sink.asked
        await desk.round(minutes=1)
        if desk.sink.asked > before:
            tries.append(desk.clock.now)
    pauses = [round((later - earlier).total_seconds() / 60) for earlier, later in pairwise(tries)]
    assert pauses[:7] == [1, 2, 4, 8, 16, 32, 60]
    (waiting,) = await desk.store.read(messages.waiting)
    assert waiting.problem == f"The mail server 127.0.0.1:{desk.sink.port} refuses: 451 try later"
    desk.sink.refuses = ""
    await desk.round(hours=1)
    assert len(desk.sink.mails) == 1
    assert desk.sink.mails[0]["Date"].datetime == waiting.made.replace(microsecond=0)
    assert await desk.store.read(messages.waiting) == []


async def test_messages_keep_their_order_and_one_way_does_not_wait_for_the_other(desk):
    desk.told(webhook=True)
    desk.sink.refuses = "451 later"
    await desk.begins("a")
    await desk.round(minutes=1)
    await desk.begins("b")
    await desk.round(minutes=12)
    assert [payload["incidents"][0]["source"] for _, payload in desk.posted] == ["a", "b"]
    desk.sink.refuses = ""
    await desk.round(hours=1)
    assert desk.subjects == ["ROT: a – Datum fehlt", "ROT: b – Datum fehlt"]


async def test_what_nobody_takes_is_given_up_after_two_days(desk, caplog):
    desk.sink.refuses = "550 no such user"
    await desk.begins()
    await desk.round(minutes=1)
    await desk.round(seconds=GIVEN_UP.total_seconds() + 3600)
    assert await desk.store.read(messages.waiting) == []
    assert "given up after 2 tries" in caplog.text


@pytest.mark.parametrize("status", [301, 404, 500])
async def test_a_webhook_that_does_not_take_it_is_tried_again(desk, status):
    desk.told(email=False, webhook=True)
    desk.status = status
    await desk.begins()
    assert await desk.round(minutes=1) == 0
    desk.status = 200
    assert await desk.round(minutes=1) == 1
    assert desk.posted[0] == desk.posted[1]


async def test_a_webhook_that_cannot_be_reached_is_told_without_its_path(desk):
    desk.told(email=False, webhook=True)
    secret = desk.config.alerts.webhook
    desk.config = desk.config.model_copy(
        update={"alerts": desk.config.alerts.model_copy(update={"webhook": "http://127.0.0.1:9/hook/geheim"})}
    )
    await desk.begins()
    await desk.round(minutes=1)
    (waiting,) = await desk.store.read(messages.waiting)
    assert waiting.problem == "The server of 127.0.0.1:9 refuses connections."
    assert "geheim" not in json.dumps([waiting.problem, waiting.letter])
    assert secret


async def test_nobody_who_is_named_later_hears_of_what_was_before(desk):
    desk.told(email=False)
    await desk.begins("a")
    await desk.round(minutes=5)
    desk.told()
    await desk.round(minutes=5)
    assert desk.sink.asked == 0
    await desk.begins("b")
    await desk.round(minutes=5)
    assert desk.subjects == ["ROT: b – Datum fehlt"]


async def test_a_message_for_a_way_that_is_no_more_is_dropped(desk):
    desk.sink.refuses = "451 later"
    await desk.begins()
    await desk.round(minutes=1)
    desk.told(email=False)
    await desk.round(hours=1)
    assert await desk.store.read(messages.waiting) == []


async def test_one_round_of_the_command_line_gathers_nothing(desk):
    await desk.begins("a")
    assert await desk.round(gather=timedelta(0)) == 1
    await desk.begins("b")
    assert await desk.round(gather=timedelta(0)) == 1


async def test_a_clock_that_is_set_back_delays_nothing(desk):
    desk.sink.refuses = "451 later"
    await desk.begins("a")
    await desk.round(minutes=1)
    desk.sink.refuses = ""
    desk.clock.forward(days=-30)
    await desk.begins("b")
    await desk.round(minutes=2)
    assert desk.subjects == ["ROT: a – Datum fehlt", "ROT: b – Datum fehlt"]


async def test_a_password_that_is_not_there_is_a_sentence(desk, monkeypatch):
    monkeypatch.delenv("KEIN_PASSWORT", raising=False)
    desk.told(more='user = "dienst"\npassword = "env:KEIN_PASSWORT"')
    await desk.begins()
    await desk.round(minutes=1)
    (waiting,) = await desk.store.read(messages.waiting)
    assert "KEIN_PASSWORT is not set" in waiting.problem


def test_pauses_grow_up_to_an_hour():
    now = Memory().clock.now
    waits = [next_try(tries, now) - now for tries in range(20)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert max(waits) == LONGEST_RETRY
    assert PAUSE > GATHER > timedelta(0)
    assert delivery.FIRST_RETRY <= GATHER
