"""A feed as a source: what it asks for, and what it makes of the answers."""

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndicator.config import Secret, Source
from syndicator.config.secret import Bearer
from syndicator.ingest.reading.entry import MOST_ENTRIES
from syndicator.ingest.reading.feed import read_feed
from syndicator.ingest.sources import collect
from syndicator.model import Failed, Harvest, Known, Request, Response, Walk
from tests.support.play import play

ADDRESS = "https://stadt.example/feed.xml"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEEDS = sorted((Path(__file__).parent / "feeds").iterdir())
ONE = """<rss version="2.0"><channel><title>t</title><link>https://stadt.example/</link><description/>%s
<item><title>Neues aus dem Rat</title><link>/rat</link><guid isPermaLink="false">1</guid></item></channel></rss>"""


@pytest.fixture
def source() -> Source:
    return Source(name="stadt", title="Stadt", city="Musterfurt", kind="feed", url=ADDRESS, rights="© Stadt")


def harvest_of(source: Source, answer: Response | Failed | str) -> Harvest:
    return play(collect(source, Known(NOW)), {ADDRESS: answer})


def answer(body: str = "", *, unchanged: bool = False, url: str = ADDRESS, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(url, 200, named, body.encode(), unchanged=unchanged)


def read(body: bytes) -> Harvest | Failed:
    return read_feed(body, ADDRESS, "", "Europe/Berlin", NOW)


def test_one_conditional_request_is_all_it_takes(source):
    first = next(collect(source, Known(NOW)))
    assert isinstance(first, Request)
    assert first.conditional
    assert "application/atom+xml" in first.accept
    asked: list[str] = []
    play(collect(source, Known(NOW)), {ADDRESS: ONE % ""}, asked=asked)
    assert asked == [ADDRESS]


def test_what_did_not_change_is_not_parsed(source):
    harvest = harvest_of(source, answer(unchanged=True, cache_control="max-age=600"))
    assert harvest == Harvest(unchanged=True, ttl=600.0)


def test_a_failed_request_is_the_sources_failure(source):
    failed = Failed("busy", "later", ADDRESS, retry_after=60.0)
    assert harvest_of(source, failed) == Harvest(failed=failed)


def test_an_answer_that_is_no_feed_is_the_sources_failure(source):
    harvest = harvest_of(source, answer("<html><body>Wartung</body></html>", content_type="application/rss+xml"))
    assert harvest.failed is not None
    assert harvest.failed.kind == "unreadable"
    assert not harvest.complete


def test_relative_addresses_are_meant_against_the_address_that_answered(source):
    harvest = harvest_of(source, answer(ONE % "", url="https://neu.example/feeds/all.xml"))
    assert [draft.address for draft in harvest.drafts] == ["https://neu.example/rat"]


@pytest.mark.parametrize(
    ("elements", "cache_control", "seconds"),
    [
        ("", "", None),
        ("<ttl>10</ttl>", "", 600.0),
        ("<ttl>10</ttl>", "public, max-age=900", 900.0),
        ("<ttl>60</ttl>", "max-age=900", 3600.0),
        ("<ttl>soon</ttl>", "s-maxage=99, no-cache, max-age=0", None),
    ],
)
def test_the_longest_wish_not_to_be_polled_counts(source, elements, cache_control, seconds):
    assert harvest_of(source, answer(ONE % elements, cache_control=cache_control)).ttl == seconds


def test_rights_that_a_feed_does_not_state_are_not_invented(source):
    draft = harvest_of(source, answer(ONE % "")).drafts[0]
    assert (draft.rights, draft.license, draft.published, draft.language) == ("", "", None, "")


@pytest.mark.parametrize("end", ["</channel></rss>", "</channel>"], ids=["well-formed", "ill-formed"])
def test_of_a_feed_that_is_too_long_the_beginning_is_read(end):
    items = "".join(
        f"<item><title>{n}</title><guid isPermaLink='false'>{n}</guid></item>" for n in range(MOST_ENTRIES + 7)
    )
    harvest = read(f"<rss version='2.0'><channel><title>t</title>{items}{end}".encode())
    assert isinstance(harvest, Harvest)
    assert harvest.items == MOST_ENTRIES + 7
    assert [draft.title for draft in harvest.drafts] == [str(n) for n in range(MOST_ENTRIES)]
    assert [problem.reason for problem in harvest.problems] == [
        "The feed holds 1007 entries; the first 1000 were read."
    ]
    assert harvest.complete


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)
def test_the_same_bytes_give_the_same_harvest(path):
    assert read(path.read_bytes()) == read(path.read_bytes())


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)
def test_damaged_feeds_end_in_a_value(path):
    whole = path.read_bytes()
    chance = random.Random(path.name)
    for _ in range(12):
        assert isinstance(read(damaged(whole, chance)), Harvest | Failed)


def damaged(body: bytes, chance: random.Random) -> bytes:
    """With pieces cut out, doubled and overwritten, as transport and careless software do it."""
    data = bytearray(body)
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(data) + 1), chance.randint(1, 30)
        match chance.randrange(4):
            case 0:
                del data[at : at + length]
            case 1:
                data[at:at] = data[at : at + length]
            case 2:
                data[at : at + length] = chance.randbytes(length)
            case _:
                data[at:at] = chance.choice(
                    (b"<", b"&", b"]]>", b"<![CDATA[", b"&#xD800;", b"<!--", b"</", b'"', b"\xff", b"http://[")
                )
    return bytes(data)


@pytest.mark.parametrize(
    "piece",
    [
        b"<!--",
        b"<a",
        b"<a b='",
        b"<p><p>",
        b"<![CDATA[",
        b"<item>",
        b"&lt;div&gt;",
        b"<a xml:base='x'>",
        b"&#0;",
        b"\n<!ENTITY",
    ],
)
def test_repetition_is_read_in_reasonable_time(piece):
    """Each took feedparser, lxml or nh3 up to minutes at this size; the test's own time limit would end it."""
    body = b"<rss version='2.0'><channel><item><title>a</title><description>" + piece * (150_000 // len(piece))
    assert isinstance(read(body), Harvest | Failed)


def test_a_token_goes_to_the_feed_and_to_pages_of_its_archive_there(source):
    source = source.model_copy(update={"token": Secret("env", "HERNE_TOKEN")})
    sent = {"Authorization": Bearer(Secret("env", "HERNE_TOKEN"))}
    assert next(collect(source, Known(NOW))).headers == sent
    for address, headers in (
        ("", sent),
        ("https://stadt.example/archive/3.xml", sent),
        ("https://www.stadt.example/archive/3.xml", {}),
        ("http://stadt.example/archive/3.xml", {}),
        ("https://stadt.example:8443/archive/3.xml", {}),
    ):
        asked = next(collect(source, Known(NOW, walk=Walk(at=address))))
        assert asked.headers == headers, address


def test_a_source_without_a_token_sends_none(source):
    assert next(collect(source, Known(NOW))).headers == {}


LONG = "a" * 60_000


@pytest.mark.parametrize(
    ("head", "entry"),
    [
        (f'<link rel="self" href="https://stadt.example/{LONG}"/>', ""),
        (f'<link rel="license" href="https://stadt.example/{LONG}"/>', ""),
        (f"<rights>{LONG}</rights>", ""),
        (f"<title>{LONG}</title>", ""),
        (f"<author><name>{LONG}</name><email>a@{LONG}</email></author>", ""),
        ("".join(f"<author><name>Amt {n}</name></author>" for n in range(2000)), ""),
        (f"<id>tag:stadt.example,2026:{LONG}</id>", ""),
        ("", f"<id>tag:stadt.example,2026:{LONG}</id>"),
        ("", f"<source><id>tag:other.example,2026:{LONG}</id><title>{LONG}</title><rights>{LONG}</rights></source>"),
    ],
)
def test_what_a_feed_says_of_itself_is_bounded_as_each_of_its_entries_bears_it(head, entry):
    """A megabyte of rights before a thousand entries would be a gigabyte in the store, and in every feed."""
    body = (
        f'<feed xmlns="http://www.w3.org/2005/Atom">{head}<entry>{entry}<title>Termin</title>'
        '<link href="https://stadt.example/1"/><content>Der Wortlaut.</content></entry></feed>'
    )
    harvest = read(body.encode())
    assert [draft.title for draft in harvest.drafts] == ["Termin"]
    assert len(repr(harvest)) < 12_000


def test_what_is_said_of_a_picture_is_bounded_as_it_holds_for_each():
    media = "".join(f'<m:content url="https://stadt.example/{n}.jpg" medium="image"/>' for n in range(20))
    entry = f"<item><title>Termin</title>{media}<m:description>{LONG}</m:description></item>"
    feed = f'<rss version="2.0" xmlns:m="http://search.yahoo.com/mrss/"><channel>{entry}</channel></rss>'
    (draft,) = read(feed.encode()).drafts
    assert (len(draft.images), max(len(image.caption) for image in draft.images)) == (20, 2000)


@pytest.mark.parametrize("available", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "gestern"])
def test_what_another_service_says_for_itself_breaks_no_feed_and_fills_no_store(available):
    ours = {"vocabularies": [f"https://stadt.example/{LONG}"]}
    item = {"id": "1", "title": "Termin", "content_text": "Wortlaut.", "_syndicator": {"available": available}}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [item], "_syndicator": ours}
    harvest = read(json.dumps(feed).encode())
    assert [draft.available for draft in harvest.drafts] == [None]
    assert len(repr(harvest)) < 5_000
