"""A second place for what is published: brought up to the state of the folder after each round.

Feeds never wait for it. What a bucket holds stands in a list that lies in it, too, so that a start puts only what changed.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from syndicator.errors import SyndicatorError
from syndicator.pipeline import render
from syndicator.publish import encodings
from syndicator.publish.targets.folder import Folder
from syndicator.publish.targets.s3 import Bucket
from syndicator.store import editions, facts
from syndicator.store.database import Store
from syndicator.store.editions import Edition

log = logging.getLogger(__name__)

_LIST = ".syndicator.json"
_AT_ONCE = 16
_PATIENCE = (10.0, 300.0)  # seconds before it is tried again, the first time and at most

Fields = Callable[[str, str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What one catching up came to: the keys of objects that were put, and of those that were removed."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An object as it should be; `mark` tells it from any other."""

    edition: Edition
    fields: Mapping[str, str]
    mark: str


class Mirror:
    """One bucket beside the folder. `fields`: path and media type → what goes with the object."""

    def __init__(self, bucket: Bucket, store: Store, folder: Folder, fields: Fields) -> None:
        self.bucket = bucket
        self.changed = asyncio.Event()
        self._store = store
        self._folder = folder
        self._fields = fields
        self._holds: dict[str, str] | None = None
        self._settled: int | None = None

    async def keep_up(self) -> None:
        """Endless: catch up whenever `changed` is set, and after a failure again and again, less and less often."""
        pause = _PATIENCE[0]
        while True:
            await self.changed.wait()
            self.changed.clear()
            if await self._try():
                pause = _PATIENCE[0]
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _PATIENCE[1])
                self.changed.set()

    async def _try(self) -> bool:
        try:
            done = await self.catch_up()
        except SyndicatorError as error:
            log.error("The folder is up to date, and this is tried again: %s", error)  # noqa: TRY400  # the sentence says it all
        except Exception:
            log.exception("%s could not be brought up to date; this is tried again.", self.bucket.address)
        else:
            if done.written or done.removed:
                log.info("%s: %d written, %d removed", self.bucket.address, len(done.written), len(done.removed))
            return True
        return False

    async def catch_up(self) -> Mirrored:
        """Put what differs, the index last, then remove what is gone. Costs one query when nothing was published since.

        Raises SyndicatorError when the bucket fails; what was put until then is not put again.
        """
        generation = await self._store.read(editions.generation)
        if generation == self._settled:
            return Mirrored()
        try:
            done, complete = await self._catch_up(await self._store.read(editions.all_editions))
        except SyndicatorError as error:
            await self._store.write(facts.set_fact, self.fact, error.message)
            raise
        await self._store.write(facts.set_fact, self.fact, "")
        self._settled = generation if complete else None
        return done

    @property
    def fact(self) -> str:
        return facts.TARGET + self.bucket.address

    async def _catch_up(self, published: Mapping[str, Edition]) -> tuple[Mirrored, bool]:
        if self._holds is None:
            self._holds = _read_list(await self.bucket.read(_LIST))
        holds = self._holds
        wanted = {key_of(path): self._wanted(edition) for path, edition in published.items()}
        differing = [key for key, want in wanted.items() if want.edition.digest and holds.get(key) != want.mark]
        gone = tuple(sorted(holds.keys() - wanted.keys()))
        written: list[str] = []
        index = key_of(render.INDEX)
        await self._put_all([key for key in differing if key != index], wanted, written)
        await self._put_all([key for key in differing if key == index], wanted, written)
        await self.bucket.remove(gone)
        for key in gone:
            del holds[key]
        if written or gone:
            await self.bucket.write(_LIST, _write_list(holds), {"Content-Type": "application/json"})
        complete = len(written) == len(differing) and all(want.edition.digest for want in wanted.values())
        return Mirrored(tuple(sorted(written)), gone), complete

    def _wanted(self, edition: Edition) -> _Wanted:
        fields = {"Content-Type": edition.media_type, **self._fields(edition.path, edition.media_type)}
        if self.bucket.settings.encoding != "identity":
            fields["Content-Encoding"] = self.bucket.settings.encoding
        said = json.dumps([edition.digest, sorted(fields.items())])
        return _Wanted(edition, fields, hashlib.sha256(said.encode()).hexdigest()[:32])

    async def _put_all(self, keys: Iterable[str], wanted: Mapping[str, _Wanted], written: list[str]) -> None:
        """A bounded number at once; the first failure ends it, as a bucket that is away would have each put wait."""
        room = asyncio.Semaphore(_AT_ONCE)

        async def put(key: str) -> None:
            async with room:
                if await self._put(key, wanted[key]):
                    written.append(key)

        try:
            async with asyncio.TaskGroup() as group:
                for key in keys:
                    group.create_task(put(key))
        except ExceptionGroup as failures:
            first = (failures.subgroup(SyndicatorError) or failures).exceptions[0]
            raise first from first.__cause__  # one of them tells it all

    async def _put(self, key: str, want: _Wanted) -> bool:
        """False where the folder holds other bytes by now: the next round's, which ends with another catching up."""
        body = await asyncio.to_thread(self._folder.read, want.edition.path)
        if body is None or render.digest(body) != want.edition.digest:
            return False
        if coding := want.fields.get("Content-Encoding"):
            body = await asyncio.to_thread(encodings.compress, body, coding)
        await self.bucket.write(key, body, want.fields)
        assert self._holds is not None
        self._holds[key] = want.mark
        return True


def key_of(path: str) -> str:
    """The key of a published file, which is its address below the site: pages have no ending, the index lies at the root.

    The index of a folder keeps its name, as buckets that serve websites look for it.
    """
    if path == render.INDEX:
        return path
    return f"feeds/{path}" if path.endswith(f"/{render.INDEX}") else f"feeds/{path.removesuffix('.html')}"


def _read_list(body: bytes | None) -> dict[str, str]:
    """Key → mark; empty where the list is missing or is none, and everything is put again."""
    try:
        listed = json.loads(body or b"{}")
    except ValueError:
        return {}
    return {str(key): str(mark) for key, mark in listed.items()} if isinstance(listed, dict) else {}


def _write_list(holds: Mapping[str, str]) -> bytes:
    return json.dumps(holds, sort_keys=True, indent=0).encode()
