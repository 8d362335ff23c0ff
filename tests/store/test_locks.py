"""Locks among processes: real ones, ended as they end in life."""

import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from syndicator.errors import SyndicatorError
from syndicator.store.locks import Locks

HOLD = """
import sys
from pathlib import Path
from syndicator.store.locks import Locks
locks = Locks(Path(sys.argv[1]))
print(locks.try_lock(sys.argv[2]), flush=True)
locks.note(sys.argv[2], float(sys.argv[3]))
print(flush=True)
sys.stdin.readline()
"""


@contextmanager
def another(path, name, instant=0.0):
    """Another process that has locked the name."""
    command = [sys.executable, "-c", HOLD, str(path), name, str(instant)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "True\n"
        process.stdout.readline()
        yield process
        process.kill()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.db"


@pytest.fixture
def locks(path):
    locks = Locks(path)
    yield locks
    locks.close()


def test_what_another_process_has_locked_is_not_ours_and_other_names_are(locks, path):
    with another(path, "one"):
        assert not locks.try_lock("one")
        assert locks.is_held_elsewhere("one")
        assert locks.try_lock("two")
        assert not locks.is_held_elsewhere("two")


def test_a_killed_process_holds_nothing(locks, path):
    with another(path, "one") as process:
        process.kill()
        process.wait()
        assert locks.try_lock("one")


def test_looking_whether_a_name_is_held_leaves_it_as_it_was(locks, path):
    assert locks.try_lock("one")
    assert not locks.is_held_elsewhere("one")
    assert not locks.is_held_elsewhere("two")
    command = [sys.executable, "-c", HOLD, str(path), "one", "0"]
    done = subprocess.run(command, input="\n", capture_output=True, text=True, check=True)
    assert done.stdout.startswith("False")
    locks.unlock("one")
    with another(path, "one"):
        assert locks.is_held_elsewhere("one")


def test_an_instant_noted_by_one_process_is_known_to_the_other(locks, path):
    assert locks.noted("one") == 0
    now = time.monotonic()
    with another(path, "one", now):
        assert locks.noted("one") == now


def test_a_file_that_cannot_be_made_is_one_sentence(tmp_path):
    with pytest.raises(SyndicatorError, match="cannot be written"):
        Locks(tmp_path / "nowhere" / "store.db")
