"""Who sees the page for admins, and what a browser may do with it. What it says: tests/pipeline/test_usage.py."""

import base64
import secrets
from contextlib import asynccontextmanager

import pytest

from syndicator.errors import SyndicatorError
from syndicator.serve import app
from syndicator.serve.keys import read_keys
from syndicator.serve.shelf import Shelf
from tests.serve.serving import Server, site
from tests.support.configs import BASE, a_config

TOKEN = secrets.token_urlsafe(32)
LOCAL = {"Host": "127.0.0.1:8080"}


@asynccontextmanager
async def administered(folder, text="", *, broken=False):
    async def page(language: str) -> bytes:
        if broken:
            raise SyndicatorError("The database is away.")
        return f"<p>{language}".encode()

    keys = read_keys(a_config(folder, BASE + text))
    runner = await app.start(app.build(Shelf(folder), site=site, keys=lambda: keys, admin=page), "127.0.0.1", 0)
    try:
        yield Server(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()


async def test_without_a_token_only_who_sits_here_sees_it(tmp_path):
    async with administered(tmp_path) as server:
        for path, body in (("/admin", b"<p>de"), ("/admin/en", b"<p>en")):
            here = await server.ask(path, **LOCAL)
            assert (here.status, here.body) == (200, body)
        for fields in (
            {**LOCAL, "X_Forwarded_For": "127.0.0.1"},
            {**LOCAL, "Forwarded": "for=_x"},
            {"Host": "news.example"},
        ):
            assert (await server.ask("/admin", **fields)).status == 403
        old = await server.send("GET /admin HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        assert old.status == 403
        for path in ("/admin/", "/admin/fr", "/elsewhere/admin"):
            assert (await server.ask(path, **LOCAL)).status == 404


async def test_with_a_token_it_takes_that_token_wherever_one_sits(tmp_path, monkeypatch):
    monkeypatch.setenv("ADMIN", TOKEN)
    async with administered(tmp_path, '[admin]\ntoken = "env:ADMIN"\n') as server:
        for said in (f"Bearer {TOKEN}", "Basic " + base64.b64encode(f"irgendwer:{TOKEN}".encode()).decode()):
            assert (await server.ask("/admin", Authorization=said, X_Forwarded_For="192.0.2.1")).status == 200
        for fields in (LOCAL, {"Authorization": "Bearer x"}):
            refused = await server.ask("/admin", **fields)
            assert refused.status == 401
            assert [value.split(" ")[0] for name, value in refused.fields if name == "WWW-Authenticate"] == [
                "Basic",
                "Bearer",
            ]


@pytest.mark.parametrize("token", ["kurz", "", None])
async def test_a_token_that_is_weak_or_missing_opens_nothing(tmp_path, monkeypatch, token):
    monkeypatch.delenv("ADMIN", raising=False)
    if token is not None:
        monkeypatch.setenv("ADMIN", token)
    async with administered(tmp_path, '[admin]\ntoken = "env:ADMIN"\n') as server:
        for said in ({}, {"Authorization": f"Bearer {token or 'x'}"}, LOCAL):
            assert (await server.ask("/admin", **said)).status == 401


async def test_nobody_keeps_it_finds_it_or_frames_it(tmp_path):
    async with administered(tmp_path) as server:
        answer = await server.ask("/admin", **LOCAL)
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    rules = dict(rule.strip().split(" ", 1) for rule in answer["Content-Security-Policy"].split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


async def test_a_store_that_cannot_be_read_is_said_without_its_words(tmp_path):
    async with administered(tmp_path, broken=True) as server:
        answer = await server.ask("/admin", **LOCAL)
    assert (answer.status, answer["Retry-After"]) == (503, "60")
    assert b"away" not in answer.body
