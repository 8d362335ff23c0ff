"""How bad it is that the visits to a source fail. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from syndicator.model import Severity

VISITS = 3
AT_LEAST = timedelta(hours=1)
AT_MOST = timedelta(hours=12)  # a longer outage is told, however often there was one
_LONGER = 1.5


def severity_of(
    failure: str | None, failures: int, since: datetime | None, now: datetime, outages: Sequence[float] = ()
) -> Severity:
    """Red is what is gone for good, and what fails for longer than it usually does: three visits, and an hour.

    `outages` are the lengths of the last ones in seconds. A portal that sleeps each night for three hours is red after four
    and a half: the second longest of them is what is usual, as one long outage is not.
    """
    if failure == "gone":
        return "red"
    usual = timedelta(seconds=sorted(outages)[-2]) if len(outages) > 1 else timedelta(0)
    patience = min(max(AT_LEAST, _LONGER * usual), AT_MOST)
    return "red" if since and failures >= VISITS and now - since >= patience else "yellow"
