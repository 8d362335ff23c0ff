"""A courier: a process that sends publications to callbacks, so that many subscribers do not take the event loop from readers.

Started by couriers.py as `python -m syndicator.pipeline.courier USER_AGENT`. Orders come in through stdin and answers leave
through what was stdout: lists, each a pickle behind its length. The first answer is an empty list, which says that it is ready. It
ends when stdin does, as when its parent dies; what it had under way then is due as before.
"""

import asyncio
import signal
import sys
import traceback
from datetime import UTC, datetime
from typing import BinaryIO

from syndicator.ingest.callbacks import Answer, Callbacks
from syndicator.ingest.client import Client
from syndicator.ingest.worker import take_pipes
from syndicator.model import Failed
from syndicator.pipeline.deliveries import Cancel, Drop, Keep, Order, Push, Send, Told, pack, receive

_GATHERED = 0.01  # seconds in which answers are gathered


class _Courier:
    def __init__(self, client: Client, results: asyncio.WriteTransport) -> None:
        self._callbacks = Callbacks(client)
        self._results = results
        self._bodies: dict[str, bytes] = {}
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._told: list[Told] = []

    def obey(self, order: Order) -> None:
        match order:
            case Keep():
                self._bodies[order.digest] = order.body
            case Drop():
                del self._bodies[order.digest]
            case Send():
                send = self._send(order.n, order.push, self._bodies[order.digest])
                self._under_way[order.n] = asyncio.create_task(send)
            case Cancel() if task := self._under_way.pop(order.n, None):
                task.cancel()

    async def _send(self, n: int, push: Push, body: bytes) -> None:
        told: Answer | Failed | str
        try:
            told = await push.send(self._callbacks, body)
        except Exception:  # noqa: BLE001  # whatever it is, our parent waits for an answer
            told = traceback.format_exc()
        del self._under_way[n]
        self._told.append((n, told))
        if len(self._told) == 1:
            asyncio.get_running_loop().call_later(_GATHERED, self.tell)

    def tell(self) -> None:
        self._results.write(pack(self._told))
        self._told = []


async def _work(user_agent: str, orders: BinaryIO, results: BinaryIO) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), orders)
    transport, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, results)
    client = Client(user_agent, recall=lambda _: None, remember=lambda *_: None, now=lambda: datetime.now(UTC))
    courier = _Courier(client, transport)
    courier.tell()
    while True:
        try:
            received = await receive(reader)
        except EOFError:
            break
        for order in received:
            courier.obey(order)
    await client.close()


def main() -> None:
    # As in ingest/worker.py: it ends when its parent says so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    asyncio.run(_work(sys.argv[1], *take_pipes()))


if __name__ == "__main__":
    main()
