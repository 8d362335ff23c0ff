"""The idle service with the sample sources: memory of all its processes, and how soon it answers first."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.result import Result, at_most

SHIPPED = Path(__file__).parent.parent / "config.toml"
SETTLED = 25  # seconds after which the first harvest is over and the parse workers have ended
STARTS = 3


def measure() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        port = _configure(Path(folder))
        seconds = []
        for start in range(STARTS):
            process = _start(folder)
            seconds.append(_first_answer(port))
            if start == STARTS - 1:
                time.sleep(SETTLED)
                memory = _resident(process.pid)
            process.send_signal(signal.SIGINT)
            process.wait(20)
    return [
        at_most("idle: resident memory of all processes (MiB)", memory, 130),
        at_most("start to first answer (seconds)", sorted(seconds)[STARTS // 2], 2),
    ]


def _configure(folder: Path) -> int:
    """The shipped configuration on free ports."""
    port, demo = _free_port(), _free_port()
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new in (("8080", str(port)), ("8090", str(demo))):
        assert old in text
        text = text.replace(old, new)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return port


def _start(folder: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "syndicator", "run", "--quiet"], cwd=folder, env=os.environ)


def _first_answer(port: int) -> float:
    began = time.perf_counter()
    while True:
        with contextlib.suppress(URLError, ConnectionError), urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
            return time.perf_counter() - began
        time.sleep(0.01)


def _resident(pid: int) -> float:
    """MiB of a process and all that it started."""
    children = (Path("/proc") / str(pid) / "task" / str(pid) / "children").read_text().split()
    own = int((Path("/proc") / str(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return own + sum(_resident(int(child)) for child in children)


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
