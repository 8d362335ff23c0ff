import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from syndicator.errors import SyndicatorError
from syndicator.store import facts
from syndicator.store.database import Store


async def test_what_is_written_can_be_read(store):
    await store.write(facts.set_fact, "colour", "blue")
    assert await store.read(facts.get_fact, "colour") == "blue"
    assert await store.read(facts.get_fact, "unknown") == ""


async def test_a_write_that_raises_leaves_nothing_behind(store):
    def half(db):
        facts.set_fact(db, "colour", "blue")
        raise ValueError

    with pytest.raises(ValueError):
        await store.write(half)
    assert await store.read(facts.get_fact, "colour") == ""
    await store.write(facts.set_fact, "colour", "green")
    assert await store.read(facts.get_fact, "colour") == "green"


async def test_writes_of_many_tasks_are_not_lost(store):
    def add(db):
        facts.set_fact(db, "count", str(int(facts.get_fact(db, "count") or 0) + 1))

    await asyncio.gather(*(store.write(add) for _ in range(50)))
    assert await store.read(facts.get_fact, "count") == "50"


async def test_a_post_is_written_before_the_store_closes(tmp_path):
    store = Store(tmp_path / "store.db")
    store.post(facts.set_fact, "colour", "blue")
    store.close()
    again = Store(tmp_path / "store.db")
    assert await again.read(facts.get_fact, "colour") == "blue"
    again.close()


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(SyndicatorError, match="cannot be used") as raised:
        Store(tmp_path / "missing" / "store.db")
    assert "[store] path" in raised.value.hint


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    path = tmp_path / "store.db"
    path.write_bytes(b"This is a letter, and no database at all. " * 50)
    with pytest.raises(SyndicatorError, match="cannot be used") as raised:
        Store(path)
    assert "backup" in raised.value.hint
    assert path.read_bytes().startswith(b"This is a letter")


async def test_a_database_that_another_program_holds_is_told_as_such(store):
    await store.write(lambda db: db.execute("PRAGMA busy_timeout = 50") and None)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SyndicatorError, match="another program") as raised:
            await store.write(facts.set_fact, "colour", "blue")
    assert "backup" in raised.value.hint
    await store.write(facts.set_fact, "colour", "green")
    assert await store.read(facts.get_fact, "colour") == "green"


async def test_a_full_disk_is_told_as_such_and_the_store_goes_on_when_there_is_room(store):
    pages = await store.write(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    await store.write(lambda db: db.execute(f"PRAGMA max_page_count = {pages}").fetchone())
    with pytest.raises(SyndicatorError, match="disk is full"):
        await store.write(facts.set_fact, "colour", "blue" * 10**6)
    await store.write(lambda db: db.execute("PRAGMA max_page_count = 100000").fetchone())
    await store.write(facts.set_fact, "colour", "green")
    assert await store.read(facts.get_fact, "colour") == "green"


async def test_a_database_that_may_only_be_read_is_told_as_such(store):
    await store.write(lambda db: db.execute("PRAGMA query_only = 1") and None)
    with pytest.raises(SyndicatorError, match="cannot be written"):
        await store.write(facts.set_fact, "colour", "blue")


async def test_a_transaction_that_cannot_be_undone_does_not_hide_why_it_failed(store):
    def fail(db):
        facts.set_fact(db, "colour", "blue")
        db.conn.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_TRANSACTION else 0)
        raise ValueError("the cause")

    with pytest.raises(ValueError, match="the cause"):
        await store.write(fail)
    await store.write(facts.set_fact, "size", "small")
    assert await store.read(facts.get_fact, "colour") == ""
    assert await store.read(facts.get_fact, "size") == "small"


async def test_writes_that_wait_together_are_committed_together_and_fail_alone(store):
    statements = []
    begun, held = threading.Event(), threading.Event()

    def hold(db):
        begun.set()
        held.wait(10)
        db.conn.set_trace_callback(statements.append)

    def fail(db):
        facts.set_fact(db, "colour", "green")
        raise ValueError("the cause")

    first = asyncio.ensure_future(store.write(hold))
    await asyncio.to_thread(begun.wait)
    others = [
        asyncio.ensure_future(store.write(facts.set_fact, "colour", "blue")),
        asyncio.ensure_future(store.write(fail)),
        asyncio.ensure_future(store.write(facts.get_fact, "colour")),
        asyncio.ensure_future(store.write(facts.set_fact, "size", "small")),
    ]
    await asyncio.sleep(0)
    held.set()
    await first
    blue, failed, seen, small = await asyncio.gather(*others, return_exceptions=True)
    assert (blue, small, seen) == (None, None, "blue")
    assert isinstance(failed, ValueError)
    assert statements.count("BEGIN IMMEDIATE") == 1
    assert await store.read(facts.get_fact, "colour") == "blue"
    assert await store.read(facts.get_fact, "size") == "small"


async def test_when_the_disk_is_full_no_write_of_those_committed_together_is_told_to_have_succeeded(store):
    begun, held = threading.Event(), threading.Event()
    first = asyncio.ensure_future(store.write(lambda _: (begun.set(), held.wait(10))))
    await asyncio.to_thread(begun.wait)

    def fill(db):
        db.conn.execute(f"PRAGMA max_page_count = {db.conn.execute('PRAGMA page_count').fetchone()[0]}")
        facts.set_fact(db, "large", "x" * 2**20)

    small, large = (
        asyncio.ensure_future(store.write(facts.set_fact, "size", "small")),
        asyncio.ensure_future(store.write(fill)),
    )
    await asyncio.sleep(0)
    held.set()
    await first
    outcomes = await asyncio.gather(small, large, return_exceptions=True)
    kept = await store.read(facts.get_fact, "size")
    assert isinstance(outcomes[1], SyndicatorError)
    assert "disk is full" in str(outcomes[1])
    assert kept == ("small" if outcomes[0] is None else "")


_FIRST_START = """
import sys, time
from pathlib import Path
from syndicator.store.database import Store
print("ready", flush=True)
sys.stdin.readline()
for n in range(25):
    Store(Path(sys.argv[1]) / f"{n}.db").close()
"""


def test_two_processes_that_start_together_make_one_database(tmp_path):
    command = [sys.executable, "-c", _FIRST_START, str(tmp_path)]
    pair = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in "12"
    ]
    for process in pair:
        assert process.stdout.readline() == "ready\n"
    for process in pair:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate()[1] for process in pair]
    assert said == ["", ""]


_WRITER = """
import asyncio, sys
from pathlib import Path
from syndicator.store.database import Store
from syndicator.store import facts

async def main():
    store = Store(Path(sys.argv[1]))
    def pair(db, n):
        facts.set_fact(db, "left", str(n))
        facts.set_fact(db, "right", str(n))
    for n in range(100000):
        await store.write(pair, n)
        print(n, flush=True)

asyncio.run(main())
"""


async def test_a_killed_writer_leaves_whole_transactions(tmp_path):
    path = tmp_path / "store.db"
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE)
        for _ in range(20):
            said = int(process.stdout.readline())
        time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        store = Store(path)
        left, right = await store.read(facts.get_fact, "left"), await store.read(facts.get_fact, "right")
        store.close()
        assert left == right
        assert int(left) >= said
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
