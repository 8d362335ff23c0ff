"""A response's body, bounded: on the wire, and after inflation.

aiohttp would inflate 1.6 KB to 2 GiB and hand out a truncated gzip stream as if it were complete, so it is told not to.
"""

import zlib
from collections.abc import AsyncIterator

_GZIP = 16 + zlib.MAX_WBITS
_DEFLATED = 8  # the method in the first byte of a zlib header (RFC 1950, 2.2)


class TooLargeError(Exception):
    """The body holds more bytes than the limit."""


class EncodingError(Exception):
    """The body cannot be inflated; the message says why, to stand after "The answer of … "."""


async def read_wire(chunks: AsyncIterator[bytes], limit: int, *, cut: bool = False) -> bytes:
    """Up to `limit` bytes as they came; more raise `TooLargeError`, or are left unread with `cut`."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            if cut:
                break
            raise TooLargeError
    return bytes(body[:limit])


def inflate(wire: bytes, encoding: str, limit: int, *, cut: bool = False) -> bytes:
    """The body behind a Content-Encoding, of at most `limit` bytes; `cut` takes the beginning of what is longer or truncated.

    Raises `TooLargeError`, and `EncodingError` for an unknown encoding, a truncated stream and a wrong checksum.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity") or not wire:
        return wire
    if encoding in ("gzip", "x-gzip"):
        return _inflate_gzip(wire, limit, cut=cut)
    if encoding == "deflate":
        return _inflate_one(wire, zlib.MAX_WBITS if _has_zlib_header(wire) else -zlib.MAX_WBITS, limit, cut=cut)[0]
    raise EncodingError("is in an encoding that was not asked for")


def _inflate_gzip(wire: bytes, limit: int, *, cut: bool) -> bytes:
    """All members of a gzip stream (RFC 1952, 2.2)."""
    body = bytearray()
    while wire:
        member, wire = _inflate_one(wire, _GZIP, limit - len(body), cut=cut)
        body += member
        wire = wire.lstrip(b"\0")  # padding, as gzip itself allows it
    return bytes(body)


def _inflate_one(wire: bytes, wbits: int, limit: int, *, cut: bool) -> tuple[bytes, bytes]:
    """One compressed stream, and the bytes after it."""
    stream = zlib.decompressobj(wbits)
    try:
        body = stream.decompress(wire, limit + 1)
    except zlib.error as error:
        raise EncodingError("is not compressed as it says") from error
    if cut and (len(body) > limit or not stream.eof):
        return body[:limit], b""
    if len(body) > limit:
        raise TooLargeError
    if not stream.eof:
        raise EncodingError("ends in the middle")
    return body, stream.unused_data


def _has_zlib_header(wire: bytes) -> bool:
    # "deflate" means zlib (RFC 9110, 8.4.1.2), but some servers send the bare stream.
    return wire[0] & 0x0F == _DEFLATED and int.from_bytes(wire[:2], "big") % 31 == 0
