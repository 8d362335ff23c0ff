"""Counts what is read, in memory: a request adds to a few numbers, and what came together is stored once a minute.

Readers are told apart by a hash of address and User-Agent under a key that is random for each day, lies in memory alone and
is thrown away with what it made: only about how many there were is ever stored.
"""

import secrets
from collections.abc import Callable
from datetime import datetime

from aiohttp import hdrs, web

from syndicator.model.usage import Count, Counted, PartnerCount, Refusal
from syndicator.publish import addresses, formats
from syndicator.serve import deltas
from syndicator.serve.aggregators import Aggregator, read_agent
from syndicator.serve.credentials import client_of
from syndicator.serve.distinct import Distinct
from syndicator.serve.negotiation import IDENTITY
from syndicator.serve.shelf import Prepared, Variant

_AGENTS = 4096  # User-Agents whose meaning is remembered
_LONGEST = 512  # characters of one that is
_READERS = 20_000  # services, by file and feed-id, between two times of storing
_UNKNOWN = Aggregator("", "", 0)  # of whom nobody has looked yet what it says
_64_BITS = 2**64 - 1
_OK = 200
_UNCHANGED = 304


class _File:
    """What is counted of one file; `name` "" for one that is no feed. `pollers` are those of all files of a feed."""

    __slots__ = ("count", "name", "pollers")

    def __init__(self, name: str, pollers: Distinct) -> None:
        self.name = name
        self.count = Count()
        self.pollers = pollers


class Usage:
    """Belongs to the event loop. `now` is the clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._files: dict[str, _File] = {}
        self._pollers: dict[str, Distinct] = {}
        self._agents: dict[str, Aggregator | None] = {}
        self._readers: dict[tuple[str, str, str], int] = {}
        self._partners: dict[tuple[str, str], PartnerCount] = {}
        self._endings = tuple(f".{kind.EXTENSION}" for name, kind in formats.available().items() if name != "html")
        self._day = now().date()
        self._key = secrets.token_bytes(16)

    def note(self, request: web.Request, entry: Prepared, variant: Variant, status: int) -> None:
        """An answer with this file, or that it has not changed."""
        file = self._files.get(entry.path) or self._begin(entry.path)
        if not file.name or request.method != hdrs.METH_GET:
            return
        _count(file.count, entry, variant, status)
        fields, remote = request.headers, request.remote
        if (forwarded := fields.get(hdrs.X_FORWARDED_FOR)) is not None:
            remote = client_of(remote, forwarded)
        agent = fields.get(hdrs.USER_AGENT, "")
        # Python hashes strings under a key that is random for each process (SipHash, PEP 456); the day's own key comes first.
        file.pollers.add(hash((self._key, remote, agent)) & _64_BITS)
        said = self._agents.get(agent, _UNKNOWN)
        if said is not None:
            self._hear(file.name, agent, said)

    def note_pull(self, partner: str, feed: str, entry: Prepared, variant: Variant, status: int) -> None:
        """An answer to a partner."""
        kept = self._of(partner, feed)
        _count(kept.count, entry, variant, status)
        kept.pulled = self._now()

    def note_taken(self, partner: str, feed: str, articles: tuple[bytes, ...]) -> None:
        self._of(partner, feed).articles.update(dict.fromkeys(articles))

    def note_refusal(self, partner: str, feed: str, why: Refusal) -> None:
        kept = self._of(partner, feed)
        kept.refused, kept.refused_at, kept.refusal = kept.refused + 1, self._now(), why

    def drain(self) -> Counted:
        """What came together since the last time; a new day begins with a new key."""
        touched = [file for file in set(self._files.values()) if file.name and file.count != Count()]
        counted = Counted(
            self._day,
            {file.name: file.count for file in touched},
            {file.name: file.pollers.count() for file in touched},
            self._readers,
            self._partners,
        )
        for file in touched:
            file.count = Count()
        self._readers, self._partners = {}, {}
        if (today := self._now().date()) != self._day:
            self._files.clear()
            self._pollers.clear()
            self._day, self._key = today, secrets.token_bytes(16)
        return counted

    def restore(self, counted: Counted) -> None:
        """Take back what could not be stored."""
        for name, count in counted.files.items():
            (self._files.get(name) or self._begin(name)).count.add(count)
        self._readers = {**counted.readers, **self._readers}
        for (partner, feed), kept in counted.partners.items():
            kept.add(self._of(partner, feed))
            self._partners[partner, feed] = kept

    def _of(self, partner: str, feed: str) -> PartnerCount:
        return self._partners.setdefault((partner, feed), PartnerCount())

    def _begin(self, path: str) -> _File:
        feed, archived, _ = path.partition(f"/{addresses.ARCHIVE}")
        name = f"{feed}{archived}" if archived else path if path.endswith(self._endings) else ""
        if archived and (file := self._files.get(name)):  # one for all its pages, which are many
            return file
        pollers = self._pollers.setdefault(feed.partition(".")[0] if name else "", Distinct())
        return self._files.setdefault(name or path, _File(name, pollers))

    def _hear(self, file: str, agent: str, said: Aggregator | None) -> None:
        said = self._understand(agent) if said is _UNKNOWN else said
        if said is None:
            return
        key = file, said.name, said.feed_id
        if len(self._readers) < _READERS or key in self._readers:
            self._readers[key] = said.readers

    def _understand(self, agent: str) -> Aggregator | None:
        said = read_agent(agent)
        if len(agent) <= _LONGEST:
            if len(self._agents) >= _AGENTS:
                self._agents.clear()
            self._agents[agent] = said
        return said


def _count(count: Count, entry: Prepared, variant: Variant, status: int) -> None:
    if status == _UNCHANGED:
        count.unchanged += 1
        count.saved += variant.length
    elif status == _OK:
        count.answers += 1
        count.sent += variant.length
        count.compressed += entry.variants[IDENTITY].length - variant.length
    elif status == deltas.STATUS:  # some kilobytes of it were sent
        count.answers += 1
        count.saved += variant.length
