import pytest

from tests.support.city import a_city


@pytest.fixture
async def city(tmp_path):
    async with a_city(tmp_path) as made:
        yield made
