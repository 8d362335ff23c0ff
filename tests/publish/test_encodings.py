import zlib

import brotli

from syndicator.publish.encodings import encode

BODY = b"<p>Die Stadt meldet.</p>\n" * 500


def test_both_codings_give_the_body_back():
    coded = encode(BODY)
    assert sorted(coded) == ["br", "gzip"]
    assert brotli.decompress(coded["br"]) == BODY
    assert zlib.decompress(coded["gzip"], wbits=31) == BODY
    assert all(len(content) < len(BODY) / 10 for content in coded.values())


def test_no_time_and_no_name_is_in_the_header():
    assert encode(BODY)["gzip"][:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"


def test_a_coding_that_gains_nothing_is_left_out():
    assert encode(b"") == {}
    assert "gzip" not in encode(b"abc")
