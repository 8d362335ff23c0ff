"""What went wrong on the way to a server, as a value with a sentence for a person. Pure."""

import errno
import ssl
from dataclasses import replace
from http import HTTPStatus

import aiohttp
from yarl import URL

from syndicator.ingest.body import EncodingError, TooLargeError
from syndicator.model import Failed, FailureKind

EXPECTED = (aiohttp.ClientError, TimeoutError, OSError, ValueError, TooLargeError, EncodingError)

# OpenSSL's verification codes (x509_vfy.h).
_CERTIFICATES = {
    9: "is not valid yet",
    10: "has expired",
    18: "was issued by itself",
    19: "was issued by itself",
    20: "comes from an issuer that is not trusted here",
    21: "comes from an issuer that is not trusted here",
    62: "is for another name",
    64: "is for another name",  # where the host is an IP address
}
_CONNECTIONS = {
    errno.ECONNREFUSED: "The server of {host} refuses connections.",
    errno.ETIMEDOUT: "The server of {host} cannot be reached: the connection timed out.",
    errno.EHOSTUNREACH: "There is no way to the server of {host}.",
    errno.ENETUNREACH: "There is no way to the server of {host}.",
}
_STATUSES: dict[int, tuple[FailureKind, str]] = {
    401: ("denied", "{host} asks for a password."),
    403: ("denied", "{host} denies access."),
    404: ("missing", "{host} has no page at this address."),
    410: ("gone", "{host} says that this page is gone for good."),
    429: ("busy", "{host} says that it was asked too often."),
    503: ("busy", "{host} is overloaded or under maintenance."),
}


_WITH_TOKEN = {
    401: "{host} does not take the token that it was sent: it is wrong, or not valid there any more.",
    403: "{host} does not open this address with the token that it was sent.",
}


class BlockedError(OSError):
    """The address guard does not let this connection be made."""

    def __init__(self) -> None:
        # The same words for each address: of several failures alike, aiohappyeyeballs raises the first as it is.
        super().__init__(errno.EACCES, "this address is not connected to")


def host_of(url: URL) -> str:
    """How a person is told which server is meant: its name, and its port where that is unusual."""
    name = f"[{url.host}]" if ":" in (url.host or "") else url.host or ""
    return f"{name}:{url.explicit_port}" if url.explicit_port else name


def from_status(status: int, url: URL, retry_after: float | None = None) -> Failed:
    """The failure that a status other than success means."""
    kind, sentence = _STATUSES.get(status, ("broken", ""))
    if not sentence:
        phrase = f" ({HTTPStatus(status).phrase})" if status in HTTPStatus._value2member_map_ else ""
        sentence = "{host} answered with status " + f"{status}{phrase}."
    reason = sentence.format(host=host_of(url))
    return Failed(kind, reason, permanent=kind == "gone", retry_after=retry_after)


def with_token(failed: Failed, status: int, url: URL) -> Failed:
    """The same failure where a token was sent: the other side knows it not, or it is for something else."""
    return replace(failed, reason=_WITH_TOKEN[status].format(host=host_of(url))) if status in _WITH_TOKEN else failed


def from_wall(url: URL, retry_after: float | None = None) -> Failed:
    """The failure that a check for bots means (see walls.py): a person has to settle it."""
    reason = (
        f"{host_of(url)} lets in people only: instead of the page comes a check for bots (captcha). "
        "Ask the city to let this program in, by the name and contact in its User-Agent."
    )
    return Failed("denied", reason, retry_after=retry_after)


def from_error(error: Exception, url: URL, seconds: float, limit: int) -> Failed:
    """The failure behind one of the `EXPECTED` exceptions; `seconds` and `limit` (bytes) are those that were set."""
    host = host_of(url)
    match error:
        case TooLargeError():
            return Failed("too-large", f"The answer of {host} is larger than {_size(limit)}.", permanent=True)
        case EncodingError() | aiohttp.ClientPayloadError() | aiohttp.ClientResponseError():
            return Failed("broken", _broken(error, host))
        case TimeoutError():
            return Failed("unreachable", f"The server of {host} did not answer within {seconds:g} seconds.")
        case OSError() | aiohttp.ClientConnectionError():
            return _from_connection(error, host)
        case _:
            return Failed("refused", "The address, or a header for it, cannot be sent.", permanent=True)


def _broken(error: Exception, host: str) -> str:
    match error:
        case EncodingError():
            return f"The answer of {host} {error}."
        case aiohttp.ClientPayloadError():
            return f"The answer of {host} ended before it was complete."
        case _:
            return f"What {host} answers is not HTTP."


def _from_connection(error: Exception, host: str) -> Failed:
    match error:
        case aiohttp.ClientConnectorError(os_error=BlockedError()):
            reason = f"{host} lies at an address that is not read: a private or reserved one (see allow_private)."
            return Failed("refused", reason)
        case aiohttp.ClientConnectorCertificateError():
            sentence = f"The certificate of {host} {fault_of_certificate(error.certificate_error)}."
        case aiohttp.ClientSSLError() | ssl.SSLError():
            sentence = f"No secure connection to {host} could be made."
        case aiohttp.ClientConnectorDNSError():
            sentence = f"The name {host} is not known (DNS)."
        case aiohttp.ClientConnectorError(os_error=cause):
            sentence = _CONNECTIONS.get(cause.errno or 0, "The server of {host} cannot be reached.").format(host=host)
        case _:
            sentence = f"The server of {host} broke the connection off without an answer."
    return Failed("unreachable", sentence)


def fault_of_certificate(error: Exception) -> str:
    """What is wrong with the certificate that was not accepted, as the end of a sentence about it."""
    code = error.verify_code if isinstance(error, ssl.SSLCertVerificationError) else None
    return _CERTIFICATES.get(code or 0, "cannot be trusted")


def _size(limit: int) -> str:
    return f"{limit / 2**20:g} MiB" if limit >= 2**20 else f"{limit} bytes"
