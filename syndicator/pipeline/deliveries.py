"""What a process that delivers is told and tells: lists of the below, each a pickle behind its length. See courier.py."""

import asyncio
import pickle
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from syndicator.ingest.callbacks import Answer, Callbacks
from syndicator.ingest.worker import LENGTH
from syndicator.model import Failed
from syndicator.publish import websub


@dataclass(frozen=True, slots=True)
class Push:
    """What is sent to a callback, but for the bytes. `last`: nothing more is to be sent to its host now."""

    callback: str
    networks: tuple[str, ...]
    now: datetime
    hub: str
    topic: str
    media_type: str
    secret: str
    signature: str
    last: bool

    async def send(self, callbacks: Callbacks, body: bytes) -> Answer | Failed:
        fields = websub.distribution(self.hub, self.topic, self.media_type, self.secret, body, self.signature)
        return await callbacks.post(self.callback, self.networks, self.now, fields, body, last=self.last)


@dataclass(frozen=True, slots=True)
class Keep:
    """These bytes will be sent."""

    digest: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Drop:
    """They will not be sent again."""

    digest: str


@dataclass(frozen=True, slots=True)
class Send:
    n: int
    digest: str
    push: Push


@dataclass(frozen=True, slots=True)
class Cancel:
    n: int


Order = Keep | Drop | Send | Cancel
Told = tuple[int, Answer | Failed | str]
"""Number of the order, and what came of it: text where this program is at fault."""


def pack(parts: list[Any]) -> bytes:
    message = pickle.dumps(parts, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(message)) + message


async def receive(pipe: asyncio.StreamReader) -> list[Any]:
    """Raises EOFError at the end (asyncio.IncompleteReadError), and ConnectionError."""
    (length,) = LENGTH.unpack(await pipe.readexactly(LENGTH.size))
    parts: list[Any] = pickle.loads(await pipe.readexactly(length))  # noqa: S301  # written by our parent, or our child
    return parts
