"""Content codings of published bytes, prepared once and the same on every machine."""

import sys
import zlib
from collections.abc import Mapping

import brotli  # type: ignore[import-untyped]
import deflate

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# What a file's sibling in this coding is called: what nginx, Caddy and aiohttp look for, too. The first is wanted most.
SUFFIXES: Mapping[str, str] = {"br": ".br", "zstd": ".zst", "gzip": ".gz"}

# The levels that cost least for what they save. Measured on 190 kB of German news: brotli 5, zstd 9 and libdeflate's gzip 7
# together save 5 % over these, at five times their cost. What libdeflate makes is the same on every machine.
_BROTLI_QUALITY = 1
_BROTLI_WINDOW = 18  # 256 kB: the default of 4 MB costs a quarter more, for nothing
_ZSTD_LEVEL = 1
_GZIP_LEVEL = 1
_GZIP_FRAME = 31  # to zlib: with the header of gzip (RFC 1952)


def decode(body: bytes, coding: str) -> bytes | None:
    """The plain bytes, None where they cannot be had, as after a torn write."""
    try:
        if coding == "br":
            plain: bytes = brotli.decompress(body)
            return plain
        if coding == "zstd":
            return zstd.decompress(body)
        inflater = zlib.decompressobj(wbits=_GZIP_FRAME)
        inflated = inflater.decompress(body)
    except (brotli.error, zlib.error, zstd.ZstdError):
        return None
    return inflated if inflater.eof else None


def encode(body: bytes) -> Mapping[str, bytes]:
    """The body under each content coding that makes it smaller: "br", "zstd" and "gzip"."""
    coded = {coding: compress(body, coding) for coding in SUFFIXES}
    return {coding: content for coding, content in coded.items() if len(content) < len(body)}


def compress(body: bytes, coding: str) -> bytes:
    """The body in one of these content codings, even where that makes it longer."""
    if coding == "br":
        packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY, lgwin=_BROTLI_WINDOW)
        return packed
    if coding == "zstd":
        return zstd.compress(body, _ZSTD_LEVEL)
    return bytes(deflate.gzip_compress(body, _GZIP_LEVEL))
