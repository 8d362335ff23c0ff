"""Looking for the news at an address: the look itself, and the [[sources]] block that comes of it. Nothing is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from syndicator.config import Config, Source
from syndicator.errors import SyndicatorError
from syndicator.ingest.addresses import reach
from syndicator.ingest.client import Client
from syndicator.ingest.discovery.discover import discover
from syndicator.ingest.discovery.finding import Candidate, Finding
from syndicator.ingest.discovery.naming import same_city, unique_name
from syndicator.ingest.drive import drive
from syndicator.ingest.identity import canonical
from syndicator.ingest.workers import Workers
from syndicator.model import Failed, Known, Request, Response
from syndicator.pipeline.preview import stand_in

_WAYS = {
    "feed": "ein Feed",
    "portal": "eine Übersicht mit den Seiten der Nachrichten",
    "sitemap": "eine Sitemap",
    "api": "eine Schnittstelle mit JSON",
}


@dataclass(slots=True)
class Scout:
    """Looks at addresses. `told` is called with each address before it is asked for."""

    config: Config
    client: Client
    workers: Workers
    now: Callable[[], datetime]
    told: Callable[[str], None] = lambda _: None
    private: bool = False  # whether the address that was looked at last lies in a private network
    _answered: dict[str, Response | Failed] = field(default_factory=dict)

    async def look(self, address: str, kind: str = "") -> Finding:
        """All ways to read the news at an address, and the one to propose. Raises AddressError when nothing can be there."""
        source = await self._reach(address)

        async def fetch(request: Request) -> Response | Failed:
            if request.url in self._answered:
                return self._answered.pop(request.url)
            self.told(request.url)
            return await self.client.fetch(request, source, None)

        async def recall(addresses: tuple[str, ...]) -> Mapping[str, str]:
            del addresses
            return {}

        known = Known(self.now(), self.config.site.timezone)
        asking = discover(address, known, private=self.private, kind=kind)
        return await drive(asking, fetch=fetch, parse=self.workers.run, recall=recall)

    async def _reach(self, address: str) -> Source:
        """The stand-in that may fetch the address: one for the public web first, as most of them live there.

        What is refused to that, and not by robots.txt, lies in a private network; an admin who types it means it.
        """
        for private in (False, True):
            source = stand_in(address, private=private)
            if _is_loopback(address):
                source = source.model_copy(update={"delay": source.delay * 0})  # this machine needs no sparing
            self.told(address)
            answer = await self.client.fetch(Request(address), source, None)
            self.private = private
            if not isinstance(answer, Failed) or answer.kind != "refused":
                break
        self._answered[address] = answer
        return source


def block_of(
    finding: Finding, chosen: Candidate, config: Config, *, private: bool, name: str, city: str
) -> dict[str, Any]:
    """What the [[sources]] block says, in its order; `name` and `city` as they were given, "" where they are to be found.

    Raises SyndicatorError where nothing tells the city.
    """
    who = finding.identity
    city = same_city(city or who.city, (source.city for source in config.sources))
    if not city:
        raise SyndicatorError("The page does not say which city it is of.", "Name it: --city Dortmund")
    values: dict[str, Any] = {
        "name": name or unique_name(city, chosen.url, (source.name for source in config.sources)),
        "title": who.title or city,
        "city": city,
        "kind": chosen.kind,
        "url": chosen.url,
    }
    if who.rights:
        values["rights"] = who.rights
    values["license"] = who.license or "unknown"
    if private:
        values["allow_private"] = True
    return {**values, **chosen.settings}


def remark_of(chosen: Candidate) -> str:
    """The line above the block, for whoever reads config.toml later."""
    return f"Gefunden mit `syndicator add`: {_WAYS.get(chosen.kind, 'eine Quelle')}."


def known_source(address: str, config: Config) -> Source | None:
    """The source that reads this address already, whatever its scheme, "www." and last slash."""
    return next((source for source in config.sources if _place(source.url) == _place(address)), None)


def _place(address: str) -> str:
    return canonical(address).partition("://")[2].removeprefix("www.").rstrip("/")


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return host == "localhost" or (host.startswith(("127.", "::1")) and reach(host) == "private")
