"""Pictures drawn by arithmetic: a skyline, a hill or a tiling in a few colours, the same for the same name on every machine."""

import struct
import zlib
from collections.abc import Callable
from functools import lru_cache

PLACEHOLDER = (  # a transparent pixel, for pictures that are loaded late
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
SIZE = (320, 180)
HEADER_SIZE = (720, 90)

Paint = Callable[[int, int], int]  # x, y → a number in the palette

_PALETTES = (
    "d7ebf5 9cc4dc 3f7ea6 17415f f2c14e",
    "fbe8d3 f2b880 d9775a 7b3b3b 40364f",
    "e8f1e4 b5d3a7 6fa36b 2f5d3a f4e285",
    "ece9f5 b9b0d9 7a6db0 3d3470 f0a6ca",
    "f4f1ea d8cbb3 a38b6d 5b4a3a 88b7b5",
)


@lru_cache(maxsize=64)
def draw(name: str, size: tuple[int, int] = SIZE) -> bytes:
    """The PNG of that name, `size` in pixels."""
    seed = zlib.crc32(name.encode())
    palette = bytes.fromhex(_PALETTES[seed % len(_PALETTES)])
    width, height = size
    paint = (_skyline, _hills, _tiles)[seed // 7 % 3](seed, width, height)
    rows = (b"\0" + bytes(paint(x, y) for x in range(width)) for y in range(height))
    return _png(width, height, palette, b"".join(rows))


def _skyline(seed: int, width: int, height: int) -> Paint:
    def roof(house: int) -> int:
        return height - height * (25 + (seed >> house % 11) * (house + 3) % 50) // 100

    house = max(width // 14, 1)

    def paint(x: int, y: int) -> int:
        if y < roof(x // house):
            return 0 if y < height // 2 else 1
        return 4 if x % 10 in (4, 5) and y % 14 in (6, 7, 8) else 2 + x // house % 2

    return paint


def _hills(seed: int, width: int, height: int) -> Paint:
    sun, radius = width * (20 + seed % 60) // 100, height // 8

    def paint(x: int, y: int) -> int:
        first = height // 2 + (x - width // 3) ** 2 * height // (4 * width * width)
        second = height * 7 // 10 - (x - width * 2 // 3) ** 2 * height // (3 * width * width) + height // 10
        if y > second:
            return 3
        if y > first:
            return 2
        return 4 if (x - sun) ** 2 + (y - height // 4) ** 2 < radius * radius else 0

    return paint


def _tiles(seed: int, _width: int, height: int) -> Paint:
    side = max(height // 6, 1)

    def paint(x: int, y: int) -> int:
        column, row = x // side, y // side
        half = (x % side > y % side) if (column + row + seed) % 2 else (x % side + y % side > side)
        return (column * 3 + row * 2 + seed + half) % 5

    return paint


def _png(width: int, height: int, palette: bytes, rows: bytes) -> bytes:
    """A PNG with a palette (colour type 3), eight bits a pixel, no filter."""
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
