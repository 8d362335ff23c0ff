"""What is read and by how many, put together for a person; and how what was counted gets into the store."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlite_utils import Database
from yarl import URL

from syndicator.config import Config, Partner
from syndicator.model.usage import DAYS, Counted, FeedUse, PartnerUse, Use
from syndicator.pipeline.taken import take
from syndicator.store import subscribers, usage
from syndicator.store.subscribers import Listed


def save(db: Database, counted: Counted, partners: Iterable[str]) -> None:
    """Add what was counted, in the transaction that is open; `partners` are all that there are."""
    usage.add_counts(db, counted.day, counted.files, counted.pollers)
    usage.hear_services(db, counted.day, counted.readers)
    usage.drop_partners(db, partners)
    for (partner, feed), pulls in counted.partners.items():
        before = usage.articles_had(db, partner, feed)
        taken, had = take(before, pulls.articles) if pulls.articles else (0, before)
        usage.add_pulls(db, partner, feed, pulls, taken, had)


def gather(db: Database, config: Config, today: date) -> Use:
    """The report, from one snapshot of the store."""
    since = today - timedelta(days=DAYS - 1)
    feeds: dict[str, FeedUse] = {}

    def of(file: str) -> FeedUse:
        name = feed_of(file)
        return feeds.setdefault(name, FeedUse(name))

    for day in usage.days_since(db, since):
        use = of(day.file)
        use.count.add(day.count)
        use.pollers = max(use.pollers, day.pollers)
    for file, service, readers in usage.services_since(db, since):
        use = of(file)
        use.services[service] = use.services.get(service, 0) + readers
        use.subscribers += readers
    for file, number in subscribers.pushes(db).items():
        of(file).pushes += number
    ordered = tuple(sorted(feeds.values(), key=lambda use: (-use.subscribers, -use.pollers, use.feed)))
    return Use(ordered, tuple(_partners(db, config)), _total(ordered))


def feed_of(file: str) -> str:
    """The feed that a published file is of: "vielfalt" for "vielfalt.atom" and for "vielfalt/archive"."""
    return file.partition("/")[0].partition(".")[0]


def _total(feeds: Iterable[FeedUse]) -> FeedUse:
    total = FeedUse("")
    for use in feeds:
        total.subscribers += use.subscribers
        total.pushes += use.pushes
        total.count.add(use.count)
    return total


def _partners(db: Database, config: Config) -> Iterable[PartnerUse]:
    """Every partner of the configuration, in its order: one row at least, and one for each feed."""
    pulls: dict[str, list[usage.Pulls]] = {}
    for one in usage.all_pulls(db):
        pulls.setdefault(one.partner, []).append(one)
    subscribed = subscribers.listed(db)
    for partner in config.partners:
        states = _push_states(partner, subscribed)
        for one in pulls.get(partner.name, []):
            push = states.pop(one.feed, "")
            yield PartnerUse(
                one.partner, one.feed, one.pulled, one.taken, one.count, one.refused, one.refused_at, one.refusal, push
            )
        yield from (PartnerUse(partner.name, feed, push=push) for feed, push in states.items())
        if not pulls.get(partner.name) and not states:
            yield PartnerUse(partner.name, "")


def _push_states(partner: Partner, subscribed: Iterable[Listed]) -> dict[str, str]:
    """By feed, what comes of the subscriptions whose callbacks lie where the partner says that it lives."""
    if not partner.url:
        return {}
    home, states = _place(partner.url), {}
    for one in subscribed:
        if _place(one.callback) == home:
            states[feed_of(one.path)] = "failing" if one.subscription.failures else "subscribed"
    return states


def _place(address: str) -> tuple[str, int]:
    """Host and port: two programs of one machine are two partners."""
    url = URL(address)
    return (url.raw_host or "").lower(), url.port or 0
