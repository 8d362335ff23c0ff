"""The door of the hub: POST /hub by the letter, and what is not a request to it."""

import asyncio
from urllib.parse import urlencode

import pytest

from syndicator.errors import SyndicatorError
from syndicator.publish.websub import Refused
from syndicator.serve import app, hub
from syndicator.serve.hub import HubDoor
from syndicator.serve.shelf import Shelf
from tests.serve.linting import faults, field
from tests.serve.serving import Server
from tests.support.configs import BASE, a_config
from tests.support.waiting import until

REQUEST = {
    "hub.mode": "subscribe",
    "hub.topic": "https://news.example/feeds/all.atom",
    "hub.callback": "https://reader.example/push",
    "hub.secret": "kanarienvogel",
}


class Door(Server):
    """What was accepted, and what is raised instead."""

    def __init__(self, config) -> None:
        self.config = config
        self.accepted = []
        self.raises = None

    async def accept(self, request) -> None:
        if self.raises:
            raise self.raises
        self.accepted.append(request)

    async def post(self, fields, path="/hub", kind="application/x-www-form-urlencoded", **more):
        more = {name.replace("_", "-"): value for name, value in more.items()}
        body = fields if isinstance(fields, str) else urlencode(fields)
        head = {"Host": "x", "Connection": "close", "Content-Type": kind, "Content-Length": str(len(body)), **more}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items() if value)
        return await self.send(f"POST {path} HTTP/1.1\r\n{lines}\r\n{body}")


@pytest.fixture
def room_for_twenty(monkeypatch):
    monkeypatch.setattr(hub, "_AT_ONCE", 20)


@pytest.fixture
def three_of_one(monkeypatch):
    monkeypatch.setattr(hub, "_OF_ONE", (3, 1))


@pytest.fixture
async def door(tmp_path):
    made = Door(a_config(tmp_path))
    built = app.build(
        Shelf(tmp_path), site=lambda: made.config.site, hub=HubDoor(lambda: made.config, made.accept).handle
    )
    runner = await app.start(built, "127.0.0.1", 0)
    made.host, made.port = runner.addresses[0][:2]
    yield made
    await runner.cleanup()


async def test_a_request_is_202_and_handed_on(door):
    answer = await door.post(REQUEST)
    assert (answer.status, faults(answer, "POST")) == (202, [])
    (request,) = door.accepted
    assert (request.mode, request.callback, request.secret) == ("subscribe", REQUEST["hub.callback"], "kanarienvogel")
    assert (await door.post(REQUEST, kind="application/x-www-form-urlencoded; charset=UTF-8")).status == 202


async def test_people_are_told_in_two_sentences_what_it_is(door):
    answer = await door.ask("/hub")
    assert (answer.status, answer["Content-Type"], faults(answer)) == (200, "text/plain; charset=utf-8", [])
    german, english = answer.body.decode().strip().split("\n")
    assert "abonnieren" in german
    assert "subscribe" in english
    assert (await door.ask("/hub", "HEAD")).body == b""


@pytest.mark.parametrize(("method", "status"), [("OPTIONS", 204), ("PUT", 405), ("DELETE", 405), ("PATCH", 405)])
async def test_other_methods_are_told_what_is_allowed(door, method, status):
    answer = await door.ask("/hub", method)
    assert (answer.status, answer["Allow"], faults(answer, method)) == (status, "GET, HEAD, POST, OPTIONS", [])


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("", "application/x-www-form-urlencoded", 400),
        ("hub.mode=subscribe&hub.topic=%FF", "application/x-www-form-urlencoded", 400),
        ("&".join(["a=1"] * 1000), "application/x-www-form-urlencoded", 400),
        ("a=" + "x" * 20_000, "application/x-www-form-urlencoded", 413),
        ('{"hub.mode": "subscribe"}', "application/json", 415),
        ("x", "", 415),
    ],
)
async def test_what_is_no_request_is_refused_in_plain_text(door, body, kind, status):
    answer = await door.post(body, kind=kind)
    assert (answer.status, answer["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert faults(answer, "POST") == []
    assert door.accepted == []


async def test_a_body_that_does_not_come_ends_and_one_in_chunks_is_bounded(door, monkeypatch):
    monkeypatch.setattr(hub, "_SECONDS", 0.1)
    head = "POST /hub HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    assert (await door.send(f"{head}Content-Length: 100\r\n\r\nhub.mode=")).status == 408
    chunks = f"1000\r\n{'x' * 4096}\r\n" * 5
    assert (await door.send(f"{head}Transfer-Encoding: chunked\r\n\r\n{chunks}")).status == 413


async def test_a_client_that_goes_away_amid_its_request_is_one_line_in_the_log(door, caplog):
    caplog.set_level("INFO", "syndicator")
    head = "POST /hub HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    reader, writer = await asyncio.open_connection(door.host, door.port)
    writer.write(f"{head}Content-Length: 100\r\n\r\nhub.mode=".encode())
    writer.write_eof()
    await reader.read()
    writer.close()
    await until(lambda: caplog.records)
    (line,) = caplog.records
    assert (line.levelname, line.exc_info, line.getMessage().count("\n")) == ("INFO", None, 0)


@pytest.mark.parametrize(
    ("raised", "status", "later"),
    [
        (Refused("Nothing.", 404), 404, ""),
        (Refused("Too many.", 429, 60), 429, "60"),
        (SyndicatorError("full"), 503, "60"),
    ],
)
async def test_what_is_refused_or_cannot_be_stored_is_said(door, raised, status, later):
    door.raises = raised
    answer = await door.post(REQUEST)
    assert (answer.status, field(answer, "Retry-After")) == (status, later)
    assert b"kanarienvogel" not in answer.body


async def test_a_flood_of_requests_is_told_to_come_later(room_for_twenty, door):
    answers = await asyncio.gather(*(door.post(REQUEST) for _ in range(60)))
    refused = [answer for answer in answers if answer.status != 202]
    assert len(door.accepted) == 60 - len(refused) < 60
    assert {(answer.status, answer["Retry-After"]) for answer in refused} == {(503, "60")}


async def test_who_floods_it_shuts_no_other_network_out(three_of_one, door):
    flood = [await door.post(REQUEST, X_Forwarded_For=f"192.0.2.{number}") for number in range(4)]
    assert [one.status for one in flood] == [202, 202, 202, 503]
    assert (await door.post(REQUEST, X_Forwarded_For="198.51.100.7")).status == 202


async def test_it_is_there_below_the_path_of_the_site_and_only_while_it_is_on(door, tmp_path):
    assert (await door.post(REQUEST, "/nachrichten/hub")).status == 404
    door.config = a_config(tmp_path, BASE.replace("https://news.example/", "https://news.example/nachrichten/"))
    assert (await door.post(REQUEST, "/nachrichten/hub")).status == 202
    assert (await door.post(REQUEST, "/hub")).status == 202  # where a proxy takes the path off
    for url in ("none", "https://hub.example/"):
        door.config = a_config(tmp_path, f'{BASE}[hub]\nurl = "{url}"\n')
        for method in ("GET", "POST"):
            assert (await door.ask("/hub", method)).status == 404
