"""What keeps a hub from being used against others, or from being kept busy by strangers. Pure."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

UNCONFIRMED = 10  # requests that a host has not confirmed within an hour, before it is left in peace
_PERIOD = timedelta(hours=1)
_HOSTS = 10_000


class Unconfirmed:
    """Hosts whose callbacks did not confirm what was asked in their name: somebody else may have named them."""

    def __init__(self) -> None:
        self._hosts: OrderedDict[str, deque[datetime]] = OrderedDict()

    def note(self, host: str, now: datetime) -> None:
        at = self._hosts.setdefault(host, deque(maxlen=UNCONFIRMED))
        at.append(now)
        self._hosts.move_to_end(host)
        if len(self._hosts) > _HOSTS:
            self._hosts.popitem(last=False)

    def rest(self, host: str, now: datetime) -> float:
        """Seconds for which nothing more is asked there, 0 where something may be."""
        at = self._hosts.get(host)
        if at is None or len(at) < UNCONFIRMED or not timedelta(0) <= now - at[0] < _PERIOD:
            return 0.0
        return (at[0] + _PERIOD - now).total_seconds()


class Bucket:
    """So many at once, and so many a second in the long run. `now` in seconds of a clock that only goes forward."""

    def __init__(self, size: float, per_second: float) -> None:
        self._size = self._left = size
        self._rate = per_second
        self._at = float("-inf")

    def take(self, now: float) -> bool:
        """Whether there was one left."""
        self._left = min(self._size, self._left + max(0.0, now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    @property
    def wait(self) -> float:
        """Seconds from the last taking until there is one."""
        return max(0.0, 1 - self._left) / self._rate
