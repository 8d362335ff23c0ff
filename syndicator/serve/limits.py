"""How much may be asked for: token buckets, and failures by network without remembering who it was. Pure; `now` in seconds."""

import hashlib
from dataclasses import dataclass

_SLOTS = 4096
_PER_MINUTE = 10.0
_AT_ONCE = 10.0


@dataclass(slots=True)
class Bucket:
    """A token bucket; `level` is how many it holds. What it fills with is told at each taking, as config.toml may change."""

    level: float
    at: float

    def take(self, now: float, per_minute: float, burst: float) -> float:
        """0 if there was one, else the seconds until there will be."""
        per_second = per_minute / 60
        self.level = min(burst, self.level + max(0.0, now - self.at) * per_second)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / per_second


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
        return self._slots.setdefault(slot, Bucket(_AT_ONCE, now)).take(now, _PER_MINUTE, _AT_ONCE)
