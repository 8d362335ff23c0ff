"""The linter finds what is wrong: each fault here was put into an answer that is right without it."""

import pytest

from tests.serve.linting import differences, faults
from tests.serve.serving import Answer

BASE = {"Date": "Tue, 24 Nov 2026 06:22:33 GMT", "Server": "syndicator", "X-Content-Type-Options": "nosniff"}
FILE = {
    **BASE,
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": "2",
    "ETag": '"a"',
    "Last-Modified": "Tue, 24 Nov 2026 06:22:33 GMT",
    "Cache-Control": "public, max-age=60",
    "Vary": "Accept-Encoding",
    "Content-Language": "de",
    "Link": '<https://news.example/feeds/all.atom>; rel="alternate"; type="application/atom+xml"',
}
ERROR = {**BASE, "Content-Type": "text/plain; charset=utf-8", "Content-Length": "2", "Cache-Control": "no-store"}
UNCHANGED = {name: FILE[name] for name in (*BASE, "ETag", "Cache-Control", "Vary")}


def answer(status: int, fields: dict[str, str], body: bytes = b"ok", *more: tuple[str, str]) -> Answer:
    return Answer(status, (*fields.items(), *more), body)


def without(fields: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in fields.items() if key != name}


def test_a_right_answer_has_no_faults():
    assert faults(answer(200, FILE)) == []
    assert faults(answer(404, ERROR)) == []
    assert faults(answer(304, UNCHANGED, b"")) == differences(answer(304, UNCHANGED, b""), answer(200, FILE)) == []


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (answer(200, FILE, b"ok", ("vary", "Accept")), "vary stands there 2 times"),
        (answer(200, FILE, b"longer"), "Content-Length is 2, the body has 6"),
        (answer(200, without(FILE, "Date")), "no Date"),
        (answer(200, FILE | {"Date": "Tue, 24 Nov 2026 06:22:33 +0000"}), "Date is no IMF-fixdate"),
        (answer(200, FILE | {"Last-Modified": "Wed, 25 Nov 2026 06:22:33 GMT"}), "modified in the future"),
        (answer(200, without(FILE, "Vary")), "negotiated, but Vary does not say so"),
        (answer(200, FILE | {"ETag": "a"}), "ETag is no strong tag"),
        (answer(200, FILE | {"Cache-Control": "public, max-age=1m"}), "a time that is no number"),
        (answer(200, FILE | {"Cache-Control": "no-store, max-age=60"}), "Cache-Control contradicts itself"),
        (
            answer(200, FILE | {"Cache-Control": "public; max-age=60"}),
            "Cache-Control: 'public; max-age=60' is no directive",
        ),
        (answer(200, FILE | {"Content-Type": "text/html"}), "text without a charset"),
        (answer(200, FILE | {"Content-Encoding": "zstd"}), "the body is not zstd"),
        (answer(200, FILE | {"Link": "/feeds/all.atom; rel=alternate"}), "Link cannot be read"),
        (answer(200, FILE | {"Age": "0"}), "age is for caches"),
        (answer(404, without(ERROR, "Cache-Control")), "an error that may be kept"),
        (answer(404, ERROR | {"ETag": '"a"', "Vary": "Accept-Encoding"}), "an error with validators"),
        (answer(405, ERROR), "405 without the methods that are allowed"),
        (answer(503, ERROR), "503 without Retry-After"),
        (answer(301, BASE | {"Content-Length": "0", "Cache-Control": "no-store"}, b""), "a redirect to nowhere"),
        (answer(416, ERROR), "416 without the length"),
        (answer(204, BASE | {"Content-Length": "0"}, b""), "204 with Content-Length"),
        (answer(304, UNCHANGED), "a body where none may be"),
    ],
)
def test_a_wrong_answer_is_told(wrong: Answer, fault: str):
    assert fault in faults(wrong)


@pytest.mark.parametrize(
    ("wrong", "method", "fault"),
    [
        (
            answer(304, without(UNCHANGED, "Cache-Control"), b""),
            "GET",
            "Cache-Control of the 304 is not that of the 200",
        ),
        (answer(304, UNCHANGED | {"ETag": '"b"'}, b""), "GET", "ETag of the 304 is not that of the 200"),
        (answer(304, UNCHANGED | {"Content-Type": "text/html"}, b""), "GET", "304 with content-type"),
        (answer(206, FILE | {"Content-Range": "bytes 1-1/2"}, b"x"), "GET", "not the part that it says"),
        (answer(200, without(FILE, "Link"), b""), "HEAD", "HEAD differs from GET: Link"),
    ],
)
def test_an_answer_that_contradicts_the_whole_is_told(wrong: Answer, method: str, fault: str):
    assert fault in differences(wrong, answer(200, FILE), method)
