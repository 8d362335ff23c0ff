"""The prepared files that handlers answer from: bytes in memory up to a limit, beyond it in the folder.

The publisher's thread puts and removes files while the event loop reads: an entry is immutable and swapped as a whole.
"""

import asyncio
import errno
import hashlib
import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from syndicator.model import File
from syndicator.publish import addresses
from syndicator.publish.encodings import SUFFIXES
from syndicator.serve import headers
from syndicator.serve.about import About, nothing
from syndicator.serve.negotiation import IDENTITY, PREFERENCE, format_date
from syndicator.serve.ready import head

log = logging.getLogger(__name__)

_ARCHIVED_TYPE = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True)
class Variant:
    """One file in one content coding.

    `body` is None when the bytes lie in the folder only. `etag` is made of the encoded bytes, so that it is the same after
    a restart and on another node. What an answer begins with is written when it is first asked for: of a hundred thousand
    variants, few are, and the heads of all would take a hundred megabytes.
    """

    encoding: str
    etag: str
    length: int
    body: bytes | None
    path: str
    media_type: str
    modified: datetime
    max_age: int
    about: About = field(compare=False, repr=False)
    is_private: bool = False

    @cached_property
    def private(self) -> "Variant":
        """The same bytes as a partner gets them: to be kept by nobody in between, and read by no page of another site."""
        return replace(self, is_private=True)

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The fields of a 200."""
        content = {
            "Content-Type": self.media_type,
            "Content-Length": str(self.length),
            "Accept-Ranges": "bytes",
            **self.about(self.path),
        }
        if self.encoding != IDENTITY:
            content["Content-Encoding"] = self.encoding
        return {**content, **self._validators()}

    @cached_property
    def head(self) -> bytes:
        """The beginning of a 200."""
        return head(200, self.headers)

    @cached_property
    def head_unmodified(self) -> bytes:
        """The beginning of a 304, which has no fields that describe bytes (RFC 9110, 15.4.5)."""
        return head(304, self._validators())

    def _validators(self) -> dict[str, str]:
        fields = {
            "ETag": self.etag,
            "Last-Modified": format_date(self.modified),
            "Cache-Control": headers.cache_control(headers.lifetime(self.path, self.max_age)),
            "Vary": headers.VARY,
            **headers.BASE,
            **headers.policy(self.media_type),
        }
        return headers.private(fields) if self.is_private else fields


@dataclass(frozen=True, slots=True)
class Prepared:
    """One file, ready to be answered. `modified` has whole seconds."""

    path: str
    modified: datetime
    variants: Mapping[str, Variant]
    encodings: tuple[str, ...]

    @property
    def in_memory(self) -> int:
        return sum(len(variant.body) for variant in self.variants.values() if variant.body is not None)


class Shelf:
    """A target that keeps what it is given ready for the handlers.

    `memory_limit` in bytes, `max_age` of what readers poll in seconds; `about` says what the header tells of a file beside its
    bytes. `complete`: no round of publishing is on its way to bring what is not here yet. A file that was changed or removed
    behind our back is never sent under the tag of another: `read` compares.
    """

    def __init__(
        self,
        folder: Path,
        memory_limit: int = 64 * 2**20,
        *,
        max_age: int = headers.POLLED,
        about: About = nothing,
    ) -> None:
        self._folder = folder
        self._limit = memory_limit
        self._max_age = max_age
        self._about = about
        self.complete = True
        self._entries: dict[str, Prepared] = {}
        self._in_memory = 0
        self._writing = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, path: str) -> Prepared | None:
        return self._entries.get(path)

    @property
    def in_memory(self) -> int:
        """Bytes of bodies held in memory."""
        return self._in_memory

    def put(self, files: Iterable[File]) -> None:
        """Answer with these files from now on. The folder has them already, or they must fit into memory.

        Archived pages are many and seldom asked for: `open` finds them in the folder.
        """
        for file in files:
            if not addresses.is_archived(file.path):
                self._place(file.path, file.media_type, file.modified, {**file.encodings, IDENTITY: file.body})

    def remove(self, paths: Iterable[str]) -> None:
        with self._writing:
            for path in paths:
                if entry := self._entries.pop(path, None):
                    self._in_memory -= entry.in_memory

    def tell(self, about: About) -> None:
        """Say this of every file from now on, as after an edit of the configuration; no bytes change."""
        with self._writing:
            self._about = about
            for path, entry in self._entries.items():
                variants = {coding: replace(variant, about=about) for coding, variant in entry.variants.items()}
                self._entries[path] = replace(entry, variants=variants)

    def load(self, files: Iterable[tuple[str, str, datetime]]) -> None:
        """Take over (path, media type, modified) from the folder, as whoever names them has found them whole there.

        A file that is missing is left out.
        """
        for path, media_type, modified in files:
            found = {encoding: self._bytes(path, encoding) for encoding in PREFERENCE}
            bodies = {encoding: body for encoding, body in found.items() if body is not None}
            if IDENTITY in bodies:
                self._place(path, media_type, modified, bodies)

    async def open(self, path: str) -> Prepared | None:
        """An archived page as it lies in the folder, None where there is none. It is not kept."""
        return await asyncio.to_thread(self._open, path)

    def _open(self, path: str) -> Prepared | None:
        bodies = {encoding: body for encoding in PREFERENCE if (body := self._bytes(path, encoding)) is not None}
        try:
            changed = (self._folder / path).stat().st_mtime
        except OSError:
            return None
        if IDENTITY not in bodies:
            return None
        at = min(datetime.fromtimestamp(changed, UTC), datetime.now(UTC)).replace(microsecond=0)
        variants = {
            encoding: Variant(
                encoding, _etag(body), len(body), body, path, _ARCHIVED_TYPE, at, self._max_age, self._about
            )
            for encoding, body in bodies.items()
        }
        return Prepared(path, at, variants, tuple(variants))

    async def read(self, entry: Prepared, variant: Variant) -> bytes | None:
        """The bytes of a variant, None when the folder no longer holds exactly these."""
        if variant.body is not None:
            return variant.body
        return await asyncio.to_thread(self._read, entry.path, variant)

    def _read(self, path: str, variant: Variant) -> bytes | None:
        body = self._bytes(path, variant.encoding)
        if body is None or _etag(body) != variant.etag:
            log.warning("%s (%s) in the folder is not what was published last", path, variant.encoding)
            return None
        return body

    def _bytes(self, path: str, encoding: str) -> bytes | None:
        """What lies in the folder, None where nothing can be read."""
        try:
            return (self._folder / (path + SUFFIXES.get(encoding, ""))).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:  # whoever asks may make a name up
                return None
            log.warning("%s cannot be read from the folder: %s", path, error)
            return None

    def _place(self, path: str, media_type: str, modified: datetime, bodies: Mapping[str, bytes]) -> None:
        # A date of modification must not lie in the future (RFC 9110, 8.8.2.1), even when the clock was set back.
        at = min(modified, datetime.now(UTC)).replace(microsecond=0)
        with self._writing:
            before = self._entries.get(path)
            room = self._limit - self._in_memory + (before.in_memory if before else 0)
            variants = {}
            for encoding in (coding for coding in PREFERENCE if coding in bodies):  # the most wanted get the room
                body = bodies[encoding]
                kept = len(body) <= room
                room -= len(body) if kept else 0
                etag, held = _etag(body), body if kept else None
                variants[encoding] = Variant(
                    encoding, etag, len(body), held, path, media_type, at, self._max_age, self._about
                )
            self._entries[path] = Prepared(path, at, variants, tuple(variants))
            self._in_memory = self._limit - room


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
