"""Only the entries that a reader lacks (RFC 3229 with the instance manipulation "feed"): who polls hourly is sent a day's news once.

A reader says `A-IM: feed` and which version it has; NetNewsWire, Feedbin and others do. Of each version that such a reader was sent
stands here which entries it held. Pure.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

MANIPULATION = "feed"
STATUS = 226  # IM Used
_KEPT = 4096  # versions, of some 600 bytes each
_MEMORY = 8 * 2**20  # bytes of parts that were made
_MARK = 8  # bytes of an entry's digest
_ENTRIES = {
    "atom": re.compile(rb"^  <entry\b.*?^  </entry>\n", re.DOTALL | re.MULTILINE),
    "rss": re.compile(rb"^    <item>.*?^    </item>\n", re.DOTALL | re.MULTILINE),
}
_ITEMS, _END = b'"items": [\n', b"\n]}\n"


@dataclass(frozen=True, slots=True)
class Parts:
    """A feed, taken apart between its entries."""

    start: bytes
    entries: tuple[bytes, ...]
    between: bytes
    end: bytes

    def without(self, known: bytes) -> bytes:
        """The feed with those of its entries whose marks are not among these."""
        marks = {known[place : place + _MARK] for place in range(0, len(known), _MARK)}
        return self.start + self.between.join(one for one in self.entries if _mark(one) not in marks) + self.end

    @property
    def marks(self) -> bytes:
        return b"".join(map(_mark, self.entries))


class Deltas:
    """Which entries were in the versions of feeds that readers were sent, and what was made of that: the latest ones of both.

    A feed is taken apart once for each version, and each part made once: whoever asks again costs no more than by any other request.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._made: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()
        self._size = 0

    def knows(self, path: str, tag: str) -> bool:
        return (path, tag) in self._known

    def remember(self, path: str, tag: str, parts: Parts) -> None:
        self._known[path, tag] = parts.marks
        self._known.move_to_end((path, tag))
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def base(self, path: str, tags: Iterable[str]) -> str | None:
        """The first of these versions that is known."""
        return next((tag for tag in tags if (path, tag) in self._known), None)

    def made(self, path: str, base: str, tag: str) -> bytes | None:
        """What whoever has `base` lacks of the version `tag`, as it was sent before."""
        return self._made.get((path, base, tag))

    def make(self, path: str, base: str, tag: str, parts: Parts, pack: Callable[[bytes], bytes]) -> bytes:
        """The same for the first time; `tag` also tells how it is packed."""
        self._known.move_to_end((path, base))
        made = pack(parts.without(self._known[path, base]))
        self._size += len(made) - len(self._made.get((path, base, tag), b""))
        self._made[path, base, tag] = made
        while self._size > _MEMORY and len(self._made) > 1:
            _, old = self._made.popitem(last=False)
            self._size -= len(old)
        return made


def may_lack(path: str) -> bool:
    """Whether parts of such a file can be told apart."""
    return path.endswith((*(f".{extension}" for extension in _ENTRIES), ".json"))


def take_apart(body: bytes, extension: str) -> Parts | None:
    """The parts of a feed as `publish.formats` writes it; None for anything else."""
    if extension == "json":
        start, items, rest = body.partition(_ITEMS)
        inner, end, _ = rest.rpartition(_END)
        return Parts(start + items, tuple(inner.split(b",\n")) if inner else (), b",\n", end) if end else None
    if extension not in _ENTRIES:
        return None
    found = list(_ENTRIES[extension].finditer(body))
    if not found:
        return None
    return Parts(body[: found[0].start()], tuple(one[0] for one in found), b"", body[found[-1].end() :])


def _mark(entry: bytes) -> bytes:
    return hashlib.blake2b(entry, digest_size=_MARK).digest()
