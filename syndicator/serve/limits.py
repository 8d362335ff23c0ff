"""How often one may fail, without remembering who it was. Pure; `now` in seconds."""

import hashlib

from syndicator.publish.restraint import Bucket

_SLOTS = 4096
_AT_ONCE, _PER_MINUTE = 10.0, 10.0


class Failures:
    """Failed logins: ten at once and ten a minute for each of 4096 slots, into which networks fall by a hash of theirs.

    A slot holds two numbers and no address, and `key`, which is to be random, is in no other place. Two networks may share
    a slot; that takes nothing from who sends the right token, as that is never refused for others' failures.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._slots: dict[int, Bucket] = {}

    def note(self, network: str, now: float) -> float:
        """One more failure from there: 0, or the seconds for which this answers no more."""
        digest = hashlib.blake2b(network.encode(), key=self._key, digest_size=2).digest()
        slot = int.from_bytes(digest) % _SLOTS
        bucket = self._slots.setdefault(slot, Bucket(_AT_ONCE, _PER_MINUTE / 60))
        return 0.0 if bucket.take(now) else bucket.wait
