"""Published bytes on their way to subscribers: read once from the folder for all who are due them."""

import asyncio
from collections import OrderedDict

from syndicator.pipeline import render
from syndicator.publish import formats
from syndicator.publish.targets.folder import Folder
from syndicator.store.subscribers import Topic

_MEMORY = 32 * 2**20  # bytes


class Bodies:
    """Hands out the bytes of a topic's version, or None where the folder holds others: they are being replaced, or damaged."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._kept: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._reading: dict[tuple[int, int], asyncio.Task[bytes | None]] = {}

    async def get(self, topic: Topic) -> bytes | None:
        key = topic.n, topic.version
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._reading:
            self._reading[key] = asyncio.create_task(self._read(topic))
            self._reading[key].add_done_callback(lambda _: self._reading.pop(key))
        return await asyncio.shield(self._reading[key])  # who is put off takes it from nobody

    @staticmethod
    def media_type(topic: Topic) -> str:
        """That of the format which the path ends with."""
        ending = topic.path.rpartition(".")[2]
        return next(kind.MEDIA_TYPE for kind in formats.available().values() if ending == kind.EXTENSION)

    async def _read(self, topic: Topic) -> bytes | None:
        body = await asyncio.to_thread(self._folder.read, topic.path)
        if body is None or render.digest(body) != topic.digest:
            return None
        for key in [key for key in self._kept if key[0] == topic.n]:
            del self._kept[key]
        self._kept[topic.n, topic.version] = body
        while sum(map(len, self._kept.values())) > _MEMORY and len(self._kept) > 1:
            self._kept.popitem(last=False)
        return body
