"""A real S3 server on loopback, moto's, in a process and an environment of its own."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path

import pytest

from tests.support.configs import free_port

PROJECT = Path(__file__).parent.parent.parent
PLACES = (Path(sys.prefix) / "moto/bin/moto_server", PROJECT / ".venv/moto/bin/moto_server")


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of an S3 server without buckets."""
    program = next((place for place in PLACES if place.exists()), None)
    if program is None:
        assert not os.environ.get("CI"), "moto_server is missing; `make test` installs it"
        pytest.skip("moto_server is not installed")
    port = free_port()
    command = [program, "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(f"{address}/moto-api/", process)
            yield address
        finally:
            process.terminate()


def make_bucket(server: str, name: str) -> None:
    """A bucket whose objects everybody may read."""
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    request("PUT", f"{server}/{name}")
    request("PUT", f"{server}/{name}?policy", json.dumps({"Version": "2012-10-17", "Statement": [allowed]}).encode())


def request(method: str, address: str, body: bytes | None = None) -> tuple[Message, bytes]:
    """An object's header fields and bytes, as any client gets them."""
    asked = urllib.request.Request(address, body, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return answer.headers, answer.read()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 40
    while True:
        assert process.poll() is None, "moto_server ended by itself"
        assert time.monotonic() < end, "moto_server does not answer"
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
