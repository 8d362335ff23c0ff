"""Runs parsers over foreign bytes in child processes with limits of time and memory (see worker.py for the other end)."""

import asyncio
import contextlib
import logging
import os
import pickle
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from typing import Any

from syndicator.ingest.worker import LENGTH
from syndicator.model import Failed, Parse

CPU = 5  # seconds of computing for one job
WALL = 15.0  # seconds altogether
MEMORY = 512 * 2**20  # bytes of address space beyond the bare interpreter
RESULT = 32 * 2**20  # bytes of a pickled result

_GRACE = 5.0  # seconds for a worker to end by itself

# A child parses what strangers wrote: it is not handed the secrets that the configuration takes from the environment.
_ENVIRONMENT = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ")

STOPPING = Failed("unreadable", "Reading this was given up because the service is stopping.")
"""The answer to a job that `close` has cut off: this very object."""

log = logging.getLogger(__name__)


class Workers:
    """At most `processes` workers, started when there is work and ended after `idle` seconds without any.

    Jobs are served in the order in which they come. A job that breaks a limit costs its worker, and no other job.
    With `keep`, the last one stays: starting one takes half a second, which a push need not wait.
    """

    def __init__(
        self,
        processes: int = 2,
        idle: float = 10.0,
        *,
        cpu: int = CPU,
        wall: float = WALL,
        memory: int = MEMORY,
        largest: int = RESULT,
    ) -> None:
        self._idle_seconds = idle
        self._cpu = cpu
        self._wall = wall
        self._memory = memory
        self._largest = largest
        self._processes = processes
        self._free = asyncio.Semaphore(processes)
        self._busy: set[_Worker] = set()
        self._idle: list[_Worker] = []  # the one used last is used next, so that the others can end
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False
        self._kept = False

    @property
    def is_warm(self) -> bool:
        """Whether a worker is there."""
        return bool(self._busy or self._idle)

    @property
    def is_kept(self) -> bool:
        """Whether one stays while there is no work."""
        return self._kept

    def keep(self, *, one: bool) -> None:
        """From now on, let the last worker stay while there is no work, or let it go like the others."""
        self._kept = one

    async def run(self, parse: Parse) -> Any | Failed:
        """The result of `parse.function(*parse.args)`, or why there is none."""
        job = pickle.dumps((parse.function, parse.args), pickle.HIGHEST_PROTOCOL)
        async with self._free:
            return await self._run(job, parse)

    async def close(self) -> None:
        """End all workers; a job that is still running is answered by a failure."""
        self._closed = True
        for worker in self._busy:
            worker.kill()
        while self._idle:
            self._end(self._idle[-1])
        for _ in range(self._processes):  # until no job holds a place any more
            await self._free.acquire()
        await asyncio.gather(*self._ending)
        for _ in range(self._processes):
            self._free.release()

    async def _run(self, job: bytes, parse: Parse) -> Any | Failed:
        if self._closed:
            return STOPPING
        worker = self._idle_worker() or await self._start()
        self._busy.add(worker)
        try:
            if self._closed:
                worker.kill()
            return await self._ask(worker, job, parse)
        except BaseException:
            worker.kill()
            raise
        finally:
            self._busy.discard(worker)
            self._put_back(worker)

    async def _ask(self, worker: "_Worker", job: bytes, parse: Parse) -> Any | Failed:
        try:
            async with asyncio.timeout(self._wall):
                outcome, value = await worker.ask(job, self._largest)
        except TimeoutError:
            worker.kill()
            return Failed("unreadable", f"Reading this took more than {self._wall:g} seconds and was given up.")
        except (EOFError, ConnectionError):
            worker.spent = True
            status = await worker.wait()
            return STOPPING if self._closed else Failed("unreadable", self._last_words(status))
        return value if outcome == "done" else self._refuse(worker, outcome, value, parse)

    def _refuse(self, worker: "_Worker", outcome: str, value: Any, parse: Parse) -> Failed:
        if outcome == "raised":
            name, report = value
            log.warning("%s raised %s\n%s", getattr(parse.function, "__qualname__", parse.function), name, report)
            return Failed("unreadable", f"This cannot be read: it made the parser stumble ({name}).")
        if outcome == "memory":
            worker.kill()  # what a failed allocation leaves behind is not known
            return Failed("unreadable", f"Reading this would take more than {self._memory // 2**20} MiB of memory.")
        return Failed("unreadable", f"What was read of this is larger than {self._largest // 2**20} MiB.")

    def _last_words(self, status: int) -> str:
        if status == -signal.SIGXCPU:
            return f"Reading this took more than {self._cpu} seconds of computing and was stopped."
        how = signal.Signals(-status).name if status < 0 else f"exit code {status}"
        return f"Reading this ended the program that did it ({how})."

    # ------------------------------------------------------------ coming and going

    def _idle_worker(self) -> "_Worker | None":
        while self._idle:
            worker = self._idle[-1]
            if worker.process.returncode is None:
                self._idle.pop()
                worker.cancel_timer()
                return worker
            self._end(worker)  # somebody else killed it meanwhile
        return None

    async def _start(self) -> "_Worker":
        limits = (str(self._cpu), str(self._memory), str(self._largest))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "syndicator.ingest.worker",
            *limits,
            stdin=PIPE,
            stdout=PIPE,
            stderr=None if log.isEnabledFor(logging.DEBUG) else DEVNULL,
            env=environment(),
            start_new_session=True,  # Ctrl-C in the terminal is not meant for it
        )
        return _Worker(process)

    def _put_back(self, worker: "_Worker") -> None:
        self._idle.append(worker)
        if self._closed or worker.spent:
            self._end(worker)
        else:
            self._let_go_later(worker)

    def _let_go_later(self, worker: "_Worker") -> None:
        worker.timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._let_go, worker)

    def _let_go(self, worker: "_Worker") -> None:
        """Its time without work is over; of those that have none, the last is used next."""
        if self._kept and self._idle[-1] is worker:
            self._let_go_later(worker)
        else:
            self._end(worker)

    def _end(self, worker: "_Worker") -> None:
        """Let an idle worker go."""
        self._idle.remove(worker)
        worker.cancel_timer()
        task = asyncio.get_running_loop().create_task(worker.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


class _Worker:
    """One child process and its two pipes."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self.jobs = process.stdin
        self.results = process.stdout
        self.timer: asyncio.TimerHandle | None = None
        self.spent = False  # not to be given another job

    async def ask(self, job: bytes, largest: int) -> tuple[str, Any]:
        """Raises `EOFError` or `ConnectionError` when the process is no more."""
        self.jobs.write(LENGTH.pack(len(job)))
        self.jobs.write(job)
        await self.jobs.drain()
        (length,) = LENGTH.unpack(await self.results.readexactly(LENGTH.size))
        if length > largest:
            raise EOFError
        outcome, value = pickle.loads(await self.results.readexactly(length))  # noqa: S301  # written by our child
        return outcome, value

    def cancel_timer(self) -> None:
        if self.timer:
            self.timer.cancel()
            self.timer = None

    def kill(self) -> None:
        self.spent = True
        if self.process.returncode is None:
            # Not through `process`: that may reap it under the hands of asyncio's child watcher, and its status is lost.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit status, once it has ended; it is killed if it does not end by itself."""
        try:
            async with asyncio.timeout(_GRACE):
                return await self.process.wait()
        except TimeoutError:
            self.kill()
            return await self.process.wait()

    async def end(self) -> None:
        """Let it end at the end of its input, and read what is left in the pipe: only then is all of it cleared away."""
        self.jobs.close()
        await asyncio.gather(self.wait(), self._discard())

    async def _discard(self) -> None:
        while await self.results.read(2**16):
            pass


def environment() -> dict[str, str]:
    """What a child needs to find the same modules as we do, wherever it is started."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    path = os.pathsep.join(os.path.abspath(folder) for folder in sys.path)  # noqa: PTH100  # "" is this folder
    return {**kept, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
