"""Feeds for partners, over HTTP: who gets them, which, how often, and what becomes of their tokens."""

import base64
import logging
import secrets

import pytest

from syndicator.model import File
from syndicator.serve import app
from syndicator.serve.keys import read_keys
from syndicator.serve.shelf import Shelf
from syndicator.serve.usage import Usage
from syndicator.workshop import utc_now
from tests.serve.serving import MODIFIED, Server, file, site
from tests.support.configs import BASE, a_config

TOKENS = {"BOCHUM": secrets.token_urlsafe(32), "ESSEN": secrets.token_urlsafe(32), "ADMIN": secrets.token_urlsafe(32)}
PARTNERS = """
[[partners]]
name = "bochum"
token = "env:BOCHUM"
feeds = ["vielfalt", "dortmund-*"]
[[partners]]
name = "essen"
token = "env:ESSEN"
per_minute = 60
burst = 3
"""
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">\n  <entry>\n    <id>tag:a,2024:1</id>\n  </entry>\n</feed>\n'
ARCHIVED = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:a,2024:1</id></entry></feed>'


def basic(user: str, token: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()


class House:
    """A server with two partners, and what it counts."""

    def __init__(self, server: Server, shelf: Shelf, usage: Usage) -> None:
        self.server = server
        self.shelf = shelf
        self.usage = usage

    async def pull(self, path, token="BOCHUM", name="bochum", **fields):
        return await self.server.ask(
            f"/partners/{name}/feeds/{path}", Authorization=basic(name, TOKENS[token]), **fields
        )

    def counted(self):
        return self.usage.drain().partners


@pytest.fixture
async def house(tmp_path, monkeypatch):
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)
    config = a_config(tmp_path, BASE + PARTNERS)
    shelf = Shelf(tmp_path)
    names = ("all.atom", "vielfalt.atom", "vielfalt.json", "dortmund-vielfalt.atom")
    published = [file(name, "", "application/atom+xml; charset=utf-8") for name in names]
    shelf.put([type(one)(one.path, one.media_type, one.modified, ATOM.encode(), {}) for one in published])
    shelf.put(
        [file("index.html", "<p>", "text/html; charset=utf-8"), file("style.css", "a{}", "text/css; charset=utf-8")]
    )
    (tmp_path / "vielfalt" / "archive").mkdir(parents=True)
    (tmp_path / "vielfalt" / "archive" / "1.atom").write_bytes(ARCHIVED)
    keys, usage = read_keys(config), Usage(utc_now)
    built = app.build(shelf, site=site, aliases=lambda: {"diversity": "vielfalt"}, keys=lambda: keys, usage=usage)
    runner = await app.start(built, "127.0.0.1", 0)
    yield House(Server(*runner.addresses[0][:2]), shelf, usage)
    await runner.cleanup()


async def test_a_partner_gets_the_bytes_of_the_public_feed_to_keep_for_itself(house):
    public = await house.server.ask("/feeds/vielfalt.atom")
    for answer in (
        await house.pull("vielfalt.atom"),
        await house.server.ask("/partners/bochum/feeds/vielfalt.atom", Authorization=f"Bearer {TOKENS['BOCHUM']}"),
        await house.server.ask(f"/p/{TOKENS['BOCHUM']}/feeds/vielfalt.atom"),
    ):
        assert (answer.status, answer.body, answer["ETag"]) == (200, public.body, public["ETag"])
        assert answer["Cache-Control"].startswith("private, ")
        assert "Authorization" in [name.strip() for name in answer["Vary"].split(",")]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "Access-Control-Allow-Origin" not in answer
    assert public["Cache-Control"].startswith("public, ")
    assert "Authorization" not in public["Vary"]
    assert public["Access-Control-Allow-Origin"] == "*"


async def test_a_partner_is_told_that_nothing_changed(house):
    tag = (await house.pull("vielfalt.atom"))["ETag"]
    again = await house.pull("vielfalt.atom", If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    assert again["Cache-Control"].startswith("private, ")
    assert (await house.pull("vielfalt.atom", Range="bytes=0-3")).status == 206
    assert (await house.pull("vielfalt.atom", If_Match='"x"')).status == 412


async def test_a_partner_gets_its_feeds_in_all_formats_and_their_archives_and_nothing_else(house):
    for path, status in (
        ("vielfalt.json", 200),
        ("dortmund-vielfalt.atom", 200),
        ("vielfalt/archive/1.atom", 200),
        ("vielfalt/archive/2.atom", 404),
        ("all.atom", 403),
        ("all/archive/1.atom", 403),
        ("none.atom", 403),
        ("dortmund-none.atom", 404),
        ("vielfalt", 404),
        ("vielfalt.html", 404),
        ("style.css", 403),
        ("..%2Fconfig.toml", 403),
        ("dortmund-%2e%2e/archive/1.atom", 404),
    ):
        assert (await house.pull(path)).status == status, path
    assert (await house.pull("style.css", "ESSEN", "essen")).status == 404


async def test_old_names_lead_to_the_partners_own_addresses(house):
    moved = await house.pull("diversity.atom")
    assert (moved.status, moved["Location"]) == (301, "/partners/bochum/feeds/vielfalt.atom")
    secret = await house.server.ask(f"/p/{TOKENS['BOCHUM']}/feeds/diversity.atom")
    assert secret["Location"] == f"/p/{TOKENS['BOCHUM']}/feeds/vielfalt.atom"
    assert secret["Cache-Control"] == "no-store"
    assert TOKENS["BOCHUM"].encode() not in secret.body


async def test_without_the_right_token_nothing_is_given(house):
    address = "/partners/bochum/feeds/vielfalt.atom"
    wrong = secrets.token_urlsafe(32)
    for said in (
        {},
        {"Authorization": basic("bochum", wrong)},
        {"Authorization": basic("essen", TOKENS["BOCHUM"])},
        {"Authorization": f"Bearer {wrong}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic ?"},
        {"Authorization": basic("bochum", "")},
        {"Authorization": f"Digest {TOKENS['BOCHUM']}"},
    ):
        answer = await house.server.ask(address, **said)
        assert answer.status == 401, said
        challenges = [value for name, value in answer.fields if name == "WWW-Authenticate"]
        assert [value.split(" ")[0] for value in challenges] == ["Basic", "Bearer"]
        assert answer["Cache-Control"] == "no-store"
    assert (await house.server.ask(address, Authorization=basic("essen", TOKENS["ESSEN"]))).status == 403
    assert (await house.server.ask(f"/p/{wrong}/feeds/vielfalt.atom")).status == 404


async def test_a_name_that_there_is_not_is_answered_like_a_wrong_token(house):
    known, unknown = [
        await house.server.ask(f"/partners/{name}/feeds/vielfalt.atom", Authorization=basic(name, "x" * 43))
        for name in ("bochum", "nobody")
    ]
    assert (known.status, known.body) == (unknown.status, unknown.body)


async def test_a_partner_that_asks_too_often_is_told_when_to_come_again(house):
    answers = [await house.pull("vielfalt.atom", "ESSEN", "essen") for _ in range(5)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1]["Retry-After"] == "1"
    assert (await house.pull("vielfalt.atom")).status == 200


async def test_who_guesses_is_slowed_down_and_shuts_out_no_partner(house):
    guesses = [await house.server.ask(f"/p/{secrets.token_hex(16)}/feeds/all.atom") for _ in range(12)]
    assert [answer.status for answer in guesses] == [404] * 10 + [429] * 2
    assert int(guesses[-1]["Retry-After"]) > 0
    assert (await house.server.ask("/partners/bochum/feeds/vielfalt.atom", Authorization="Bearer x")).status == 429
    assert (await house.server.ask("/partners/bochum/feeds/vielfalt.atom")).status == 401  # no guess, just a question
    assert (await house.pull("vielfalt.atom")).status == 200
    far = await house.server.ask(f"/p/{secrets.token_hex(16)}/feeds/all.atom", X_Forwarded_For="198.51.100.7")
    assert far.status == 404, "who comes through a web server is told apart by what it says"


async def test_what_a_partner_does_is_counted_under_its_name(house):
    tag = (await house.pull("vielfalt.atom"))["ETag"]
    await house.pull("vielfalt.json")
    await house.pull("vielfalt.atom", If_None_Match=tag)
    await house.pull("vielfalt.atom", method="HEAD")
    await house.pull("all.atom")
    await house.server.ask("/partners/bochum/feeds/vielfalt.atom", Authorization=basic("bochum", "x"))
    await house.server.ask("/partners/nobody/feeds/vielfalt.atom", Authorization=basic("nobody", "x"))
    await house.server.ask("/feeds/vielfalt.atom")
    counted = house.counted()
    pulls, rest = counted["bochum", "vielfalt"], counted["bochum", ""]
    assert (pulls.count.answers, pulls.count.unchanged) == (2, 1)
    assert pulls.count.saved == len(ATOM)
    assert len(pulls.articles) == 1, "two formats hold the same article"
    assert (rest.refused, rest.refusal) == (2, "token")
    assert set(counted) == {("bochum", "vielfalt"), ("bochum", "")}


async def test_a_partner_that_asks_for_what_it_lacks_is_counted_and_keeps_it_for_itself(house):
    tag = (await house.pull("vielfalt.atom", A_IM="feed"))["ETag"]
    new = ATOM.replace("</feed>\n", "  <entry>\n    <id>tag:a,2024:2</id>\n  </entry>\n</feed>\n")
    house.shelf.put([File("vielfalt.atom", "application/atom+xml; charset=utf-8", MODIFIED, new.encode(), {})])
    part = await house.pull("vielfalt.atom", A_IM="feed", If_None_Match=tag)
    assert (part.status, part["Cache-Control"]) == (226, "no-store")
    assert b"2024:1" not in part.body
    pulls = house.counted()["bochum", "vielfalt"]
    assert (pulls.count.answers, len(pulls.articles)) == (2, 2)


async def test_no_log_shows_a_token(house, caplog):
    token = TOKENS["BOCHUM"]
    with caplog.at_level(logging.DEBUG):
        for path in (
            f"/p/{token}/feeds/vielfalt.atom",
            f"/p/{token}/feeds/diversity.atom",
            f"/p/{token}/none",
            f"/P/{token}/feeds/vielfalt.atom",
            f"/%70/{token}/feeds/vielfalt.atom",
            f"/nachrichten/p/{token}/feeds/vielfalt.atom",
            f"//p//{token}",
        ):
            await house.server.ask(path)
        await house.pull("vielfalt.atom")
        await house.server.ask("/partners/bochum/feeds/vielfalt.atom", Authorization=basic("essen", token))
        await house.server.send(f"GET /p/{token}/feeds/vielfalt.atom HTTP/9.9\r\nAuthorization: Bearer {token}\r\n\r\n")
    lines = [record.getMessage() for record in caplog.records]
    assert sum(" GET /p/…/feeds/vielfalt.atom 200 " in line for line in lines) == 1
    assert token not in caplog.text
