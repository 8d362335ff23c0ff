"""What the site publishes while it runs: a pure function of the clock, so that a restart changes nothing.

Time is cut into slots of four minutes, and each slot brings one story: published at its beginning, corrected after 80
seconds, and after 160 seconds either updated or, every third one, withdrawn for good. The cities take turns. So
something happens somewhere every 80 seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from string import Template

from syndicator.demo.german import long_date
from syndicator.demo.story import BERLIN, CITIES, Outline, Story

SLOT = 240  # seconds
CORRECTED = timedelta(seconds=80)
CLOSED = timedelta(seconds=160)
LISTED = 15  # slots
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
FIRST_ID = 1_000_000  # above every number of the stock
NUMBERS = 999  # the numbers in the texts begin again after as many slots: more than a day has

Outlines = Mapping[str, Sequence[Outline]]


def current(now: datetime) -> int:
    """The number of the slot that `now` lies in; negative before there were any."""
    return int((now - FIRST).total_seconds() // SLOT)


def live(now: datetime, outlines: Outlines) -> list[Story]:
    """The live stories of all cities that are still listed, newest first."""
    last = current(now)
    slots = range(last, max(last - LISTED, -1), -1)
    return [story for slot in slots if (story := edition(slot, now, outlines))]


def find(city: str, story_id: int, now: datetime, outlines: Outlines) -> Story | None:
    """A live story by its number, however old it is."""
    story = edition(story_id - FIRST_ID, now, outlines)
    return story if story and story.city == city else None


def edition(slot: int, now: datetime, outlines: Outlines) -> Story | None:
    """The slot's story as it reads at `now`; None where it is not out yet."""
    if not 0 <= slot <= current(now):
        return None
    story, age = _first(slot, outlines), now - (FIRST + timedelta(seconds=slot * SLOT))
    if age >= CLOSED:
        return _withdrawn(_corrected(slot, outlines)) if is_withdrawn(slot) else _updated(slot, outlines)
    return _corrected(slot, outlines) if age >= CORRECTED else story


def find_numbered(city: str, day: date, number: int, now: datetime, outlines: Outlines) -> Story | None:
    """A live story by the number in its text, which is unique within its day in Berlin."""
    midnight = current(datetime(day.year, day.month, day.day, tzinfo=BERLIN))
    return find(city, FIRST_ID + midnight + (number - 1 - midnight) % NUMBERS, now, outlines)


def is_withdrawn(slot: int) -> bool:
    """Whether the slot's story ends as withdrawn: one in three, and each city in its turn."""
    return (slot + slot // len(CITIES)) % 3 == 0


def _outline(slot: int, outlines: Outlines) -> Outline:
    texts = outlines[CITIES[slot % len(CITIES)]]
    return texts[slot // len(CITIES) % len(texts)]


def _facts(slot: int) -> tuple[int, int]:
    """The figure of the story, wrong at first, then right."""
    wrong = 12 + slot * 7 % 83
    return wrong, wrong + 2 + slot % 5


def _first(slot: int, outlines: Outlines) -> Story:
    return _filled(slot, outlines, _facts(slot)[0])


def _filled(slot: int, outlines: Outlines, figure: int) -> Story:
    outline = _outline(slot, outlines)
    published = (FIRST + timedelta(seconds=slot * SLOT)).astimezone(BERLIN)
    facts = {
        "datum": long_date(published),
        "uhrzeit": f"{published:%H:%M}",
        "nummer": str(slot % NUMBERS + 1),
        "ort": outline.places[slot % len(outline.places)],
        "zahl": str(figure),
    }
    return Story(
        city=CITIES[slot % len(CITIES)],
        id=FIRST_ID + slot,
        name=Template(outline.title).substitute(facts | {"zahl": str(_facts(slot)[0])}),
        title=Template(outline.title).substitute(facts),
        teaser=Template(outline.teaser).substitute(facts),
        text=Template(outline.text).substitute(facts),
        topline=outline.topline,
        published=published,
        updated=published,
        tags=outline.tags,
        picture=replace(outline.picture, name=str(FIRST_ID + slot)) if outline.picture else None,
    )


def _corrected(slot: int, outlines: Outlines) -> Story:
    wrong, right = _facts(slot)
    story = _filled(slot, outlines, right)
    remark = f"**Korrektur:** In der ersten Fassung dieser Meldung stand die Zahl {wrong}; richtig ist {right}."
    return replace(story, text=f"{story.text.rstrip()}\n\n{remark}", updated=_later(story.published, CORRECTED))


def _updated(slot: int, outlines: Outlines) -> Story:
    story = _corrected(slot, outlines)
    at = _later(story.published, CLOSED)
    day = long_date(at).rsplit(" ", 1)[0]
    line = f"**Update ({day}, {at:%H:%M} Uhr):** {_outline(slot, outlines).update}"
    return replace(story, teaser=f"{story.teaser} (aktualisiert)", text=f"{story.text}\n\n{line}", updated=at)


def _later(at: datetime, delay: timedelta) -> datetime:
    """Sums of local times leave out or repeat the hour in which clocks are changed."""
    return (at.astimezone(UTC) + delay).astimezone(at.tzinfo)


def _withdrawn(story: Story) -> Story:
    word = f"Die Stadt hat die Meldung vom {long_date(story.published)} zurückgezogen."
    at = _later(story.published, CLOSED)
    return replace(story, withdrawn=True, teaser=word, text=word, picture=None, updated=at)
