"""All stories of the three cities as they stand at one instant: the stock and what the timeline adds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from syndicator.demo import timeline
from syndicator.demo.story import Stock, Story

BUILT = datetime(2019, 5, 1, tzinfo=UTC)  # the date of what never changes


@dataclass(frozen=True, slots=True)
class Newsroom:
    """What the portals know at `now`. Addresses on the pages begin with `origin`, "http://host:port"."""

    stock: Stock
    now: datetime
    origin: str

    def stories(self, city: str) -> tuple[Story, ...]:
        """What a city lists, newest first."""
        live = (story for story in timeline.live(self.now, self.stock.outlines) if story.city == city)
        return (*live, *self.stock.stories[city])

    def story(self, city: str, number: int) -> Story | None:
        stock = (story for story in self.stock.stories[city] if story.id == number)
        return next(stock, None) or timeline.find(city, number, self.now, self.stock.outlines)

    def related(self, story: Story) -> tuple[Story, ...]:
        """Three older stories of the stock, first those under the same topline."""
        older = [s for s in self.stock.stories[story.city] if s.published < story.published and not s.withdrawn]
        same = [s for s in older if s.topline.casefold() == story.topline.casefold()]
        return tuple(dict.fromkeys([*same, *older]))[:3]


def last_change(stories: Iterable[Story]) -> datetime:
    return max((story.updated.astimezone(UTC) for story in stories), default=BUILT)
