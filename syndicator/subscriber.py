"""The subscriber's side of WebSub at work: asks hubs, answers them, and takes what they push.

What is stored is the truth; the copy here tells without a question whose address a request is for, and whether it is
anybody's. All decisions are those of `ingest/subscription.py`.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from sqlite_utils import Database

from syndicator.config import Config, Source
from syndicator.errors import SyndicatorError
from syndicator.ingest import subscription as steps
from syndicator.ingest.hubs import links, objection
from syndicator.ingest.reading.feed import read_feed
from syndicator.ingest.signatures import is_signed
from syndicator.ingest.sources import can_be_pushed
from syndicator.model import Announced, HubSubscription, Parse, Response
from syndicator.pipeline.visit import Visit
from syndicator.serve.callbacks import PATH, Phase, Push, Received
from syndicator.store import hub_subscriptions as store
from syndicator.visits import Visits, tell
from syndicator.workshop import Workshop

log = logging.getLogger(__name__)

_ASKED_AT_ONCE = 4
_LATELY, _MOST_LATELY = timedelta(days=1), 8  # subscriptions that a feed which goes on changing its hub may begin
_LONGEST_SLEEP = 30.0  # seconds, so that a clock that was set is noticed
_AFTER_A_FAULT = 10.0
_WARM = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>.</title></feed>'


class Subscriber:
    """Keeps the subscriptions of all sources. `changed` of `visits` is set when a push brought something to publish."""

    def __init__(self, config: Config, shop: Workshop, visits: Visits) -> None:
        self._config = config
        self._shop = shop
        self._visits = visits
        self._sources: Mapping[str, Source] = {}
        self._announced: dict[str, Announced] = {}
        self._known: dict[str, HubSubscription] = {}
        self._ids: dict[str, dict[str, None]] = {}  # those of each source, in the order in which they began
        self._changed = asyncio.Event()
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._begun = False
        self._told: dict[tuple[str, str], datetime] = {}  # of whom the log told what, and when

    async def begin(self) -> None:
        """Go on where the last run ended."""
        now = self._shop.now()
        self._announced = await self._shop.store.read(store.announced)
        for stored in await self._shop.store.read(store.all_subscriptions):
            self._note(steps.woken(stored, now, random.random()))  # noqa: S311
        self._visits.after = self.visited
        self._begun = True
        self._changed.set()
        await self.adopt(self._config)

    async def adopt(self, config: Config) -> None:
        """Subscribe to what this configuration has from now on, and to nothing else."""
        self._config = config
        self._sources = {source.name: source for source in config.sources}
        followed = {one.source for one in self._known.values() if one.is_open}
        for name in sorted(followed | self._announced.keys()):
            await self._settle(name)

    # ------------------------------------------------------------ what is wanted

    async def visited(self, source: Source, visit: Visit, began: datetime) -> timedelta | None:
        """Note what a visit showed; returns how long the next one may wait, as pushes bring what is new."""
        if visit.harvest.failed or not can_be_pushed(source):
            return None
        if not visit.harvest.unchanged:
            self._hear(source.name, Announced(visit.harvest.hubs, visit.harvest.topic))
            await self._settle(source.name)
        current = self._current(source.name)
        if current and current.phase == "active":
            found = bool(visit.tally)
            now = self._shop.now()
            await self._step(current.id, lambda one: steps.visited(one, began, now, found=found))
            if found and current.pushed and not current.late:
                log.info("%s: a visit found what its hub had not pushed; it is visited as usual.", source.name)
        return self._safety_net(source)

    def _hear(self, name: str, said: Announced) -> None:
        if said.hubs:
            self._announced[name] = said
        else:
            self._announced.pop(name, None)

    def _wanted(self, source: Source | None) -> Announced:
        """The hubs that can be asked for this source, and its topic."""
        said = self._announced.get(source.name) if source else None
        if source is None or said is None or not (source.enabled and source.push and can_be_pushed(source)):
            return Announced((), "")
        site = self._config.site.url
        hubs = tuple(h for h in said.hubs if not objection(site, h, source.url, private=source.allow_private))
        return Announced(hubs, said.topic)

    async def _settle(self, name: str) -> None:
        """Begin the subscription that is wanted, and leave those that are not. Costs nothing where there is neither."""
        source = self._sources.get(name)
        wanted, now, site = self._wanted(source), self._shop.now(), self._config.site.url
        kept = None
        of_it = self._of(name)
        for one in [one for one in of_it if one.is_open]:
            fits = one.hub in wanted.hubs and one.topic == wanted.topic and kept is None
            if fits and source and (one.home, one.private, one.site) == (source.url, source.allow_private, site):
                kept = one
                continue
            await self._step(one.id, lambda stored: steps.left(stored, now))
            if source and one.home != source.url:  # what the feed at its old address said is of no use
                self._announced.pop(name, None)
                wanted = Announced((), "")
        lately = [one for one in of_it if now - one.begun < _LATELY]
        if source and wanted.hubs and kept is None and len(lately) < _MOST_LATELY:
            id_, secret = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
            begun = steps.begun(source, site, wanted.hubs[0], wanted.topic, id_=id_, secret=secret, now=now)
            await self._shop.store.write(store.save, begun)
            self._note(begun)

    def _current(self, name: str) -> HubSubscription | None:
        return next((one for one in self._of(name) if one.is_open), None)

    def _of(self, name: str) -> list[HubSubscription]:
        return [self._known[id_] for id_ in self._ids.get(name, ())]

    def _safety_net(self, source: Source) -> timedelta | None:
        current = self._current(source.name)
        if current is None or source.every is None:
            return None
        return steps.safety_net(current, source.every, self._shop.now())

    # ------------------------------------------------------------ asking hubs

    async def keep_subscribed(self) -> None:
        """Endless: ask hubs when it is time to, and keep a worker at hand while something may be pushed."""
        while True:
            wait = _AFTER_A_FAULT
            self._changed.clear()
            try:
                await self._keep_warm()
                wait = await self._do_what_is_due()
            except SyndicatorError as error:
                log.error("Subscriptions could not be looked after, and it is tried again: %s", error)  # noqa: TRY400
            except Exception:
                log.exception("Subscriptions could not be looked after, and it is tried again.")
            try:
                async with asyncio.timeout(wait if self._known else None):
                    await self._changed.wait()
            except TimeoutError:
                pass

    async def drain(self) -> None:
        """Ask no hub any more; what was under way is made up for after the next start."""
        for task in list(self._asking.values()):
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def _keep_warm(self) -> None:
        active = any(one.phase == "active" for one in self._known.values())
        workers = self._shop.workers
        workers.keep(one=active)
        if active and not workers.is_warm:  # what it needs is imported with the first job
            zone, now = self._config.site.timezone, self._shop.now()
            await workers.run(Parse(read_feed, (_WARM, self._config.site.url, "", zone, now)))

    async def _do_what_is_due(self) -> float:
        """Returns after how many seconds there is more to do."""
        now = self._shop.now()
        for one in list(self._known.values()):
            after = steps.passed(one, now)
            if after is None:
                await self._shop.store.write(store.forget, one.id)
                self._forget(one.id)
            elif after is not one:
                await self._step(one.id, lambda stored: steps.passed(stored, now))
                if after.phase == "asking":
                    await self._take_over(one.source, after.problem)
        due = [one for one in self._known.values() if steps.mode(one, now) and one.id not in self._asking]
        waiting = {one.id for one in due}
        for one in due[: _ASKED_AT_ONCE - len(self._asking)]:
            self._asking[one.id] = asyncio.create_task(self._ask(one.id), name=f"ask the hub of {one.source}")
            self._asking[one.id].add_done_callback(partial(self._asked, one.id))
        ahead = [steps.next_look(one) for one in self._known.values() if one.id not in waiting | self._asking.keys()]
        first = min(ahead, default=now + timedelta(seconds=_LONGEST_SLEEP))
        return min(max((first - now).total_seconds(), 0.05), _LONGEST_SLEEP)

    def _asked(self, id_: str, task: asyncio.Task[None]) -> None:
        del self._asking[id_]
        if not task.cancelled() and (error := task.exception()):
            log.error("A hub could not be asked: %s", error, exc_info=error)
        self._changed.set()

    async def _ask(self, id_: str) -> None:
        """Ask one hub for what is due."""
        try:
            await self._ask_now(id_)
        except SyndicatorError as error:
            log.error("%s: its hub could not be asked: %s", self._known[id_].source, error)  # noqa: TRY400
            await asyncio.sleep(_AFTER_A_FAULT)

    async def _ask_now(self, id_: str) -> None:
        """The request is noted before it is sent, as the hub may verify it before it answers."""
        one, now = self._known[id_], self._shop.now()
        wanted = steps.mode(one, now)
        hubs = self._wanted(self._sources.get(one.source)).hubs
        fresh = secrets.token_urlsafe(32)
        noted = await self._step(id_, lambda stored: steps.asking(stored, now, steps.pick(hubs, stored), fresh))
        if noted is None or wanted is None:
            return
        failed = await self._shop.client.submit(noted.hub, self._form(noted, wanted), _guard(noted))
        chance = random.random()  # noqa: S311
        then = self._shop.now()
        after = await self._step(id_, lambda stored: steps.answered(stored, failed, then, chance))
        if failed and after and after.problem:
            log.warning("%s: its hub could not be asked to %s: %s", one.source, wanted, failed.reason)

    @staticmethod
    def _form(one: HubSubscription, wanted: steps.Mode) -> dict[str, str]:
        form = {
            "hub.mode": wanted,
            "hub.topic": one.topic,
            "hub.callback": f"{one.site}{PATH}{one.id}",
        }
        if wanted == "subscribe":
            form |= {"hub.lease_seconds": str(int(steps.LEASE.total_seconds())), "hub.secret": one.secret}
        return form

    # ------------------------------------------------------------ answering hubs

    def phase(self, id_: str) -> Phase:
        """Whose address this is: "" for nobody's, "not yet" while nobody knows."""
        if not self._begun:
            return "not yet"
        one = self._known.get(id_)
        return "" if one is None else "open" if one.is_open else "ended"

    async def verify(self, id_: str, mode: str, topic: str, lease: str) -> bool:
        """Whether we want what somebody asks for in our name (WebSub, 5.3)."""
        now, chance = self._shop.now(), random.random()  # noqa: S311
        before = self._known.get(id_)
        one = await self._step(id_, lambda stored: steps.verified(stored, mode, topic, lease, now, chance))
        if one is None:
            self._tell_once(id_, "somebody asks in its name for what was not asked for, and is denied")
            return False
        if one.phase == "active" and one.until and (before is None or before.phase != "active"):
            hub = steps.host(one.hub)
            log.info("%s: subscribed at %s until %s", one.source, hub, f"{one.until:%Y-%m-%d %H:%M} UTC")
        return True

    async def deny(self, id_: str, topic: str, reason: str) -> None:
        """The hub says that it does not serve us, or no longer."""
        now, chance = self._shop.now(), random.random()  # noqa: S311
        one = await self._step(id_, lambda stored: steps.denied(stored, topic, reason, now, chance))
        if one and one.is_open:
            log.warning("%s: %s; it is asked again later.", one.source, one.problem)
            await self._take_over(one.source, "")

    async def take(self, id_: str, push: Push) -> Received:
        """Read and store what was pushed, in its turn: pushes and visits of one source follow one another."""
        one = self._known.get(id_)
        source = self._sources.get(one.source) if one else None
        if one is None or source is None:
            return "ignored"
        if not any(is_signed(push.signature, one.secret, signed) for signed in {push.wire, push.body}):
            await self._note_forged(one, "is not signed as it should be")
            return "ignored"
        about = {address for address, rels in links(push.link, one.topic) if "self" in rels}
        if about and one.topic not in about:
            await self._note_forged(one, "is about another feed")
            return "ignored"
        digest = sha256(push.body).hexdigest()
        async with self._visits.turn(source.name):
            now = self._known.get(id_, one)
            if now.digest == digest:
                return "stored"  # again, as hubs repeat what they did not hear of
            try:
                return await self._store(now, source, push, digest)
            except SyndicatorError as error:
                log.error("%s: what was pushed could not be stored: %s", source.name, error)  # noqa: TRY400
                return "failed"

    async def _store(self, one: HubSubscription, source: Source, push: Push, digest: str) -> Received:
        noted: list[HubSubscription] = []
        now = self._shop.now()

        def note(db: Database) -> bool:
            after, stepped = store.change(db, one.id, lambda stored: steps.pushed(stored, digest, now))
            noted.extend([after] if after else [])
            return stepped

        response = Response(url=one.topic, status=200, headers={"content-type": push.content_type}, body=push.body)
        visit = await self._shop.visitor.take(source, response, note)
        for after in noted:
            self._note(after)
        if visit is None:
            return "ignored"
        tell(source, visit)
        if visit.tally:
            self._visits.changed.set()
        await self._visits.catch_up.consider(source, visit.harvest)
        if visit.harvest.failed:  # a hub may only say that there is something, and not what
            await self._take_over(source.name, "")
        return "stored"

    async def _note_forged(self, one: HubSubscription, what: str) -> None:
        now = self._shop.now()
        await self._step(one.id, lambda stored: steps.forged(stored, now))
        self._tell_once(one.id, f"what was pushed {what}, and is ignored")

    def tell_refused(self, id_: str, what: str) -> None:
        """What goes on behind "what was pushed" is told in the log."""
        self._tell_once(id_, f"what was pushed {what}")

    def _tell_once(self, id_: str, what: str) -> None:
        """One line an hour, however often it happens."""
        one, now = self._known.get(id_), self._shop.now()
        told = self._told.get((id_, what))
        if one and (told is None or not timedelta(0) <= now - told < timedelta(hours=1)):
            self._told[id_, what] = now
            log.warning("%s: %s; told once an hour.", one.source, what)

    # ------------------------------------------------------------ steps

    async def _step(
        self, id_: str, step: Callable[[HubSubscription], HubSubscription | None]
    ) -> HubSubscription | None:
        """Take a step in the store; None where there was none to take."""
        after, stepped = await self._shop.store.write(store.change, id_, step)
        if after is None:
            self._forget(id_)
        else:
            self._note(after)
        return after if stepped else None

    def _note(self, one: HubSubscription) -> None:
        before = self._known.get(one.id)
        self._known[one.id] = one
        self._ids.setdefault(one.source, {})[one.id] = None
        if before is None or (before.phase, before.due, before.until) != (one.phase, one.due, one.until):
            self._changed.set()

    def _forget(self, id_: str) -> None:
        if one := self._known.pop(id_, None):
            self._ids[one.source].pop(id_, None)
            self._told = {said: at for said, at in self._told.items() if said[0] != id_}

    async def _take_over(self, name: str, problem: str) -> None:
        """Pushes cannot be relied on any more: the next visit comes at its usual time."""
        if problem:
            log.warning("%s: %s; it is visited as usual.", name, problem)
        source = self._sources.get(name)
        if source and source.enabled:
            await self._visits.hurry(source)


def _guard(one: HubSubscription) -> Source:
    """The source as far as the client goes by it, also when its block is gone."""
    return Source(name=one.source, city=one.source, url=one.home, allow_private=one.private)
