import struct
import zlib

import pytest

from syndicator.demo import pictures


def rows_of(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and unpacked rows of a PNG whose checksums hold."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length)[0] == zlib.crc32(kind + data)
        chunks[kind] = data
        at += 12 + length
    assert len(chunks[b"PLTE"]) == 15
    return *struct.unpack(">II", chunks[b"IHDR"][:8]), zlib.decompress(chunks[b"IDAT"])


@pytest.mark.parametrize("name", [f"dortmund/{number}" for number in range(12)])
def test_a_picture_is_a_png_of_the_size_asked_for(name):
    width, height, rows = rows_of(pictures.draw(name, (60, 40)))
    assert (width, height) == (60, 40)
    assert len(rows) == height * (width + 1)
    assert len(set(rows[1 : width + 1] + rows[-width:])) > 1
    assert max(rows) < 5


def test_pictures_of_other_names_differ_and_of_the_same_do_not():
    drawn = [pictures.draw.__wrapped__(str(number % 6), (60, 40)) for number in range(12)]
    assert drawn[:6] == drawn[6:]
    assert len(set(drawn)) > 3
