"""How often one may ask, or fail, without remembering who it was. Pure; `now` in seconds."""

import hashlib

from syndicator.publish.restraint import Bucket

_SLOTS = 4096


class Networks:
    """So many at once and so many a minute for each of 4096 slots, into which networks fall by a hash of theirs.

    A slot holds two numbers and no address, and `key`, which is to be random, is in no other place. Two networks may share
    a slot.
    """

    def __init__(self, key: bytes, at_once: float, per_minute: float) -> None:
        self._key = key
        self._size, self._per_second = at_once, per_minute / 60
        self._slots: dict[int, Bucket] = {}

    def note(self, network: str, now: float) -> float:
        """One more from there: 0, or the seconds for which this answers no more."""
        digest = hashlib.blake2b(network.encode(), key=self._key, digest_size=2).digest()
        slot = int.from_bytes(digest) % _SLOTS
        bucket = self._slots.setdefault(slot, Bucket(self._size, self._per_second))
        return 0.0 if bucket.take(now) else bucket.wait
