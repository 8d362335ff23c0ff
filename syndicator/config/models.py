"""The tables of config.toml as frozen objects.

The descriptions are German: `syndicator schema` hands them to the admin's editor, which shows them beside each key.
Where a default follows from another key, it says so in words.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from syndicator.config.values import (
    Address,
    Contact,
    Cron,
    Duration,
    Email,
    Entries,
    Formats,
    Hidden,
    Host,
    HubAddress,
    IdRule,
    Interval,
    Kind,
    Language,
    Line,
    Name,
    Network,
    Pages,
    Place,
    Port,
    Rule,
    Selector,
    SiteAddress,
    SmtpAddress,
    Words,
    Zone,
)

EVERY = timedelta(minutes=10)

_Many = Field(strict=False)  # TOML has lists, we keep tuples
Lines = Annotated[tuple[Words, ...], _Many]
Names = Annotated[tuple[Name, ...], _Many]
Languages = Annotated[tuple[Language, ...], _Many]
Networks = Annotated[tuple[Network, ...], _Many]
Selectors = Annotated[tuple[Selector, ...], _Many]


class Block(BaseModel):
    """A table of config.toml: nothing in it may change, and no key is ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Site(Block):
    """Wer hier Nachrichten veröffentlicht."""

    title: Words = Field(
        description="Name des Angebots, wie Leserinnen und Leser ihn sehen.",
        examples=["Nachrichten der Stadt Dortmund"],
    )
    url: SiteAddress = Field(
        description="Adresse, unter der das Angebot erreichbar ist. Aus ihr entstehen alle Links; ihr Rechnername steht in "
        "den Kennungen neuer Nachrichten, die sich nie mehr ändern.",
        examples=["https://news.example/"],
    )
    publisher: Words = Field(description="Wer die Feeds herausgibt.", examples=["Stadt Dortmund"])
    contact: Contact = Field(
        description="E-Mail-Adresse oder Seite für Rückfragen. Sie wird auch den Portalen mitgeteilt, die abgerufen werden.",
        examples=["webredaktion@stadt.example", "https://news.example/kontakt"],
    )
    language: Language = Field("de", description="Sprache des Angebots als Kürzel.", examples=["de"])
    timezone: Zone = Field(
        "Europe/Berlin",
        description="Zeitzone, in der Datumsangaben der Portale gemeint sind.",
        examples=["Europe/Berlin"],
    )

    @property
    def host(self) -> str:
        """The host of `url` in ASCII, lower case and without port: the authority of the ids minted here."""
        from yarl import URL

        return (URL(self.url).raw_host or "").lower()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Server(Block):
    """Unter welcher Adresse dieses Programm selbst antwortet."""

    host: Host = Field(
        "127.0.0.1",
        description="127.0.0.1: nur dieser Rechner (mit einem Webserver davor). 0.0.0.0: das ganze Netz.",
        examples=["127.0.0.1", "0.0.0.0"],  # noqa: S104  # words, no socket
    )
    port: Port = Field(8080, description="Port, 1 bis 65535.", examples=[8080])


class Store(Block):
    """Wo die Nachrichten gespeichert werden."""

    path: Place = Field(
        Path("syndicator.db"),
        validate_default=True,
        description="Datei der Datenbank, vom Ordner dieser config.toml aus gesehen.",
        examples=["syndicator.db"],
    )


class Publish(Block):
    """Was veröffentlicht wird."""

    folder: Place = Field(
        Path("feeds"),
        validate_default=True,
        description="Ordner für die fertigen Feeds, vom Ordner dieser config.toml aus gesehen.",
        examples=["feeds"],
    )
    formats: Formats = Field(
        ("atom", "rss", "json"),
        description="Formate der Feeds. Die Seiten für Menschen entstehen immer.",
        examples=[["atom", "rss", "json"]],
    )
    entries: Entries = Field(
        50, description="So viele Nachrichten enthält ein Feed höchstens, 1 bis 500.", examples=[50]
    )
    content: Literal["full", "summary"] = Field(
        "full",
        description='"full": der ganze Text. "summary": nur Überschrift und Anriss.',
        examples=["full", "summary"],
    )
    images: Literal["licensed", "all", "none"] = Field(
        "licensed",
        description='"licensed": nur Bilder, deren Nachweis die Quelle in image_rights freigibt. "all": alle. "none": keine.',
        examples=["licensed", "all", "none"],
    )
    every: Interval = Field(
        timedelta(minutes=1),
        description="Eine Änderung ist spätestens nach dieser Zeit veröffentlicht.",
        examples=["1m"],
    )


class ListRules(Block):
    """CSS-Selektoren für die Übersichtsseite. Was fehlt, wird selbst gefunden."""

    item: Selector = Field(
        "", description="Ein Anreißer: das Element, das je Nachricht einmal vorkommt.", examples=["article.teaser"]
    )
    link: Rule = Field(
        "",
        description='Der Link zur Nachricht, innerhalb des Anreißers; "a@href" nennt ein Attribut.',
        examples=["a", "a@href"],
    )
    title: Rule = Field("", description="Die Überschrift, innerhalb des Anreißers.", examples=["h3"])
    date: Rule = Field("", description="Das Datum, innerhalb des Anreißers.", examples=["time"])
    summary: Rule = Field("", description="Der kurze Text, innerhalb des Anreißers.", examples=["p"])
    category: Rule = Field("", description="Die Rubrik (Dachzeile), innerhalb des Anreißers.", examples=[".kicker"])
    next: Rule = Field("", description="Der Link auf die nächste Übersichtsseite.", examples=["a[rel=next]"])
    pages: Pages = Field(1, description="So viele Übersichtsseiten werden höchstens gelesen.", examples=[1, 10])


class ArticleRules(Block):
    """CSS-Selektoren für die Seite einer Nachricht. Was fehlt, wird selbst gefunden."""

    title: Rule = Field("", description="Die Überschrift.", examples=["h1"])
    category: Rule = Field("", description="Die Rubrik (Dachzeile).", examples=[".topline"])
    date: Rule = Field("", description="Das Datum der Veröffentlichung.", examples=[".date"])
    summary: Rule = Field("", description="Der Vorspann.", examples=[".teaser"])
    body: Rule = Field("", description="Der Text der Nachricht.", examples=[".text"])
    image: Rule = Field(
        "", description="Das Bild der Nachricht, nicht das Kopfbild des Portals.", examples=["figure img"]
    )
    caption: Rule = Field("", description="Die Bildunterschrift.", examples=["figcaption"])
    credit: Rule = Field("", description="Der Bildnachweis.", examples=[".credit"])
    remove: Selectors = Field(
        (),
        description="Was nicht zur Nachricht gehört: Teilen-Leisten, Pressekontakt …",
        examples=[[".share", ".related"]],
    )
    id: IdRule = Field(
        "",
        description="Woran das Portal eine Nachricht erkennt: ein Parameter der Adresse, ein regulärer Ausdruck mit einer "
        "Gruppe für die Adresse, oder ein Attribut der Seite.",
        examples=["nid", "/artikel/(\\d+)-/", "article@data-nid"],
    )


def _default_title(given: dict[str, Any]) -> str:
    return str(given.get("city", ""))


def _default_interval(given: dict[str, Any]) -> timedelta | None:
    return None if given.get("cron") else EVERY


class Source(Block):
    """Ein Portal oder Feed, dessen Nachrichten abgerufen werden. Zwei Quellen sind gleich, wenn ihre Blöcke dasselbe sagen."""

    name: Name = Field(
        description="Kurzer Name aus a-z, 0-9 und Bindestrich. Er steht in den Kennungen der Nachrichten: nicht mehr ändern.",
        examples=["dortmund"],
    )
    city: Words = Field(description="Die Stadt, zu der die Nachrichten gehören.", examples=["Dortmund"])
    title: Words = Field(
        default_factory=_default_title,
        description="Wer die Quelle ist, wie er genannt werden soll. Fehlt die Angabe, ist es die Stadt.",
        examples=["Stadt Dortmund"],
    )
    kind: Kind = Field(
        "portal",
        description='"portal": Webseiten mit Übersicht und Nachrichten. "feed": RSS, Atom oder JSON Feed.',
        examples=["portal", "feed"],
    )
    url: Address = Field(
        description="Adresse der Übersicht oder des Feeds.", examples=["https://www.dortmund.de/newsroom/"]
    )
    cron: Cron | None = Field(
        None,
        description="Zeitplan statt every: Minute, Stunde, Tag, Monat, Wochentag. Wochentage mit Namen (mon, tue, wed, thu, fri, sat, sun).",
        examples=["*/10 6-22 * * mon-fri"],
    )
    every: Interval | None = Field(
        default_factory=_default_interval,
        description='So oft wird abgerufen. Fehlen every und cron, alle 10 Minuten ("10m").',
        examples=["10m", "1h30m"],
    )
    rights: Line = Field(
        "", description="Rechtehinweis, der mit den Texten weitergegeben wird.", examples=["© Stadt Dortmund"]
    )
    license: Words = Field(
        "unknown",
        description='Lizenz der Texte: ein SPDX-Kürzel, eine Adresse oder "unknown".',
        examples=["unknown", "CC-BY-4.0"],
    )
    image_rights: Lines = Field(
        (),
        description="Bildnachweise, deren Bilder weitergegeben werden dürfen; * steht für beliebigen Text.",
        examples=[["Stadt Dortmund*"]],
    )
    allow_private: bool = Field(
        False, description="Darf die Quelle auf diesem Rechner oder im internen Netz liegen?", examples=[False]
    )
    delay: Duration = Field(
        timedelta(seconds=1),
        description="Pause zwischen zwei Abrufen beim selben Rechner. Verlangt dessen robots.txt mehr, gilt das.",
        examples=["1s"],
    )
    robots: bool = Field(True, description="Die robots.txt des Portals beachten.", examples=[True])
    enabled: bool = Field(True, description="false: Quelle ruht, ihre Nachrichten bleiben.", examples=[True])
    list: ListRules = Field(
        default=ListRules(),
        description="Wie die Übersicht gelesen wird.",
        examples=[{"item": "article", "link": "a"}],
    )
    article: ArticleRules = Field(
        default=ArticleRules(),
        description="Wie die Seite einer Nachricht gelesen wird.",
        examples=[{"body": ".text", "id": "nid"}],
    )


class CategoryTable(Block):
    """Ein Thema. Sein Name in der Überschrift [categories.name] wird Teil der Adressen."""

    title: Words = Field(description="Name des Themas für Leserinnen und Leser.", examples=["Vielfalt"])
    labels: Lines = Field(
        (),
        description="Unter welchen Rubriken die Portale es führen; Groß- und Kleinschreibung ist egal.",
        examples=[["Vielfalt", "Integration"]],
    )
    keywords: Lines = Field(
        (),
        description="Wörter in Überschrift oder Text, an denen es zu erkennen ist; * am Ende steht für jede Endung.",
        examples=[["Integrationsrat", "Einbürgerung*"]],
    )
    aliases: Names = Field((), description="Frühere Namen; ihre Adressen leiten weiter.", examples=[["diversity"]])


class Category(CategoryTable):
    name: str


class FeedBlock(Block):
    """Ein eigener Feed, zusätzlich zu denen für jedes Thema und jede Stadt. Alle Bedingungen gelten zugleich."""

    name: Name = Field(
        description="Name in der Adresse des Feeds: a-z, 0-9 und Bindestrich.", examples=["integration-interkommunal"]
    )
    title: Words = Field(description="Titel des Feeds.", examples=["Integration.Interkommunal"])
    description: Line = Field(
        "", description="Ein Satz darüber, was der Feed enthält.", examples=["Aus der Städtekooperation"]
    )
    categories: Names = Field((), description="Nur diese Themen. Leer: alle.", examples=[["vielfalt"]])
    cities: Lines = Field((), description="Nur diese Städte. Leer: alle.", examples=[["Dortmund", "Bochum"]])
    query: Line = Field(
        "",
        description="Nur Nachrichten mit diesen Wörtern; OR heißt: eines davon genügt.",
        examples=["Städtekooperation OR Integration"],
    )
    languages: Languages = Field((), description="Nur diese Sprachen. Leer: alle.", examples=[["de", "de-simple"]])
    entries: Entries | None = Field(
        None, description="So viele Nachrichten höchstens; sonst gilt entries aus [publish].", examples=[100]
    )


class Partner(Block):
    """Wer mit einem eigenen Schlüssel auf Feeds zugreift."""

    name: Name = Field(description="Kurzer Name aus a-z, 0-9 und Bindestrich.", examples=["bochum"])
    token: Hidden = Field(
        description='Wo der Schlüssel steht, nie der Schlüssel selbst: "env:NAME" oder "file:PFAD".',
        examples=["env:BOCHUM_TOKEN"],
    )
    feeds: Lines = Field(("*",), description='Namen der Feeds; "*" heißt alle.', examples=[["*"]])


class Admin(Block):
    """Die Verwaltungsseiten unter /admin."""

    token: Hidden | None = Field(
        None,
        description="Wo der Schlüssel steht. Ohne ihn antwortet /admin nur auf diesem Rechner.",
        examples=["env:SYNDICATOR_ADMIN"],
    )


class Hub(Block):
    """WebSub: Abonnenten erfahren sofort von Neuem."""

    url: HubAddress = Field(
        "self",
        description='"self": dieses Programm verteilt selbst. Eine Adresse: ein anderer Hub. "none": gar nicht.',
        examples=["self", "none", "https://hub.example/"],
    )
    allow_private: Networks = Field(
        (), description="Interne Netze, in denen Abonnenten liegen dürfen.", examples=[["10.0.0.0/8"]]
    )


class Alerts(Block):
    """Wer erfährt, wenn eine Quelle ausfällt."""

    webhook: Address | None = Field(
        None,
        description="Adresse, an die eine Meldung als JSON geschickt wird.",
        examples=["https://chat.example/hook"],
    )
    email: Email | None = Field(None, description="Empfänger der Meldungen.", examples=["webredaktion@stadt.example"])
    smtp: SmtpAddress = Field(
        "smtp://127.0.0.1:25", description="Mailserver, über den sie gehen.", examples=["smtp://127.0.0.1:25"]
    )


class Demo(Block):
    """Das mitgelieferte Musterportal zum Ausprobieren."""

    enabled: bool = Field(False, description="true: Es läuft mit und liefert erfundene Nachrichten.", examples=[True])
    host: Host = Field("127.0.0.1", description="Adresse, auf der es antwortet.", examples=["127.0.0.1"])
    port: Port = Field(8090, description="Port, auf dem es antwortet.", examples=[8090])


class Tables(Block):
    """config.toml, wie sie dasteht."""

    site: Site = Field(
        description="Wer hier Nachrichten veröffentlicht.", examples=[{"title": "Nachrichten der Stadt Dortmund"}]
    )
    server: Server = Field(
        default=Server(),
        description="Unter welcher Adresse dieses Programm antwortet.",
        examples=[{"port": 8080}],
    )
    store: Store = Field(
        default=Store(),
        description="Wo die Nachrichten gespeichert werden.",
        examples=[{"path": "syndicator.db"}],
    )
    publish: Publish = Field(default=Publish(), description="Was veröffentlicht wird.", examples=[{"entries": 50}])
    sources: Annotated[tuple[Source, ...], _Many] = Field(
        (), description="Die Portale und Feeds, die abgerufen werden.", examples=[[{"name": "dortmund"}]]
    )
    categories: Mapping[str, CategoryTable] = Field(
        default_factory=dict,
        description="Die Themen, nach denen Nachrichten geordnet werden.",
        examples=[{"vielfalt": {"title": "Vielfalt"}}],
    )
    feeds: Annotated[tuple[FeedBlock, ...], _Many] = Field(
        (), description="Eigene Feeds.", examples=[[{"name": "integration-interkommunal"}]]
    )
    partners: Annotated[tuple[Partner, ...], _Many] = Field(
        (), description="Wer mit eigenem Schlüssel zugreift.", examples=[[{"name": "bochum"}]]
    )
    admin: Admin = Field(
        default=Admin(), description="Die Verwaltungsseiten.", examples=[{"token": "env:SYNDICATOR_ADMIN"}]
    )
    hub: Hub = Field(default=Hub(), description="WebSub.", examples=[{"url": "self"}])
    alerts: Alerts = Field(
        default=Alerts(),
        description="Wer von Störungen erfährt.",
        examples=[{"email": "webredaktion@stadt.example"}],
    )
    demo: Demo = Field(default=Demo(), description="Das Musterportal.", examples=[{"enabled": True}])


class Config(Tables):
    """A config.toml without mistakes. `path` is where it was read from; relative paths in it are already resolved."""

    categories: Mapping[str, Category]
    path: Path
