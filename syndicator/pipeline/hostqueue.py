"""Whose turn it is when many hosts are to be asked, one thing at a time each: those that answer before those that may not."""

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any


@dataclass(eq=False, slots=True)
class Job:
    """Something to be asked of a host. `key` tells it from all others; `late`: it failed before, or was put off."""

    key: tuple[str, int]
    host: str
    what: Any
    late: bool = False


class HostQueue:
    """Holds jobs until their turn. What `next` has handed out keeps its host busy until `done`."""

    def __init__(self) -> None:
        self._waiting: tuple[dict[str, deque[Job]], dict[str, deque[Job]]] = defaultdict(deque), defaultdict(deque)
        self._ready: tuple[deque[str], deque[str]] = deque(), deque()
        self._busy: set[str] = set()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, job: Job) -> None:
        self._waiting[job.late][job.host].append(job)
        self._count += 1
        if job.host not in self._busy:
            self._ready[job.late].append(job.host)

    def next(self) -> Job | None:
        """The next job; None while the hosts of all that wait are busy."""
        for waiting, ready in zip(self._waiting, self._ready, strict=True):
            while ready:
                host = ready.popleft()
                if host in self._busy or host not in waiting:
                    continue  # it comes again when it is done
                job = waiting[host].popleft()
                if not waiting[host]:
                    del waiting[host]
                self._busy.add(host)
                self._count -= 1
                return job
        return None

    def done(self, job: Job) -> None:
        self._busy.discard(job.host)
        for waiting, ready in zip(self._waiting, self._ready, strict=True):
            if job.host in waiting:
                ready.append(job.host)

    def has_more(self, host: str) -> bool:
        return any(host in waiting for waiting in self._waiting)
