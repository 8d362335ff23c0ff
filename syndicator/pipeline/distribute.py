"""The hub at work: callbacks are asked whether they want what was asked in their name, and are sent what was published.

What is due stands in the store, so that a killed process owes nobody anything; here is only what is under way. A host is
asked one thing at a time, and one that takes long makes room for others and is asked again behind them.
"""

import asyncio
import logging
import random
import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from syndicator.config import Config
from syndicator.errors import SyndicatorError
from syndicator.ingest.callbacks import Answer, Callbacks
from syndicator.ingest.client import Client
from syndicator.model import Failed, Subscription, SubscriptionRequest
from syndicator.pipeline import subscribing
from syndicator.pipeline.bodies import Bodies
from syndicator.pipeline.couriers import Courier, CourierLostError
from syndicator.pipeline.deliveries import Push
from syndicator.pipeline.hostqueue import HostQueue, Job
from syndicator.pipeline.pinging import Pinger
from syndicator.publish import addresses, websub
from syndicator.publish.restraint import Unconfirmed
from syndicator.publish.targets.folder import Folder
from syndicator.publish.websub import Refused
from syndicator.store import subscribers
from syndicator.store.database import Store
from syndicator.store.subscribers import Asked, Due, Topic

log = logging.getLogger(__name__)

_PLACES = 256  # requests under way in all
_PATIENCE = (
    1.0  # seconds that a request keeps its place when others wait for it; longer where all take long, by this factor:
)
_USUAL = 5.0  # otherwise a busy machine would put off those that answer, and make each delivery twice
_BEGUN_AT_ONCE, _BREATH = 8, 0.01  # requests, and seconds after them: polling and serving have the loop in between
_ORDERED_AT_ONCE = 20  # where another process makes them
_MANY = 500  # deliveries that wait; making them takes about as long as starting a process that makes them
_GATHERED = 0.25  # seconds in which outcomes are gathered for one transaction
_NOTED_AT_ONCE = 1_000
_LOOK = 3600.0  # seconds after which leases are looked at, if nothing else happens
_APART = 1.0  # seconds between two looks for what is tried again: many that fail are looked at together
_REST = 10.0  # so many times as long as a look took, before the next
_AFTER_A_FAULT = 5.0
_AGAIN = timedelta(seconds=20)  # until a callback that did not answer is asked again whether it wants a subscription
_OR_BLOCKED = "(Callbacks are asked at public addresses, and in the networks of [hub] allow_private.)"
_DOES = {"subscribe": "subscribes to", "unsubscribe": "unsubscribes from"}


@dataclass(frozen=True, slots=True)
class _Outcome:
    due: Due
    subscription: Subscription | None
    pushed: bool


class Distributor:
    """Gives subscribers what they are due. `changed` is set when there may be more: something was published, asked for, edited."""

    def __init__(
        self, store: Store, client: Client, folder: Folder, config: Callable[[], Config], now: Callable[[], datetime]
    ) -> None:
        self.changed = asyncio.Event()
        self._store = store
        self._client = client
        self._callbacks = Callbacks(client)
        self._config = config
        self._now = now
        self._networks = config().hub.allow_private
        self._bodies = Bodies(folder)
        self._courier = Courier(client.user_agent)
        self._unconfirmed = Unconfirmed()
        self._topics: dict[int, Topic] = {}
        self._queue = HostQueue()
        self._taken: dict[tuple[str, int], Job] = {}  # what is queued, under way, or not noted yet
        self._under_way: dict[Job, tuple[asyncio.Task[None], float]] = {}  # the oldest first
        self._work, self._place, self._noted = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._outcomes: list[_Outcome] = []
        self._alarm: asyncio.TimerHandle | None = None
        self._look_for_endings = True
        self._typical = 0.0  # seconds that a delivery took lately, if it was answered
        self._pinger = Pinger(store, client)

    async def accept(self, request: SubscriptionRequest) -> None:
        """Take a request; its callback is asked at once. Raises Refused, and SyndicatorError when the store fails."""
        if wait := self._unconfirmed.rest(request.host, self._now()):
            raise Refused("This host has not confirmed what was asked in its name.", 429, int(wait) + 1)
        await self._store.write(subscribing.accept, request, self._config(), self._now())
        self.changed.set()

    async def adopt(self) -> None:
        """Go by an edited configuration."""
        networks = self._config().hub.allow_private
        if networks != self._networks:
            self._networks = networks
            await self._client.close_callback_sessions()
            await self._courier.close()
        self.look_for_endings()

    def look_for_endings(self) -> None:
        """Feeds may have ended: their subscribers are told."""
        self._look_for_endings = True
        self.changed.set()

    async def keep_up(self) -> None:
        """Endless."""
        self.changed.set()
        try:
            async with asyncio.TaskGroup() as group:
                for endless in (self._keep_looking(), self._keep_beginning(), self._keep_noting()):
                    group.create_task(endless)
        finally:
            if self._alarm:
                self._alarm.cancel()
            under_way = [task for task, _ in self._under_way.values()]
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way)
            await self._courier.close()
            with suppress(SyndicatorError):
                while self._outcomes:
                    await self._note()

    # ------------------------------------------------------------ what is to be done

    async def _keep_looking(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await self.changed.wait()
            self.changed.clear()
            began = clock()
            try:
                await self._look()
            except SyndicatorError as error:
                log.error("What subscribers are due cannot be looked up, and it is tried again: %s", error)  # noqa: TRY400
                self._wake_in(_AFTER_A_FAULT)
            except Exception:
                log.exception("What subscribers are due could not be looked up, and it is tried again.")
                self._wake_in(_AFTER_A_FAULT)
            await asyncio.sleep(_REST * (clock() - began))  # where there is much to look at, it is looked at less often

    def _wake_in(self, seconds: float) -> None:
        """Look again then at the latest."""
        loop = asyncio.get_running_loop()
        at = loop.time() + max(seconds, _APART)
        if self._alarm is None or at < self._alarm.when():
            if self._alarm:
                self._alarm.cancel()
            self._alarm = loop.call_at(at, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self.changed.set()

    async def _look(self) -> None:
        """Take up what is due, and be woken when more will be."""
        config, now = self._config(), self._now()
        if self._look_for_endings:
            self._look_for_endings = False
            await self._end_topics(config)
        found = await self._store.read(_find, now)
        self._topics.update(found.topics)
        if found.any:
            self._wake_in(_LOOK)
        if found.leases_over:
            ended = await self._store.write(subscribers.end_leases, now)
            log.info("hub: %d subscriptions ended with their lease", ended)
        for asked, at in found.asked:
            if now < at <= now + _AGAIN:
                self._wake_in((at - now).total_seconds())
            else:
                self._take(Job(("confirm", asked.n), asked.request.host, asked))
        for due in found.due:
            known = due.subscription
            if websub.is_due(known, self._topics[due.topic].version, now):
                self._take(Job(("deliver", due.n), due.host, due, late=known.failures > 0))
            elif known.next_try:
                self._wake_in((known.next_try - now).total_seconds())
        if found.pings and (wait := await self._pinger.tell(config.hub.url)):
            self._wake_in(wait)

    def _take(self, job: Job) -> None:
        if taken := self._taken.get(job.key):
            taken.what = job.what  # it may have been renewed meanwhile
        else:
            self._taken[job.key] = job
            self._queue.add(job)
            self._work.set()

    async def _end_topics(self, config: Config) -> None:
        """Who subscribed to what is no more is told so, after the last that was published of it."""
        for topic, why in await self._store.read(subscribing.ended, config):
            gone = await self._store.read(subscribers.bytes_of, topic.path) is None or config.hub.url != "self"
            for due in await self._store.read(subscribers.of_topic, topic.n):
                if gone or due.subscription.delivered >= topic.version:
                    self._take(Job(("deny", due.n), due.host, (due, topic, why)))
                else:
                    self._look_for_endings = True  # once more after the delivery

    # ------------------------------------------------------------ whose turn it is

    async def _keep_beginning(self) -> None:
        begun = 0
        while True:
            await self._work.wait()
            job = self._queue.next()
            if job is None:
                self._work.clear()
                continue
            await self._have_a_place(job)
            self._under_way[job] = asyncio.create_task(self._do(job)), asyncio.get_running_loop().time()
            begun += 1
            if begun >= (_ORDERED_AT_ONCE if self._courier.is_ready else _BEGUN_AT_ONCE):
                begun = 0
                await asyncio.sleep(_BREATH)

    async def _have_a_place(self, job: Job) -> None:
        """Wait for one; the request that has kept its for the longest gives it to a job that was never put off."""
        while len(self._under_way) >= _PLACES:
            self._place.clear()
            oldest, (task, since) = next(iter(self._under_way.items()))
            patience = since + max(_PATIENCE, _USUAL * self._typical) - asyncio.get_running_loop().time()
            if not job.late and patience <= 0:
                oldest.late = True
                task.cancel()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._place.wait(), patience if patience > 0 and not job.late else None)

    async def _do(self, job: Job) -> None:
        put_off = is_to_note = False
        try:
            kind, _ = job.key
            if kind == "deliver":
                is_to_note = job.what is not None and await self._deliver(job.what)
            elif kind == "confirm":
                await self._confirm(job.what)
            else:
                await self._deny(*job.what)
        except (asyncio.CancelledError, CourierLostError):
            put_off = True
        except SyndicatorError as error:
            log.error("hub: %s", error)  # noqa: TRY400  # the sentence says it all
            self._wake_in(_AFTER_A_FAULT)
        except Exception:
            log.exception("hub: a subscriber could not be served. Please report it.")
            self._wake_in(_LOOK)
        finally:
            del self._under_way[job]
            self._queue.done(job)
            if put_off:
                self._queue.add(job)
            elif not is_to_note:
                del self._taken[job.key]
            self._place.set()
            self._work.set()

    # ------------------------------------------------------------ what is said to callbacks

    async def _confirm(self, asked: Asked) -> None:
        request = asked.request
        if self._unconfirmed.rest(request.host, self._now()):  # what was taken before that is not asked either
            await self._store.write(subscribers.drop_asked, asked.n)
            return
        challenge = secrets.token_urlsafe(32)
        answer = await self._callbacks.get(
            websub.verification(request, challenge), self._config().hub.allow_private, self._now()
        )
        now = self._now()
        if isinstance(answer, Answer) and websub.is_confirmed(answer.status, answer.body, challenge):
            if await self._store.write(subscribing.confirm, asked, now):
                if request.mode == "unsubscribe":
                    self._drop_queued(request)
                log.info("hub: %s %s %s", request.host, _DOES[request.mode], asked.path)
                self.changed.set()
            return
        status = answer.status if isinstance(answer, Answer) else None
        if websub.may_confirm_later(status) and asked.tries + 1 < websub.TRIES:
            await self._store.write(subscribers.ask_later, asked.n, now + _AGAIN)
            self.changed.set()
            return
        self._unconfirmed.note(request.host, now)
        await self._store.write(subscribers.drop_asked, asked.n)
        why = f"{answer.reason} {_OR_BLOCKED}" if isinstance(answer, Failed) else _unconfirmed(answer.status)
        log.info("hub: %s did not confirm that it %s %s: %s", request.host, _DOES[request.mode], asked.path, why)

    def _drop_queued(self, request: SubscriptionRequest) -> None:
        """What waits for its turn is not sent to a callback that wants it no more."""
        for job in self._taken.values():
            due = job.what
            if isinstance(due, Due) and due.callback == request.callback:
                topic = self._topics[due.topic].topic
                job.what = None if topic == request.topic else due

    async def _deliver(self, due: Due) -> bool:
        """Whether there is something to be noted of it."""
        topic = self._topics[due.topic]
        body = await self._bodies.get(topic)
        config = self._config()  # by now another one may be in force, with other networks
        if body is None or config.hub.url != "self" or due.subscription.lease_until <= self._now():
            return (
                False  # newer bytes are being written, and their version is due then; or the lease ended in the queue
            )
        known = due.subscription
        hub, media_type = addresses.hub(config), self._bodies.media_type(topic)
        networks, last = config.hub.allow_private, not self._queue.has_more(due.host)
        push = Push(
            *(
                due.callback,
                networks,
                self._now(),
                hub,
                topic.topic,
                media_type,
                known.secret,
                config.hub.signature,
                last,
            )
        )
        clock = asyncio.get_running_loop().time
        began = clock()
        answer = await self._send(push, topic.digest, body)
        if isinstance(answer, Answer):
            self._typical += (clock() - began - self._typical) / _PLACES
        after, pushed = self._judge(due, topic, answer)
        self._outcomes.append(_Outcome(due, after, pushed))
        self._noted.set()
        return True

    async def _send(self, push: Push, digest: str, body: bytes) -> Answer | Failed:
        """From here, or where there are many from a process of its own: each takes half a millisecond of computing."""
        if self._courier.is_ready:
            return await self._courier.send(push, digest, body)
        if len(self._queue) >= _MANY:
            self._courier.want()
        return await push.send(self._callbacks, body)

    def _judge(self, due: Due, topic: Topic, answer: Answer | Failed) -> tuple[Subscription | None, bool]:
        """What a delivery came to, and whether it was taken; one line in the log when that begins to fail, and when it ends."""
        now, known = self._now(), due.subscription
        if isinstance(answer, Answer) and websub.is_delivered(answer.status):
            return websub.delivered(known, topic.version, now), True
        if isinstance(answer, Answer) and answer.status == websub.HTTP_GONE:
            log.info("hub: %s wants %s no more (410)", due.host, topic.path)
            return None, False
        problem = answer.reason if isinstance(answer, Failed) else websub.outcome(answer.status)
        retry_after = answer.retry_after if isinstance(answer, Answer) else None
        after = websub.failed(known, problem, now, random.random(), retry_after)  # noqa: S311  # spreads, guards nothing
        if after is None:
            log.warning("hub: %s is given up for %s: %s", due.host, topic.path, problem)
        elif not known.failures:
            log.info("hub: %s did not take %s, which is tried again: %s", due.host, topic.path, problem)
        return after, False

    async def _deny(self, due: Due, topic: Topic, why: str) -> None:
        await self._callbacks.get(
            websub.denial(topic.topic, due.callback, why), self._config().hub.allow_private, self._now()
        )
        await self._store.write(subscribers.remove, topic.n, due.callback)
        log.info("hub: %s is told that it gets %s no more", due.host, topic.path)

    # ------------------------------------------------------------ what is noted

    async def _keep_noting(self) -> None:
        while True:
            await self._noted.wait()
            await asyncio.sleep(_GATHERED)
            try:
                await self._note()
            except SyndicatorError as error:
                log.error("What subscribers were sent cannot be noted, and it is tried again: %s", error)  # noqa: TRY400
                await asyncio.sleep(_AFTER_A_FAULT)
            except Exception:
                log.exception("What subscribers were sent could not be noted, and it is tried again. Please report it.")
                await asyncio.sleep(_AFTER_A_FAULT)

    async def _note(self) -> None:
        """What is lost here on the way, by a kill, is delivered once more."""
        self._noted.clear()
        outcomes = self._outcomes[:_NOTED_AT_ONCE]
        pushes = Counter(outcome.due.topic for outcome in outcomes if outcome.pushed)
        try:
            noted = [(outcome.due.n, outcome.subscription) for outcome in outcomes]
            await self._store.write(subscribers.note_outcomes, noted, pushes)
        except Exception:
            self._noted.set()
            raise
        del self._outcomes[: len(outcomes)]
        if self._outcomes:
            self._noted.set()
        for outcome in outcomes:
            self._taken.pop(("deliver", outcome.due.n), None)
            after = outcome.subscription
            if after and after.next_try:
                self._wake_in((after.next_try - self._now()).total_seconds())
            elif after and after.delivered < self._topics[outcome.due.topic].version:
                self.changed.set()
        if self._look_for_endings:
            self.changed.set()


@dataclass(frozen=True, slots=True)
class _Found:
    """What the store says is to be done; `any`: there are subscriptions."""

    any: bool
    leases_over: bool
    topics: dict[int, Topic]
    due: list[Due]
    asked: list[tuple[Asked, datetime]]
    pings: bool


def _find(db: Database, now: datetime) -> _Found:
    first = subscribers.first_end(db)
    topics, due = subscribers.behind(db, now) if first else ({}, [])
    return _Found(
        any=first is not None,
        leases_over=first is not None and first <= now,
        topics=topics,
        due=due,
        asked=subscribers.asked(db),
        pings=bool(subscribers.pings(db, 1)),
    )


def _unconfirmed(status: int) -> str:
    return f"it answered with status {status}" + (" but not with the challenge" if 200 <= status < 300 else "")  # noqa: PLR2004
