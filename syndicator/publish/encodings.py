"""Content codings of published bytes, prepared once and the same on every machine."""

import zlib
from collections.abc import Mapping

import brotli  # type: ignore[import-untyped]

# Measured on 130 kB of German text: brotli 11 saves 9 % over 5 at 35 times its cost, gzip 9 a quarter of a percent over 6.
_BROTLI_QUALITY = 5
_GZIP_LEVEL = 6
_GZIP_FRAME = 31  # zlib writes the gzip header itself: no file name, no time (RFC 1952)


def decode(body: bytes, coding: str) -> bytes | None:
    """The plain bytes, None where they cannot be had, as after a torn write."""
    inflater = zlib.decompressobj(wbits=_GZIP_FRAME)
    try:
        plain: bytes = brotli.decompress(body) if coding == "br" else inflater.decompress(body)
    except (brotli.error, zlib.error):
        return None
    return plain if coding == "br" or inflater.eof else None


def encode(body: bytes) -> Mapping[str, bytes]:
    """The body under each content coding that makes it smaller: "br" and "gzip"."""
    coded = {
        "br": brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY),
        "gzip": zlib.compress(body, _GZIP_LEVEL, wbits=_GZIP_FRAME),
    }
    return {coding: content for coding, content in coded.items() if len(content) < len(body)}
