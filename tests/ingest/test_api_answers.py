"""Answers as endpoints give them: each file in `answers/` has a `.toml` beside it with paths and what they lead to."""

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from syndicator.config import ApiRules
from syndicator.config.jsonpath import steps
from syndicator.ingest.reading.api import Answer, read_api
from syndicator.ingest.reading.entry import MOST_ENTRIES
from syndicator.model import Failed, Parse
from tests.support.inert import faults
from tests.support.warm import Warm

HERE = Path(__file__).parent
FILES = sorted((HERE / "answers").glob("*.json"))
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ADDRESS = "https://www.stadt.example/api"


def rules(**more) -> ApiRules:
    return ApiRules.model_validate({"items": "items", "title": "title", **more})


def read(body: bytes | str, address: str = ADDRESS, /, **more) -> Answer | Failed:
    content = body if isinstance(body, bytes) else body.encode()
    return read_api(content, address, "application/json", rules(**more), "Europe/Berlin", NOW)


def instant(moment) -> str:
    return f"{moment.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {moment.precision} {moment.origin}" if moment else ""


def shown(draft, wanted):
    """What the expectation names of a draft."""
    values = {
        **{name: getattr(draft, name) for name in ("key", "address", "title", "summary", "body", "language", "kind")},
        "published": instant(draft.published),
        "updated": instant(draft.updated),
        "labels": [f"{label.axis} {label.name}" for label in draft.labels],
        "images": [f"{image.url} | {image.alt} | {image.caption} | {image.credit}" for image in draft.images],
        "found": dict(draft.found),
    }
    return {name: values[name] for name in wanted}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_answer_is_understood_as_the_file_beside_it_says(path):
    stated = tomllib.loads(path.with_suffix(".toml").read_text())
    answer = read(path.read_bytes(), stated["address"], **stated["rules"])
    expect = stated["expect"]
    assert isinstance(answer, Answer)
    drafts = [item.draft for item in answer.items]
    assert [shown(d, wanted) for d, wanted in zip(drafts, expect["drafts"], strict=True)] == expect["drafts"]
    assert answer.total == expect["total"]
    assert answer.following == expect.get("following", "")
    assert [problem.reason for problem in answer.problems] == expect.get("problems", [])
    assert all(problem.permanent for problem in answer.problems)


# ---------------------------------------------------------------- answers that are none


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        ("", "empty", "The endpoint answers with nothing at all."),
        ("{", "unreadable", "The endpoint answers with what is no JSON, or JSON that breaks off."),
        ("OK", "unreadable", "The endpoint answers with what is no JSON, or JSON that breaks off."),
        (
            "<!DOCTYPE html><form action='/login'><input name=pw type=\"password\"></form>",
            "denied",
            "The endpoint asks for a login: it answers with a page for a password.",
        ),
        ("\n<!doctype html><h1>Wartung</h1>", "unreadable", "The endpoint answers with an HTML page, not JSON."),
        ("<rss/>", "unreadable", "The endpoint answers with XML, not JSON."),
        ('{"items": []}', "empty", "items = 'items': the list is empty."),
        ('{"items": [null]}', "empty", "items = 'items': the list is empty."),
        ("17", "unreadable", "items = 'items': the answer is a number."),
        ("null", "unreadable", "items = 'items': the answer is null."),
        ('{"items": "x"}', "unreadable", "items = 'items': 'items' is text."),
        ('{"items": {"a": 1, "b": 2}}', "unreadable", "items = 'items': 'items' is an object that has: a, b."),
        ('{"a": 1, "b": 2}', "unreadable", "items = 'items': the answer has no 'items'; it has: a, b."),
        ("{}", "unreadable", "items = 'items': the answer has no 'items'; it has: nothing."),
        (
            '{"items": [{"headline": "x"}]}',
            "unreadable",
            "title = 'title': the item has no 'title'; it has: headline.",
        ),
        ('{"items": [{"title": null}]}', "unreadable", "title = 'title': 'title' is null."),
        ('{"items": ["x"]}', "unreadable", "title = 'title': the item is text."),
    ],
)
def test_what_is_no_answer_is_told_with_what_is_there(body, kind, reason):
    result = read(body)
    assert isinstance(result, Failed)
    assert (result.kind, result.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ("data.search.results", "items = 'data.search.results': 'data' has no 'search'; it has: errors."),
        ("data.errors[0].list", "items = 'data.errors[0].list': 'data.errors' has 0 elements and no [0]."),
        ("data.errors.list", "items = 'data.errors.list': 'data.errors' is a list, of which [0] is the first element and [*] each."),
        ("data.errors[*].list", "items = 'data.errors[*].list': the list is empty."),
    ],
)  # fmt: skip
def test_a_path_is_told_up_to_where_it_leaves_the_answer(items, reason):
    result = read('{"data": {"errors": []}}', items=items)
    assert result.reason == reason


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"data": None, "errors": [{"message": "Cannot query field 'teasr'."}, {"message": "And more."}]}, "Cannot query field 'teasr'. / And more."),
        ({"error": "quota exceeded"}, "quota exceeded"),
        ({"error": {"code": 7, "message": "no\nsuch index"}}, "no such index"),
    ],
)  # fmt: skip
def test_an_error_in_a_200_answer_is_told_in_its_own_words(body, said):
    result = read(json.dumps(body), items="data.search.results")
    assert (result.kind, result.reason.partition(" — ")[0]) == ("unreadable", f"The endpoint names an error: {said}")
    assert "items = 'data.search.results': " in result.reason


def test_many_keys_are_not_all_told():
    keys = {f"k{n}" + "x" * 100: n for n in range(100)}
    assert len(read(json.dumps(keys)).reason) < 700


# ---------------------------------------------------------------- versions


def items(*values) -> str:
    return json.dumps({"items": values})


@pytest.mark.parametrize(
    "change", [{"title": "B"}, {"text": "B"}, {"day": "2026-11-02"}, {"cat": [2]}, {"img": "/b.jpg"}]
)
def test_a_version_moves_with_each_field_and_with_nothing_else(change):
    paths = {"summary": "text", "date": "day", "category": "cat[*]", "image": "img"}
    item = {"title": "A", "text": "A", "day": "2026-11-01", "cat": [1], "img": "/a.jpg", "views": 1}
    one, same, other = (
        read(items({**item, **more}), **paths).items[0].version for more in ({}, {"views": 2, "x": None}, change)
    )
    assert one == same != other


# ---------------------------------------------------------------- hostile


@pytest.mark.parametrize("payload", (HERE / "hostile" / "payloads.txt").read_text().splitlines())
def test_markup_in_fields_is_inert(payload):
    answer = read(
        items({"title": payload or "x", "text": f"Vorher {payload} nachher", "img": payload}), body="text", image="img"
    )
    if isinstance(answer, Failed):
        return
    for item in answer.items:
        assert faults(item.draft.body) == []
        assert all(image.url.startswith(("http://", "https://")) for image in item.draft.images)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 1_900_000,
        b'{"a":' * 300_000,
        b'{"items": [' + b"[" * 900 + b"]" * 900 + b"]}",
        b'{"items": [{"title": "\\ud800\\u0000 x", "id": 1e999, "link": "\\udfff"}]}',
        b'{"items": [{"title": "x", "id": ' + b"9" * 5000 + b"}]}",
        b'{"items": [{"title": "x", "date": NaN, "id": -Infinity}]}',
        b"\xff\xfe" + '{"items": []}'.encode("utf-16-le"),
        b'{"items": [' + b'{"title": "x"},' * 120_000 + b'{"title": "y"}]}',
    ],
    ids=["brackets", "objects", "lists", "surrogates", "digits", "nan", "utf-16", "many"],
)
async def test_any_json_ends_in_a_value_in_bounded_time(body):
    paths = rules(id="id", link="link", date="date")
    result = await Warm().run(Parse(read_api, (body, ADDRESS, "application/json", paths, "Europe/Berlin", NOW)))
    assert isinstance(result, Answer | Failed)
    if isinstance(result, Answer):
        assert len(result.items) <= MOST_ENTRIES


# ---------------------------------------------------------------- paths


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("a", ("a",)),
        ("a.b.c", ("a", "b", "c")),
        ("$", ()),
        ("$.a", ("a",)),
        ("$[0]", (0,)),
        ("$a", ("$a",)),
        ("[*].a", (None, "a")),
        ("a[0][-1].b[*]", ("a", 0, -1, "b", None)),
        ('a["b.c"].d', ("a", "b.c", "d")),
        ("wp:term.größe x", ("wp:term", "größe x")),
    ],
)
def test_a_path_is_read_step_by_step(path, meant):
    assert steps(path) == meant


@pytest.mark.parametrize("path", ["", ".", ".a", "a.", "a..b", "a[", "a[x]", "a[0", "[]", "a]", "$.", 'a["b]', "{a}"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(ValidationError):
        rules(items=path)
