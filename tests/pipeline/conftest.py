import pytest
from sqlite_utils import Database

from syndicator.store.database import connect
from syndicator.store.schema import migrations
from tests.support.city import a_city
from tests.support.configs import a_config


@pytest.fixture
def db(tmp_path):
    database = Database(connect(tmp_path / "syndicator.db"))
    migrations.apply(database)
    yield database
    database.conn.close()


@pytest.fixture
def config(tmp_path):
    return a_config(tmp_path)


@pytest.fixture
async def city(tmp_path):
    async with a_city(tmp_path) as made:
        yield made
