"""The way of messages: gathered, put together once, kept until they are sent.

What begins is gathered for a minute, and after a message there is none for ten: twenty sources that fail together are one
message. A message is stored together with the note that its incidents are told, and its row goes when it was sent. So a
restart loses none, and repeats one only if the power went between the server's yes and our note; its Message-ID is the same then.
"""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import groupby

from sqlite_utils import Database

from syndicator.alerts import letters, mail
from syndicator.alerts.letters import Letter
from syndicator.config import Alerts, Config
from syndicator.ingest.client import Client
from syndicator.model import Incident
from syndicator.store import facts, messages, watch
from syndicator.store.database import Store
from syndicator.store.instants import from_text, to_text
from syndicator.store.messages import Message

log = logging.getLogger(__name__)

GATHER = timedelta(minutes=1)
PAUSE = timedelta(minutes=10)
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
GIVEN_UP = timedelta(days=2)
_JSON = "application/json; charset=utf-8"


async def deliver(
    store: Store, client: Client, config: Config, now: Callable[[], datetime], gather: timedelta = GATHER
) -> int:
    """One round: put together what was gathered, and send what is due; how many messages were sent."""
    if await store.read(_is_idle):
        return 0
    await store.write(_compose, config, now(), gather)
    sent = 0
    blocked: set[str] = (
        set()
    )  # behind the first that cannot go, all wait: they keep their order, and no server is hammered
    for message in await store.read(messages.waiting):
        if message.way in blocked:
            continue
        if message.way in ways(config.alerts):
            if _is_put_off(message, now()):
                blocked.add(message.way)
                continue
            if problem := await send(message.way, letters.from_json(message.letter), client, config):
                blocked.add(message.way)
                await _postpone(store, message, problem, now())
                continue
            sent += 1
        await store.write(messages.drop_message, message.n)
    return sent


def ways(alerts: Alerts) -> tuple[str, ...]:
    """How this configuration has messages sent."""
    wanted: Mapping[str, str | None] = {"email": alerts.email, "webhook": alerts.webhook}
    return tuple(way for way, where in wanted.items() if where)


async def send(way: str, letter: Letter, client: Client, config: Config) -> str:
    """Send one letter by e-mail or webhook; "" when it was taken, else why not."""
    if way == "email":
        return await mail.send(letter, config)
    body = json.dumps(letter.payload, ensure_ascii=False).encode()
    failed = await client.post(config.alerts.webhook or "", body, _JSON)
    return failed.reason if failed else ""


def next_try(tries: int, now: datetime) -> datetime:
    """When to try again after so many failures: after a minute, two, four … an hour."""
    wait: timedelta = FIRST_RETRY * 2 ** min(tries, 16)
    return now + min(wait, LONGEST_RETRY)


def _is_put_off(message: Message, now: datetime) -> bool:
    """What lies further off than any retry was put there by a clock that has been set back since."""
    return now < message.next_try <= now + LONGEST_RETRY


async def _postpone(store: Store, message: Message, problem: str, now: datetime) -> None:
    if now - message.made > GIVEN_UP:
        log.error("A message is given up after %d tries by %s: %s", message.tries + 1, message.way, problem)
        await store.write(messages.drop_message, message.n)
        return
    log.warning("A message could not be sent by %s and is tried again: %s", message.way, problem)
    await store.write(messages.put_off, message.n, problem, next_try(message.tries, now))


def _is_idle(db: Database) -> bool:
    return not watch.untold(db) and not messages.waiting(db)


def _compose(db: Database, config: Config, now: datetime, gather: timedelta) -> None:
    untold = watch.untold(db)
    if not ways(config.alerts):  # nobody wants to know: that is not made up for when somebody does
        watch.note_told(db, untold, "")
        return
    if not _is_time(untold, facts.get_fact(db, "alerted"), now, gather):
        return
    begun = [incident for incident in untold if not incident.ended]
    if begun:
        _put(db, letters.begin_letter(begun, config, now), begun, config, now)
    over = sorted((incident for incident in untold if incident.ended), key=lambda incident: incident.thread)
    for _, group in groupby(over, key=lambda incident: incident.thread):
        ended = list(group)
        _put(db, letters.over_letter(ended, config, now), ended, config, now)
    facts.set_fact(db, "alerted", to_text(now))


def _is_time(untold: list[Incident], last: str, now: datetime, gather: timedelta) -> bool:
    """Whether what there is to tell was gathered for long enough; what a clock that was set back put ahead is told now."""
    if not untold:
        return False
    if gather and last and timedelta(0) <= now - from_text(last) < PAUSE:
        return False
    ages = [now - (incident.ended or incident.begun or now) for incident in untold]
    return max(ages) >= gather or min(ages) < timedelta(0)


def _put(db: Database, letter: Letter, incidents: list[Incident], config: Config, now: datetime) -> None:
    for way in ways(config.alerts):
        messages.add_message(db, way, letters.to_json(letter), now)
    watch.note_told(db, incidents, letter.id)
