"""What a person is told of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Severity = Literal["yellow", "red"]
IncidentKind = Literal[
    "failing",  # visits fail, for longer than they usually do
    "denied",  # the source does not want us: 401, 403, a captcha
    "gone",  # 410
    "network",  # of the whole service: hardly any source can be reached
    "silent",  # no article for longer than chance explains
    "many",  # far more articles in a day than usual
    "list",  # the list holds far fewer articles
    "date",  # articles lack what they usually have …
    "body",
    "picture",
    "category",
    "length",  # … or are of another length
    "page",  # article pages cannot be read
    "slow",
    "held",  # articles are in quarantine
    "claims",  # a feed has ids, or tombstones, that are another's
]


@dataclass(frozen=True, slots=True)
class Incident:
    """Something at a source that is not as it usually is, of which a person is told once, and once more when it is over.

    `source` is "" where it concerns the whole service. `since`: since when it has been so. `begun` and `ended`: when that was
    noticed. The sentences are for a person who knows the portal and not this program. `id` is 0 before it is stored;
    `thread` is the Message-ID under which it was told, "" before that.
    """

    source: str
    kind: IncidentKind
    severity: Severity
    since: datetime
    sentence_de: str
    sentence_en: str
    begun: datetime | None = None
    ended: datetime | None = None
    id: int = 0
    thread: str = ""
