"""A parse worker: a process that runs functions over foreign bytes and can be killed without harm.

Started by workers.py as `python -m syndicator.ingest.worker CPU MEMORY RESULT` (seconds, bytes, bytes). Jobs come in through
stdin and results leave through what was stdout, each a pickle behind its length (8 bytes, big-endian). A job is
`(function, args)`, a result `(outcome, value)`: ("done", result), ("raised", (class, traceback)), ("memory", "") after
which the process is not to be used again, or ("large", ""). It ends when stdin does, as when its parent dies.
"""

import os
import pickle
import resource
import signal
import struct
import sys
import traceback
from math import ceil
from typing import BinaryIO

LENGTH = struct.Struct(">Q")


def main() -> None:
    cpu, memory, largest = (int(word) for word in sys.argv[1:])
    # Ctrl-C reaches the whole terminal and systemd signals the whole group; a worker ends when its parent says so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    jobs, results = take_pipes()
    _limit_memory(memory)
    try:
        while (job := _receive(jobs)) is not None:
            _send(results, _answer(job, cpu, largest))
    except BrokenPipeError:
        os._exit(0)  # nobody listens any more, and flushing would only fail again


def take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep stdin and stdout for the protocol alone: what a library prints goes to stderr, and what it reads is empty."""
    jobs, results = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(jobs, "rb"), os.fdopen(results, "wb")


def _limit_memory(memory: int) -> None:
    """Allow `memory` bytes of address space beyond what the interpreter has taken by now; no core dumps."""
    _limit(resource.RLIMIT_CORE, 0)
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  # pathlib is not needed for anything else
        taken = int(file.read().split()[0]) * resource.getpagesize()
    _limit(resource.RLIMIT_AS, taken + memory)


def _limit_time(seconds: int) -> None:
    """Allow `seconds` of computing from now on; beyond it the system ends the process (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, ceil(used.ru_utime + used.ru_stime) + seconds)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _receive(jobs: BinaryIO) -> bytes | None:
    head = jobs.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    job = jobs.read(length)
    return job if len(job) == length else None


def _answer(job: bytes, cpu: int, largest: int) -> bytes:
    try:
        function, args = pickle.loads(job)  # noqa: S301  # written by our parent; imports what the function needs
        _limit_time(cpu)
        result = pickle.dumps(("done", function(*args)), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps(("memory", ""))
    except Exception as error:  # noqa: BLE001  # parsers raise anything on mutated input
        return _raised(error)
    return result if len(result) <= largest else pickle.dumps(("large", ""))


def _raised(error: Exception) -> bytes:
    report = "".join(traceback.format_exception(error, limit=-20))
    return pickle.dumps(("raised", (type(error).__name__, report)))


def _send(results: BinaryIO, answer: bytes) -> None:
    results.write(LENGTH.pack(len(answer)))
    results.write(answer)
    results.flush()


if __name__ == "__main__":
    main()
