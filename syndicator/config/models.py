"""The tables of config.toml as frozen objects; `source.py` has those of a source.

The descriptions are German: `syndicator schema` hands them to the admin's editor, which shows them beside each key.
Where a default follows from another key, it says so in words.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from syndicator.config.block import Block, Many, Targets
from syndicator.config.exchange import Admin, Alerts, Hub, Partner
from syndicator.config.source import Source
from syndicator.config.subjects import Category, CategoryTable, FeedBlock
from syndicator.config.values import (
    NAME,
    Address,
    Contact,
    Entries,
    Formats,
    Hidden,
    Host,
    Interval,
    Language,
    Line,
    Place,
    Port,
    SiteAddress,
    Words,
    Zone,
)


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
    language: Language = Field(default="de", description="Sprache des Angebots als Kürzel.", examples=["de"])
    timezone: Zone = Field(
        default="Europe/Berlin",
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
        default="127.0.0.1",
        description="127.0.0.1: nur dieser Rechner (mit einem Webserver davor). 0.0.0.0: das ganze Netz.",
        examples=["127.0.0.1", "0.0.0.0"],  # noqa: S104  # words, no socket
    )
    port: Port = Field(default=8080, description="Port, 1 bis 65535.", examples=[8080])


class Store(Block):
    """Wo die Nachrichten gespeichert werden."""

    path: Place = Field(
        default=Path("syndicator.db"),
        validate_default=True,
        description="Datei der Datenbank, vom Ordner dieser config.toml aus gesehen.",
        examples=["syndicator.db"],
    )


class S3(Block):
    """Zugang zu den Speichern, die unter targets als "s3://…" stehen: Amazon S3 und alles, was sich ebenso bedienen lässt."""

    endpoint: Address | None = Field(
        default=None,
        description="Adresse des Speichers, wenn es nicht Amazon ist.",
        examples=["https://s3.speicher.example"],
    )
    region: Line = Field(
        default="us-east-1",
        description="Region, in der er liegt. Wo es keine gibt, bleibt die Angabe weg.",
        examples=["eu-central-1"],
    )
    key: Hidden | None = Field(
        default=None,
        description='Wo die Kennung des Zugangs steht: "env:NAME" oder "file:PFAD". Ohne sie gelten die Umgebungsvariablen von '
        "AWS oder die Rechte des Rechners.",
        examples=["env:S3_KEY"],
    )
    secret: Hidden | None = Field(
        default=None,
        description='Wo das Passwort dazu steht: "env:NAME" oder "file:PFAD".',
        examples=["env:S3_SECRET"],
    )
    encoding: Literal["identity", "gzip"] = Field(
        default="identity",
        description='"identity": Jeder kann die Dateien lesen; verkleinern kann sie ein CDN davor. "gzip": Sie liegen verkleinert '
        "dort, und Programme, die gzip nicht verstehen, lesen sie nicht.",
        examples=["identity", "gzip"],
    )

    @model_validator(mode="after")
    def _both_or_neither(self) -> "S3":
        if (self.key is None) != (self.secret is None):
            raise ValueError("key and secret belong together; expected both or neither")
        return self


class Publish(Block):
    """Was veröffentlicht wird."""

    folder: Place = Field(
        default=Path("feeds"),
        validate_default=True,
        description="Ordner für die fertigen Feeds, vom Ordner dieser config.toml aus gesehen.",
        examples=["feeds"],
    )
    targets: Targets = Field(
        default=(),
        description='Wohin das Veröffentlichte außer in den Ordner noch soll: "s3://bucket/prefix" legt es unter denselben '
        "Adressen in einen Objektspeicher. Der Ordner darf mitgenannt werden.",
        examples=[["feeds", "s3://stadt-feeds/nachrichten"]],
    )
    s3: S3 = Field(
        default=S3(), description="Zugang zu den Speichern unter targets.", examples=[{"region": "eu-central-1"}]
    )
    formats: Formats = Field(
        default=("atom", "rss", "json"),
        description="Formate der Feeds. Die Seiten für Menschen entstehen immer.",
        examples=[["atom", "rss", "json"]],
    )
    entries: Entries = Field(
        default=50, description="So viele Nachrichten enthält ein Feed höchstens, 1 bis 500.", examples=[50]
    )
    content: Literal["full", "summary"] = Field(
        default="full",
        description='"full": der ganze Text. "summary": nur Überschrift und Anriss.',
        examples=["full", "summary"],
    )
    images: Literal["licensed", "all", "none"] = Field(
        default="licensed",
        description='"licensed": nur Bilder, deren Nachweis die Quelle in image_rights freigibt. "all": alle. "none": keine.',
        examples=["licensed", "all", "none"],
    )
    every: Interval = Field(
        default=timedelta(minutes=1),
        json_schema_extra={"default": "1m"},
        description="Eine Änderung ist spätestens nach dieser Zeit veröffentlicht.",
        examples=["1m"],
    )

    @property
    def buckets(self) -> tuple[str, ...]:
        """The targets that are buckets."""
        return tuple(target for target in self.targets if target.startswith("s3://"))


class Demo(Block):
    """Das mitgelieferte Musterportal zum Ausprobieren."""

    enabled: bool = Field(
        default=False, description="true: Es läuft mit und liefert erfundene Nachrichten.", examples=[True]
    )
    host: Host = Field(default="127.0.0.1", description="Adresse, auf der es antwortet.", examples=["127.0.0.1"])
    port: Port = Field(default=8090, description="Port, auf dem es antwortet.", examples=[8090])


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
    sources: Annotated[tuple[Source, ...], Many] = Field(
        default=(), description="Die Portale und Feeds, die abgerufen werden.", examples=[[{"name": "dortmund"}]]
    )
    categories: Mapping[str, CategoryTable] = Field(
        default_factory=dict,
        json_schema_extra={"propertyNames": {"pattern": f"^{NAME}$"}},
        description="Die Themen, nach denen Nachrichten geordnet werden.",
        examples=[{"vielfalt": {"title": "Vielfalt"}}],
    )
    feeds: Annotated[tuple[FeedBlock, ...], Many] = Field(
        default=(), description="Eigene Feeds.", examples=[[{"name": "integration-interkommunal"}]]
    )
    partners: Annotated[tuple[Partner, ...], Many] = Field(
        default=(), description="Wer mit eigenem Schlüssel zugreift.", examples=[[{"name": "bochum"}]]
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

    @cached_property
    def source_of(self) -> Mapping[str, Source]:
        """The sources by name."""
        return {source.name: source for source in self.sources}
