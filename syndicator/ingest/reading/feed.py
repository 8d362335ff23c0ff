"""One feed, from its bytes to a harvest. Runs in a worker: what it reads is foreign, and how long that takes, too."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from syndicator.ingest.dates import read_machine_date
from syndicator.ingest.identity import canonical
from syndicator.ingest.links import absolute
from syndicator.ingest.reading import jsonfeed, xmlfeed
from syndicator.ingest.reading.draft import drafts_of
from syndicator.ingest.reading.entry import MOST_ENTRIES, Document
from syndicator.ingest.reading.moments import Setting
from syndicator.ingest.reading.sniff import Json, sniff
from syndicator.model import Draft, Failed, Harvest


def read_feed(body: bytes, address: str, content_type: str, timezone: str, now: datetime) -> Harvest | Failed:
    """The articles of a feed, its tombstones and its `ttl`; a `Failed` says what the bytes are instead.

    A feed without entries is a harvest of nothing: cities have quiet weeks. `address` is the one that answered.
    """
    found = sniff(body, content_type, address)
    if isinstance(found, Failed):
        return found
    document = jsonfeed.read(found, address) if isinstance(found, Json) else xmlfeed.read(found, address)
    if isinstance(document, Failed):
        return document
    zone = ZoneInfo(timezone)
    drafts, problems = drafts_of(document, Setting(address, zone, now))
    if document.items > MOST_ENTRIES:
        problems.append(_shortened(document, address))
    if document.cut:
        problems.append(Failed("broken", "The feed breaks off within an entry, which was left out.", address))
    withdrawn = _withdrawn(document, {draft.key: draft for draft in drafts}, zone, now)
    notices = {draft.key for draft in drafts if draft.withdrawn}  # say the same, and whose article it was
    drafts = [draft for draft in drafts if draft.key not in withdrawn or draft.key in notices]
    withdrawn = {key: when for key, when in withdrawn.items() if key not in notices}
    head = document.head
    return Harvest(
        tuple(drafts),
        tuple(problems),
        tuple(withdrawn),
        hubs=tuple(filter(None, (absolute(hub, address) for hub in head.hubs))),
        topic=absolute(head.topic, address),
        items=document.items,
        ttl=head.ttl,
        older=canonical(head.older, address),
        archived=head.archived,
        buried={key: when for key, when in withdrawn.items() if when},
    )


def _shortened(document: Document, address: str) -> Failed:
    reason = f"The feed holds {document.items} entries; the first {MOST_ENTRIES} were read."
    return Failed("too-large", reason, address, permanent=True)


def _withdrawn(
    document: Document, drafts: Mapping[str, Draft], zone: ZoneInfo, now: datetime
) -> dict[str, datetime | None]:
    """The keys that are taken back, and when; an entry that is newer than its tombstone has risen again (RFC 6721, 3).

    What is dated in the future was taken back by now: nothing could rise again until then.
    """
    withdrawn: dict[str, datetime | None] = {}
    for key, when in document.withdrawn:
        read = read_machine_date(when, zone, origin="feed")
        buried = min(read.at, now) if read else None
        entry = drafts.get(key)
        last = entry and (entry.updated or entry.published)
        if not (buried and last and last.at > buried):
            instants = [at for at in (withdrawn.get(key), buried) if at]
            withdrawn[key] = max(instants, default=None)
    return withdrawn
