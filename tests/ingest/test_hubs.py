"""Where a feed can be subscribed to, whether its hub could reach us, and whether a push is signed."""

import hashlib
import hmac

import pytest

from syndicator.ingest.hubs import hubs_of, links, objection
from syndicator.ingest.signatures import is_signed
from syndicator.model import Response

ADDRESS = "https://stadt.example/news/feed.xml"


def said(*links_, hubs=(), topic=""):
    headers = {"link": ", ".join(links_)} if links_ else {}
    return hubs_of(Response(ADDRESS, 200, headers, b""), hubs, topic)


def test_a_header_says_it_before_the_feed_does():
    header = ('<https://hub.example/>; rel="hub"', '</feed>; rel="self"')
    assert said(*header, hubs=("https://x.example/",), topic="https://y.example/") == (
        ("https://hub.example/",),
        "https://stadt.example/feed",
    )


def test_a_feed_that_does_not_name_itself_is_meant_by_its_address():
    assert said(hubs=("https://hub.example/",)) == (("https://hub.example/",), ADDRESS)


def test_without_a_hub_there_is_no_topic():
    assert said('</feed>; rel="self"', topic=ADDRESS) == ((), "")


def test_a_feed_may_name_many_hubs_and_few_are_considered():
    hubs = tuple(f"https://hub{n}.example/" for n in range(20))
    assert said(hubs=(hubs[0], *hubs))[0] == hubs[:3]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ('<https://a.example/>; rel="self hub"', [("https://a.example/", {"self", "hub"})]),
        ("<https://a.example/>;rel=HUB;type=x", [("https://a.example/", {"hub"})]),
        ('<https://a.example/?a=1,2>; title="a, <b>; rel=x"; rel=hub', [("https://a.example/?a=1,2", {"hub"})]),
        ('<../hub>; rel="hub", <https://b.example/>; rel=self', [
            ("https://stadt.example/hub", {"hub"}),
            ("https://b.example/", {"self"}),
        ]),
        ('<https://a.example/>; rel="hub"; anchor="https://c.example/"', []),
        ("<ftp://a.example/>; rel=hub", []),
        ("<https://a.example/>", []),
        ('https://a.example/; rel="hub"', []),
        ("<" * 5000, []),
        ("<x>" + "; a" * 3000, []),
        ('<x>; a="' + "\\" * 5000, []),
    ],
)  # fmt: skip
def test_a_link_header_is_read_by_its_grammar(field, expected):
    assert [(address, set(rels)) for address, rels in links(field, ADDRESS)] == expected


HERE, INSIDE, PUBLIC = "http://127.0.0.1:8080/", "http://10.1.2.3/", "https://news.stadt.de/"


@pytest.mark.parametrize(
    ("site", "hub", "home", "private", "fits"),
    [
        (PUBLIC, "https://hub.dortmund.de/", "https://dortmund.de/feed", False, True),
        (PUBLIC, "http://hub.dortmund.de:8080/", "https://dortmund.de/feed", False, False),  # a port of its own
        (PUBLIC, "https://a:b@dortmund.de/", "https://dortmund.de/feed", False, False),
        (HERE, "https://hub.dortmund.de/", "https://dortmund.de/feed", False, False),
        (HERE, "http://127.0.0.1:9/hub", "http://127.0.0.1:9/feed", True, True),
        ("http://localhost:8080/", "http://[::1]:9/hub", "http://[::1]:9/feed", True, True),
        (INSIDE, "https://hub.dortmund.de/", "https://dortmund.de/feed", False, False),
        (INSIDE, "http://10.9.9.9/hub", "http://10.9.9.9/feed", True, True),
        ("http://syndicator/", "http://bochum/hub", "http://bochum/feed", True, True),
        ("http://syndicator/", "https://hub.dortmund.de/", "https://dortmund.de/feed", False, False),
        ("https://news.example/", "https://hub.dortmund.de/", "https://dortmund.de/feed", True, False),
        ("http://169.254.1.1/", "https://hub.dortmund.de/", "https://dortmund.de/feed", True, False),
    ],
)
def test_a_hub_is_asked_only_where_it_could_reach_us(site, hub, home, private, fits):
    assert (objection(site, hub, home, private=private) == "") == fits


def signature(method, secret="geheim", body=b"text"):
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_the_signatures_of_the_recommendation_are_understood(method):
    field = signature(method)
    assert is_signed(field, "geheim", b"text")
    assert is_signed(field.upper(), "geheim", b"text")
    assert not is_signed(field, "geheim", b"texT")
    assert not is_signed(field, "anders", b"text")


@pytest.mark.parametrize(
    "field", ["", "sha256", "sha256=", signature("md5"), signature("sha224"), "sha256=\xfc", signature("sha1")[:-2]]
)
def test_anything_else_is_no_signature(field):
    assert not is_signed(field, "geheim", b"text")
