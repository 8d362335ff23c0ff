"""Who asks, as far as the header fields tell: what was sent under Authorization, and from where a request comes. Pure."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass

_LONGEST = 4096  # characters of a field
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)  # RFC 6750, 2.1
_BASIC = re.compile(r"basic +([A-Za-z0-9+/]+={0,2}) *", re.IGNORECASE)  # RFC 7617, 2
_SECRET_PATH = re.compile(r"(?i)(/+(?:p|%70|%50)/+)[^/?#]+")
# What a web server says when it passes on the request of somebody else.
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto", "Via")


@dataclass(frozen=True, slots=True)
class Credentials:
    """`user` is None for Bearer, which names nobody."""

    user: str | None
    token: str

    def __repr__(self) -> str:
        return "Credentials(…)"  # a traceback shows no token


def read_credentials(field: str | None) -> Credentials | None:
    """What an Authorization field says; None where it says nothing that can be read."""
    if field is None or len(field) > _LONGEST:
        return None
    if bearer := _BEARER.fullmatch(field):
        return Credentials(None, bearer[1])
    if basic := _BASIC.fullmatch(field):
        try:
            user, colon, token = base64.b64decode(basic[1], validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return Credentials(user, token) if colon else None
    return None


def without_token(path: str) -> str:
    """A path as logs may show it: the token of a secret path is cut out, however it was spelled."""
    return _SECRET_PATH.sub(r"\1…", path)


def client_of(remote: str | None, forwarded: str | None) -> str:
    """The address that a request comes from, as far as it is to be believed; "" where nobody knows.

    `forwarded` is X-Forwarded-For: only a web server on this machine is believed, and of the list its own word, the last.
    Nothing is permitted by it: it tells readers apart that come through one server.
    """
    if forwarded is not None and is_loopback(remote):
        return forwarded.rpartition(",")[2].strip()
    return remote or ""


def is_loopback(remote: str | None) -> bool:
    try:
        ip = ipaddress.ip_address((remote or "").partition("%")[0])
    except ValueError:
        return False
    return (getattr(ip, "ipv4_mapped", None) or ip).is_loopback


def is_from_here(remote: str | None, fields: Mapping[str, str], *, keeps_alive: bool) -> bool:
    """Whether somebody on this machine asks for themselves.

    Not what a web server passes on, which says so in one of several fields, or speaks HTTP/1.0 as nginx does where it is told
    nothing else (`keeps_alive`: HTTP/1.1). Nor what a page on the web has a browser here ask: a name that suddenly leads to
    127.0.0.1 stands in the field Host.
    """
    if not is_loopback(remote) or not keeps_alive or any(name in fields for name in FORWARDED):
        return False
    said = fields.get("Host", "").lower()
    host, colon, port = said.rpartition(":")
    name = host if colon and port.isdigit() else said
    return name == "localhost" or is_loopback(name.removeprefix("[").removesuffix("]"))
