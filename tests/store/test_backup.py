"""A backup is whole whatever happens meanwhile, and a service begins anew from it."""

import sqlite3
import stat
import threading

import pytest

from syndicator.errors import SyndicatorError
from syndicator.store import facts
from syndicator.store.backup import back_up
from syndicator.store.database import Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "news.db")
    yield store
    store.close()


async def test_a_store_begins_anew_from_a_backup_made_while_another_wrote(store, tmp_path):
    await store.write(facts.set_fact, "before", "kept")
    stop, copy = threading.Event(), tmp_path / "copy.db"

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            store.post(facts.set_fact, "number", str(number))
            store.post(facts.set_fact, "twin", str(number))
            stop.wait(0.001)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert back_up(store.path, copy) == 0
    finally:
        stop.set()
        writer.join()
    restored = Store(copy)
    try:
        assert await restored.read(facts.get_fact, "before") == "kept"
        await restored.write(facts.set_fact, "after", "written")
        assert await restored.read(facts.get_fact, "after") == "written"
    finally:
        restored.close()


def test_a_backup_is_one_file_for_its_owner_alone(store, tmp_path):
    (tmp_path / "backups").mkdir()
    copy = tmp_path / "backups" / "copy.db"
    back_up(store.path, copy)
    assert [file.name for file in copy.parent.iterdir()] == ["copy.db"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_backup_replaces_no_file(store, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_text("last week's")
    with pytest.raises(SyndicatorError, match=r"copy\.db is there already"):
        back_up(store.path, copy)
    assert copy.read_text() == "last week's"


def test_without_a_database_there_is_nothing_to_copy(tmp_path):
    with pytest.raises(SyndicatorError, match="Nothing is stored yet"):
        back_up(tmp_path / "none.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_makes_no_backup(store, tmp_path):
    store.close()
    damaged = bytearray(store.path.read_bytes())
    with sqlite3.connect(store.path) as conn:
        (page,) = conn.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'articles_due'").fetchone()
        (size,) = conn.execute("PRAGMA page_size").fetchone()
    conn.close()
    damaged[(page - 1) * size : page * size] = b"\xff" * size
    store.path.write_bytes(damaged)
    with pytest.raises(SyndicatorError, match="cannot be read"):
        back_up(store.path, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_folder_that_is_not_there_is_told(store, tmp_path):
    with pytest.raises(SyndicatorError, match="cannot be written"):
        back_up(store.path, tmp_path / "nowhere" / "copy.db")
