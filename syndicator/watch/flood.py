"""Whether a day brings far more articles than is usual. Pure.

That is a relaunch that lists its archive as news, a feed that suddenly holds every event, or a selector that takes in the
menu: readers get hundreds of entries that are none. Articles come in bunches, so a plain factor is taken and no test of
chance: `TIMES` what comes on a day with articles, for each day since the source was read last, and `LEAST` at least.
"""

from datetime import date

from syndicator.watch.silence import Calendar, is_learned

TIMES = 10
LEAST = 20  # articles; below it nobody is swamped


def flood(calendar: Calendar, today: date) -> int:
    """How many articles have come today, if that is a flood; 0 if it is none, or too little is known to say."""
    if calendar.last != today.toordinal() or not is_learned(calendar):
        return 0
    return calendar.arrivals if calendar.arrivals >= max(LEAST, TIMES * calendar.at_once * calendar.gathered) else 0
