"""What the tests of the workers have run in a worker: importable by name, as a parser is."""

import os
import signal
import sys
import time
from pathlib import Path


def measure(body):
    return len(body)


def add(*numbers):
    return sum(numbers)


def identify():
    return os.getpid()


def dawdle(seconds, name):
    time.sleep(seconds)
    return name, os.getpid()


def raise_it(error):
    raise error


def raise_own():
    class OwnError(Exception):
        """One that cannot be pickled."""

    raise OwnError("„ä“ \udcff")


def compute_for(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return os.getpid()


def eat(size):
    return len(bytearray(size))


def nest(depth):
    return nest(depth + 1)


def swell(size):
    return b"x" * size


def die(number):
    os.kill(os.getpid(), number)


def leave(status):
    os._exit(status)


def chatter(text):
    print(text)  # noqa: T201  # as libraries do
    os.write(1, text.encode())
    sys.stdout.flush()
    return text


def read_everything():
    return os.read(0, 100), sys.stdin.read()


def a_lambda():
    return lambda: None


def look_around():
    return dict(os.environ), str(Path.cwd()), signal.getsignal(signal.SIGINT), os.getsid(0) == os.getpid()


def say(rules, text):
    return rules, text
