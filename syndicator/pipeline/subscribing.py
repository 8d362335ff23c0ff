"""What a request to the hub comes to in the store: it waits for its callback's word, and then is a subscription, or ends one."""

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from syndicator.config import Config
from syndicator.model import SubscriptionRequest
from syndicator.publish import topics, websub
from syndicator.publish.websub import Refused
from syndicator.store import editions, subscribers
from syndicator.store.editions import Edition
from syndicator.store.subscribers import Asked, Topic

MOST, MOST_OF_HOST = 50_000, 5_000  # subscriptions
WAITING, WAITING_OF_HOST = 1_000, 100  # requests to be confirmed
_SOON, _LATER = 60, 3600  # seconds after which it is worth another try


def accept(db: Database, request: SubscriptionRequest, config: Config, now: datetime) -> None:
    """Remember what was asked for, to be confirmed by its callback. Raises Refused."""
    topic = topics.find_topic(config, request.topic)
    known = subscribers.bytes_of(db, topic.path) if topic else None
    if topic is None or known is None:
        raise Refused("This hub has no such topic: a feed names its own, as rel=self.", 404)
    if request.mode == "subscribe" and subscribers.has_ended(db, topic.feed):
        raise Refused("This feed has ended.", 410)
    of_host, in_all = subscribers.waiting(db, request)
    if in_all >= WAITING:
        raise Refused("Too many requests wait to be confirmed.", 503, _SOON)
    if of_host >= WAITING_OF_HOST:
        raise Refused("Too many requests for callbacks of this host wait to be confirmed.", 429, _SOON)
    if request.mode == "subscribe" and not subscribers.is_subscribed(db, request):
        of_host, in_all = subscribers.subscribed(db, request.host)
        if in_all >= MOST:
            raise Refused("This hub has as many subscriptions as it can serve.", 503, _LATER)
        if of_host >= MOST_OF_HOST:
            raise Refused("This host has as many subscriptions as one may have.", 429, _LATER)
    subscribers.ask(db, request, topic.path, known, now)


def confirm(db: Database, asked: Asked, now: datetime) -> bool:
    """The callback has confirmed a request. False where a newer one stands in its place, or its topic is gone."""
    request = asked.request
    if not subscribers.drop_asked(db, asked.n):
        return False
    published = subscribers.bytes_of(db, asked.path)
    if published is None:
        return False
    topic = subscribers.topic_at(db, request.topic) or subscribers.add_topic(db, request.topic, asked.path, published)
    known = topic.version if topic.digest == asked.known else topic.version - 1
    before = subscribers.find(db, topic.n, request.callback)
    after = websub.confirmed(before, request, known, now)
    if after is None:
        subscribers.remove(db, topic.n, request.callback)
    else:
        subscribers.save(db, topic.n, request.callback, request.host, after)
    return True


def settle(db: Database, done: Iterable[Edition], before: dict[str, str], config: Config) -> None:
    """These files lie where readers find them: whoever subscribed to them is due their bytes. `before`: path → digest until now.

    All in one transaction, so that a publication without its deliveries cannot be.
    """
    done = list(done)
    editions.save_editions(db, done)
    announce(db, [(one.path, one.digest) for one in done if before.get(one.path) != one.digest], config)


def announce(db: Database, files: list[tuple[str, str]], config: Config) -> None:
    """Note what subscribers are due after other bytes, path and digest of each, have been published."""
    subscribers.note_published(db, files)
    if config.hub.url not in ("self", "none"):
        subscribers.note_pings(db, [topics.address_of(config, path) for path, _ in files if topics.is_feed(path)])


def ended(db: Database, config: Config) -> list[tuple[Topic, str]]:
    """The topics that can be subscribed to no more, and why, in a few words for the subscriber."""
    over: list[tuple[Topic, str]] = []
    for topic in subscribers.all_topics(db):
        named = topics.find_topic(config, topic.topic)
        if named is None or subscribers.bytes_of(db, topic.path) is None:
            over.append((topic, "This topic is not published here any more."))
        elif subscribers.has_ended(db, named.feed):
            over.append((topic, "This feed has ended."))
    return over
