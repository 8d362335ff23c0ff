import gzip
import zlib

import pytest

from syndicator.ingest.body import EncodingError, TooLargeError, inflate, read_wire

TEXT = b"Neues aus dem Rathaus. " * 40
RAW_DEFLATE = zlib.compressobj(wbits=-15)
RAW = RAW_DEFLATE.compress(TEXT) + RAW_DEFLATE.flush()


@pytest.mark.parametrize(
    ("encoding", "wire"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        (" X-GZIP ", gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0)),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"\0" * 9),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", RAW),
    ],
)
def test_a_body_is_read_in_every_encoding_that_servers_use(encoding, wire):
    assert inflate(wire, encoding, len(TEXT)) == TEXT


def test_an_empty_body_is_empty_in_any_encoding():
    assert inflate(b"", "gzip", 10) == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "utf-8"])
def test_an_encoding_that_was_not_asked_for_is_named_as_the_fault(encoding):
    with pytest.raises(EncodingError, match="not asked for"):
        inflate(gzip.compress(TEXT, mtime=0), encoding, 10_000)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_body_that_is_not_compressed_as_it_says_is_refused(encoding):
    with pytest.raises(EncodingError, match="not compressed"):
        inflate(b"\xff\xff" + TEXT, encoding, 10_000)


def test_a_wrong_checksum_is_noticed():
    wire = bytearray(gzip.compress(TEXT, mtime=0))
    wire[-8] ^= 1
    with pytest.raises(EncodingError):
        inflate(bytes(wire), "gzip", 10_000)


@pytest.mark.parametrize(("encoding", "wire"), [("gzip", gzip.compress(TEXT, mtime=0)), ("deflate", RAW)])
def test_a_truncated_stream_is_noticed_wherever_it_ends(encoding, wire):
    for end in range(1, len(wire)):
        with pytest.raises(EncodingError):
            inflate(wire[:end], encoding, 10_000)


def test_a_bomb_goes_off_at_the_limit():
    with pytest.raises(TooLargeError):
        inflate(gzip.compress(bytes(50_000_000)), "gzip", 100_000)


def test_a_bomb_of_many_members_goes_off_at_the_limit():
    with pytest.raises(TooLargeError):
        inflate(gzip.compress(bytes(60_000)) * 100, "gzip", 100_000)


def test_the_limit_itself_is_allowed():
    assert len(inflate(gzip.compress(bytes(1000)), "gzip", 1000)) == 1000
    with pytest.raises(TooLargeError):
        inflate(gzip.compress(bytes(1001)), "gzip", 1000)


def test_the_beginning_can_be_taken_of_what_is_too_long_or_cut():
    wire = gzip.compress(TEXT, mtime=0)
    assert inflate(wire, "gzip", 50, cut=True) == TEXT[:50]
    assert TEXT.startswith(inflate(wire[:-9], "gzip", 10_000, cut=True))


async def chunks():
    for _ in range(4):
        yield b"12345"


async def test_the_wire_is_read_up_to_the_limit():
    assert await read_wire(chunks(), 20) == b"12345" * 4
    with pytest.raises(TooLargeError):
        await read_wire(chunks(), 19)
    assert await read_wire(chunks(), 7, cut=True) == b"1234512"
