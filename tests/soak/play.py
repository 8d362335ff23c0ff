"""The convergence test: instances that read each other while articles come and go, processes are killed and links are cut.

Afterwards all have to hold the same: each article once, with its last text, and what was taken back is taken back. Then one
goes for good, and no hub is to go on telling it what is new.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from random import Random
from urllib.error import URLError
from urllib.request import urlopen

from syndicator.ingest.identity import words
from tests.soak.cities import City, serve
from tests.soak.instances import JOINT, Instance
from tests.soak.wires import Wires
from tests.support.configs import free_port

_ACTIONS = {"publish": 45, "correct": 25, "withdraw": 12, "kill": 8, "cut": 10}


@dataclass(frozen=True)
class Size:
    """`pause`: seconds between two actions on average; `every` and `own_every`: how often partners and the own city are polled;
    `patience`: seconds to converge. `by_city`: partners are read city by city, and not for all that they have. `partners`: how
    many each reads, in a ring; 0 are all.
    """

    instances: int
    seconds: float
    pause: float
    every: str
    own_every: str
    patience: float
    by_city: bool = False
    partners: int = 0


LARGE = Size(10, 60, 0.4, "5s", "2s", 240)
SMALL = Size(3, 3, 0.12, "1s", "1s", 30)


@dataclass
class Outcome:
    """`apart`: what is not as it should be when patience is over, in sentences. `seconds`: until all were alike."""

    actions: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    withdrawn: int = 0
    pushes: int = 0
    seconds: float = 0.0
    apart: list[str] = field(default_factory=list)


class Network:
    """All instances with their cities and what lies between them."""

    def __init__(self, folder: Path, size: Size, seed: int) -> None:
        self.size, self.chance = size, Random(seed)
        net, port = 40 + seed % 200, free_port()
        self.wires = Wires()
        self.instances = []
        for number in range(1, size.instances + 1):
            city = City(number, f"127.{net}.0.{number}", number % 2 == 0, Random(f"{seed} {number}"))
            self.instances.append(Instance(city, folder / str(number), net, port))
        self.cities = [one.city for one in self.instances]
        self._cities_port = free_port()
        self._tasks: set[asyncio.Task[None]] = set()

    async def play(self) -> Outcome:
        outcome = Outcome()
        async with self.opened():
            await self._act(outcome)
            self.wires.mend()
            await asyncio.gather(*self._tasks)
            began = time.monotonic()
            outcome.apart = await self._wait_for(self.apart)
            outcome.seconds = time.monotonic() - began
            outcome.pushes = sum(map(_pushes, self.instances))
            outcome.apart += [] if outcome.apart else await self._lose_one()
        pieces = [piece for city in self.cities for piece in city.pieces.values()]
        outcome.articles, outcome.withdrawn = len(pieces), sum(piece.withdrawn for piece in pieces)
        return outcome

    async def _wait_for(self, left: Callable[[], list[str]]) -> list[str]:
        """Wait until nothing is left to be waited for; what is when patience is over."""
        end = time.monotonic() + self.size.patience
        while (said := await asyncio.to_thread(left)) and time.monotonic() < end:
            await asyncio.sleep(0.2)
        return said

    async def _lose_one(self) -> list[str]:
        """What was wrong when one instance went for good: its address says so at the next push, and none is to follow."""
        lost = self.instances.pop()
        lost.kill()
        self.wires.gone.add(lost.number)
        forgotten = f"SELECT topic, problem FROM subscriptions WHERE host LIKE '{lost.door}%'"
        for one in self.instances:
            one.city.publish()

        def still_told() -> list[str]:
            told = ((one.number, one.ask(forgotten)) for one in self.instances)
            return [f"the hub of {number} still tells one that is gone: {rows}" for number, rows in told if rows]

        if wrong := await self._wait_for(still_told):
            return wrong
        pushes = self.wires.pushes
        for one in self.instances:
            one.city.publish()
        wrong = await self._wait_for(self.apart)
        more = self.wires.pushes - pushes
        return [*wrong, *([f"hubs pushed {more} times to one that had said it is gone"] if more else [])]

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """All of them running, each with one article of its own."""
        async with AsyncExitStack() as stack:
            cities = await serve(self.cities, "127.0.0.1", self._cities_port)
            stack.push_async_callback(cities.cleanup)
            for one in self.instances:
                await stack.enter_async_context(self.wires.door(one.number, one.door, one.host, one.port))
                one.city.publish()
                feed = f"http://127.0.0.1:{self._cities_port}/{one.number}/feed.xml"
                size, others = self.size, [*self.instances[one.number :], *self.instances[: one.number - 1]]
                one.configure(others[: size.partners or None], feed, size.every, size.own_every, by_city=size.by_city)
                stack.callback(one.kill)
                one.start()
            await asyncio.gather(*(_answers(one) for one in self.instances))
            yield

    async def _act(self, outcome: Outcome) -> None:
        end = time.monotonic() + self.size.seconds
        while time.monotonic() < end:
            (action,) = self.chance.choices(list(_ACTIONS), _ACTIONS.values())
            one = self.chance.choice(self.instances)
            match action:
                case "publish":
                    one.city.publish()
                case "correct":
                    one.city.correct()
                case "withdraw":
                    one.city.withdraw()
                case "kill" if one.process:
                    one.kill()
                    self._later(one.start)
                case "cut":
                    other = self.chance.choice([other for other in self.instances if other is not one])
                    self.wires.sever(one.number, other.number)
                    self._later(lambda link=(one.number, other.number): self.wires.cut.discard(link))
            outcome.actions[action] += 1
            await asyncio.sleep(self.chance.expovariate(1 / self.size.pause))

    def _later(self, act: Callable[[], None]) -> None:
        wait = self.chance.uniform(0.1, self.size.seconds / 4)

        async def then() -> None:
            await asyncio.sleep(wait)
            act()

        task = asyncio.create_task(then())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def apart(self) -> list[str]:
        """In what the stores and joint feeds differ from what the cities have published, in sentences."""
        found = [sentence for one in self.instances for sentence in self._differences(one)]
        if found:
            return found
        first, *others = [(one.number, _shown(one)) for one in self.instances]
        return [sentence for other in others if (sentence := _unlike(first, other))]

    def _differences(self, one: Instance) -> Iterator[str]:
        held: dict[str, list[tuple[str, str, str]]] = {}
        for id_, *state in one.articles():
            held.setdefault(id_, []).append(tuple(state))
        pieces = {piece.id: piece for city in self.cities for piece in city.pieces.values()}
        for id_ in held.keys() - pieces.keys():
            yield f"{one.number} has {id_}, which nobody published: {held[id_]}"
        for id_, piece in pieces.items():
            states = held.get(id_, [])
            if len(states) > 1:
                yield f"{one.number} has {id_} {len(states)} times"
            elif piece.withdrawn and states and states[0][0] != "retracted":
                yield f"{one.number} has {id_} still as {states[0][0]}, which was withdrawn"
            elif not piece.withdrawn and not states:
                yield f"{one.number} lacks {id_}"
            elif not piece.withdrawn and states[0][:2] != ("live", piece.title):
                yield f"{one.number} has {id_} as {states[0][:2]}, not as {piece.title!r}"
            elif not piece.withdrawn and words(states[0][2]).split() != words(piece.body).split():
                yield f"{one.number} has another text of {id_}"


def _shown(one: Instance) -> list[tuple[str, str, str, str]]:
    """The live entries of the joint feed as its file has them."""
    items = json.loads(one.published(f"{JOINT}.json"))["items"]
    return [
        (item["id"], item["title"], item["content_html"], item["_syndicator"]["city"])
        for item in items
        if "withdrawn" not in item["_syndicator"]
    ]


def _unlike(one: tuple[int, list[tuple[str, ...]]], other: tuple[int, list[tuple[str, ...]]]) -> str:
    """What is the first difference between the joint feeds of two instances, "" where there is none."""
    for place, (here, there) in enumerate(zip_longest(one[1], other[1]), 1):
        if here != there:
            return f"place {place} of the joint feed is {here} at {one[0]} and {there} at {other[0]}"
    return ""


def _pushes(one: Instance) -> int:
    return one.ask("SELECT coalesce(sum(pushes), 0) FROM topics")[0][0]


async def _answers(one: Instance) -> None:
    def asks() -> bool:
        try:
            with urlopen(f"http://{one.host}:{one.port}/healthz", timeout=1):
                return True
        except (URLError, OSError):
            return False

    end = time.monotonic() + 60
    while not await asyncio.to_thread(asks):
        assert time.monotonic() < end, f"{one.number} does not answer: {one.log()[-2000:]}"
        await asyncio.sleep(0.1)
