"""A response whose head was written when its file was published."""

import time
from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from aiohttp import HttpVersion10, hdrs, web
from aiohttp.abc import AbstractStreamWriter


class Ready(web.StreamResponse):
    """Sends `head` and `body` as they are; only the date and, where it needs saying, the connection's fate are added.

    aiohttp's Response copies, completes and serialises a dozen fields for each request, which costs a fifth of all
    requests per second (benchmarks/serving.py). The price: `headers` is empty, and on_response_prepare is not sent.
    """

    def __init__(self, status: int, head: bytes, body: bytes = b"") -> None:
        super().__init__(status=status)
        self._head = head
        self._content = body
        self._out: AbstractStreamWriter | None = None

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        self._out = request.writer
        self._keep_alive = request.keep_alive
        if not self._keep_alive:
            self._head += b"Connection: close\r\n"
        elif request.version == HttpVersion10:
            self._head += b"Connection: keep-alive\r\n"
        if request.method == hdrs.METH_HEAD:
            self._content = b""
        return self._out

    async def write_eof(self, data: bytes = b"") -> None:
        assert self._out is not None
        assert not data
        await self._out.write(b"".join((self._head, _date_line(int(time.time())), self._content)))
        await self._out.drain()
        self._body_length = len(self._content)


def head(status: int, fields: Mapping[str, str]) -> bytes:
    """Status line and fields, without the date and the empty line that ends them."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in fields.items())]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


@lru_cache(maxsize=2)
def _date_line(second: int) -> bytes:
    return f"Date: {formatdate(second, usegmt=True)}\r\n\r\n".encode()
