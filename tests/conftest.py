import os
import shutil
import signal
import sys
import tempfile

import pytest
from hypothesis import settings
from sqlite_utils import Database

from syndicator.store.database import Store, connect
from syndicator.store.schema import migrations
from tests.support import warm
from tests.support.configs import a_config

# The gate looks at the same examples each time, so that a change fails for what it changed; elsewhere chance goes on looking.
# EXAMPLES=1000 looks at more of them than there is time for each time.
EXAMPLES = int(os.environ.get("EXAMPLES", "50"))
settings.register_profile("gate", derandomize=True, deadline=None, max_examples=EXAMPLES)
settings.register_profile("search", deadline=None, max_examples=EXAMPLES)
settings.load_profile("gate" if os.environ.get("CI") else "search")

# Without bytecode, each of the processes that tests start would compile the whole package anew: a second of computing.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# No test takes the power away, and waiting for the disk is most of the time of those that store or publish. Databases are
# synchronised by SQLite itself, so they lie in memory where there is room.
os.fsync = lambda _: None
if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", "/dev/shm")
    tempfile.tempdir = os.environ["PYTEST_DEBUG_TEMPROOT"]

# What a shell starts in the background ignores Ctrl-C, and so would all that is started from here.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionfinish():
    warm.end()


@pytest.fixture
def warm_workers(monkeypatch):
    """Services and commands that are run in this process parse in the shared worker."""
    for user in ("syndicator.workshop.Workers", "syndicator.cli.preview.Workers"):
        monkeypatch.setattr(user, warm.Warm)


@pytest.fixture
def config(tmp_path):
    return a_config(tmp_path)


@pytest.fixture
def db(tmp_path):
    database = Database(connect(tmp_path / "store.db"))
    migrations.apply(database)
    yield database
    database.conn.close()


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "store.db")
    yield opened
    opened.close()
