"""What WebSub sends to callbacks, which strangers name: one request, no redirect, a little of the answer, ten seconds in all."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from yarl import URL

from syndicator.ingest import addresses, faults
from syndicator.ingest.client import Client
from syndicator.ingest.pace import read_retry_after
from syndicator.model import Failed

SECONDS = 10.0
_SIZE = 4096  # bytes of an answer; a challenge has some forty
_BUSY = {429, 503}


@dataclass(frozen=True, slots=True)
class Answer:
    """`retry_after` in seconds, where the callback says so. The body is read where it was asked for."""

    status: int
    body: bytes = b""
    retry_after: float | None = None


class Callbacks:
    """Asks through the one client. A place that may not be asked is told from one that cannot be reached by nothing."""

    def __init__(self, client: Client, seconds: float = SECONDS) -> None:
        self._client = client
        self._seconds = seconds

    async def get(self, address: str, networks: tuple[str, ...], now: datetime) -> Answer | Failed:
        return await self._ask("GET", address, networks, now, {}, None)

    async def post(
        self,
        address: str,
        networks: tuple[str, ...],
        now: datetime,
        fields: Mapping[str, str],
        body: bytes,
        *,
        last: bool = True,
    ) -> Answer | Failed:
        """`last`: nothing more is to be sent there now, so the connection is not kept. What is answered is not read."""
        fields = {**fields, "Connection": "close"} if last else fields
        return await self._ask("POST", address, networks, now, fields, body)

    async def _ask(
        self,
        method: str,
        address: str,
        networks: tuple[str, ...],
        now: datetime,
        fields: Mapping[str, str],
        body: bytes | None,
    ) -> Answer | Failed:
        url = URL(address, encoded=True)  # as the subscriber wrote it (WebSub, 5.1)
        host = faults.host_of(url)
        if addresses.names_no_host(url):
            return _unreachable(host)
        try:
            async with asyncio.timeout(self._seconds):
                session = self._client.callback_session(networks)
                async with session.request(
                    method, url, headers=fields, data=body, allow_redirects=False, timeout=_NO_OTHER
                ) as response:
                    read = await _read(response) if body is None else b""
                    if body is not None and "Connection" in fields:
                        response.close()
                    busy = response.headers.get("Retry-After", "") if response.status in _BUSY else ""
                    return Answer(response.status, read, read_retry_after(busy, now))
        except TimeoutError:
            return Failed("unreachable", f"The server of {host} did not answer within {self._seconds:g} seconds.")
        except faults.EXPECTED:
            return _unreachable(host)


_NO_OTHER = aiohttp.ClientTimeout(total=None, sock_connect=None)


def _unreachable(host: str) -> Failed:
    return Failed("unreachable", f"The server of {host} cannot be reached.")


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The beginning of the body; what is longer is no challenge of ours, and the connection is closed over it."""
    found = b""
    async for chunk in response.content.iter_any():
        found += chunk
        if len(found) > _SIZE:
            response.close()
            break
    return found[: _SIZE + 1]
