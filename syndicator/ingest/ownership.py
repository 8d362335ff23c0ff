"""Whose an entry is, and what a feed may do to an article that another feed has brought. Pure.

An entry belongs to the feed that its `atom:source` names, else to the feed that it stands in (RFC 4287, 4.2.11). The id of
an entry names a host that may speak for it ("tag:news.stadt.example,2026:…", "https://www.stadt.example/…"): a feed of that
host is the owner's. Where no feed of that host is read, the owner is who brought the article first as an entry of its own.

- The owner's own feed changes and retracts an article, whoever brought it first.
- One that republishes it may do so as long as nobody nearer to the owner is read, and of two of these the newer `updated` counts.
- A feed that has another's id for an entry of its own claims what it does not own: that is refused and told.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from syndicator.model import Draft, Holder, Provenance

if TYPE_CHECKING:  # to import it is a third of a parse worker's start, and no parser asks for it
    from syndicator.config import Source

Bond = Literal["own", "copy", "claimed"]


class Feeds:
    """What is read: which feeds are at home at a host, and for which city each source stands."""

    def __init__(self, sources: Iterable["Source"]) -> None:
        read = [source for source in sources if source.enabled]
        self._cities = {source.name: source.city for source in read}
        self._hosts = {source.name: host_of(source.url) for source in read}
        self._places = {source.name: urlsplit(source.url).netloc.lower().removeprefix("www.") for source in read}
        self._at: dict[str, set[str]] = {}
        for source in read:
            if source.kind == "feed":
                self._at.setdefault(self._hosts[source.name], set()).add(source.name)

    def is_read(self, source: str) -> bool:
        return source in self._cities

    def is_at_home(self, source: str, iri: str) -> bool:
        """Whether the id names the host where this source is read, which therefore owns what has the id."""
        return bool(host := host_of(iri)) and host == self._hosts.get(source)

    def owners(self, iri: str) -> set[str]:
        """The feeds at the host that the id names."""
        return self._at.get(host_of(iri), set())

    def are_akin(self, one: str, other: str) -> bool:
        """Whether two sources speak for one city, or from one server: what one has, the other may have as well."""
        city, place = self._cities.get(one), self._places.get(one)
        return place is not None and (city == self._cities.get(other) or place == self._places.get(other))


def claims(draft: Draft, source: str, feeds: Feeds) -> str:
    """The feed whose id an entry bears that nobody has brought yet; "" where nobody else may speak for it."""
    if draft.is_republished or feeds.is_at_home(source, draft.original_id):
        return ""
    return next((name for name in sorted(feeds.owners(draft.original_id)) if not feeds.are_akin(name, source)), "")


def bond(draft: Draft, source: str, holder: Holder, feeds: Feeds) -> Bond:
    """What a draft of `source` is to an article that another source holds."""
    if draft.is_republished:
        differ = holder.republished and not _agree(draft.provenance, holder.provenance)
        return "claimed" if differ else "copy"
    if feeds.is_at_home(source, draft.original_id):
        return "own"
    if feeds.are_akin(source, holder.source):
        return "own" if holder.republished else "copy"
    if feeds.owners(draft.original_id) - {source}:
        return "claimed"
    left = not feeds.is_read(holder.source)  # nobody reads it there any more, or under another name
    return "own" if left or (holder.republished and _agree(draft.provenance, holder.provenance)) else "claimed"


def names(draft: Draft, host: str) -> bool:
    """Whether a draft says that it comes from this host."""
    origin = draft.provenance
    said = (origin.id, origin.feed_url, origin.url) if origin else ()
    return any(host_of(iri) == host.removeprefix("www.") for iri in said)


@lru_cache(maxsize=4096)
def host_of(iri: str) -> str:
    """The host that an id or an address names, without "www." and port; "" where it names none."""
    lowered = iri.strip().lower()
    if lowered.startswith("tag:"):  # RFC 4151: a domain, or a mail address
        return lowered[4:].partition(",")[0].rpartition("@")[2].removeprefix("www.")
    if not lowered.startswith(("http://", "https://")):
        return ""
    try:
        return (urlsplit(lowered).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _agree(one: Provenance | None, other: Provenance | None) -> bool:
    """Whether two copies name the same origin, as far as they name one."""
    hosts = [{host_of(iri) for iri in (p.id, p.feed_url, p.url) if iri} - {""} if p else set() for p in (one, other)]
    return not all(hosts) or not hosts[0].isdisjoint(hosts[1])
