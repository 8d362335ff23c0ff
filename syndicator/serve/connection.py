"""What is done on each connection beside answering: refusing what is no HTTP, logging without personal data."""

import ipaddress
import logging
import re
import socket

from aiohttp import hdrs, web
from aiohttp.abc import AbstractAccessLogger
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong

from syndicator.serve import plain
from syndicator.serve.credentials import without_token
from syndicator.serve.plain import plain as answer

log = logging.getLogger(__name__)

BROKE_OFF = (ConnectionError, HttpProcessingError, web.RequestPayloadError)
"""What reading a body raises when its client is gone, or sends what is no HTTP."""

_SECRET = re.compile(r"(/websub/).+")  # see callbacks.py
_TARGET = re.compile(rb"(?:[A-Z]+ )?/")  # how a request line begins, quoted with its method or without


class Connection(web.RequestHandler):
    """aiohttp's, but what fails is answered in our words: its own repeat the request, and in debug mode the traceback."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  # holds what the client sent
    ) -> web.StreamResponse:
        where = cut_address(request.remote)
        if isinstance(exc, HttpProcessingError):
            log.debug("A request from %s is not HTTP: %s", where, type(exc).__name__)
        else:
            log.error("%s %s from %s failed", request.method, shown(request.rel_url.raw_path), where, exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun, it can only be broken off")
        response = _too_long(exc) if isinstance(exc, LineTooLong) else _failed(status)
        response.force_close()
        return response


def _failed(status: int) -> web.Response:
    return answer(status, plain.BAD_REQUEST if status < 500 else plain.FAILED)  # noqa: PLR2004  # 4xx


def _too_long(exc: LineTooLong) -> web.Response:
    """414 for an address (RFC 9112, 3), 431 for a field (RFC 6585, 5): aiohttp tells them apart only by what it quotes."""
    quoted = exc.args[0]
    return answer(414 if isinstance(quoted, bytes | bytearray) and _TARGET.match(quoted) else 431, plain.TOO_LONG)


class AccessLog(AbstractAccessLogger):
    """One line per request at level DEBUG: no query string, and of the address what does not tell one person."""

    @property
    def enabled(self) -> bool:
        return self.logger.isEnabledFor(logging.DEBUG)

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        self.logger.debug(
            "%s %s %s %d %d bytes %.1f ms",
            cut_address(request.remote),
            request.method,
            shown(request.rel_url.raw_path),
            response.status,
            response.body_length,
            time * 1000,
        )


def shown(path: str) -> str:
    """A path as logs show it: without what only one hub and we know, or a partner."""
    return _SECRET.sub(r"\1…", without_token(path))


def cut_address(address: str | None) -> str:
    """The network of a client, /24 or /48: "192.0.2.0/24"."""
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "-"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))  # noqa: PLR2004  # IPv4


async def expect(request: web.Request) -> web.StreamResponse | None:
    """100-continue only; a body is not wanted here, but a client may announce one (RFC 9110, 10.1.1)."""
    if request.headers.get(hdrs.EXPECT, "").lower() != "100-continue":
        return answer(417, plain.UNKNOWN_EXPECTATION)
    return None


def drop_stalled(listening: socket.socket, seconds: float) -> None:
    """Have the kernel end connections whose client takes nothing for so long, where it can (tcp(7), TCP_USER_TIMEOUT)."""
    if option := getattr(socket, "TCP_USER_TIMEOUT", None):
        listening.setsockopt(socket.IPPROTO_TCP, option, int(seconds * 1000))
