"""A second place for what is published: brought up to the state of the folder after each round.

Feeds never wait for it. What a bucket holds stands in two lists that lie in it, too, so that a start puts only what changed, and
a bucket that is new gets everything: the second list is of archived pages, which are many and seldom change.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from syndicator.errors import SyndicatorError
from syndicator.pipeline import render
from syndicator.publish import addresses, encodings, formats
from syndicator.publish.targets.folder import Folder
from syndicator.publish.targets.s3 import Bucket
from syndicator.store import archive, editions, facts
from syndicator.store.database import Store

log = logging.getLogger(__name__)

_LISTS = (".syndicator.json", ".syndicator-archive.json")
_AT_ONCE = 16
_PATIENCE = (10.0, 300.0)  # seconds before it is tried again, the first time and at most

Fields = Callable[[str, str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What one catching up came to: the keys of objects that were put, and of those that were removed."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Published:
    """A file as it should lie under a key; the digest is empty while nobody knows what the folder holds."""

    path: str
    digest: str
    media_type: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An object as it should be; `mark` tells it from any other."""

    file: _Published
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
        self._looked_at: dict[str, str] = {}  # key → digest of what is known to lie there with the right fields
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
            done, complete = await self._catch_up(await self._store.read(_published))
        except SyndicatorError as error:
            await self._store.write(facts.set_fact, self.fact, error.message)
            raise
        await self._store.write(facts.set_fact, self.fact, "")
        self._settled = generation if complete else None
        return done

    @property
    def fact(self) -> str:
        return facts.TARGET + self.bucket.address

    async def _catch_up(self, published: Mapping[str, _Published]) -> tuple[Mirrored, bool]:
        if self._holds is None:
            self._holds = {
                key: mark for name in _LISTS for key, mark in _read_list(await self.bucket.read(name)).items()
            }
        holds = self._holds
        wanted = await asyncio.to_thread(self._differing, published, holds)
        gone = tuple(sorted(holds.keys() - published.keys()))
        written: list[str] = []
        for rank in range(3):  # what is linked comes before what links it
            await self._put_all([key for key in wanted if _rank(key) == rank], wanted, written)
        await self.bucket.remove(gone)
        for key in gone:
            del holds[key]
            self._looked_at.pop(key, None)
        for archived, name in enumerate(_LISTS):
            if any(_is_archived(key) == bool(archived) for key in (*written, *gone)):
                listed = {key: mark for key, mark in holds.items() if _is_archived(key) == bool(archived)}
                await self.bucket.write(name, _write_list(listed), {"Content-Type": "application/json"})
        complete = len(written) == len(wanted) and all(file.digest for file in published.values())
        return Mirrored(tuple(sorted(written)), gone), complete

    def _differing(self, published: Mapping[str, _Published], holds: Mapping[str, str]) -> dict[str, _Wanted]:
        """What is to be put. Only what changed since the last time is looked at closely."""
        differing = {}
        for key, file in published.items():
            if not file.digest or self._looked_at.get(key) == file.digest:
                continue
            want = self._wanted(file)
            if holds.get(key) == want.mark:
                self._looked_at[key] = file.digest
            else:
                differing[key] = want
        return differing

    def _wanted(self, file: _Published) -> _Wanted:
        fields = {"Content-Type": file.media_type, **self._fields(file.path, file.media_type)}
        if self.bucket.settings.encoding != "identity":
            fields["Content-Encoding"] = self.bucket.settings.encoding
        said = json.dumps([file.digest, sorted(fields.items())])
        return _Wanted(file, fields, hashlib.sha256(said.encode()).hexdigest()[:32])

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
        body = await asyncio.to_thread(self._folder.read, want.file.path)
        if body is None or render.digest(body) != want.file.digest:
            return False
        if coding := want.fields.get("Content-Encoding"):
            body = await asyncio.to_thread(encodings.compress, body, coding)
        await self.bucket.write(key, body, want.fields)
        assert self._holds is not None
        self._holds[key] = want.mark
        self._looked_at[key] = want.file.digest
        return True


def keys_of(path: str) -> tuple[str, ...]:
    """The keys of a published file, which are its addresses below the site: pages have no ending, the index lies at the root.

    The index of a folder keeps its name, as buckets that serve websites look for it.
    """
    if path == render.INDEX:
        return (path,)
    name = path if path.endswith(f"/{render.INDEX}") else path.removesuffix(".html")
    return (f"feeds/{name}", *(key for key, file in addresses.BESIDE.items() if file == path))


def _published(db: Database) -> dict[str, _Published]:
    """Every published file by each of its keys, archived pages as well."""
    atom = formats.available()[render.ARCHIVED].MEDIA_TYPE
    pages = archive.digests(db)
    archived = (_Published(addresses.archive_path(feed, page), digest, atom) for feed, page, digest in pages)
    files = (_Published(each.path, each.digest, each.media_type) for each in editions.all_editions(db).values())
    return {key: file for file in (*archived, *files) for key in keys_of(file.path)}


def _is_archived(key: str) -> bool:
    return addresses.is_archived(key.removeprefix("feeds/"))


def _rank(key: str) -> int:
    """Archived pages come first, as feeds link them, and the index last."""
    return 0 if _is_archived(key) else 2 if key == render.INDEX else 1


def _read_list(body: bytes | None) -> dict[str, str]:
    """Key → mark; empty where the list is missing or is none, and everything is put again."""
    try:
        listed = json.loads(body or b"{}")
    except ValueError:
        return {}
    return {str(key): str(mark) for key, mark in listed.items()} if isinstance(listed, dict) else {}


def _write_list(holds: Mapping[str, str]) -> bytes:
    return json.dumps(holds, sort_keys=True, indent=0).encode()
