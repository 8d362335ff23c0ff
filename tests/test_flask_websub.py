"""A publisher and hub of another codebase (Flask-WebSub), with us as the subscriber."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.support.configs import free_port
from tests.support.waiting import until
from tests.test_subscriber import Town, stored, subscriptions

pytestmark = pytest.mark.usefixtures("warm_workers")

PROJECT = Path(__file__).parent.parent
PLACES = (
    Path(sys.prefix) / "moto/bin/python",
    PROJECT / ".venv/moto/bin/python",
    Path(os.environ.get("FLASK_WEBSUB", "-")),
)


class FlaskHub:
    """Flask-WebSub in a process of its own."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    async def publish(self, key: str, title: str) -> None:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/publish", data={"key": key, "title": title}) as answer,
        ):
            assert answer.status == 204

    async def subscribers(self) -> list[str] | None:
        """None while it does not answer."""
        try:
            async with aiohttp.ClientSession() as session, session.get(f"{self.url}/subscribers") as answer:
                found: list[str] = await answer.json()
                return found
        except aiohttp.ClientConnectionError:
            return None


@contextmanager
def flask_hub(folder: Path) -> Iterator[FlaskHub]:
    program = next((place for place in PLACES if place.exists() and _has_it(place)), None)
    if program is None:
        assert not os.environ.get("CI"), "Flask-WebSub is missing; `make test` installs it"
        pytest.skip("Flask-WebSub is not installed")
    port = free_port()
    script = PROJECT / "tests" / "support" / "flask_hub.py"
    with (folder / "flask.log").open("wb") as log:
        command = [program, script, str(port), str(folder / "hub.db")]
        with subprocess.Popen(command, stdout=log, stderr=log) as process:
            try:
                yield FlaskHub(port)
            finally:
                process.terminate()


def _has_it(python: Path) -> bool:
    return subprocess.run([python, "-c", "import flask_websub"], capture_output=True, check=False).returncode == 0


async def test_flask_websub_pushes_to_us(tmp_path):
    with flask_hub(tmp_path) as hub:
        await until(lambda: answers(hub))
        town = Town(tmp_path, hub)
        async with town.at_work() as service:
            await until(hub.subscribers)
            await until(lambda: active(service))
            await hub.publish("zwei", "Zwei")
            await until(lambda: has(service, ["Eins", "Zwei"]))
            await hub.publish("eins", "Eins & mehr")
            await until(lambda: has(service, ["Eins & mehr", "Zwei"]))
            (one,) = await subscriptions(service)
            assert (one.pushes, one.forged) == (2, 0)
            town.write(more="push = false")
            await until(lambda: nobody(hub))
            assert [one.phase for one in await subscriptions(service)] == ["ended"]


async def answers(hub):
    return await hub.subscribers() is not None


async def nobody(hub):
    return await hub.subscribers() == []


async def active(service):
    return [one.phase for one in await subscriptions(service)] == ["active"]


async def has(service, titles):
    return await stored(service) == titles
