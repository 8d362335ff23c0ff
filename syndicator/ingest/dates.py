"""When an article was published, as cities write it and as machines do. Pure."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from syndicator.model import Moment
from syndicator.text import fold


def read_date(text: str, zone: ZoneInfo, *, reference: datetime, origin: str) -> Moment | None:
    found = re.search(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", fold(text[:300]))
    if found:
        try:
            return Moment(
                datetime(int(found[3]), int(found[2]), int(found[1]), tzinfo=zone).astimezone(UTC), "day", origin
            )
        except ValueError:
            return None
    return read_machine_date(text, zone, origin=origin)


def read_machine_date(text: str, zone: ZoneInfo, *, origin: str) -> Moment | None:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return Moment((at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC), "second", origin)


def date_in_address(address: str, zone: ZoneInfo) -> Moment | None:
    found = re.search(r"/(\d{4})/(\d{2})/(\d{2})/", address)
    return read_machine_date("-".join(found.groups()), zone, origin="address") if found else None


def is_update(text: str) -> bool:
    return fold(text[:100]).startswith(("stand ", "update", "aktualisiert", "zuletzt", "geaendert"))
