"""The cities of the network: what each has published, corrected and taken back, as its own small feed says it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from random import Random

from aiohttp import web

from syndicator.ingest.identity import mint

_WHO = (
    "Die Stadtbücherei",
    "Das Gartenamt",
    "Der Integrationsrat",
    "Die Feuerwehr",
    "Das Museum",
    "Die Volkshochschule",
)
_DOES = ("eröffnet", "erneuert", "verlegt", "bespricht", "feiert", "prüft", "sucht", "beginnt")
_WHAT = (
    "die Brücke",
    "den Spielplatz",
    "das Stadtfest",
    "die Ausstellung",
    "den Radweg",
    "die Sprachkurse",
    "das Freibad",
)
_WHERE = ("am Kanal", "in der Altstadt", "am Bahnhof", "im Nordviertel", "an der Mühle", "auf dem Markt", "im Hafen")


@dataclass
class Piece:
    """One article. `id` is the one that it has to have in every store."""

    key: str
    id: str
    title: str
    body: str
    published: datetime
    updated: datetime
    version: int = 1
    withdrawn: bool = False


@dataclass
class City:
    """A city whose feed is Atom with ids of its own, or RSS with numbers, for which its instance mints ids."""

    number: int
    host: str
    is_atom: bool
    chance: Random
    pieces: dict[str, Piece] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"Musterstadt {chr(ord('A') + self.number - 1)}"

    def publish(self) -> Piece:
        key = str(1000 + len(self.pieces))
        now = _now()
        id_ = f"tag:stadt-{self.number}.example,2026:{key}" if self.is_atom else mint(self.host, now.year, "stadt", key)
        title, body = self._text()
        piece = self.pieces[key] = Piece(key, id_, title, body, now, now)
        return piece

    def correct(self) -> None:
        """Another text under the same key, as long as it does not count as flapping."""
        if able := [piece for piece in self.pieces.values() if not piece.withdrawn and piece.version < 6]:
            piece = self.chance.choice(able)
            piece.version += 1
            piece.updated = max(_now(), piece.updated)
            title, piece.body = self._text()
            piece.title = f"{title} (Stand {piece.version})"

    def withdraw(self) -> None:
        if able := [piece for piece in self.pieces.values() if not piece.withdrawn]:
            piece = self.chance.choice(able)
            piece.withdrawn, piece.updated = True, _now()

    def _text(self) -> tuple[str, str]:
        title = " ".join(self.chance.choice(words) for words in (_WHO, _DOES, _WHAT, _WHERE))
        sentences = (
            f"{self.chance.choice(_WHO)} {self.chance.choice(_DOES)} {self.chance.choice(_WHAT)} {self.chance.choice(_WHERE)}"
            f" und rechnet mit {self.chance.randrange(100, 99_999)} Gästen am {self.chance.randrange(1, 28)}. Mai."
            for _ in range(4)
        )
        return title, f"<p>{'</p><p>'.join(sentences)}</p>"

    def feed(self) -> str:
        return self._atom() if self.is_atom else self._rss()

    def _atom(self) -> str:
        gone = "".join(
            f'<at:deleted-entry ref="{piece.id}" when="{piece.updated.isoformat()}"/>'
            for piece in self.pieces.values()
            if piece.withdrawn
        )
        entries = "".join(
            f"<entry><id>{piece.id}</id><title>{piece.title}</title><updated>{piece.updated.isoformat()}</updated>"
            f"<published>{piece.published.isoformat()}</published>"
            f'<link href="https://www.stadt-{self.number}.example/{piece.key}"/><category term="Integration"/>'
            f'<content type="html">{escape(piece.body)}</content></entry>'
            for piece in self._live()
        )
        return (
            f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">'
            f"<id>tag:stadt-{self.number}.example,2026:feed</id><title>{self.name}</title>"
            f"<updated>{_now().isoformat()}</updated>{gone}{entries}</feed>"
        )

    def _rss(self) -> str:
        gone = "".join(
            f'<at:deleted-entry ref="{piece.key}" when="{piece.updated.isoformat()}"/>'
            for piece in self.pieces.values()
            if piece.withdrawn
        )
        items = "".join(
            f'<item><guid isPermaLink="false">{piece.key}</guid><title>{piece.title}</title>'
            f"<link>https://www.stadt-{self.number}.example/{piece.key}</link><category>Integration</category>"
            f"<pubDate>{format_datetime(piece.published)}</pubDate><description>{escape(piece.body)}</description></item>"
            for piece in self._live()
        )
        return (
            f'<rss version="2.0" xmlns:at="http://purl.org/atompub/tombstones/1.0"><channel><title>{self.name}</title>'
            f"<link>https://www.stadt-{self.number}.example/</link><description>Nachrichten</description>{gone}{items}"
            f"</channel></rss>"
        )

    def _live(self) -> list[Piece]:
        return [piece for piece in reversed(self.pieces.values()) if not piece.withdrawn]


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


async def serve(cities: list[City], host: str, port: int) -> web.AppRunner:
    """All feeds on one server: `/<number>/feed.xml`."""
    by_number = {str(city.number): city for city in cities}

    async def feed(request: web.Request) -> web.Response:
        return web.Response(text=by_number[request.match_info["number"]].feed(), content_type="application/xml")

    app = web.Application()
    app.router.add_get("/{number}/feed.xml", feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner
