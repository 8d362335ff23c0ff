import zlib

import brotli
import pytest

from syndicator.publish.encodings import decode, encode

BODY = b"<p>Die Stadt meldet.</p>\n" * 500


def test_every_coding_gives_the_body_back():
    coded = encode(BODY)
    assert sorted(coded) == ["br", "gzip", "zstd"]
    assert all(decode(content, coding) == BODY for coding, content in coded.items())
    assert brotli.decompress(coded["br"]) == BODY
    assert zlib.decompress(coded["gzip"], wbits=31) == BODY
    assert all(len(content) < len(BODY) / 10 for content in coded.values())


def test_no_time_and_no_name_is_in_the_header():
    assert encode(BODY)["gzip"][:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"


def test_a_coding_that_gains_nothing_is_left_out():
    assert encode(b"") == {}
    assert "gzip" not in encode(b"abc")


def test_the_frame_of_zstd_says_how_long_the_text_is_and_is_the_same_each_time():
    packed = encode(BODY)["zstd"]
    assert packed == encode(BODY)["zstd"]
    assert packed[:4] == b"\x28\xb5\x2f\xfd"
    assert packed[4] >> 6 or packed[4] & 0x20, "RFC 8878, 3.1.1.1: without the size a reader cannot bound its memory"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip"])
def test_what_is_torn_cannot_be_had(coding):
    packed = encode(BODY)[coding]
    assert decode(packed[: len(packed) // 2], coding) is None
    assert decode(b"torn", coding) is None
