"""A source as the watchman sees it: visit after visit, at times that a test sets."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from syndicator.model import Draft, Failed, Harvest, Image, Label, Moment
from syndicator.watch.learn import Look, learn
from syndicator.watch.memory import Memory, dump, load
from syndicator.watch.signs import Standing, signs

ZONE = ZoneInfo("Europe/Berlin")
BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday
TEXT = "Die Verwaltung hat den Plan vorgestellt, und der Rat hat ihm zugestimmt. "


def draft(number: int, **changes) -> Draft:
    values = {
        "key": str(number),
        "address": f"https://stadt.example/{number}",
        "title": f"Meldung {number}",
        "body": f"<p>{TEXT * 30}{number}</p>",
        "published": Moment(BEGIN, "day", "list"),
        "labels": (Label("topline", "Rat"),),
        "images": (Image("https://stadt.example/bild.jpg"),),
    }
    return Draft(**{**values, **changes})


class Watched:
    """One source. What it learns goes through the store's form each time."""

    def __init__(self, first: int = 20):
        self.memory = Memory()
        self.now = BEGIN
        self.seen: datetime | None = None
        self.number = 0
        self.list: list[Draft] = []
        if first:
            self.brings(*({} for _ in range(first)))

    def later(self, **duration):
        self.now += timedelta(**duration)
        return self

    def brings(self, *changes, as_feed=False, items=20, seconds=0.5, problems=(), kept=0, fresh=True):
        """A visit with one new article for each of these changes to the usual one, the oldest first."""
        published = {"published": Moment(self.now, "day", "list")} if fresh else {}
        new = [draft(self.number + place, **{**published, **change}) for place, change in enumerate(changes, 1)]
        self.number += len(new)
        self.list = (new[::-1] + self.list)[:20]
        drafts = tuple(self.list) if as_feed else tuple(new[::-1])
        return self.sees(Harvest(drafts, problems, items=items), new, seconds, kept)

    def sees(self, harvest: Harvest, new: Sequence[Draft] = (), seconds=0.5, kept=0, again=()):
        look = Look(harvest, new, kept, seconds, self.now, again)
        self.memory = load(dump(learn(self.memory, look, ZONE, self.seen)))
        self.seen = self.now
        return self

    def signs(self, **standing):
        return signs("bochum", self.memory, Standing(**{"succeeded": self.now, **standing}), self.now, ZONE)

    @property
    def kinds(self):
        return {sign.kind: sign.severity for sign in self.signs()}


def unread(number: int) -> Failed:
    return Failed("broken", "The server answered with status 500.", f"https://stadt.example/{number}")
