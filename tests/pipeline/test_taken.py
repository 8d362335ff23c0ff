import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.pipeline.taken import articles_in, take
from syndicator.publish import formats
from tests.publish.example import document, newsroom

HASHES = st.lists(st.binary(min_size=8, max_size=8), max_size=30)


def test_each_format_holds_the_same_articles_in_the_same_order():
    made = document(*newsroom())
    found = [articles_in(formats.available()[name].render(made)) for name in ("atom", "rss", "json")]
    assert found[0] == found[1] == found[2]
    assert len(set(found[0])) == len(newsroom())


@pytest.mark.parametrize(
    "body",
    [
        b'{"items": []}',
        b"<rss><channel/></rss>",
        b'<feed xmlns="http://www.w3.org/2005/Atom"/>',
        b"",
        b"{",
        b"{}",
        b"<feed",
        b"[1]",
        b'{"items": [1]}',
    ],
)
def test_an_empty_feed_and_what_is_no_feed_hold_nothing(body):
    assert articles_in(body) == ()


@settings(max_examples=60)
@given(st.lists(HASHES, max_size=8))
def test_an_article_is_new_once_whatever_is_pulled_in_between(editions):
    had, total = b"", 0
    for edition in editions:
        new, had = take(had, edition)
        total += new
        assert take(had, edition) == (0, take(had, edition)[1])
    assert total == len({article for edition in editions for article in edition})


def test_what_is_remembered_has_an_end():
    had = b""
    for number in range(40):
        _, had = take(had, [(number * 50 + place).to_bytes(8) for place in range(50)])
    assert len(had) // 8 == 550
