"""Readers that ask for no more than they lack (RFC 3229 with "feed"), over HTTP."""

import json

import brotli
import pytest

from syndicator.config import Publish
from syndicator.model import File
from syndicator.publish import formats
from syndicator.publish.encodings import encode
from syndicator.serve import feeds
from syndicator.serve.deltas import take_apart
from syndicator.serve.shelf import Shelf
from tests.publish.checks import CHECKS
from tests.publish.example import article, document
from tests.serve.serving import MODIFIED, serving

ASKS = {"A_IM": "feed, vcdiff", "Accept_Encoding": "br"}


def published(kind, *titles):
    known = formats.available()[kind]
    made = document(
        *(article(id=f"tag:news.example,2019:x/{title}", title=title) for title in titles),
        publish=Publish(formats=(kind,)) if kind != "html" else Publish(),
    )
    body = known.render(made)
    return File(f"vielfalt.{known.EXTENSION}", known.MEDIA_TYPE, MODIFIED, body, encode(body))


def titles(kind, answer):
    body = brotli.decompress(answer.body)
    assert CHECKS[kind](body) == []
    if kind == "json":
        return [item["title"] for item in json.loads(body)["items"]]
    return [title for title in ("Eins", "Zwei", "Drei", "Vier") if f"<title>{title}<".encode() in body]


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path)


@pytest.mark.parametrize("kind", ["atom", "rss", "json"])
async def test_who_has_the_last_version_is_sent_what_is_new(shelf, kind):
    path = f"/feeds/vielfalt.{kind}"
    async with serving(shelf) as server:
        shelf.put([published(kind, "Zwei", "Eins")])
        first = await server.ask(path, **ASKS)
        assert (first.status, titles(kind, first)) == (200, ["Eins", "Zwei"] if kind != "json" else ["Zwei", "Eins"])
        assert (await server.ask(path, If_None_Match=first["ETag"], **ASKS)).status == 304
        shelf.put([published(kind, "Drei", "Zwei", "Eins")])
        part = await server.ask(path, If_None_Match=f'"x", W/{first["ETag"]}', **ASKS)
        assert (part.status, titles(kind, part)) == (226, ["Drei"])
        assert (part["IM"], part["Delta-Base"], part["Cache-Control"]) == ("feed", first["ETag"], "no-store, im")
        assert "A-IM" in part["Vary"]
        whole = await server.ask(path, Accept_Encoding="br")
        assert (whole.status, whole["ETag"]) == (200, part["ETag"])
        shelf.put([published(kind, "Vier", "Drei", "Zwei")])
        last = await server.ask(path, If_None_Match=part["ETag"], **ASKS)
        assert (last.status, titles(kind, last)) == (226, ["Vier"])
        shelf.put([published(kind, "Drei", "Zwei")])
        assert titles(kind, await server.ask(path, If_None_Match=last["ETag"], **ASKS)) == []


async def test_everyone_else_is_sent_everything(shelf):
    async with serving(shelf) as server:
        shelf.put([published("atom", "Eins"), published("html", "Eins")])
        known = (await server.ask("/feeds/vielfalt.atom", **ASKS))["ETag"]
        page = (await server.ask("/feeds/vielfalt", **ASKS))["ETag"]
        shelf.put([published("atom", "Zwei", "Eins"), published("html", "Zwei", "Eins")])
        for fields in (
            {"If_None_Match": known, "Accept_Encoding": "br"},
            {"If_None_Match": known, **ASKS, "A_IM": "vcdiff"},
            {"If_None_Match": '"unknown"', **ASKS},
            ASKS,
        ):
            answer = await server.ask("/feeds/vielfalt.atom", **fields)
            assert (answer.status, titles("atom", answer)) == (200, ["Eins", "Zwei"])
        assert (await server.ask("/feeds/vielfalt.atom", "HEAD", If_None_Match=known, **ASKS)).status == 200
        assert (await server.ask("/feeds/vielfalt", If_None_Match=page, **ASKS)).status == 200
        plain = await server.ask("/feeds/vielfalt.atom", If_None_Match=known, A_IM="feed")
        assert plain.status == 226
        assert b"Zwei" in plain.body
        assert b"Eins" not in plain.body
        assert "Content-Encoding" not in plain


async def test_a_flood_of_such_requests_takes_a_feed_apart_once_for_each_version(shelf, monkeypatch):
    """A stranger who asks again and again is to cost no more than one who asks for all of it."""
    taken = []
    monkeypatch.setattr(feeds, "take_apart", lambda *args: (taken.append(args), take_apart(*args))[1])
    path = "/feeds/vielfalt.atom"
    async with serving(shelf) as server:
        shelf.put([published("atom", "Eins")])
        tag = [(await server.ask(path, **ASKS))["ETag"] for _ in range(3)][-1]
        shelf.put([published("atom", "Zwei", "Eins")])
        parts = [await server.ask(path, If_None_Match=tag, **ASKS) for _ in range(3)]
        assert [(part.status, titles("atom", part)) for part in parts] == [(226, ["Zwei"])] * 3
        assert (await server.ask(path, If_None_Match='"unknown"', **ASKS)).status == 200
    assert len(taken) == 2
