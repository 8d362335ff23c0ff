"""Whatever is asked, confirmed, published and delivered in whatever order, and however time passes: each is sent what it is due."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlite_utils import Database

from syndicator.config import Config, loads
from syndicator.model import SubscriptionRequest
from syndicator.pipeline import subscribing
from syndicator.publish import websub
from syndicator.store import subscribers
from syndicator.store.editions import Edition
from syndicator.store.schema import migrations
from tests.support.configs import BASE

TOPIC, PATH = "https://news.example/feeds/all.atom", "all.atom"
CALLBACKS = st.sampled_from([f"https://reader-{n}.example/push" for n in range(3)])


@dataclass
class Wanted:
    """What the test knows of a subscription. `has`: the newest version that its callback has or had before it asked."""

    until: datetime
    has: int
    secret: str


class Hub(RuleBasedStateMachine):
    config: Config = loads(BASE, Path("config.toml"))

    @initialize()
    def begin(self):
        self.db = Database(memory=True)
        self.db.conn.isolation_level = None
        migrations.apply(self.db)
        self.now = datetime(2026, 11, 24, tzinfo=UTC)
        self.version = 0
        self.asked: dict[str, tuple[SubscriptionRequest, int]] = {}
        self.wanted: dict[str, Wanted] = {}
        self.publish()

    def teardown(self):
        if hasattr(self, "db"):
            self.db.conn.close()

    # ------------------------------------------------------------ what happens

    @rule()
    def publish(self):
        self.version += 1
        self.settle(str(self.version))

    @rule()
    def write_the_same_bytes_again(self):
        self.settle(str(self.version))

    def settle(self, text):
        digest = hashlib.sha256(text.encode()).hexdigest()
        before = {PATH: subscribers.bytes_of(self.db, PATH) or ""}
        subscribing.settle(self.db, [Edition(PATH, digest, self.now, "a/b")], before, self.config)

    @rule(
        callback=CALLBACKS,
        mode=st.sampled_from(websub.MODES),
        minutes=st.integers(1, 60 * 24 * 40),
        secret=st.text(max_size=3),
    )
    def ask(self, callback, mode, minutes, secret):
        fields = {
            "hub.mode": mode,
            "hub.topic": TOPIC,
            "hub.callback": callback,
            "hub.lease_seconds": str(minutes * 60),
            "hub.secret": secret,
        }
        request = websub.read_request(list(fields.items()))
        subscribing.accept(self.db, request, self.config, self.now)
        self.asked[callback] = request, self.version

    @rule(callback=CALLBACKS)
    def confirm(self, callback):
        for asked, _ in subscribers.asked(self.db):
            if asked.request.callback == callback:
                assert subscribing.confirm(self.db, asked, self.now)
                assert not subscribing.confirm(self.db, asked, self.now)  # the second echo of one challenge is nothing
                request, version = self.asked.pop(callback)
                assert request == asked.request
                before = self.wanted.pop(callback, None)
                if request.mode == "subscribe":
                    renews = before is not None and before.until > self.now
                    has = before.has if before is not None and renews else version
                    self.wanted[callback] = Wanted(self.now + request.lease, has, request.secret)

    @rule(callback=CALLBACKS)
    def deny(self, callback):
        for asked, _ in subscribers.asked(self.db):
            if asked.request.callback == callback:
                subscribers.drop_asked(self.db, asked.n)
                del self.asked[callback]

    @rule(
        chance=st.floats(0, 1), outcomes=st.lists(st.sampled_from(["taken", "failed", "gone"]), min_size=3, max_size=3)
    )
    def deliver(self, chance, outcomes):
        for due, outcome in zip(self.due(), outcomes, strict=False):
            known = self.wanted[due.callback]
            assert due.subscription.secret == known.secret
            after = None
            if outcome == "taken":
                after = websub.delivered(due.subscription, self.topic.version, self.now)
                known.has = self.version
            elif outcome == "failed":
                after = websub.failed(due.subscription, "no", self.now, chance)
                assert after is None or self.now < after.next_try <= self.now + websub.LONGEST_RETRY
            if after is None:
                del self.wanted[due.callback]
            subscribers.note_outcomes(self.db, [(due.n, after)], {})

    @rule(seconds=st.sampled_from([1, 11, 60, 3600, 4 * 3600, 86400, 5 * 86400]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule()
    def sweep(self):
        subscribers.end_leases(self.db, self.now)

    # ------------------------------------------------------------ what holds

    @property
    def topic(self):
        return cast("subscribers.Topic", subscribers.topic_at(self.db, TOPIC))

    def due(self):
        topics, behind = subscribers.behind(self.db, self.now)
        return [one for one in behind if websub.is_due(one.subscription, topics[one.topic].version, self.now)]

    @invariant()
    def nobody_is_sent_anything_who_did_not_confirm_or_whose_lease_is_over(self):
        alive = {callback for callback, one in self.wanted.items() if one.until > self.now}
        assert {due.callback for due in self.due()} <= alive

    @invariant()
    def whoever_lacks_the_newest_version_is_sent_it_now_or_after_a_pause(self):
        topics, behind = subscribers.behind(self.db, self.now)
        lacking = {callback for callback, one in self.wanted.items() if one.until > self.now and one.has < self.version}
        assert {one.callback for one in behind} == lacking
        for one in behind:
            pausing = one.subscription.next_try is not None and one.subscription.next_try > self.now
            assert pausing is not websub.is_due(one.subscription, topics[one.topic].version, self.now)

    @invariant()
    def what_fails_is_tried_again_and_nothing_else(self):
        for one in subscribers.listed(self.db):
            known = one.subscription
            assert (known.failures == 0) is (known.failing_since is None) is (known.next_try is None)

    @precondition(lambda self: not self.asked)
    @invariant()
    def there_is_what_was_confirmed_and_nothing_else(self):
        found = {
            one.callback: one.subscription
            for one in subscribers.listed(self.db)
            if one.subscription.lease_until > self.now
        }
        alive = {callback: one for callback, one in self.wanted.items() if one.until > self.now}
        assert {callback: (one.lease_until, one.secret) for callback, one in found.items()} == {
            callback: (one.until, one.secret) for callback, one in alive.items()
        }


TestHub = Hub.TestCase
TestHub.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
